"""The bus: tells every page what a write changed, once, and who began it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from reviewer.models.changes import Changes


class Bus(QObject):
    """Carries `Changes` from the place of a write to the pages that show it.

    Thread: main.
    """

    # (changes: Changes, initiator: QObject | None), in the main thread, once for each write. A
    # page that began the write itself may ignore what it shows already.
    changes_applied = Signal(object, object)

    def publish(self, changes: Changes, initiator: QObject | None = None) -> None:
        """Tell all pages; says nothing when nothing changed."""
        if changes:
            self.changes_applied.emit(changes, initiator)
