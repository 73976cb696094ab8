"""How long work says how far it is, and is told to stop."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Protocol

from reviewer.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable


class Progress(Protocol):
    """Handed to work that may take long. Thread: the worker's."""

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say how far it is; `total` None while unknown, `what` names the current item."""
        ...

    def raise_if_cancelled(self) -> None:
        """Stop here if asked to.

        Raises:
            CancelledError: The user asked to stop.
        """
        ...


class Stoppable(Progress, Protocol):
    """A `Progress` that tells at once when it is to be stopped."""

    def on_cancel(self, hook: Callable[[], None]) -> Callable[[], None]:
        """Run `hook` when stopping is asked for (at once if it was); return how to unhook."""
        ...


class NoProgress:
    """For callers that neither show progress nor cancel."""

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say nothing."""

    def raise_if_cancelled(self) -> None:
        """Never stop."""


class Cancellation:
    """A request to stop that interrupts as well as it is polled. Thread: any."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._hooks: list[Callable[[], None]] = []

    @property
    def is_cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask to stop: runs what was hooked (interrupting a running query), once."""
        with self._lock:
            self._event.set()
            hooks, self._hooks = self._hooks, []
        for hook in hooks:
            hook()

    def on_cancel(self, hook: Callable[[], None]) -> Callable[[], None]:
        """Run `hook` when stopping is asked for (at once if it was); return how to unhook."""
        with self._lock:
            if not self._event.is_set():
                self._hooks.append(hook)
                return lambda: self._unhook(hook)
        hook()
        return lambda: None

    def _unhook(self, hook: Callable[[], None]) -> None:
        with self._lock:
            if hook in self._hooks:
                self._hooks.remove(hook)

    def raise_if_cancelled(self) -> None:
        """Stop here if asked to.

        Raises:
            CancelledError: Stopping was asked for.
        """
        if self._event.is_set():
            raise CancelledError(resume="")


class Watch(Cancellation):
    """A request to stop that is told how far the work is as well; it keeps nothing of it."""

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say how far it is; `total` None while unknown, `what` names the current item."""
