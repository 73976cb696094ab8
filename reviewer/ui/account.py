"""What concerns the user's own account: another password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from reviewer.messages import tr
from reviewer.ui.actions import ActionSpec
from reviewer.ui.login import CHANGE_PASSWORD, PasswordDialog
from reviewer.ui.page_host import EVERYWHERE

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from reviewer.storage.store import Session
    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.page import Notifier
    from reviewer.ui.tasks import TaskRunner

PASSWORD: Final = ActionSpec("account.password", CHANGE_PASSWORD, EVERYWHERE, (), "lock")


class Account(QObject):
    """Lets users change their password. Thread: main."""

    # The user has a password now. Main thread.
    password_set = Signal()

    def __init__(
        self,
        window: QWidget,
        session: Session,
        *,
        runner: TaskRunner,
        actions: ActionRegistry,
        notifier: Notifier,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._runner = runner
        self._notifier = notifier
        self.dialog: PasswordDialog | None = None
        self._has_password = session.people.me.has_password
        self.act = actions.add(PASSWORD, window, self.change_password)

    @Slot()
    def change_password(self) -> None:
        """Ask for another password."""
        people = self._session.people
        self.dialog = PasswordDialog(
            people, self._runner, has_password=self._has_password, parent=self._window
        )
        self.dialog.changed.connect(self._on_dialog_changed)
        self.dialog.show()

    @Slot()
    def _on_dialog_changed(self) -> None:
        self._has_password = True
        self.password_set.emit()
        self._notifier.notify(tr("The password was changed"))
