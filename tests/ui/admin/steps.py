"""What tests of several pages of administration do."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

COUNT = 5
"""Calls in the store."""


def idle(qtbot, shell):
    """Wait until nothing is under way."""
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)


def framed(qtbot, page):
    """Show a page in a window in which something else would take the keyboard as well."""
    window = QWidget()
    qtbot.addWidget(window)
    across = QVBoxLayout(window)
    for part in (QPushButton("rail"), page, QPushButton("status")):
        across.addWidget(part)
    window.resize(1200, 850)
    window.show()
    page.entered()
    return window
