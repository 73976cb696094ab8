"""Showing errors: one table says where each kind belongs.

Expected errors are a sentence in the status bar or in the panel that asked (the panel passes
`failed` to the task runner); those that need a decision open a window that does not block, with
*Retry*; our own mistakes open a crash window with a redacted report. `sys.excepthook`,
`threading.excepthook` and Qt's messages end here.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
from enum import Enum, auto
from importlib.metadata import version
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
    qVersion,
)

from reviewer import errors
from reviewer.logs import redacted
from reviewer.messages import explain

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("qt")


class Place(Enum):
    """Where an error is shown."""

    STATUS = auto()
    DIALOG = auto()
    CRASH = auto()


# The nearest parent class of an error decides; what is a bug always crashes.
PLACES: dict[type[BaseException], Place] = {
    errors.ReviewerError: Place.STATUS,
    errors.StoreError: Place.DIALOG,
    errors.SoundOutputError: Place.STATUS,
    errors.SoundEngineMissingError: Place.DIALOG,
    errors.ImportSourceError: Place.DIALOG,
}


def place_of(error: BaseException) -> Place:
    """Return where `error` is shown."""
    if not isinstance(error, errors.ReviewerError) or error.is_bug:
        return Place.CRASH
    for kind in type(error).__mro__:
        if kind in PLACES:
            return PLACES[kind]
    return Place.STATUS


class ErrorPresenter(QObject):
    """Shows errors; the window connects to its signals and draws them.

    Thread: `present` in the main thread; `report` from any.
    """

    # (sentence: str, retry: Callable | None): show it in passing, main thread.
    sentence_shown = Signal(object, object)
    # (sentence: str, retry: Callable | None): open a window that does not block, main thread.
    decision_needed = Signal(object, object)
    # (sentence: str, report: str): open the crash window, main thread.
    crashed = Signal(object, object)
    # Carries an exception from any thread to `_on_reported`, nothing else.
    _reported = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crashed_before: set[str] = set()
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)

    def present(
        self,
        error: BaseException,
        *,
        parent: QObject | None = None,
        retry: Callable[[], object] | None = None,
    ) -> None:
        """Show `error` where its kind belongs.

        Args:
            error: A `ReviewerError`, or anything else (then it is our mistake).
            parent: Who asked; only named in the log.
            retry: Does it again; offered where the error says that this may help.
        """
        asker = type(parent).__name__ if parent is not None else "-"
        place = place_of(error)
        if place is Place.CRASH:
            report = redacted_report(error)
            _log.critical("asked by %s\n%s", asker, report)
            # The same mistake in a timer or a paint event must not open a hundred windows.
            if report not in self._crashed_before:
                self._crashed_before.add(report)
                self.crashed.emit(explain(error), report)
            return
        code = error.code if isinstance(error, errors.ReviewerError) else ""
        _log.info("%s asked by %s", code, asker)
        shown = self.decision_needed if place is Place.DIALOG else self.sentence_shown
        shown.emit(explain(error), retry)

    def report(self, error: BaseException) -> None:
        """Present `error` from any thread."""
        self._reported.emit(error)

    @Slot(object)
    def _on_reported(self, error: BaseException) -> None:
        self.present(error)


def redacted_report(error: BaseException) -> str:
    """Return a report without customers' data: versions, codes, places in the program."""
    return "\n".join(
        (
            f"Reviewer {version('reviewer')}, Python {platform.python_version()}",
            f"Qt {qVersion()}, {platform.system()} {platform.release()}",
            redacted(error),
        )
    )


class ErrorHooks:
    """Leads uncaught exceptions and Qt's messages to a presenter; `remove` undoes it."""

    def __init__(self, presenter: ErrorPresenter) -> None:
        self._presenter = presenter
        self._old_hook = sys.excepthook
        self._old_thread_hook = threading.excepthook

    def install(self) -> None:
        """Take over the three hooks."""
        sys.excepthook = self._on_uncaught
        threading.excepthook = self._on_thread_uncaught
        qInstallMessageHandler(on_qt_message)

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook = self._old_hook
        threading.excepthook = self._old_thread_hook
        qInstallMessageHandler(None)

    def _on_uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._old_hook(kind, error, trace)
            return
        self._presenter.report(error)

    def _on_thread_uncaught(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._presenter.report(args.exc_value)


# Said of a machine without a screen or a login session, whenever a window is shown.
_OF_NO_USE = ("This plugin does not support", "QStandardPaths: XDG_RUNTIME_DIR not set")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def on_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    """Write Qt's own message to the log. Thread: any."""
    # PySide gives None for an empty category in spite of its annotation.
    category = context.category or "default"
    level = _QT_LEVELS.get(kind, logging.WARNING)
    if text.startswith(_OF_NO_USE):
        level = logging.DEBUG
    _qt_log.log(level, "%s: %s", category, text)
