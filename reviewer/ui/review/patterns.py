"""Patterns and labels of the timeline: hatches, dots, dashed boxes, pills.

Hatches are own lines at a fixed phase of the timeline, so that they neither crawl while
scrolling nor depend on device pixels. Everything is painted in logical px.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from reviewer.ui.review.waves import hatch_image
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

HATCH_PX: Final = 6.0
HATCH_LINE_PX: Final = 1.25
DOT_GRID_PX: Final = 5.0
DOT_PX: Final = 2.0
PILL_PX: Final = 18.0
_PILL_PAD: Final = 4.0
_PILL_GAP: Final = 4.0


def hatch(
    painter: QPainter,
    rect: QRectF,
    color: QColor,
    *,
    line_px: float = HATCH_LINE_PX,
    phase_px: float = 0.0,
    crossed: bool = False,
) -> None:
    """Fill `rect` with diagonal lines; `phase_px` is x of the timeline's origin.

    The lines are a tile that is kept: drawn one by one they took half of the whole repaint.
    """
    ratio = painter.device().devicePixelRatioF()
    left, top = round(rect.left() * ratio), round(rect.top() * ratio)
    width = round(rect.right() * ratio) - left
    height = round(rect.bottom() * ratio) - top
    if width < 1 or height < 1:
        return
    tile = _hatch_tile(height, color.rgba(), ratio, line_px, crossed)
    # Within the tile's width, counted from the foot of a line.
    offset = round(left - phase_px * ratio) % tile.width()
    x = left - offset
    painter.save()
    painter.setClipRect(
        QRectF(left / ratio, top / ratio, width / ratio, height / ratio),
        Qt.ClipOperation.IntersectClip,
    )
    while x < left + width:
        painter.drawPixmap(QPointF(x / ratio, top / ratio), tile)
        x += tile.width()
    painter.restore()


@lru_cache(maxsize=16)
def _hatch_tile(height_px: int, argb: int, ratio: float, line_px: float, crossed: bool) -> QPixmap:
    """Return a tile of hatch, device px, as wide as a whole number of lines' distances."""
    period_px = HATCH_PX * math.sqrt(2) * ratio
    # No distance is a whole number of pixels; of this many the fraction is the smallest.
    times = min(range(16, 64), key=lambda n: abs(n * period_px - round(n * period_px)))
    width_px = round(times * period_px)
    image = hatch_image(
        width_px,
        height_px,
        QColor.fromRgba(argb),
        period_px=width_px / times,
        line_px=line_px * ratio,
        phase_px=0.0,
        crossed=crossed,
    )
    tile = QPixmap.fromImage(image)
    tile.setDevicePixelRatio(ratio)
    return tile


def dots(painter: QPainter, rect: QRectF, color: QColor, *, phase_px: float = 0.0) -> None:
    """Fill `rect` with dots on a grid."""
    if rect.isEmpty():
        return
    points = []
    first = math.ceil((rect.left() + DOT_PX - phase_px) / DOT_GRID_PX) * DOT_GRID_PX + phase_px
    rows = max(1, int((rect.height() - DOT_PX) // DOT_GRID_PX))
    top = rect.center().y() - (rows - 1) * DOT_GRID_PX / 2
    x = first
    while x < rect.right() - DOT_PX / 2:
        points += [QPointF(x, top + row * DOT_GRID_PX) for row in range(rows)]
        x += DOT_GRID_PX
    pen = QPen(color, DOT_PX)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.drawPoints(points)
    painter.restore()


def dotted_line(painter: QPainter, left: float, right: float, y: float, color: QColor) -> None:
    """Draw a dotted line: waiting for an answer."""
    pen = QPen(color, DOT_PX, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([0.1, 2.0])
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.drawLine(QPointF(left + 1, y), QPointF(right, y))
    painter.restore()


def dashed_box(
    painter: QPainter, rect: QRectF, color: QColor, *, radius: float = Radius.BAR
) -> None:
    """Draw a dashed outline just inside `rect`."""
    pen = QPen(color, 1.25, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([4.0, 2.5])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inside = rect.adjusted(0.75, 0.75, -0.75, -0.75)
    painter.drawRoundedRect(inside, min(radius, inside.width() / 2), radius)
    painter.restore()


def rounded(rect: QRectF, radius: float = Radius.BAR) -> QPainterPath:
    """Return a rounded rectangle that stays sensible when it is narrow."""
    path = QPainterPath()
    corner = min(radius, rect.width() / 2, rect.height() / 2)
    path.addRoundedRect(rect, corner, corner)
    return path


def fill_rounded(
    painter: QPainter, rect: QRectF, color: QColor, *, radius: float = Radius.BAR
) -> None:
    """Fill a rounded rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(rounded(rect, radius), QBrush(color))
    painter.restore()


def pill(
    painter: QPainter,
    rect: QRectF,
    texts: tuple[str, ...],
    color: QColor,
    font: QFont,
    *,
    icon: str = "",
    icon_role: str = "",
    bordered: bool = False,
    at_left: bool = False,
) -> float:
    """Write a short label on a ground of its own in the middle of `rect`.

    Args:
        painter: Where to.
        rect: The room there is.
        texts: From the longest to the shortest; the first that fits is taken.
        color: Of the text.
        font: Of the text.
        icon: Sign before it, "" for none; alone where no text fits.
        icon_role: Its colour role.
        bordered: Whether the ground has a line around it.
        at_left: Whether it stands at the left edge of `rect` instead of its middle.

    Returns:
        How wide it became, px; 0: nothing fitted.
    """
    look = _Font(font.key(), font)
    for text in (*texts, "") if icon else texts:
        width = _pill_width(text, look, icon=bool(icon))
        if width <= rect.width():
            break
    else:
        return 0.0
    current, ratio = theme(), painter.device().devicePixelRatioF()
    image = _pill(
        _Pill(
            text,
            look,
            (round(width * ratio), round(min(PILL_PX, rect.height() - 2) * ratio), ratio),
            (color.rgba(), current.color("surface").rgba()),
            current.color("line2").rgba() if bordered else None,
            (icon, icon_role, current.color(icon_role).rgba() if icon else 0),
        )
    )
    if image is not None:
        box = QRectF(QPointF(0, 0), image.deviceIndependentSize())
        box.moveCenter(rect.center())
        if at_left:
            box.moveLeft(rect.left())
        left, top = round(box.left() * ratio), round(box.top() * ratio)
        painter.drawPixmap(QPointF(left / ratio, top / ratio), image)
    return width


@dataclass(frozen=True, slots=True)
class _Font:
    """A font that is the same as another one of its key."""

    key: str
    font: QFont = field(compare=False)


@dataclass(frozen=True, slots=True)
class _Pill:
    """All that a label looks like.

    Attributes:
        size: Width and height in device px, and how many of them are a px.
        argb: Colours of text and ground.
        line_argb: Colour of the line around it, None for none.
        icon: Its name and colour role, and the colour that this is.
    """

    text: str
    font: _Font
    size: tuple[int, int, float]
    argb: tuple[int, int]
    line_argb: int | None
    icon: tuple[str, str, int]


@lru_cache(maxsize=256)
def _pill_width(text: str, font: _Font, *, icon: bool) -> float:
    width = QFontMetricsF(font.font).horizontalAdvance(text) + 2 * _PILL_PAD
    if icon:
        width += Size.ICON_SMALL + (_PILL_GAP if text else 0)
    return width


# The same few words stand on every row, and each took 0.15 ms to paint.
@lru_cache(maxsize=64)
def _pill(pill: _Pill) -> QPixmap | None:
    """Return the image of a label; None if there is no room for any."""
    width_px, height_px, ratio = pill.size
    if width_px < 1 or height_px < 1:
        return None
    image = QPixmap(width_px, height_px)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    box = QRectF(QPointF(0, 0), image.deviceIndependentSize())
    text_color, ground = (QColor.fromRgba(value) for value in pill.argb)
    painter = QPainter(image)
    fill_rounded(painter, box, ground)
    if pill.line_argb is not None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor.fromRgba(pill.line_argb), 1))
        painter.drawPath(rounded(box.adjusted(0.5, 0.5, -0.5, -0.5)))
    x = _PILL_PAD
    name, role, _ = pill.icon
    if name:
        sign = theme().pixmap(name, Size.ICON_SMALL, role, ratio)
        painter.drawPixmap(QPointF(x, box.center().y() - Size.ICON_SMALL / 2), sign)
        x += Size.ICON_SMALL + _PILL_GAP
    painter.setPen(text_color)
    painter.setFont(pill.font.font)
    room = QRectF(x, 0, box.right() - x, box.height())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, pill.text)
    painter.end()
    return image
