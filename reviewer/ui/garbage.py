"""Cyclic garbage is collected on the window's thread only.

Python collects wherever an allocation happens to start a collection, also on a worker's thread.
If the garbage holds wrapped Qt objects, Qt then destroys them on that thread, which ends the
program sooner or later. So automatic collection is off while the window lives, and a timer does
the same work where Qt's objects live.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

_INTERVAL_MS: Final = 1_000
_FULL_EVERY: Final = 60
"""A full collection a minute: some 30 ms after `freeze`, measured with the demo store open."""


class GarbageTimer(QObject):
    """Collects what is young once a second, everything once a minute. Thread: main."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        self._turns = 0
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._on_timer_timeout)
        self._timer.start()

    def settle(self) -> None:
        """Take what is there now (modules, classes, the window) out of later collections.

        Without a full collection first: that held the window up for 70 ms with the demo store
        open, to free what the imports of a program leave behind once.
        """
        gc.freeze()

    def close(self) -> None:
        """Give collection back to the interpreter; may be called twice."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_enabled:
            gc.enable()

    @Slot()
    def _on_timer_timeout(self) -> None:
        self._turns += 1
        if self._turns % _FULL_EVERY == 0:
            gc.collect()
        else:
            # What outlived a collection is looked at once more a second later. Gathered for ten
            # seconds, it held the window up for 24 ms.
            gc.collect(1)
