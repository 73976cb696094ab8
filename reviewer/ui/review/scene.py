"""What the timeline shows of an interaction: rows, stretches, markers, links, in words.

Built once by `scene_build`, without Qt and without I/O; the painters only place it. Wording is
fixed when it is built, so a change of language builds it anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, Literal

from reviewer.messages import tr
from reviewer.models.ids import TimelineUs, WallUs
from reviewer.models.timeline import Piece, Timeline

if TYPE_CHECKING:
    from reviewer.models.interaction import SegmentKind

Side = Literal["up", "down", "both"]


class BarState(Enum):
    """What became of a row's sound."""

    SOUND = auto()
    EMPTY = auto()
    """The recording is there, nothing was captured in it."""
    DELETED = auto()
    EXPIRED = auto()
    MISSING = auto()
    NOT_RECORDED = auto()


class MarkerKind(Enum):
    """Kinds of markers, told apart by shape; the first say most."""

    FLAG = auto()
    COMMENT = auto()
    BOOKMARK = auto()
    HIT = auto()
    STEP = auto()


@dataclass(frozen=True, slots=True)
class Stripe:
    """A marked stretch inside a row; `word` says what it is."""

    start_us: TimelineUs
    end_us: TimelineUs
    word: str = ""

    @property
    def duration_us(self) -> int:
        """Its length, >= 0."""
        return max(0, self.end_us - self.start_us)


@dataclass(frozen=True, slots=True)
class Wave:
    """One waveform: which channel of which piece, on which side of the middle, in which colour.

    Attributes:
        channel: Index of the channel; None: all of them together.
        role: Colour role of the theme.
    """

    piece: Piece
    channel: int | None
    side: Side
    role: str


@dataclass(frozen=True, slots=True)
class ChatBar:
    """One message on the scale; `weight` 0..1 by its length, `index` in the transcript."""

    start_us: TimelineUs
    weight: float
    index: int


@dataclass(frozen=True, slots=True)
class SceneRow:
    """One row, as it is drawn and read out.

    Attributes:
        number: The segment's number, or 0 for a party's lane of a chat.
        icon, icon_role: The sign in the head.
        title, subtitle, extent: Words of the head; `extent` is the duration or a count.
        bars: Where the bar is drawn: the segment without ringing before it, cut by gaps.
        uncaptured: Where a recording was made in which nothing is, beside those that sound.
        dashed: Whether the bar is outlined by dashes (a consultation).
        chat_role: Colour role of a chat's lane, "" for a segment.
        spoken: The whole row in words, for assistive technology and the tooltip.
    """

    number: int
    kind: SegmentKind
    icon: str
    icon_role: str
    title: str
    subtitle: str
    extent: str
    start_us: TimelineUs
    end_us: TimelineUs
    state: BarState = BarState.SOUND
    bars: tuple[Stripe, ...] = ()
    holds: tuple[Stripe, ...] = ()
    ivrs: tuple[Stripe, ...] = ()
    waits: tuple[Stripe, ...] = ()
    after_work: tuple[Stripe, ...] = ()
    gaps: tuple[Stripe, ...] = ()
    seams: tuple[Stripe, ...] = ()
    uncaptured: tuple[Stripe, ...] = ()
    waves: tuple[Wave, ...] = ()
    messages: tuple[ChatBar, ...] = ()
    dashed: bool = False
    chat_role: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A transfer from the end of one row to the start of another, by index in `Scene.rows`."""

    from_row: int
    to_row: int
    word: str


@dataclass(frozen=True, slots=True)
class Marker:
    """A point on the scale, or a range from there; `words` is its tooltip."""

    kind: MarkerKind
    at_us: TimelineUs
    words: str
    end_us: TimelineUs | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the timeline shows.

    Attributes:
        screen: Where there is screen video.
        screen_gone: Where there was some that was deleted or has expired.
        chat: Whether the rows are the two parties of a chat.
    """

    timeline: Timeline
    rows: tuple[SceneRow, ...] = ()
    links: tuple[Link, ...] = ()
    markers: tuple[Marker, ...] = ()
    screen: tuple[Stripe, ...] = ()
    screen_gone: tuple[Stripe, ...] = ()
    chat: bool = False

    @property
    def has_screen(self) -> bool:
        """Whether the lane of the screen video is shown."""
        return bool(self.screen or self.screen_gone)

    def row_of(self, number: int) -> int | None:
        """Return the index of the row of a segment, or None."""
        for index, row in enumerate(self.rows):
            if row.number == number and not row.chat_role:
                return index
        return None


EMPTY_SCENE: Final = Scene(Timeline(WallUs(0), 0, ()))


def state_words(state: BarState) -> str:
    """Return what is written in a bar without sound; "" where there is sound."""
    return {
        BarState.SOUND: "",
        BarState.EMPTY: tr("no sound was captured"),
        BarState.DELETED: tr("recording deleted"),
        BarState.EXPIRED: tr("retention ended"),
        BarState.MISSING: tr("file missing or unreadable"),
        BarState.NOT_RECORDED: tr("not recorded"),
    }[state]
