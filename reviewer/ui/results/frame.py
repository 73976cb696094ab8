"""Small parts of which the page of results is put together."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.frames import Panel
from reviewer.ui.widgets.labels import ElidedLabel


def with_key(text: str, shortcut: str) -> str:
    """Return the text of a menu's line with its shortcut at the right."""
    return text + "\t" + shortcut_text(shortcut)


def strip(height: int, *widgets: QWidget, ground: str = "window") -> Panel:
    """Return a line of widgets across the page."""
    panel = Panel(ground)
    panel.setFixedHeight(theme().px(height))
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
