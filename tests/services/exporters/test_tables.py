"""Tables as CSV and XLSX, read back by other programs' eyes: no cell is ever a formula."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from reviewer.messages import choose_language
from reviewer.models.columns import column, columns_for
from reviewer.models.ids import InteractionId, WallUs
from reviewer.models.interaction import Channel, Direction
from reviewer.models.search import InteractionRow
from reviewer.services.exporters import tables
from reviewer.services.exporters.base import table_writer_of
from tests.helpers.names import FORMULAS, collected_names
from tests.helpers.stores import STARTED_US, make_giid

MOSCOW = ZoneInfo("Europe/Moscow")
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def make_row(number=1, **values):
    fields = {
        "id": InteractionId(number),
        "giid": make_giid(number),
        "channel": Channel.VOICE,
        "direction": Direction.INBOUND,
        "started_us": WallUs(STARTED_US),
        "duration_us": 3_723_000_000,
    }
    return InteractionRow(**(fields | values))


def written(kind, columns, rows, tmp_path):
    file = io.BytesIO()
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    table_writer_of(kind).write(file, tuple(columns), rows, MOSCOW, scratch)
    assert not list(scratch.iterdir())
    return file.getvalue()


def read_csv(data):
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def payloads():
    return [text.replace("\ud800", "?") for text in [*FORMULAS, *collected_names()]]


def test_csv_comes_back_whole_and_no_cell_begins_a_formula(tmp_path):
    texts = payloads()
    rows = [make_row(n, from_address=text, disposition=text) for n, text in enumerate(texts)]
    data = written("csv", [column("from"), column("disposition")], rows, tmp_path)
    head, *lines = read_csv(data)
    assert head == ["From", "Disposition"]
    assert len(lines) == len(texts)
    for text, (first, second) in zip(texts, lines, strict=True):
        assert first == second
        assert not first.startswith(BEGINNINGS)
        seen = first.lstrip("\x00\ufeff\u200b\u202e \u00a0\t\r\n")
        assert not seen.startswith(BEGINNINGS)
        plain = text.replace("\u00a0", " ").replace("\u2212", "-")
        assert first.replace("'", "") == plain.replace("'", "")


@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
def test_no_cell_begins_a_formula_whatever_parts_cells(tmp_path, parted_by):
    """As a spreadsheet reads it that knows nothing of quotes, or has other separators."""
    rows = [make_row(n, from_address=text, disposition=text) for n, text in enumerate(payloads())]
    data = written("csv", [column("from"), column("disposition")], rows, tmp_path)
    text = data.decode("utf-8-sig")
    if parted_by == ",":
        cells = [cell for line in read_csv(data) for cell in line]
    else:
        cells = [cell for line in text.splitlines() for cell in line.split(parted_by)]
    for cell in cells:
        seen = next((c for c in cell if c.isprintable() and c not in '" \u00a0\ufeff'), "")
        assert seen not in SIGNS, cell


def test_csv_heads_are_harmless_too(tmp_path):
    data = written("csv", [column("custom.=1+1"), column("custom.a,b")], [], tmp_path)
    assert read_csv(data) == [["'=1+1", "a,b"]]


def test_csv_follows_rfc_4180(tmp_path):
    rows = [make_row(from_address='say "no", twice', disposition="a\nb")]
    data = written(
        "csv", [column("from"), column("disposition"), column("duration")], rows, tmp_path
    )
    assert data == (
        b'\xef\xbb\xbfFrom,Disposition,Duration\r\n"say ""no"", twice","a\nb",1:02:03\r\n'
    )


def test_a_lone_half_of_a_letter_does_not_stop_a_table(tmp_path):
    for kind in ("csv", "xlsx"):
        assert written(kind, [column("from")], [make_row(from_address="a\ud800b")], tmp_path)


def sheets(data):
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets


def test_a_workbook_holds_texts_and_no_formula(tmp_path):
    texts = [text for text in payloads() if text]
    rows = [make_row(n, from_address=text) for n, text in enumerate(texts)]
    data = written("xlsx", [column("from"), column("custom.=1+1")], rows, tmp_path)
    (sheet,) = sheets(data)
    assert [cell.value for cell in sheet[1]] == ["From", "=1+1"]
    for text, cells in zip(texts, sheet.iter_rows(min_row=2), strict=True):
        assert cells[0].data_type == "s"
        assert cells[0].hyperlink is None
        told = cells[0].value
        if all(char.isprintable() for char in text) and "_x" not in text:
            assert told == text
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "<f " not in xml
    assert "hyperlink" not in xml
    assert not [name for name in names if "extern" in name.lower() or "vba" in name.lower()]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_numbers_and_times_are_typed(tmp_path, language):
    choose_language(language)
    keys = ("started", "duration", "segments", "sentiment_value", "score", "giid")
    row = make_row(sentiment=-0.5, segment_count=3, score=7.25)
    data = written("xlsx", [column(key) for key in keys], [row, make_row(2)], tmp_path)
    (sheet,) = sheets(data)
    values = [cell.value for cell in sheet[2]]
    assert values[0] == datetime(2023, 10, 5, 13, 50, 39)  # noqa: DTZ001 (the centre's own time)
    assert values[1] == timedelta(hours=1, minutes=2, seconds=3)
    assert values[2:] == [3, -0.5, 7.25, make_giid(1)]
    assert [cell.value for cell in sheet[3]][3:5] == [None, None]


def test_what_a_cell_cannot_hold_is_cut_and_says_so(tmp_path):
    data = written("xlsx", [column("notes")], [make_row(notes="я" * 40_000)], tmp_path)
    (sheet,) = sheets(data)
    told = sheet["A2"].value
    assert len(told) == 32_767
    assert told.endswith("(40\u00a0000 characters in all)")


def test_rows_beyond_one_sheet_go_to_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_SHEET_ROWS", 4)
    rows = [make_row(n) for n in range(7)]
    data = written("xlsx", [column("giid")], rows, tmp_path)
    found = sheets(data)
    assert [sheet.title for sheet in found] == ["Records", "Records 2", "Records 3"]
    assert [sheet.max_row for sheet in found] == [4, 4, 2]
    told = [cell.value for sheet in found for (cell,) in sheet.iter_rows(min_row=2)]
    assert told == [make_giid(n) for n in range(7)]
    assert all(sheet["A1"].value == "Global Interaction ID" for sheet in found)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_empty_table_has_its_head(tmp_path, kind):
    data = written(kind, columns_for(), [], tmp_path)
    if kind == "csv":
        assert len(read_csv(data)) == 1
    else:
        (sheet,) = sheets(data)
        assert sheet.max_row == 1
        assert sheet.max_column == len(columns_for())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_rows(tmp_path, kind):
    def rows(count):
        return (make_row(n, from_address=f"+7 {n}", notes="note " * 20) for n in range(count))

    def peak(count):
        with (tmp_path / "table").open("w+b") as file:
            tracemalloc.start()
            scratch = tmp_path / "scratch"
            scratch.mkdir(exist_ok=True)
            table_writer_of(kind).write(file, columns_for(), rows(count), MOSCOW, scratch)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    peak(10)
    assert peak(4_000) < peak(400) + 1_500_000


@pytest.mark.parametrize("rows", [0, 2])
def test_who_takes_it_out_is_named_in_a_line_at_the_end(tmp_path, rows):
    columns = (column("from"), column("disposition"))
    made = [make_row(n) for n in range(rows)]
    line = "Taken out by =vera · 2026-11-29 10:00 MSK"
    for kind in ("csv", "xlsx"):
        file = io.BytesIO()
        table_writer_of(kind).write(file, columns, made, MOSCOW, tmp_path, line.partition("by ")[2])
        if kind == "csv":
            assert read_csv(file.getvalue())[-1] == [line]
            assert len(read_csv(file.getvalue())) == rows + 2
        else:
            sheet = openpyxl.load_workbook(file).worksheets[0]
            assert (sheet.max_row, sheet.cell(sheet.max_row, 1).value) == (rows + 2, line)
