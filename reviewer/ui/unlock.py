"""Asking for what opens an encrypted store, before there is a window on it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from reviewer.messages import explain, tr
from reviewer.ui.bus import Bus
from reviewer.ui.dialogs import Dialog
from reviewer.ui.present_errors import ErrorPresenter
from reviewer.ui.tasks import TaskRunner
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    from reviewer.errors import ReviewerError
    from reviewer.storage.store import Store
    from reviewer.ui.tasks import TaskProgress


class UnlockDialog(Dialog):
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
        name = Path(address).name or address
        super().__init__(tr("{name} is encrypted", name=name), icon="lock", parent=parent)
        self.store: Store | None = None
        self._open_with = open_with
        self._runner = runner
        said = tr("Type its passphrase or its recovery key.")
        self.body.addWidget(Label(said, "body", "text2", wraps=True))
        self.edit = Edit(tr("Passphrase or recovery key"))
        self.edit.setAccessibleName(tr("Passphrase or recovery key"))
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.edit.textEdited.connect(self._on_edited)
        self.body.addWidget(self.edit)
        self.told = Label("", "body", "fail", wraps=True)
        self.told.setVisible(False)
        self.body.addWidget(self.told)
        self.cancel = self.add_button(tr("Cancel"), self.reject)
        self.act = self.add_button(tr("Open"), self.unlock, kind="primary", icon="lock")
        self.act.setEnabled(False)
        self.edit.setFocus()

    @Slot()
    def unlock(self) -> None:
        """Try what was typed; a wrong one is told in place and can be mended."""
        text = self.edit.text()
        if not text or not self.edit.isEnabled():
            return
        self._tell("")
        self.edit.setEnabled(False)
        self.act.setEnabled(False)
        self.act.setText(tr("Opening"))
        self._runner.read(
            partial(_open, self._open_with, text),
            then=self._on_opened,
            failed=self._on_refused,
            parent=self,
        )

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.cancel.hasFocus():
            self.unlock()
            return
        super().keyPressEvent(event)

    def _on_opened(self, store: Store) -> None:
        self.edit.clear()
        self.store = store
        self.accept()

    def _on_refused(self, error: ReviewerError) -> None:
        self._tell(explain(error))
        self.act.setText(tr("Open"))
        self.act.setEnabled(True)
        self.edit.setEnabled(True)
        self.edit.setFocus()
        self.edit.selectAll()

    @Slot()
    def _on_edited(self) -> None:
        self.act.setEnabled(bool(self.edit.text()))
        self._tell("")

    def _tell(self, sentence: str) -> None:
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))
        self.edit.set_error(sentence)
        self.adjustSize()


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


def _open(
    open_with: Callable[[str, TaskProgress], Store], text: str, progress: TaskProgress
) -> Store:
    return open_with(text, progress)
