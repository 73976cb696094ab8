"""A field for running text, and the box around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Space

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent


class NoteEdit(QPlainTextEdit):
    """The note; Esc is for the player, so that one can stop and go on while typing."""

    # Esc was pressed.
    escaped = Signal()
    # The keyboard came or went.
    focus_changed = Signal()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.escaped.emit()
        else:
            super().keyPressEvent(event)


class NoteBox(QWidget):
    """The field around the note: border, and the ring of the focus inside it."""

    def __init__(self, note: NoteEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = note
        note.setFrameShape(QFrame.Shape.NoFrame)
        note.viewport().setAutoFillBackground(False)
        note.focus_changed.connect(self.update)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XS, Space.XS, Space.XS, Space.XS)
        layout.addWidget(note)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        draw.box(painter, rect, fill=now.colors.field, border=now.colors.ctl)
        if self._note.hasFocus():
            draw.ring(painter, rect, now.colors.focus, radius=Radius.CONTROL)
