"""Small pieces that styles, widgets and delegates draw with. Imported by `reviewer.ui`."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from reviewer.ui.theme.tokens import Radius, Size

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter
_ONE_LINE = int(Qt.TextFlag.TextSingleLine.value)
# A page is painted with the same texts again and again, and measuring one takes 50 us.
_MEASURED_MOST = 2_000
_ELIDED: dict[tuple[str, QFont, float, Qt.TextElideMode], str] = {}
_WIDTHS: dict[tuple[str, QFont], float] = {}
K = TypeVar("K")
V = TypeVar("V")
# Between the ring of the focus and what it rings.
RING_GAP = 1


def box(
    painter: QPainter,
    rect: QRectF,
    *,
    fill: QColor | None = None,
    border: QColor | None = None,
    radius: float = Radius.CONTROL,
    width: float = Size.LINE,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """Paint a rounded box; its border lies inside `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(rect, radius, radius)
    else:
        painter.setPen(QPen(border, width, style))
        inset = width / 2
        inner = rect.adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(inner, max(0.0, radius - inset), max(0.0, radius - inset))
    painter.restore()


def ring(painter: QPainter, rect: QRectF, color: QColor, *, radius: float) -> None:
    """Paint the ring of the focus, 2 px, inside `rect`."""
    box(painter, rect, border=color, radius=radius, width=Size.FOCUS)


def inside_ring(rect: QRectF) -> QRectF:
    """Return what is left for a control inside its own ring and gap."""
    inset = Size.FOCUS + RING_GAP
    return rect.adjusted(inset, inset, -inset, -inset)


def hline(painter: QPainter, left: float, right: float, y: float, color: QColor) -> None:
    """Paint a hairline whose pixel is the one that begins at `y`."""
    painter.fillRect(QRectF(left, y, right - left, Size.LINE), color)


def vline(painter: QPainter, x: float, top: float, bottom: float, color: QColor) -> None:
    """Paint a hairline whose pixel is the one that begins at `x`."""
    painter.fillRect(QRectF(x, top, Size.LINE, bottom - top), color)


def text(
    painter: QPainter,
    rect: QRectF,
    string: str,
    font: QFont,
    color: QColor,
    align: Qt.AlignmentFlag = LEFT,
    *,
    elide: Qt.TextElideMode | None = Qt.TextElideMode.ElideRight,
) -> None:
    """Paint one line of text, elided to `rect` unless `elide` is None."""
    if elide is not None:
        string = elided(string, font, rect.width(), elide)
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, int(align.value) | _ONE_LINE, string)


def elided(
    string: str,
    font: QFont,
    width: float,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> str:
    """Return `string` shortened to `width` px."""
    key = (string, font, width, mode)
    found = _ELIDED.get(key)
    if found is None:
        # Half a pixel of rounding must not cost a letter.
        found = QFontMetricsF(font).elidedText(string, mode, width + 0.5)
        _keep(_ELIDED, key, found)
    return found


def text_width(string: str, font: QFont) -> float:
    """Return the advance of one line, px."""
    key = (string, font)
    found = _WIDTHS.get(key)
    if found is None:
        found = QFontMetricsF(font).horizontalAdvance(string)
        _keep(_WIDTHS, key, found)
    return found


def _keep(measured: dict[K, V], key: K, value: V) -> None:
    if len(measured) >= _MEASURED_MOST:
        measured.clear()
    measured[key] = value


def chevron(
    painter: QPainter, center: QPointF, color: QColor, *, size: float = 8, up: bool = False
) -> None:
    """Paint a small open arrow head, downwards or upwards."""
    half, quarter = size / 2, size / 4
    sign = -1 if up else 1
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    tip = center + QPointF(0, sign * quarter)
    painter.drawPolyline(
        [center + QPointF(-half, -sign * quarter), tip, center + QPointF(half, -sign * quarter)]
    )
    painter.restore()


def hatch(
    painter: QPainter,
    rect: QRectF,
    color: QColor,
    *,
    step: float = 6,
    width: float = 1.25,
    phase: float = 0.0,
    crossed: bool = False,
) -> None:
    """Fill `rect` with diagonal lines at a fixed phase, so that they do not crawl on scrolling.

    Args:
        painter: Where to paint; its transformation is that of the widget.
        rect: What to fill, clipped.
        color: Of the lines.
        step: Distance of the lines along x, px.
        width: Of a line, px.
        phase: x of the ground's origin: the same ground gives the same lines.
        crossed: Lines in both directions.
    """
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, width))
    height = rect.height()
    first = rect.left() - height - ((rect.left() - height - phase) % step)
    x = first
    while x < rect.right() + height:
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + height, rect.top()))
        if crossed:
            painter.drawLine(QPointF(x, rect.top()), QPointF(x + height, rect.bottom()))
        x += step
    painter.restore()
