"""Long work on the window's thread, piece by piece: keys, clicks and painting come in between.

What must touch widgets cannot go to a pool. It is written as a generator whose `yield` ends a
turn of the event loop; no piece should take more than some 20 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PySide6.QtWidgets import QWidget

T = TypeVar("T")


class Turns(QObject):
    """Does one piece of work a turn of the event loop. Thread: main."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._work: Generator[None, None, object] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        # Begun anew after each piece: one that repeats would be due since the piece began, and go
        # before other clocks that have become due meanwhile.
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def busy(self) -> bool:
        """Whether there are pieces left."""
        return self._work is not None

    def start(self, work: Generator[None, None, object]) -> None:
        """Begin with the next turn; what was under way is given up."""
        self.stop()
        self._work = work
        self._timer.start()

    def stop(self) -> None:
        """Give up what is left."""
        work, self._work = self._work, None
        self._timer.stop()
        if work is not None:
            work.close()

    @Slot()
    def _on_timer_timeout(self) -> None:
        work = self._work
        if work is None:
            return
        try:
            next(work)
        except StopIteration:
            self._end(work)
        except BaseException:
            self._end(work)
            raise
        if self.busy:
            self._timer.start()

    def _end(self, work: Generator[None, None, object]) -> None:
        # The last piece may have begun something else.
        if self._work is work:
            self._work = None
            self._timer.stop()


def at_once(work: Generator[None, None, T]) -> T:
    """Do all pieces now and return what they come to."""
    while True:
        try:
            next(work)
        except StopIteration as ended:
            return ended.value  # type: ignore[no-any-return]  # what the generator returns


def veil(areas: tuple[QWidget, ...]) -> None:
    """Keep these areas from being painted, until `unveiled` shows them one a turn."""
    for area in areas:
        area.setUpdatesEnabled(False)


def laid_out(
    areas: tuple[QWidget, ...], shown: Callable[[], object]
) -> Generator[None, None, None]:
    """Show what holds these areas by `shown`, and let Qt lay each out in a turn of its own.

    Given up in between, all of them are shown at once. What was hidden before stays so.
    """
    waiting = [area for area in areas if not area.isHidden()]
    for area in waiting:
        area.hide()
    try:
        shown()
        while waiting:
            yield
            waiting.pop(0).show()
        yield
    finally:
        for area in waiting:
            if shiboken6.isValid(area):
                area.show()


def unveiled(areas: tuple[QWidget, ...]) -> Generator[None, None, None]:
    """Let areas be painted, each in a turn of its own: painting one for the first time takes long.

    Given up in between, they can all be painted at once.
    """
    try:
        for area in areas:
            _show(area)
            yield
    finally:
        for area in areas:
            _show(area)


def _show(area: QWidget) -> None:
    if shiboken6.isValid(area):
        area.setUpdatesEnabled(True)
