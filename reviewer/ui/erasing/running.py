"""A deletion in the background: its place in the status bar, and what is told at its end.

It goes on when the dialog and even the window it was asked for in are closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from reviewer.errors import CancelledError, SecondPersonError
from reviewer.messages import explain, format_count, ntr, tr
from reviewer.models.changes import Changes
from reviewer.models.erasure import Erased
from reviewer.models.ids import InteractionId
from reviewer.models.requests import Guarded
from reviewer.services.erase import cut_piece, lingering_sentences
from reviewer.ui.page_host import PageHost, any_host, front_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    from reviewer.errors import ReviewerError
    from reviewer.models.erasure import Unfinished
    from reviewer.models.requests import Request
    from reviewer.storage.store import Session
    from reviewer.ui.erasing.request import EraseOrder
    from reviewer.ui.page import Notifier, Shell
    from reviewer.ui.tasks import Task, TaskProgress

    Work: TypeAlias = Callable[[TaskProgress], "Outcome"]

_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a deletion came to, and what changed; `asked`: it waits for a second person."""

    erased: Erased
    changes: Changes
    stopped: bool = False
    asked: Request | None = None


class EraseRun(QObject):
    """Runs one deletion and tells how it ended. Thread: main.

    It belongs to the application, so that it ends with nothing but the program.

    Args:
        shell: What the program hands to every page.
        work: Deletes, in a pool: `erasing`, `resuming` or `expiring`.
        title: What the status bar calls it, translated.
    """

    # It has ended: Outcome, or None where it failed.
    ended = Signal(object)

    def __init__(self, shell: Shell, work: Work, title: str = "") -> None:
        super().__init__(QApplication.instance())
        self._shell = shell
        self._work = work
        self._title = title or tr("Deleting")
        self.task: Task | None = None

    def start(self) -> None:
        """Begin."""
        self.task = self._shell.runner.write(
            self._work,
            then=self._on_done,
            failed=self._on_failed,
            stopped=self._on_stopped,
            parent=self,
            title=self._title,
            aside=True,
        )

    def _on_done(self, outcome: Outcome) -> None:
        if outcome.asked is not None:
            said = tr("Nothing was deleted yet: another user has to agree. The request is on the "
                      "page of bulk deletion.")  # fmt: skip
            self._notifier().notify(said, icon="users", stays=True)
            self.ended.emit(outcome)
            self.deleteLater()
            return
        told = outcome.erased
        whole = not told.held and not told.failed
        icon = "trash-2" if whole else "triangle-alert"
        self._notifier().notify(" ".join(result_sentences(told)), icon=icon, stays=True)
        self.ended.emit(outcome)
        self.deleteLater()

    def _on_failed(self, error: ReviewerError) -> None:
        self._notifier().notify(explain(error), icon="triangle-alert", stays=True)
        self.ended.emit(None)
        self.deleteLater()

    def _on_stopped(self, _error: ReviewerError | None) -> None:
        said = tr("Deleting was stopped. What was deleted until then stays deleted.")
        self._notifier().notify(said, icon="trash-2", stays=True)
        self.ended.emit(Outcome(Erased(), Changes(), stopped=True))
        self.deleteLater()

    def _notifier(self) -> Notifier:
        """Return the window in front, or another: the one it was asked for in may be closed."""
        own = self._shell.notifier
        closed = isinstance(own, PageHost) and not (shiboken6.isValid(own) and own.isVisible())
        return front_host() or (any_host() if closed else None) or own


def result_sentences(told: Erased) -> list[str]:
    """Return what was deleted, and what was not and why."""
    done = len(told.interactions)
    said = [ntr("Deleted in {n} interaction.", "Deleted in {n} interactions.", done)]
    if told.held:
        n = len(told.held)
        said.append(
            ntr(
                "{n} is under a legal hold and was left out.",
                "{n} are under a legal hold and were left out.",
                n,
            )
        )
    others = len(told.also) + told.hidden_also
    if others:
        lose = ntr(
            "{n} other lost screen video with them.",
            "{n} others lost screen video with them.",
            others,
        )
        said.append(lose)
    said += lingering_sentences(told)
    said += [f"{giid}: {why}" for giid, why in told.failed[:_NAMED]]
    if len(told.failed) > _NAMED:
        said.append(ntr("and {n} more", "and {n} more", len(told.failed) - _NAMED))
    return said


def share(done: int, expected: int) -> str:
    """Return `n/n`, grouped."""
    return f"{format_count(done)}/{format_count(expected)}"


# --- what runs in a pool; long


def erasing(session: Session, order: EraseOrder) -> Work:
    """Return what deletes what was decided."""

    def work(progress: TaskProgress) -> Outcome:
        try:
            return _outcome(
                lambda: session.erasure.erase(
                    order.ids,
                    order.what,
                    order.reason,
                    shared=order.shared,
                    cutter=cut_piece,
                    progress=progress,
                    letter=order.letter,
                ),
                order.ids,
            )
        except SecondPersonError:
            request, changes = session.requests.ask_erase(
                order.ids, order.what, order.reason, shared=order.shared
            )
            return Outcome(Erased(), changes, asked=request)

    return work


def resuming(session: Session, unfinished: Unfinished) -> Work:
    """Return what goes on with an interrupted deletion."""

    def work(progress: TaskProgress) -> Outcome:
        resume = session.erasure.resume
        return _outcome(lambda: resume(unfinished, cutter=cut_piece, progress=progress), ())

    return work


def approving(session: Session, number: int) -> Work:
    """Return what agrees to a request and deletes."""

    def work(progress: TaskProgress) -> Outcome:
        ids = session.requests.items(number)
        approve = session.requests.approve
        return _outcome(lambda: approve(number, cutter=cut_piece, progress=progress), ids)

    return work


def needs_second(session: Session, ids: Sequence[int]) -> bool:
    """Return whether deleting of so many is asked for, and not done."""
    return len(ids) > 1 and Guarded.BULK_DELETION in session.settings.second_person


def expiring(session: Session) -> Work:
    """Return what expires all that is due."""

    def work(progress: TaskProgress) -> Outcome:
        due = session.keeping.due()
        ids = [number for _, some in due for number in some]
        expire = session.erasure.expire
        return _outcome(lambda: expire(cutter=cut_piece, progress=progress), ids)

    return work


def _outcome(run: Callable[[], tuple[Erased, Changes]], ids: Sequence[int]) -> Outcome:
    try:
        erased, changes = run()
    except CancelledError:
        # What was done stays done, and all that show it are to look again.
        touched = Changes(recordings_of=frozenset(InteractionId(each) for each in ids))
        return Outcome(Erased(), touched, stopped=True)
    return Outcome(erased, changes)
