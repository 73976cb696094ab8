"""The guards themselves: each catches what it is for."""

from __future__ import annotations

import logging
import socket
import threading

import pytest
from PySide6 import QtWidgets

from reviewer.paths import data_folder, log_folder, settings_folder
from tests.helpers.guards import LogWatch, Snapshot


# The guard around this very test, and the next, sees the records, too.
@pytest.mark.logs("x ERROR: broken")
def test_an_unexpected_warning_is_a_complaint() -> None:
    with LogWatch([]) as watch:
        logging.getLogger("x").error("broken")
        logging.getLogger("x").info("fine")
    assert watch.complaints == ["logged unexpectedly: x ERROR: broken"]


@pytest.mark.logs("careful: 7")
def test_an_expected_warning_is_none_and_its_absence_is() -> None:
    with LogWatch(["careful: 7"]) as watch:
        logging.getLogger("x").warning("careful: %d", 7)
    assert watch.complaints == []
    with LogWatch(["careful: 7"]) as watch:
        pass
    assert watch.complaints == ["expected in the log, but not there: careful: 7"]


def test_what_the_platform_without_a_screen_says_is_no_complaint() -> None:
    with LogWatch([]) as watch:
        logging.getLogger("qt").warning(
            "default: This plugin does not support propagateSizeHints()"
        )
    assert watch.complaints == []


def test_a_thread_that_stays_is_a_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.helpers.guards._JOIN_S", 0.01)
    before = Snapshot.take()
    release = threading.Event()
    thread = threading.Thread(target=release.wait, args=(10,), name="stays")
    thread.start()
    assert before.left_threads() == ["a thread is left: stays"]
    release.set()
    thread.join()
    assert before.left_threads() == []


@pytest.mark.parametrize("call", ["QDialog.exec", "QFileDialog.getOpenFileName", "QMenu.exec"])
def test_nested_event_loops_are_refused_in_tests_of_the_window(
    call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.helpers.guards import forbid_modal_loops

    forbid_modal_loops(monkeypatch)
    owner, method = call.split(".")
    with pytest.raises(AssertionError, match=owner):
        getattr(getattr(QtWidgets, owner), method)()


def test_only_loopback_can_be_reached() -> None:
    # The guard warns before it raises, and warnings are errors here.
    with socket.socket() as connection, pytest.raises(UserWarning, match=r"192\.0\.2\.1"):
        connection.connect(("192.0.2.1", 80))


def test_the_users_own_folders_are_out_of_reach(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    for folder in (data_folder(), settings_folder(), log_folder()):
        assert folder.is_relative_to(base)
