"""Asks, in the dialog of the export, why sensitive interactions are exported; once for the lot."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from reviewer.messages import ntr, tr
from reviewer.models.audit import MAX_OPENING_REASON
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit


class ReasonPart(QWidget):
    """Unseen until it is known that a reason is asked for. Thread: main."""

    # The reason is another one by now.
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = Edit()
        self.edit.setMaxLength(MAX_OPENING_REASON)
        self.edit.setAccessibleName(tr("Reason"))
        self._said = Label("", "body", "text2", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        for part in (Label(tr("Why do you export them?"), "strong"), self._said, self.edit):
            column.addWidget(part)
        self.edit.textEdited.connect(self.edited)
        self.hide()

    @property
    def reason(self) -> str:
        """What was typed, trimmed."""
        return self.edit.text().strip()

    @property
    def is_missing(self) -> bool:
        """Whether a reason is asked for and was not typed yet."""
        return not self.isHidden() and not self.reason

    def ask(self, count: int) -> None:
        """Ask for the reason, for so many sensitive interactions."""
        many = ntr(
            "{n} of these interactions is sensitive.",
            "{n} of these interactions are sensitive.",
            count,
        )
        said = tr(
            "The reason goes into the audit log with your login, for each of them, and stays "
            "there, so write nothing that names the customer."
        )
        self._said.setText(f"{many} {said}")
        self.show()
        self.edit.setFocus()
