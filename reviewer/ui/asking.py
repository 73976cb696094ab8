"""Asking for what is secret: hidden as it is typed, tried in a pool, mended in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from reviewer.messages import explain, tr
from reviewer.ui.dialogs import Dialog
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QShowEvent

    from reviewer.errors import ReviewerError
    from reviewer.ui.tasks import TaskProgress, TaskRunner


class AskingDialog(Dialog):
    """Fields, a sentence about what was wrong, and one act. Thread: main.

    A kind of it says what to try (`work`) and what to do with what that gives (`taken`).
    """

    def __init__(
        self,
        title: str,
        said: str,
        act: str,
        runner: TaskRunner,
        *,
        icon: str = "lock",
        busy: str = "",
        give_up: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make it without fields.

        Args:
            title: The question.
            said: What is asked for, a sentence.
            act: The verb on the button.
            runner: Tries what was typed.
            icon: The sign.
            busy: What the button says meanwhile; "": as `act`.
            give_up: What the other button says; "": Cancel.
            parent: As every window.
        """
        super().__init__(title, icon=icon, parent=parent)
        self.fields: list[Edit] = []
        self.optional: list[Edit] = []
        self._runner = runner
        self._words = (act, busy or act)
        self._trying = False
        self.said = Label(said, "body", "text2", wraps=True)
        self.body.addWidget(self.said)
        self.told = Label("", "body", "fail", wraps=True)
        self.told.setVisible(False)
        self.body.addWidget(self.told)
        # Takes what room there is too much, which the title would otherwise.
        self.body.addStretch(1)
        self.cancel = self.add_button(give_up or tr("Cancel"), self.give_up)
        self.act = self.add_button(act, self.attempt, kind="primary", icon=icon)
        self.act.setEnabled(False)

    def add_field(self, label: str, *, secret: bool = True, above: bool = True) -> Edit:
        """Add a field; where it is not labelled `above`, the label stands in it while empty."""
        if above:
            self.put(Label(label, "small", "text2"))
        edit = self.make_field(label, secret=secret)
        edit.setPlaceholderText("" if above else label)
        self.put(edit)
        return edit

    def put(self, widget: QWidget) -> None:
        """Add a widget below what is there."""
        self.body.insertWidget(self.body.indexOf(self.told), widget)

    def make_field(self, label: str, *, secret: bool) -> Edit:
        """Return a field whose text is tried; the caller places it."""
        edit = Edit()
        edit.setAccessibleName(label)
        if secret:
            edit.setEchoMode(QLineEdit.EchoMode.Password)
            edit.setInputMethodHints(
                Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
            )
        edit.textEdited.connect(self._on_edited)
        self.fields.append(edit)
        self._complete()
        return edit

    # --- what kinds of it say

    def work(self) -> Callable[[TaskProgress], object]:
        """Return what tries the texts in the fields; it is called in a pool."""
        raise NotImplementedError

    def taken(self, result: object) -> None:
        """Be handed what `work` gave; the fields are empty by now."""
        raise NotImplementedError

    def wrong(self) -> str:
        """Return what can be said of the texts at once, "" for nothing."""
        return ""

    @Slot()
    def give_up(self) -> None:
        """Be told that the other button was pressed."""
        self.reject()

    def begin(
        self,
        work: Callable[[TaskProgress], object],
        taken: Callable[[object], object],
        refused: Callable[[ReviewerError], object],
    ) -> None:
        """Begin to try."""
        self._runner.read(work, then=taken, failed=refused, parent=self)

    # --- what happens

    @Slot()
    def attempt(self) -> None:
        """Try what was typed; what is wrong is told in place and can be mended."""
        if self._trying or not self._complete():
            return
        wrong = self.wrong()
        if wrong:
            self._tell(wrong)
            return
        self._tell("")
        self._set_trying(True)
        self.begin(self.work(), self._on_taken, self._on_refused)

    def _complete(self) -> bool:
        """Return whether nothing is missing; what is, the button says by its tooltip."""
        needed = [edit for edit in self.fields if edit not in self.optional]
        empty = ", ".join(edit.accessibleName() for edit in needed if not edit.text())
        self.act.setToolTip(tr("Still empty: {fields}", fields=empty) if empty else "")
        return not empty

    def _set_trying(self, trying: bool) -> None:
        self._trying = trying
        for edit in self.fields:
            edit.setEnabled(not trying)
        self.act.setEnabled(not trying and self._complete())
        self.act.setText(self._words[int(trying)])

    def _secret_fields(self) -> list[Edit]:
        return [e for e in self.fields if e.echoMode() is not QLineEdit.EchoMode.Normal]

    def _on_taken(self, result: object) -> None:
        self._set_trying(False)
        for edit in self._secret_fields():
            edit.clear()
        self.taken(result)

    def _on_refused(self, error: ReviewerError) -> None:
        self._set_trying(False)
        self._tell(explain(error))
        for edit in (self._secret_fields() or self.fields)[:1]:
            edit.setFocus()
            edit.selectAll()

    @Slot()
    def _on_edited(self) -> None:
        self.act.setEnabled(self._complete())
        self._tell("")

    def _tell(self, sentence: str) -> None:
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))
        for edit in self._secret_fields():
            edit.set_error(sentence)
        self.fit()

    # --- overrides

    @override
    def showEvent(self, event: QShowEvent) -> None:
        # The buttons were there first; they come after what is asked.
        for widget in self.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget not in (
                self.cancel,
                self.act,
            ):
                QWidget.setTabOrder(widget, self.cancel)
        QWidget.setTabOrder(self.cancel, self.act)
        super().showEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.cancel.hasFocus():
            needed = (edit for edit in self.fields if edit not in self.optional)
            empty = next((edit for edit in needed if not edit.text()), None)
            if empty is not None:
                empty.setFocus()
            else:
                self.attempt()
            return
        super().keyPressEvent(event)
