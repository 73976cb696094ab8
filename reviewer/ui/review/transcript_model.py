"""The messages of an interaction as a list model: utterances of a call, or a chat."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from reviewer.messages import format_duration, format_time, ptr, tr
from reviewer.models.interaction import Channel
from reviewer.models.recording import PartyRole

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.ids import TimelineUs
    from reviewer.models.interaction import Interaction, Message
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


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One message as it is shown.

    Attributes:
        start_us: Where it begins on the timeline.
        clock: The time shown beside it: of the playback for a call, of the day for a chat.
        author: Name of the party, worded.
    """

    start_us: TimelineUs
    clock: str
    author: str
    text: str
    party: PartyRole


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
    """Return the messages of an interaction as lines, in the language in force. Thread: any."""
    spoken = interaction.channel is Channel.VOICE
    return tuple(
        TranscriptLine(
            start_us=timeline.clamp(timeline.to_position(message.at_us)),
            clock=format_duration(timeline.to_position(message.at_us))
            if spoken
            else format_time(message.at_us, zone),
            author=_author(message),
            text=message.text,
            party=message.role,
        )
        for message in sorted(interaction.messages, key=lambda message: message.at_us)
    )


def _author(message: Message) -> str:
    if message.author or message.role is PartyRole.SYSTEM:
        return message.author
    words = {
        PartyRole.AGENT: tr("Agent"),
        PartyRole.CUSTOMER: ptr("party", "Customer"),
        PartyRole.CONSULTED: ptr("party", "Consulted"),
    }
    return words.get(message.role, "")
