"""The messages of an interaction as a list model: utterances of a call, or a chat."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from reviewer.messages import format_duration, format_instant, format_time, ptr, tr
from reviewer.models.interaction import Channel
from reviewer.models.letters import gone_messages
from reviewer.models.recording import PartyRole
from reviewer.services.wording import names_of_persons
from reviewer.ui.review.transcript_events import events_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from reviewer.models.ids import TimelineUs
    from reviewer.models.interaction import Interaction, Message, Tombstone
    from reviewer.models.timeline import Timeline

LINE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
# Colour roles of the parties, text and soft ground.
PARTY_ROLES: Final = {
    PartyRole.AGENT: ("agent", "agent_soft"),
    PartyRole.CUSTOMER: ("customer", "customer_soft"),
    PartyRole.CONSULTED: ("consult", "hover"),
    PartyRole.SYSTEM: ("muted", "surface"),
    PartyRole.MIXED: ("text2", "hover"),
}


class SpokenWord(NamedTuple):
    """One word of a line with its time: from where to before where in the text."""

    begin: int
    end: int
    start_us: TimelineUs
    end_us: TimelineUs


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One message, or something that happened, as it is shown.

    Attributes:
        start_us: Where it begins on the timeline.
        clock: The time shown beside it: of the playback for a call, of the day for a chat.
        author: Name of the party, worded.
        words: Its words with their times, when the recogniser gave them.
        sign: Icon and colour role of what happened; ("", "") for none.
        message: Place of the message among the interaction's, None for what happened.
        gone: Whether the message was deleted: the text says by whom, when and why.
    """

    start_us: TimelineUs
    clock: str
    author: str
    text: str
    party: PartyRole
    words: tuple[SpokenWord, ...] = ()
    sign: tuple[str, str] = ("", "")
    message: int | None = None
    gone: bool = False

    def word_at(self, position_us: TimelineUs) -> SpokenWord | None:
        """Return the word being said at a position, or None."""
        index = bisect_right(self.words, position_us, key=lambda word: word.start_us) - 1
        return self.words[index] if index >= 0 and position_us < self.words[index].end_us else None

    def time_of(self, place: int) -> TimelineUs:
        """Return when the character at `place` is said: its word's time, else the line's."""
        index = bisect_right(self.words, place, key=lambda word: word.begin) - 1
        return self.words[index].start_us if index >= 0 else self.start_us


class TranscriptModel(QAbstractListModel):
    """Holds the lines; made anew for each interaction by `show`.

    Thread: main.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[TranscriptLine, ...] = ()
        self._starts: list[int] = []

    @property
    def lines(self) -> tuple[TranscriptLine, ...]:
        """All lines by start."""
        return self._lines

    def set_lines(self, lines: tuple[TranscriptLine, ...]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._lines = lines
        self._starts = [line.start_us for line in lines]
        self.endResetModel()

    def index_at(self, position_us: TimelineUs) -> int:
        """Return the line being said or sent at a position, -1 before the first."""
        index = bisect_right(self._starts, position_us) - 1
        while index >= 0 and self._lines[index].party is PartyRole.SYSTEM:
            index -= 1
        return index

    def next_from(self, position_us: TimelineUs, step: int) -> int | None:
        """Return the line before (-1) or after (1) the one at a position, or None."""
        index = self.index_at(position_us) + step
        while 0 <= index < len(self._lines) and self._lines[index].party is PartyRole.SYSTEM:
            index += step
        return index if 0 <= index < len(self._lines) else None

    def event_from(self, position_us: TimelineUs, step: int) -> TimelineUs | None:
        """Return where something happened before (-1) or after (1) a position, or None."""
        events = [line.start_us for line in self._lines if line.party is PartyRole.SYSTEM]
        if step > 0:
            return next((at for at in events if at > position_us), None)
        return next((at for at in reversed(events) if at < position_us), None)

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._lines)

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role == LINE_ROLE:
            return self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line_words(self._lines[index.row()])
        return None


def line_words(line: TranscriptLine) -> str:
    """Return a line as it is read out and copied."""
    who = f"{line.author}: " if line.author else ""
    return f"{line.clock} {who}{line.text}"


def make_lines(
    interaction: Interaction, timeline: Timeline, zone: ZoneInfo
) -> tuple[TranscriptLine, ...]:
    """Return messages and what happened as lines, in the language in force. Thread: any."""
    spoken = interaction.channel is Channel.VOICE
    gone = gone_messages(interaction)
    lines = []
    for place, message in enumerate(interaction.messages):
        line = _line(message, place, timeline, zone, spoken=spoken)
        if place in gone:
            line = replace(line, text=stone_words(gone[place], zone), gone=True)
        lines.append(line)
    lines += [
        TranscriptLine(
            event.at_us, format_duration(event.at_us), "", event.words, PartyRole.SYSTEM, (),
            event.sign,
        )
        for event in events_of(interaction, timeline)
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda line: line.start_us))


def stone_words(stone: Tombstone, zone: ZoneInfo) -> str:
    """Return what is said in place of a message that is gone."""
    when = format_instant(stone.at_us, zone)
    if stone.by_retention:
        return tr("Deleted, {when}: its retention ended.", when=when)
    who = names_of_persons(stone.by, stone.approved_by)
    return tr("Deleted by {who}, {when}. Reason: {reason}", who=who, when=when, reason=stone.reason)


def _line(
    message: Message, place: int, timeline: Timeline, zone: ZoneInfo, *, spoken: bool
) -> TranscriptLine:
    position = timeline.to_position(message.at_us)
    return TranscriptLine(
        start_us=timeline.clamp(position),
        clock=format_duration(position) if spoken else format_time(message.at_us, zone),
        author=_author(message),
        text=message.text,
        party=message.role,
        words=tuple(_words(message, timeline)),
        message=place,
    )


def _words(message: Message, timeline: Timeline) -> Iterator[SpokenWord]:
    """Yield the words with times where they stand in the text; what is not in it is left out."""
    place, text = 0, message.text
    for spoken, started_us, ended_us in message.words:
        found = text.find(spoken, place)
        if found < 0 or not spoken:
            continue
        place = found + len(spoken)
        start_us = timeline.clamp(timeline.to_position(started_us))
        yield SpokenWord(found, place, start_us, timeline.clamp(timeline.to_position(ended_us)))


def _author(message: Message) -> str:
    if message.author or message.role is PartyRole.SYSTEM:
        return message.author
    words = {
        PartyRole.AGENT: tr("Agent"),
        PartyRole.CUSTOMER: ptr("party", "Customer"),
        PartyRole.CONSULTED: ptr("party", "Consulted"),
    }
    return words.get(message.role, "")
