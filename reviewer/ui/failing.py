"""Says in a window of its own why the program's window could not be opened.

Started from a desktop, nobody reads what is printed. Imported by `app`.
"""

from __future__ import annotations

from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QEventLoop, Qt

from reviewer.messages import explain, tr
from reviewer.ui.dialogs import Dialog
from reviewer.ui.interrupts import Interrupts
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from reviewer.errors import ReviewerError


class Choice(Enum):
    """What is to be done when the window could not be opened."""

    CLOSE = auto()
    AGAIN = auto()
    DEMO = auto()


class FailedDialog(Dialog):
    """Why, and how to go on; `choice` is what was chosen."""

    def __init__(self, error: ReviewerError, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("The window could not be opened"),
            icon="triangle-alert",
            role="warning",
            parent=parent,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        self.choice = Choice.CLOSE
        self.body.addWidget(Label(explain(error), "body", wraps=True))
        self.add_button(tr("Close"), self.close, focused=True)
        self.add_button(tr("Open the demo"), partial(self._on_chosen, Choice.DEMO))
        self.add_button(tr("Try again"), partial(self._on_chosen, Choice.AGAIN), icon="refresh-cw")
        self.fit()

    def _on_chosen(self, choice: Choice) -> None:
        self.choice = choice
        self.close()


def ask_how_to_go_on(app: QApplication, error: ReviewerError) -> Choice:
    """Show why the window could not be opened, until it is said how to go on.

    Thread: main, while no other window is there; runs the event loop.
    """
    # Not the application's own loop: what ends that one would end the program's window as well.
    waiting = QEventLoop()
    dialog = FailedDialog(error)
    interrupts = Interrupts(dialog)
    interrupts.requested.connect(dialog.close)
    dialog.finished.connect(waiting.quit)
    dialog.show()
    try:
        waiting.exec()
    finally:
        interrupts.close()
        choice = dialog.choice
        dialog.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return choice
