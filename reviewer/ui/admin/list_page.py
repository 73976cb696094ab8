"""The frame of a page that lists things of one kind: filter, acts on the chosen one, table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import tr
from reviewer.ui.actions import ActionSpec
from reviewer.ui.admin.form_page import FormPage
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.cut_line import CutLine
from reviewer.ui.widgets.flow import Flow
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.lent_focus import LentFocus
from reviewer.ui.widgets.search_edit import SearchEdit
from reviewer.ui.widgets.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.ui.tasks import TaskProgress
    from reviewer.ui.widgets.table import Column, TableRow

FILTER: Final = N_("Filter")


class ListPage(FormPage):
    """Reads all of them, filters them here, and acts on the one chosen. Thread: main.

    A kind of it says how to read (`work`), what to show (`columns`, `rows`), what can be done
    (`add_act`), and when it is impossible (`reason`).
    """

    fills = True

    @override
    def _made(self) -> Generator[None, None, None]:
        yield from super()._made()
        self.filter = SearchEdit(panel=True)
        self.count = Label("", "body", "muted")
        self.table = Table()
        yield
        self._buttons: dict[str, Button] = {}
        self._is_away = False
        self._row = QHBoxLayout()
        self._row.setSpacing(Space.S)
        self._row.addWidget(self.filter, 1)
        self.body.addLayout(self._row)
        # Lines of their own: in Russian they are wide.
        self._acts = Flow()
        self._focus = LentFocus(self, lambda: self.table)
        self.body.addWidget(self._acts)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(CutLine(self.table))
        self.body.addWidget(self.count)
        self.word(self.filter.setPlaceholderText, FILTER)
        self.word(self.filter.setAccessibleName, FILTER)
        self.word(self.table.setAccessibleName, self.title_id)
        self.filter.textChanged.connect(self.show_all)
        self.table.chosen.connect(self.say_whether)
        self.shell.bus.changes_applied.connect(self._on_bus_changes_applied)

    # --- what kinds of it say

    def work(self) -> Callable[[TaskProgress], object]:
        """Return what reads everything; it is called in a pool."""
        raise NotImplementedError

    def take(self, found: object) -> None:
        """Be handed what was read."""
        raise NotImplementedError

    def columns(self) -> Sequence[Column]:
        """Return the columns, translated."""
        raise NotImplementedError

    def rows(self) -> Sequence[TableRow]:
        """Return all rows."""
        raise NotImplementedError

    def counted(self, n: int) -> str:
        """Return how many are shown, in words."""
        raise NotImplementedError

    def reason(self, name: str, value: object) -> str:
        """Return why an act on the chosen one is impossible, "" if it is possible."""
        return ""

    def concerns(self, changes: Changes) -> bool:
        """Return whether a change concerns what is shown."""
        return bool(changes.users) or changes.settings

    # --- acts

    def add_act(
        self,
        name: str,
        title: str,
        icon: str,
        keys: tuple[str, ...],
        act: Callable[[], object],
        *,
        opens: bool = False,
    ) -> Button:
        """Add an act with its button.

        Args:
            name: Stable English name within the page.
            title: Message id.
            icon: Of the button.
            keys: Its shortcuts.
            act: Does it.
            opens: Whether Enter and a double click in the table do it as well.
        """
        key = f"{self.name}.{name}"
        family = key if opens else ""
        spec = ActionSpec(key, title, self.title_id, keys, icon, family=family)
        self.shell.actions.add(spec, self, act)
        if opens:
            self.table.opened.connect(act)
            # Named by F1; the table does it by itself.
            enter = replace(
                spec, name=f"{self.name}.open", shortcuts=("Return",), icon="", hidden=True
            )
            self.shell.actions.add(enter, self.table, self.table.open_current)
        button = Button("", icon, panel=True)
        self.word(button.setText, title)
        self.shell.actions.bind(button, spec.name, self)
        before = next(reversed(self._buttons.values()), self.filter)
        self._buttons[name] = button
        self._acts.add(button)
        # As they stand: filter, acts, table.
        QWidget.setTabOrder(before, button)
        QWidget.setTabOrder(button, self.table)
        return button

    @property
    def chosen(self) -> object:
        """What the row one stands on stands for, None without one."""
        row = self.table.current
        return row.value if row is not None else None

    @Slot()
    def say_whether(self) -> None:
        """Say for each act whether it is possible now."""
        value = self.chosen
        with self._focus.lending():
            for name in self._buttons:
                action = self.shell.actions.action(f"{self.name}.{name}", self)
                self.shell.actions.forbid(action, self.reason(name, value))
        self._focus.take_back()

    # --- what is shown

    def refresh(self) -> None:
        """Read everything anew."""
        self.shell.runner.read(
            self.work(),
            then=self._on_read,
            failed=self._on_failed,
            parent=self,
            generation=self.name,
        )

    def _on_read(self, found: object) -> None:
        self.error.hide()
        self._is_away = False
        self.take(found)
        self.show_all()

    def _on_failed(self, error: ReviewerError) -> None:
        self.show_error(tr("This cannot be read"), error)

    @Slot()
    def show_all(self) -> None:
        """Show what the filter lets through."""
        wanted = self.filter.text().strip().casefold()
        every = () if self._is_away else self.rows()
        rows = [row for row in every if wanted in " ".join(row.texts).casefold()]
        self.table.show_rows(rows)
        self.table.set_empty(tr("Nothing matches") if wanted else "")
        self.count.setText(self.counted(len(rows)))
        self.say_whether()

    def write(self, work: Callable[[TaskProgress], object]) -> None:
        """Do something to the store; what goes wrong is said in place."""
        self.shell.runner.write(work, then=self._on_written, failed=self._on_refused, parent=self)

    def _on_written(self, _result: object) -> None:
        self.error.hide()

    def _on_refused(self, error: ReviewerError) -> None:
        self.show_error(tr("That was not done"), error)

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: QObject | None) -> None:
        if self.concerns(changes) and self.isVisible():
            self.refresh()

    @override
    def put_away(self) -> None:
        super().put_away()
        self._is_away = True
        self.show_all()

    @override
    def entered(self) -> None:
        self.refresh()
        self.table.setFocus()

    @override
    def retranslate(self) -> None:
        super().retranslate()
        self.table.show_columns(self.columns())
        self.show_all()
