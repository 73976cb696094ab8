"""PySide6 6.12.0 steals a reference to None at each pass of the event loop."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def test_the_event_loop_does_not_steal_references_to_none(qapp: QApplication) -> None:
    qapp.sendPostedEvents()
    before = sys.getrefcount(None)
    for _ in range(2_000):
        qapp.processEvents()
    assert sys.getrefcount(None) > before - 200
