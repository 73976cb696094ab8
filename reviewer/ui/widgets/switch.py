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
ROOM = 3


def track_size() -> QSize:
    """Return the size of the track at the user's text size."""
    return QSize(theme().px(_WIDTH), theme().px(_HEIGHT))


def paint_track(painter: QPainter, track: QRectF, switch: QAbstractButton) -> None:
    """Paint track, knob, and the ring of the focus around it."""
    now = theme()
    c = now.colors
    enabled, on = switch.isEnabled(), switch.isChecked()
    if on:
        ground = c.accent_hi if switch.underMouse() else c.accent
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
    if switch.hasFocus():
        outer = track.adjusted(-ROOM, -ROOM, ROOM, ROOM)
        draw.ring(painter, outer, c.focus, radius=outer.height() / 2)


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
        width = now.px(_WIDTH) + 2 * ROOM
        if self.text():
            width += Space.S + round(draw.text_width(self.text(), now.font("label")) + 1)
        return QSize(width, now.px(_HEIGHT) + 2 * ROOM)

    @override
    def hitButton(self, pos: object) -> bool:
        return True

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        c = now.colors
        painter = QPainter(self)
        size = track_size()
        track = QRectF(ROOM, 0, size.width(), size.height())
        track.moveTop((self.height() - track.height()) / 2)
        paint_track(painter, track, self)
        enabled = self.isEnabled()
        if self.text():
            area = QRectF(self.rect())
            area.setLeft(track.right() + ROOM + Space.S)
            font = now.font("label")
            draw.text(painter, area, self.text(), font, c.text if enabled else c.disabled)
