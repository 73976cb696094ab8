"""A backup is chosen where a store is to be opened: a store is made of it in another folder."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from typing_extensions import override

from reviewer.messages import tr
from reviewer.paths import typed_path
from reviewer.services.copying import is_locked, restore_store, ring_elsewhere
from reviewer.ui.asking import AskingDialog
from reviewer.ui.login import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from reviewer.errors import ReviewerError
    from reviewer.storage.store import Session, Store
    from reviewer.ui.tasks import Task, TaskProgress, TaskRunner


class RestoreDialog(AskingDialog):
    """Asks where to, and for what opens the backup; giving up stops it. Thread: main."""

    # A store is there, whole and verified: its folder (str). Main thread.
    restored = Signal(str)

    def __init__(
        self, backup: Path, login: str, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        """Make it.

        Args:
            backup: The folder of the backup.
            login: Proposed; whoever restores may change the settings of the store.
            runner: Does the work.
            parent: As every window.
        """
        said = tr(
            "{folder} is a backup and stays as it is. A store is made of it in another folder, "
            "whole and verified, or not at all. Content that was deleted since is in it again.",
            folder=backup,
        )
        ring = ring_elsewhere(backup)
        if ring:
            said += "\n\n" + tr(
                "Its key ring is kept apart, at {path}. The new store gets a copy of it in its "
                "folder, and keys of its own from then on.",
                path=ring,
            )
        title, act = tr("Restore the backup"), tr("Restore")
        super().__init__(
            title, said, act, runner, icon="database", busy=tr("Restoring"), parent=parent
        )
        self._backup = backup
        self._task: Task | None = None
        self.target = self.add_field(tr("The store's new folder"), secret=False)
        self.target.setText(str(_free_beside(backup)))
        locked = is_locked(backup)
        self.opener = self.add_field(tr("Passphrase or recovery key")) if locked else None
        self.login = self.add_field(tr("Login"), secret=False)
        self.login.setText(login)
        self.password = self.add_field(tr("Password, if there is one"))
        self.optional.append(self.password)
        self.act.setEnabled(self.opener is None)
        (self.opener or self.target).setFocus()

    @override
    def work(self) -> Callable[[TaskProgress], str]:
        return partial(
            _restore,
            self._backup,
            self._backup.parent / typed_path(self.target.text().strip()),
            "" if self.opener is None else self.opener.text(),
            self.login.text().strip(),
            self.password.text(),
        )

    @override
    def begin(
        self,
        work: Callable[[TaskProgress], object],
        taken: Callable[[object], object],
        refused: Callable[[ReviewerError], object],
    ) -> None:
        self._task = self._runner.read(
            work,
            then=taken,
            failed=refused,
            stopped=self._on_stopped,
            parent=self,
            title=tr("Restoring"),
        )

    def _on_stopped(self, _error: ReviewerError | None) -> None:
        # Cancelled in the status bar: it can be tried again.
        self._set_trying(False)

    @override
    def taken(self, result: object) -> None:
        self._task = None
        self.restored.emit(str(result))
        self.accept()

    @override
    def reject(self) -> None:
        """Give up; what was copied by then goes."""
        if self._task is not None:
            self._task.cancel()
        super().reject()


def _free_beside(backup: Path) -> Path:
    """Return a folder beside a backup that is not there yet."""
    proposed = backup.with_name(f"{backup.name}-restored")
    number = 1
    while proposed.exists():
        number += 1
        proposed = backup.with_name(f"{backup.name}-restored-{number}")
    return proposed


# --- in the pool; long


def _restore(
    backup: Path, target: Path, opener: str, login: str, password: str, progress: TaskProgress
) -> str:
    def log_in(store: Store) -> Session:
        return store.session(login or None, password=password or None, origin=ORIGIN)

    restore_store(backup, target, opener or None, log_in, progress=progress)
    return str(target)
