"""The main window: errors, messages and work in the background."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from reviewer.errors import InternalError, NotFoundError, StoreBusyError
from reviewer.messages import choose_language
from reviewer.ui.dialogs import CrashDialog, ErrorDialog
from reviewer.ui.status_bar import wording
from reviewer.ui.tasks import Extent, TaskProgress, TaskRunner
from reviewer.ui.widgets.buttons import Button, IconButton
from tests.ui.main_window.sample import LEFT

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from reviewer.ui.main_window import MainWindow
    from reviewer.ui.present_errors import ErrorPresenter
    from reviewer.ui.settings import WindowSettings


def test_an_expected_error_is_said_in_passing_and_stays(
    window: MainWindow, shown_errors: ErrorPresenter
) -> None:
    shown_errors.present(NotFoundError(name="A1"))
    (toast,) = window._toasts.toasts
    assert "A1" in toast.text
    assert not toast._timer.isActive()


def test_a_decision_opens_a_window_that_does_not_block(
    qtbot: QtBot, window: MainWindow, shown_errors: ErrorPresenter
) -> None:
    tried: list[int] = []
    shown_errors.present(StoreBusyError(store="S"), retry=lambda: tried.append(1))
    dialog = window.findChild(ErrorDialog)
    assert dialog is not None
    assert dialog.isVisible()
    retry = next(b for b in dialog.findChildren(Button) if b.text() == "Try again")
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.mouseClick(retry, LEFT)
    assert tried == [1]


@pytest.mark.logs("internal")
def test_a_crash_opens_a_report_to_copy(
    qtbot: QtBot, window: MainWindow, shown_errors: ErrorPresenter
) -> None:
    shown_errors.present(InternalError(reason="secret"))
    dialog = window.findChild(CrashDialog)
    assert dialog is not None
    copy = next(b for b in dialog.findChildren(Button) if b.text() == "Copy the report")
    qtbot.mouseClick(copy, LEFT)
    assert "InternalError [internal] fields: reason" in QApplication.clipboard().text()
    assert "secret" not in QApplication.clipboard().text()
    go_on = next(b for b in dialog.findChildren(Button) if b.text() == "Go on")
    with qtbot.waitSignal(dialog.destroyed):
        qtbot.mouseClick(go_on, LEFT)


# --- background work


def test_long_work_shows_in_the_status_bar_and_can_be_cancelled(
    qtbot: QtBot, window: MainWindow, real_runner: TaskRunner
) -> None:
    started = threading.Event()

    def work(progress: TaskProgress) -> None:
        progress.report(34, 100)
        started.set()
        while True:
            progress.raise_if_cancelled()
            threading.Event().wait(0.002)

    task = real_runner.read(work, parent=window, title="Export")
    qtbot.waitUntil(started.is_set)
    view = window.status_bar.task_view
    view.refresh()
    assert not view.isVisible()
    task.started_s -= 2
    view.refresh()
    assert view.isVisible()
    assert view._text.text() == "Export: 34 of 100"
    cancel = view.findChild(IconButton)
    assert cancel is not None
    qtbot.mouseClick(cancel, LEFT)
    qtbot.waitUntil(lambda: not real_runner.busy)
    qtbot.waitUntil(lambda: not view.isVisible())


def test_work_without_a_title_is_nobodys_business(
    qtbot: QtBot, window: MainWindow, real_runner: TaskRunner
) -> None:
    release = threading.Event()
    task = real_runner.read(lambda _p: release.wait(5), parent=window)
    task.started_s -= 60
    window.status_bar.task_view.refresh()
    assert not window.status_bar.task_view.isVisible()
    release.set()
    qtbot.waitUntil(lambda: not real_runner.busy)


def test_how_progress_is_worded() -> None:
    assert wording("Export", Extent()) == "Export"
    choose_language("ru")
    assert wording("Экспорт", Extent(1234, 5000)) == "Экспорт: 1\u00a0234 из 5\u00a0000"


def test_a_toast_lies_over_the_page(qtbot: QtBot, window: MainWindow) -> None:
    window.notify("Sent", action=("Undo", lambda: None))
    area = window._toasts
    child: QWidget | None = window.childAt(area.geometry().center())
    assert child is not None
    assert area.isAncestorOf(child)
    assert area.geometry().topLeft().x() > QPoint(0, 0).x()


def test_the_settings_file_holds_no_names(
    window: MainWindow, settings: WindowSettings, tmp_path: Path
) -> None:
    window.status_bar.set_store("Secret bank", "MSK")
    window.save()
    assert "Secret" not in (tmp_path / "window.ini").read_text(encoding="utf-8")
