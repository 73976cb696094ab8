"""Asking why something sensitive is opened; the answer goes into the audit log."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from typing_extensions import override

from reviewer.messages import tr
from reviewer.models.audit import MAX_OPENING_REASON
from reviewer.ui.admin.edit_dialog import EditDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from reviewer.models.ids import InteractionId
    from reviewer.storage.store import Session
    from reviewer.ui.tasks import TaskProgress, TaskRunner


class ReasonDialog(EditDialog):
    """Takes the reason; accepted once it is in the log. Thread: main."""

    def __init__(
        self,
        session: Session,
        interaction_id: InteractionId,
        runner: TaskRunner,
        parent: QWidget | None = None,
    ) -> None:
        said = tr(
            "This interaction is sensitive. The reason goes into the audit log with your login "
            "and stays there, so write nothing that names the customer."
        )
        title = tr("Why do you open it?")
        super().__init__(title, said, runner, icon="shield", act=tr("Open"), parent=parent)
        self._interactions = session.interactions
        self._interaction_id = interaction_id
        self.reason = self.add_field(tr("Reason"), secret=False)
        self.reason.setMaxLength(MAX_OPENING_REASON)
        self.ready()
        self.reason.setFocus()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        give = self._interactions.give_reason
        return partial(_give, give, self._interaction_id, self.reason.text())


class Reasoning(QObject):
    """Asks for a page, one thing at a time. Thread: main.

    Attributes:
        dialog: What asks now, None: nothing does.
    """

    # It is in the log. Main thread.
    given = Signal()

    def __init__(self, session: Session, runner: TaskRunner, page: QWidget) -> None:
        super().__init__(page)
        self._session = session
        self._runner = runner
        self._page = page
        self.dialog: ReasonDialog | None = None

    def ask(self, interaction_id: InteractionId) -> None:
        """Ask why an interaction is opened, in place of what is asked now."""
        if self.dialog is not None:
            self.dialog.reject()
        dialog = ReasonDialog(self._session, interaction_id, self._runner, self._page.window())
        dialog.accepted.connect(self.given)
        dialog.finished.connect(self._on_dialog_finished)
        self.dialog = dialog
        dialog.open()

    @Slot()
    def _on_dialog_finished(self) -> None:
        # It deletes itself.
        self.dialog = None


def _give(
    give: Callable[[InteractionId, str], None],
    interaction_id: InteractionId,
    reason: str,
    _progress: TaskProgress,
) -> None:
    give(interaction_id, reason)
