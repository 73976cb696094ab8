"""What the timeline looks like: a row per segment on the wall clock, in layers.

Layers: everything but the playhead is painted into one pixmap that is kept until zoom, scroll,
theme, scale factor or content change; where only some rows look different (another one is chosen,
a wave fills in), only these are painted into it anew. The playhead and the pointer's ghost are
painted over it, in a region as small as they are. Measured in `benchmarks/timeline_paint.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
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
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from reviewer.ui.review.row_painter import WaveHeights
    from reviewer.ui.review.scene import SceneRow

HEAD: Final = "head"
LANE: Final = "lane"


@dataclass(frozen=True, slots=True)
class Strip:
    """A part of a row that is painted by itself.

    Attributes:
        name: Which part of which row.
        rect: Where it lies.
        shows: All that `draw` depends on, beside what `TimelineCanvas` paints around the rows.
    """

    name: tuple[str, int]
    rect: QRectF
    shows: tuple[object, ...]
    draw: Callable[[QPainter], object]


class TimelineCanvas(TimelineFace):
    """Paints what its face knows.

    Thread: main.
    """

    def __init__(self, waves: WaveHeights, parent: QWidget | None = None) -> None:
        super().__init__(waves, parent)
        self._painted_outline: tuple[object, ...] = ()
        self._painted_lanes_look: tuple[object, ...] = ()
        self._painted_strips: dict[tuple[str, int], tuple[object, ...]] = {}

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
        base = self._base
        if base is None or self._is_stale or base.devicePixelRatioF() != ratio:
            base = self._base = self._current_base(ratio)
            self._is_stale = False
        painter = QPainter(self)
        painter.drawPixmap(0, 0, base)
        lanes_rect = QRectF(self._head_px, 0, self._lane_px(), self.height())
        painter.setClipRect(lanes_rect, Qt.ClipOperation.IntersectClip)
        self._paint_over(painter, lanes_rect)
        painter.end()

    def _current_base(self, ratio: float) -> QPixmap:
        """Return everything but playhead and ghost; what looks the same as it did is kept."""
        if self._zone is not None:
            self._ticks = ticks(
                self._view, self._scene.timeline.origin_us, self._zone, theme().scale
            )
        outline, lanes_look = self._outline(ratio), self._lanes_look()
        strips = self._strips()
        base = self._base if outline == self._painted_outline else None
        known = self._painted_strips if base is not None else {}
        moved = base is None or lanes_look != self._painted_lanes_look
        if base is None:
            base = QPixmap(self.size() * ratio)
            base.setDevicePixelRatio(ratio)
            base.fill(theme().color("surface"))
        painter = QPainter(base)
        if base is not self._base:
            self._paint_heads_around(painter)
        if moved:
            self._paint_around(painter)
        changed = [
            strip
            for strip in strips
            if (moved and strip.name[0] == LANE) or known.get(strip.name) != strip.shows
        ]
        self._paint_strips(painter, changed, cleared=moved)
        painter.end()
        self._painted_outline, self._painted_lanes_look = outline, lanes_look
        self._painted_strips = {strip.name: strip.shows for strip in strips}
        return base

    def _outline(self, ratio: float) -> tuple[object, ...]:
        """Return all that the heads depend on beside what single rows show."""
        now = theme()
        return (
            (ratio, self.size().toTuple(), now.colors, now.scale),
            (self.lanes, self._head_px, self._zone, self._scene.timeline.origin_us),
            (self._markers_word, self._screen_word),
        )

    def _lanes_look(self) -> tuple[object, ...]:
        """Return all that the lanes depend on beside that."""
        scene = self._scene
        return self._view, self._markers, scene.links, scene.screen, scene.screen_gone

    def _paint_heads_around(self, painter: QPainter) -> None:
        """Paint the heads of what lies around the rows: scale, markers, screen video."""
        lanes, zone = self.lanes, ""
        if self._zone is not None:
            zone = zone_abbreviation(self._scene.timeline.origin_us, self._zone)
        screen = None
        if lanes.has_screen:
            screen = (self._screen_word, QRectF(0, lanes.rows_bottom, self._head_px, SCREEN_PX))
        paint_lane_heads(painter, self._head_px, zone, self._markers_word, screen)

    def _paint_around(self, painter: QPainter) -> None:
        """Clear the lanes, and paint what lies around the rows: scale, markers, screen video."""
        lanes, view = self.lanes, self._view
        left = float(self._head_px)
        place = QRectF(left, 0, self._lane_px(), self.height())
        painter.setClipRect(place)
        painter.fillRect(place, theme().color("surface"))
        lane_painter.paint_grid(painter, self._ticks, left, SCALE_PX, self._bottom())
        self._labels = lane_painter.label_rects(self._ticks, left, float(self.width()))
        lane_painter.paint_scale(painter, self._ticks, self._labels, left)
        self._clusters = lane_painter.marker_clusters(self._markers, view)
        lane_painter.paint_markers(painter, self._markers, self._clusters, left, view)
        if lanes.has_screen:
            lane = QRectF(left, lanes.rows_bottom, self._lane_px(), SCREEN_PX)
            lane_painter.paint_screen(painter, self._scene, view, left, lane)
        painter.setClipping(False)
        self._paint_lines(painter, lanes, self._bottom())

    def _paint_strips(
        self, painter: QPainter, strips: Sequence[Strip], *, cleared: bool = False
    ) -> None:
        """Paint heads and lanes of rows anew, and what runs across them.

        Args:
            painter: Where to.
            strips: What to paint.
            cleared: Whether the lanes have nothing but their ground on them.
        """
        lanes, left = self.lanes, float(self._head_px)
        rows = self._rows_rect(0, self.width())
        region = QRegion()
        for strip in strips:
            place = strip.rect.intersected(rows)
            painter.setClipRect(place)
            is_lane = strip.name[0] == LANE
            if not (cleared and is_lane):
                painter.fillRect(place, theme().color("surface"))
            if is_lane and not cleared:
                top, bottom = strip.rect.top(), strip.rect.bottom()
                lane_painter.paint_grid(painter, self._ticks, left, top, bottom)
            strip.draw(painter)
            region += place.toAlignedRect()
        if strips:
            painter.setClipRegion(region & rows.toAlignedRect())
            # The word of a transfer may stand between two rows: over the line there.
            self._paint_lines(painter, lanes, self._bottom())
            lane_painter.paint_links(painter, self._scene, self._view, lanes, left)

    def _strips(self) -> list[Strip]:
        """Return the rows that are seen: the head and the lane of each."""
        lanes, strips = self.lanes, []
        for index, row in enumerate(self._scene.rows):
            rect = self.row_rect(index)
            if rect.bottom() < lanes.rows_top or rect.top() > lanes.rows_bottom:
                continue
            look = self._head_look(index, row)
            head = QRectF(0, rect.top(), self._head_px, rect.height())
            frame = RowFrame(
                self._view,
                rect,
                index == self._chosen and not row.chat_role,
                self._waves,
                self._pauses,
                self._skipped,
                self._is_quiet(row),
            )
            stamps = tuple(self._waves.stamp(wave) for wave in row.waves)
            strips += [
                Strip(
                    (HEAD, index),
                    head,
                    (row, look),
                    partial(paint_head, row=row, rect=head, look=look),
                ),
                Strip(
                    (LANE, index),
                    rect,
                    (row, frame, stamps),
                    partial(paint_row, row=row, frame=frame),
                ),
            ]
        return strips

    def _bottom(self) -> float:
        lanes = self.lanes
        return lanes.rows_bottom + (SCREEN_PX if lanes.has_screen else 0)

    def _rows_rect(self, left: float, width: float) -> QRectF:
        lanes = self.lanes
        return QRectF(left, lanes.rows_top, width, lanes.rows_bottom - lanes.rows_top)

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
        x = self.x_of(self._drawn_us)
        ground = theme().color("surface")
        clock = self._clock(self._drawn_us)
        box = lane_painter.flag_rect(x, clock, lanes_rect.left(), lanes_rect.right())
        for label, _ in lane_painter.labels_near(self._labels, x, box):
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
