"""A key's name in a small frame, beside what it does."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Space

_AIR = 4


def hint_size(text: str) -> QSize:
    """Return the size of the frame around a key's name."""
    font = theme().font("micro", 500)
    metrics = QFontMetricsF(font)
    width = max(metrics.horizontalAdvance(text) + 2 * (Space.XS + 1), metrics.lineSpacing() + _AIR)
    return QSize(round(width + 0.5), round(metrics.lineSpacing() + _AIR))


def draw_key_hint(painter: QPainter, rect: QRectF, text: str) -> None:
    """Paint a key's name in its frame."""
    now = theme()
    draw.box(painter, rect, fill=now.colors.hover, border=now.colors.line2, radius=Radius.BAR)
    font = now.font("micro", 500)
    draw.text(painter, rect, text, font, now.colors.text2, draw.CENTER, elide=None)


class KeyHint(QWidget):
    """Shows a shortcut; not clickable, not focusable."""

    def __init__(self, shortcut: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = shortcut_text(shortcut) or shortcut
        self.setAccessibleName(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @override
    def sizeHint(self) -> QSize:
        return hint_size(self._text)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        draw_key_hint(QPainter(self), QRectF(self.rect()), self._text)
