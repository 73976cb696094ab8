"""Setting and lifting legal holds: a reason is asked for, then it is done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from typing_extensions import override

from reviewer.errors import SecondPersonError
from reviewer.messages import explain, ntr, tr
from reviewer.models.erasure import MAX_REASON
from reviewer.models.requests import Guarded
from reviewer.ui.dialogs import Dialog
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.models.requests import Request
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


class HoldDialog(Dialog):
    """Asks why a hold is set or lifted, and does it. Thread: main.

    Args:
        shell: What the program hands to every page.
        session: Whose.
        ids: Of which interactions.
        name: What they are called, translated.
        lift: Whether holds are lifted.
        reason: Why they were set, where they are lifted.
    """

    def __init__(
        self,
        shell: Shell,
        session: Session,
        ids: Sequence[int],
        name: str,
        *,
        lift: bool = False,
        reason: str = "",
        parent: QWidget | None = None,
    ) -> None:
        title = tr("Lift the legal hold") if lift else tr("Set a legal hold")
        super().__init__(title, icon="lock", parent=parent)
        self._shell = shell
        self._session = session
        self._ids = tuple(ids)
        self._lift = lift
        said = (
            tr("Afterwards it can be deleted, and retention may expire it.")
            if lift
            else tr("While it lasts, neither deletion nor retention touches the content.")
        )
        self.body.addWidget(Label(name, "body", "text2", wraps=True))
        if reason:
            held = tr("Held, reason: {reason}", reason=reason)
            self.body.addWidget(Label(held, "body", wraps=True))
        self.body.addWidget(Label(said, "body", "text2", wraps=True))
        asks = lift and Guarded.LIFTING_HOLD in session.settings.second_person
        if asks:
            second = tr("This needs a second person: it is asked for, and another user decides.")
            self.body.addWidget(Label(second, "body", "warning", weight=600, wraps=True))
        self.reason = Edit(tr("Case, order, who asked for it"))
        self.reason.setMaxLength(MAX_REASON)
        self.reason.setAccessibleName(tr("Reason"))
        self.reason.textChanged.connect(self._say_whether)
        label = Label(tr("Reason"), "strong")
        label.setBuddy(self.reason)
        self.body.addWidget(label)
        self.body.addWidget(self.reason)
        self._told = Label("", "body", "fail", wraps=True)
        self._told.hide()
        self.body.addWidget(self._told)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.cancel = self.add_button(tr("Cancel"), self.reject)
        self.cancel.setAutoDefault(True)
        act = tr("Lift the hold") if lift else tr("Set the hold")
        act = tr("Ask for the lifting") if asks else act
        self.act = self.add_button(act, self.go, kind="primary", icon="lock")
        self.reason.setFocus()
        self._say_whether()

    @Slot()
    def go(self) -> None:
        """Do it; what is wrong is told here."""
        if not self.act.isEnabled():
            return
        self.act.setEnabled(False)
        self._shell.runner.write(
            partial(_set, self._session, self._ids, self.reason.text(), self._lift),
            then=self._on_done,
            failed=self._on_failed,
            parent=self,
        )

    def _on_done(self, done: tuple[Request | None, Changes]) -> None:
        n = len(self._ids)
        if done[0] is not None:
            asked = tr("Nothing was lifted yet: another user has to agree. The request is on the "
                       "page of legal holds.")  # fmt: skip
            self._shell.notifier.notify(asked, icon="users", stays=True)
            self.accept()
            return
        said = (
            ntr("The legal hold is lifted.", "{n} legal holds are lifted.", n)
            if self._lift
            else ntr("It is under a legal hold now.", "{n} are under a legal hold now.", n)
        )
        self._shell.notifier.notify(said, icon="lock")
        self.accept()

    def _on_failed(self, error: ReviewerError) -> None:
        self._told.setText(explain(error))
        self._told.show()
        self._say_whether()
        self.fit()

    @Slot()
    def _say_whether(self) -> None:
        reason = "" if self.reason.text().strip() else tr("Give a reason")
        self.act.setEnabled(not reason)
        self.act.setToolTip(reason)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.cancel.hasFocus():
            self.go()
            return
        super().keyPressEvent(event)


def _set(
    session: Session, ids: Sequence[int], reason: str, lift: bool, _progress: TaskProgress
) -> tuple[Request | None, Changes]:
    if not lift:
        return None, session.keeping.hold(ids, reason)
    try:
        return None, session.keeping.lift(ids, reason)
    except SecondPersonError:
        return session.requests.ask_lift(ids, reason)
