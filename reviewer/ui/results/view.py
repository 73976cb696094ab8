"""The table of results: keys, clicks on icons and parts, hover, and where it stands."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPointF,
    QRect,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget
from typing_extensions import override

from reviewer.ui.results.cells import Lead
from reviewer.ui.results.delegate import RowDelegate
from reviewer.ui.results.model import ResultsModel, RowKind
from reviewer.ui.results.owed import Owed
from reviewer.ui.results.row_images import Columns, RowImages, RowState
from reviewer.ui.results.rows import HEAD
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Motion, Size
from reviewer.ui.widgets.table import bare

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelection
    from PySide6.QtGui import QContextMenuEvent, QResizeEvent

    from reviewer.models.ids import InteractionId
    from reviewer.ui.results.header import ResultsHeader

_Cursor = QAbstractItemView.CursorAction


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the table stands: its current interaction and what is at the top.

    Attributes:
        current: The current interaction, None when there is none.
        top: Position of the interaction at the top.
        left_px: How far it is scrolled to the right.
    """

    current: InteractionId | None
    top: int
    left_px: int


class ResultsView(QTableView):
    """Shows a `ResultsModel`. Thread: main."""

    # An interaction is to be opened: (position: int, part: int, -1 for the whole).
    open_asked = Signal(int, int)
    # The scenario trace is to be shown: position: int.
    trace_asked = Signal(int)
    # All emails of a case are to be shown: position: int.
    case_asked = Signal(int)
    # Parts are to be shown or hidden: (position: int, whether shown: bool).
    parts_asked = Signal(int, bool)
    # A menu for the current row is asked for, at this place on the screen: QPoint.
    menu_asked = Signal(object)
    # Other rows are in view, or others are selected.
    view_changed = Signal()

    def __init__(
        self, model: ResultsModel, header: ResultsHeader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._rows = RowDelegate(model, self)
        self._pressed: tuple[int, int] | None = None
        self._bones = QTimer(self)
        self._bones.setSingleShot(True)
        self._bones.setInterval(Motion.SKELETON_AFTER)
        self._bones.timeout.connect(self._on_bones_timeout)
        self._images = RowImages(model, self._rows)
        self._owed = Owed(self.viewport(), self)
        self.setModel(model)
        self.setItemDelegate(self._rows)
        self.setHorizontalHeader(header)
        self._set_up()
        self._take_theme()
        theme().changed.connect(self._on_theme_changed)
        model.parts_opened.connect(self._on_model_parts_opened)
        model.modelAboutToBeReset.connect(self._on_model_about_to_be_reset)
        model.modelReset.connect(self._on_model_reset)
        model.rowsInserted.connect(self._on_model_rows_changed)
        model.rowsRemoved.connect(self._on_model_rows_changed)
        model.pages_wanted.connect(self._on_model_pages_wanted)
        model.dataChanged.connect(self._on_model_rows_changed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def _set_up(self) -> None:
        bare(self)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        numbers = self.verticalHeader()
        numbers.setVisible(False)
        numbers.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        numbers.setMinimumSectionSize(Size.PART_ROW)

    # --- public

    @property
    def settled(self) -> bool:
        """Whether all rows in view are painted, as far as they are at hand."""
        return self._owed.nothing

    def current_place(self) -> tuple[int, int] | None:
        """Return position and part (-1: the whole) of the current row."""
        row = self.currentIndex().row()
        return self._model.locate(row) if 0 <= row < self._model.rowCount() else None

    def positions_in_view(self) -> tuple[int, int] | None:
        """Return the first and last interaction in view, those more than half hidden left out."""
        rows = self._model.rowCount()
        height = self.viewport().height()
        if not rows or height <= 0:
            return None
        half = self.verticalHeader().defaultSectionSize() // 2
        first = max(0, self.rowAt(min(half, height - 1)))
        last = self.rowAt(max(0, height - half))
        last = rows - 1 if last < 0 else last
        return self._model.locate(first)[0], self._model.locate(max(first, last))[0]

    def selected_ranges(self) -> list[tuple[int, int]]:
        """Return first and last position of each stretch selected, ascending, apart.

        A part that is selected counts as its interaction.
        """
        spans = sorted(
            (self._model.locate(span.top())[0], self._model.locate(span.bottom())[0])
            for span in self.selectionModel().selection().toList()
        )
        ranges: list[tuple[int, int]] = []
        for first, last in spans:
            if ranges and first <= ranges[-1][1] + 1:
                ranges[-1] = (ranges[-1][0], max(ranges[-1][1], last))
            else:
                ranges.append((first, last))
        return ranges

    def selected_positions(self, limit: int | None = None) -> list[int]:
        """Return the positions selected, ascending, at most `limit`."""
        found: list[int] = []
        for first, last in self.selected_ranges():
            room = last - first + 1 if limit is None else limit - len(found)
            found.extend(range(first, min(last + 1, first + room)))
        return found

    def selected_ids(self) -> array[int]:
        """Return the ids of what is selected, in the order shown; fast for any number."""
        ids = array("q")
        for first, last in self.selected_ranges():
            ids.extend(self._model.ids[first : last + 1])
        return ids

    def selected_count(self) -> int:
        """Return how many interactions are selected, without walking through them."""
        return sum(last - first + 1 for first, last in self.selected_ranges())

    def choose(self, position: int, *, part: int = HEAD) -> None:
        """Make a row the current and only selected one."""
        index = self._model.index(self._model.row_of(position, part), self._first_section())
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def spot(self) -> Spot:
        """Return where the table stands."""
        place = self.current_place()
        top = self.rowAt(0)
        return Spot(
            self._model.interaction_id(place[0]) if place is not None else None,
            self._model.locate(top)[0] if top >= 0 else 0,
            self.horizontalScrollBar().value(),
        )

    def return_to(self, spot: Spot) -> None:
        """Stand where `spot` says, as far as it is still among the results."""
        if not self._model.total:
            return
        top = self._model.row_of(min(spot.top, self._model.total - 1))
        self.scrollTo(self._model.index(top, 0), QAbstractItemView.ScrollHint.PositionAtTop)
        position = None if spot.current is None else self._model.position_of(spot.current)
        if position is not None:
            self.choose(position)
        self.horizontalScrollBar().setValue(spot.left_px)

    # --- slots

    @Slot()
    def _on_theme_changed(self) -> None:
        self._take_theme()

    @Slot(int, int, int)
    def _on_model_parts_opened(self, _position: int, first: int, count: int) -> None:
        height = self._part_px()
        for row in range(first, first + count):
            self.setRowHeight(row, height)
        self.view_changed.emit()

    @Slot()
    def _on_model_about_to_be_reset(self) -> None:
        # A reset leaves the heights of the rows as they were.
        self._set_part_heights(self.verticalHeader().defaultSectionSize())

    @Slot()
    def _on_model_reset(self) -> None:
        self._rows.hover_row = -1
        self._rows.skeleton = False
        self.view_changed.emit()

    @Slot()
    def _on_model_rows_changed(self) -> None:
        self._rows.skeleton = False
        self.view_changed.emit()

    @Slot()
    def _on_model_pages_wanted(self) -> None:
        if not self._bones.isActive():
            self._bones.start()

    @Slot()
    def _on_bones_timeout(self) -> None:
        place = self.positions_in_view()
        if place is None:
            return
        rows = range(self._model.row_of(place[0]), self._model.row_of(place[1]) + 1)
        if any(self._model.kind(row) is RowKind.WAITING for row in rows):
            self._rows.skeleton = True
            self.viewport().update()

    @Slot()
    def _on_scrolled(self) -> None:
        self._owed.moved()
        place = self.positions_in_view()
        if place is not None:
            # Before they are painted as missing: reading and painting take their time together.
            self._model.want(*place)
        self.view_changed.emit()

    # --- overrides

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.view_changed.emit()

    @override
    def keyboardSearch(self, search: str) -> None:
        """Do not walk through all rows for a typed letter, as the base class would."""

    @override
    def moveCursor(
        self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        rows = self._model.rowCount()
        if rows and cursorAction in (_Cursor.MoveHome, _Cursor.MoveEnd):
            row = 0 if cursorAction == _Cursor.MoveHome else rows - 1
            return self._model.index(row, self._first_section())
        if cursorAction in (_Cursor.MoveLeft, _Cursor.MoveRight):
            return self.currentIndex()
        return super().moveCursor(cursorAction, modifiers)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.current_place()
        key = event.key()
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and place is not None:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.open_asked.emit(*place)
                return
            if key in (Qt.Key.Key_Right, Qt.Key.Key_Left) and self._fold(key, *place):
                return
        if plain and key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + (1 if key == Qt.Key.Key_Right else -1) * bar.singleStep())
            return
        super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = (index.row(), index.column()) if plain and left else None
        super().mousePressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        pressed, self._pressed = self._pressed, None
        if pressed is None or pressed != (index.row(), index.column()) or not index.isValid():
            return
        position, part = self._model.locate(index.row())
        cell = self._model.cell(index.row(), index.column())
        if cell.parts:
            self.parts_asked.emit(position, not self._model.is_open(position))
        elif cell.leads is Lead.TRACE:
            self.trace_asked.emit(position)
        elif cell.leads is Lead.CASE:
            self.case_asked.emit(position)
        elif self._opens(index, event.position()):
            self.open_asked.emit(position, part)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mouseDoubleClickEvent(event)
            return
        self._pressed = None
        if not self._model.cell(index.row(), index.column()).parts:
            self.open_asked.emit(*self._model.locate(index.row()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self._hover(index.row())
        acts = index.isValid() and (
            bool(self._model.cell(index.row(), index.column()).parts)
            or self._model.cell(index.row(), index.column()).leads is not None
            or self._opens(index, event.position())
        )
        shape = Qt.CursorShape.PointingHandCursor if acts else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() == event.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex())
            at = self.viewport().mapToGlobal(rect.bottomLeft())
        event.accept()
        if self.current_place() is not None:
            self.menu_asked.emit(at)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.view_changed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        # Not by the base class, which would ask for every cell: rows are painted as wholes.
        self._rows.begin()
        painter = QPainter(self.viewport())
        self._owed.painted(event.rect(), self._paint_rows(painter, event.rect()))
        current = self.currentIndex()
        if self.hasFocus() and current.isValid() and not self.selectionModel().isSelected(current):
            row = current.row()
            painter.setPen(QPen(theme().colors.focus, Size.FOCUS))
            y, height = self.rowViewportPosition(row), self.rowHeight(row)
            painter.drawRect(QRect(1, y + 1, self.viewport().width() - 2, height - 2))
        painter.end()

    # --- private

    def _paint_rows(self, painter: QPainter, area: QRect) -> int | None:
        """Paint the rows in an area; return to where all of them were, px, None: everywhere."""
        until_px: int | None = None
        rows, row = self._model.rowCount(), self.rowAt(area.top())
        active = self.isActiveWindow()
        # Not by `isRowSelected`, which asks the model about every cell.
        last = self.rowAt(area.bottom())
        chosen = [
            (part.top(), part.bottom())
            for part in self.selectionModel().selection().toList()
            if part.bottom() >= row and (last < 0 or part.top() <= last)
        ]
        handle = self.window().windowHandle()
        # A picture of it, taken without a screen, is whole.
        seen = bool(handle) and handle.isExposed()
        columns = self._columns_in_view(painter.device().devicePixelRatioF())
        most_rows = self.viewport().height() // self._part_px() + 2
        self._images.begin(columns, most_rows, in_turns=seen)
        while 0 <= row < rows:
            top = self.rowViewportPosition(row)
            if top > area.bottom():
                break
            position, part = self._model.locate(row)
            state = RowState(
                selected=any(begin <= row <= end for begin, end in chosen),
                active=active,
                hovered=row == self._rows.hover_row,
                opened=part == HEAD and self._model.is_open(position),
                height_px=self.rowHeight(row),
            )
            if not self._images.paint(painter, top, row, state) and until_px is None:
                until_px = top
            row += 1
        return None if until_px is None else max(until_px, area.top())

    def _columns_in_view(self, ratio: float) -> Columns:
        header, width = self.horizontalHeader(), self.viewport().width()
        places = []
        for visual in range(header.count()):
            column = header.logicalIndex(visual)
            left = header.sectionViewportPosition(column)
            size = header.sectionSize(column)
            if not header.isSectionHidden(column) and left < width and left + size > 0:
                places.append((column, left, size))
        return Columns(tuple(places), width, ratio)

    def _take_theme(self) -> None:
        metrics = QFontMetricsF(theme().font("body"))
        self.verticalHeader().setDefaultSectionSize(theme().row_px(Size.ROW, metrics))
        self.horizontalHeader().setFixedHeight(theme().px(Size.TABLE_HEADER))
        self._set_part_heights(self._part_px())

    def _set_part_heights(self, height_px: int) -> None:
        for position in self._model.opened:
            first = self._model.row_of(position) + 1
            whole = self._model.whole(position)
            for row in range(first, first + (len(whole.segments) if whole else 0)):
                self.setRowHeight(row, height_px)

    @staticmethod
    def _part_px() -> int:
        return theme().row_px(Size.PART_ROW, QFontMetricsF(theme().font("small")))

    def _first_section(self) -> int:
        header = self.horizontalHeader()
        for visual in range(header.count()):
            logical = header.logicalIndex(visual)
            if not header.isSectionHidden(logical):
                return logical
        return 0

    def _fold(self, key: int, position: int, part: int) -> bool:
        """Open or close the parts of the current row; whether the key was used."""
        if part != HEAD and key == Qt.Key.Key_Left:
            self.choose(position)
            return True
        if part != HEAD:
            return False
        opens = key == Qt.Key.Key_Right
        found = self._model.result(position)
        if self._model.is_open(position) == opens or found is None:
            return False
        if opens and found.segment_count < 2:
            return False
        self.parts_asked.emit(position, opens)
        return True

    def _opens(self, index: QModelIndex, at: QPointF) -> bool:
        cell = self._model.cell(index.row(), index.column())
        if cell.leads is Lead.REVIEW:
            return True
        sign = self._rows.sign_at(self.visualRect(index), cell, at)
        return sign is not None and sign.opens

    def _hover(self, row: int) -> None:
        old, self._rows.hover_row = self._rows.hover_row, row
        if old == row:
            return
        width = self.viewport().width()
        for changed in (old, row):
            if changed >= 0:
                y = self.rowViewportPosition(changed)
                self.viewport().update(0, y, width, self.rowHeight(changed))
