"""Widgets shown by themselves, and what they paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot


def show(qtbot: QtBot, widget: QWidget, size: tuple[int, int] | None = None) -> None:
    """Show a widget as an active window."""
    qtbot.addWidget(widget)
    if size is not None:
        widget.resize(*size)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def colors_of(widget: QWidget) -> set[str]:
    """All colours that a widget paints."""
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
