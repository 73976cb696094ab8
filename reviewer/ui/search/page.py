"""The search page: channel, the line, the criteria as a tree, how many match, Search."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPoint, Qt, Slot
from typing_extensions import override

from reviewer.errors import QueryError, Reason, ReviewerError, UsageError
from reviewer.messages import explain, tr, translated
from reviewer.models.criteria.catalogue import offered
from reviewer.models.criteria.check import CheckContext, check
from reviewer.models.criteria.codec import from_json, to_json
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.sentence import join_text, sentence
from reviewer.models.criteria.tree import EVERYTHING, Block, Condition, Join
from reviewer.models.interaction import Channel
from reviewer.models.search import Search
from reviewer.ui.actions import tooltip
from reviewer.ui.page import Page
from reviewer.ui.search.acts import add_acts, criteria_menu
from reviewer.ui.search.channels import CHANNELS, CHOICES
from reviewer.ui.search.condition_edit import ConditionEditor
from reviewer.ui.search.counting import LiveCount
from reviewer.ui.search.editor import ROOT, CriteriaEditor, keep_disabled
from reviewer.ui.search.panel import CriteriaPanel
from reviewer.ui.search.suggestions import Suggestions
from reviewer.ui.search.tree_model import CriteriaModel
from reviewer.ui.widgets.segmented import Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QWidget

    from reviewer.models.changes import Changes
    from reviewer.models.criteria.tree import Path
    from reviewer.models.search import Completion, Count
    from reviewer.storage.store import Interactions, Memory, Session
    from reviewer.ui.page import Shell
    from reviewer.ui.tasks import TaskProgress

_KEPT = "search"
"""Under what the store keeps the set used last: it may name customers, so no settings do."""


class SearchPage(Page):
    """Where a search is put together. Thread: main."""

    name = "search"

    def __init__(self, shell: Shell, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shell = shell
        self._session = session
        self._channel: Channel = Channel.VOICE
        self._custom_fields: tuple[str, ...] = ()
        self._line_wrong = False
        self._problems: dict[Path, str] = {}
        self._editing: ConditionEditor | None = None
        self._editor = CriteriaEditor()
        self._model = CriteriaModel(self._editor, self)
        self._counter = LiveCount(shell.runner, session.interactions, self)
        self.panel = CriteriaPanel(self._model, self)
        self._suggestions = Suggestions(self)
        self._connect()
        self.acts = add_acts(self, shell.actions)
        self.panel.bind(shell.actions, self)
        self.retranslate()
        self._changed()

    def _connect(self) -> None:
        panel = self.panel
        panel.channels.value_changed.connect(self._on_channels_value_changed)
        panel.line.edited.connect(self._on_line_edited)
        panel.line.submitted.connect(self.search)
        panel.line.left_downwards.connect(self._on_line_left_downwards)
        panel.tree.left_upwards.connect(self.focus_line)
        panel.tree.act_asked.connect(self.act_on)
        panel.tree.join_asked.connect(self._on_tree_join_asked)
        panel.tree.menu_asked.connect(self._on_tree_menu_asked)
        panel.root_join.value_changed.connect(self._on_root_join_value_changed)
        panel.add_condition.clicked.connect(self._on_add_condition_clicked)
        panel.add_block.clicked.connect(self._on_add_block_clicked)
        self._counter.began.connect(self._on_counter_began)
        self._counter.counted.connect(self._on_counter_counted)
        self._counter.nodes_counted.connect(self._on_counter_nodes_counted)
        self._counter.failed.connect(self._on_counter_failed)
        self._shell.bus.changes_applied.connect(self._on_bus_changes_applied)

    # --- page

    @override
    def title(self) -> str:
        return tr("Search")

    @override
    def open(self, argument: object) -> None:
        if isinstance(argument, Search):
            self._channel = argument.channel or self._channel
            self._editor.load(argument.criteria)
            self._changed()

    @override
    def again(self) -> Search:
        return Search(self._editor.root, self._channel)

    @override
    def entered(self) -> None:
        self.focus_line()
        self._shell.runner.read(
            partial(_custom_fields, self._session.interactions),
            then=self._on_custom_fields,
            parent=self,
            generation="fields",
        )
        self._ask_counts()

    @override
    def left(self) -> None:
        self._counter.stop()

    @override
    def closing(self) -> None:
        self._counter.stop()

    def restore(self) -> None:
        """Take up the set of criteria used last, which the store keeps for the user."""
        kept = self._session.memory.recall(_KEPT)
        if not isinstance(kept, dict):
            return
        known = {channel.value: channel for channel in Channel}
        self._channel = known.get(str(kept.get("channel")), self._channel)
        try:
            self._editor.load(from_json(kept.get("criteria")))
        except ReviewerError:
            # Written by another version: it begins with an empty set.
            self._editor.load(EVERYTHING)
        self._changed()

    @override
    def retranslate(self) -> None:
        segments = []
        for number, channel in enumerate(CHOICES, 1):
            icon, name = CHANNELS[channel]
            tip = tooltip(translated(name), f"Ctrl+{number}")
            segments.append(Segment(channel, translated(name), icon, tip=tip))
        self.panel.channels.set_items(segments)
        self.panel.channels.value = self._channel
        self.panel.retranslate()
        self.stop_editing()
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
        return self._channel

    @Slot()
    def search(self) -> None:
        """Show what matches; if the criteria make no sense, stand where they do not."""
        if self._editing is not None and not self._editing.take():
            return
        if self._line_wrong:
            self.focus_line()
            return
        if self._problems:
            path = min(self._problems)
            self.panel.tree.choose(path)
            self.panel.tree.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        work = partial(_keep, self._session.memory, self._channel, self._editor.root)
        self._shell.runner.write(work, parent=self)
        self._shell.navigator.go("results", Search(self._editor.root, self._channel))

    @Slot()
    def focus_line(self) -> None:
        """Go to the line."""
        self.panel.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.panel.line.select_all()

    def choose_channel(self, channel: Channel) -> None:
        """Search another channel."""
        if channel is self._channel:
            return
        self._channel = channel
        self.panel.channels.value = channel
        self._model.forget_counts()
        self._changed(keep_line=True)

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        self.stop_editing()
        if self._editor.undo():
            self._changed()

    @Slot()
    def redo(self) -> None:
        """Do again what was undone."""
        self.stop_editing()
        if self._editor.redo():
            self._changed()

    @Slot(str, object)
    def act_on(self, act: str, path: Path | None) -> None:
        """Do something with a row; `path` None: with the current one."""
        place = self.panel.tree.current_path() if path is None else path
        if act in ("add_condition", "add_block"):
            self.stop_editing()
            near = ROOT if place is None else place
            if act == "add_block":
                self._place(self._editor.add(Block(Join.OR), near))
            else:
                self._begin(self._editor.place_near(near), None)
            return
        if place is None or self._editing is not None:
            return
        if act == "edit":
            self._edit(place)
            return
        moves: dict[str, Callable[[Path], Path]] = {
            "toggle": self._editor.toggle,
            "negate": self._editor.negate,
            "duplicate": self._editor.duplicate,
            "remove": self._editor.remove,
            "move_up": partial(self._editor.move, by=-1),
            "move_down": partial(self._editor.move, by=1),
            "move_out": self._editor.move_out,
            "move_in": self._editor.move_in,
        }
        self._place(moves[act](place))

    @Slot()
    def stop_editing(self) -> None:
        """Leave the condition being edited as it was."""
        if self._editing is None:
            return
        self._editing = None
        self._suggestions.hide()
        self.panel.tree.end_editing()
        self._model.refresh(self._problems)
        self.panel.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- slots: channel and line

    @Slot(object)
    def _on_channels_value_changed(self, channel: Channel) -> None:
        self.choose_channel(channel)

    @Slot(str)
    def _on_line_edited(self, text: str) -> None:
        self.stop_editing_for_line()
        try:
            tree = parse_line(text)
        except QueryError as error:
            self._line_wrong = True
            at = error.fields.get("position")
            self.panel.show_line_error(at if isinstance(at, int) else 0, _reason(error))
            self._counter.stop()
            return
        self._line_wrong = False
        root = self._editor.root
        if tree != parse_line(print_line(root)):
            self._editor.replace_all(keep_disabled(root, tree), merging="line")
        self._changed(keep_line=True)

    def stop_editing_for_line(self) -> None:
        """Give up the row being edited without taking the focus from the line."""
        if self._editing is not None:
            self._editing = None
            self._suggestions.hide()
            self.panel.tree.end_editing()
            self._model.refresh(self._problems)

    @Slot()
    def _on_line_left_downwards(self) -> None:
        tree = self.panel.tree
        if not self._model.rowCount():
            self.panel.add_condition.setFocus(Qt.FocusReason.TabFocusReason)
            return
        if tree.current_path() is None:
            tree.setCurrentIndex(self._model.index(0))
        tree.setFocus(Qt.FocusReason.TabFocusReason)

    # --- slots: the tree

    @Slot(object, object)
    def _on_tree_join_asked(self, path: Path, join: Join) -> None:
        self.stop_editing()
        self._place(self._editor.set_join(path, join))

    @Slot(object)
    def _on_root_join_value_changed(self, join: Join) -> None:
        self.stop_editing()
        self._editor.set_join(ROOT, join)
        self._changed()

    @Slot(object, object)
    def _on_tree_menu_asked(self, path: Path, at: QPoint) -> None:
        if self._editing is None:
            criteria_menu(self, isinstance(self._editor.at(path), Block)).popup(at)

    @Slot()
    def _on_add_condition_clicked(self) -> None:
        self.act_on("add_condition", ROOT)

    @Slot()
    def _on_add_block_clicked(self) -> None:
        self.act_on("add_block", ROOT)

    # --- slots: the row being edited

    @Slot(object)
    def _on_editing_taken(self, condition: Condition) -> None:
        path = self._model.pending or self.panel.tree.editing
        new = self._model.pending is not None
        self._editing = None
        self._suggestions.hide()
        self.panel.tree.end_editing()
        if path is None:
            return
        if new:
            self._editor.insert_at(path, condition)
        else:
            self._editor.set_node(path, condition)
        self._place(path)

    @Slot(str, str)
    def _on_editing_values_wanted(self, key: str, text: str) -> None:
        self._shell.runner.read(
            partial(_complete, self._session.interactions, key, text),
            then=self._on_values,
            parent=self,
            generation="values",
        )

    def _on_values(self, answer: tuple[str, str, tuple[Completion, ...]]) -> None:
        if self._editing is not None:
            self._editing.offer_values(*answer)

    def _on_custom_fields(self, names: tuple[str, ...]) -> None:
        self._custom_fields = names

    # --- slots: counts

    @Slot()
    def _on_counter_began(self) -> None:
        self.panel.show_counting()

    @Slot(object, float)
    def _on_counter_counted(self, count: Count, seconds: float) -> None:
        self.panel.show_count(count, seconds)

    @Slot(object)
    def _on_counter_nodes_counted(self, counts: object) -> None:
        self._model.take_counts(cast("Mapping[Block | Condition, Count]", counts))

    @Slot(object)
    def _on_counter_failed(self, error: ReviewerError) -> None:
        self.panel.show_count_error(explain(error))

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: object) -> None:
        if changes.interactions or changes.recordings_of or changes.evaluations_of:
            self._model.forget_counts()
            if self.isVisible():
                self._ask_counts()

    # --- private

    def _changed(self, *, keep_line: bool = False) -> None:
        """Show the tree as it is now: rows, line, sentence, problems, counts."""
        root = self._editor.root
        problems = check(root, self._context())
        self._problems = {problem.path: problem.sentence() for problem in problems}
        self._model.refresh(self._problems)
        if not keep_line:
            self._line_wrong = False
            self._editor.end_merging()
            self.panel.line.set_text(print_line(root))
        if not self._line_wrong:
            self.panel.show_line_error(-1, "")
        self.panel.show_root(root.join, join_text(root.join), many=len(root.members) > 1)
        said = sentence(root, channel=self._channel) if not problems else ""
        self.panel.show_sentence(said)
        self.acts["undo"].setEnabled(self._editor.can_undo)
        self.acts["redo"].setEnabled(self._editor.can_redo)
        self._ask_counts()

    def _ask_counts(self) -> None:
        if self._problems or self._line_wrong:
            self._counter.stop()
            self.panel.show_no_count()
            return
        nodes = [node for _, node in self._editor.rows() if _is_whole(node)]
        self._counter.ask(Search(self._editor.root, self._channel), nodes)

    def _context(self) -> CheckContext:
        return CheckContext(
            zone=self._session.settings.zone,
            now_us=time.time_ns() // 1_000,
            channel=self._channel,
            restricted_ok=self._session.people.me.sees_restricted_criteria,
        )

    def _place(self, path: Path) -> None:
        """Show the tree after an act, with the row it was about as the current one."""
        self._changed()
        if path:
            self.panel.tree.choose(path)
        self.panel.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edit(self, path: Path) -> None:
        node = self._editor.at(path)
        if isinstance(node, Block):
            self._place(self._editor.set_join(path, Join.OR if node.join is Join.AND else Join.AND))
            return
        self._begin(path, node)

    def _begin(self, path: Path, condition: Condition | None) -> None:
        if condition is None:
            self._model.refresh(pending=path)
        entries = offered(
            self._channel,
            restricted_ok=self._session.people.me.sees_restricted_criteria,
            custom_fields=self._custom_fields,
        )
        editor = ConditionEditor(self._suggestions, entries, len(path) - 1)
        editor.taken.connect(self._on_editing_taken)
        editor.given_up.connect(self.stop_editing)
        editor.height_changed.connect(self.panel.fit_tree)
        editor.values_wanted.connect(self._on_editing_values_wanted)
        self._editing = editor
        self.panel.tree.begin_editing(path, editor)
        editor.edit(condition)
        editor.begin()


def _is_whole(node: Block | Condition) -> bool:
    """Whether there is something to count: not for a block without members."""
    return not isinstance(node, Block) or any(_is_whole(member) for member in node.members)


def _reason(error: QueryError) -> str:
    reason = error.fields.get("reason")
    text = explain(UsageError(reason=reason)) if isinstance(reason, Reason | str) else ""
    return text[:1].upper() + text[1:]


# --- in the pool


def _complete(
    interactions: Interactions, key: str, text: str, progress: TaskProgress
) -> tuple[str, str, tuple[Completion, ...]]:
    progress.raise_if_cancelled()
    return key, text, interactions.complete(key, text)


def _keep(memory: Memory, channel: Channel, criteria: Block, _progress: TaskProgress) -> None:
    memory.keep(_KEPT, {"channel": channel.value, "criteria": to_json(criteria)})


def _custom_fields(interactions: Interactions, _progress: TaskProgress) -> tuple[str, ...]:
    return interactions.custom_fields()


def make_page(shell: Shell, session: Session) -> SearchPage:
    """Return the search page, with the set of criteria used last."""
    page = SearchPage(shell, session)
    page.restore()
    return page
