"""A switch for what takes effect at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space

_WIDTH, _HEIGHT, _KNOB = 28, 16, 12
_ROOM = 3


class Switch(QAbstractButton):
    """On or off, with its words beside it if it has some; Space turns it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._ringed = False

    @override
    def sizeHint(self) -> QSize:
        now = theme()
        width = now.px(_WIDTH) + 2 * _ROOM
        if self.text():
            width += Space.S + round(draw.text_width(self.text(), now.font("label")) + 1)
        return QSize(width, now.px(_HEIGHT) + 2 * _ROOM)

    @override
    def hitButton(self, pos: object) -> bool:
        return True

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        c = now.colors
        painter = QPainter(self)
        track = QRectF(_ROOM, 0, now.px(_WIDTH), now.px(_HEIGHT))
        track.moveTop((self.height() - track.height()) / 2)
        enabled, on = self.isEnabled(), self.isChecked()
        if on:
            ground = c.accent_hi if self.underMouse() else c.accent
        else:
            ground = c.ctl
        draw.box(painter, track, fill=ground if enabled else c.press, radius=track.height() / 2)
        size = now.px(_KNOB)
        gap = (track.height() - size) / 2
        x = track.right() - gap - size if on else track.left() + gap
        knob = QRectF(x, track.top() + gap, size, size)
        # White lies on the grey of both themes; on the accent it is the text's colour there.
        color = c.on_accent if on or not now.dark else c.text
        draw.box(painter, knob, fill=color if enabled else c.disabled, radius=size / 2)
        if self.hasFocus():
            outer = track.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
            draw.ring(painter, outer, c.focus, radius=outer.height() / 2)
        if self.text():
            area = QRectF(self.rect())
            area.setLeft(track.right() + _ROOM + Space.S)
            font = now.font("label")
            draw.text(painter, area, self.text(), font, c.text if enabled else c.disabled)
