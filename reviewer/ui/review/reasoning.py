"""Asking why something sensitive is opened; the answer goes into the audit log."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

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


def _give(
    give: Callable[[InteractionId, str], None],
    interaction_id: InteractionId,
    reason: str,
    _progress: TaskProgress,
) -> None:
    give(interaction_id, reason)
