"""Bars for numbers: a score with its pass mark, a count on its way."""

from __future__ import annotations

import math
from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme

_HEIGHT = 6
_TICK = 2
_ROOM = 2


class ScoreBar(QWidget):
    """A share of the whole, with a tick at the pass mark.

    The accent's colour while answering; passed and failed only when all is answered.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: float | None = None
        self._threshold: float | None = None
        self._state: Literal["answering", "passed", "failed"] = "answering"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_score(
        self,
        value: float | None,
        *,
        threshold: float | None = None,
        state: Literal["answering", "passed", "failed"] = "answering",
    ) -> None:
        """Show a score of 0..1 and the pass mark of 0..1."""
        self._value, self._threshold, self._state = value, threshold, state
        self.setAccessibleName("" if value is None else f"{round(value * 100)} %")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(80, _HEIGHT + 2 * _ROOM)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme().colors
        painter = QPainter(self)
        track = QRectF(0, (self.height() - _HEIGHT) / 2, self.width(), _HEIGHT)
        draw.box(painter, track, fill=c.hover, radius=_HEIGHT / 2)
        if self._value is not None and self._value > 0:
            colors = {"answering": c.accent, "passed": c.success, "failed": c.fail}
            done = QRectF(track)
            done.setWidth(max(_HEIGHT, track.width() * min(1.0, self._value)))
            draw.box(painter, done, fill=colors[self._state], radius=_HEIGHT / 2)
        if self._threshold is not None:
            x = round(track.width() * self._threshold) - _TICK / 2
            painter.fillRect(QRectF(x, track.top() - 1, _TICK, _HEIGHT + 2), c.text2)


class CountBar(QWidget):
    """How many a condition finds by itself: 2 px, logarithmic, full at the cap."""

    def __init__(self, cap: int = 10_000, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cap = cap
        self._count: int | None = None
        self.setFixedHeight(2)

    def set_count(self, count: int | None) -> None:
        """Show a count, or an empty track."""
        self._count = count
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_count_bar(painter, QRectF(self.rect()), self._count, self._cap)


def draw_count_bar(painter: QPainter, rect: QRectF, count: int | None, cap: int) -> None:
    """Paint a count bar, also in a delegate."""
    c = theme().colors
    draw.box(painter, rect, fill=c.hover, radius=1)
    if count:
        done = QRectF(rect)
        share = min(1.0, math.log1p(count) / math.log1p(cap))
        done.setWidth(max(2.0, rect.width() * share))
        draw.box(painter, done, fill=c.accent, radius=1)
