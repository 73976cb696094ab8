"""Clocks: where playing is at this moment. Pure; read by everything that follows the sound.

Positions are microseconds of what is played (`CourseUs`). A clock never runs backwards except
when told to seek.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

from reviewer.models.course import CourseUs

if TYPE_CHECKING:
    from collections.abc import Callable


def monotonic_us() -> int:
    """Return the machine's monotonic time in microseconds, the default time source."""
    return time.perf_counter_ns() // 1000


class Clock(Protocol):
    """What drives playhead, pictures and transcript. Thread: the window's."""

    @property
    def rate(self) -> float:
        """Positions per unit of real time while it runs."""
        ...

    @property
    def is_running(self) -> bool:
        """Whether the position moves."""
        ...

    def now_us(self) -> CourseUs:
        """Return the present position."""
        ...

    def play(self) -> None:
        """Begin to run."""
        ...

    def pause(self) -> None:
        """Stand still."""
        ...

    def seek(self, position_us: int) -> None:
        """Go to a position, running or not."""
        ...

    def set_rate(self, rate: float) -> None:
        """Run faster or slower from here on."""
        ...


class ManualClock:
    """A clock that moves only when it is told to; for tests and for stepping."""

    def __init__(self) -> None:
        self._position = 0
        self._rate = 1.0
        self._running = False

    @property
    def rate(self) -> float:
        """Positions per unit of time."""
        return self._rate

    @property
    def is_running(self) -> bool:
        """Whether `advance` moves it."""
        return self._running

    def now_us(self) -> CourseUs:
        """Return the present position."""
        return CourseUs(self._position)

    def play(self) -> None:
        """Begin to run."""
        self._running = True

    def pause(self) -> None:
        """Stand still."""
        self._running = False

    def seek(self, position_us: int) -> None:
        """Go to a position."""
        self._position = max(0, position_us)

    def set_rate(self, rate: float) -> None:
        """Run faster or slower."""
        self._rate = rate

    def advance(self, elapsed_us: int) -> None:
        """Let real time pass."""
        if self._running:
            self._position += round(elapsed_us * self._rate)


class WallClock:
    """Real time since an anchor; where there is no sound to lead.

    Args:
        length_us: It stops there.
        source: Monotonic real time in microseconds.
    """

    def __init__(self, length_us: int, source: Callable[[], int] = monotonic_us) -> None:
        self._length = length_us
        self._source = source
        self._anchor_position = 0
        self._anchor_time = source()
        self._rate = 1.0
        self._running = False

    @property
    def rate(self) -> float:
        """Positions per unit of real time."""
        return self._rate

    @property
    def is_running(self) -> bool:
        """Whether it was told to run."""
        return self._running

    def now_us(self) -> CourseUs:
        """Return the present position."""
        passed = (self._source() - self._anchor_time) * self._rate if self._running else 0
        return CourseUs(max(0, min(self._length, self._anchor_position + int(passed))))

    def play(self) -> None:
        """Begin to run."""
        self._anchor(self.now_us())
        self._running = True

    def pause(self) -> None:
        """Stand still."""
        self._anchor(self.now_us())
        self._running = False

    def seek(self, position_us: int) -> None:
        """Go to a position."""
        self._anchor(max(0, min(position_us, self._length)))

    def set_rate(self, rate: float) -> None:
        """Run faster or slower from here on."""
        self._anchor(self.now_us())
        self._rate = rate

    def _anchor(self, position_us: int) -> None:
        self._anchor_position = position_us
        self._anchor_time = self._source()


class VlcClock:
    """Follows a sound engine that reports its position a few times a second.

    Between two reports it goes on by real time. After `play` and after a seek it waits for the
    first sign of sound, and it stands still when reports fail to come, so that it never runs
    ahead of an output that is not ready or has stalled.

    Args:
        length_us: It stops there.
        source: Monotonic real time in microseconds, the same that stamps the reports.
    """

    # libVLC reports every 260 to 300 ms of real time; this many later the sound has stalled.
    PATIENCE_US: Final = 1_500_000
    # A report on its way while a seek is carried out still tells the old position.
    SETTLE_US: Final = 400_000
    STALE_US: Final = 250_000
    # From the first sign of sound to the sound itself, as libVLC has it. Measured through its
    # memory output, idle and with both cores busy.
    DELAY_US: Final = 10_000
    # A busy machine notes reports late, never early; so of the last few the one farthest ahead
    # is right, unless one is so far behind that the sound has stalled.
    REPORTS: Final = 6
    STALLED_US: Final = 80_000

    def __init__(self, length_us: int, source: Callable[[], int] = monotonic_us) -> None:
        self._length = length_us
        self._source = source
        self._anchor_position = 0
        self._anchor_time = source()
        self._sought_at = self._anchor_time - self.SETTLE_US
        self._begin = 0
        self._floor = 0
        self._rate = 1.0
        self._wanted = False
        self._sounding = False
        # What recent reports say of the position at instant 0.
        self._origins: deque[float] = deque(maxlen=self.REPORTS)

    @property
    def rate(self) -> float:
        """Positions per unit of real time."""
        return self._rate

    @property
    def is_running(self) -> bool:
        """Whether it was told to run, even if there is no sound yet."""
        return self._wanted

    def now_us(self) -> CourseUs:
        """Return the present position."""
        return self._at(self._source())

    def play(self) -> None:
        """Run as soon as there is sound."""
        self._wanted = True

    def pause(self) -> None:
        """Stand still."""
        self._stand(self.now_us())
        self._wanted = False

    def seek(self, position_us: int) -> None:
        """Go to a position, at once."""
        self._floor = 0
        self._stand(max(0, min(position_us, self._length)))

    def set_rate(self, rate: float) -> None:
        """Run faster or slower from here on."""
        self._hold(self.now_us())
        self._rate = rate

    def sounding(self, at_us: int) -> None:
        """Note that sound is about to run since the instant `at_us` of the time source."""
        # Of several signs soon after a seek the last is the right one: the others belonged to
        # seeks before.
        since_us = at_us - self._sought_at
        is_new = since_us < self.SETTLE_US or not self._sounding
        if self._wanted and is_new and since_us > 0:
            self._anchor_position = self._begin
            self._anchor_time = at_us + self.DELAY_US
            self._sounding = True

    def report(self, position_us: int, at_us: int) -> None:
        """Note that `position_us` was heard at the instant `at_us` of the time source."""
        if not self._wanted:
            return
        if at_us - self._sought_at < self.SETTLE_US:
            expected = self._at(at_us) if self._sounding else self._anchor_position
            if at_us <= self._sought_at or abs(position_us - expected) > self.STALE_US:
                return
        self._floor = self.now_us()
        origin = position_us - at_us * self._rate
        if self._origins and max(self._origins) - origin > self.STALLED_US * self._rate:
            self._origins.clear()
        self._origins.append(origin)
        self._anchor_position = round(max(self._origins) + at_us * self._rate)
        self._anchor_time = at_us
        self._sounding = True

    def _at(self, instant_us: int) -> CourseUs:
        passed = 0
        if self._sounding:
            passed = max(0, min(instant_us - self._anchor_time, self.PATIENCE_US))
        position = self._anchor_position + int(passed * self._rate)
        self._floor = max(self._floor, min(position, self._length))
        return CourseUs(self._floor)

    def _stand(self, position_us: int) -> None:
        """Wait there for a sign of sound."""
        self._hold(position_us)
        self._begin = position_us
        self._sought_at = self._anchor_time
        self._sounding = False

    def _hold(self, position_us: int) -> None:
        self._anchor_position = self._floor = position_us
        self._anchor_time = self._source()
        self._origins.clear()
