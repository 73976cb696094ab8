"""Asking for earlier keys to be destroyed, where that needs a second person."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.admin.edit_dialog import EditDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


class AskRollDialog(EditDialog):
    """Takes the reason; another user decides. Thread: main."""

    def __init__(
        self, said: str, session: Session, shell: Shell, parent: QWidget | None = None
    ) -> None:
        second = tr("This needs a second person: it is asked for, and another user decides.")
        super().__init__(
            tr("Ask for the destruction of earlier keys"),
            f"{said}\n\n{second}",
            shell.runner,
            icon="trash-2",
            act=tr("Ask for it"),
            parent=parent,
        )
        self._session = session
        self.reason = self.add_field(tr("Reason"), secret=False)
        self.ready()
        self.reason.setFocus()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(_ask, self._session, self.reason.text())


def _ask(session: Session, reason: str, _progress: TaskProgress) -> object:
    return session.requests.ask_roll(reason)
