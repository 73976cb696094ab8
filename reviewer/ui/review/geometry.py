"""Geometry of the timeline: what is seen, the ticks of the scale, rows and marker clusters.

Pure numbers, no Qt. Lengths in logical px, positions on the timeline in microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeVar

from reviewer.models.ids import US_PER_S, TimelineUs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

T = TypeVar("T")

# Air before the first and after the last instant when everything is seen.
LEAD_PX: Final = 8.0
TRAIL_PX: Final = 16.0
# Closest zoom: at 400 px a second a peak of 10 ms is 4 px wide, closer shows nothing new.
MIN_US_PER_PX: Final = US_PER_S / 400
# One step of the zoom keys and buttons, and one notch of the wheel.
ZOOM_STEP: Final = 1.5
WHEEL_STEP: Final = 1.25


@dataclass(frozen=True, slots=True)
class Viewport:
    """Which stretch of a timeline is seen, and how large.

    Attributes:
        duration_us: Length of the timeline, >= 0.
        width_px: Width of the lanes.
        us_per_px: Zoom; `fit_us_per_px` shows everything.
        left_us: Position at x = 0; negative where the lead is seen.
    """

    duration_us: int
    width_px: float
    us_per_px: float
    left_us: float

    @classmethod
    def fitted(cls, duration_us: int, width_px: float) -> Viewport:
        """Return the view of everything."""
        scale = fit_us_per_px(duration_us, width_px)
        return cls(duration_us, width_px, scale, -LEAD_PX * scale)

    @property
    def is_fitted(self) -> bool:
        """Whether everything is seen."""
        return self.us_per_px >= fit_us_per_px(self.duration_us, self.width_px) * (1 - 1e-9)

    @property
    def right_us(self) -> float:
        """Position at the right edge."""
        return self.left_us + self.width_px * self.us_per_px

    def x_of(self, position_us: float) -> float:
        """Return where a position is drawn, px from the left of the lanes."""
        return (position_us - self.left_us) / self.us_per_px

    def position_at(self, x_px: float) -> TimelineUs:
        """Return the position under `x_px`, kept on the timeline."""
        raw = self.left_us + x_px * self.us_per_px
        return TimelineUs(round(min(max(raw, 0.0), float(self.duration_us))))

    def resized(self, width_px: float) -> Viewport:
        """Return the view after the lanes got another width; a fitted one stays fitted."""
        if self.is_fitted:
            return Viewport.fitted(self.duration_us, width_px)
        return _within(replace(self, width_px=width_px))

    def zoomed(self, factor: float, at_px: float) -> Viewport:
        """Return the view `factor` times closer; the position under `at_px` stays there."""
        widest = fit_us_per_px(self.duration_us, self.width_px)
        closest = min(MIN_US_PER_PX, widest)
        scale = min(max(self.us_per_px / factor, closest), widest)
        left = self.left_us + at_px * (self.us_per_px - scale)
        return _within(replace(self, us_per_px=scale, left_us=left))

    def scrolled(self, by_px: float) -> Viewport:
        """Return the view moved along; positive shows what is later."""
        return _within(replace(self, left_us=self.left_us + by_px * self.us_per_px))

    def revealing(self, position_us: float, *, share: float = 0.1) -> Viewport:
        """Return the view that shows a position, turned like a page when it was outside.

        Args:
            position_us: What must be seen.
            share: How far from the left edge it is then, as a share of the width.
        """
        if 0 <= self.x_of(position_us) <= self.width_px:
            return self
        left = position_us - share * self.width_px * self.us_per_px
        return _within(replace(self, left_us=left))


def _within(view: Viewport) -> Viewport:
    """Return the view scrolled back to where there is something to see."""
    first = -LEAD_PX * view.us_per_px
    last = view.duration_us + (TRAIL_PX - view.width_px) * view.us_per_px
    return replace(view, left_us=max(first, min(view.left_us, last)))


def fit_us_per_px(duration_us: int, width_px: float) -> float:
    """Return the zoom at which the whole timeline is seen; > 0."""
    room = max(1.0, width_px - LEAD_PX - TRAIL_PX)
    # A timeline of no length is drawn as a second, so that its marks have a place.
    return max(duration_us, US_PER_S) / room


# --- the scale ------------------------------------------------------------------------------

# Step of the labels in seconds, and into how many parts the small ticks divide it.
_STEPS: Final = (
    (1, 4),
    (2, 4),
    (5, 5),
    (10, 5),
    (15, 3),
    (30, 6),
    (60, 4),
    (120, 4),
    (300, 5),
    (600, 5),
    (900, 3),
    (1800, 6),
    (3600, 4),
    (7200, 4),
    (14_400, 4),
    (28_800, 4),
    (86_400, 4),
)
MIN_LABEL_PX: Final = 44.0
# "13:51:05" needs more room than "13:51".
MIN_SECONDS_LABEL_PX: Final = 64.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the scale; `label` is empty for small ones."""

    x_px: float
    label: str = ""


def tick_step_s(us_per_px: float, scale: float = 1.0) -> tuple[int, int]:
    """Return the labels' step in seconds and its division for a zoom; `scale`: of the text."""
    for step_s, parts in _STEPS:
        room = MIN_SECONDS_LABEL_PX if step_s < 60 else MIN_LABEL_PX
        if step_s * US_PER_S / us_per_px >= room * scale:
            return step_s, parts
    return _STEPS[-1]


@lru_cache(maxsize=4)
def ticks(view: Viewport, origin_us: int, zone: ZoneInfo, scale: float = 1.0) -> tuple[Tick, ...]:
    """Return the ticks that are seen, on round times of the wall clock in `zone`.

    Args:
        view: What is seen.
        origin_us: The instant of position 0, microseconds UTC.
        zone: The centre's zone.
        scale: Of the text.
    """
    step_s, parts = tick_step_s(view.us_per_px, scale)
    small_us = step_s * US_PER_S // parts
    offset_us = _offset_us(origin_us, zone)
    # One label more at the left: its text may reach into the view.
    first = origin_us + int(view.left_us) + offset_us - step_s * US_PER_S
    last = origin_us + int(view.right_us) + offset_us
    found = []
    for index in range(first // small_us, last // small_us + 1):
        instant_us = index * small_us - offset_us
        label = ""
        if index % parts == 0:
            label = _label(instant_us, zone, with_seconds=step_s < 60)
        found.append(Tick(view.x_of(instant_us - origin_us), label))
    return tuple(found)


def _offset_us(instant_us: int, zone: ZoneInfo) -> int:
    offset = _local(instant_us, zone).utcoffset() or timedelta()
    return round(offset.total_seconds()) * US_PER_S


def _label(instant_us: int, zone: ZoneInfo, *, with_seconds: bool) -> str:
    return _local(instant_us, zone).strftime("%H:%M:%S" if with_seconds else "%H:%M")


def _local(instant_us: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=instant_us)).astimezone(zone)


# --- rows -----------------------------------------------------------------------------------

SCALE_PX: Final = 24
MARKERS_PX: Final = 24
SCREEN_PX: Final = 24
ROW_PX: Final = 52
ROW_COMPACT_PX: Final = 36
ROW_DENSE_PX: Final = 28
CHAT_ROW_PX: Final = 44
DENSE_FROM_ROWS: Final = 8


def row_height(rows: int, *, compact: bool, chat: bool = False) -> int:
    """Return the height of each row, px: lower in a small window and for many rows."""
    if chat:
        return CHAT_ROW_PX
    if rows >= DENSE_FROM_ROWS:
        return ROW_DENSE_PX
    return ROW_COMPACT_PX if compact else ROW_PX


@dataclass(frozen=True, slots=True)
class Lanes:
    """Where the lanes lie, from top; all px.

    Attributes:
        rows: Number of rows.
        row_px: Height of each.
        has_screen: Whether the lane of the screen video is there.
        height_px: Height of the widget.
        scroll_px: How far the rows are scrolled up under the markers.
    """

    rows: int
    row_px: float
    has_screen: bool
    height_px: float
    scroll_px: float = 0.0

    @property
    def rows_top(self) -> float:
        """Where the rows begin."""
        return float(SCALE_PX + MARKERS_PX)

    @property
    def rows_bottom(self) -> float:
        """Where the room for rows ends."""
        if not self.has_screen:
            return max(self.rows_top, self.height_px)
        end = min(self.rows_top + self.rows * self.row_px, self.height_px - SCREEN_PX)
        return max(self.rows_top, end)

    @property
    def content_px(self) -> float:
        """Height that shows everything."""
        screen = SCREEN_PX if self.has_screen else 0
        return self.rows_top + self.rows * self.row_px + screen

    @property
    def max_scroll_px(self) -> float:
        """How far the rows can be scrolled."""
        return max(0.0, self.rows * self.row_px - (self.rows_bottom - self.rows_top))

    def row_top(self, index: int) -> float:
        """Return where row `index` begins."""
        return self.rows_top + index * self.row_px - self.scroll_px

    def row_at(self, y_px: float) -> int | None:
        """Return the index of the row under `y_px`, or None."""
        if not self.rows_top <= y_px < self.rows_bottom:
            return None
        index = int((y_px - self.rows_top + self.scroll_px) // self.row_px)
        return index if index < self.rows else None

    def showing(self, index: int) -> Lanes:
        """Return the lanes scrolled just so far that row `index` is seen."""
        top = index * self.row_px
        room = self.rows_bottom - self.rows_top
        least, most = top + self.row_px - room, top
        wanted = min(max(self.scroll_px, least), most)
        return replace(self, scroll_px=min(max(0.0, wanted), self.max_scroll_px))


# --- markers --------------------------------------------------------------------------------

CLUSTER_PX: Final = 12.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """Markers drawn as one: their indexes in what was given, by position."""

    x_px: float
    members: tuple[int, ...]


def clusters(
    items: Sequence[T],
    x_of: Callable[[T], float],
    *,
    apart_px: float = CLUSTER_PX,
    counted_px: float = 0.0,
) -> tuple[Cluster, ...]:
    """Return markers closer than `apart_px` to the one before as one cluster.

    A cluster stands where its first member does, so that it does not wander while zooming.
    Where its count is written beside it, it takes up `counted_px`.
    """
    order = sorted(range(len(items)), key=lambda index: x_of(items[index]))
    found: list[Cluster] = []
    for index in order:
        x = x_of(items[index])
        room = apart_px
        if found and len(found[-1].members) > 1:
            room = max(apart_px, counted_px)
        if found and x - found[-1].x_px < room:
            found[-1] = replace(found[-1], members=(*found[-1].members, index))
        else:
            found.append(Cluster(x, (index,)))
    return tuple(found)
