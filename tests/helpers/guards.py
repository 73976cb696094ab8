"""What a test may not leave behind, and how that is found."""

from __future__ import annotations

import contextlib
import gc
import itertools
import logging
import re
import sys
import threading
import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pytest

_JOIN_S = 2.0
# What Qt says of the platform without a screen, and of nothing else.
_PLATFORM_TALK = re.compile(
    r"^qt WARNING: \w+: This plugin does not support "
    r"(raise\(\)|propagateSizeHints\(\)|grabbing the keyboard)$"
)
# A timer is held against the test that left it, not against all that follow.
_reported: weakref.WeakSet[Any] = weakref.WeakSet()


class LogWatch(logging.Handler):
    """Collects records of WARNING and above that match none of the expected patterns."""

    def __init__(self, expected: Iterable[str]) -> None:
        super().__init__(logging.WARNING)
        self._expected = [re.compile(pattern) for pattern in expected]
        self._unexpected: list[str] = []
        self._seen: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.name} {record.levelname}: {record.getMessage()}"
        if _PLATFORM_TALK.match(text):
            return
        hits = [i for i, pattern in enumerate(self._expected) if pattern.search(text)]
        self._seen.update(hits)
        if not hits:
            self._unexpected.append(text)

    @property
    def complaints(self) -> list[str]:
        missing = [p.pattern for i, p in enumerate(self._expected) if i not in self._seen]
        return [f"logged unexpectedly: {text}" for text in self._unexpected] + [
            f"expected in the log, but not there: {pattern}" for pattern in missing
        ]

    def __enter__(self) -> LogWatch:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)


_TESTS_A_COLLECTION = 500
_tests_since = itertools.count(1)


@contextlib.contextmanager
def only_new_garbage(*, may_use_qt: bool) -> Iterator[None]:
    """Have the collector, and the search for what is left, see what was made since only.

    What is there before (a million objects late in a run) is set aside and gone through once in
    so many tests. Of Qt's objects none may be collected by a worker's thread: as in the program,
    collecting is left to the main thread, which does it here, between two tests.
    """
    if next(_tests_since) % _TESTS_A_COLLECTION == 0:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
    if may_use_qt:
        gc.disable()
    try:
        yield
    finally:
        gc.enable()


@dataclass
class Snapshot:
    """Threads and windows that were there before a test."""

    threads: frozenset[threading.Thread]
    windows: frozenset[int]
    application: bool

    @classmethod
    def take(cls) -> Snapshot:
        app = _application()
        windows = frozenset(id(w) for w in app.topLevelWidgets()) if app else frozenset()
        return cls(frozenset(threading.enumerate()), windows, app is not None)

    def left_threads(self) -> list[str]:
        deadline = time.monotonic() + _JOIN_S
        left = [t for t in threading.enumerate() if t not in self.threads]
        for thread in left:
            thread.join(max(0.0, deadline - time.monotonic()))
        return [f"a thread is left: {t.name}" for t in left if t.is_alive()]

    def left_in_qt(self, *, may_use_qt: bool) -> list[str]:
        app = _application()
        if app is None:
            return []
        if not may_use_qt:
            return [] if self.application else ["a QApplication was made below the window"]
        from PySide6.QtCore import QCoreApplication, QEvent, QTimer

        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect(0)
        complaints = [
            f"a window is left: {type(w).__name__} {w.objectName()!r}"
            for w in app.topLevelWidgets()
            if id(w) not in self.windows and w.isVisible()
        ]
        running = [t for t in _living(gc.get_objects(), QTimer) if t.isActive()]
        for timer in running:
            if timer not in _reported:
                complaints.append(f"a timer is left running: of {timer.parent()!r}")
                _reported.add(timer)
        return complaints


def put_theme_back() -> None:
    """Make the application look as tests find it, light and of normal size, if one changed it."""
    app = _application()
    theme = app.property("reviewerTheme") if app is not None else None
    if theme is not None and (theme.scheme != "light" or theme.scale != 1.0):
        theme.set_scale(1.0)
        theme.set_scheme("light")


def _application() -> Any:
    """The QApplication if there is one, without importing Qt for it."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets.QApplication.instance() if widgets is not None else None


def _living(objects: Iterable[object], kind: type) -> list[Any]:
    import shiboken6

    kinds, waiting = set(), [kind]
    while waiting:
        found = waiting.pop()
        kinds.add(found)
        waiting += found.__subclasses__()
    # type() and not isinstance(): proxies of other libraries act on attribute access. Whether
    # a type is in a set is asked of hundreds of thousands of objects after every test.
    return [o for o in objects if type(o) in kinds and shiboken6.isValid(o)]


def forbid_modal_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every call fail that would start a nested event loop."""
    from PySide6 import QtWidgets

    nested = {
        "QDialog": ("exec",),
        "QMenu": ("exec",),
        "QMessageBox": ("exec", "about", "critical", "information", "question", "warning"),
        "QFileDialog": (
            "exec",
            "getExistingDirectory",
            "getOpenFileName",
            "getOpenFileNames",
            "getSaveFileName",
        ),
        "QInputDialog": ("exec", "getDouble", "getInt", "getItem", "getText"),
    }
    for name, methods in nested.items():
        for method in methods:
            monkeypatch.setattr(getattr(QtWidgets, name), method, _refuse(f"{name}.{method}"))


def _refuse(name: str) -> Callable[..., None]:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError(f"{name} starts a nested event loop; use open() or show()")

    return refuse
