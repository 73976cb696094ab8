"""The search page: channel, the line, the criteria as a tree, how many match, Search."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Slot
from typing_extensions import override

from reviewer.errors import QueryError, Reason, UsageError
from reviewer.messages import explain, tr, translated
from reviewer.models.criteria.catalogue import offered
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.sentence import join_text, sentence
from reviewer.models.criteria.tree import Block, Condition
from reviewer.models.search import Search
from reviewer.ui.actions import tooltip
from reviewer.ui.page import Page
from reviewer.ui.search.acts import add_acts
from reviewer.ui.search.channels import CHANNELS, CHOICES
from reviewer.ui.search.checking import DraftCheck
from reviewer.ui.search.counting import LiveCount
from reviewer.ui.search.editing import RowEditing
from reviewer.ui.search.editor import CriteriaEditor, keep_disabled
from reviewer.ui.search.kept import KEY, from_kept, to_kept
from reviewer.ui.search.line_completion import LineCompletion
from reviewer.ui.search.panel import CriteriaPanel
from reviewer.ui.search.row_acts import RowActs
from reviewer.ui.search.saved_sets import SavedSets
from reviewer.ui.search.tree_model import CriteriaModel
from reviewer.ui.widgets.segmented import Segment
from reviewer.ui.widgets.suggestions import Suggestions

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

    from reviewer.models.changes import Changes
    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.sets import CriteriaSet
    from reviewer.models.criteria.tree import Path
    from reviewer.models.ids import CriteriaSetId
    from reviewer.models.interaction import Channel
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.store import Memory, Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_KEEP_AFTER_MS: Final = 2_000
"""How long after a change the draft is kept for the next start."""


class SearchPage(Page):
    """Where a search is put together. Thread: main."""

    name = "search"

    def __init__(self, shell: Shell, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._session = session
        self._custom_fields: tuple[str, ...] = ()
        self._line_wrong = False
        self._editor = CriteriaEditor()
        self._model = CriteriaModel(self._editor, self)
        self.panel = CriteriaPanel(self._model, session.settings.zone, self)
        self.areas = self.panel.areas
        self._suggestions = Suggestions(self)
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(_KEEP_AFTER_MS)
        self._make_helpers()
        self._connect()
        self.acts = add_acts(self, shell.actions)
        self.panel.bind(shell.actions, self, self.toolbar)
        self.retranslate()
        self._changed()

    def _make_helpers(self) -> None:
        """Make what each does one part of the page's work."""
        runner, session, panel = self._shell.runner, self._session, self.panel
        found = session.interactions
        self._counter = LiveCount(runner, found, self)
        self._check = DraftCheck(runner, session, self)
        self._editing = RowEditing(
            panel.tree, self._model, self._suggestions, runner, found, lambda: self.channel, self
        )
        self.rows = RowActs(self._editor, self._editing, panel, self._offered, self)
        self._completion = LineCompletion(
            panel.line, self._suggestions, self._offered, runner, found, self
        )
        self.sets = SavedSets(self._shell, session, panel.sets, lambda: self._editor.draft, self)

    def _connect(self) -> None:
        panel = self.panel
        panel.channels.value_changed.connect(self.choose_channel)
        panel.line.edited.connect(self._on_line_edited)
        panel.line.submitted.connect(self.search)
        panel.line.left_downwards.connect(self._on_line_left_downwards)
        panel.line.undo_wanted.connect(self._on_line_undo_wanted)
        panel.tree.left_upwards.connect(self.focus_line)
        self.rows.acted.connect(self._on_rows_acted)
        self._editing.changed.connect(panel.fit_tree)
        self._check.learned.connect(self._show_checked)
        self._counter.began.connect(panel.show_counting)
        self._counter.counted.connect(panel.show_count)
        self._counter.nodes_counted.connect(self._model.take_counts)
        self._counter.days_counted.connect(panel.days.show_counts)
        self._counter.failed.connect(panel.show_count_error)
        self.sets.loaded.connect(self._on_sets_loaded)
        self.sets.linked.connect(self._on_sets_linked)
        self.sets.left.connect(self._on_sets_left)
        self._keep.timeout.connect(self._on_keep_timeout)
        self._shell.bus.changes_applied.connect(self._on_bus_changes_applied)

    # --- page

    @override
    def title(self) -> str:
        return tr("Search")

    @property
    @override
    def settled(self) -> bool:
        return super().settled and self.sets.settled

    @override
    def open(self, argument: object) -> None:
        if isinstance(argument, Search):
            self._editing.drop()
            channel = argument.channel or self.channel
            draft = replace(self._editor.draft, root=argument.criteria, channel=channel)
            self._editor.take(draft)
            self._changed()

    @override
    def again(self) -> Search:
        return Search(self.root, self.channel)

    @override
    def entered(self) -> None:
        self.focus_line()
        self._shell.runner.read(
            partial(_custom_fields, self._session.interactions),
            then=self._on_custom_fields,
            parent=self,
            generation="fields",
        )
        self.sets.refresh()
        self._ask_counts()

    @override
    def left(self) -> None:
        self._counter.stop()
        self.sets.stop()
        if self._keep.isActive():
            self._keep.stop()
            self._on_keep_timeout()

    @override
    def closing(self) -> None:
        self._counter.stop()
        self._keep.stop()

    def restore(self) -> None:
        """Take up the set of criteria used last, which the store keeps for the user."""
        kept = from_kept(self._session.memory.recall(KEY))
        if kept is None:
            return
        draft, set_id = kept
        self._editor.begin(draft)
        self._changed()
        self._keep.stop()
        if set_id is not None:
            self.sets.relink(set_id)

    @override
    def retranslate(self) -> None:
        segments = []
        for number, channel in enumerate(CHOICES, 1):
            icon, name = CHANNELS[channel]
            tip = tooltip(translated(name), f"Ctrl+{number}")
            segments.append(Segment(channel, translated(name), icon, tip=tip))
        self.panel.channels.set_items(segments)
        self.panel.channels.value = self.channel
        self.panel.retranslate()
        self._editing.drop()
        self._changed(keep_line=self._line_wrong)
        self.title_changed.emit()

    # --- what can be done

    @property
    def root(self) -> Block:
        """The criteria as they are."""
        return self._editor.root

    @property
    def channel(self) -> Channel:
        """The channel chosen."""
        return self._editor.channel

    @Slot()
    def search(self) -> None:
        """Show what matches; if the criteria make no sense, stand where they do not."""
        if not self._is_whole():
            return
        if self._check.problems:
            path = min(self._check.problems)
            self.panel.tree.choose(path)
            self.panel.tree.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._keep.stop()
        self._on_keep_timeout()
        self._shell.navigator.go("results", Search(self.root, self.channel))

    @Slot()
    def save(self) -> None:
        """Save the criteria: over the own set that they came from, else under a new name."""
        if self._is_whole():
            self.sets.save()

    @Slot()
    def save_as(self) -> None:
        """Save the criteria under a new name."""
        if self._is_whole():
            self.panel.show_sets(wanted=True)
            self.sets.save_as()

    @Slot()
    def choose_set(self) -> None:
        """Go to the saved sets."""
        self.panel.show_sets(wanted=True)
        self.panel.sets.focus_field()

    @Slot()
    def focus_line(self) -> None:
        """Go to the line."""
        self.panel.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.panel.line.select_all()

    @Slot(object)
    def choose_channel(self, channel: Channel) -> None:
        """Search another channel."""
        if self._editor.set_channel(channel):
            self._changed(keep_line=True)

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        self._editing.stop()
        if self._editor.undo():
            self._changed()

    @Slot()
    def redo(self) -> None:
        """Do again what was undone."""
        self._editing.stop()
        if self._editor.redo():
            self._changed()

    # --- slots: channel and line

    @Slot(str)
    def _on_line_edited(self, text: str) -> None:
        self._editing.drop()
        try:
            tree = parse_line(text)
        except QueryError as error:
            self._line_wrong = True
            at = error.fields.get("position")
            self.panel.show_line_error(at if isinstance(at, int) else 0, _reason(error))
            self._ask_counts()
            return
        self._line_wrong = False
        root = self._editor.root
        if tree != parse_line(print_line(root)):
            self._editor.replace_all(keep_disabled(root, tree), merging="line")
        self._changed(keep_line=True)

    @Slot(bool)
    def _on_line_undo_wanted(self, undoes: bool) -> None:
        if undoes:
            self.undo()
        else:
            self.redo()

    @Slot()
    def _on_line_left_downwards(self) -> None:
        tree = self.panel.tree
        if not self._model.rowCount():
            self.panel.add_condition.setFocus(Qt.FocusReason.TabFocusReason)
            return
        if tree.current_path() is None:
            tree.setCurrentIndex(self._model.index(0))
        tree.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_custom_fields(self, names: tuple[str, ...]) -> None:
        self._custom_fields = names

    # --- slots: saved sets

    @Slot(object)
    def _on_sets_loaded(self, found: CriteriaSet) -> None:
        self._editing.drop()
        channel = found.entry.channel or self.channel
        draft = replace(self._editor.draft, root=found.criteria, channel=channel, saved=found)
        self._editor.take(draft)
        self._changed()
        self._on_sets_left()

    @Slot(object, object)
    def _on_sets_linked(self, saved: CriteriaSet | None, instead: CriteriaSetId | None) -> None:
        self._editor.link(saved, instead=instead)
        self._show_saved()
        self._keep.start()

    @Slot()
    def _on_sets_left(self) -> None:
        self.panel.show_sets(wanted=False)
        self.focus_line()

    # --- slots: the store

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: object) -> None:
        if changes.interactions or changes.recordings_of or changes.evaluations_of:
            self._model.forget_counts()
            self._check.forget()
            if self.isVisible():
                self._show_checked()

    @Slot()
    def _on_keep_timeout(self) -> None:
        kept = to_kept(self._editor.draft)
        self._shell.runner.write(partial(_keep, self._session.memory, kept), parent=self)

    # --- overrides

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.fit_sets(self.width())

    # --- private

    def _is_whole(self) -> bool:
        """Take the row being edited; whether row and line can be read, else stand there."""
        if not self._editing.take():
            return False
        if self._line_wrong:
            self.focus_line()
        return not self._line_wrong

    def _offered(self) -> tuple[Criterion, ...]:
        return offered(
            self.channel,
            restricted_ok=self._session.people.me.sees_restricted_criteria,
            custom_fields=self._custom_fields,
            features=self._session.settings.features,
        )

    def _show_saved(self) -> None:
        draft = self._editor.draft
        name = "" if draft.saved is None else draft.saved.entry.name
        self.panel.show_saved(name, changed=draft.is_changed)
        self.panel.sets.show_loaded(None if draft.saved is None else draft.saved.entry.id)

    def _changed(self, *, keep_line: bool = False) -> None:
        """Show the draft as it is now: channel, rows, line, what is wrong, counts."""
        root = self.root
        if self.panel.channels.value is not self.channel:
            self.panel.channels.value = self.channel
            self._model.forget_counts()
        if not keep_line:
            self._line_wrong = False
            self._editor.end_merging()
            self.panel.line.set_text(print_line(root))
        if not self._line_wrong:
            self.panel.show_line_error(-1, "")
        self.panel.show_root(root.join, join_text(root.join), many=len(root.members) > 1)
        self.acts["undo"].setEnabled(self._editor.can_undo)
        self.acts["redo"].setEnabled(self._editor.can_redo)
        self._show_saved()
        self._keep.start()
        self._show_checked()

    @Slot()
    def _show_checked(self) -> None:
        """Show what is wrong with the draft, at its place, and count it if nothing is."""
        found = self._check
        found.look(self._editor.draft)
        self._model.mark(found.problems, found.warnings)
        self._model.refresh(pending=self._model.pending if self._editing.active else None)
        said = sentence(self.root, channel=self.channel) if not found.problems else ""
        self.panel.show_sentence(said)
        self._ask_counts()

    def _ask_counts(self) -> None:
        if self._line_wrong:
            self._counter.stop()
            self.panel.show_no_count(line_wrong=True)
            return
        wrong = self._check.problems
        nodes = [
            node
            for path, node in self._editor.rows()
            if _has_conditions(node) and not any(at[: len(path)] == path for at in wrong)
        ]
        if wrong:
            self.panel.show_no_count()
        self._counter.ask(Search(self.root, self.channel), nodes, whole=not wrong)

    @Slot(object)
    def _on_rows_acted(self, path: Path) -> None:
        """Show the tree after an act, with the row it was about as the current one."""
        self._changed()
        if path:
            self.panel.tree.choose(path)
            self.panel.tree.setFocus(Qt.FocusReason.OtherFocusReason)


def _has_conditions(node: Block | Condition) -> bool:
    """Whether there is something to count: not for a block without members."""
    return not isinstance(node, Block) or any(_has_conditions(member) for member in node.members)


def _reason(error: QueryError) -> str:
    reason = error.fields.get("reason")
    text = explain(UsageError(reason=reason)) if isinstance(reason, Reason | str) else ""
    return text[:1].upper() + text[1:]


# --- in the pool


def _keep(memory: Memory, kept: dict[str, object], _progress: TaskProgress) -> None:
    memory.keep(KEY, kept)


def _custom_fields(interactions: Interactions, _progress: TaskProgress) -> tuple[str, ...]:
    return interactions.custom_fields()


def make_page(shell: Shell, session: Session) -> SearchPage:
    """Return the search page, with the set of criteria used last."""
    page = SearchPage(shell, session)
    page.restore()
    return page
