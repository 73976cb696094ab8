"""A scroll area that shows the ground of the panel it lies on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class Scrolled(QScrollArea):
    """Scrolls its content up and down, without frame, ground or Tab stop of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)

    def set_content(self, content: QWidget) -> None:
        """Show other content; the one before is deleted."""
        self.setWidget(content)
        # setWidget gives its widget a ground.
        content.setAutoFillBackground(False)
