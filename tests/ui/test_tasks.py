"""The task runner: values come back in the main thread, or not at all."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from reviewer.errors import CancelledError, NotFoundError, StoreBusyError, StoreClosedError
from reviewer.models.changes import Changes
from reviewer.ui.tasks import TaskProgress, TaskRunner, changes_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.ui.bus import Bus
    from tests.ui.conftest import RecordingPresenter


class Asker(QObject):
    """A page in miniature."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[object] = []
        self.errors: list[Exception] = []
        self.thread_of_then: threading.Thread | None = None

    def take(self, value: object) -> None:
        self.thread_of_then = threading.current_thread()
        self.values.append(value)

    def fail(self, error: Exception) -> None:
        self.errors.append(error)


@pytest.fixture
def asker() -> Asker:
    return Asker()


def _wait(qtbot: QtBot, runner: TaskRunner) -> None:
    qtbot.waitUntil(lambda: not runner.busy)


def test_a_value_comes_back_in_the_main_thread(
    qtbot: QtBot, runner: TaskRunner, asker: Asker
) -> None:
    workers: list[str] = []

    def work(_progress: TaskProgress) -> int:
        workers.append(threading.current_thread().name)
        return 42

    runner.read(work, then=asker.take, parent=asker)
    _wait(qtbot, runner)

    assert asker.values == [42]
    assert asker.thread_of_then is threading.main_thread()
    assert workers[0].startswith("io")


def test_writes_are_done_in_order_by_one_thread(
    qtbot: QtBot, runner: TaskRunner, asker: Asker
) -> None:
    done: list[tuple[int, str]] = []

    def work(number: int) -> int:
        done.append((number, threading.current_thread().name))
        return number

    for number in range(20):
        runner.write(lambda _p, n=number: work(n), then=asker.take, parent=asker)
    _wait(qtbot, runner)

    assert [number for number, _ in done] == list(range(20))
    assert len({thread for _, thread in done}) == 1
    assert asker.values == list(range(20))


def test_a_write_aside_keeps_no_other_waiting(
    qtbot: QtBot, runner: TaskRunner, bus: Bus, asker: Asker
) -> None:
    heard: list[Changes] = []
    bus.changes_applied.connect(lambda changes, _who: heard.append(changes))
    release = threading.Event()

    def long_work(_progress: TaskProgress) -> Changes:
        release.wait(5)
        return Changes(settings=True)

    runner.write(long_work, then=asker.take, parent=asker, aside=True)
    runner.write(lambda _p: Changes(categories=True), then=asker.take, parent=asker)
    qtbot.waitUntil(lambda: bool(asker.values))
    release.set()
    _wait(qtbot, runner)

    assert heard == [Changes(categories=True), Changes(settings=True)]


def test_a_write_tells_the_bus_once_after_its_asker(
    qtbot: QtBot, runner: TaskRunner, bus: Bus, asker: Asker
) -> None:
    heard: list[tuple[object, object, int]] = []
    bus.changes_applied.connect(lambda c, who: heard.append((c, who, len(asker.values))))
    changes = Changes(categories=True)

    runner.write(lambda _p: ("saved", changes), then=asker.take, parent=asker)
    _wait(qtbot, runner)

    assert heard == [(changes, asker, 1)]


def test_a_write_that_changed_nothing_is_silent(
    qtbot: QtBot, runner: TaskRunner, bus: Bus, asker: Asker
) -> None:
    with qtbot.assertNotEmitted(bus.changes_applied):
        runner.write(lambda _p: Changes(), parent=asker)
        _wait(qtbot, runner)


def test_a_newer_question_drops_the_older_answer(
    qtbot: QtBot, runner: TaskRunner, asker: Asker
) -> None:
    release = threading.Event()
    older = runner.read(
        lambda _p: release.wait(5) and "old", then=asker.take, parent=asker, generation="rows"
    )
    runner.read(lambda _p: "new", then=asker.take, parent=asker, generation="rows")
    runner.read(lambda _p: "other", then=asker.take, parent=asker, generation="count")
    qtbot.waitUntil(lambda: len(asker.values) == 2)
    release.set()
    _wait(qtbot, runner)

    assert older.progress.is_cancelled
    assert sorted(map(str, asker.values)) == ["new", "other"]


def test_the_result_for_a_page_that_is_gone_is_dropped(qtbot: QtBot, runner: TaskRunner) -> None:
    release = threading.Event()
    asker = Asker()
    taken = asker.values
    runner.read(lambda _p: release.wait(5), then=asker.take, parent=asker)
    del asker
    gc.collect()
    release.set()
    _wait(qtbot, runner)
    assert taken == []


def test_what_was_written_is_told_even_when_the_page_is_gone(
    qtbot: QtBot, runner: TaskRunner, bus: Bus
) -> None:
    release = threading.Event()
    heard: list[object] = []
    bus.changes_applied.connect(lambda c, _who: heard.append(c))
    asker = Asker()
    runner.write(lambda _p: Changes(settings=bool(release.wait(5))), then=asker.take, parent=asker)
    del asker
    gc.collect()
    release.set()
    _wait(qtbot, runner)
    assert heard == [Changes(settings=True)]


def test_an_expected_error_goes_to_the_panel_that_asked(
    qtbot: QtBot, runner: TaskRunner, presenter: RecordingPresenter, asker: Asker
) -> None:
    def work(_progress: TaskProgress) -> None:
        raise NotFoundError(name="X")

    runner.read(work, then=asker.take, failed=asker.fail, parent=asker)
    _wait(qtbot, runner)

    assert [type(e) for e in asker.errors] == [NotFoundError]
    assert asker.values == []
    assert presenter.presented == []


@pytest.mark.parametrize("error", [ValueError("secret"), StoreClosedError(store="S")])
def test_a_mistake_of_ours_goes_to_the_presenter_even_if_the_panel_listens(
    qtbot: QtBot,
    runner: TaskRunner,
    presenter: RecordingPresenter,
    asker: Asker,
    error: Exception,
) -> None:
    def work(_progress: TaskProgress) -> None:
        raise error

    runner.read(work, then=asker.take, failed=asker.fail, parent=asker)
    _wait(qtbot, runner)

    assert presenter.presented == [error]
    assert asker.errors == []


def test_what_may_succeed_later_is_offered_again(
    qtbot: QtBot, runner: TaskRunner, presenter: RecordingPresenter, asker: Asker
) -> None:
    attempts: list[int] = []

    def work(_progress: TaskProgress) -> str:
        attempts.append(1)
        if len(attempts) == 1:
            raise StoreBusyError(store="S")
        return "done"

    runner.read(work, then=asker.take, parent=asker)
    _wait(qtbot, runner)
    retry = presenter.retries[0]
    assert retry is not None
    retry()
    _wait(qtbot, runner)

    assert asker.values == ["done"]


def test_cancelling_stops_the_function_and_is_silent(
    qtbot: QtBot, runner: TaskRunner, presenter: RecordingPresenter, asker: Asker
) -> None:
    started = threading.Event()

    def work(progress: TaskProgress) -> None:
        asked = threading.Event()
        progress.on_cancel(asked.set)
        started.set()
        asked.wait(10)
        progress.raise_if_cancelled()

    task = runner.read(work, then=asker.take, failed=asker.fail, parent=asker, title="Long")
    qtbot.waitUntil(started.is_set)
    assert [t.title for t in runner.tasks] == ["Long"]
    task.cancel()
    _wait(qtbot, runner)

    assert (asker.values, asker.errors, presenter.presented) == ([], [], [])


def test_progress_is_seen_from_outside(qtbot: QtBot, runner: TaskRunner, asker: Asker) -> None:
    release = threading.Event()

    def work(progress: TaskProgress) -> None:
        progress.report(34, 100, "file.wav")
        release.wait(5)

    task = runner.read(work, parent=asker)
    qtbot.waitUntil(lambda: task.progress.extent.done == 34)
    assert (task.progress.extent.total, task.progress.extent.what) == (100, "file.wav")
    release.set()
    _wait(qtbot, runner)


def test_shutdown_cancels_and_refuses_what_comes_after(
    qtbot: QtBot, bus: Bus, presenter: RecordingPresenter, asker: Asker
) -> None:
    runner = TaskRunner(bus, presenter)
    started = threading.Event()

    def work(progress: TaskProgress) -> None:
        asked = threading.Event()
        progress.on_cancel(asked.set)
        started.set()
        asked.wait(10)
        progress.raise_if_cancelled()

    for _ in range(10):
        runner.read(work, then=asker.take, parent=asker)
    qtbot.waitUntil(started.is_set)
    assert runner.shutdown(2.0) == ()
    runner.read(lambda _p: 1, then=asker.take, parent=asker)
    assert not runner.busy
    assert asker.values == []


@pytest.mark.logs("1 background tasks did not stop")
def test_shutdown_names_what_does_not_end(
    qtbot: QtBot, bus: Bus, presenter: RecordingPresenter, asker: Asker
) -> None:
    runner = TaskRunner(bus, presenter)
    started, release = threading.Event(), threading.Event()

    def deaf(_progress: TaskProgress) -> None:
        started.set()
        release.wait(10)

    runner.read(deaf, parent=asker, title="Deaf")
    qtbot.waitUntil(started.is_set)
    assert runner.shutdown(0.05) == ("Deaf",)
    release.set()


def test_changes_are_found_in_what_writes_return() -> None:
    one, other = Changes(categories=True), Changes(settings=True)
    assert changes_of(one) == one
    assert changes_of(("x", one, other)) == one | other
    assert changes_of(None) == Changes()


def test_who_asks_is_told_that_stopped_work_has_ended(qtbot: QtBot, runner: TaskRunner) -> None:
    asker, told = QObject(), []
    began, go_on = threading.Event(), threading.Event()

    def work(progress: TaskProgress) -> None:
        began.set()
        go_on.wait(10)
        progress.raise_if_cancelled()

    task = runner.read(work, then=told.append, parent=asker, stopped=told.append)
    assert began.wait(10)
    task.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: not runner.busy)
    assert [type(error) for error in told] == [CancelledError]
