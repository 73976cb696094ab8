"""Asking for what opens an encrypted store, before there is a window on it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.asking import AskingDialog
from reviewer.ui.bus import Bus
from reviewer.ui.present_errors import ErrorPresenter
from reviewer.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication, QWidget

    from reviewer.storage.store import Store
    from reviewer.ui.tasks import TaskProgress


class UnlockDialog(AskingDialog):
    """A field for the passphrase or the recovery key, hidden as it is typed.

    Args:
        address: Of the store.
        open_with: Opens it with what was typed, told how far it is; called in a pool.
        runner: Does that.
        parent: As every window.
    """

    def __init__(
        self,
        address: str,
        open_with: Callable[[str, TaskProgress], Store],
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            tr("{name} is encrypted", name=Path(address).name or address),
            tr("Type its passphrase or its recovery key."),
            tr("Open"),
            runner,
            busy=tr("Opening"),
            parent=parent,
        )
        self.store: Store | None = None
        self._open_with = open_with
        self.edit = self.add_field(tr("Passphrase or recovery key"), above=False)
        self.edit.setFocus()

    @override
    def work(self) -> Callable[[TaskProgress], Store]:
        return partial(self._open_with, self.edit.text())

    @override
    def taken(self, result: object) -> None:
        # The store, whatever the types can tell.
        self.store = result  # type: ignore[assignment]
        self.accept()


class Unlocking(QObject):
    """The dialog with what it needs, for as long as there is no window. Thread: main.

    Args:
        app: The application.
        address: Of the store.
        open_with: Opens it with what was typed, told how far it is; called in a pool.
    """

    def __init__(
        self, app: QApplication, address: str, open_with: Callable[[str, TaskProgress], Store]
    ) -> None:
        super().__init__(app)
        self._runner = TaskRunner(Bus(self), ErrorPresenter(self), parent=self)
        self.dialog = UnlockDialog(address, open_with, self._runner)
        # Kept until its answer was taken.
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)

    def close(self) -> Store | None:
        """Take everything down; return the store that was opened, None if it was given up."""
        store = self.dialog.store
        self._runner.shutdown()
        self.dialog.close()
        self.dialog.deleteLater()
        self.deleteLater()
        return store
