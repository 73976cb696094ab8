"""The window locks itself after a time without use, or when it is told to.

Locked, every window of the program is hidden and nothing plays; one small window asks for what
unlocks it: the user's password, else the passphrase of the encrypted store. Where there is
neither, there is nothing to lock with.
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

from reviewer.errors import N_, WrongPassphraseError
from reviewer.messages import tr
from reviewer.ui.actions import ActionSpec
from reviewer.ui.asking import AskingDialog
from reviewer.ui.page_host import EVERYWHERE, PageHost

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent

    from reviewer.storage.store import Session
    from reviewer.ui.tasks import TaskProgress, TaskRunner

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
    # The user would rather leave the program. Main thread.
    quit_asked = Signal()

    def __init__(self, session: Session, runner: TaskRunner, *, by_password: bool) -> None:
        if by_password:
            said = tr("Type the password of {login} to go on.", login=session.people.me.login)
        else:
            said = tr("Type the passphrase of the store, or its recovery key, to go on.")
        super().__init__(
            tr("Reviewer is locked"),
            said,
            tr("Unlock"),
            runner,
            busy=tr("Unlocking"),
            give_up=tr("Quit"),
        )
        self._session = session
        self._by_password = by_password
        self._over = False
        label = tr("Password") if by_password else tr("Passphrase or recovery key")
        self.edit = self.add_field(label, above=False)
        self.edit.setFocus()

    def end(self) -> None:
        """Go, unlocked or because the program ends."""
        self._over = True
        self.close()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        check = _check_password if self._by_password else _check_passphrase
        return partial(check, self._session, self.edit.text())

    @override
    def taken(self, result: object) -> None:
        self.unlocked.emit()

    @override
    def give_up(self) -> None:
        self.quit_asked.emit()

    @override
    def reject(self) -> None:
        """Stay: Esc is no answer."""

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self._over:
            super().closeEvent(event)
        else:
            event.ignore()


class WindowLock(QObject):
    """Watches for use, locks and unlocks. Thread: main."""

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
        self._by_password = session.people.me.has_password
        self._used_s = now_s()
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        self.dialog: LockDialog | None = None
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
        """Lock if nobody has used the windows for as long as the centre allows."""
        minutes = self._session.settings.lock_minutes
        if minutes and self.dialog is None and self._now_s() - self._used_s >= minutes * 60:
            self.lock()

    @Slot()
    def lock(self) -> None:
        """Hide everything and stop the sound, until somebody proves to be the user."""
        if self.dialog is not None or not self.can_lock:
            return
        self._focus = QApplication.focusWidget()
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        QToolTip.hideText()
        dialog = LockDialog(self._session, self._runner, by_password=self._by_password)
        dialog.unlocked.connect(self._on_dialog_unlocked)
        dialog.quit_asked.connect(self._on_dialog_quit_asked)
        self.dialog = dialog
        # Shown before the last window goes, which would end the program.
        dialog.show()
        for widget in QApplication.topLevelWidgets():
            if widget.isVisible() and widget is not dialog:
                self._hide(widget)
        dialog.activateWindow()

    def close(self) -> None:
        """Watch no more."""
        self._timer.stop()
        self._app.removeEventFilter(self)
        if self.dialog is not None:
            self.dialog.end()
            self.dialog = None

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
        dialog, self.dialog = self.dialog, None
        self._used_s = self._now_s()
        hidden, self._hidden = self._hidden, []
        for widget in hidden:
            if shiboken6.isValid(widget):
                widget.show()
                if isinstance(widget, PageHost) and widget.current is not None:
                    widget.current.entered()
        if dialog is not None:
            dialog.end()
        self._window.activateWindow()
        if self._focus is not None and shiboken6.isValid(self._focus):
            self._focus.setFocus()
        self._focus = None

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


def _check_password(session: Session, text: str, _progress: TaskProgress) -> None:
    session.store.session(session.people.me.login, password=text, origin="window")


def _check_passphrase(session: Session, text: str, _progress: TaskProgress) -> None:
    if not session.store.opens_with(text):
        raise WrongPassphraseError(store=session.settings.name)
