"""The rows of the saved sets: own ones, then those that others share, as far as looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from reviewer.messages import explain, ntr, tr
from reviewer.models.folding import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.models.criteria.sets import SetEntry
    from reviewer.models.ids import CriteriaSetId
    from reviewer.services.criteria_sets import SetCounts

_NO_PARENT = QModelIndex()
_NAMELESS: Final = -1


@dataclass(frozen=True, slots=True)
class SetRow:
    """One row.

    Attributes:
        kind: A heading, a set, the place where a new one gets its name, or a word in its place.
        text: Of a heading or a word.
        entry: The set.
        counts: What it finds, None while that is not known.
        problem: Why it cannot be loaded or counted, "" when it can.
    """

    kind: Literal["head", "set", "new", "hint"]
    text: str = ""
    entry: SetEntry | None = None
    counts: SetCounts | None = None
    problem: str = ""


class SetsModel(QAbstractListModel):
    """Saved sets as rows. Thread: main."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[SetEntry, ...] = ()
        self._counts: dict[CriteriaSetId, SetCounts] = {}
        self._problems: dict[CriteriaSetId, str] = {}
        self._typed = ""
        self._naming = False
        self._rows: list[SetRow] = []

    # --- public

    @property
    def entries(self) -> tuple[SetEntry, ...]:
        """All sets, whatever is typed."""
        return self._entries

    @property
    def typed(self) -> str:
        """What is typed to find one."""
        return self._typed

    def show(self, entries: Sequence[SetEntry]) -> None:
        """Show other sets; what was counted of those that did not change is kept."""
        before = {entry.id: entry.changed_us for entry in self._entries}
        same = {entry.id for entry in entries if before.get(entry.id) == entry.changed_us}
        self._entries = tuple(entries)
        self._counts = {key: found for key, found in self._counts.items() if key in same}
        self._problems = {key: found for key, found in self._problems.items() if key in same}
        self.refresh()

    def filter(self, typed: str) -> None:
        """Show only sets whose name, or owner, has all words that are typed."""
        if typed != self._typed:
            self._typed = typed
            self.refresh()

    def set_naming(self, naming: bool) -> None:
        """Make room for the name of a new set, or not any more."""
        if naming != self._naming:
            self._naming = naming
            self.refresh()

    def take_counts(
        self,
        counts: Mapping[CriteriaSetId, SetCounts],
        problems: Mapping[CriteriaSetId, str],
    ) -> None:
        """Show what sets find; `problems`: why some could not be counted."""
        for key in (*counts, *problems):
            self._counts.pop(key, None)
            self._problems.pop(key, None)
        self._counts.update(counts)
        self._problems.update(problems)
        self._rows = self._make_rows()
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def refresh(self) -> None:
        """Make the rows anew, as after a change of language."""
        self.beginResetModel()
        self._rows = self._make_rows()
        self.endResetModel()

    def row(self, number: int) -> SetRow:
        """Return a row."""
        return self._rows[number]

    def row_of(self, set_id: CriteriaSetId | None) -> int:
        """Return the row of a set (None: of the new one), -1 when it is not shown."""
        if set_id is None:
            return next((i for i, row in enumerate(self._rows) if row.kind == "new"), _NAMELESS)
        found = (
            i for i, r in enumerate(self._rows) if r.entry is not None and r.entry.id == set_id
        )
        return next(found, _NAMELESS)

    def first_set(self) -> int:
        """Return the first row that is a set, -1 when there is none."""
        return next((i for i, row in enumerate(self._rows) if row.entry is not None), _NAMELESS)

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
            return spoken(row)
        return None

    @override
    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if not index.isValid() or self._rows[index.row()].entry is None:
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    # --- private

    def _make_rows(self) -> list[SetRow]:
        words = fold(self._typed).split()
        found = [entry for entry in self._entries if _has(entry, words)]
        own = [entry for entry in found if entry.own]
        others = [entry for entry in found if not entry.own]
        rows = []
        if self._naming:
            rows.append(SetRow("new"))
        rows.extend(map(self._row, own))
        if not own and not self._naming:
            rows.append(SetRow("hint", _no_own(bool(words))))
        if others:
            rows.append(SetRow("head", tr("Shared")))
            rows.extend(map(self._row, others))
        return rows

    def _row(self, entry: SetEntry) -> SetRow:
        problem = self._problems.get(entry.id, "")
        if entry.refusal is not None:
            problem = explain(entry.refusal)
        return SetRow("set", entry=entry, counts=self._counts.get(entry.id), problem=problem)


def _has(entry: SetEntry, words: Sequence[str]) -> bool:
    text = fold(entry.name if entry.own else f"{entry.name} {entry.owner_name} {entry.owner}")
    return all(word in text for word in words)


def _no_own(filtered: bool) -> str:
    if filtered:
        return tr("None has such a name.")
    return tr("None yet: build criteria and save them (Ctrl+S).")


def spoken(row: SetRow) -> str:
    """Return what a row says, as one text."""
    if row.entry is None:
        return row.text
    words = [row.entry.name]
    if row.entry.own and row.entry.shared:
        words.append(tr("shared"))
    if not row.entry.own:
        words.append(tr("{owner}, read only", owner=row.entry.owner_name))
    if row.counts is not None:
        n = row.counts.total.n
        words.append(ntr("{n} interaction", "{n} interactions", n))
        if row.counts.news is not None:
            words.append(news_text(row.counts.news.n))
    words.append(row.problem)
    return ", ".join(word for word in words if word)


def news_text(n: int) -> str:
    """Return how many are new."""
    return ntr("{n} new since yesterday", "{n} new since yesterday", n)
