"""The rows of the criteria: the tree from top to bottom, with what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Slot
from typing_extensions import override

from reviewer.messages import tr
from reviewer.models.criteria.sentence import join_text, parts
from reviewer.models.criteria.tree import Block, Node
from reviewer.ui.search.editor import switched_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QPersistentModelIndex

    from reviewer.models.criteria.tree import Path
    from reviewer.models.search import Count
    from reviewer.ui.search.editor import CriteriaEditor

_NO_PARENT = QModelIndex()


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row of the criteria.

    Attributes:
        path: Where it is in the tree.
        node: What it is; None for a condition that is being made.
        on: Whether it counts: it and every block around it is enabled.
        problem: Why the search cannot run with it, or what to know of it; "" for neither.
        mild: Whether `problem` is only to be known.
    """

    path: Path
    node: Node | None
    on: bool
    problem: str = ""
    mild: bool = False

    @property
    def depth(self) -> int:
        """How many blocks below the root it is in."""
        return len(self.path) - 1


class CriteriaModel(QAbstractListModel):
    """Rows of a `CriteriaEditor`'s tree. Thread: main."""

    def __init__(self, editor: CriteriaEditor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._rows: list[TreeRow] = []
        self._problems: Mapping[Path, str] = {}
        self._warnings: Mapping[Path, str] = {}
        self._counts: dict[Node, Count] = {}
        self._pending: Path | None = None

    # --- public

    @property
    def pending(self) -> Path | None:
        """Where a condition is being made, None when none is."""
        return self._pending

    def mark(self, problems: Mapping[Path, str], warnings: Mapping[Path, str]) -> None:
        """Remember why the search cannot run, and what to know of conditions, by path."""
        self._problems, self._warnings = dict(problems), dict(warnings)

    def refresh(self, *, pending: Path | None = None) -> None:
        """Show the editor's tree as it is now; `pending`: where a condition is being made."""
        rows = self._make_rows(pending)
        shape = [(row.path, type(row.node)) for row in rows]
        same = shape == [(row.path, type(row.node)) for row in self._rows]
        self._pending = pending
        if same:
            self._rows = rows
            self.tell_all()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def tell_all(self) -> None:
        """Say that every row may look otherwise."""
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def row(self, number: int) -> TreeRow:
        """Return a row."""
        return self._rows[number]

    def row_of(self, path: Path) -> int:
        """Return the row of a path, -1 when there is none."""
        return next((i for i, row in enumerate(self._rows) if row.path == path), -1)

    def count_of(self, node: Node | None) -> Count | None:
        """Return how many interactions the condition or block alone finds, if known."""
        return None if node is None else self._counts.get(switched_on(node))

    @Slot(object)
    def take_counts(self, counts: Mapping[Node, Count]) -> None:
        """Show how many each finds; counts of others are kept until `forget_counts`."""
        self._counts.update(counts)
        self.tell_all()

    def forget_counts(self) -> None:
        """Forget all counts: the channel or the data changed."""
        self._counts.clear()

    def ends_of_lines(self) -> dict[Path, int]:
        """Return for each block the last row inside it, those without members left out."""
        ends: dict[Path, int] = {}
        for number, row in enumerate(self._rows):
            for length in range(1, len(row.path)):
                ends[row.path[:length]] = number
        return ends

    # --- overrides

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.problem or None
        if role == Qt.ItemDataRole.CheckStateRole:
            on = row.node is not None and row.node.enabled
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        return None

    @override
    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    # --- private

    @staticmethod
    def spoken(row: TreeRow) -> str:
        """Return what a row says, as one text."""
        if row.node is None:
            return tr("New condition")
        if isinstance(row.node, Block):
            words = [join_text(row.node.join)]
            if row.node.negated:
                words.insert(0, tr("not"))
        else:
            said = parts(row.node)
            words = [said.name]
            if said.negated:
                words.append(tr("not"))
            words.extend([said.operator, ", ".join(said.values)])
        if row.problem:
            words.append(row.problem)
        return " ".join(word for word in words if word)

    def _make_rows(self, pending: Path | None) -> list[TreeRow]:
        rows: list[TreeRow] = []
        off: list[Path] = []
        for path, node in self._editor.rows():
            inside_off = any(path[: len(block)] == block for block in off)
            if not node.enabled:
                off.append(path)
            on = node.enabled and not inside_off
            warning = self._warnings.get(path, "")
            problem = self._problems.get(path, "")
            rows.append(TreeRow(path, node, on, problem or warning, mild=not problem))
        if pending is not None:
            at = next((i for i, row in enumerate(rows) if row.path >= pending), len(rows))
            rows.insert(at, TreeRow(pending, None, on=True))
        return rows
