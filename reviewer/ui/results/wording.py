"""Makes the cells of the results: which words, figures and icons each column shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, overload

from typing_extensions import override

from reviewer.messages import (
    N_,
    format_date,
    format_decimal,
    format_duration,
    format_time,
    language,
    ptr,
    tr,
    translated,
    zone_abbreviation,
)
from reviewer.models.columns import Align, Mood, mood_of, without
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Channel, SegmentKind
from reviewer.models.letters import kept_messages
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.settings import Feature
from reviewer.ui.results.cells import BLANK, Cell, Lead, Look, Sign

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from zoneinfo import ZoneInfo

    from reviewer.models.columns import Column
    from reviewer.models.interaction import Interaction, Segment
    from reviewer.models.recording import Recording
    from reviewer.models.search import InteractionRow

_CHANNEL_SIGNS: Final = {
    Channel.VOICE: ("phone", N_("Call")),
    Channel.CHAT: ("message-square", N_("Chat")),
    Channel.EMAIL: ("mail", N_("Email")),
}
# Slot and icon of each kind of content; email takes the place of the text.
_CONTENT: Final = (
    (0, "audio-lines", N_("Voice recording"), "voice"),
    (1, "message-square-text", N_("Chat or transcript"), "transcript"),
    (1, "mail", N_("Email"), "email"),
    (2, "monitor", N_("Screen recording"), "screen"),
)
_KINDS: Final = {
    "voice": frozenset({RecordingKind.VOICE, RecordingKind.VOICE_CHANNEL, RecordingKind.VOICEMAIL}),
    "transcript": frozenset({RecordingKind.VOICE_TRANSCRIPT, RecordingKind.CHAT_TRANSCRIPT}),
    "email": frozenset({RecordingKind.EMAIL}),
    "screen": frozenset({RecordingKind.SCREEN}),
}
_THERE: Final = RecordingState.AVAILABLE
_GONE: Final = {
    RecordingState.EXPIRED: N_("{what}: its retention ended"),
    RecordingState.DELETED: N_("{what}: deleted"),
    RecordingState.MISSING: N_("{what}: the file is missing or cannot be read"),
    RecordingState.DAMAGED: N_("{what}: the file is damaged; what can be read of it is played"),
}

# Columns that an icon stands for in the header.
_HEADER_ICONS: Final = {"flag": "flag", "notes": "sticky-note"}
# How much of a text stands before what was found in it, characters.
_LEAD_CHARS: Final = 12
_CUT: Final = "…"
_CELLS_KEPT: Final = 1_024
# Few contacts last longer than ten hours.
_LONG_US: Final = 36_000_000_000 - 1
# Columns whose text is quieter than the rest.
_QUIET: Final = frozenset({"to", "connected", "service", "agent", "account", "case"})


class RowCells(Sequence[Cell]):
    """The cells of an interaction, each worded when it is first asked for: half are not shown.

    Equal are those of the same values in the same wording.
    """

    __slots__ = ("_cells", "_makers", "_row")

    def __init__(
        self, row: InteractionRow, makers: tuple[Callable[[InteractionRow], Cell], ...]
    ) -> None:
        self._row = row
        self._makers = makers
        self._cells: list[Cell | None] = [None] * len(makers)

    @overload
    def __getitem__(self, index: int) -> Cell: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Cell]: ...

    @override
    def __getitem__(self, index: int | slice) -> Cell | Sequence[Cell]:
        if isinstance(index, slice):
            return tuple(self)[index]
        cell = self._cells[index]
        if cell is None:
            cell = self._cells[index] = self._makers[index](self._row)
        return cell

    @override
    def __len__(self) -> int:
        return len(self._makers)

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RowCells):
            return NotImplemented
        return self._makers is other._makers and self._row == other._row

    @override
    def __hash__(self) -> int:
        return hash(self._row)


class ResultsWording:
    """The columns of one channel, and how their cells are worded in the language in force."""

    def __init__(
        self,
        columns: Sequence[Column],
        zone: ZoneInfo,
        icon: str = "phone",
        features: Collection[Feature] = frozenset(Feature),
        *,
        cases_lead: bool = True,
    ) -> None:
        """Take the columns and what their cells are worded by.

        Args:
            columns: In the catalogue's order.
            zone: The centre's.
            icon: Of the channel.
            features: What is switched on.
            cases_lead: Whether the user may search for a case, so that its number leads there.
        """
        self._columns = tuple(columns)
        self._features = frozenset(features)
        self._icon = icon
        self._zone = zone
        self._makers: dict[str, Callable[[InteractionRow], Cell]] = {
            "icon": _channel,
            "started": self._started,
            "flag": _flag,
            "notes": _notes,
            "recording": _recordings,
            "sentiment": _sentiment,
            "segments": _segments,
            "scenario": _scenario,
            "giid": _giid,
            "snippet": _snippet,
        }
        if cases_lead:
            self._makers["case"] = _case
        # What repeats is one cell: services, agents, outcomes.
        self._kept = lru_cache(_CELLS_KEPT)(_plain_cell)
        self._by_column = tuple(
            self._makers.get(column.key) or partial(self._plain, column) for column in columns
        )

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in the catalogue's order."""
        return self._columns

    @property
    def column_count(self) -> int:
        """Number of columns."""
        return len(self._columns)

    def index(self, key: str) -> int:
        """Return where a column is, -1 if there is none of that key."""
        return next((i for i, column in enumerate(self._columns) if column.key == key), -1)

    def title(self, column: int) -> str:
        """Return a column's title."""
        return self._columns[column].title()

    def header_icon(self, key: str) -> str:
        """Return the icon that stands for a column in the header, "" where its title does."""
        return self._icon if key == "icon" else _HEADER_ICONS.get(key, "")

    def widest(self, key: str) -> Cell | None:
        """Return a cell as wide as any of a column whose cells must not be cut, else None."""
        if key == "started":
            now_us = WallUs(time.time_ns() // 1_000)
            date, clock = format_date(now_us, self._zone), format_time(now_us, self._zone)
            suffix = zone_abbreviation(now_us, self._zone)
            return Cell(f"{date} {clock}", suffix=suffix, look=Look.STRONG)
        if key == "duration":
            return Cell(format_duration(_LONG_US), look=Look.NUMBER)
        return None

    def interaction(self, row: InteractionRow) -> Sequence[Cell]:
        """Return the cells of an interaction, one a column; each is worded when it is asked for."""
        return RowCells(without(row, self._features), self._by_column)

    def part(self, whole: Interaction, number: int) -> tuple[Cell, ...]:
        """Return the cells of the part at index `number`, one a column."""
        segment = whole.segments[number]
        agent = segment.agent
        cells = {
            "started": Cell(
                tr("segment {number}", number=segment.number),
                suffix=format_time(segment.started_us, self._zone),
                look=Look.STRONG,
            ),
            "from": Cell(_caller(whole, number)),
            "to": Cell(agent.display_name if agent is not None else segment.connected_to),
            "connected": Cell(segment.connected_to),
            "duration": Cell(part_duration(whole, number), look=Look.NUMBER),
            "service": Cell(segment.service),
            "disposition": Cell(segment.disposition),
            "agent": Cell(agent.login if agent is not None else ""),
            "recording": Cell(signs=_part_signs(whole, segment, self._features)),
        }
        return tuple(cells.get(column.key, BLANK) for column in self._columns)

    # --- private

    def _plain(self, column: Column, row: InteractionRow) -> Cell:
        text = column.text(row, self._zone)
        if not text:
            return BLANK
        if column.align is Align.RIGHT:
            look = Look.NUMBER
        else:
            look = Look.QUIET if column.key in _QUIET else Look.PLAIN
        return self._kept(text, look, column.tooltip(row, self._zone))

    def _started(self, row: InteractionRow) -> Cell:
        day = format_date(row.started_us, self._zone)
        time = format_time(row.started_us, self._zone)
        suffix = zone_abbreviation(row.started_us, self._zone)
        return Cell(f"{day} {time}", suffix=suffix, look=Look.STRONG)


def _plain_cell(text: str, look: Look, tooltip: str) -> Cell:
    return Cell(text, look=look, tooltip=tooltip)


def part_duration(whole: Interaction, number: int) -> str:
    """Return what stands in the duration's column of a part.

    Source: results.md: of a transferred interaction the first part's is empty and the last one
    shows the total.
    """
    if whole.was_transferred and number == len(whole.segments) - 1:
        return format_duration(whole.duration_us)
    if whole.was_transferred and number == 0:
        return ""
    return format_duration(whole.segments[number].duration_us)


def _channel(row: InteractionRow) -> Cell:
    return _channel_cell(row.channel, language())


@lru_cache
def _channel_cell(channel: Channel, _language: str) -> Cell:
    icon, name = _CHANNEL_SIGNS[channel]
    return Cell(signs=(Sign(icon, "text2", translated(name)),))


def _flag(row: InteractionRow) -> Cell:
    if not row.flagged:
        return BLANK
    return Cell(signs=(Sign("flag", "m_flag", tr("Help was asked for")),))


def _notes(row: InteractionRow) -> Cell:
    if not row.notes:
        return BLANK
    return Cell(signs=(Sign("sticky-note", "text2", tr("Notes")),), tooltip=row.notes)


def _recordings(row: InteractionRow) -> Cell:
    return _content_cell(row.voice, row.transcript, row.email, row.screen, language())


@lru_cache
def _content_cell(
    voice: RecordingState | None,
    transcript: RecordingState | None,
    email: RecordingState | None,
    screen: RecordingState | None,
    _language: str,
) -> Cell:
    states = {"voice": voice, "transcript": transcript, "email": email, "screen": screen}
    return Cell(signs=_content_signs(states))


def _content_signs(states: dict[str, RecordingState | None]) -> tuple[Sign, ...]:
    taken: set[int] = set()
    signs = []
    for slot, icon, title, kind in _CONTENT:
        state = states[kind]
        if state is None or slot in taken:
            continue
        taken.add(slot)
        what = translated(title)
        if state is RecordingState.AVAILABLE:
            signs.append(Sign(icon, "accent_text", what, slot, opens=True))
        else:
            label = translated(_GONE[state], what=what)
            role = "fail" if state is RecordingState.DAMAGED else "deleted"
            signs.append(Sign(f"gone:{icon}", role, label, slot, opens=True))
    return tuple(signs)


def _part_signs(
    whole: Interaction, segment: Segment, features: Collection[Feature]
) -> tuple[Sign, ...]:
    mine = [r for r in whole.recordings if _belongs(r, segment)]
    states: dict[str, RecordingState | None] = {}
    for name, kinds in _KINDS.items():
        found = {r.state for r in mine if r.kind in kinds}
        states[name] = next((state for state in RecordingState if state in found), None)
    if states["transcript"] is None and _speaks(whole, segment):
        # What was said or written is kept as messages, with or without a file of its own.
        states["transcript"] = whole.content_state(*_KINDS["transcript"]) or _THERE
    if Feature.SCREEN not in features:
        states["screen"] = None
    if Feature.TRANSCRIPTS not in features and whole.channel is Channel.VOICE:
        states["transcript"] = None
    return _content_signs(states)


def _speaks(whole: Interaction, segment: Segment) -> bool:
    """Return whether anything was said or written in a part."""
    return any(
        message.role is not PartyRole.SYSTEM and message.segment_number == segment.number
        for message in kept_messages(whole)
    )


def _belongs(recording: Recording, segment: Segment) -> bool:
    if recording.segment_number is not None:
        return recording.segment_number == segment.number
    return any(
        span.wall_start_us < segment.ended_us and span.wall_end_us > segment.started_us
        for span in recording.spans
    )


def _sentiment(row: InteractionRow) -> Cell:
    value = row.sentiment
    if value is None:
        return BLANK
    mood, worded = mood_of(value), format_decimal(value)
    if mood is Mood.POSITIVE:
        icon, role, label = "smile", "success", tr("Good mood: {value}", value=worded)
    elif mood is Mood.NEGATIVE:
        icon, role, label = "frown", "fail", tr("Bad mood: {value}", value=worded)
    else:
        icon, role, label = "meh", "warning", tr("Middling mood: {value}", value=worded)
    return Cell(signs=(Sign(icon, role, label),))


def _scenario(row: InteractionRow) -> Cell:
    if not row.scenario:
        return BLANK
    told = tr("Trace of the scenario")
    return Cell(row.scenario, look=Look.LINK, leads=Lead.TRACE, tooltip=f"{row.scenario}\n{told}")


def _case(row: InteractionRow) -> Cell:
    if not row.case_number:
        return BLANK
    told = tr("All emails of the case, in a window of their own")
    return Cell(row.case_number, look=Look.LINK, leads=Lead.CASE, tooltip=told)


def _giid(row: InteractionRow) -> Cell:
    return Cell(row.giid, look=Look.MONO, leads=Lead.REVIEW)


def _snippet(row: InteractionRow) -> Cell:
    if row.snippet is None:
        return BLANK
    text, marks = row.snippet.text, row.snippet.marks
    # What was found is near the left edge, after whole words, so that a narrow column shows it.
    begin = max(0, marks[0][0] - _LEAD_CHARS) if marks else 0
    while begin and begin < marks[0][0] and not text[begin - 1].isspace():
        begin += 1
    head = _CUT if begin else ""
    shift = len(head) - begin
    shown = tuple((a + shift, b + shift) for a, b in marks if a >= begin)
    return Cell(head + text[begin:], marks=shown, tooltip=text)


def _segments(row: InteractionRow) -> Cell:
    count = row.segment_count
    if count < 2:
        return Cell(str(count), look=Look.QUIET, signs=(Sign("", "muted", ""),))
    sign = Sign("chevron-right", "accent_text", tr("Show or hide the segments"))
    return Cell(str(count), look=Look.LINK, signs=(sign,), parts=count)


def _caller(whole: Interaction, number: int) -> str:
    """Return who the agent of a part spoke with."""
    segment = whole.segments[number]
    if segment.kind is SegmentKind.CONSULTATION:
        party = segment.party
        return tr("{party}, consultation", party=party) if party else tr("Consultation")
    if segment.kind is SegmentKind.CONFERENCE:
        return tr("Conference")
    if segment.kind is SegmentKind.IVR:
        return ptr("part", "IVR")
    came_over = any(s.transferred_to == segment.number for s in whole.segments)
    return tr("Customer, after the transfer") if came_over else ptr("part", "Customer")
