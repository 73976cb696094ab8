"""The page of a scenario's trace: which blocks were executed, and how each was left."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.errors import N_, NotFoundError
from reviewer.messages import explain, ntr, tr
from reviewer.models.interaction import Channel
from reviewer.ui.actions import ActionSpec
from reviewer.ui.keys import shortcut_text
from reviewer.ui.page import Page, State
from reviewer.ui.results.frame import strip, top_aligned, with_key
from reviewer.ui.review.interaction_header import InteractionHeader
from reviewer.ui.theme.tokens import Size
from reviewer.ui.trace.request import TraceRequest
from reviewer.ui.trace.steps import StepsModel
from reviewer.ui.trace.view import StepsView
from reviewer.ui.widgets.act_menu import ActMenu
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.frames import HLine
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.states import EmptyState, ErrorPanel

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_GROUP: Final = N_("Scenario trace")
_SHOW: Final = ActionSpec("trace.show", N_("Show on the timeline"), _GROUP, icon="map-pin")
_COPY: Final = ActionSpec("trace.copy", N_("Copy the blocks"), _GROUP, ("Ctrl+C",), "copy")
_NEXT: Final = ActionSpec(
    "trace.next", N_("To the next abnormal exit"), _GROUP, ("F3",), "triangle-alert"
)
_BACK: Final = ActionSpec(
    "trace.previous", N_("To the abnormal exit before"), _GROUP, ("Shift+F3",)
)


class TracePage(Page):
    """Shows the trace of one interaction. Thread: main."""

    name = "trace"
    crumb_parent = "results"

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
        self._request: TraceRequest | None = None
        self._interaction: Interaction | None = None
        self.make(self._made(), in_turns=in_turns)

    def _made(self) -> Generator[None, None, None]:
        shell = self._shell
        self.model = StepsModel(self._session.settings.zone, self)
        self.view = StepsView(self.model)
        yield
        yield from self._built()
        add = shell.actions.add
        self._act_show = add(_SHOW, self, self.show_on_timeline)
        self._act_copy = add(_COPY, self, self.copy)
        self._act_next = add(_NEXT, self, partial(self._step_to_abnormal, 1))
        self._act_back = add(_BACK, self, partial(self._step_to_abnormal, -1))
        shell.actions.bind(self._timeline, _SHOW.name, self)
        shell.actions.bind(self._copy, _COPY.name, self)
        self._connect()
        yield
        self.retranslate()

    def _built(self) -> Generator[None, None, None]:
        self._timeline = Button(icon="map-pin", kind="ghost", panel=True)
        self._copy = Button(icon="copy", kind="ghost", panel=True)
        self.toolbar.add(self._timeline)
        self.toolbar.add(self._copy)
        self._header = InteractionHeader()
        yield
        self._empty = EmptyState("layers")
        self._error = ErrorPanel()
        self._stack = QStackedWidget()
        for widget in (self.view, self._empty, top_aligned(self._error), QWidget()):
            self._stack.addWidget(widget)
        yield
        self._counted = Label(step="strong")
        self._abnormal = Chip(icon="triangle-alert", tint="fail", clickable=True)
        self._hints = ElidedLabel(step="small", role="muted")
        self._hints.set_align(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        foot = strip(
            Size.PANEL_HEADER, self._counted, self._abnormal, self._hints, ground="surface"
        )
        for part in (self._header, self._stack, HLine(), foot):
            box.addWidget(part, 1 if part is self._stack else 0)

    def _connect(self) -> None:
        self.view.step_opened.connect(self._on_view_step_opened)
        self.view.menu_asked.connect(self._on_view_menu_asked)
        self.view.selectionModel().selectionChanged.connect(self._show_what_can_be_done)
        self._abnormal.clicked.connect(partial(self._step_to_abnormal, 1))
        self._error.retried.connect(self._read)
        self._shell.bus.changes_applied.connect(self._on_bus_changes_applied)

    # --- page

    @override
    def title(self) -> str:
        return tr("Scenario trace")

    @override
    def open(self, argument: object) -> None:
        if not isinstance(argument, TraceRequest):
            return
        same = self._interaction is not None and argument.interaction_id == self._interaction.id
        self._request = argument
        self.crumb_parent = argument.parent
        if same:
            return
        self._interaction = None
        self._show(None)
        self._read()

    @override
    def again(self) -> TraceRequest | None:
        if self._request is None:
            return None
        return replace(self._request, review=replace(self._request.review, shown=None))

    @override
    def entered(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def save_state(self) -> State:
        return {"widths": self.view.own_widths}

    @override
    def restore_state(self, state: Mapping[str, object]) -> None:
        widths = state.get("widths")
        if isinstance(widths, list) and all(isinstance(w, int) and 0 < w < 10_000 for w in widths):
            self.view.set_own_widths(widths)

    @override
    def retranslate(self) -> None:
        self._timeline.setText(tr("Show on the timeline"))
        self._copy.setText(tr("Copy"))
        self.view.setAccessibleName(tr("Scenario trace"))
        self._hints.setText(
            "   ".join(
                (
                    tr("{key} on the timeline", key=shortcut_text("Return")),
                    tr("{key} next abnormal exit", key=shortcut_text("F3")),
                )
            )
        )
        self._empty.set_texts(
            tr("No scenario ran"),
            tr("This interaction was not processed by a scenario, or its trace was not kept."),
        )
        current = self.view.currentIndex().row()
        self.model.retranslate()
        self.view.fit()
        self._show_words()
        if current >= 0:
            self.view.choose(current)
        self.title_changed.emit()

    # --- what can be done

    @Slot()
    def show_on_timeline(self) -> None:
        """Open the review at the instant of the current block."""
        row = self.view.currentIndex().row()
        if self._request is None or row < 0 or self._reason_against():
            return
        review = replace(self._request.review, at_us=self.model.steps[row].at_us)
        self._shell.navigator.go("review", review)

    @Slot()
    def copy(self) -> None:
        """Put the selected blocks on the clipboard, all where none is selected."""
        rows = self.view.chosen() or list(range(self.model.rowCount()))
        if not rows:
            return
        QGuiApplication.clipboard().setText(self.model.copied(rows))
        said = ntr("{n} block copied", "{n} blocks copied", len(rows))
        self._shell.notifier.notify(said, icon="copy")

    def _step_to_abnormal(self, by: int) -> None:
        if self.model.rowCount():
            # Before the first row when nothing is current yet.
            row = self.model.abnormal(self.view.currentIndex().row(), by)
            if row is not None:
                self.view.choose(row)
                self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- slots

    @Slot()
    def _read(self) -> None:
        if self._request is None:
            return
        self._shell.runner.read(
            partial(_whole, self._session.interactions, self._request.interaction_id),
            then=self._on_read,
            failed=self._on_read_failed,
            parent=self,
            generation="trace",
            title=tr("Reading the scenario trace"),
        )

    def _on_read(self, interaction: Interaction) -> None:
        self._interaction = interaction
        self._show(interaction)

    def _on_read_failed(self, error: ReviewerError) -> None:
        again = not isinstance(error, NotFoundError)
        self._error.show_error(
            tr("The scenario trace cannot be shown"), explain(error), can_retry=again
        )
        self._stack.setCurrentIndex(2)

    @Slot(int)
    def _on_view_step_opened(self, _row: int) -> None:
        self.show_on_timeline()

    @Slot(object)
    def _on_view_menu_asked(self, at: QPoint) -> None:
        menu = ActMenu(self)
        reason = self._reason_against()
        shown = with_key(tr("Show on the timeline"), "Return")
        menu.add(shown, self.show_on_timeline, icon="map-pin", reason=reason)
        menu.add(with_key(tr("Copy"), "Ctrl+C"), self.copy, icon="copy")
        menu.popup(at)

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: object) -> None:
        if self._interaction is not None and self._interaction.id in changes.interactions:
            self._read()

    # --- private

    def _show(self, interaction: Interaction | None) -> None:
        steps = interaction.steps if interaction is not None else ()
        self.model.show_steps(steps)
        self.view.fit()
        self._header.setVisible(interaction is not None)
        if interaction is None:
            self._stack.setCurrentIndex(3)
        else:
            self._stack.setCurrentWidget(self.view if steps else self._empty)
        if steps:
            first = self.model.abnormal(-1)
            self.view.choose(0 if first is None else first)
        self._show_words()

    def _show_words(self) -> None:
        interaction = self._interaction
        if interaction is not None:
            self._header.show_interaction(interaction, self._session.settings.zone)
        count = self.model.rowCount()
        abnormal = sum(step.is_abnormal for step in self.model.steps)
        self._counted.setText(ntr("{n} block", "{n} blocks", count) if count else "")
        self._abnormal.set_text(ntr("{n} abnormal exit", "{n} abnormal exits", abnormal))
        self._abnormal.setVisible(bool(abnormal))
        self._hints.setVisible(bool(count))
        self._show_what_can_be_done()

    def _reason_against(self) -> str:
        """Return why the current block cannot be shown on a timeline, "" if it can."""
        if self._interaction is None or self.view.currentIndex().row() < 0:
            return tr("No block is chosen")
        if self._interaction.channel is Channel.EMAIL:
            return tr("An email has no timeline")
        return ""

    @Slot()
    def _show_what_can_be_done(self) -> None:
        forbid = self._shell.actions.forbid
        forbid(self._act_show, self._reason_against())
        some = any(step.is_abnormal for step in self.model.steps)
        for act in (self._act_next, self._act_back):
            forbid(act, "" if some else tr("There is no abnormal exit"))
        forbid(self._act_copy, "" if self.model.rowCount() else tr("There is nothing to copy"))


def _whole(
    interactions: Interactions, interaction_id: InteractionId, progress: TaskProgress
) -> Interaction:
    progress.raise_if_cancelled()
    return interactions.get_by_id(interaction_id)


def make_page(shell: Shell, session: Session, *, in_turns: bool = False) -> TracePage:
    """Return the page of scenario traces."""
    return TracePage(shell, session, in_turns=in_turns)
