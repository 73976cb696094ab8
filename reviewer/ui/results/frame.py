"""Small parts of which the page of results is put together."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.frames import Panel
from reviewer.ui.widgets.labels import ElidedLabel


def with_key(text: str, shortcut: str) -> str:
    """Return the text of a menu's line with its shortcut at the right."""
    return text + "\t" + shortcut_text(shortcut)


class _Strip(Panel):
    """A line across the page, as high as the user's text size asks for."""

    def __init__(self, height: int, ground: str) -> None:
        super().__init__(ground)
        self._height = height
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFixedHeight(theme().px(self._height))


def strip(height: int, *widgets: QWidget, ground: str = "window") -> Panel:
    """Return a line of widgets across the page."""
    panel = _Strip(height, ground)
    line = QHBoxLayout(panel)
    line.setContentsMargins(Space.L, 0, Space.L, 0)
    line.setSpacing(Space.S)
    for widget in widgets:
        grows = widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Preferred
        line.addWidget(widget, 1 if grows and isinstance(widget, ElidedLabel) else 0)
    line.addStretch(0)
    return panel


def top_aligned(widget: QWidget) -> QWidget:
    """Return a widget at the top of an otherwise empty place."""
    holder = QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
    box.addWidget(widget)
    box.addStretch(1)
    return holder
