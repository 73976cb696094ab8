"""Windows for what must not be seen or lost: passphrases, and the recovery key, shown once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from reviewer.crypto.passphrase import SHORTEST
from reviewer.messages import explain, tr
from reviewer.ui.dialogs import Dialog
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from reviewer.errors import ReviewerError
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


def loss_words() -> str:
    """Return what losing the passphrase means, in the language in force."""
    return tr(
        "Whoever loses the passphrase loses the content: nobody can restore it. Make a recovery "
        "key, print it and keep it in a safe place."
    )


def secret_edit() -> Edit:
    """Return a field whose text is hidden."""
    edit = Edit()
    edit.setEchoMode(QLineEdit.EchoMode.Password)
    edit.setInputMethodHints(
        Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
    )
    return edit


class NewPassphraseDialog(Dialog):
    """Asks for a new passphrase, twice, and what it is for. Thread: main."""

    # A passphrase was given: str. The dialog closes by itself.
    given = Signal(str)

    def __init__(self, title: str, act: str, parent: QWidget | None = None) -> None:
        super().__init__(title, icon="lock", parent=parent)
        self.body.addWidget(Label(loss_words(), "body", "text2", wraps=True))
        self.first, self.second = secret_edit(), secret_edit()
        self._put(tr("New passphrase"), self.first)
        self._put(tr("The same once more"), self.second)
        self.told = Label("", "body", "muted", wraps=True)
        self.body.addWidget(self.told)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.cancel = self.add_button(tr("Cancel"), self.reject)
        self.act = self.add_button(act, self.go, kind="primary", icon="lock")
        self.act.setDefault(True)
        for edit in (self.first, self.second):
            edit.textEdited.connect(self._say_whether)
        self.first.setFocus()
        self._say_whether()

    def _put(self, name: str, edit: Edit, at: int = -1) -> None:
        """Put a field under its name, at the end or before what is at a place."""
        edit.setAccessibleName(name)
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(Label(name, "small", "text2"))
        column.addWidget(edit)
        self.body.insertWidget(at, part)

    def reason_against(self) -> str:
        """Return why it cannot be taken; "": it can."""
        if len(self.first.text()) < SHORTEST or not self.first.text().strip():
            return tr("At least {n} characters", n=SHORTEST)
        return "" if self.first.text() == self.second.text() else tr("The two are not the same")

    @Slot()
    def _say_whether(self) -> None:
        reason = self.reason_against()
        self.told.set_role("muted")
        self.told.setText(reason)
        self.act.setEnabled(not reason)

    @Slot()
    def go(self) -> None:
        """Hand it on; nothing of it stays here."""
        if self.reason_against():
            return
        text = self.first.text()
        for edit in (self.first, self.second):
            edit.clear()
        self.accept()
        self.given.emit(text)


class ChangePassphraseDialog(NewPassphraseDialog):
    """Changes the passphrase; a wrong one is told in place. Thread: main."""

    def __init__(self, shell: Shell, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("Change the passphrase"), tr("Change"), parent)
        self._shell = shell
        self._session = session
        self.old = secret_edit()
        self.old.textEdited.connect(self._say_whether)
        self._put(tr("Passphrase so far, or the recovery key"), self.old, 1)
        QWidget.setTabOrder(self.old, self.first)
        self.old.setFocus()
        self._say_whether()

    def reason_against(self) -> str:
        """Return why it cannot be taken; "": it can."""
        if hasattr(self, "old") and not self.old.text():
            return tr("Type the passphrase so far, or the recovery key")
        return super().reason_against()

    @Slot()
    def go(self) -> None:
        """Change it, in the background."""
        if self.reason_against():
            return
        self.act.setEnabled(False)
        self._shell.runner.read(
            partial(_change, self._session, self.old.text(), self.first.text()),
            then=self._on_changed,
            failed=self._on_failed,
            parent=self,
        )

    def _on_changed(self, _done: object) -> None:
        for edit in (self.old, self.first, self.second):
            edit.clear()
        self._shell.notifier.notify(tr("The passphrase is changed."), icon="lock")
        self.accept()

    def _on_failed(self, error: ReviewerError) -> None:
        self.told.set_role("fail")
        self.told.setText(explain(error))
        self.act.setEnabled(True)
        self.old.setFocus()
        self.old.selectAll()


class OfferRecoveryDialog(Dialog):
    """Asks whether a recovery key is to be made now. Thread: main."""

    # It is.
    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Make a recovery key now?"), icon="shield", parent=parent)
        self.body.addWidget(Label(loss_words(), "body", "text2", wraps=True))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.add_button(tr("Later"), self.reject)
        act = tr("Make a recovery key")
        self.act = self.add_button(act, self._on_act_clicked, kind="primary", focused=True)

    @Slot()
    def _on_act_clicked(self) -> None:
        self.accept()
        self.wanted.emit()


class RecoveryKeyDialog(Dialog):
    """Shows a new recovery key, once. Thread: main."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("The recovery key"), icon="shield", parent=parent)
        said = tr(
            "Write it down or print it, and keep it in a safe place. It opens the store when the "
            "passphrase is lost, and is shown only now. An earlier recovery key opens no more."
        )
        self.body.addWidget(Label(said, "body", "text2", wraps=True))
        self.key = Label(key, "heading", wraps=True)
        self.key.setFont(theme().mono(16))
        self.key.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.key.setAccessibleName(tr("The recovery key"))
        self.key.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.body.addWidget(self.key)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.add_button(tr("Copy"), self._on_copy_clicked, icon="copy")
        self.add_button(tr("I have it"), self.accept, kind="primary", focused=True)

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.key.text())


def _change(session: Session, old: str, new: str, _progress: TaskProgress) -> None:
    session.keys.change_passphrase(old, new)
