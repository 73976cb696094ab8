"""A workbook of one interaction: its data, its parts, all scores, notes and comments."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from reviewer.messages import format_duration, ptr, tr
from reviewer.models.ids import US_PER_S
from reviewer.services.exporters.tables import cell_text
from reviewer.services.wording import (
    name_of_channel,
    name_of_direction,
    name_of_outcome,
    name_of_segment_kind,
    name_of_transfer,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from reviewer.models.interaction import Interaction
    from reviewer.models.remarks import Comment
    from reviewer.models.scoring import Evaluation

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(days=1)
_WIDE: Final = 40
_LEAST: Final = 10


@dataclass(frozen=True, slots=True)
class _Instant:
    """A cell that is a time, in microseconds UTC."""

    at_us: int


@dataclass(frozen=True, slots=True)
class _Length:
    """A cell that is a duration, in microseconds."""

    duration_us: int


_Cell = str | int | float | _Instant | _Length | None


def score_book(
    interaction: Interaction,
    evaluations: Sequence[Evaluation],
    comments: Sequence[Comment],
    zone: ZoneInfo,
    *,
    by: str = "",
) -> bytes:
    """Return the workbook as XLSX, in the language in force; made in memory. Thread: any.

    `by` names whoever takes it out, as its watermark; "": it does without.

    Cells are typed: nothing that anybody wrote is ever evaluated.
    """
    # Here, because only who asks for a workbook should wait for the library.
    from xlsxwriter import Workbook

    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True})
    sheets = _Sheets(book, zone)
    facts = _facts(interaction)
    if by:
        facts.append((tr("Taken out by"), by))
    sheets.add(tr("Interaction"), (), facts)
    sheets.add(ptr("sheet", "Segments"), _part_heads(), _parts(interaction))
    heads, rows = _scores(evaluations)
    sheets.add(ptr("sheet", "Scores"), heads, rows)
    sheets.add(tr("Notes"), _note_heads(), _notes(interaction, evaluations))
    sheets.add(tr("Comments"), _comment_heads(), _comments(interaction, comments))
    book.close()
    return made.getvalue()


class _Sheets:
    """Fills sheets of a workbook."""

    def __init__(self, book: Any, zone: ZoneInfo) -> None:
        self._book = book
        self._zone = zone
        self._bold = book.add_format({"bold": True})
        self._wraps = book.add_format({"text_wrap": True, "valign": "top"})
        self._instant = book.add_format({"num_format": "yyyy\\-mm\\-dd hh:mm:ss"})
        self._length = book.add_format({"num_format": "[h]:mm:ss"})

    def add(self, name: str, heads: Sequence[str], rows: Sequence[Sequence[_Cell]]) -> None:
        """Add a sheet; without heads its first column is the names of the second."""
        sheet = self._book.add_worksheet(name)
        first = 0
        if heads:
            sheet.freeze_panes(1, 0)
            for place, head in enumerate(heads):
                sheet.write_string(0, place, cell_text(head), self._bold)
            first = 1
        for line, row in enumerate(rows, start=first):
            for place, value in enumerate(row):
                self._write(sheet, line, place, value, name=not heads and place == 0)
        columns = max((len(row) for row in rows), default=len(heads))
        for place in range(max(columns, len(heads))):
            texts = [str(heads[place])] if place < len(heads) else []
            texts += [str(row[place]) for row in rows if place < len(row)]
            width = max(map(len, texts), default=_LEAST)
            sheet.set_column(place, place, min(_WIDE, max(_LEAST, width + 1)))

    def _write(self, sheet: Any, line: int, place: int, value: _Cell, *, name: bool) -> None:
        match value:
            case None | "":
                return
            case _Instant(at_us):
                local = (_EPOCH + timedelta(microseconds=at_us)).astimezone(self._zone)
                since = local.replace(tzinfo=None) - datetime(1899, 12, 30)  # noqa: DTZ001
                sheet.write_number(line, place, since / _DAY, self._instant)
            case _Length(duration_us):
                days = duration_us // US_PER_S / _DAY.total_seconds()
                sheet.write_number(line, place, days, self._length)
            case str():
                look = self._bold if name else self._wraps
                sheet.write_string(line, place, cell_text(value), look)
            case _:
                sheet.write_number(line, place, value)


def _facts(interaction: Interaction) -> list[tuple[str, _Cell]]:
    agent = interaction.agent
    pairs: list[tuple[str, _Cell]] = [
        (tr("Global Interaction ID"), interaction.giid),
        (tr("Interaction type"), name_of_channel(interaction.channel)),
        (ptr("criterion", "direction").capitalize(), name_of_direction(interaction.direction)),
        (tr("Date and Time"), _Instant(interaction.started_us)),
        (tr("Duration"), _Length(interaction.duration_us)),
        (ptr("column", "From"), interaction.from_address),
        (ptr("fact", "Name"), interaction.from_name),
        (ptr("column", "To"), interaction.to_address),
        (tr("Connected to"), interaction.connected_to),
        (tr("Outcome"), name_of_outcome(interaction.outcome)),
        (tr("Agent"), agent.display_name if agent is not None else ""),
        (tr("Team"), agent.team if agent is not None else ""),
        (tr("Service"), interaction.service),
        (tr("Disposition"), interaction.disposition),
        (tr("Flag"), tr("Help requested") if interaction.flagged else ""),
        (tr("Call problem"), interaction.call_problem),
        (tr("Scenario"), interaction.scenario),
        (tr("Account number"), interaction.account_number),
        (tr("Case number"), interaction.case_number),
        (tr("Subject"), interaction.subject),
        (tr("Sentiment"), interaction.sentiment),
        (tr("Tags"), ", ".join(interaction.tags)),
        (tr("Knowledge base"), ", ".join(interaction.km_articles)),
    ]
    pairs += interaction.custom
    return [pair for pair in pairs if pair[1] not in ("", None)]


def _part_heads() -> tuple[str, ...]:
    return (
        ptr("sheet", "Segment"),
        ptr("fact", "Kind"),
        tr("Date and Time"),
        tr("Duration"),
        tr("Agent"),
        tr("Team"),
        tr("Service"),
        tr("Disposition"),
        tr("Connected to"),
        ptr("fact", "Transfer"),
    )


def _parts(interaction: Interaction) -> list[tuple[_Cell, ...]]:
    return [
        (
            segment.number,
            name_of_segment_kind(segment.kind),
            _Instant(segment.started_us),
            _Length(segment.duration_us),
            segment.agent.display_name if segment.agent is not None else "",
            segment.agent.team if segment.agent is not None else "",
            segment.service,
            segment.disposition,
            segment.connected_to or segment.party,
            name_of_transfer(segment.transfer) if segment.transfer is not None else "",
        )
        for segment in interaction.segments
    ]


def _scores(
    evaluations: Sequence[Evaluation],
) -> tuple[tuple[str, ...], list[tuple[_Cell, ...]]]:
    """Return a row an evaluation, with a column for each category that was ever scored."""
    names = tuple(
        dict.fromkeys(score.category for evaluation in evaluations for score in evaluation.scores)
    )
    heads = (
        ptr("sheet", "Segment"),
        tr("Evaluator"),
        ptr("sheet", "Version"),
        tr("Date and Time"),
        *names,
        ptr("sheet", "Average"),
        tr("Note"),
    )
    rows: list[tuple[_Cell, ...]] = []
    for evaluation in evaluations:
        given = {score.category: score.score for score in evaluation.scores}
        rows.append(
            (
                evaluation.segment_number,
                evaluation.evaluator,
                evaluation.version,
                _Instant(evaluation.at_us),
                *(given.get(name) for name in names),
                evaluation.average,
                evaluation.note,
            )
        )
    return heads, rows


def _note_heads() -> tuple[str, ...]:
    return (tr("Date and Time"), ptr("fact", "Author"), ptr("sheet", "Segment"), tr("Note"))


def _notes(interaction: Interaction, evaluations: Sequence[Evaluation]) -> list[tuple[_Cell, ...]]:
    """Return the agents' notes, and reviewers' with those of their evaluations, by time."""
    found: list[tuple[int, str, int | None, str]] = [
        (note.at_us, note.author, note.segment_number, note.text) for note in interaction.notes
    ]
    found += [(e.at_us, e.evaluator, e.segment_number, e.note) for e in evaluations if e.note]
    return [(_Instant(at), who, part, text) for at, who, part, text in sorted(found, key=_first)]


def _first(row: tuple[int, str, int | None, str]) -> int:
    return row[0]


def _comment_heads() -> tuple[str, ...]:
    return (
        ptr("sheet", "At"),
        ptr("sheet", "Until"),
        ptr("fact", "Author"),
        tr("Date and Time"),
        ptr("remarks", "Words"),
    )


def _comments(interaction: Interaction, comments: Sequence[Comment]) -> list[tuple[_Cell, ...]]:
    def clock(instant_us: int | None) -> str:
        if instant_us is None:
            return ""
        return format_duration(max(0, instant_us - interaction.started_us))

    return [
        (
            clock(comment.place.started_us),
            clock(comment.place.ended_us),
            comment.author_name,
            _Instant(comment.written_us),
            comment.text or tr("Bookmark"),
        )
        for comment in comments
    ]
