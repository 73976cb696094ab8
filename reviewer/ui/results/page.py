"""The page of results: what was asked, the table, and where one stands in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import explain, format_count, ntr, tr, translated
from reviewer.models.columns import columns_for
from reviewer.models.criteria.sentence import sentence
from reviewer.models.search import NEWEST_FIRST, Count, Search, SortKey
from reviewer.ui.keys import shortcut_text
from reviewer.ui.page import Page
from reviewer.ui.results.acts import SPECS
from reviewer.ui.results.chooser import ColumnChooser
from reviewer.ui.results.frame import strip, top_aligned, with_key
from reviewer.ui.results.header import ResultsHeader
from reviewer.ui.results.keeper import ColumnKeeper
from reviewer.ui.results.layout import TableLayout
from reviewer.ui.results.loader import ResultsLoader
from reviewer.ui.results.model import ResultsModel
from reviewer.ui.results.order import resorted, sort_from_json
from reviewer.ui.results.recent import reaches_into_recent
from reviewer.ui.results.view import ResultsView
from reviewer.ui.results.wording import ResultsWording
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.search.channels import CHANNELS
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.frames import HLine
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.states import AttentionLine, EmptyState, ErrorPanel, RunningLine

if TYPE_CHECKING:
    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.models.columns import Column
    from reviewer.models.ids import InteractionId
    from reviewer.storage.store import Interactions, Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

# More GIIDs than this are no help on a clipboard.
_COPIED_AT_MOST = 1_000


class ResultsPage(Page):
    """Shows what a search found. Thread: main."""

    name = "results"
    crumb_parent = "search"

    def __init__(self, shell: Shell, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._session = session
        self._search = Search()
        self._count: tuple[Count, bool] | None = None
        self._custom_fields: tuple[str, ...] = ()
        self._wording = ResultsWording((), session.settings.zone)
        self.model = ResultsModel(self._wording, self)
        self._header = ResultsHeader({}, frozenset())
        self.view = ResultsView(self.model, self._header)
        self._keeper = ColumnKeeper(self.view, self._header, self)
        self._loader = ResultsLoader(shell.runner, session.interactions, self.model, self)
        self._chooser = ColumnChooser(self)
        self._build()
        self._connect()
        self._add_actions()
        self.retranslate()
        self._ask_fields()

    # --- building

    def _build(self) -> None:
        self._chip = Chip(icon="search", tint="accent")
        self._said = ElidedLabel(role="text2")
        self._edit = IconButton("pencil")
        self._attention = AttentionLine("clock")
        self._running = RunningLine()
        self._empty = EmptyState("search")
        self._error = ErrorPanel()
        self._stack = QStackedWidget()
        for widget in (self.view, self._empty, top_aligned(self._error)):
            self._stack.addWidget(widget)
        self._records = Label(step="strong")
        self._selected = Label(role="muted")
        self._hints = ElidedLabel(step="small", role="muted")
        self._hints.set_align(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._columns = Button(icon="columns-3", kind="ghost", panel=True)
        self.toolbar.add(self._columns)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self._said.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head = strip(Size.INTERACTION_HEADER, self._chip, self._said, self._edit)
        box.addWidget(head)
        box.addWidget(self._attention)
        box.addWidget(self._running)
        box.addWidget(self._stack, 1)
        box.addWidget(HLine())
        foot = strip(
            Size.PANEL_HEADER, self._records, self._selected, self._hints, ground="surface"
        )
        box.addWidget(foot)

    def _connect(self) -> None:
        self._edit.clicked.connect(self._on_edit_clicked)
        self._attention.acted.connect(self._on_refresh_asked)
        self._empty.acted.connect(self._on_edit_clicked)
        self._error.retried.connect(self._on_refresh_asked)
        self._loader.began.connect(self._on_loader_began)
        self._loader.counted.connect(self._on_loader_counted)
        self._loader.failed.connect(self._on_loader_failed)
        self.view.open_asked.connect(self._on_view_open_asked)
        self.view.parts_asked.connect(self._on_view_parts_asked)
        self.view.menu_asked.connect(self._on_view_menu_asked)
        self.view.view_changed.connect(self._show_status)
        self._header.sort_asked.connect(self._on_header_sort_asked)
        self._header.menu_asked.connect(self._on_header_menu_asked)
        self._keeper.layout_changed.connect(self._on_layout_changed)
        self._chooser.layout_chosen.connect(self._on_chooser_layout_chosen)
        self._chooser.reset_asked.connect(self._on_reset_asked)
        self._chooser.closed.connect(self._on_chooser_closed)
        self._shell.bus.changes_applied.connect(self._on_bus_changes_applied)

    def _add_actions(self) -> None:
        done = (
            self._on_act_choose_columns_triggered,
            self._on_act_copy_giid_triggered,
            self._on_refresh_asked,
        )
        for spec, triggered in zip(SPECS, done, strict=True):
            self._shell.actions.add(spec, self, triggered)
        self._shell.actions.bind(self._columns, SPECS[0].name, self)

    # --- page

    @override
    def title(self) -> str:
        return tr("Search results")

    @override
    def open(self, argument: object) -> None:
        if not isinstance(argument, Search):
            return
        _, sort = self._layout_of(argument, self._stored(argument))
        sort = sort if argument.sort == NEWEST_FIRST else argument.sort
        self._search = Search(argument.criteria, argument.channel, sort)
        self._count = None
        self._keeper.show(*self._restart())
        self._keeper.show_order(sort)
        self._stack.setCurrentWidget(self.view)
        self._show_question()
        self._show_status()

    @override
    def again(self) -> Search:
        return self._search

    @override
    def entered(self) -> None:
        self.view.scrollTo(self.view.currentIndex())
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def closing(self) -> None:
        self._loader.stop()

    @override
    def retranslate(self) -> None:
        self._columns.setText(tr("Columns"))
        self._edit.set_name(tr("Edit the criteria"))
        self.view.setAccessibleName(tr("Search results"))
        hints = (
            tr("{key} open", key=shortcut_text("Return")),
            tr("{key} parts", key="\u2192"),
        )
        self._hints.setText("   ".join(hints))
        self._empty.set_texts(
            tr("Nothing matches"),
            tr("Fewer or wider conditions find more."),
            tr("Edit the criteria"),
            "pencil",
        )
        self.model.retranslate(self._wording)
        if self._wording.column_count:
            self._keeper.apply(self._keeper.layout)
        self._show_question()
        self._show_status()
        self.title_changed.emit()

    def records_text(self) -> str:
        """Return what the status line says, such as `Records 1-18 of 248`."""
        return self._records.text()

    # --- slots: the table

    @Slot()
    def _on_loader_began(self) -> None:
        self._running.set_running(False)
        self._stack.setCurrentWidget(self.view if self.model.total else self._empty)
        if self.model.total:
            self.view.choose(0)

    @Slot(object, bool)
    def _on_loader_counted(self, count: Count, exact: bool) -> None:
        self._count = (count, exact)
        self._show_status()

    @Slot(object)
    def _on_loader_failed(self, error: ReviewerError) -> None:
        self._running.set_running(False)
        if self.model.total:
            self._shell.presenter.present(error, parent=self, retry=self._on_refresh_asked)
            return
        self._error.show_error(tr("The search could not be made"), explain(error), can_retry=True)
        self._stack.setCurrentIndex(2)

    @Slot(int, int)
    def _on_view_open_asked(self, position: int, _part: int) -> None:
        wanted = self.model.interaction_id(position)
        request = ReviewRequest(wanted, among=self.model.ids, shown=self._on_review_shown)
        self._shell.navigator.go("review", request)

    def _on_review_shown(self, interaction_id: InteractionId) -> None:
        """Stand on what the review shows, so that one comes back to what was seen last."""
        place = self.view.current_place()
        position = self.model.position_of(interaction_id)
        if position is not None and (place is None or place[0] != position):
            self.view.choose(position)

    @Slot(int, bool)
    def _on_view_parts_asked(self, position: int, shown: bool) -> None:
        if shown:
            self._loader.read_parts(position)
        else:
            self.model.close_parts(position)

    @Slot(object)
    def _on_view_menu_asked(self, at: QPoint) -> None:
        place = self.view.current_place()
        if place is None:
            return
        position, _ = place
        menu = self._menu()
        opens = menu.addAction(theme().icon("play"), with_key(tr("Open"), "Return"))
        opens.triggered.connect(self._on_menu_open_triggered)
        found = self.model.result(position)
        if found is not None and found.segment_count > 1:
            shown = self.model.is_open(position)
            text = tr("Hide the parts") if shown else tr("Show the parts")
            parts = menu.addAction(theme().icon("layers"), text)
            parts.triggered.connect(self._on_menu_parts_triggered)
        menu.addSeparator()
        copy = menu.addAction(theme().icon("copy"), with_key(tr("Copy GIID"), "Ctrl+C"))
        copy.triggered.connect(self._on_act_copy_giid_triggered)
        menu.popup(at)

    @Slot()
    def _on_menu_open_triggered(self) -> None:
        place = self.view.current_place()
        if place is not None:
            self._on_view_open_asked(*place)

    @Slot()
    def _on_menu_parts_triggered(self) -> None:
        place = self.view.current_place()
        if place is not None:
            self._on_view_parts_asked(place[0], not self.model.is_open(place[0]))

    @Slot()
    def _on_act_copy_giid_triggered(self) -> None:
        rows = (
            self.model.result(position)
            for position in self.view.selected_positions(_COPIED_AT_MOST)
        )
        giids = [row.giid for row in rows if row is not None]
        if not giids:
            return
        QGuiApplication.clipboard().setText("\n".join(giids))
        self._shell.notifier.notify(
            ntr("{n} GIID copied", "{n} GIIDs copied", len(giids)), icon="copy"
        )

    # --- slots: columns and order

    @Slot(int, bool)
    def _on_header_sort_asked(self, column: int, extend: bool) -> None:
        key = self._wording.columns[column].key
        sort = resorted(self._search.sort, key, extend=extend)
        self._search = Search(self._search.criteria, self._search.channel, sort)
        self._keeper.show_order(sort)
        self._remember()
        self._running.set_running(True)
        self._loader.start(self._search, self._wording, keep_rows=True)

    @Slot(object)
    def _on_header_menu_asked(self, at: QPoint) -> None:
        menu = self._menu()
        titles = self._titles()
        for place in self._keeper.layout.places[1:]:
            action = menu.addAction(titles[place.key])
            action.setCheckable(True)
            action.setChecked(place.shown)
            action.setData(place.key)
        menu.triggered.connect(self._on_header_menu_triggered)
        menu.addSeparator()
        menu.addAction(theme().icon("undo-2"), tr("Reset")).setData("")
        menu.popup(at)

    @Slot(object)
    def _on_header_menu_triggered(self, action: object) -> None:
        key = str(action.data())  # type: ignore[attr-defined]
        if not key:
            self._on_reset_asked()
            return
        shown = bool(action.isChecked())  # type: ignore[attr-defined]
        self._on_chooser_layout_chosen(self._keeper.layout.with_shown(key, shown))

    @Slot()
    def _on_act_choose_columns_triggered(self) -> None:
        self._chooser.show_layout(self._keeper.layout, self._titles())
        self._columns.set_kind("soft")
        self._chooser.open_below(self._columns)

    @Slot(object)
    def _on_chooser_layout_chosen(self, layout: TableLayout) -> None:
        self._keeper.apply(layout)
        self._on_layout_changed(layout)

    @Slot()
    def _on_chooser_closed(self) -> None:
        self._columns.set_kind("ghost")

    @Slot()
    def _on_reset_asked(self) -> None:
        self._on_chooser_layout_chosen(self._first_layout())
        if self._search.sort != NEWEST_FIRST:
            self._search = Search(self._search.criteria, self._search.channel)
            self._keeper.show_order(self._search.sort)
            self._loader.start(self._search, self._wording, keep_rows=True)
        self._remember()

    @Slot(object)
    def _on_layout_changed(self, layout: TableLayout) -> None:
        self._remember()
        if self._chooser.isVisible():
            self._chooser.show_layout(layout, self._titles())

    # --- slots: the rest

    @Slot()
    def _on_edit_clicked(self) -> None:
        self._shell.navigator.go("search")

    @Slot()
    def _on_refresh_asked(self) -> None:
        self._running.set_running(True)
        self._loader.start(self._search, self._wording, keep_rows=True)
        self._show_question()

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: object) -> None:
        if changes.interactions:
            self._ask_fields()
        self.model.refresh(changes.interactions, changes.recordings_of, changes.evaluations_of)

    def _on_custom_fields(self, names: tuple[str, ...]) -> None:
        if names == self._custom_fields:
            return
        self._custom_fields = names
        if self._wording.column_count:
            self._keeper.show(*self._restart())

    # --- private

    def _ask_fields(self) -> None:
        """Learn which fields the centre has: each is a column of its own."""
        fn = partial(_read_fields, self._session.interactions)
        self._shell.runner.read(fn, then=self._on_custom_fields, parent=self, generation="fields")

    def _columns_of(self, search: Search) -> tuple[Column, ...]:
        return columns_for(search.channel, self._custom_fields)

    def _restart(self) -> tuple[ResultsWording, TableLayout]:
        """Search anew with the columns as they are now."""
        layout, _ = self._layout_of(self._search, self._stored(self._search))
        self._wording = self._make_wording()
        self._loader.start(self._search, self._wording)
        self._running.set_running(True)
        return self._wording, layout

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _make_wording(self) -> ResultsWording:
        columns = self._columns_of(self._search)
        icon, _ = CHANNELS[self._search.channel]
        return ResultsWording(columns, self._session.settings.zone, icon)

    def _titles(self) -> dict[str, str]:
        return {column.key: column.title() for column in self._wording.columns}

    def _show_question(self) -> None:
        icon, title = CHANNELS[self._search.channel]
        self._chip.set_text(translated(title))
        self._chip.set_look("accent", icon)
        self._said.setText(sentence(self._search.criteria, channel=self._search.channel))
        if reaches_into_recent(self._search.criteria, self._session.settings.zone):
            self._attention.show_condition(
                tr(
                    "The period reaches into the last 30 minutes: data are still arriving, "
                    "collected every 15 minutes."
                ),
                tr("Refresh"),
                "refresh-cw",
            )
        else:
            self._attention.hide()

    @Slot()
    def _show_status(self) -> None:
        place = self.view.positions_in_view()
        if self._count is None:
            self._records.setText(tr("Searching"))
        elif place is None or not self.model.total:
            self._records.setText(tr("No records"))
        else:
            count, exact = self._count
            total = format_count(count.n) + ("" if exact or not count.capped else "+")
            self._records.setText(
                tr(
                    "Records {first}-{last} of {total}",
                    first=format_count(place[0] + 1),
                    last=format_count(place[1] + 1),
                    total=total,
                )
            )
        self._hints.setVisible(bool(self.model.total))
        selected = self.view.selected_count()
        self._selected.setText(ntr("{n} selected", "{n} selected", selected) if selected else "")

    # --- what is remembered

    def _key(self, search: Search) -> str:
        channel = search.channel.value if search.channel is not None else "all"
        return f"results/{self._session.people.me.login}/{channel}"

    def _stored(self, search: Search) -> dict[str, object]:
        stored = self._shell.settings.value(self._key(search))
        return cast("dict[str, object]", stored) if isinstance(stored, dict) else {}

    def _first_layout(self, search: Search | None = None) -> TableLayout:
        columns = self._columns_of(search or self._search)
        return TableLayout.at_first([(c.key, c.shown or c.fixed) for c in columns])

    def _layout_of(
        self, search: Search, stored: dict[str, object]
    ) -> tuple[TableLayout, tuple[SortKey, ...]]:
        layout = self._first_layout(search).from_json(stored.get("columns"))
        sortable = {c.key for c in self._columns_of(search) if c.sortable}
        return layout, sort_from_json(stored.get("sort"), sortable)

    def _remember(self) -> None:
        self._shell.settings.set_value(
            self._key(self._search),
            {
                "columns": self._keeper.layout.as_json(),
                "sort": [[key.column, key.descending] for key in self._search.sort],
            },
        )


def _read_fields(interactions: Interactions, _progress: TaskProgress) -> tuple[str, ...]:
    return interactions.custom_fields()


def make_page(shell: Shell, session: Session) -> ResultsPage:
    """Return the page of results."""
    return ResultsPage(shell, session)
