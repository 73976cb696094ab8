"""Each error is shown where its kind belongs, and no report tells a customer's secret."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType

from reviewer.errors import (
    ContentDamagedError,
    InternalError,
    NotFoundError,
    SoundEngineMissingError,
    StoreBusyError,
    StoreClosedError,
)
from reviewer.messages import choose_language
from reviewer.ui.present_errors import (
    ErrorHooks,
    ErrorPresenter,
    Place,
    on_qt_message,
    place_of,
    redacted_report,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

SECRET = "+7 916 204-18-73"


@pytest.fixture
def real(qapp: QApplication) -> ErrorPresenter:
    return ErrorPresenter(qapp)


@pytest.fixture
def hooks(real: ErrorPresenter) -> Iterator[ErrorHooks]:
    made = ErrorHooks(real)
    made.install()
    yield made
    made.remove()


def _raise(error: Exception, number: str) -> None:
    raise error from None if number else error


def _raised(error: Exception) -> Exception:
    """The error with a traceback through a frame that holds the secret."""
    with pytest.raises(type(error)):
        _raise(error, SECRET)
    return error


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (NotFoundError(name="X"), Place.STATUS),
        (ContentDamagedError(name="X", reason="r"), Place.STATUS),
        (StoreBusyError(store="S"), Place.DIALOG),
        (SoundEngineMissingError(reason="r"), Place.DIALOG),
        (StoreClosedError(store="S"), Place.CRASH),
        (InternalError(reason="r"), Place.CRASH),
        (KeyError("x"), Place.CRASH),
    ],
)
def test_the_table_of_places(error: Exception, place: Place) -> None:
    assert place_of(error) is place


def test_an_expected_error_is_a_sentence_in_the_users_language(
    qtbot: QtBot, real: ErrorPresenter
) -> None:
    choose_language("ru")
    with qtbot.waitSignal(real.sentence_shown) as blocker:
        real.present(NotFoundError(name="A1"))
    sentence, retry = blocker.args
    assert "A1" in sentence
    assert "обращения" in sentence
    assert retry is None


def test_a_decision_comes_with_the_way_to_try_again(qtbot: QtBot, real: ErrorPresenter) -> None:
    tried: list[int] = []
    with qtbot.waitSignal(real.decision_needed) as blocker:
        real.present(StoreBusyError(store="S"), retry=lambda: tried.append(1))
    blocker.args[1]()
    assert tried == [1]


@pytest.mark.logs("asked by -\nReviewer")
def test_a_mistake_of_ours_opens_the_crash_window_once(qtbot: QtBot, real: ErrorPresenter) -> None:
    error = _raised(ValueError(SECRET))
    heard: list[str] = []
    real.crashed.connect(lambda _sentence, report: heard.append(report))
    real.present(error)
    real.present(error)
    assert len(heard) == 1


def test_the_report_names_places_and_codes_but_no_data() -> None:
    inner = _raised(ValueError(SECRET))
    outer = StoreClosedError(store="/home/olga/" + SECRET)
    outer.__cause__ = inner
    report = redacted_report(outer)
    assert "store.closed" in report
    assert "fields: store" in report
    assert "ValueError" in report
    assert "test_present_errors.py" in report
    assert SECRET not in report
    assert "olga" not in report


@pytest.mark.logs("RuntimeError")
def test_an_uncaught_exception_ends_in_the_crash_window(
    qtbot: QtBot, real: ErrorPresenter, hooks: ErrorHooks
) -> None:
    error = _raised(RuntimeError(SECRET))
    with qtbot.waitSignal(real.crashed):
        sys.excepthook(type(error), error, error.__traceback__)


@pytest.mark.logs("LookupError")
def test_an_exception_in_a_thread_ends_there_too(
    qtbot: QtBot, real: ErrorPresenter, hooks: ErrorHooks
) -> None:
    def fail() -> None:
        raise LookupError(SECRET)

    with qtbot.waitSignal(real.crashed):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()


def test_hooks_are_given_back(real: ErrorPresenter) -> None:
    before = (sys.excepthook, threading.excepthook)
    hooks = ErrorHooks(real)
    hooks.install()
    assert sys.excepthook is not before[0]
    hooks.remove()
    assert (sys.excepthook, threading.excepthook) == before


@pytest.mark.logs("qt WARNING: default: careful")
def test_qt_messages_go_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "qt"):
        on_qt_message(QtMsgType.QtWarningMsg, QMessageLogContext(), "careful")
        on_qt_message(QtMsgType.QtDebugMsg, QMessageLogContext(), "by the way")
        noise = "This plugin does not support propagateSizeHints()"
        on_qt_message(QtMsgType.QtWarningMsg, QMessageLogContext(), noise)
    assert [record.levelname for record in caplog.records] == ["WARNING", "DEBUG", "DEBUG"]
