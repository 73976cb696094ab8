"""What the timeline looks like: a row per segment on the wall clock, in layers.

Layers: everything but the playhead is painted into one pixmap that is kept until zoom, scroll,
choice, theme, scale factor or content change; the playhead and the pointer's ghost are painted
over it, in a region as small as they are. Measured in `benchmarks/timeline_paint.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from reviewer.messages import format_duration, format_time, ptr, tr, zone_abbreviation
from reviewer.models.ids import TimelineUs
from reviewer.ui.review import lane_painter, patterns
from reviewer.ui.review.geometry import (
    SCALE_PX,
    SCREEN_PX,
    ZOOM_STEP,
    Cluster,
    Lanes,
    Viewport,
    row_height,
    ticks,
)
from reviewer.ui.review.head_painter import (
    HEAD_MAX_PX,
    HEAD_MIN_PX,
    HEAD_PX,
    paint_head,
    paint_lane_heads,
)
from reviewer.ui.review.row_painter import RowFrame, WaveHeights, message_rect, paint_row
from reviewer.ui.review.scene import EMPTY_SCENE, Scene
from reviewer.ui.review.timeline_bars import BAR_PX, TimelineBars
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.ui.review.geometry import Tick
    from reviewer.ui.review.scene import Marker

# Room for the scroll bar under the lanes, so that nothing moves when it appears.
FOOT_PX: Final = BAR_PX
# Half of the widest label of the scale: what hiding it may repaint.
_LABEL_HALF_PX: Final = 32
NOWHERE: Final = -1.0


class TimelineCanvas(QWidget):
    """Shows a `Scene` and the position.

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
        self._chosen = 0
        self._message = -1
        self._compact = False
        self._playable = True
        self._head_px = HEAD_PX
        self._scroll_px = 0.0
        self._view = Viewport.fitted(0, 1.0)
        self._base: QPixmap | None = None
        self._ticks: tuple[Tick, ...] = ()
        self._labels: list[tuple[QRectF, str]] = []
        self._clusters: tuple[Cluster, ...] = ()
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
            self._view = Viewport.fitted(scene.timeline.duration_us, self._lane_px())
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
        before = self._playhead_x()
        was_seen = self._is_seen(before)
        clock = self._clock(self._position_us)
        self._position_us = position_us
        x = self._playhead_x()
        if follow and was_seen and not self._is_seen(x):
            self._set_view(self._view.revealing(position_us))
            return
        moved = abs(x - before) >= 0.5 / self.devicePixelRatioF()
        if moved or clock != self._clock(position_us):
            self.update(self._playhead_region(before) + self._playhead_region(x))

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
        """Paint everything anew: theme, content or waves changed."""
        self._base = None
        self.update()

    # --- zoom

    def zoom(self, factor: float, at_px: float | None = None) -> None:
        """Come closer by `factor`; the position under `at_px` of the lanes stays there."""
        if at_px is None:
            at_px = self._view.x_of(self._position_us)
            if not 0 <= at_px <= self._view.width_px:
                at_px = self._view.width_px / 2
        self._set_view(self._view.zoomed(factor, at_px))

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
        self._set_view(Viewport.fitted(self._scene.timeline.duration_us, self._lane_px()))

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
        return format_time(self._scene.timeline.to_wall(position_us), self._zone)

    def _playhead_region(self, x: float) -> QRegion:
        reach = lane_painter.HIDES_WITHIN_PX + _LABEL_HALF_PX
        if min(x - self._head_px, self.width() - x) < reach:
            # At an end the flag is moved into view, and hides labels further away.
            reach *= 2
        line = QRectF(x - 2, 0, 4, self.height()).toAlignedRect()
        flag = QRectF(x - reach, 0, 2 * reach, SCALE_PX + 2).toAlignedRect()
        return QRegion(line) + QRegion(flag)

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

    # --- painting

    @override
    def sizeHint(self) -> QSize:
        return QSize(640, round(self.lanes.content_px) + FOOT_PX)

    @override
    def minimumSizeHint(self) -> QSize:
        lanes = self.lanes
        rows = min(3, max(1, lanes.rows))
        screen = SCREEN_PX if lanes.has_screen else 0
        return QSize(360, round(lanes.rows_top + rows * lanes.row_px) + screen + FOOT_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._base is None or self._base.devicePixelRatioF() != ratio:
            self._base = self._paint_base(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._base)
        lanes_rect = QRectF(self._head_px, 0, self._lane_px(), self.height())
        painter.setClipRect(lanes_rect, Qt.ClipOperation.IntersectClip)
        self._paint_over(painter, lanes_rect)
        painter.end()

    def _paint_base(self, ratio: float) -> QPixmap:
        """Paint everything but playhead and ghost."""
        current = theme()
        base = QPixmap(self.size() * ratio)
        base.setDevicePixelRatio(ratio)
        base.fill(current.color("surface"))
        painter = QPainter(base)
        lanes, scene, view = self.lanes, self._scene, self._view
        if self._zone is not None:
            self._ticks = ticks(view, scene.timeline.origin_us, self._zone)
        self._clusters = lane_painter.marker_clusters(self._markers, view)
        left = float(self._head_px)
        bottom = lanes.rows_bottom + (SCREEN_PX if lanes.has_screen else 0)
        self._paint_heads(painter, lanes)
        painter.setClipRect(QRectF(left, 0, self._lane_px(), self.height()))
        lane_painter.paint_grid(painter, self._ticks, left, bottom)
        self._labels = lane_painter.label_rects(self._ticks, left, float(self.width()))
        lane_painter.paint_scale(painter, self._ticks, self._labels, left)
        lane_painter.paint_markers(painter, self._markers, self._clusters, left, view)
        if lanes.has_screen:
            lane = QRectF(left, lanes.rows_bottom, self._lane_px(), SCREEN_PX)
            lane_painter.paint_screen(painter, scene, view, left, lane)
        painter.setClipRect(self._rows_rect(left, self._lane_px()))
        for index, row in enumerate(scene.rows):
            rect = self.row_rect(index)
            if rect.bottom() >= lanes.rows_top and rect.top() <= lanes.rows_bottom:
                chosen = index == self._chosen and not row.chat_role
                paint_row(painter, row, RowFrame(view, rect, chosen, self._waves))
        lane_painter.paint_links(painter, scene, view, lanes, left)
        painter.setClipping(False)
        self._paint_lines(painter, lanes, bottom)
        painter.end()
        return base

    def _rows_rect(self, left: float, width: float) -> QRectF:
        lanes = self.lanes
        return QRectF(left, lanes.rows_top, width, lanes.rows_bottom - lanes.rows_top)

    def _paint_heads(self, painter: QPainter, lanes: Lanes) -> None:
        zone = ""
        if self._zone is not None:
            zone = zone_abbreviation(self._scene.timeline.origin_us, self._zone)
        screen = None
        if lanes.has_screen:
            screen = (self._screen_word, QRectF(0, lanes.rows_bottom, self._head_px, SCREEN_PX))
        paint_lane_heads(painter, self._head_px, zone, self._markers_word, screen)
        painter.setClipRect(self._rows_rect(0, self._head_px))
        for index, row in enumerate(self._scene.rows):
            rect = QRectF(0, lanes.row_top(index), self._head_px, lanes.row_px)
            chosen = index == self._chosen and not row.chat_role
            focused = index == self._chosen and self.hasFocus()
            paint_head(painter, row, rect, chosen=chosen, focused=focused)
        painter.setClipping(False)

    def _paint_lines(self, painter: QPainter, lanes: Lanes, bottom: float) -> None:
        """Draw the hairlines between lanes, and between heads and lanes."""
        color = theme().color("line")
        width = self.width()
        for y in (SCALE_PX, lanes.rows_top, lanes.rows_bottom):
            painter.fillRect(QRectF(0, round(y) - 1, width, 1), color)
        for index in range(len(self._scene.rows)):
            y = lanes.row_top(index) + lanes.row_px
            if lanes.rows_top < y < lanes.rows_bottom:
                painter.fillRect(QRectF(0, round(y) - 1, width, 1), color)
        painter.fillRect(QRectF(self._head_px - 1, 0, 1, bottom), color)
        if bottom < self.height() - FOOT_PX:
            painter.fillRect(QRectF(0, round(bottom) - 1, width, 1), color)

    def _paint_over(self, painter: QPainter, lanes_rect: QRectF) -> None:
        if self._zone is None:
            return
        self._paint_message(painter)
        depth = self.height() - FOOT_PX
        if self._ghost_x >= 0:
            position = self._view.position_at(self._ghost_x - self._head_px)
            words = " · ".join((format_duration(position), self._clock(position)))
            lane_painter.paint_ghost(painter, self._ghost_x, depth - SCALE_PX, words, lanes_rect)
        if not self._playable:
            return
        x = self._playhead_x()
        ground = theme().color("surface")
        clock = self._clock(self._position_us)
        box = lane_painter.flag_rect(x, clock, lanes_rect.left(), lanes_rect.right())
        for label, _ in self._labels:
            if lane_painter.is_under_flag(label, x, box):
                painter.fillRect(label, ground)
        top = lane_painter.FLAG_TOP + lane_painter.FLAG_PX
        lane_painter.paint_playhead(painter, x, depth - top, clock, box)

    def _paint_message(self, painter: QPainter) -> None:
        """Outline the current message of a chat."""
        if self._message < 0 or not self._scene.chat:
            return
        for index, row in enumerate(self._scene.rows):
            for message in row.messages:
                if message.index == self._message:
                    frame = RowFrame(self._view, self.row_rect(index), False, self._waves)
                    x = self._view.x_of(message.start_us)
                    bar = message_rect(message.weight, x, frame)
                    # Over its neighbours, which may hide a short one.
                    patterns.fill_rounded(painter, bar, theme().color(row.chat_role), radius=2)
                    place = bar.adjusted(-1.5, -1.5, 1.5, 1.5)
                    painter.setPen(theme().color("focus"))
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                    painter.drawPath(patterns.rounded(place, Radius.BAR))
                    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._view = self._view.resized(self._lane_px())
        self._place_bars()
        self.invalidate()
        super().resizeEvent(event)

    # --- for the pointer

    def set_ghost(self, x: float) -> None:
        """Draw the thin line of the pointer at `x`, px; `NOWHERE` for none."""
        if x == self._ghost_x:
            return
        for old in (self._ghost_x, x):
            if old >= 0:
                self.update(QRect(round(old) - 90, 0, 180, self.height()))
        # The words may be pushed inwards at the edges, so their whole line is repainted there.
        self.update(QRect(self._head_px, SCALE_PX, self.width(), SCALE_PX))
        self._ghost_x = x

    def marker_at(self, at: QPointF) -> Cluster | None:
        """Return the marker under a point."""
        for cluster in self._clusters:
            if lane_painter.marker_rect(cluster, self._head_px).adjusted(-5, -5, 5, 5).contains(at):
                return cluster
        return None
