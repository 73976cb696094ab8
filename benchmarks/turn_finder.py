"""Names the longest turns of the event loop: which event, to whom, and what of it took how long.

Used by `benchmarks.heartbeat` with the word `turns`. Every event passes through Python then, which
makes all of them longer by some microseconds: for finding what to mend, not for figures.
"""

from __future__ import annotations

import collections
import signal
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QApplication
from typing_extensions import override

if TYPE_CHECKING:
    from types import FrameType

    from PySide6.QtCore import QEvent, QObject

SAMPLE_S = 0.002
TOLD_MS = 1.0
DEPTH = 3
PACKAGE = "reviewer/"


class Sent(NamedTuple):
    """An event that took long: how deep within others, to which class, its kind."""

    depth: int
    receiver: str
    kind: str
    work_ms: float


class Turn(NamedTuple):
    """An event that the loop itself sent, with what was sent within it, the innermost first."""

    work_ms: float
    wall_ms: float
    sent: tuple[Sent, ...]
    places: collections.Counter[str]


class WatchedApplication(QApplication):
    """Times every event, and samples where the program is meanwhile. Thread: main."""

    def __init__(self, least_ms: float) -> None:
        super().__init__(sys.argv[:1])
        self.turns: list[Turn] = []
        self._least_ms = least_ms
        self._depth = 0
        self._sent: list[Sent] = []
        self._places: collections.Counter[str] = collections.Counter()
        signal.signal(signal.SIGALRM, self._sample)
        signal.setitimer(signal.ITIMER_REAL, SAMPLE_S, SAMPLE_S)

    def close(self) -> None:
        """Sample no more."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    @override
    def notify(self, receiver: QObject, event: QEvent) -> bool:
        kind, name = event.type().name, type(receiver).__name__
        wall, work = time.perf_counter(), time.thread_time()
        self._depth += 1
        try:
            return super().notify(receiver, event)
        finally:
            self._depth -= 1
            work_ms = (time.thread_time() - work) * 1000
            if work_ms >= TOLD_MS:
                self._sent.append(Sent(self._depth, name, kind, work_ms))
            if self._depth == 0:
                if work_ms >= self._least_ms:
                    wall_ms = (time.perf_counter() - wall) * 1000
                    turn = Turn(work_ms, wall_ms, tuple(self._sent), self._places.copy())
                    self.turns.append(turn)
                self._sent.clear()
                self._places.clear()

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        stack: list[str] = []
        while frame is not None and len(stack) < DEPTH:
            name = frame.f_code.co_filename
            if PACKAGE in name:
                place = name.rsplit(PACKAGE, maxsplit=1)[-1]
                stack.append(f"{place}:{frame.f_lineno} {frame.f_code.co_name}")
            frame = frame.f_back
        self._places[" < ".join(stack) or "Qt's own code"] += 1

    def say(self, most: int = 12) -> None:
        """Print the longest turns."""
        longest = sorted(self.turns, key=lambda turn: -turn.work_ms)
        print(f"  {len(self.turns)} turns computed for {self._least_ms:.0f} ms or more")
        for turn in longest[:most]:
            print(f"  {turn.work_ms:6.1f} ms computing, {turn.wall_ms:6.1f} ms on the clock")
            for sent in sorted(turn.sent, key=lambda one: -one.work_ms)[:6]:
                indent = "  " * sent.depth
                print(f"    {indent}{sent.work_ms:6.1f} ms {sent.kind} to {sent.receiver}")
            for place, times in turn.places.most_common(4):
                print(f"      seen {times:3} times at {place}")
