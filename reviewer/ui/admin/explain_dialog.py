"""Why users see an interaction or do not, for administrators."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from typing_extensions import override

from reviewer.messages import tr
from reviewer.models.links import parse_link
from reviewer.services.accounts import explanation_clauses
from reviewer.ui.asking import AskingDialog
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size
from reviewer.ui.widgets.cut_line import CutLine
from reviewer.ui.widgets.table import Column, Table, TableRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from reviewer.models.access import User
    from reviewer.models.explaining import Explanation
    from reviewer.storage.facets.people import People
    from reviewer.ui.tasks import TaskProgress, TaskRunner

_ROWS = 9


class ExplainDialog(AskingDialog):
    """Takes a GIID or a link, and says of each user whether they see it, and why."""

    def __init__(
        self,
        people: People,
        user: User | None,
        runner: TaskRunner,
        parent: QWidget | None = None,
        *,
        giid: str = "",
    ) -> None:
        """Make it; `user` is told of first, and of `giid` at once where one is given."""
        super().__init__(
            tr("Who sees an interaction, and why"),
            tr("Paste its GIID, or a link to it."),
            tr("Explain"),
            runner,
            icon="eye",
            give_up=tr("Close"),
            parent=parent,
        )
        self._people = people
        self._first = user
        self.edit = self.add_field(tr("GIID or link"), secret=False, above=False)
        self.table = Table()
        self.table.setAccessibleName(tr("Users"))
        self.table.set_high(theme().px((_ROWS + 1) * Size.ROW))
        self.table.show_columns(
            (Column(tr("Login"), 130), Column(tr("Sees it"), 80), Column(tr("Why")))
        )
        self._whole = CutLine(self.table)
        for part in (self.table, self._whole):
            part.hide()
            self.put(part)
        self.setMinimumWidth(theme().px(Size.DIALOG_CONSEQUENCES))
        self.edit.setFocus()
        if giid:
            self.edit.setText(giid)
            self.attempt()

    @override
    def wrong(self) -> str:
        if parse_link(self.edit.text()) is None:
            return tr("This is neither a GIID nor a link.")
        return ""

    @override
    def work(self) -> Callable[[TaskProgress], object]:
        link = parse_link(self.edit.text())
        return partial(_explain, self._people, str(link.giid) if link is not None else "")

    @override
    def taken(self, result: object) -> None:
        found = cast("tuple[Explanation, ...]", result)
        first = self._first.login if self._first is not None else ""
        ordered = sorted(found, key=lambda one: (one.user.login != first, not one.sees))
        rows = []
        for one in ordered:
            why = "; ".join(explanation_clauses(one))
            texts = (one.user.login, tr("yes") if one.sees else tr("no"), why)
            rows.append(TableRow(texts, one, muted=not one.sees, tip=why))
        self.table.show_rows(rows)
        for part in (self.table, self._whole):
            part.show()
        self.adjustSize()
        self.table.setFocus()


def _explain(people: People, giid: str, _progress: TaskProgress) -> tuple[Explanation, ...]:
    return people.explain(giid)
