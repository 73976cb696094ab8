"""Writes over a picture who looks at it: all over, so that no part can be shown without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from reviewer.models.watermark import APART, BESIDE, SLANT_DEG
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

# Legible on light and dark screens, and the screen legible beneath it.
_LIGHT: Final = QColor(255, 255, 255, 70)
_DARK: Final = QColor(0, 0, 0, 70)


_INKS: Final = ((QPointF(1, 1), _DARK), (QPointF(0, 0), _LIGHT))


def paint_watermark(
    painter: QPainter,
    room: QRectF,
    words: str,
    inks: Sequence[tuple[QPointF, QColor]] = _INKS,
) -> None:
    """Write `words` slanted over `room`, again and again.

    Args:
        painter: Of the device.
        room: Logical pixels.
        words: What to write.
        inks: How each is written, one upon the other: shifted by so much, in which colour.
    """
    painter.save()
    painter.setClipRect(room)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    font = theme().font("strong")
    painter.setFont(font)
    metrics = QFontMetricsF(font, painter.device())
    across, down = metrics.horizontalAdvance(words) * BESIDE, metrics.height() * APART
    reach = room.width() + room.height()
    painter.translate(room.center())
    painter.rotate(-SLANT_DEG)
    lines, columns = int(reach / 2 / down) + 1, int(reach / 2 / across) + 1
    for line in range(-lines, lines + 1):
        shift = across / 2 if line % 2 else 0.0
        for column in range(-columns - 1, columns + 1):
            box = QRectF(column * across + shift, line * down, across, down)
            for offset, color in inks:
                painter.setPen(color)
                painter.drawText(box.translated(offset), Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()
