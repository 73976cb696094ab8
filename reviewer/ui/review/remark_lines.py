"""Comments and bookmarks as the page shows them: in words, by place, as markers.

No widgets here. May be imported by `reviewer.ui.review`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.messages import format_duration, format_instant, format_time, tr
from reviewer.models.folding import fold
from reviewer.models.interaction import Channel
from reviewer.models.remarks import RemarkKind
from reviewer.ui.review.scene import Marker, MarkerKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from reviewer.models.ids import TimelineUs
    from reviewer.models.interaction import Interaction
    from reviewer.models.remarks import Comment
    from reviewer.models.timeline import Timeline

DASH: Final = "\u2013"
_MARKERS: Final = {
    RemarkKind.COMMENT: MarkerKind.COMMENT,
    RemarkKind.BOOKMARK: MarkerKind.BOOKMARK,
}
_SHORT: Final = 120
"""Characters of a comment that a marker's tooltip shows."""


@dataclass(frozen=True, slots=True)
class RemarkLine:
    """One comment or bookmark as it is shown.

    Attributes:
        start_us: Where it stands on the timeline.
        end_us: Where its range ends, None for a moment.
        clock: The time shown beside it.
        byline: Who wrote it and when, whether it was changed, and who sees it.
        own: Whether the user wrote it.
    """

    comment: Comment
    start_us: TimelineUs
    end_us: TimelineUs | None
    clock: str
    byline: str
    own: bool

    @property
    def words(self) -> str:
        """What it says; the word for a bookmark without any."""
        return self.comment.text or tr("Bookmark")

    @property
    def spoken(self) -> str:
        """The whole line, for assistive technology and the clipboard."""
        return f"{self.clock} {self.words}\n{self.byline}"


@dataclass(frozen=True, slots=True)
class RemarkFilter:
    """Which lines are listed; the default lists all.

    Attributes:
        kind: Only these; None: both.
        mine: Only the user's own.
        text: Only those that have it, in words or author's name.
    """

    kind: RemarkKind | None = None
    mine: bool = False
    text: str = ""

    def takes(self, line: RemarkLine) -> bool:
        """Whether a line is listed."""
        if self.kind is not None and line.comment.kind is not self.kind:
            return False
        if self.mine and not line.own:
            return False
        wanted = fold(self.text.strip())
        return wanted in fold(line.comment.text) or wanted in fold(line.comment.author_name)


def make_remarks(
    comments: Iterable[Comment],
    interaction: Interaction,
    timeline: Timeline,
    zone: ZoneInfo,
    login: str,
) -> tuple[RemarkLine, ...]:
    """Return comments as lines, in the language in force. Thread: any."""
    return tuple(_line(comment, interaction, timeline, zone, login) for comment in comments)


def _line(
    comment: Comment, interaction: Interaction, timeline: Timeline, zone: ZoneInfo, login: str
) -> RemarkLine:
    start = timeline.clamp(timeline.to_position(comment.place.started_us))
    end = None
    if comment.place.ended_us is not None:
        end = timeline.clamp(timeline.to_position(comment.place.ended_us))
    said = [comment.author_name, format_instant(comment.written_us, zone)]
    if comment.edited_us is not None:
        said.append(tr("changed"))
    if not comment.public:
        said.append(tr("only you see it"))
    return RemarkLine(
        comment=comment,
        start_us=start,
        end_us=end,
        clock=place_words(interaction, timeline, zone, start, end),
        byline=" · ".join(said),
        own=comment.author == login,
    )


def place_words(
    interaction: Interaction,
    timeline: Timeline,
    zone: ZoneInfo,
    start_us: TimelineUs,
    end_us: TimelineUs | None = None,
) -> str:
    """Return a moment or range: of the playback for a call, of the day for chat and email."""

    def clock(position: TimelineUs) -> str:
        if interaction.channel is Channel.VOICE:
            return format_duration(position)
        return format_time(timeline.to_wall(position), zone)

    if end_us is None:
        return clock(start_us)
    return f"{clock(start_us)}{DASH}{clock(end_us)}"


def markers_of(lines: Iterable[RemarkLine]) -> tuple[Marker, ...]:
    """Return the markers of comments and bookmarks on the timeline."""
    return tuple(
        Marker(
            _MARKERS[line.comment.kind],
            line.start_us,
            f"{_cut(line.words)}\n{line.byline}",
            line.end_us,
        )
        for line in lines
    )


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rstrip()}…"
