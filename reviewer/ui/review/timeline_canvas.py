"""What the timeline looks like: a row per segment on the wall clock, in layers.

Layers: everything but the playhead is painted into one pixmap that is kept until zoom, scroll,
choice, theme, scale factor or content change; the playhead and the pointer's ghost are painted
over it, in a region as small as they are. Measured in `benchmarks/timeline_paint.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from typing_extensions import override

from reviewer.messages import format_duration, zone_abbreviation
from reviewer.ui.review import lane_painter, overlay_painter
from reviewer.ui.review.geometry import (
    SCALE_PX,
    SCREEN_PX,
    Cluster,
    Lanes,
    ticks,
)
from reviewer.ui.review.head_painter import (
    HeadLook,
    paint_head,
    paint_lane_heads,
)
from reviewer.ui.review.row_painter import RowFrame, paint_row
from reviewer.ui.review.timeline_face import FOOT_PX, TimelineFace
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from reviewer.ui.review.scene import SceneRow


class TimelineCanvas(TimelineFace):
    """Paints what its face knows.

    Thread: main.
    """

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
                frame = RowFrame(
                    view,
                    rect,
                    chosen,
                    self._waves,
                    self._pauses,
                    self._skipped,
                    self._is_quiet(row),
                )
                paint_row(painter, row, frame)
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
            paint_head(painter, row, rect, self._head_look(index, row))
        painter.setClipping(False)

    def _head_look(self, index: int, row: SceneRow) -> HeadLook:
        sound, quiet = "", self._is_quiet(row)
        if row.waves:
            if quiet:
                sound = "volume-x"
            elif row.number in self._mix.solo:
                sound = "ear"
            elif index == self._hover_row or dict(self._mix.gains).get(row.number, 1.0) != 1.0:
                sound = "volume-2"
        return HeadLook(
            chosen=index == self._chosen and not row.chat_role,
            focused=index == self._chosen and self.hasFocus(),
            sound=sound,
            quiet=quiet,
        )

    def _is_quiet(self, row: SceneRow) -> bool:
        """Whether nothing is heard of a row that has sound."""
        mix = self._mix
        return bool(row.waves) and (
            row.number in mix.muted or bool(mix.solo and row.number not in mix.solo)
        )

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
        if self._message >= 0 and self._scene.chat:
            overlay_painter.paint_message(
                painter, self._scene, self._message, self._view, self.row_rect, self._waves
            )
        depth = self.height() - FOOT_PX
        overlay_painter.paint_range(painter, self._range, self._view, self._head_px, depth)
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
