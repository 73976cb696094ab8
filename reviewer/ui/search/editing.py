"""The row of the criteria that is being edited in place."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from reviewer.errors import QueryError
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.search import Search
from reviewer.ui.search.condition_edit import ConditionEditor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.tree import Path
    from reviewer.models.interaction import Channel
    from reviewer.models.search import Completion
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.ui.search.tree_model import CriteriaModel
    from reviewer.ui.search.tree_view import CriteriaView
    from reviewer.ui.tasks import TaskProgress, TaskRunner
    from reviewer.ui.widgets.suggestions import Suggestions


_COUNTED: Final = 9
"""Values that are seen at once."""


class RowEditing(QObject):
    """Opens an editor in a row, fills its lists, and says what came of it. Thread: main."""

    # A condition is to be taken: (path, Condition, whether it is new: bool).
    taken = Signal(object, object, bool)
    # The editor has gone, or needs another height.
    changed = Signal()

    def __init__(
        self,
        tree: CriteriaView,
        model: CriteriaModel,
        suggestions: Suggestions,
        runner: TaskRunner,
        interactions: Interactions,
        channel: Callable[[], Channel],
        parent: QObject,
    ) -> None:
        """Make it; `channel` returns the channel searched, in which values are counted."""
        super().__init__(parent)
        self._tree = tree
        self._model = model
        self._suggestions = suggestions
        self._runner = runner
        self._interactions = interactions
        self._channel = channel
        self.editor: ConditionEditor | None = None

    @property
    def active(self) -> bool:
        """Whether a row is being edited."""
        return self.editor is not None

    def begin(self, path: Path, condition: Condition | None, offered: Sequence[Criterion]) -> None:
        """Edit the condition at `path`, or make one there (None); `offered` to choose from."""
        if condition is None:
            self._model.refresh(pending=path)
        editor = ConditionEditor(self._suggestions, offered, len(path) - 1)
        editor.taken.connect(self._on_editor_taken)
        editor.given_up.connect(self.stop)
        editor.height_changed.connect(self.changed)
        editor.values_wanted.connect(self._on_editor_values_wanted)
        self.editor = editor
        self._tree.begin_editing(path, editor)
        editor.edit(condition)
        editor.begin()

    def take(self) -> bool:
        """Take what is being edited; whether nothing is left to be mended."""
        return self.editor is None or self.editor.take()

    @Slot()
    def stop(self) -> None:
        """Leave the condition as it was and go back to the rows."""
        if self.editor is not None:
            self.drop()
            self._tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def drop(self) -> None:
        """Leave the condition as it was; the focus stays where it is."""
        if self.editor is not None:
            self._end()
            self._model.refresh()

    def _end(self) -> None:
        self.editor = None
        self._suggestions.hide()
        self._tree.end_editing()

    @Slot(object)
    def _on_editor_taken(self, condition: Condition) -> None:
        path = self._model.pending or self._tree.editing
        new = self._model.pending is not None
        self._end()
        if path is not None:
            self.taken.emit(path, condition, new)

    @Slot(str, str)
    def _on_editor_values_wanted(self, key: str, text: str) -> None:
        self._runner.read(
            partial(complete, self._interactions, key, text),
            then=self._on_values,
            parent=self,
            generation="values",
        )

    def _on_values(self, answer: tuple[str, str, tuple[Completion, ...]]) -> None:
        if self.editor is None:
            return
        self.editor.offer_values(*answer)
        key, _, found = answer
        values = tuple(one.value for one in found if one.matches is None)[:_COUNTED]
        if values:
            self._runner.read(
                partial(_count_values, self._interactions, key, values, self._channel()),
                then=self._on_values_counted,
                parent=self,
                generation="value counts",
            )

    def _on_values_counted(self, answer: tuple[str, dict[object, int]]) -> None:
        key, counts = answer
        if self.editor is not None and self.editor.key == key:
            self._suggestions.show_matches(counts)


def _count_values(
    interactions: Interactions,
    key: str,
    values: tuple[str, ...],
    channel: Channel,
    progress: TaskProgress,
) -> tuple[str, dict[object, int]]:
    counts: dict[object, int] = {}
    for value in values:
        progress.raise_if_cancelled()
        alone = Block(members=(Condition(key, Op.ANY_OF, (value,)),))
        try:
            counts[value] = interactions.count(Search(alone, channel), cancel=progress).n
        except QueryError:
            # The channel does not have the criterion: the row says so.
            break
    return key, counts


def complete(
    interactions: Interactions, key: str, text: str, progress: TaskProgress
) -> tuple[str, str, tuple[Completion, ...]]:
    """Return key, text and the values of the store that are offered for them. Thread: any."""
    progress.raise_if_cancelled()
    return key, text, interactions.complete(key, text)
