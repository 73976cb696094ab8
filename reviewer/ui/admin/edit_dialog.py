"""The frame of a dialog that edits one thing of administration: fields, lists, Save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.asking import AskingDialog
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.errors import ReviewerError
    from reviewer.ui.tasks import TaskProgress, TaskRunner
    from reviewer.ui.widgets.search_edit import Edit


class EditDialog(AskingDialog):
    """Writes when Save is pressed; what cannot be saved is told in place. Thread: main."""

    def __init__(
        self,
        title: str,
        said: str,
        runner: TaskRunner,
        *,
        icon: str,
        act: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, said, act or tr("Save"), runner, icon=icon, parent=parent)
        self.said.setVisible(bool(said))
        self.setMinimumWidth(theme().px(Size.DIALOG + 4 * Space.XL))

    def add_row(self, *labelled: tuple[str, QWidget]) -> None:
        """Add widgets beside each other, each under its label."""
        row = QWidget()
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(Space.M)
        for label, widget in labelled:
            column = QVBoxLayout()
            column.setSpacing(Space.XS)
            column.addWidget(Label(label, "small", "text2"))
            column.addWidget(widget)
            across.addLayout(column, 1)
            widget.setAccessibleName(label)
        self.put(row)

    def text(self, label: str, text: str, *, needed: bool = False, secret: bool = False) -> Edit:
        """Return a field with a text, to be placed by `add_row`."""
        edit = self.make_field(label, secret=secret)
        edit.setText(text)
        if not needed:
            self.optional.append(edit)
        return edit

    def ready(self) -> None:
        """Be called when all fields are there."""
        self.act.setEnabled(self._complete())

    @override
    def begin(
        self,
        work: Callable[[TaskProgress], object],
        taken: Callable[[object], object],
        refused: Callable[[ReviewerError], object],
    ) -> None:
        self._runner.write(work, then=taken, failed=refused, parent=self)

    @override
    def taken(self, result: object) -> None:
        self.accept()
