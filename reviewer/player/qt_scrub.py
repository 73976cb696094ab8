"""Sound while the playhead is dragged: short pieces of it, from wherever the playhead is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from reviewer.player.clock import monotonic_us

if TYPE_CHECKING:
    from reviewer.player.engine import SoundEngine

# Pieces that begin more often than this are too short to make anything out.
_EVERY_MS: Final = 70
# How long a piece sounds when the playhead rests.
_PIECE_MS: Final = 220


class Scrubber(QObject):
    """Lets an engine sound in pieces. Used by `QtPlayer`; positions are those of the course.

    Thread: the window's.
    """

    def __init__(self, engine: SoundEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._wanted_us = 0
        self._begun_us = 0
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setTimerType(Qt.TimerType.PreciseTimer)
        self._next.timeout.connect(self._on_next_timeout)
        self._hush = QTimer(self)
        self._hush.setSingleShot(True)
        self._hush.setInterval(_PIECE_MS)
        self._hush.timeout.connect(self._on_hush_timeout)

    def move(self, position_us: int) -> None:
        """Let it sound from a position, now or as soon as the piece before was long enough."""
        self._wanted_us = position_us
        if self._next.isActive():
            return
        left_ms = _EVERY_MS - (monotonic_us() - self._begun_us) // 1000
        if left_ms > 0:
            self._next.start(left_ms)
        else:
            self._sound()

    def stop(self) -> None:
        """Fall silent."""
        self._next.stop()
        if self._hush.isActive():
            self._hush.stop()
            self._engine.pause()
        self._begun_us = 0

    def _sound(self) -> None:
        self._begun_us = monotonic_us()
        self._engine.seek(self._wanted_us)
        self._engine.play()
        self._hush.start()

    @Slot()
    def _on_next_timeout(self) -> None:
        self._sound()

    @Slot()
    def _on_hush_timeout(self) -> None:
        self._engine.pause()
