"""The evaluation categories: named, ordered, added and removed in place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.errors import N_
from reviewer.messages import tr
from reviewer.models.scoring import MAX_CATEGORIES
from reviewer.ui.actions import ActionSpec
from reviewer.ui.admin.category_edits import (
    Names,
    Written,
    inserted,
    moved,
    names_of,
    removed,
    renamed,
    write_names,
)
from reviewer.ui.admin.category_row import CategoryRow
from reviewer.ui.page import Page
from reviewer.ui.review.scrolled import Scrolled
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.turns import Turns
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.frames import Card
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from reviewer.models.changes import Changes
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell

_WIDTH_PX: Final = 720
_GROUP = N_("Evaluation categories")


class CategoriesPage(Page):
    """Shows the categories; every edit is saved at once. Thread: main."""

    name = "categories"

    def __init__(
        self,
        shell: Shell,
        session: Session,
        parent: QWidget | None = None,
        *,
        in_turns: bool = False,
    ) -> None:
        """Make the page; `in_turns`: `making` is left to the caller."""
        super().__init__(parent)
        self._shell = shell
        self._session = session
        self._known = False
        self.rows: list[CategoryRow] = []
        self._filling = Turns(self)
        self.make(self._made(), in_turns=in_turns)

    def _made(self) -> Generator[None, None, None]:
        self._heading = Label("", "title")
        self._hint = Label("", "body", "text2", wraps=True)
        self._nothing = Label("", "body", "muted")
        self._nothing.setContentsMargins(Space.L, Space.S, Space.L, Space.S)
        self._nothing.hide()
        self.add_button = Button("", "plus")
        self._count = Label("", "small", "muted")
        self._list = QVBoxLayout()
        yield
        self._lay_out()
        yield
        self._add_actions()
        yield
        self._shell.bus.changes_applied.connect(self._on_bus_changes_applied)
        self.retranslate()
        self._refresh()

    def _lay_out(self) -> None:
        card = Card()
        self._list.setContentsMargins(0, Space.XS, 0, Space.XS)
        self._list.setSpacing(0)
        card.setLayout(self._list)
        self._list.addWidget(self._nothing)
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        foot.addWidget(self.add_button)
        foot.addWidget(self._count)
        foot.addStretch(1)
        column = QWidget()
        column.setMaximumWidth(theme().px(_WIDTH_PX))
        inner = QVBoxLayout(column)
        inner.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        inner.setSpacing(Space.M)
        inner.addWidget(self._heading)
        inner.addWidget(self._hint)
        inner.addWidget(card)
        inner.addLayout(foot)
        inner.addStretch(1)
        body = QWidget()
        across = QHBoxLayout(body)
        across.setContentsMargins(0, 0, 0, 0)
        across.addWidget(column, 1)
        across.addStretch()
        scroll = Scrolled()
        scroll.set_content(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def _add_actions(self) -> None:
        def add(
            name: str, title: str, shortcuts: tuple[str, ...], fn: Callable[[], object]
        ) -> None:
            # The arrows would scroll otherwise.
            eager = name in {"next", "previous"}
            spec = ActionSpec(f"categories.{name}", title, _GROUP, shortcuts, eager=eager)
            self._shell.actions.add(spec, self, fn)

        add("add", N_("Add a category"), ("Insert",), self.add_category)
        add("rename", N_("Rename the category"), ("F2", "Return", "Enter"), self._on_act_rename)
        add("remove", N_("Remove the category"), ("Delete",), self._on_act_remove)
        add("next", N_("Next category"), ("Down",), self._on_act_next)
        add("previous", N_("Previous category"), ("Up",), self._on_act_previous)
        add("up", N_("Move the category up"), ("Alt+Up",), self._on_act_up)
        add("down", N_("Move the category down"), ("Alt+Down",), self._on_act_down)
        self._shell.actions.bind(self.add_button, "categories.add", self)

    # --- what is shown

    @property
    @override
    def settled(self) -> bool:
        return super().settled and not self._filling.busy

    @property
    def names(self) -> Names:
        """The names of the rows in their order; a new one is empty until it is saved."""
        return tuple(row.name for row in self.rows)

    def show_names(self, names: Sequence[str]) -> None:
        """Show other names; what is being typed stays, as long as its category is there."""
        self._filling.stop()
        self._show(names, {})

    def _on_names_read(self, names: Sequence[str]) -> None:
        self._filling.start(self._filled(names))

    def _filled(self, names: Sequence[str]) -> Generator[None, None, None]:
        """Show names that were read; the rows of new ones are made in turns."""
        there = {row.name for row in self.rows}
        made: dict[str, CategoryRow] = {}
        for name in names:
            if name not in there:
                made[name] = self._make_row(name)
                yield
        self._show(names, made)

    def _show(self, names: Sequence[str], made: Mapping[str, CategoryRow]) -> None:
        first, self._known = not self._known, True
        at = next((n for n, row in enumerate(self.rows) if row.hasFocus()), -1)
        drafts = [row for row in self.rows if not row.name]
        kept = {row.name: row for row in self.rows if row.name}
        ready = {**made, **kept}
        self.rows = [ready[name] if name in ready else self._make_row(name) for name in names]
        self.rows += drafts
        gone = tuple(row for name, row in kept.items() if name not in names)
        for position, row in enumerate(self.rows):
            self._list.removeWidget(row)
            self._place(position, row)
        self._arrange()
        if any(row.hasFocus() for row in gone):
            self._focus_at(at)
        for row in gone:
            self._discard(row)
        if first and self.isVisible():
            self.entered()

    def _focus_at(self, at: int) -> None:
        target = self.rows[min(at, len(self.rows) - 1)] if self.rows else self.add_button
        target.setFocus()

    def _make_row(self, name: str = "") -> CategoryRow:
        row = CategoryRow(name)
        row.name_entered.connect(partial(self._save_name, row))
        row.dropped.connect(partial(self._drop, row))
        row.remove_asked.connect(partial(self._remove, row))
        row.move_asked.connect(partial(self._move, row))
        return row

    def _place(self, position: int, row: CategoryRow) -> None:
        self._list.insertWidget(position, row)
        # A layout shows it later only; what is not seen takes no keyboard.
        row.show()

    def _arrange(self) -> None:
        count = len(self.rows)
        before: QWidget | None = None
        for number, row in enumerate(self.rows, 1):
            row.set_number(number, count)
            for widget in (row, row.edit):
                if before is not None:
                    QWidget.setTabOrder(before, widget)
                before = widget
        if before is not None:
            QWidget.setTabOrder(before, self.add_button)
        self._nothing.setVisible(self._known and not self.rows)
        self._shell.actions.action("categories.add", self).setEnabled(count < MAX_CATEGORIES)
        self._word_count()

    def _discard(self, row: CategoryRow) -> None:
        # It loses the keyboard now, which is no wish of the user's.
        row.blockSignals(True)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _word_count(self) -> None:
        self._count.setText(tr("{number} of {most}", number=len(self.rows), most=MAX_CATEGORIES))

    # --- edits

    @Slot()
    def add_category(self) -> None:
        """Begin a new row at the end, or go on with the one begun."""
        if not self.rows or self.rows[-1].name:
            row = self._make_row()
            self._place(len(self.rows), row)
            self.rows.append(row)
            self._arrange()
        self.rows[-1].begin()

    def _save_name(self, row: CategoryRow, typed: str) -> None:
        at = self.rows.index(row)
        edit = partial(renamed, row.name, typed) if row.name else partial(inserted, at, typed)
        # The row hears of it, and the list is read again by what the bus says.
        self._shell.runner.write(
            partial(write_names, self._session.evaluations, edit),
            then=row.accept,
            failed=row.refuse,
            parent=row,
            initiator=self,
        )

    def _write(
        self,
        edit: Callable[[Names], Sequence[str]],
        then: Callable[[Written], object] | None = None,
    ) -> None:
        work = partial(write_names, self._session.evaluations, edit)
        self._shell.runner.write(work, then=then or self._on_written, parent=self)

    def _drop(self, row: CategoryRow) -> None:
        at = self.rows.index(row)
        focused = row.edit.hasFocus()
        row.blockSignals(True)
        self.rows.remove(row)
        self._arrange()
        if focused:
            self._focus_at(at)
        self._discard(row)

    def _remove(self, row: CategoryRow) -> None:
        self._write(partial(removed, row.name), self._on_removed)

    def _move(self, row: CategoryRow, step: int) -> None:
        if row.name:
            self._write(partial(moved, row.name, step))

    def _restore(self, at: int, name: str) -> None:
        self._write(partial(inserted, at, name))

    def _on_written(self, written: Written) -> None:
        self.show_names(written.names)

    def _on_removed(self, written: Written) -> None:
        self.show_names(written.names)
        gone = next((name for name in written.before if name not in written.names), None)
        if gone is None:
            return
        undo = partial(self._restore, written.before.index(gone), gone)
        text = tr("Category removed: {name}", name=gone)
        self._shell.notifier.notify(text, icon="trash-2", action=(tr("Undo"), undo))

    # --- actions

    def _focused(self) -> CategoryRow | None:
        return next((row for row in self.rows if row.hasFocus()), None)

    def _step(self, step: int) -> None:
        row = self._focused()
        if row is not None:
            at = min(max(self.rows.index(row) + step, 0), len(self.rows) - 1)
            target = self.rows[at]
            if target.editing:
                target.begin()
            else:
                target.setFocus()

    def _on_act_rename(self) -> None:
        row = self._focused()
        if row is not None:
            row.begin()
        elif self.add_button.hasFocus():
            self.add_category()

    def _on_act_remove(self) -> None:
        row = self._focused()
        if row is not None:
            self._remove(row)

    def _on_act_next(self) -> None:
        self._step(1)

    def _on_act_previous(self) -> None:
        self._step(-1)

    def _on_act_up(self) -> None:
        row = self._focused()
        if row is not None:
            self._move(row, -1)

    def _on_act_down(self) -> None:
        row = self._focused()
        if row is not None:
            self._move(row, 1)

    # --- the store

    def _refresh(self) -> None:
        self._shell.runner.read(
            partial(names_of, self._session.evaluations),
            then=self._on_names_read,
            parent=self,
            generation="categories",
        )

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: QObject | None) -> None:
        if changes.categories:
            self._refresh()

    # --- overrides

    @override
    def title(self) -> str:
        return tr("Evaluation categories")

    @override
    def entered(self) -> None:
        if not any(row.hasFocus() or row.edit.hasFocus() for row in self.rows):
            self._focus_at(0)

    @override
    def retranslate(self) -> None:
        self._heading.setText(tr("Evaluation categories"))
        self._hint.setText(
            tr(
                "Each is scored from 1 to 9. What you change here is saved at once. "
                "Scores given earlier stay under the name they were given with."
            )
        )
        self._nothing.setText(tr("There are no categories"))
        self.add_button.setText(tr("Add category"))
        self._word_count()
        for row in self.rows:
            row.retranslate()
