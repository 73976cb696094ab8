"""The two dialogs of deleting in one window: what and why, then what will be lost."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import explain, tr
from reviewer.services.erase import weigh
from reviewer.ui.dialogs import Dialog
from reviewer.ui.erasing.choosing import ChoosingPage
from reviewer.ui.erasing.consequences import ConsequencesPage
from reviewer.ui.erasing.request import EraseOrder
from reviewer.ui.erasing.running import needs_second
from reviewer.ui.review.scrolled import Yielding
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.states import ErrorPanel, RunningLine

if TYPE_CHECKING:
    from collections.abc import Collection

    from PySide6.QtGui import QKeyEvent

    from reviewer.errors import ReviewerError
    from reviewer.models.erasure import What
    from reviewer.services.erase import Consequences
    from reviewer.storage.store import Session
    from reviewer.ui.erasing.request import EraseRequest
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


class EraseDialog(Dialog):
    """Asks what is to be deleted and why, then says what will be lost. Thread: main."""

    # It is to be deleted: EraseOrder. The dialog closes by itself.
    ordered = Signal(object)

    def __init__(
        self, shell: Shell, session: Session, request: EraseRequest, parent: QWidget | None = None
    ) -> None:
        super().__init__("", icon="trash-2", role="fail", parent=parent)
        self._shell = shell
        self._session = session
        self._request = request
        self._choices = request.choices(session.people.me)
        self._told: Consequences | None = None
        self._asking = False
        self._step = Label("", "body", "muted")
        self.head.addWidget(self._step, 0, Qt.AlignmentFlag.AlignTop)
        self._about = Label("", "body", "text2", wraps=True)
        self.choosing = ChoosingPage(self._choices)
        self.consequences: ConsequencesPage | None = None
        self._shown: Yielding | None = None
        self._error = ErrorPanel()
        self._running = RunningLine()
        self._second = QWidget()
        self._holder = QVBoxLayout(self._second)
        self._holder.setContentsMargins(0, 0, 0, 0)
        self._second.hide()
        for part in (self._about, self.choosing, self._second, self._error, self._running):
            self.body.addWidget(part)
        self.setMinimumWidth(theme().px(Size.DIALOG_CONSEQUENCES))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.back = self.add_button(
            tr("Back"), self._on_back_clicked, kind="ghost", icon="arrow-left", left=True
        )
        self.cancel = self.add_button(tr("Cancel"), self.reject)
        asks = needs_second(session, request.ids)
        act = tr("Ask for the deletion") if asks else tr("Delete")
        self.act = self.add_button(act, self.go_on, kind="danger", icon="trash-2")
        for button in (self.back, self.cancel):
            button.setAutoDefault(True)
        self.choosing.changed.connect(self._say_whether)
        self._error.retried.connect(self._look)
        self._show_first()
        self._look()

    # --- the first page

    def _show_first(self) -> None:
        self._second.hide()
        self.choosing.show()
        self.back.hide()
        title = tr("Delete the following recordings")
        self.heading.setText(title)
        self.setWindowTitle(title)
        self._step.setText(tr("Step {n} of {all}", n=1, all=2))
        self._about.setText(self._request.name)
        self.choosing.reason.setFocus()
        self._say_whether()
        self.fit()

    @Slot()
    def _look(self) -> None:
        """Look what there is of everything that is offered."""
        offered = {what for choice in self._choices for what in choice.what}
        self._ask(offered)

    def _ask(self, what: Collection[What]) -> None:
        self._asking = True
        self._error.hide()
        self._running.set_running(True)
        self._say_whether()
        self._shell.runner.read(
            partial(_weigh, self._session, self._request, tuple(what)),
            then=self._on_weighed,
            failed=self._on_failed,
            parent=self,
            generation="weigh",
            title=tr("Looking at what would be deleted"),
        )

    def _on_weighed(self, told: Consequences) -> None:
        first = self._told is None
        self._told = told
        self._end_asking()
        if first:
            self.choosing.show_found(told.preview, alone=self._request.alone)
            self.fit()
        else:
            self._show_second(told)

    def _on_failed(self, error: ReviewerError) -> None:
        self._end_asking()
        self._error.show_error(
            tr("That cannot be looked at"), explain(error), can_retry=self._told is None
        )
        self.fit()

    def _end_asking(self) -> None:
        self._asking = False
        self._running.set_running(False)
        self._say_whether()

    # --- the second page

    def _show_second(self, told: Consequences) -> None:
        if self._shown is not None:
            self._shown.hide()
            self._shown.deleteLater()
        chosen = set(self.choosing.what)
        choices = [one for one in self._choices if chosen & set(one.what)]
        zone = self._session.settings.zone
        self.consequences = ConsequencesPage(self._request, choices, told, zone)
        self.consequences.chosen.connect(self._say_whether)
        self._shown = Yielding(self.consequences)
        self._shown.setAccessibleName(tr("What will be lost"))
        self._holder.addWidget(self._shown)
        self.choosing.hide()
        self._second.show()
        self.back.show()
        title = tr("Delete recordings for good?")
        self.heading.setText(title)
        self.setWindowTitle(title)
        self._step.setText(tr("Step {n} of {all}", n=2, all=2))
        reason = tr("Reason: {reason}.", reason=self.choosing.reason.text().strip().rstrip("."))
        self._about.setText(f"{self._request.name}. {reason}")
        self.cancel.setFocus(Qt.FocusReason.TabFocusReason)
        self._order_tabs()
        self._say_whether()
        self.fit()

    def _order_tabs(self) -> None:
        page = self.consequences
        if page is None:
            return
        order: list[QWidget] = [self.back, self.cancel, self.act]
        if page.asks:
            order[:0] = [page.cut.button, page.whole.button]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    @property
    def at_second(self) -> bool:
        """Whether the page that says what will be lost is seen."""
        return not self._second.isHidden()

    @Slot()
    def _on_back_clicked(self) -> None:
        self._show_first()

    # --- going on

    @Slot()
    def go_on(self) -> None:
        """From the first page to the second; from the second: delete."""
        if self._reason_against():
            return
        if not self.at_second:
            self._ask(self.choosing.what)
            return
        if self._told is None or self.consequences is None:
            return
        expected = {what: loss.interactions for what, loss in self._told.preview.losses.items()}
        order = EraseOrder(
            ids=self._request.ids,
            what=self.choosing.what,
            reason=self.choosing.reason.text().strip(),
            shared=self.consequences.shared,
            expected=expected,
            total=self._told.preview.interactions,
            letter=self._request.letter,
        )
        self.accept()
        self.ordered.emit(order)

    def _reason_against(self) -> str:
        if self._asking or self._told is None:
            return tr("It is being looked at")
        if not self._told.preview.losses:
            return tr("Nothing of it is left that could be deleted.")
        if self.at_second and self.consequences is not None:
            return self.consequences.reason_against
        return self.choosing.reason_against()

    @Slot()
    def _say_whether(self) -> None:
        reason = self._reason_against()
        self.act.setEnabled(not reason)
        self.act.setToolTip(reason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in the reason leads on; on the second page only a focused button acts.
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not self.at_second and self.choosing.reason.hasFocus():
            self.go_on()
            return
        super().keyPressEvent(event)


def _weigh(
    session: Session, request: EraseRequest, what: Collection[What], _progress: TaskProgress
) -> Consequences:
    return weigh(session, list(request.ids), what, request.letter)
