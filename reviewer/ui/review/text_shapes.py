"""Running text laid out once by width and kept: what lists of texts draw with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QTextLayout, QTextOption

from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import RUNNING_TEXT_PERCENT

_KEPT: Final = 4000
_LEAST_PX: Final = 40


@dataclass(frozen=True, slots=True)
class Shape:
    """A text laid out: its lines, height and natural width, px."""

    layout: QTextLayout
    height: float
    width: float


class TextShapes:
    """Texts by width. Thread: main."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, int], Shape] = {}

    def of(self, text: str, width_px: int) -> Shape:
        """Return a text laid out in lines of at most that width."""
        key = (text, width_px)
        found = self._shapes.get(key)
        if found is None:
            if len(self._shapes) >= _KEPT:
                self._shapes.clear()
            found = self._shapes[key] = _lay_out(text, width_px)
        return found

    def forget(self) -> None:
        """Lay everything out anew: fonts changed, or other texts are shown."""
        self._shapes.clear()


def _lay_out(text: str, width_px: int) -> Shape:
    font = theme().font("body")
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    spacing = QFontMetricsF(font).height() * RUNNING_TEXT_PERCENT / 100
    layout.beginLayout()
    y, widest = 0.0, 0.0
    while True:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(max(_LEAST_PX, width_px))
        line.setPosition(QPointF(0, y + (spacing - line.height()) / 2))
        widest = max(widest, line.naturalTextWidth())
        y += spacing
    layout.endLayout()
    return Shape(layout, y, widest)
