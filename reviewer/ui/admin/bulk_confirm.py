"""The last question before many are deleted: what exactly goes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot

from reviewer.messages import explain, ntr, tr
from reviewer.services.erase import weigh
from reviewer.ui.dialogs import Dialog
from reviewer.ui.erasing.consequences import ConsequencesPage
from reviewer.ui.erasing.request import EraseOrder
from reviewer.ui.erasing.running import needs_second
from reviewer.ui.review.scrolled import Yielding
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.states import ErrorPanel, RunningLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from reviewer.errors import ReviewerError
    from reviewer.models.erasure import What
    from reviewer.services.erase import Consequences
    from reviewer.storage.store import Session
    from reviewer.ui.erasing.request import EraseRequest
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


class BulkConfirm(Dialog):
    """Looks at what would go and says it; only its *Delete* deletes. Thread: main."""

    # It is to be deleted: EraseOrder. The dialog closes by itself.
    ordered = Signal(object)

    def __init__(
        self,
        shell: Shell,
        session: Session,
        request: EraseRequest,
        what: Sequence[What],
        reason: str,
        parent: QWidget | None = None,
    ) -> None:
        title = tr("Delete recordings for good?")
        super().__init__(title, icon="trash-2", role="fail", parent=parent)
        self._session = session
        self._request = request
        self._what = tuple(what)
        self._reason = reason.strip()
        self._told: Consequences | None = None
        self.consequences: ConsequencesPage | None = None
        self.about = Label("", "body", "text2", wraps=True)
        self._say_about(len(request.ids))
        self._error = ErrorPanel()
        self._running = RunningLine()
        for part in (self.about, self._error, self._running):
            self.body.addWidget(part)
        self.setMinimumWidth(theme().px(Size.DIALOG_CONSEQUENCES))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.cancel = self.add_button(tr("Cancel"), self.reject, focused=True)
        asks = needs_second(session, request.ids)
        if asks:
            second = tr("This needs a second person: it is asked for, and another user decides.")
            self.body.addWidget(Label(second, "body", "warning", weight=600, wraps=True))
        act = tr("Ask for the deletion") if asks else tr("Delete")
        self.act = self.add_button(act, self.go, kind="danger", icon="trash-2")
        self.act.setEnabled(False)
        self._running.set_running(True)
        shell.runner.read(
            partial(_weigh, session, request.ids, self._what),
            then=self._on_weighed,
            failed=self._on_failed,
            parent=self,
            title=tr("Looking at what would be deleted"),
        )

    def _say_about(self, n: int) -> None:
        """Say of how many something goes, and why."""
        concerned = ntr("{n} interaction is concerned.", "{n} interactions are concerned.", n)
        because = tr("Reason: {reason}.", reason=self._reason.rstrip("."))
        self.about.setText(f"{self._request.name}. {concerned} {because}")

    def _on_weighed(self, told: Consequences) -> None:
        self._running.set_running(False)
        self._told = told
        # What has nothing of the kind any more is not concerned.
        self._say_about(told.preview.interactions)
        choices = [
            choice
            for choice in self._request.choices(self._session.people.me)
            if set(choice.what) & set(self._what)
        ]
        zone = self._session.settings.zone
        self.consequences = ConsequencesPage(self._request, choices, told, zone)
        self.consequences.chosen.connect(self._say_whether)
        shown = Yielding(self.consequences)
        shown.setAccessibleName(tr("What will be lost"))
        self.body.addWidget(shown)
        self._say_whether()
        if not told.preview.losses:
            self._error.show_error(tr("Nothing of it is left that could be deleted."))
        self.cancel.setFocus(Qt.FocusReason.TabFocusReason)
        self.fit()

    @Slot()
    def _say_whether(self) -> None:
        if self._told is not None and self.consequences is not None:
            reason = self.consequences.reason_against
            self.act.setEnabled(bool(self._told.preview.losses) and not reason)
            self.act.setToolTip(reason)

    def _on_failed(self, error: ReviewerError) -> None:
        self._running.set_running(False)
        self._error.show_error(tr("That cannot be looked at"), explain(error))

    @Slot()
    def go(self) -> None:
        """Have it deleted."""
        if self._told is None or self.consequences is None:
            return
        preview = self._told.preview
        order = EraseOrder(
            ids=self._request.ids,
            what=self._what,
            reason=self._reason,
            shared=self.consequences.shared,
            expected={what: loss.interactions for what, loss in preview.losses.items()},
            total=preview.interactions,
        )
        self.accept()
        self.ordered.emit(order)


def _weigh(
    session: Session, ids: Sequence[int], what: Sequence[What], _progress: TaskProgress
) -> Consequences:
    return weigh(session, ids, what)
