"""What of the table is still to be painted: there was no time for it in one turn.

May be imported by `reviewer.ui.results`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QRegion

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QWidget


class Owed(QObject):
    """Has a viewport painted, in the next turn of the event loop, where it is not yet.

    Only there: to paint all of it again would cost more than the rows that are left.
    Thread: main.
    """

    def __init__(self, viewport: QWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._viewport = viewport
        self._region = QRegion()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._on_later_timeout)

    @property
    def nothing(self) -> bool:
        """Whether all is painted."""
        return self._region.isEmpty()

    def painted(self, area: QRect, until_px: int | None) -> None:
        """Be told that an area was painted from its top to `until_px`, None: all of it."""
        self._region -= QRegion(area)
        if until_px is not None:
            self._region += QRegion(area.adjusted(0, until_px - area.top(), 0, 0))
        if not self._region.isEmpty():
            self._later.start()

    def moved(self) -> None:
        """Be told that what was painted moved: what is owed lies elsewhere."""
        if not self._region.isEmpty():
            self._region = QRegion(self._viewport.rect())

    @Slot()
    def _on_later_timeout(self) -> None:
        self._viewport.update(self._region)
