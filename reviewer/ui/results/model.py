"""The table model over any number of results: an array of ids and a few pages of rows.

Rows of parts are rows of this flattened model. Nothing is read here: what is missing is asked
for by `pages_wanted` and handed in by whoever reads, with the generation of the search it
answers.
"""

from __future__ import annotations

from array import array
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, QTimer, Signal, Slot
from typing_extensions import override

from reviewer.models.ids import InteractionId
from reviewer.ui.results.cells import BLANK, Cell, Look
from reviewer.ui.results.pages import PAGE_ROWS, PageCache
from reviewer.ui.results.rows import HEAD, RowMap

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence, Set

    from PySide6.QtCore import QPersistentModelIndex

    from reviewer.models.criteria.highlight import Snippet
    from reviewer.models.interaction import Interaction
    from reviewer.models.search import InteractionRow

# Worded rows kept at most: some 7 windows full. Emptied as a whole; wording costs 0.1 ms a row.
_WORDED_ROWS = 256
# Put together once: views ask twice a cell painted, and each "or" of flags takes 2 us.
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_NO_PARENT = QModelIndex()


class RowKind(Enum):
    """What a row of the table is."""

    INTERACTION = auto()
    PART = auto()
    WAITING = auto()
    """Its page is being fetched."""
    GONE = auto()
    """It was found, and is not in the store any more."""


class Wording(Protocol):
    """Makes cells of values, in the language in force."""

    @property
    def column_count(self) -> int:
        """Number of columns."""
        ...

    def title(self, column: int) -> str:
        """Return the column's title."""
        ...

    def interaction(self, row: InteractionRow) -> Sequence[Cell]:
        """Return the cells of an interaction, one a column."""
        ...

    def part(self, whole: Interaction, number: int) -> tuple[Cell, ...]:
        """Return the cells of the part at index `number`, one a column."""
        ...


class ResultsModel(QAbstractTableModel):
    """What was found, one interaction a row, with its parts under it where opened.

    Thread: main.
    """

    # Pages not at hand are in view: (generation: int, numbers: tuple[int, ...]).
    pages_wanted = Signal(int, object)
    # Parts were shown or hidden: (position: int, first row: int, number of rows: int).
    parts_opened = Signal(int, int, int)

    def __init__(self, wording: Wording, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wording = wording
        self._generation = 0
        self._ids: array[int] = array("q")
        self._cache = PageCache()
        self._map = RowMap()
        self._wholes: dict[int, Interaction] = {}
        self._worded: dict[InteractionId, Sequence[Cell]] = {}
        self._worded_parts: dict[int, tuple[tuple[Cell, ...], ...]] = {}
        self._wanted: list[int] = []
        self._missed: set[int] = set()
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.setInterval(0)
        self._ask.timeout.connect(self._on_ask_timeout)

    # --- what is shown

    @property
    def generation(self) -> int:
        """Number of the search whose results are shown."""
        return self._generation

    @property
    def total(self) -> int:
        """Number of interactions known so far."""
        return self._map.total

    @property
    def ids(self) -> array[int]:
        """All ids known so far, in order; not to be changed."""
        return self._ids

    def start(self, generation: int, wording: Wording | None = None) -> None:
        """Show nothing, for a new search; `wording` when its columns are others."""
        self.beginResetModel()
        self._generation = generation
        self._wording = wording or self._wording
        self._forget(array("q"))
        self.endResetModel()

    def show_first(self, generation: int, rows: Sequence[InteractionRow], *, all_: bool) -> None:
        """Show the first rows; `all_` when there are no more."""
        if generation != self._generation:
            return
        self.beginResetModel()
        self._forget(array("q", (row.id for row in rows)))
        for number in range((len(rows) + PAGE_ROWS - 1) // PAGE_ROWS):
            page = rows[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
            self._cache.put(number, page, whole=all_ or len(page) == PAGE_ROWS)
        self.endResetModel()

    def show_all(self, generation: int, ids: array[int]) -> None:
        """Show all that was found; `ids` in their order. What is shown already stays."""
        if generation != self._generation:
            return
        known = len(self._ids)
        if known <= len(ids) and self._ids == ids[:known]:
            if known == len(ids):
                return
            first = self._map.rows
            self.beginInsertRows(QModelIndex(), first, first + len(ids) - known - 1)
            self._ids = ids
            self._map.grow(len(ids))
            self.endInsertRows()
            return
        # Data came in between the two questions: the snapshot is what counts.
        self.beginResetModel()
        self._forget(ids)
        self.endResetModel()

    def page_ids(self, number: int) -> tuple[InteractionId, ...]:
        """Return the ids of a page's interactions."""
        return tuple(
            InteractionId(i) for i in self._ids[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
        )

    def take_page(self, generation: int, number: int, rows: Sequence[InteractionRow]) -> None:
        """Show the rows of a page that was fetched."""
        self.take_pages(generation, {number: rows})

    def take_pages(self, generation: int, pages: Mapping[int, Sequence[InteractionRow]]) -> None:
        """Show the rows of pages that were fetched, by their numbers."""
        if generation != self._generation:
            return
        # What was read ahead is shown nowhere yet.
        at_hand = self._cache.numbers
        shown = [number for number in pages if number in self._missed or number in at_hand]
        self._missed.difference_update(pages)
        for number, rows in pages.items():
            self._cache.put(number, rows)
        if shown:
            self._word_again(shown, (row.id for number in shown for row in pages[number]))

    def absent(self, numbers: Iterable[int]) -> tuple[int, ...]:
        """Return those of some pages that there are, and that are not at hand."""
        last = (self.total - 1) // PAGE_ROWS
        return tuple(n for n in numbers if 0 <= n <= last and not self._cache.is_whole(n))

    def want(self, first: int, last: int) -> None:
        """Ask at once for what is not at hand of some positions that will be painted."""
        missing = self.absent(range(first // PAGE_ROWS, last // PAGE_ROWS + 1))
        if missing:
            self._missed.update(missing)
            self.pages_wanted.emit(self._generation, missing)

    @property
    def pages_at_hand(self) -> tuple[int, ...]:
        """Numbers of the pages at hand, the one shown last at the end."""
        return self._cache.numbers

    def take_snippets(self, generation: int, number: int, said: Mapping[int, Snippet]) -> None:
        """Show lines that were found in the texts of a page's rows, by id."""
        if generation != self._generation:
            return
        self._cache.put_snippets(number, said)
        self._word_again((number,), said)

    def refresh(self, *touched: Set[InteractionId]) -> None:
        """Fetch again what of these interactions is at hand; the old rows stay until then."""
        stale = self._cache.pages_with(*touched)
        if stale:
            self.pages_wanted.emit(self._generation, stale)

    def retranslate(self, wording: Wording) -> None:
        """Word everything anew: the language changed."""
        self._wording = wording
        self._worded.clear()
        self._worded_parts.clear()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
        if self._map.rows:
            self._tell(0, self._map.rows - 1)

    # --- rows

    def locate(self, row: int) -> tuple[int, int]:
        """Return position and part of a row; part -1 for the interaction's own."""
        return self._map.locate(row)

    def row_of(self, position: int, part: int = HEAD) -> int:
        """Return the row of an interaction or of one of its parts."""
        return self._map.row_of(position, part)

    def key(self, row: int) -> tuple[int, int]:
        """Return whose row it is, wherever it stands: interaction id and part."""
        position, part = self._map.locate(row)
        return self._ids[position], part

    def kind(self, row: int) -> RowKind:
        """Return what the row is."""
        position, part = self._map.locate(row)
        if part != HEAD:
            return RowKind.PART
        if self._cache.row(position, InteractionId(self._ids[position])) is not None:
            return RowKind.INTERACTION
        gone = self._cache.is_whole(position // PAGE_ROWS)
        return RowKind.GONE if gone else RowKind.WAITING

    def interaction_id(self, position: int) -> InteractionId:
        """Return the id of the interaction at `position`."""
        return InteractionId(self._ids[position])

    def position_of(self, interaction_id: InteractionId) -> int | None:
        """Return where an interaction is in the order, None if it is not among them."""
        try:
            return self._ids.index(interaction_id)
        except ValueError:
            return None

    def result(self, position: int) -> InteractionRow | None:
        """Return the interaction at `position` if it is at hand."""
        return self._cache.row(position, self.interaction_id(position))

    def whole(self, position: int) -> Interaction | None:
        """Return the interaction whose parts are shown, None where they are not."""
        return self._wholes.get(position)

    def cell(self, row: int, column: int) -> Cell:
        """Return what a cell shows; asks for the row when it is not at hand."""
        cells = self.cells(row)[1]
        return cells[column] if cells else BLANK

    def cells(self, row: int) -> tuple[RowKind, Sequence[Cell]]:
        """Return what a row is and its cells, none where it is not at hand (it is asked for)."""
        position, part = self._map.locate(row)
        if part != HEAD:
            return RowKind.PART, self._part_cells(position)[part]
        interaction_id = InteractionId(self._ids[position])
        cells = self._worded.get(interaction_id)
        if cells is not None:
            return RowKind.INTERACTION, cells
        found = self._cache.row(position, interaction_id)
        if found is None:
            page = position // PAGE_ROWS
            if self._cache.is_whole(page):
                return RowKind.GONE, ()
            self._want(page)
            return RowKind.WAITING, ()
        if len(self._worded) >= _WORDED_ROWS:
            self._worded.clear()
        cells = self._worded[interaction_id] = self._wording.interaction(found)
        return RowKind.INTERACTION, cells

    # --- parts

    def is_open(self, position: int) -> bool:
        """Whether the parts of the interaction at `position` are shown."""
        return self._map.is_open(position)

    def open_parts(self, generation: int, position: int, whole: Interaction) -> None:
        """Show an interaction's parts under it."""
        if generation != self._generation or position >= self.total or self.is_open(position):
            return
        parts = len(whole.segments)
        first = self._map.row_of(position) + 1
        self.beginInsertRows(QModelIndex(), first, first + parts - 1)
        self._wholes[position] = whole
        self._map.open(position, parts)
        self.endInsertRows()
        self.parts_opened.emit(position, first, parts)
        self._tell(first - 1, first - 1)

    def close_parts(self, position: int) -> None:
        """Hide an interaction's parts."""
        if not self.is_open(position):
            return
        first = self._map.row_of(position) + 1
        self.beginRemoveRows(QModelIndex(), first, first + self._map.parts_of(position) - 1)
        del self._wholes[position]
        self._worded_parts.pop(position, None)
        self._map.close(position)
        self.endRemoveRows()
        self._tell(first - 1, first - 1)

    @property
    def opened(self) -> tuple[int, ...]:
        """Positions whose parts are shown, ascending."""
        return self._map.opened

    # --- overrides

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self._map.rows

    @override
    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else self._wording.column_count

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        # What views ask for most and nobody needs comes first.
        if role == Qt.ItemDataRole.DisplayRole or role == Qt.ItemDataRole.AccessibleTextRole:
            return self.cell(index.row(), index.column()).spoken if index.isValid() else None
        if role == Qt.ItemDataRole.ToolTipRole and index.isValid():
            return self.cell(index.row(), index.column()).tooltip or None
        if role == Qt.ItemDataRole.TextAlignmentRole and index.isValid():
            number = self.cell(index.row(), index.column()).look is Look.NUMBER
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < self.columnCount():
            return None
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return self._wording.title(section)
        return None

    @override
    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _FLAGS

    # --- private

    def _forget(self, ids: array[int]) -> None:
        self._ids = ids
        self._cache.clear()
        self._map = RowMap(len(ids))
        self._wholes.clear()
        self._worded.clear()
        self._worded_parts.clear()
        self._wanted.clear()
        self._missed.clear()
        self._ask.stop()

    def _word_again(self, numbers: Collection[int], ids: Iterable[int]) -> None:
        for interaction_id in ids:
            self._worded.pop(InteractionId(interaction_id), None)
        first = min(numbers) * PAGE_ROWS
        last = min((max(numbers) + 1) * PAGE_ROWS, self.total) - 1
        if first <= last:
            self._tell(self._map.row_of(first), self._map.row_of(last))

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(
            self.index(first, 0), self.index(last, max(0, self.columnCount() - 1))
        )

    def _part_cells(self, position: int) -> tuple[tuple[Cell, ...], ...]:
        cells = self._worded_parts.get(position)
        if cells is None:
            whole = self._wholes[position]
            cells = tuple(self._wording.part(whole, i) for i in range(len(whole.segments)))
            self._worded_parts[position] = cells
        return cells

    def _want(self, number: int) -> None:
        if number in self._wanted:
            return
        self._missed.add(number)
        self._wanted.append(number)
        if not self._ask.isActive():
            self._ask.start()

    @Slot()
    def _on_ask_timeout(self) -> None:
        wanted, self._wanted = tuple(self._wanted), []
        if wanted:
            self.pages_wanted.emit(self._generation, wanted)
