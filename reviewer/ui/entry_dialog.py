"""A window that asks for something and writes it to the store; what is wrong is told in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from typing_extensions import override

from reviewer.messages import explain, tr
from reviewer.ui.dialogs import Dialog
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from reviewer.errors import ReviewerError
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


class EntryDialog(Dialog):
    """Asks, writes in the background, and closes when it is written. Thread: main.

    Those who derive from it fill `body`, call `say_whether` when they have, and say by `work` what
    is written and by `reason_against` why it cannot be yet. Abstract by hand: the metaclass of
    Qt's classes does not go together with `ABCMeta`.

    Args:
        shell: What the program hands to every page.
        title: Translated.
        icon: Name of an icon.
        act: The verb on the button that writes, translated.

    Attributes:
        act: The button that writes.
    """

    def __init__(
        self, shell: Shell, title: str, icon: str, act: str, parent: QWidget | None
    ) -> None:
        super().__init__(title, icon=icon, parent=parent)
        self.shell = shell
        self._busy = False
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._told = Label("", "body", "fail", wraps=True)
        self._told.hide()
        self.foot.addWidget(self._told)
        self.cancel = self.add_button(tr("Cancel"), self.reject)
        self.cancel.setAutoDefault(True)
        self.act = self.add_button(act, self.go, kind="primary", icon="check")

    def work(self) -> Callable[[TaskProgress], object]:
        """Return what writes what was entered, with its `Changes`."""
        raise NotImplementedError

    def reason_against(self) -> str:
        """Return why it cannot be written yet, translated; "": it can."""
        return ""

    @Slot()
    def go(self) -> None:
        """Write it, if it can be."""
        if self._busy or self.reason_against():
            return
        self._busy = True
        self.say_whether()
        self.shell.runner.write(
            self.work(), then=self._on_written, failed=self._on_failed, parent=self
        )

    @Slot()
    def say_whether(self) -> None:
        """Show whether it can be written now."""
        reason = self.reason_against()
        self.act.setEnabled(not reason and not self._busy)
        self.act.setToolTip(reason)

    def _on_written(self, _value: object) -> None:
        self.accept()

    def _on_failed(self, error: ReviewerError) -> None:
        self._busy = False
        self._told.setText(explain(error))
        self._told.show()
        self.say_whether()
        self.adjustSize()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.cancel.hasFocus():
            self.go()
            return
        super().keyPressEvent(event)
