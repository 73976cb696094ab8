"""What is done with the rows of the results: opened, copied, traced, evaluated; their menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QGuiApplication

from reviewer.errors import N_
from reviewer.messages import ntr, tr, translated
from reviewer.models.access import Privilege
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.interaction import Channel
from reviewer.models.search import Search
from reviewer.services.links import make_links
from reviewer.ui.actions import SHORTCUT
from reviewer.ui.results import acts
from reviewer.ui.results.frame import with_key
from reviewer.ui.results.rows import HEAD
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.trace.request import TraceRequest
from reviewer.ui.widgets.act_menu import ActMenu

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from reviewer.models.ids import InteractionId
    from reviewer.models.search import InteractionRow
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.store import Session
    from reviewer.ui.actions import ActionSpec
    from reviewer.ui.page import Shell
    from reviewer.ui.results.loader import ResultsLoader
    from reviewer.ui.results.model import ResultsModel
    from reviewer.ui.results.view import ResultsView
    from reviewer.ui.tasks import TaskProgress

# More than this are no help on a clipboard; each link is entered into the audit log.
_COPIED_AT_MOST: Final = 1_000
_LINKS_AT_MOST: Final = 100
# Looked through together for one that nobody evaluated.
_ROWS_READ: Final = 256
_NO_ROW: Final = N_("No row is chosen")


class RowDeeds(QObject):
    """Does what keys, clicks and the menu ask for. Thread: main."""

    def __init__(
        self,
        shell: Shell,
        session: Session,
        view: ResultsView,
        model: ResultsModel,
        loader: ResultsLoader,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._shell = shell
        self._session = session
        self._view = view
        self._model = model
        self._loader = loader
        self._page = page
        self._acts: dict[str, QAction] = {}
        offered: list[tuple[ActionSpec, Callable[[], object]]] = [
            (acts.OPEN_WINDOW, self.open_in_window),
            (acts.TRACE, self.show_trace),
            (acts.COPY_GIID, self.copy_giids),
            (acts.COPY_LINK, self.copy_links),
        ]
        self.can_evaluate = session.people.me.may(Privilege.QM_EVALUATE)
        if self.can_evaluate:
            offered.insert(1, (acts.EVALUATE, self.evaluate_next))
        for spec, triggered in offered:
            self._acts[spec.name] = shell.actions.add(spec, page, triggered)
        view.open_asked.connect(self.open)
        view.parts_asked.connect(self.show_parts)
        view.trace_asked.connect(self._on_view_trace_asked)
        view.case_asked.connect(self._on_view_case_asked)
        view.menu_asked.connect(self.show_menu)
        view.selectionModel().currentRowChanged.connect(self.say_what_can_be_done)
        model.modelReset.connect(self.say_what_can_be_done)
        self.say_what_can_be_done()

    def take_acts(self, added: Mapping[str, QAction]) -> None:
        """Offer further acts in the menu, by their names."""
        self._acts |= added

    # --- opening

    @Slot(int, int)
    def open(self, position: int, _part: int = HEAD) -> None:
        """Open the review of a row."""
        request = self._request(position, shown=True)
        self._shell.navigator.go("review", request)

    def open_current(self) -> None:
        """Open the review of the current row."""
        place = self._view.current_place()
        if place is not None:
            self.open(*place)

    def open_in_window(self) -> None:
        """Open the review of the current row in a window of its own."""
        place = self._view.current_place()
        if place is not None:
            request = self._request(place[0], shown=False)
            self._shell.navigator.go_in_window("review", request)

    def show_trace(self) -> None:
        """Show the scenario trace of the current row."""
        place = self._view.current_place()
        if place is not None and not self._no_trace():
            self._on_view_trace_asked(place[0])

    @Slot(int)
    def _on_view_trace_asked(self, position: int) -> None:
        request = TraceRequest(self._request(position, shown=True))
        self._shell.navigator.go("trace", request)

    @Slot(int)
    def _on_view_case_asked(self, position: int) -> None:
        """Show all emails of a case beside these results."""
        row = self._model.result(position)
        if row is not None:
            case = Block(members=(Condition("case", Op.IS, (row.case_number,)),))
            self._shell.navigator.go_in_window("results", Search(case, Channel.EMAIL))

    def _request(self, position: int, *, shown: bool) -> ReviewRequest:
        return ReviewRequest(
            self._model.interaction_id(position),
            among=self._model.ids,
            shown=self._on_review_shown if shown else None,
            criteria=self._loader.search.criteria,
        )

    def _on_review_shown(self, interaction_id: InteractionId) -> None:
        """Stand on what the review shows, so that one comes back to what was seen last."""
        place = self._view.current_place()
        position = self._model.position_of(interaction_id)
        if position is not None and (place is None or place[0] != position):
            self._view.choose(position)

    # --- parts

    @Slot(int, bool)
    def show_parts(self, position: int, shown: bool) -> None:
        """Show or hide the parts of a row."""
        if shown:
            self._loader.read_parts(position)
        else:
            self._model.close_parts(position)

    def _toggle_parts(self) -> None:
        place = self._view.current_place()
        if place is not None:
            self.show_parts(place[0], not self._model.is_open(place[0]))

    # --- the next to evaluate

    def evaluate_next(self) -> None:
        """Open the first from the current row on that an agent handled and nobody evaluated."""
        place = self._view.current_place()
        if place is not None:
            answers = (self._model.generation, place[0])
            work = partial(_next_open, self._session.interactions, self._model.ids, answers)
            self._shell.runner.read(
                work,
                then=self._on_next_found,
                parent=self,
                generation="next",
                title=tr("Looking for the next to evaluate"),
            )

    def _on_next_found(self, found: tuple[int, int | None]) -> None:
        generation, position = found
        if generation != self._model.generation:
            return
        if position is None:
            self._shell.notifier.notify(
                tr("From here to the end everything is evaluated."), icon="clipboard-check"
            )
        else:
            self._view.choose(position)
            self.open(position)

    # --- copying

    def copy_giids(self) -> None:
        """Put the GIIDs of the selected rows on the clipboard."""
        giids = [row.giid for row in self._selected_rows()]
        self._copy("\n".join(giids), ntr("{n} GIID copied", "{n} GIIDs copied", len(giids)))

    def copy_links(self) -> None:
        """Put links to the selected rows on the clipboard."""
        positions = self._view.selected_positions(_LINKS_AT_MOST)
        ids = [self._model.interaction_id(position) for position in positions]
        work = partial(_links, self._session, ids)
        self._shell.runner.read(work, then=self._on_links_made, parent=self, generation="links")

    def _on_links_made(self, links: tuple[str, ...]) -> None:
        self._copy("\n".join(links), ntr("{n} link copied", "{n} links copied", len(links)))

    def _copy(self, text: str, said: str) -> None:
        if text:
            QGuiApplication.clipboard().setText(text)
            self._shell.notifier.notify(said, icon="copy")

    def _selected_rows(self) -> list[InteractionRow]:
        positions = self._view.selected_positions(_COPIED_AT_MOST)
        rows = (self._model.result(position) for position in positions)
        return [row for row in rows if row is not None]

    # --- the menu

    @Slot(object)
    def show_menu(self, at: QPoint) -> None:
        """Show what can be done with the current row and the selection."""
        place = self._view.current_place()
        if place is None:
            return
        self.say_what_can_be_done()
        menu = ActMenu(self._page)
        menu.add(with_key(tr("Open"), "Return"), self.open_current, icon="play")
        self._add(menu, acts.OPEN_WINDOW)
        self._add(menu, acts.EVALUATE)
        menu.addSeparator()
        self._add_parts(menu, place[0])
        self._add(menu, acts.TRACE)
        menu.addSeparator()
        self._add(menu, acts.COPY_GIID)
        self._add(menu, acts.COPY_LINK)
        menu.addSeparator()
        self._add(menu, acts.EXPORT_SELECTION)
        menu.addSeparator()
        self._add(menu, acts.HOLD_SELECTION)
        self._add(menu, acts.DELETE_SELECTION)
        menu.popup(at)

    def _add(self, menu: ActMenu, spec: ActionSpec) -> None:
        action = self._acts.get(spec.name)
        if action is not None:
            key = str(action.property(SHORTCUT) or "")
            self._add_action(menu, action, f"{action.text()}\t{key}" if key else action.text())

    @staticmethod
    def _add_action(menu: ActMenu, action: QAction, text: str) -> None:
        """Offer an action by an entry of the menu's own: its end must not end the action."""
        reason = "" if action.isEnabled() else action.toolTip()
        menu.add(text, action.trigger, reason=reason).setIcon(action.icon())

    def _add_parts(self, menu: ActMenu, position: int) -> None:
        found = self._model.result(position)
        shown = self._model.is_open(position)
        text = tr("Hide the segments") if shown else tr("Show the segments")
        one = tr("It has one segment only") if found is None or found.segment_count < 2 else ""
        keyed = with_key(text, "Left" if shown else "Right")
        menu.add(keyed, self._toggle_parts, icon="layers", reason=one)

    # --- what is possible just now

    @Slot()
    def say_what_can_be_done(self) -> None:
        """Disable what is impossible with the current row, with the reason."""
        none = "" if self._view.current_place() is not None else translated(_NO_ROW)
        forbid = self._shell.actions.forbid
        for action in self._acts.values():
            forbid(action, none)
        forbid(self._acts[acts.TRACE.name], none or self._no_trace())

    def _no_trace(self) -> str:
        place = self._view.current_place()
        row = self._model.result(place[0]) if place is not None else None
        return tr("No scenario ran") if row is not None and not row.scenario else ""


def _next_open(
    interactions: Interactions, ids: array[int], answers: tuple[int, int], progress: TaskProgress
) -> tuple[int, int | None]:
    """Return where the first is from a position on that can be evaluated and is not.

    `answers` are the generation of the results and the position.
    """
    generation, position = answers
    for start in range(position, len(ids), _ROWS_READ):
        progress.raise_if_cancelled()
        progress.report(start - position, len(ids) - position)
        page = ids[start : start + _ROWS_READ]
        for row in interactions.rows(page):
            if row.agents and row.score is None and not row.evaluator:
                return generation, start + page.index(row.id)
    return generation, None


def _links(session: Session, ids: list[InteractionId], _progress: TaskProgress) -> tuple[str, ...]:
    return make_links(session, ids)
