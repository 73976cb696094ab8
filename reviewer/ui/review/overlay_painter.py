"""Paints what lies over the lanes and changes often: the marked range, a chat's current message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF

from reviewer.ui.review import patterns
from reviewer.ui.review.geometry import SCALE_PX
from reviewer.ui.review.row_painter import RowFrame, message_rect
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter

    from reviewer.ui.review.geometry import Viewport
    from reviewer.ui.review.range_marks import MarkedRange
    from reviewer.ui.review.row_painter import WaveHeights
    from reviewer.ui.review.scene import Scene

STRIP_PX: Final = 5.0
EDGE_PX: Final = 1.5
_FILL: Final = 0.10
# How near to an edge of the range it is taken hold of.
GRIP_PX: Final = 5.0


def range_xs(marked: MarkedRange, view: Viewport, left: float) -> tuple[float, float]:
    """Return where the marked range begins and ends, px; an open end is the timeline's."""
    first = marked.in_us if marked.in_us is not None else 0
    last = marked.out_us if marked.out_us is not None else view.duration_us
    return left + view.x_of(first), left + view.x_of(last)


def paint_range(
    painter: QPainter, marked: MarkedRange, view: Viewport, left: float, depth: float
) -> None:
    """Draw the range between the in and out marks, as far down as `depth`."""
    if marked.is_empty:
        return
    current = theme()
    begin, end = range_xs(marked, view, left)
    color = current.color("accent")
    inside = QRectF(begin, SCALE_PX, max(0.0, end - begin), depth - SCALE_PX)
    painter.fillRect(inside, current.color("accent", _FILL))
    painter.fillRect(QRectF(begin, SCALE_PX - STRIP_PX, inside.width(), STRIP_PX), color)
    for x, there in ((begin, marked.in_us is not None), (end - EDGE_PX, marked.out_us is not None)):
        if there:
            painter.fillRect(QRectF(x, SCALE_PX - STRIP_PX, EDGE_PX, depth), color)
    if marked.loops and inside.width() >= Size.ICON_SMALL + 4:
        icon = current.pixmap(
            "repeat", Size.ICON_SMALL, "accent_text", painter.device().devicePixelRatioF()
        )
        painter.drawPixmap(round(begin) + 3, SCALE_PX + 2, icon)


def paint_message(
    painter: QPainter,
    scene: Scene,
    index: int,
    view: Viewport,
    row_rect: Callable[[int], QRectF],
    waves: WaveHeights,
) -> None:
    """Outline the current message of a chat, by its index in the transcript."""
    for number, row in enumerate(scene.rows):
        for message in row.messages:
            if message.index == index:
                frame = RowFrame(view, row_rect(number), False, waves)
                bar = message_rect(message.weight, view.x_of(message.start_us), frame)
                # Over its neighbours, which may hide a short one.
                patterns.fill_rounded(painter, bar, theme().color(row.chat_role), radius=2)
                place = bar.adjusted(-1.5, -1.5, 1.5, 1.5)
                painter.setPen(theme().color("focus"))
                painter.setRenderHint(painter.RenderHint.Antialiasing)
                painter.drawPath(patterns.rounded(place, Radius.BAR))
                painter.setRenderHint(painter.RenderHint.Antialiasing, False)
