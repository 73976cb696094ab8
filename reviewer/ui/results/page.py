"""The page of results: what was asked, the table, and where one stands in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import explain, format_count, ntr, tr, translated
from reviewer.models.columns import SNIPPET
from reviewer.models.criteria.sentence import sentence
from reviewer.models.search import Count, Search, SortKey
from reviewer.ui.actions import tooltip
from reviewer.ui.keys import shortcut_text
from reviewer.ui.page import Page
from reviewer.ui.results import acts
from reviewer.ui.results.deeds import RowDeeds
from reviewer.ui.results.desk import ColumnDesk
from reviewer.ui.results.erasing import Erasing
from reviewer.ui.results.exporting import Exporting
from reviewer.ui.results.frame import strip, top_aligned
from reviewer.ui.results.header import ResultsHeader
from reviewer.ui.results.loader import ResultsLoader
from reviewer.ui.results.model import ResultsModel
from reviewer.ui.results.recent import reaches_into_recent
from reviewer.ui.results.view import ResultsView
from reviewer.ui.results.wording import ResultsWording
from reviewer.ui.search.channels import CHANNELS
from reviewer.ui.theme.tokens import Size
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.frames import HLine
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.states import AttentionLine, EmptyState, ErrorPanel, RunningLine
from reviewer.ui.widgets.watermark_veil import WatermarkVeil

if TYPE_CHECKING:
    from collections.abc import Generator

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress


class ResultsPage(Page):
    """Shows what a search found. Thread: main."""

    name = "results"
    crumb_parent = "search"

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
        self._search = Search()
        self._count: tuple[Count, bool] | None = None
        self._wording = ResultsWording((), session.settings.zone)
        self.make(self._made(), in_turns=in_turns)

    # --- building

    def _made(self) -> Generator[None, None, None]:
        shell, session = self._shell, self._session
        self.model = ResultsModel(self._wording, self)
        header = ResultsHeader({}, frozenset())
        yield
        self.view = ResultsView(self.model, header)
        self.veil = WatermarkVeil(self.view)
        yield
        self._loader = ResultsLoader(shell.runner, session.interactions, self.model, self)
        yield from self._built()
        self.desk = ColumnDesk(
            self.view,
            header,
            self._columns,
            settings=shell.settings,
            login=session.people.me.login,
            features=session.settings.features,
            parent=self,
        )
        yield
        self.deeds = RowDeeds(shell, session, self.view, self.model, self._loader, self)
        self.exporting = Exporting(shell, session, self.view, self._loader, self.desk, self)
        self.exporting.offer_in(self.deeds, self._export)
        self.erasing = Erasing(shell, session, self.view, self)
        self.erasing.offer_in(self.deeds)
        yield
        self._connect()
        self._add_actions()
        yield
        self.retranslate()
        self._ask_fields()

    def _built(self) -> Generator[None, None, None]:
        self._chip = Chip(icon="search", tint="accent")
        self._said = ElidedLabel(role="text2")
        self._edit = IconButton("pencil")
        self._attention = AttentionLine("clock")
        self._running = RunningLine()
        yield
        self._empty = EmptyState("search")
        self._error = ErrorPanel()
        self._stack = QStackedWidget()
        for widget in (self.view, self._empty, top_aligned(self._error)):
            self._stack.addWidget(widget)
        yield
        self._records = Label(step="strong")
        self._selected = Label(role="muted")
        self._hints = ElidedLabel(step="small", role="muted")
        self._hints.set_align(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._export = Button(icon="folder-output", kind="ghost", panel=True)
        self.toolbar.add(self._export)
        self._columns = Button(icon="columns-3", kind="ghost", panel=True)
        self.toolbar.add(self._columns)
        yield
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        # Of the two only what is said may be cut.
        self._chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._said.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        head = strip(Size.INTERACTION_HEADER, self._chip, self._said, self._edit)
        box.addWidget(head)
        self.areas = (head, self._attention, self._stack)
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
        self.view.view_changed.connect(self._show_status)
        self.desk.order_chosen.connect(self._on_desk_order_chosen)
        self.desk.layout_applied.connect(self._on_desk_layout_applied)
        self._shell.bus.changes_applied.connect(self._on_bus_changes_applied)

    def _add_actions(self) -> None:
        add = self._shell.actions.add
        add(acts.COLUMNS, self, self.desk.choose)
        add(acts.ORDER, self, self.desk.choose_order)
        add(acts.REFRESH, self, self._on_refresh_asked)
        self._shell.actions.bind(self._columns, acts.COLUMNS.name, self)

    # --- page

    @override
    def title(self) -> str:
        return tr("Search results")

    @property
    @override
    def settled(self) -> bool:
        return super().settled and self.view.settled and self._loader.settled

    @override
    def open(self, argument: object) -> None:
        if not isinstance(argument, Search):
            return
        sort = self.desk.order_of(argument)
        self._search = Search(argument.criteria, argument.channel, sort)
        self._count = None
        self._restart()
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
        self._export.setText(tr("Export"))
        self._columns.setText(tr("Columns"))
        self._edit.set_name(tr("Edit the criteria"))
        self.view.setAccessibleName(tr("Search results"))
        hints = (
            tr("{key} open", key=shortcut_text("Return")),
            tr("{key} segments", key="\u2192"),
            *([tr("{key} evaluate next", key="E")] if self.deeds.can_evaluate else []),
        )
        self._hints.setText("   ".join(hints))
        self._empty.set_texts(
            tr("Nothing matches"),
            tr("Fewer or wider conditions find more."),
            tr("Edit the criteria"),
            "pencil",
        )
        self.model.retranslate(self._wording)
        self.desk.retranslate()
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

    # --- slots: columns and order

    @Slot(object)
    def _on_desk_order_chosen(self, sort: tuple[SortKey, ...]) -> None:
        self._search = Search(self._search.criteria, self._search.channel, sort)
        self.desk.show_order(self._search)
        self._running.set_running(True)
        self._loader.start(self._search, self._wording, keep_rows=True)

    @Slot()
    def _on_desk_layout_applied(self) -> None:
        self._loader.show_snippets(self._shows_snippets)
        self._name_viewer()

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
        if self._session.people.me.id in changes.users:
            self._name_viewer()
            if self.model.total:
                self._on_refresh_asked()
        if changes.interactions:
            self._ask_fields()
        self.model.refresh(changes.interactions, changes.recordings_of, changes.evaluations_of)

    def _on_custom_fields(self, names: tuple[str, ...]) -> None:
        if self.desk.take_fields(names) and self._wording.column_count:
            self._restart()

    # --- private

    @property
    def _shows_snippets(self) -> bool:
        return SNIPPET.key in self.desk.layout.shown

    def _name_viewer(self) -> None:
        """Have it written who looks: what was said is read in these lines as in a review."""
        if self._shows_snippets:
            self.veil.name_viewer(self._session.people.me, self._session.settings.zone)
        else:
            self.veil.name_nobody()

    def _ask_fields(self) -> None:
        """Learn which fields the centre has: each is a column of its own."""
        fn = partial(_read_fields, self._session.interactions)
        self._shell.runner.read(fn, then=self._on_custom_fields, parent=self, generation="fields")

    def _restart(self) -> None:
        """Search anew with the columns as they are now."""
        icon, _ = CHANNELS[self._search.channel]
        columns = self.desk.columns_of(self._search)
        settings = self._session.settings
        may = self._session.people.me.sees_restricted_criteria
        self._wording = ResultsWording(
            columns, settings.zone, icon, settings.features, cases_lead=may
        )
        self._loader.start(self._search, self._wording)
        self._running.set_running(True)
        self.desk.show(self._search, self._wording)

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
            self._attention.button.setToolTip(tooltip(tr("Refresh"), *acts.REFRESH.shortcuts))
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


def _read_fields(interactions: Interactions, _progress: TaskProgress) -> tuple[str, ...]:
    return interactions.custom_fields()


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> ResultsPage:
    """Return the page of results."""
    return ResultsPage(shell, session, in_turns=in_turns)
