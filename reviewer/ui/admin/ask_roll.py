"""Asking for what needs a second person and takes nothing but a reason."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.admin.edit_dialog import EditDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


class AskDialog(EditDialog):
    """Takes the reason; another user decides. Thread: main."""

    def __init__(
        self,
        title: str,
        said: str,
        ask: Callable[[str], object],
        shell: Shell,
        *,
        icon: str,
        parent: QWidget | None = None,
    ) -> None:
        second = tr("This needs a second person: it is asked for, and another user decides.")
        said = "\n\n".join(part for part in (said, second) if part)
        super().__init__(title, said, shell.runner, icon=icon, act=tr("Ask for it"), parent=parent)
        self._ask = ask
        self.reason = self.add_field(tr("Reason"), secret=False)
        self.ready()
        self.reason.setFocus()

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        return partial(_ask, self._ask, self.reason.text())


def _ask(ask: Callable[[str], object], reason: str, _progress: TaskProgress) -> object:
    return ask(reason)
