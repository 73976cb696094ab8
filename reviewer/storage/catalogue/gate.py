"""Calls side by side, or one alone: what the upkeep of a whole file needs."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Gate:
    """Lets calls through until somebody asks to be alone. Thread: any."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False
        self._mine = threading.local()

    @contextmanager
    def through(self, timeout_s: float) -> Iterator[None]:
        """Be inside for the length of a block; a thread that is inside already never waits.

        Raises:
            TimeoutError: Somebody was alone for longer.
        """
        depth = getattr(self._mine, "depth", 0)
        with self._changed:
            if not depth:
                self._wait(timeout_s, lambda: not self._shut)
            self._inside += 1
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self, timeout_s: float) -> Iterator[None]:
        """Be alone for the length of a block; never call it from inside.

        Raises:
            TimeoutError: Others were inside for longer.
        """
        with self._changed:
            self._wait(timeout_s, lambda: not self._shut)
            self._shut = True
            try:
                self._wait(timeout_s, lambda: not self._inside)
            except BaseException:
                self._open()
                raise
        try:
            yield
        finally:
            with self._changed:
                self._open()

    def _open(self) -> None:
        self._shut = False
        self._changed.notify_all()

    def _wait(self, timeout_s: float, met: Callable[[], bool]) -> None:
        if not self._changed.wait_for(met, timeout_s):
            raise TimeoutError
