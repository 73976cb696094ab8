"""Logging in before there is a window: login and password, and a new one where it must be changed.

Also changing one's password from the window.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import tr
from reviewer.models.access import MIN_PASSWORD
from reviewer.ui.asking import AskingDialog
from reviewer.ui.bus import Bus
from reviewer.ui.present_errors import ErrorPresenter
from reviewer.ui.tasks import TaskRunner

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication, QWidget

    from reviewer.storage.facets.people import People
    from reviewer.storage.store import Session, Store
    from reviewer.ui.tasks import TaskProgress

ORIGIN: Final = "window"
CHANGE_PASSWORD: Final = N_("Change the password")


class LoginDialog(AskingDialog):
    """Login and password; hands the session over by `logged_in`."""

    # The user is known: the session (Session) and the password that was typed (str). Main thread.
    logged_in = Signal(object, str)

    def __init__(
        self, store: Store, login: str, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            tr("Log in to {name}", name=store.settings.name),
            tr("Type your login and your password."),
            tr("Log in"),
            runner,
            icon="user",
            busy=tr("Logging in"),
            parent=parent,
        )
        self._store = store
        self._typed = ""
        self.login = self.add_field(tr("Login"), secret=False)
        self.login.setText(login)
        self.password = self.add_field(tr("Password"))
        (self.password if login else self.login).setFocus()

    @override
    def work(self) -> Callable[[TaskProgress], Session]:
        self._typed = self.password.text()
        return partial(_log_in, self._store, self.login.text().strip(), self._typed)

    @override
    def taken(self, result: object) -> None:
        typed, self._typed = self._typed, ""
        self.logged_in.emit(result, typed)


class PasswordDialog(AskingDialog):
    """A new password, typed twice; the old one is asked for unless it was typed just now."""

    # The password is another one now: what `after` gave (object). Main thread.
    changed = Signal(object)

    def __init__(
        self,
        people: People,
        runner: TaskRunner,
        *,
        old: str | None = None,
        has_password: bool = True,
        after: Callable[[str], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Make it.

        Args:
            people: Of the user.
            runner: Does the work.
            old: The present password where it was typed just now: it must be changed.
            has_password: Whether there is a present one to be asked for.
            after: Called in the pool with the new one once it is kept.
            parent: As every window.
        """
        said = tr(
            "It has at least {least} characters. A sentence that only you know is long and easy "
            "to keep in mind.",
            least=MIN_PASSWORD,
        )
        must = old is not None
        title = tr("You need a new password") if must else tr("Change the password")
        super().__init__(title, said, tr("Change"), runner, busy=tr("Changing"), parent=parent)
        self._people = people
        self._old = old
        self._after = after
        asked = old is None and has_password
        self.old = self.add_field(tr("Present password")) if asked else None
        self.new = self.add_field(tr("New password"))
        self.again = self.add_field(tr("The same again"))
        self.fields[0].setFocus()

    @override
    def wrong(self) -> str:
        if self.new.text() != self.again.text():
            return tr("The two are not the same.")
        return ""

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        old = self._old or (self.old.text() if self.old is not None else "")
        return partial(_change, self._people, old, self.new.text(), self._after)

    @override
    def taken(self, result: object) -> None:
        self.changed.emit(result)
        self.accept()


class LoggingIn(QObject):
    """The dialogs with what they need, for as long as there is no window. Thread: main.

    Args:
        app: The application.
        store: Open.
        login: Whose, as far as it is known.
    """

    # It is over, well or not: `session` tells. Main thread.
    ended = Signal()

    def __init__(self, app: QApplication, store: Store, login: str) -> None:
        super().__init__(app)
        self._store = store
        self._runner = TaskRunner(Bus(self), ErrorPresenter(self), parent=self)
        self.session: Session | None = None
        dialog = LoginDialog(store, login, self._runner)
        dialog.logged_in.connect(self._on_logged_in)
        dialog.rejected.connect(self.ended)
        self.dialog: AskingDialog = dialog
        dialog.show()

    @Slot(object, str)
    def _on_logged_in(self, session: Session, password: str) -> None:
        if session.people.me.must_change_password:
            self.change(session, password)
            return
        self.session = session
        self.dialog.accept()
        self.ended.emit()

    def change(self, session: Session, password: str) -> None:
        """Ask for a new password in place of the one typed, and go on with it."""
        before = self.dialog
        again = partial(_log_in_again, self._store, session.people.me.login)
        dialog = PasswordDialog(session.people, self._runner, old=password, after=again)
        dialog.changed.connect(self._on_changed)
        dialog.rejected.connect(self.ended)
        self.dialog = dialog
        dialog.show()
        before.accept()

    @Slot(object)
    def _on_changed(self, session: Session) -> None:
        self.session = session
        self.ended.emit()

    @Slot()
    def give_up(self) -> None:
        """Close whatever is asked."""
        if shiboken6.isValid(self.dialog):
            self.dialog.reject()

    def close(self) -> Session | None:
        """Take everything down; return the session, None if it was given up."""
        self._runner.shutdown()
        self.deleteLater()
        return self.session


def _log_in(store: Store, login: str, password: str, _progress: TaskProgress) -> Session:
    return store.session(login, password=password, origin=ORIGIN)


def _log_in_again(store: Store, login: str, password: str) -> Session:
    return store.session(login, password=password, origin=ORIGIN)


def _change(
    people: People,
    old: str,
    new: str,
    after: Callable[[str], object] | None,
    _progress: TaskProgress,
) -> object:
    people.change_password(old, new)
    return after(new) if after is not None else None
