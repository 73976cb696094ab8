"""A plain table of texts: rows are chosen by keyboard or mouse, Enter opens.

For pages with up to some thousands of rows that are read as a whole. The results have their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QTableView, QWidget
from typing_extensions import override

from reviewer.ui.theme.style_items import OVER_PLAIN_CELLS
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.column_widths import column_widths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent

    Index = QModelIndex | QPersistentModelIndex

_ROOT: Final = QModelIndex()
_MEASURED: Final = 200
"""So many rows tell how wide a column is."""
_LEAST_ROWS: Final = 3


INSTANT_PX: Final = 190
"""A column of instants, with their zone."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        title: Translated.
        width_px: At the normal text size, with room to spare; 0: it takes what is left. Longer
            texts widen a column as far as the others let them.
        right: Whether its texts stand at the right, as numbers do.
        whole: Whether its texts are of no use when cut, as dates are.
    """

    title: str
    width_px: int = 0
    right: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row.

    Attributes:
        texts: One for each column.
        value: What it stands for.
        muted: Whether it is written in grey.
        tip: Its tooltip, translated.
    """

    texts: tuple[str, ...]
    value: object = None
    muted: bool = False
    tip: str = ""


class TableModel(QAbstractTableModel):
    """Columns and rows of texts. Thread: main."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[Column, ...] = ()
        self.rows: tuple[TableRow, ...] = ()

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Take columns, translated; rows of another number of texts go."""
        self.beginResetModel()
        if len(columns) != len(self._columns):
            self.rows = ()
        self._columns = tuple(columns)
        self.endResetModel()

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Take other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def append_rows(self, rows: Sequence[TableRow]) -> None:
        """Take more rows at the end."""
        if rows:
            first = len(self.rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self.rows += tuple(rows)
            self.endInsertRows()

    @override
    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip or row.texts[index.column()] or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            across = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return across | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and row.muted:
            return theme().colors.muted
        return None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        column = self._columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            across = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return across | Qt.AlignmentFlag.AlignVCenter
        return None


def bare(table: QTableView) -> None:
    """Let a table show rows that are selected as wholes, with no lines, frame or editing."""
    table.setFrameShape(QTableView.Shape.NoFrame)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setCornerButtonEnabled(False)
    table.setTabKeyNavigation(False)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)


class Table(QTableView):
    """Shows a `TableModel`. Thread: main."""

    # A row was opened by Enter or a double click: its value.
    opened = Signal(object)
    # Other rows are selected.
    chosen = Signal()
    # The last rows are seen: more may be wanted.
    end_reached = Signal()
    # Columns have another width.
    sized = Signal()

    def __init__(self, *, many: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.texts = TableModel(self)
        self.setModel(self.texts)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if many else mode.SingleSelection)
        bare(self)
        self.setAlternatingRowColors(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setProperty(OVER_PLAIN_CELLS, True)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(40)
        self._columns: tuple[Column, ...] = ()
        self._needed: list[int] = []
        self._empty = ""
        self._high_px = 0
        self._sizing = False
        self._sized_by_hand = False
        header.sectionResized.connect(self._on_section_resized)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Take columns, translated."""
        self._columns = tuple(columns)
        self._needed = []
        self._sized_by_hand = False
        self.texts.show_columns(columns)
        self._size_columns()

    def show_rows(self, rows: Sequence[TableRow]) -> None:
        """Take other rows; the current place stays, as far as there are so many."""
        at = max(self.currentIndex().row(), 0)
        self.texts.show_rows(rows)
        self._size_columns()
        if rows:
            self.setCurrentIndex(self.texts.index(min(at, len(rows) - 1), 0))
        self.chosen.emit()

    def set_high(self, high_px: int) -> None:
        """Be so high where there is room, px; as in a dialog: of less, the table gives way."""
        self._high_px = high_px
        self.setMinimumHeight(min(high_px, theme().px(Size.TABLE_HEADER + _LEAST_ROWS * Size.ROW)))
        self.updateGeometry()

    def set_empty(self, text: str) -> None:
        """Say what stands in place of rows where there are none; `text`: translated."""
        self._empty = text
        self.setAccessibleDescription(text)
        self.viewport().update()

    @property
    def current(self) -> TableRow | None:
        """The row one stands on."""
        at = self.currentIndex().row()
        return self.texts.rows[at] if 0 <= at < len(self.texts.rows) else None

    @property
    def selected(self) -> tuple[TableRow, ...]:
        """The selected rows, from above."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self.texts.rows[place] for place in places)

    def _size_columns(self) -> None:
        """Give each column what its texts need; what is filtered out keeps its room."""
        if self._sized_by_hand or not self._columns:
            return
        before = self._needed or [0] * len(self._columns)
        self._needed = [max(width, self._needed_px(place)) for place, width in enumerate(before)]
        usual = [theme().px(column.width_px) for column in self._columns]
        header, room = self.horizontalHeader(), self.viewport().width()
        self._sizing = True
        whole = [place for place, column in enumerate(self._columns) if column.whole]
        for place, width in enumerate(column_widths(self._needed, usual, room, whole=whole)):
            header.resizeSection(place, width)
        self._sizing = False
        self.sized.emit()

    @property
    def cut(self) -> tuple[tuple[str, str], ...]:
        """What is not seen whole of the row one stands on: titles and texts."""
        row, header = self.current, self.horizontalHeader()
        if row is None:
            return ()
        return tuple(
            (self._columns[place].title, text)
            for place, text in enumerate(row.texts)
            if text and header.sectionSize(place) < self._taken_px([text])
        )

    def _needed_px(self, place: int) -> int:
        taken = self._taken_px({row.texts[place] for row in self.texts.rows[:_MEASURED]})
        return max(taken, self.horizontalHeader().sectionSizeHint(place))

    def _taken_px(self, texts: Iterable[str]) -> int:
        """Return how wide a column is that cuts none of these."""
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        margin = self.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, self) + 1
        return widest + 2 * margin + 1

    @Slot(int, int, int)
    def _on_section_resized(self, _place: int, _before: int, _now: int) -> None:
        if not self._sizing:
            self._sized_by_hand = True
            self.sized.emit()

    @Slot()
    def _on_double_clicked(self) -> None:
        self.open_current()

    def open_current(self) -> None:
        """Open the row one stands on, as Enter does."""
        row = self.current
        if row is not None:
            self.opened.emit(row.value)

    @Slot()
    def _on_selection_changed(self) -> None:
        self.chosen.emit()

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        if bar.maximum() and value >= bar.maximum() - bar.pageStep() // 2:
            self.end_reached.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        height = theme().row_px(Size.ROW, QFontMetricsF(self.font()))
        self.verticalHeader().setDefaultSectionSize(height)
        self.horizontalHeader().setFixedHeight(theme().px(Size.TABLE_HEADER))
        self._needed = []
        self._size_columns()

    @override
    def sizeHint(self) -> QSize:
        usual = super().sizeHint()
        return QSize(usual.width(), self._high_px or usual.height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size_columns()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._empty and not self.texts.rows:
            painter = QPainter(self.viewport())
            painter.setFont(theme().font("body"))
            painter.setPen(theme().colors.muted)
            room = self.viewport().rect().adjusted(Space.XL, 0, -Space.XL, 0)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(flags), self._empty)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.texts.rows:
            self.setCurrentIndex(self.texts.index(0, 0))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
            return
        if event.key() == Qt.Key.Key_Home:
            self.setCurrentIndex(self.texts.index(0, 0))
            return
        if event.key() == Qt.Key.Key_End:
            self.setCurrentIndex(self.texts.index(len(self.texts.rows) - 1, 0))
            return
        super().keyPressEvent(event)
