"""The columns of the results: which are shown, how the rows are ordered, what is remembered.

What the header, its menu, the chooser and the menu of orders ask for ends here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, Signal, Slot

from reviewer.messages import tr, translated
from reviewer.models.columns import columns_for
from reviewer.models.criteria.highlight import wanted_by
from reviewer.models.search import NEWEST_FIRST, Search, SortKey
from reviewer.ui.results.chooser import ColumnChooser
from reviewer.ui.results.keeper import ColumnKeeper
from reviewer.ui.results.layout import TableLayout
from reviewer.ui.results.order import resorted, sort_from_json
from reviewer.ui.search.channels import CHANNELS
from reviewer.ui.widgets.act_menu import ActMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from reviewer.models.columns import Column
    from reviewer.models.settings import Feature
    from reviewer.ui.results.header import ResultsHeader
    from reviewer.ui.results.view import ResultsView
    from reviewer.ui.results.wording import ResultsWording
    from reviewer.ui.settings import WindowSettings
    from reviewer.ui.widgets.buttons import Button


class ColumnDesk(QObject):
    """Keeps columns and order of a table, per user and channel. Thread: main."""

    # The rows are to be ordered otherwise: tuple[SortKey, ...].
    order_chosen = Signal(object)
    # Columns were shown or hidden.
    layout_applied = Signal()

    def __init__(
        self,
        view: ResultsView,
        header: ResultsHeader,
        button: Button,
        *,
        settings: WindowSettings,
        login: str,
        features: frozenset[Feature],
        parent: QWidget,
    ) -> None:
        """Take the table in hand.

        Args:
            view: The table.
            header: Its header.
            button: Opens the chooser; shows that it is open.
            settings: Where columns and order are remembered.
            login: Whose they are.
            features: Features of the store that are on.
            parent: The page.
        """
        super().__init__(parent)
        self._page = parent
        self._view = view
        self._header = header
        self._button = button
        self._settings = settings
        self._login = login
        self._features = features
        self._search = Search()
        self._custom: tuple[str, ...] = ()
        self._wording: ResultsWording | None = None
        self._keeper = ColumnKeeper(view, header, self)
        self.chooser = ColumnChooser(parent)
        header.sort_asked.connect(self._on_header_sort_asked)
        header.menu_asked.connect(self._on_header_menu_asked)
        self._keeper.layout_changed.connect(self._on_keeper_layout_changed)
        self.chooser.layout_chosen.connect(self.apply)
        self.chooser.reset_asked.connect(self.reset)
        self.chooser.closed.connect(self._on_chooser_closed)

    # --- what is shown

    @property
    def layout(self) -> TableLayout:
        """The columns as they are."""
        return self._keeper.layout

    def columns_of(self, search: Search) -> tuple[Column, ...]:
        """Return the columns that the results of a search have."""
        texts = bool(wanted_by(search.criteria))
        return columns_for(search.channel, self._custom, texts=texts, features=self._features)

    def take_fields(self, names: tuple[str, ...]) -> bool:
        """Learn which fields the centre has, each a column; return whether they are others."""
        changed = names != self._custom
        self._custom = names
        return changed

    def order_of(self, search: Search) -> tuple[SortKey, ...]:
        """Return the order to begin with: the one asked for, else the one used last."""
        if search.sort != NEWEST_FIRST:
            return search.sort
        sortable = {c.key for c in self.columns_of(search) if c.sortable}
        return sort_from_json(self._stored(search).get("sort"), sortable)

    def show(self, search: Search, wording: ResultsWording) -> None:
        """Show the columns of a search, which the model must have already."""
        self._search, self._wording = search, wording
        layout = self._first(search).from_json(self._stored(search).get("columns"))
        self._keeper.show(wording, layout)
        self._keeper.show_order(search.sort)
        self.layout_applied.emit()

    def show_order(self, search: Search) -> None:
        """Show that the same is ordered otherwise now, and remember it."""
        self._search = search
        self._keeper.show_order(search.sort)
        self._remember()

    def retranslate(self) -> None:
        """Fit the columns to the words of another language."""
        if self._wording is not None and self._wording.column_count:
            self._keeper.apply(self._keeper.layout)

    # --- what the user does

    @Slot(object)
    def apply(self, layout: TableLayout) -> None:
        """Show the columns otherwise, and remember it."""
        self._keeper.apply(layout)
        self._on_keeper_layout_changed(layout)

    @Slot()
    def reset(self) -> None:
        """Have columns, widths and order as at first."""
        self._settings.set_value(self._key(self._search), None)
        self.apply(self._first(self._search))
        if self._search.sort != NEWEST_FIRST:
            self.order_chosen.emit(NEWEST_FIRST)

    @Slot()
    def choose(self) -> None:
        """Open the chooser."""
        self._show_in_chooser()
        self._button.set_kind("soft")
        self.chooser.open_below(self._button)

    @Slot()
    def choose_order(self) -> None:
        """Open a menu of orders: what the header does for the mouse."""
        menu = ActMenu(self._page)
        self._add_orders(menu, tr("Order by"), extend=False)
        self._add_orders(menu, tr("Then by"), extend=True)
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self._header.mapToGlobal(QPoint(0, self._header.height())))

    # --- slots

    @Slot(int, bool)
    def _on_header_sort_asked(self, column: int, extend: bool) -> None:
        if self._wording is not None:
            self._sort(self._wording.columns[column].key, extend=extend)

    @Slot(object, int)
    def _on_header_menu_asked(self, at: QPoint, column: int) -> None:
        if self._wording is None:
            return
        menu = ActMenu(self._page)
        if 0 <= column < len(self._wording.columns):
            self._add_own(menu, self._wording.columns[column])
        titles = self._titles()
        for place in self._keeper.layout.places[1:]:
            turn = partial(self._turn_column, place.key)
            menu.add(titles[place.key], turn, checked=place.shown)
        menu.addSeparator()
        menu.add(tr("Reset"), self.reset, icon="undo-2")
        menu.popup(at)

    @Slot(object)
    def _on_keeper_layout_changed(self, layout: TableLayout) -> None:
        self._remember()
        if self.chooser.isVisible():
            self._show_in_chooser()
        self.layout_applied.emit()

    @Slot()
    def _on_chooser_closed(self) -> None:
        self._button.set_kind("ghost")

    # --- private

    def _turn_column(self, key: str) -> None:
        """Show a column that is hidden, hide one that is shown."""
        layout = self._keeper.layout
        self.apply(layout.with_shown(key, key not in layout.shown))

    def _sort(self, key: str, *, extend: bool) -> None:
        self.order_chosen.emit(resorted(self._search.sort, key, extend=extend))

    def _add_own(self, menu: ActMenu, column: Column) -> None:
        """Add what concerns the column whose title the menu was asked for on."""
        if column.sortable:
            up, down = SortKey(column.key), SortKey(column.key, descending=True)
            menu.add(tr("Ascending"), partial(self._order, up), icon="arrow-up")
            menu.add(tr("Descending"), partial(self._order, down), icon="arrow-down")
            if self._search.sort[0].column != column.key:
                menu.add(tr("As the second key"), partial(self._sort, column.key, extend=True))
        if not column.fixed:
            menu.add(tr("Hide this column"), partial(self._turn_column, column.key))
        menu.addSeparator()

    def _order(self, key: SortKey) -> None:
        self.order_chosen.emit((key,))

    def _add_orders(self, menu: ActMenu, title: str, *, extend: bool) -> None:
        """Add a submenu of the shown columns; the one in force is ticked and turns round."""
        submenu = menu.submenu(title)
        place = 1 if extend else 0
        now = self._search.sort[place].column if len(self._search.sort) > place else ""
        shown = set(self._keeper.layout.shown)
        for column in self._wording.columns if self._wording is not None else ():
            taken = extend and column.key == self._search.sort[0].column
            if column.sortable and not taken and column.key in shown:
                sort = partial(self._sort, column.key, extend=extend)
                submenu.add(column.title(), sort, checked=column.key == now)

    def _show_in_chooser(self) -> None:
        _, channel = CHANNELS[self._search.channel]
        self.chooser.show_layout(self._keeper.layout, self._titles(), translated(channel))

    def _titles(self) -> dict[str, str]:
        columns = self._wording.columns if self._wording is not None else ()
        return {column.key: column.title() for column in columns}

    # --- what is remembered

    def _key(self, search: Search) -> str:
        channel = search.channel.value if search.channel is not None else "all"
        return f"results/{self._login}/{channel}"

    def _stored(self, search: Search) -> dict[str, object]:
        stored = self._settings.value(self._key(search))
        return cast("dict[str, object]", stored) if isinstance(stored, dict) else {}

    def _first(self, search: Search) -> TableLayout:
        columns = self.columns_of(search)
        return TableLayout.at_first([(c.key, c.shown or c.fixed) for c in columns])

    def _remember(self) -> None:
        stored = self._stored(self._search).get("columns")
        self._settings.set_value(
            self._key(self._search),
            {
                "columns": self._keeper.layout.as_json(stored),
                "sort": [[key.column, key.descending] for key in self._search.sort],
            },
        )
