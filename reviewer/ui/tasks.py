"""Work in the background: three pools, one way back to the main thread.

`TaskRunner.read` and `TaskRunner.write` run a function without Qt in a pool and hand its value
to the page in the main thread. Made once by `reviewer.app`; pages receive it.
"""

from __future__ import annotations

import itertools
import logging
import os
import sys
import threading
import time
import weakref
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot
from typing_extensions import override

from reviewer.errors import CancelledError, ReviewerError
from reviewer.models.changes import Changes
from reviewer.models.progress import Watch
from reviewer.ui.weak import weakly

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.ui.bus import Bus

_log = logging.getLogger(__name__)
T = TypeVar("T")
# Reads mostly wait for disk or network; more threads than this only fight for the interpreter.
_IO_THREADS = 4
# What nobody waits for gives way to everything else, where the system can do that for a thread.
_SPARE_NICENESS = 10


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a task is: `total` None while unknown, `what` names the current item."""

    done: int = 0
    total: int | None = None
    what: str = ""


class TaskProgress(Watch):
    """Handed to the function in the pool: both a `Progress` and a `Cancellation`.

    Thread: any; `extent` is replaced as a whole.
    """

    def __init__(self) -> None:
        super().__init__()
        self.extent = Extent()

    @override
    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say how far it is."""
        self.extent = Extent(done, total, what)


class Presenter(Protocol):
    """Who shows failures: `present_errors.ErrorPresenter`."""

    def present(
        self,
        error: BaseException,
        *,
        parent: QObject | None = None,
        retry: Callable[[], object] | None = None,
    ) -> None:
        """Show `error` where its kind belongs."""
        ...


@dataclass(eq=False, slots=True)
class Task:
    """One piece of background work, as its starter and the status bar see it.

    Attributes:
        id: Rising number.
        title: Translated, or empty for work nobody needs to see.
        progress: How far it is.
        started_s: Reading of `time.monotonic` when it was asked for.
    """

    id: int
    title: str
    progress: TaskProgress
    started_s: float

    def cancel(self) -> None:
        """Ask it to stop; neither `then` nor `failed` is called afterwards, `stopped` is."""
        self.progress.cancel()


@dataclass(eq=False, slots=True)
class _Job:
    """What the runner keeps of a task."""

    task: Task
    pool: str
    fn: Callable[[TaskProgress], Any]
    parent: weakref.ref[QObject]
    then: Callable[[], Callable[[Any], object] | None]
    failed: Callable[[], Callable[[ReviewerError], object] | None]
    stopped: Callable[[], Callable[[ReviewerError | None], object] | None]
    question: tuple[int, str] | None = None
    writes: bool = False
    initiator: weakref.ref[QObject] | None = None
    future: Future[None] | None = None


class TaskRunner(QObject):
    """Runs functions in the pools and brings their values back.

    Thread: main; `fn` runs in a pool and must touch neither Qt nor the widget that asked.
    """

    # A task began, ended or was dropped, in the main thread; see `tasks`.
    activity_changed = Signal()
    # Carries (job, value, error) from the pool to `_on_job_ended`, nothing else.
    _job_ended = Signal(object, object, object)

    def __init__(
        self,
        bus: Bus,
        presenter: Presenter,
        *,
        store_pool: Executor | None = None,
        io_pool: Executor | None = None,
        spare_pool: Executor | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bus = bus
        self._presenter = presenter
        self._pools: dict[str, Executor] = {
            "store": store_pool or ThreadPoolExecutor(1, thread_name_prefix="store"),
            "io": io_pool or ThreadPoolExecutor(_IO_THREADS, thread_name_prefix="io"),
            "spare": spare_pool
            or ThreadPoolExecutor(1, thread_name_prefix="spare", initializer=_give_way),
        }
        self._ids = itertools.count(1)
        self._jobs: dict[int, _Job] = {}
        self._newest: dict[tuple[int, str], int] = {}
        self._closed = False
        self._job_ended.connect(self._on_job_ended, Qt.ConnectionType.QueuedConnection)

    # --- public

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What runs or waits now, oldest first."""
        return tuple(job.task for job in self._jobs.values())

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits that somebody waits for."""
        return any(job.pool != "spare" for job in self._jobs.values())

    @property
    def closed(self) -> bool:
        """Whether the program ends: nothing is run any more."""
        return self._closed

    def read(
        self,
        fn: Callable[[TaskProgress], T],
        *,
        then: Callable[[T], object] | None = None,
        parent: QObject,
        generation: str = "",
        failed: Callable[[ReviewerError], object] | None = None,
        stopped: Callable[[ReviewerError | None], object] | None = None,
        title: str = "",
        spare: bool = False,
    ) -> Task:
        """Run `fn` in the pool of readers.

        Args:
            fn: Takes a `TaskProgress`, returns a value; no Qt, no reference to a widget.
            then: Called with the value in the main thread, if `parent` still lives.
            parent: Who asked; held weakly. When it is gone the result is dropped.
            generation: Name of a question, such as `"rows"`. A newer read of the same parent
                and name cancels the older one, whose result is dropped.
            failed: Shows an expected error in place; without it, and for our own mistakes,
                the error presenter does.
            stopped: Told that it has ended after it was cancelled, with the `CancelledError` that
                it ended by (None: it was done all the same).
            title: Translated; work with a title shows in the status bar after a second.
            spare: Whether nobody waits for it: it is done by a single thread of low priority.
        """
        question = (id(parent), generation) if generation else None
        pool = "spare" if spare else "io"
        job = self._job(pool, fn, then, parent, failed, title, stopped)
        job.question = question
        if question is not None:
            older = self._jobs.get(self._newest.get(question, 0))
            if older is not None:
                older.task.cancel()
            self._newest[question] = job.task.id
        self._submit(job)
        return job.task

    def write(
        self,
        fn: Callable[[TaskProgress], T],
        *,
        then: Callable[[T], object] | None = None,
        parent: QObject,
        initiator: QObject | None = None,
        failed: Callable[[ReviewerError], object] | None = None,
        stopped: Callable[[ReviewerError | None], object] | None = None,
        title: str = "",
        aside: bool = False,
    ) -> Task:
        """Run `fn` in the pool of the one writer, in the order asked.

        With `aside` in the pool of readers, out of the order: for what takes long or has another
        process write, so that nothing else has to wait for it.

        The value's `Changes` (itself, its attribute `changes`, or an element of a tuple) are
        published on the bus after `then`, with `initiator` (default: `parent`). They are
        published even when `parent` is gone: others show what was written.
        """
        job = self._job("io" if aside else "store", fn, then, parent, failed, title, stopped)
        job.writes = True
        job.initiator = weakref.ref(initiator or parent)
        self._submit(job)
        return job.task

    def cancel_all(self) -> None:
        """Cancel everything and drop all results, as when another store is opened."""
        for job in tuple(self._jobs.values()):
            job.task.cancel()

    def shutdown(self, deadline_s: float = 5.0) -> tuple[str, ...]:
        """Cancel, drain the pools, and return the titles of what did not end in time.

        Thread: main, once, before windows and store are closed.
        """
        self._closed = True
        self.cancel_all()
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        running = {
            job.future: job
            for job in self._jobs.values()
            if job.future is not None and not job.future.cancelled()
        }
        _, pending = wait(running, timeout=deadline_s)
        late = tuple(running[future].task.title or "untitled" for future in pending)
        self._jobs.clear()
        self._newest.clear()
        if late:
            _log.error("%d background tasks did not stop in %.1f s", len(late), deadline_s)
        return late

    # --- in the pool

    def _run(self, job: _Job) -> None:
        """Run in the pool; whatever happens becomes a value of the one signal."""
        value: Any = None
        failure: BaseException | None = None
        try:
            job.task.progress.raise_if_cancelled()
            value = job.fn(job.task.progress)
        except BaseException as error:  # noqa: BLE001 (failures become values, pitfall 4)
            failure = error
        if not self._closed:
            self._job_ended.emit(job, value, failure)

    # --- in the main thread

    def _job(
        self,
        pool: str,
        fn: Callable[[TaskProgress], Any],
        then: Callable[[Any], object] | None,
        parent: QObject,
        failed: Callable[[ReviewerError], object] | None,
        title: str,
        stopped: Callable[[ReviewerError | None], object] | None = None,
    ) -> _Job:
        task = Task(next(self._ids), title, TaskProgress(), time.monotonic())
        told = (weakly(then), weakly(failed), weakly(stopped))
        return _Job(task, pool, fn, weakref.ref(parent), *told)

    def _submit(self, job: _Job) -> None:
        if self._closed:
            _log.debug("task %d refused: the program is closing", job.task.id)
            return
        self._jobs[job.task.id] = job
        job.future = self._pools[job.pool].submit(self._run, job)
        self.activity_changed.emit()

    @Slot(object, object, object)
    def _on_job_ended(self, job: _Job, value: object, error: BaseException | None) -> None:
        if self._jobs.pop(job.task.id, None) is None:
            return
        if job.question is not None and self._newest.get(job.question) == job.task.id:
            del self._newest[job.question]
        self.activity_changed.emit()
        parent = job.parent()
        alive = parent is not None and shiboken6.isValid(parent)
        stopped = job.task.progress.is_cancelled or isinstance(error, CancelledError)
        if stopped and alive:
            tell = job.stopped()
            if tell is not None:
                tell(error if isinstance(error, ReviewerError) else None)
        if error is not None:
            if not stopped:
                self._fail(job, error, parent if alive else None)
            return
        if alive and not stopped:
            then = job.then()
            if then is not None:
                then(value)
        else:
            _log.debug("task %d: its result is not wanted any more", job.task.id)
        if job.writes:
            initiator = job.initiator() if job.initiator is not None else None
            self._bus.publish(changes_of(value), initiator)

    def _fail(self, job: _Job, error: BaseException, parent: QObject | None) -> None:
        failed = job.failed()
        expected = isinstance(error, ReviewerError) and not error.is_bug
        if parent is not None and failed is not None and expected:
            failed(cast("ReviewerError", error))
            return
        if parent is None and expected and not job.writes:
            _log.debug("task %d failed after its asker had gone", job.task.id)
            return
        retryable = isinstance(error, ReviewerError) and error.retryable and parent is not None
        retry = partial(self._again, job) if retryable else None
        self._presenter.present(error, parent=parent, retry=retry)

    def _again(self, job: _Job) -> None:
        parent = job.parent()
        if parent is None or not shiboken6.isValid(parent):
            return
        fresh = self._job(job.pool, job.fn, None, parent, None, job.task.title)
        fresh.then, fresh.failed, fresh.stopped = job.then, job.failed, job.stopped
        fresh.question, fresh.writes, fresh.initiator = job.question, job.writes, job.initiator
        if fresh.question is not None:
            self._newest[fresh.question] = fresh.task.id
        self._submit(fresh)


def _give_way() -> None:
    """Lower the priority of the thread that calls it, on Linux; elsewhere it stays as it is."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _SPARE_NICENESS)


def changes_of(value: object) -> Changes:
    """Return the `Changes` in a write's value, empty if there are none."""
    if isinstance(value, Changes):
        return value
    if isinstance(value, tuple):
        return reduce(or_, (changes_of(item) for item in value), Changes())
    inner = getattr(value, "changes", None)
    return inner if isinstance(inner, Changes) else Changes()
