"""What the timeline shows and where: scene, position, zoom, choice, marks, mix."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QPixmap,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from reviewer.messages import format_time, ptr, tr
from reviewer.models.ids import US_PER_S, TimelineUs, WallUs
from reviewer.player.mixer import MixSettings
from reviewer.ui.review import lane_painter
from reviewer.ui.review.geometry import (
    SCALE_PX,
    ZOOM_STEP,
    Cluster,
    Lanes,
    Viewport,
    row_height,
)
from reviewer.ui.review.head_painter import (
    HEAD_MAX_PX,
    HEAD_MIN_PX,
    HEAD_PX,
)
from reviewer.ui.review.range_marks import NOTHING, MarkedRange
from reviewer.ui.review.scene import EMPTY_SCENE, Scene
from reviewer.ui.review.timeline_bars import BAR_PX, TimelineBars
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.activity import Dull
    from reviewer.ui.review.geometry import Tick
    from reviewer.ui.review.row_painter import Pauses, WaveHeights
    from reviewer.ui.review.scene import Marker

# Room for the scroll bar under the lanes, so that nothing moves when it appears.
FOOT_PX: Final = BAR_PX
# Half of the widest label of the scale: what hiding it may repaint.
_LABEL_HALF_PX: Final = 32
NOWHERE: Final = -1.0


class TimelineFace(QWidget):
    """Knows what is shown and where; `TimelineCanvas` paints it.

    Thread: main.
    """

    # The zoom or the stretch that is seen changed.
    zoomed = Signal()

    def __init__(self, waves: WaveHeights, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waves = waves
        self._scene = EMPTY_SCENE
        self._zone: ZoneInfo | None = None
        self._position_us = TimelineUs(0)
        # Where the playhead is drawn: less than what is seen apart from the position.
        self._drawn_us = TimelineUs(0)
        self._chosen = 0
        self._message = -1
        self._compact = False
        self._playable = True
        self._head_px = HEAD_PX
        self._scroll_px = 0.0
        self._view = Viewport.fitted(0, 1.0)
        # What the user zoomed to, for the next interaction as well; None: everything is shown.
        self._zoom: float | None = None
        self._base: QPixmap | None = None
        self._is_stale = True
        self._ticks: tuple[Tick, ...] = ()
        self._labels: list[tuple[QRectF, str]] = []
        self._clusters: tuple[Cluster, ...] = ()
        self._range = NOTHING
        self._pauses: Pauses = ()
        self._skipped = False
        self._mix = MixSettings()
        self._hover_row = -1
        self._added: dict[str, tuple[Marker, ...]] = {}
        self._markers: tuple[Marker, ...] = ()
        self._ghost_x = NOWHERE
        self._markers_word = ""
        self._screen_word = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._bars = TimelineBars(self)
        self._bars.along_moved.connect(self._on_bars_along_moved)
        self._bars.down_moved.connect(self._on_bars_down_moved)
        theme().changed.connect(self._on_theme_changed)
        self.retranslate()

    # --- what is shown

    @property
    def scene(self) -> Scene:
        """What is shown."""
        return self._scene

    @property
    def view(self) -> Viewport:
        """Which stretch is seen."""
        return self._view

    @property
    def chosen(self) -> int:
        """Index of the chosen row."""
        return self._chosen

    @property
    def head_px(self) -> int:
        """Width of the column of heads."""
        return self._head_px

    @property
    def lanes(self) -> Lanes:
        """Where the lanes lie now."""
        rows = len(self._scene.rows)
        return Lanes(
            rows=rows,
            row_px=theme().px(row_height(rows, compact=self._compact, chat=self._scene.chat)),
            has_screen=self._scene.has_screen,
            height_px=self.height() - FOOT_PX,
            scroll_px=self._scroll_px,
        )

    def set_scene(self, scene: Scene, zone: ZoneInfo) -> None:
        """Show another interaction, or the same one anew; the zoom stays if it fits."""
        fresh = scene.timeline.duration_us != self._scene.timeline.duration_us
        self._scene, self._zone = scene, zone
        if fresh:
            self._view = self._zoomed_view()
            self._scroll_px = 0.0
        self._chosen = min(self._chosen, max(0, len(scene.rows) - 1))
        self._message = -1
        self._position_us = scene.timeline.clamp(self._position_us)
        self._gather()
        self.updateGeometry()
        self._place_bars()
        self._describe()
        self.invalidate()

    @property
    def markers(self) -> tuple[Marker, ...]:
        """All markers: the scene's, then those that were added."""
        return self._markers

    def set_markers(self, name: str, markers: tuple[Marker, ...]) -> None:
        """Add markers to those of the scene, in place of what was added under that name."""
        if self._added.get(name, ()) != markers:
            self._added[name] = markers
            self._gather()
            self.invalidate()

    def _gather(self) -> None:
        added = (marker for markers in self._added.values() for marker in markers)
        self._markers = (*self._scene.markers, *added)

    def set_position(self, position_us: TimelineUs, *, follow: bool = False) -> None:
        """Move the playhead; `follow` turns the page when it runs out of the view."""
        if position_us == self._position_us:
            return
        was_seen = self._is_seen(self._playhead_x())
        self._position_us = position_us
        x = self._playhead_x()
        if follow and was_seen and not self._is_seen(x):
            self._set_view(self._view.revealing(position_us))
            return
        # Steps too small to be seen add up: what counts is how far it is from where it is drawn.
        drawn = self.x_of(self._drawn_us)
        moved = abs(x - drawn) >= 0.5 / self.devicePixelRatioF()
        if moved or self._clock(self._drawn_us) != self._clock(position_us):
            self._drawn_us = position_us
            self.update(self._playhead_region(drawn) + self._playhead_region(x))

    def set_chosen(self, index: int) -> None:
        """Choose a row, without telling anybody."""
        if not 0 <= index < len(self._scene.rows):
            return
        self._scroll_px = self.lanes.showing(index).scroll_px
        self._chosen = index
        self._place_bars()
        self._describe()
        self.invalidate()

    def set_message(self, index: int) -> None:
        """Outline a chat's message, by its index in the transcript; -1 for none."""
        if index != self._message:
            self._message = index
            self.update()

    def set_playable(self, playable: bool) -> None:
        """Show the playhead, or none where nothing can be played."""
        if playable != self._playable:
            self._playable = playable
            self.update()

    def set_range(self, marked: MarkedRange) -> None:
        """Show the range between the in and out marks."""
        if marked != self._range:
            self._range = marked
            self.update()

    def set_dull(self, dull: tuple[Dull, ...], *, skipped: bool) -> None:
        """Mark what need not be listened to; `skipped`: it is left out or goes by fast."""
        pauses = tuple((stretch.start_us, stretch.end_us) for stretch in dull)
        if (pauses, skipped) != (self._pauses, self._skipped):
            self._pauses, self._skipped = pauses, skipped
            self.invalidate()

    @Slot(object)
    def set_mix(self, mix: MixSettings) -> None:
        """Show which rows are heard."""
        if mix != self._mix:
            self._mix = mix
            self.invalidate()

    def set_compact(self, compact: bool) -> None:
        """Use the lower rows of a small window."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self._place_bars()
            self.invalidate()

    def set_head_px(self, width_px: int) -> None:
        """Set the width of the column of heads, kept within its bounds."""
        self._head_px = max(HEAD_MIN_PX, min(width_px, HEAD_MAX_PX, max(200, self.width() // 2)))
        self._view = self._view.resized(self._lane_px())
        self._place_bars()
        self.invalidate()

    def reveal(self, position_us: TimelineUs) -> None:
        """Scroll just so that a position is seen."""
        self._set_view(self._view.revealing(position_us))

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.setAccessibleName(tr("Timeline"))
        self._markers_word = ptr("lane", "Markers")
        self._screen_word = ptr("lane", "Screen")
        self._describe()
        self.invalidate()

    @Slot()
    def invalidate(self) -> None:
        """Look for what is to be painted anew: theme, content or waves changed."""
        self._is_stale = True
        self._drawn_us = self._position_us
        self.update()

    # --- zoom

    def zoom(self, factor: float, at_px: float | None = None) -> None:
        """Come closer by `factor`; the position under `at_px` of the lanes stays there."""
        if at_px is None:
            at_px = self._view.x_of(self._position_us)
            if not 0 <= at_px <= self._view.width_px:
                at_px = self._view.width_px / 2
        self._set_view(self._view.zoomed(factor, at_px))
        self._zoom = None if self._view.is_fitted else self._view.us_per_px

    @Slot()
    def zoom_in(self) -> None:
        """Come closer by one step."""
        self.zoom(ZOOM_STEP)

    @Slot()
    def zoom_out(self) -> None:
        """Go back by one step."""
        self.zoom(1 / ZOOM_STEP)

    @Slot()
    def fit(self) -> None:
        """Show everything."""
        self._zoom = None
        self._set_view(self._zoomed_view())

    # --- geometry

    def row_rect(self, index: int) -> QRectF:
        """Return where a row's lane is, without its head."""
        lanes = self.lanes
        return QRectF(
            self._head_px, lanes.row_top(index), self.width() - self._head_px, lanes.row_px
        )

    def x_of(self, position_us: TimelineUs) -> float:
        """Return where a position is drawn in the widget, px."""
        return self._head_px + self._view.x_of(position_us)

    def _lane_px(self) -> float:
        return max(1.0, float(self.width() - self._head_px))

    def _playhead_x(self) -> float:
        return self.x_of(self._position_us)

    def _is_seen(self, x: float) -> bool:
        return self._head_px <= x <= self.width()

    def _clock(self, position_us: TimelineUs) -> str:
        if self._zone is None:
            return ""
        return _time_text(self._scene.timeline.to_wall(position_us) // US_PER_S, self._zone)

    def _playhead_region(self, x: float) -> QRegion:
        reach = lane_painter.HIDES_WITHIN_PX + _LABEL_HALF_PX
        if min(x - self._head_px, self.width() - x) < reach:
            # At an end the flag is moved into view, and hides labels further away.
            reach *= 2
        line = QRectF(x - 2, 0, 4, self.height()).toAlignedRect()
        flag = QRectF(x - reach, 0, 2 * reach, SCALE_PX + 2).toAlignedRect()
        return QRegion(line) + QRegion(flag)

    @property
    def zoom_us_per_px(self) -> float | None:
        """What the user zoomed to, None where everything is shown."""
        return self._zoom

    def set_zoom(self, us_per_px: float | None) -> None:
        """Zoom as an earlier `zoom_us_per_px` says; not closer nor wider than makes sense."""
        self._zoom = us_per_px
        self._set_view(self._zoomed_view())

    def _zoomed_view(self) -> Viewport:
        """Return the view of the beginning, at the zoom the user has chosen."""
        view = Viewport.fitted(self._scene.timeline.duration_us, self._lane_px())
        return view if self._zoom is None else view.zoomed(view.us_per_px / self._zoom, 0.0)

    def _set_view(self, view: Viewport) -> None:
        if view == self._view:
            return
        self._view = view
        self._place_bars()
        self.invalidate()
        self.zoomed.emit()

    def _place_bars(self) -> None:
        self._scroll_px = self._bars.place(
            self._view, self.lanes, self._head_px, self.width(), self.height()
        )

    @Slot()
    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self._place_bars()
        self.invalidate()

    @Slot(int)
    def _on_bars_along_moved(self, value: int) -> None:
        self._set_view(self._view.scrolled(value - self._view.left_us / self._view.us_per_px))

    @Slot(int)
    def _on_bars_down_moved(self, value: int) -> None:
        self._scroll_px = float(value)
        self.invalidate()

    def _describe(self) -> None:
        """Tell assistive technology which row is chosen."""
        rows = self._scene.rows
        self.setAccessibleDescription(rows[self._chosen].spoken if rows else "")


# The playhead asks many times a second.
@lru_cache(maxsize=8)
def _time_text(second: int, zone: ZoneInfo) -> str:
    """Return the time of day of a second since 1970, UTC, in a zone."""
    return format_time(WallUs(second * US_PER_S), zone)
