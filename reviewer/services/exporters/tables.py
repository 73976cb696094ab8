"""The table of results as CSV or XLSX; cells are text, numbers and times, never formulas."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from reviewer.messages import ntr, tr
from reviewer.models.columns import csv_cell, harmless
from reviewer.models.ids import US_PER_S
from reviewer.services.exporters.base import table_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import BinaryIO
    from zoneinfo import ZoneInfo

    from reviewer.models.columns import Column
    from reviewer.models.search import InteractionRow

_BOM: Final = b"\xef\xbb\xbf"
_BUFFER: Final = 1 << 16
_SHEET_ROWS: Final = 1_048_576
"""Rows of a sheet, its head included. Source: ECMA-376 as Excel limits it."""
_CELL_CHARS: Final = 32_767
_DAY_S: Final = 86_400
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@table_writer
class CsvWriter:
    """CSV as RFC 4180 has it, UTF-8 with BOM."""

    kind: ClassVar[str] = "csv"

    def write(
        self,
        file: BinaryIO,
        columns: tuple[Column, ...],
        rows: Iterable[InteractionRow],
        zone: ZoneInfo,
        scratch: Path,
        by: str = "",
    ) -> None:
        """Write the table; see `TableWriter.write`."""
        file.write(_BOM)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([harmless(column.title()) for column in columns])
        for row in rows:
            writer.writerow([csv_cell(column, row, zone) for column in columns])
            if text.tell() >= _BUFFER:
                _flush(text, file)
        if by:
            writer.writerow([harmless(tr("Taken out by {who}", who=by))])
        _flush(text, file)


def _flush(text: io.StringIO, file: BinaryIO) -> None:
    file.write(text.getvalue().encode(errors="replace"))
    text.seek(0)
    text.truncate()


@table_writer
class XlsxWriter:
    """A workbook whose cells are typed, so that nothing in them is ever evaluated."""

    kind: ClassVar[str] = "xlsx"

    def write(
        self,
        file: BinaryIO,
        columns: tuple[Column, ...],
        rows: Iterable[InteractionRow],
        zone: ZoneInfo,
        scratch: Path,
        by: str = "",
    ) -> None:
        """Write the table, on further sheets where one cannot hold all rows."""
        # Here, because only who asks for a workbook should wait for the library.
        from xlsxwriter import Workbook
        from xlsxwriter.exceptions import XlsxWriterException

        book = Workbook(file, {"constant_memory": True, "tmpdir": str(scratch)})
        try:
            _fill(book, columns, rows, zone, by)
        except BaseException:
            # Closing is the only way to let go of its files; what it writes is thrown away.
            with suppress(OSError, XlsxWriterException):
                book.close()
            raise
        book.close()


def _fill(
    book: Any,
    columns: tuple[Column, ...],
    rows: Iterable[InteractionRow],
    zone: ZoneInfo,
    by: str,
) -> None:
    bold = book.add_format({"bold": True})
    formats = {
        name: book.add_format({"num_format": pattern}) for name, pattern in _PATTERNS.items()
    }
    typed = [_TYPED.get(column.key) for column in columns]
    sheet: Any = None
    line, number = _SHEET_ROWS, 0
    for row in rows:
        if line == _SHEET_ROWS:
            number += 1
            sheet, line = _sheet(book, columns, number, bold), 1
        for place, column in enumerate(columns):
            entry = typed[place]
            value = entry[1](row, zone) if entry is not None else None
            if entry is not None and value is not None:
                sheet.write_number(line, place, value, formats[entry[0]])
            elif text := column.text(row, zone):
                sheet.write_string(line, place, cell_text(text))
        line += 1
    if number == 0:
        sheet, line = _sheet(book, columns, 1, bold), 1
    if by:
        if line == _SHEET_ROWS:
            sheet, line = _sheet(book, columns, number + 1, bold), 1
        sheet.write_string(line, 0, cell_text(tr("Taken out by {who}", who=by)))


def _sheet(book: Any, columns: tuple[Column, ...], number: int, bold: Any) -> Any:
    title = tr("Records")
    sheet = book.add_worksheet(title if number == 1 else f"{title} {number}")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(8, column.width_px // 7))
        sheet.write_string(0, place, cell_text(column.title()), bold)
    return sheet


def cell_text(text: str) -> str:
    """Return a text as a cell takes it: Unicode, cut with a note where it is too long."""
    whole = text.encode(errors="replace").decode()
    if len(whole) <= _CELL_CHARS:
        return whole
    note = ntr("… ({n} character in all)", "… ({n} characters in all)", len(whole))
    return whole[: _CELL_CHARS - len(note)] + note


def _instant(row: InteractionRow, zone: ZoneInfo) -> float:
    """Return days since the workbook's epoch, in the centre time zone."""
    local = (_EPOCH + timedelta(microseconds=row.started_us)).astimezone(zone)
    since = local.replace(tzinfo=None) - datetime(1899, 12, 30)  # noqa: DTZ001 (local on purpose)
    return since / timedelta(days=1)


def _duration(row: InteractionRow, _zone: ZoneInfo) -> float:
    return row.duration_us // US_PER_S / _DAY_S


_PATTERNS: Final = {
    "instant": "yyyy\\-mm\\-dd hh:mm:ss",
    "duration": "[h]:mm:ss",
    "whole": "0",
    "decimal": "0.00",
}
_TYPED: Final[dict[str, tuple[str, Callable[[InteractionRow, ZoneInfo], float | None]]]] = {
    "started": ("instant", _instant),
    "duration": ("duration", _duration),
    "segments": ("whole", lambda row, _: row.segment_count),
    "sentiment_value": ("decimal", lambda row, _: row.sentiment),
    "score": ("decimal", lambda row, _: row.score),
}
"""Columns that are numbers in a workbook: pattern and value; everything else is text."""
