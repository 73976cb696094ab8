"""The window locks itself after a time without use, or when it is told to.

Locked, every window of the program is hidden and nothing plays; one small window asks for what
unlocks it: the user's password, else the passphrase of the encrypted store. Where there is
neither, there is nothing to lock with.

It also looks, every two seconds, whether the user may still be here: whoever was signed out from
elsewhere or disabled is locked out at once, told why, and goes on by logging in again.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

import shiboken6
from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QInputEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from typing_extensions import override

from reviewer.errors import (
    N_,
    AccessWithdrawnError,
    PasswordNeededError,
    SignedOutError,
    WrongPassphraseError,
)
from reviewer.messages import explain, tr
from reviewer.ui.actions import ActionSpec
from reviewer.ui.asking import AskingDialog
from reviewer.ui.dialogs import Dialog
from reviewer.ui.login import ORIGIN, PasswordDialog
from reviewer.ui.page_host import EVERYWHERE, PageHost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtGui import QCloseEvent

    from reviewer.errors import ReviewerError
    from reviewer.storage.store import Session
    from reviewer.ui.page import Page
    from reviewer.ui.tasks import Task, TaskProgress, TaskRunner
    from reviewer.ui.widgets.search_edit import Edit

LOCK: Final = ActionSpec(
    "window.lock", N_("Lock the window"), EVERYWHERE, ("Ctrl+Alt+L",), "lock", over_text=True
)
_CHECK_MS: Final = 2_000
_USE: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.ShortcutOverride,
    }
)


class LockDialog(AskingDialog):
    """Asks for what unlocks the windows; it cannot be waved away."""

    # It was typed. Main thread.
    unlocked = Signal()
    # The password is right and must be changed first: it (str). Main thread.
    change_needed = Signal(str)
    # The user has a password by now, which another dialog asks for. Main thread.
    password_needed = Signal()
    # The user would rather leave the program. Main thread.
    quit_asked = Signal()

    def __init__(
        self,
        session: Session,
        runner: TaskRunner,
        *,
        by_password: bool,
        why: ReviewerError | None = None,
        unsaved: bool = False,
        unfinished: bool = False,
    ) -> None:
        """Make it.

        Args:
            session: Of the user.
            runner: Tries what was typed.
            by_password: Whether the user has one; else the store's passphrase is asked for.
            why: What the user is locked out by; None: nobody used the windows. One who may not
                use the store any more is asked for nothing.
            unsaved: Whether something was entered that the store has not got yet.
            unfinished: Whether something was begun that is saved by a button, as a dialog's.
        """
        self._is_out = isinstance(why, AccessWithdrawnError)
        asks = not self._is_out and (by_password or session.store.is_encrypted)
        login = session.people.me.login
        said = _said(login, why, by_password=by_password, asks=asks)
        super().__init__(
            _title(why),
            "\n".join((*said, *_lost(why, unsaved=unsaved, unfinished=unfinished))),
            tr("Unlock") if why is None else tr("Log in"),
            runner,
            busy=tr("Unlocking") if why is None else tr("Logging in"),
            give_up=tr("Quit"),
        )
        self.why = why
        self._session = session
        self._login = login
        self._by_password = by_password
        self._over = False
        self._typed = ""
        self.edit = self._add_edit() if asks else None
        if self._is_out:
            self.act.hide()
        elif self.edit is None:
            self.act.setEnabled(True)
        (self.cancel if self._is_out else self.edit or self.act).setFocus()

    def _add_edit(self) -> Edit:
        label = tr("Password") if self._by_password else tr("Passphrase or recovery key")
        return self.add_field(label, above=False)

    def end(self) -> None:
        """Go, unlocked or because the program ends."""
        self._over = True
        self.close()

    @override
    @Slot()
    def attempt(self) -> None:
        if not self._is_out:
            super().attempt()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        self._typed = "" if self.edit is None else self.edit.text()
        if self._by_password or self.edit is None:
            return partial(_log_in, self._session, self._login, self._typed)
        return partial(_check_passphrase, self._session, self._login, self._typed)

    @override
    def _on_refused(self, error: ReviewerError) -> None:
        if isinstance(error, PasswordNeededError):
            self.password_needed.emit()
        else:
            super()._on_refused(error)

    @override
    def taken(self, result: object) -> None:
        typed, self._typed = self._typed, ""
        if result:
            self.change_needed.emit(typed)
        else:
            self.unlocked.emit()

    @override
    def give_up(self) -> None:
        self.quit_asked.emit()

    @override
    def reject(self) -> None:
        """Stay: Esc is no answer."""

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # Qt's own way would ask `reject`, which stays.
        event.setAccepted(self._over)


def _title(why: ReviewerError | None) -> str:
    if why is None:
        return tr("Reviewer is locked")
    if isinstance(why, AccessWithdrawnError):
        return tr("Your access was withdrawn")
    return tr("You were signed out")


def _said(login: str, why: ReviewerError | None, *, by_password: bool, asks: bool) -> Iterator[str]:
    """Say what happened, then what the dialog asks for."""
    if why is not None:
        yield explain(why)
    if asks and not by_password:
        yield tr("Type the passphrase of the store, or its recovery key, to go on.")
    elif why is None:
        yield tr("Type the password of {login} to go on.", login=login)


def _lost(why: ReviewerError | None, *, unsaved: bool, unfinished: bool) -> Iterator[str]:
    """Say what would be lost by quitting."""
    if isinstance(why, AccessWithdrawnError):
        if unsaved or unfinished:
            yield tr("What was entered last was not saved.")
        return
    if unsaved:
        yield tr("What was entered last is not saved yet: logging in saves it, quitting loses it.")
    if unfinished:
        yield tr("What was begun is there again after logging in; quitting loses it.")


class WindowLock(QObject):
    """Watches for use, locks and unlocks. Thread: main."""

    # What the user may do, or see, is something else now. Main thread.
    access_changed = Signal()

    def __init__(
        self,
        app: QApplication,
        window: PageHost,
        session: Session,
        runner: TaskRunner,
        *,
        now_s: Callable[[], float] = time.time,
        check_ms: int = _CHECK_MS,
        parent: QObject | None = None,
    ) -> None:
        """Begin to watch.

        Args:
            app: The application.
            window: The main window: shown first again, closed by quitting.
            session: Of the user.
            runner: Tries what is typed.
            now_s: The clock, seconds; it goes on while the machine sleeps.
            check_ms: How often it is asked.
            parent: Owner.
        """
        super().__init__(parent)
        self._app = app
        self._window = window
        self._session = session
        self._runner = runner
        self._now_s = now_s
        self._me = session.people.me
        self._by_password = self._me.has_password
        self._used_s = now_s()
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        self._looking: Task | None = None
        self.dialog: LockDialog | PasswordDialog | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(check_ms)
        self._timer.timeout.connect(self.check)
        self._timer.start()
        app.installEventFilter(self)

    @property
    def can_lock(self) -> bool:
        """Whether there is anything that unlocks."""
        return self._by_password or self._session.store.is_encrypted

    @Slot()
    def set_by_password(self) -> None:
        """Be told that the user has a password now."""
        self._by_password = True

    @Slot()
    def check(self) -> None:
        """Lock if nobody has used the windows for as long as the centre allows.

        Whether the user may still be here is looked up in the pool meanwhile.
        """
        minutes = self._session.settings.lock_minutes
        if minutes and self.dialog is None and self._now_s() - self._used_s >= minutes * 60:
            self.lock()
        if self._looking is None and not self._runner.closed:
            self._looking = self._runner.read(
                partial(_look, self._session),
                then=self._on_look_passed,
                failed=self._on_look_failed,
                stopped=self._on_looked,
                parent=self,
            )

    @Slot()
    def lock(self) -> None:
        """Hide everything and stop the sound, until somebody proves to be the user."""
        if self.dialog is None and self.can_lock:
            self._lock()

    def close(self) -> None:
        """Watch no more."""
        self._timer.stop()
        self._app.removeEventFilter(self)
        self._put(None)

    # --- whether the user may still be here

    def _on_looked(self, _found: object) -> None:
        self._looking = None

    def _on_look_passed(self, found: object) -> None:
        self._on_looked(found)
        if isinstance(self.dialog, LockDialog) and isinstance(
            self.dialog.why, AccessWithdrawnError
        ):
            # They may again. Whoever sits there now says who they are.
            if self.can_lock:
                self._ask(None)
            else:
                self._on_dialog_unlocked()
        # Locked, it waits: who must change their password first may do nothing meanwhile.
        if self.dialog is None:
            self._tell_access()

    def _tell_access(self) -> None:
        me = self._session.people.me
        if me != self._me:
            self._me = me
            self.access_changed.emit()

    def _on_look_failed(self, error: ReviewerError) -> None:
        self._looking = None
        # Anything else is told where somebody asked for something.
        if isinstance(error, (SignedOutError, AccessWithdrawnError)):
            dialog = self.dialog
            if dialog is None:
                self._lock(error)
            elif isinstance(dialog, LockDialog) and type(dialog.why) is not type(error):
                self._ask(error)

    # --- locking

    def _lock(self, why: ReviewerError | None = None) -> None:
        self._focus = QApplication.focusWidget()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        QToolTip.hideText()
        # Shown before the last window goes, which would end the program.
        self._ask(why)
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible() and widget is not self.dialog:
                self._hide(widget)
        if self.dialog is not None:
            self.dialog.activateWindow()

    def _ask(self, why: ReviewerError | None) -> None:
        """Ask for what unlocks, in place of what is asked now."""
        dialog = LockDialog(
            self._session,
            self._runner,
            by_password=self._by_password,
            why=why,
            # Only who was signed out keeps the store from having it.
            unsaved=why is not None and any(page.unsaved for page in _pages()),
            unfinished=why is not None and self._is_unfinished(),
        )
        dialog.unlocked.connect(self._on_dialog_unlocked)
        dialog.change_needed.connect(self._on_dialog_change_needed)
        dialog.password_needed.connect(self._on_dialog_password_needed)
        dialog.quit_asked.connect(self._on_dialog_quit_asked)
        self._put(dialog)

    def _is_unfinished(self) -> bool:
        shown = [one for one in QApplication.topLevelWidgets() if isinstance(one, Dialog)]
        begun = [one for one in shown if one.isVisible() or one in self._hidden]
        return any(one.unfinished for one in begun if one is not self.dialog) or any(
            page.unfinished for page in _pages()
        )

    def _put(self, dialog: LockDialog | PasswordDialog | None) -> None:
        before, self.dialog = self.dialog, dialog
        if dialog is not None:
            dialog.show()
        if isinstance(before, LockDialog):
            before.end()
        elif before is not None:
            before.blockSignals(True)
            before.close()

    def _hide(self, widget: QWidget) -> None:
        if isinstance(widget, PageHost) and widget.current is not None:
            widget.current.left()
        if widget not in self._hidden:
            self._hidden.append(widget)
        widget.hide()

    def _is_other(self, watched: QObject) -> bool:
        return isinstance(watched, QWidget) and watched.isWindow() and watched is not self.dialog

    def _hide_later(self, widget: QObject) -> None:
        if self.dialog is None or not shiboken6.isValid(widget):
            return
        if isinstance(widget, QWidget) and widget.isVisible():
            self._hide(widget)

    @Slot()
    def _on_dialog_unlocked(self) -> None:
        self._used_s = self._now_s()
        if self._looking is not None:
            # It may tell what was so before.
            self._looking.cancel()
        before, self.dialog = self.dialog, None
        hidden, self._hidden = self._hidden, []
        for widget in hidden:
            if shiboken6.isValid(widget):
                widget.show()
                if isinstance(widget, PageHost) and widget.current is not None:
                    widget.current.entered()
        if isinstance(before, LockDialog):
            before.end()
        for page in _pages():
            # What could not be while the user was out.
            page.flush()
        self._tell_access()
        self._window.activateWindow()
        if self._focus is not None and shiboken6.isValid(self._focus):
            self._focus.setFocus()
        self._focus = None

    @Slot(str)
    def _on_dialog_change_needed(self, typed: str) -> None:
        """Have the password changed that somebody else gave, and go on with the user's own."""
        dialog = PasswordDialog(self._session.people, self._runner, old=typed)
        dialog.changed.connect(self._on_dialog_unlocked)
        dialog.rejected.connect(self._on_dialog_quit_asked)
        self._put(dialog)

    @Slot()
    def _on_dialog_password_needed(self) -> None:
        self._by_password = True
        self._ask(self.dialog.why if isinstance(self.dialog, LockDialog) else None)

    @Slot()
    def _on_dialog_quit_asked(self) -> None:
        self._window.close()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Asked for every event of the program: its type would take 1 us to make.
        if self.dialog is None:
            if isinstance(event, QInputEvent) and event.type() in _USE:
                self._used_s = self._now_s()
        elif event.type() == QEvent.Type.Show and self._is_other(watched):
            # What work in the background has to say waits, too.
            QTimer.singleShot(0, watched, partial(self._hide_later, watched))
        return False


def _pages() -> list[Page]:
    windows = (w for w in QApplication.topLevelWidgets() if isinstance(w, PageHost))
    return [page for window in windows for page in window.pages()]


def _look(session: Session, _progress: TaskProgress) -> None:
    session.refresh()
    # What was set elsewhere meanwhile counts here as well: after how long this locks itself.
    session.centre.settings()


def _log_in(session: Session, login: str, text: str, _progress: TaskProgress) -> bool:
    """Log in once more, which lets the session go on; return whether the password must change."""
    found = session.store.session(login, password=text or None, origin=ORIGIN)
    return found.people.me.must_change_password


def _check_passphrase(session: Session, login: str, text: str, progress: TaskProgress) -> bool:
    if not session.store.opens_with(text):
        raise WrongPassphraseError(store=session.settings.name)
    try:
        session.refresh()
    except SignedOutError:
        return _log_in(session, login, "", progress)
    return False
