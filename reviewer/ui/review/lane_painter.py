"""Paints what lies around the rows: scale, markers, screen video, transfers, playhead."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
)

from reviewer.ui.review import patterns
from reviewer.ui.review.geometry import CLUSTER_PX, MARKERS_PX, SCALE_PX, Cluster, clusters
from reviewer.ui.review.scene import MarkerKind
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reviewer.ui.review.geometry import Lanes, Tick, Viewport
    from reviewer.ui.review.scene import Marker, Scene

TICK_PX: Final = 7.0
SMALL_TICK_PX: Final = 3.0
LABEL_GAP: Final = 4.0
# Labels whose middle is nearer than this to the playhead are hidden under its flag.
HIDES_WITHIN_PX: Final = 48.0
MARKER_PX: Final = 14.0
HIT_PX: Final = (2.5, 12.0)
HIT_CLUSTER_PX: Final = 4.0
# What a sign with a count of two digits takes up before the next one may begin.
COUNTED_PX: Final = 30.0
SCREEN_LINE_PX: Final = 5.0
# Pieces of screen video that touch are told apart by a break.
SCREEN_BREAK_PX: Final = 2.0
PLAYHEAD_PX: Final = 2.0
FLAG_TOP: Final = 1.0
FLAG_PX: Final = 18.0
_FLAG_PAD: Final = 6.0
# No label of the scale is wider than this at the largest text size.
_LABEL_MOST_PX: Final = 120.0
_ARROW_PX: Final = 5.0
_LABEL_FLAGS: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
LABEL_BOTTOM: Final = SCALE_PX - TICK_PX - 1


def label_rects(ticks: Sequence[Tick], left: float, right: float) -> list[tuple[QRectF, str]]:
    """Return where the labels of the scale are written; cut ones are left out.

    Args:
        ticks: The scale.
        left: Where the lanes begin, px.
        right: Where they end, px.
    """
    metrics = QFontMetricsF(theme().font("micro"))
    # Figures are all equally wide, so a label's width follows from its length.
    widths = {n: metrics.horizontalAdvance("00:00:00"[:n]) + 2 for n in (5, 8)}
    found = []
    for tick in ticks:
        if tick.label and tick.x_px >= -1:
            width = widths[len(tick.label)]
            rect = QRectF(left + tick.x_px + LABEL_GAP, 1, width, LABEL_BOTTOM)
            if rect.right() <= right:
                found.append((rect, tick.label))
    return found


def paint_grid(
    painter: QPainter, ticks: Sequence[Tick], left: float, top: float, bottom: float
) -> None:
    """Draw a faint line down at every label, from `top` to `bottom`."""
    # Opaque: blended lines of one pixel cost ten times as much.
    color = _blended(theme().color("line"), theme().color("surface"), 0.6)
    height = round(bottom) - round(top)
    _fill(
        painter,
        [QRectF(round(left + tick.x_px), round(top), 1, height) for tick in ticks if tick.label],
        color,
    )


def _blended(over: QColor, ground: QColor, share: float) -> QColor:
    """Return what `share` of `over` on `ground` looks like."""

    def mixed(first: int, second: int) -> int:
        return round(first * share + second * (1 - share))

    return QColor(
        mixed(over.red(), ground.red()),
        mixed(over.green(), ground.green()),
        mixed(over.blue(), ground.blue()),
    )


def paint_scale(
    painter: QPainter,
    ticks: Sequence[Tick],
    labels: Sequence[tuple[QRectF, str]],
    left: float,
) -> None:
    """Draw ticks and labels of the wall clock."""
    current = theme()
    lines = []
    for tick in ticks:
        height = TICK_PX if tick.label else SMALL_TICK_PX
        lines.append(QRectF(round(left + tick.x_px), SCALE_PX - height, 1, height))
    _fill(painter, lines, current.color("ctl"))
    painter.setFont(current.font("micro"))
    painter.setPen(current.color("text2"))
    for rect, words in labels:
        painter.drawText(rect, _LABEL_FLAGS, words)


def _fill(painter: QPainter, rects: list[QRectF], color: QColor) -> None:
    """Fill many rectangles at once: a call each cost more than the filling."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawRects(rects)
    painter.restore()


_SIGNS: Final = {
    MarkerKind.FLAG: ("flag", "m_flag"),
    MarkerKind.COMMENT: ("message-square-text", "m_comment"),
    MarkerKind.BOOKMARK: ("bookmark", "m_bookmark"),
    MarkerKind.HIT: ("", "m_hit"),
    MarkerKind.STEP: ("diamond", "m_step"),
}
"""Icon and colour role of each kind; a hit is an upright tick."""


def marker_clusters(markers: Sequence[Marker], view: Viewport) -> tuple[Cluster, ...]:
    """Return the markers that are drawn as one; hits are thin and stand by themselves longer."""
    found: list[Cluster] = []
    for hits, apart, counted in ((False, CLUSTER_PX, COUNTED_PX), (True, HIT_CLUSTER_PX, 0.0)):
        chosen = [n for n, m in enumerate(markers) if (m.kind is MarkerKind.HIT) is hits]
        made = clusters(
            chosen, lambda n: view.x_of(markers[n].at_us), apart_px=apart, counted_px=counted
        )
        found += [Cluster(c.x_px, tuple(chosen[i] for i in c.members)) for c in made]
    return tuple(found)


def paint_markers(
    painter: QPainter,
    markers: Sequence[Marker],
    found: Sequence[Cluster],
    left: float,
    view: Viewport,
) -> None:
    """Draw markers by shape; several at one place as one with a count; ranges with a line."""
    current = theme()
    ratio = painter.device().devicePixelRatioF()
    for marker in markers:
        if marker.end_us is not None:
            x, end = left + view.x_of(marker.at_us), left + view.x_of(marker.end_us)
            line = QRectF(x, SCALE_PX + MARKERS_PX - 4, max(2.0, end - x), 2)
            painter.fillRect(line, current.color(_SIGNS[marker.kind][1]))
    for cluster in found:
        # Flags say more than steps: a cluster wears the sign of its weightiest member.
        members = [markers[index] for index in cluster.members]
        kind = min((marker.kind for marker in members), key=lambda kind: kind.value)
        name, role = _SIGNS[kind]
        rect = marker_rect(cluster, left)
        if kind is MarkerKind.HIT:
            tick = QRectF(0, 0, HIT_PX[0], HIT_PX[1])
            tick.moveCenter(rect.center())
            painter.fillRect(tick, current.color(role))
            continue
        pixmap = current.pixmap(name, round(MARKER_PX), role, ratio)
        painter.drawPixmap(rect.topLeft(), pixmap)
        if len(members) > 1:
            painter.setFont(current.font("micro", 500))
            painter.setPen(current.color("text2"))
            place = QRectF(rect.right() + 1, rect.top(), 24, rect.height())
            painter.drawText(place, _LABEL_FLAGS, str(len(members)))


def marker_rect(cluster: Cluster, left: float) -> QRectF:
    """Return where a cluster's sign is drawn."""
    rect = QRectF(0, 0, MARKER_PX, MARKER_PX)
    rect.moveCenter(QPointF(left + cluster.x_px, SCALE_PX + MARKERS_PX / 2))
    return rect


def paint_screen(
    painter: QPainter, scene: Scene, view: Viewport, left: float, lane: QRectF
) -> None:
    """Draw where there is screen video, and outlines where it is gone."""
    current = theme()
    for piece in scene.screen:
        place = _lane_place(piece.start_us, piece.end_us, view, left, lane)
        place.setRight(max(place.left() + 1, place.right() - SCREEN_BREAK_PX))
        patterns.fill_rounded(painter, place, current.color("video"), radius=SCREEN_LINE_PX / 2)
    for piece in scene.screen_gone:
        place = _lane_place(piece.start_us, piece.end_us, view, left, lane)
        patterns.dashed_box(painter, place, current.color("deleted"), radius=SCREEN_LINE_PX / 2)


def _lane_place(
    start_us: float, end_us: float, view: Viewport, left: float, lane: QRectF
) -> QRectF:
    first = max(view.x_of(start_us), -8.0)
    last = max(first, min(view.x_of(end_us), view.width_px + 8.0))
    place = QRectF(left + first, 0, last - first, SCREEN_LINE_PX)
    place.moveCenter(QPointF(place.center().x(), lane.center().y()))
    return place


def paint_links(painter: QPainter, scene: Scene, view: Viewport, lanes: Lanes, left: float) -> None:
    """Draw transfers: from the end of a bar to the start of the next, with the word."""
    current = theme()
    painter.save()
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    for link in scene.links:
        source, target = scene.rows[link.from_row], scene.rows[link.to_row]
        start = source.bars[-1].end_us if source.bars else source.end_us
        x_from, x_to = view.x_of(start), view.x_of(target.start_us)
        x = max(x_from + 6, x_to - 2) if x_to - x_from < 24 else x_from + 6
        y_from = lanes.row_top(link.from_row) + lanes.row_px / 2
        y_to = lanes.row_top(link.to_row) + lanes.row_px / 2
        path = QPainterPath(QPointF(left + x_from + 1, y_from))
        path.lineTo(left + x, y_from)
        path.lineTo(left + x, y_to)
        end_x = max(x_to, x + _ARROW_PX)
        path.lineTo(left + end_x, y_to)
        painter.setPen(QPen(current.color("text2"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        _arrow_head(painter, QPointF(left + end_x, y_to))
        room = QRectF(left + x + 6, (y_from + y_to) / 2 - 10, view.width_px, 20)
        patterns.pill(
            painter,
            room,
            (link.word,),
            current.color("text2"),
            current.font("micro", 500),
            bordered=True,
            at_left=True,
        )
    painter.restore()


def _arrow_head(painter: QPainter, tip: QPointF) -> None:
    path = QPainterPath(tip + QPointF(-_ARROW_PX, -_ARROW_PX))
    path.lineTo(tip)
    path.lineTo(tip + QPointF(-_ARROW_PX, _ARROW_PX))
    painter.drawPath(path)


def paint_playhead(painter: QPainter, x: float, height: float, clock: str, box: QRectF) -> None:
    """Draw the playhead through everything, with its flag `box` on the scale."""
    current = theme()
    color = current.color("text")
    painter.fillRect(QRectF(x - PLAYHEAD_PX / 2, FLAG_TOP + FLAG_PX, PLAYHEAD_PX, height), color)
    ratio = painter.device().devicePixelRatioF()
    font, words = current.font("micro", 600), current.color("surface")
    # On whole device pixels: moved by less, words would be sharp at times and blurred at others.
    left, top, width = (round(n * ratio) for n in (box.left(), box.top(), box.width()))
    flag = _flag(clock, width, ratio, font.key(), (color.rgba(), words.rgba()))
    painter.drawPixmap(QPointF(left / ratio, top / ratio), flag)
    painter.save()
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    tip = [QPointF(x - 5, box.bottom()), QPointF(x + 5, box.bottom()), QPointF(x, box.bottom() + 4)]
    painter.drawPolygon(QPolygonF(tip))
    painter.restore()


@lru_cache(maxsize=4)
def _flag(clock: str, width_px: int, ratio: float, font_key: str, argb: tuple[int, int]) -> QPixmap:
    """Return the playhead's flag with its words, which are the same for a second.

    Args:
        clock: What is written in it.
        width_px: How wide it is, device px.
        ratio: Device pixels a px.
        font_key: What is another one when the font of the theme is.
        argb: Colours of its ground and of the words.
    """
    flag = QPixmap(width_px, round(FLAG_PX * ratio))
    flag.setDevicePixelRatio(ratio)
    flag.fill(Qt.GlobalColor.transparent)
    ground, words = (QColor.fromRgba(value) for value in argb)
    box = QRectF(QPointF(0, 0), flag.deviceIndependentSize())
    painter = QPainter(flag)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, Radius.BAR, Radius.BAR)
    painter.setFont(theme().font("micro", 600))
    painter.setPen(words)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, clock)
    painter.end()
    return flag


def labels_near(
    labels: Sequence[tuple[QRectF, str]], x: float, box: QRectF
) -> Iterator[tuple[QRectF, str]]:
    """Return the labels of the scale that give way to the playhead's flag; they are in order."""
    reach = max(HIDES_WITHIN_PX, x - box.left() + LABEL_GAP, box.right() + LABEL_GAP - x)
    # The widest label's left edge is farther from the middle of it than half of its width.
    first = bisect_left(labels, x - reach - _LABEL_MOST_PX, key=lambda label: label[0].left())
    for label in itertools.islice(labels, first, None):
        if label[0].left() > x + reach:
            return
        if is_under_flag(label[0], x, box):
            yield label


def flag_rect(x: float, clock: str, left: float, right: float) -> QRectF:
    """Return where the playhead's flag is drawn: whole, as long as the playhead is seen.

    Args:
        x: Where the playhead is, px.
        clock: What is written in it.
        left: Where the lanes begin, px.
        right: Where they end, px.
    """
    width = QFontMetricsF(theme().font("micro", 600)).horizontalAdvance(clock) + 2 * _FLAG_PAD
    begin = x - width / 2
    if left <= x <= right:
        begin = max(left, min(begin, right - width))
    return QRectF(begin, FLAG_TOP, width, FLAG_PX)


def is_under_flag(label: QRectF, x: float, box: QRectF) -> bool:
    """Whether a label of the scale gives way to the playhead's flag."""
    return abs(label.center().x() - x) < HIDES_WITHIN_PX or label.intersects(
        box.adjusted(-LABEL_GAP, 0, LABEL_GAP, 0)
    )


def paint_ghost(painter: QPainter, x: float, height: float, words: str, bounds: QRectF) -> None:
    """Draw the thin line under the pointer, with both times."""
    current = theme()
    painter.fillRect(QRectF(round(x), SCALE_PX, 1, height), current.color("ctl"))
    font = current.font("micro", 500)
    width = QFontMetricsF(font).horizontalAdvance(words) + 2 * _FLAG_PAD
    box = QRectF(x - width / 2, SCALE_PX + 2, width, FLAG_PX)
    box.moveLeft(min(max(box.left(), bounds.left()), bounds.right() - width))
    patterns.fill_rounded(painter, box, current.color("raised"))
    painter.save()
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    painter.setPen(QPen(current.color("line2"), 1))
    painter.drawPath(patterns.rounded(box.adjusted(0.5, 0.5, -0.5, -0.5)))
    painter.restore()
    painter.setFont(font)
    painter.setPen(current.color("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
