"""The executed blocks of a scenario as a table: eight columns, and how they are copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from typing_extensions import override

from reviewer.messages import format_decimal, format_duration, format_instant, ptr, tr
from reviewer.models.columns import harmless
from reviewer.models.ids import US_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from zoneinfo import ZoneInfo

    from PySide6.QtCore import QPersistentModelIndex

    from reviewer.models.interaction import ScenarioStep

ORDER, AT, DURATION, SCENARIO, BLOCK, TITLE, BLOCK_ID, EXIT = range(8)
_NUMBERS: Final = frozenset({ORDER, DURATION, BLOCK_ID})
_NO_PARENT: Final = QModelIndex()
_MILLIS: Final = 3


class StepsModel(QAbstractTableModel):
    """Blocks in the order in which they were executed. Thread: main."""

    def __init__(self, zone: ZoneInfo, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._steps: tuple[ScenarioStep, ...] = ()

    @property
    def steps(self) -> tuple[ScenarioStep, ...]:
        """What is shown."""
        return self._steps

    def show_steps(self, steps: Iterable[ScenarioStep]) -> None:
        """Show other blocks."""
        self.beginResetModel()
        self._steps = tuple(sorted(steps, key=lambda step: step.order))
        self.endResetModel()

    def retranslate(self) -> None:
        """Word everything anew."""
        self.beginResetModel()
        self.endResetModel()

    def abnormal(self, after: int, by: int = 1) -> int | None:
        """Return the row of the next abnormal exit after a row, round the end; None: none."""
        count = len(self._steps)
        rows = ((after + by * n) % count for n in range(1, count + 1))
        return next((row for row in rows if self._steps[row].is_abnormal), None)

    def text(self, row: int, column: int) -> str:
        """Return what a cell says."""
        step = self._steps[row]
        return {
            ORDER: str(step.order),
            AT: format_instant(step.at_us, self._zone),
            DURATION: format_duration(step.duration_us),
            SCENARIO: step.scenario,
            BLOCK: step.block_type,
            TITLE: step.block_title,
            BLOCK_ID: str(step.block_id),
            EXIT: step.exit_taken,
        }[column]

    def copied(self, rows: Iterable[int]) -> str:
        """Return rows with their titles for a clipboard; no spreadsheet makes a formula of them."""
        lines = [[title() for title in _TITLES]]
        lines += [[self.text(row, column) for column in range(len(_TITLES))] for row in rows]
        return "\n".join("\t".join(_cell(text) for text in line) for line in lines)

    # --- overrides

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._steps)

    @override
    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(_TITLES)

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(_TITLES):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _TITLES[section]()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    # --- private

    def _spoken(self, row: int, column: int) -> str:
        text = self.text(row, column)
        if column == EXIT and self._steps[row].is_abnormal:
            return tr("abnormal exit: {exit}", exit=text)
        return text

    def _tooltip(self, row: int, column: int) -> str:
        if column == DURATION:
            seconds = self._steps[row].duration_us / US_PER_S
            return tr("{seconds} s", seconds=format_decimal(seconds, _MILLIS))
        return self._spoken(row, column)


_TITLES: Final[tuple[Callable[[], str], ...]] = (
    lambda: tr("Execution Order"),
    lambda: tr("Date & Time"),
    lambda: ptr("step", "Duration"),
    lambda: tr("Scenario Name"),
    lambda: tr("Block Type"),
    lambda: tr("Block Title"),
    lambda: tr("Block ID"),
    lambda: tr("Block Exit Taken"),
)


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _cell(text: str) -> str:
    return harmless(text.replace("\t", " ").replace("\r", " ").replace("\n", " "))
