"""The list of criteria: keys, clicks, and the row that is being edited in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)
from typing_extensions import override

from reviewer.messages import tr, translated
from reviewer.ui.actions import tooltip
from reviewer.ui.search.tree_drag import Drop, drop_at, paint_drop
from reviewer.ui.search.tree_paint import (
    ACTS,
    RowPlaces,
    lay_out,
    paint_edited_row,
    paint_lines,
    paint_row,
)
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QContextMenuEvent,
        QHelpEvent,
        QKeyEvent,
        QMouseEvent,
        QPaintEvent,
    )

    from reviewer.models.criteria.tree import Path
    from reviewer.ui.search.tree_model import CriteriaModel, TreeRow

_PULL_MS: Final = 60
"""How often scrolling goes on while something is dragged, ms."""
_ACTING: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class CriteriaView(QListView):
    """Shows a `CriteriaModel` and says what the user wants. Thread: main."""

    # An act on a row: (name of `ACTS`, or "toggle": str, path). Also by its icon.
    act_asked = Signal(str, object)
    # A block is to be joined otherwise: (path, Join).
    join_asked = Signal(object, object)
    # A menu for a row: (path, QPoint on the screen).
    menu_asked = Signal(object, object)
    # Up was pressed on the first row.
    left_upwards = Signal()
    # Its rows need another height.
    height_changed = Signal()
    # A row was dragged: (path, the place it is to go to).
    moved = Signal(object, object)
    # A row should be where it can be seen: QRect in the view.
    to_be_seen = Signal(QRect)
    # Something is dragged to here: QPoint in the view.
    dragged_to = Signal(QPoint)

    def __init__(self, model: CriteriaModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._rows = _RowDelegate(model, self)
        self._editing: Path | None = None
        self._editor: QWidget | None = None
        self._hover = -1
        self._hot_act = ""
        self._pressed: tuple[Path, QPoint] | None = None
        self._dragged: Path | None = None
        self._drop: Drop | None = None
        self._mouse = QPoint()
        self._pull = QTimer(self)
        self._pull.setInterval(_PULL_MS)
        self._pull.timeout.connect(self._on_pull_timeout)
        self.setModel(model)
        self.setItemDelegate(self._rows)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)
        model.modelReset.connect(self._on_model_changed)
        theme().changed.connect(self._on_model_changed)

    # --- public

    @property
    def editing(self) -> Path | None:
        """Where a row is being edited, None when none is."""
        return self._editing

    def is_edited(self, row: TreeRow) -> bool:
        """Whether the editor stands in the place of this row.

        A condition that is being made has the path of the one that it will push down.
        """
        return row.path == self._editing and (row.node is None or self._model.pending is None)

    def current_path(self) -> Path | None:
        """Return the current row's place, None when there is none."""
        row = self.currentIndex().row()
        return self._model.row(row).path if 0 <= row < self._model.rowCount() else None

    def choose(self, path: Path) -> None:
        """Make a row the current one."""
        row = self._model.row_of(path)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row))

    def begin_editing(self, path: Path, editor: QWidget) -> None:
        """Put an editor in the place of a row."""
        self._editing, self._editor = path, editor
        index = self._model.index(self._model.row_of(path))
        self.setCurrentIndex(index)
        self.setIndexWidget(index, editor)
        self.scheduleDelayedItemsLayout()
        self.height_changed.emit()
        self.to_be_seen.emit(self.visualRect(index))

    def end_editing(self) -> None:
        """Show the row itself again."""
        if self._editing is None:
            return
        index = self._model.index(self._model.row_of(self._editing))
        self._editing, self._editor = None, None
        self.setIndexWidget(index, None)  # type: ignore[arg-type]  # its stub knows no None
        self.scheduleDelayedItemsLayout()
        self.height_changed.emit()

    def editor_height(self) -> int:
        """Return what the editor in its row needs, px; 0 when there is none."""
        return self._editor.sizeHint().height() if self._editor is not None else 0

    def rows_height(self) -> int:
        """Return what all rows need, px."""
        return sum(self._rows.height_of(self._model.row(i)) for i in range(self._model.rowCount()))

    # --- slots

    @Slot()
    def _on_model_changed(self) -> None:
        self._editing, self._editor = None, None
        self._hover = -1
        self.end_drag()
        self.height_changed.emit()

    @Slot()
    def _on_pull_timeout(self) -> None:
        """Go on scrolling while the mouse stands at the edge."""
        self.dragged_to.emit(self.viewport().mapFromGlobal(self._mouse))
        self._drag_to(self.viewport().mapFromGlobal(self._mouse))

    # --- dragging

    @property
    def dragged(self) -> Path | None:
        """What is being dragged, None when nothing is."""
        return self._dragged

    def end_drag(self) -> Drop | None:
        """Stop dragging; return where it would have gone."""
        drop = self._drop
        self._pressed, self._dragged, self._drop = None, None, None
        self._pull.stop()
        self.viewport().unsetCursor()
        self.viewport().update()
        return drop

    def _drag_to(self, at: QPoint) -> None:
        if self._dragged is None:
            return
        rows = [self._model.row(i) for i in range(self._model.rowCount())]
        rects = [self.visualRect(self._model.index(i)) for i in range(len(rows))]
        self._drop = drop_at(rows, rects, self._dragged, at)
        self.viewport().update()

    def _may_begin_drag(self, at: QPoint) -> bool:
        if self._pressed is None or self._editing is not None:
            return False
        far = (at - self._pressed[1]).manhattanLength()
        return far >= QApplication.startDragDistance()

    # --- overrides

    @override
    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and self.hasFocus():
            self.to_be_seen.emit(self.visualRect(current))

    @override
    def sizeHint(self) -> QSize:
        return QSize(Size.DIALOG, self.rows_height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._dragged is not None:
            if event.key() == Qt.Key.Key_Escape:
                self.end_drag()
            return
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.key() == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_upwards.emit()
            return
        path = self.current_path()
        if plain and event.key() == Qt.Key.Key_F2 and path is not None:
            self.act_asked.emit("edit", path)
            return
        if plain and event.key() in _ACTING:
            # They belong to the actions of the tree.
            event.ignore()
            return
        super().keyPressEvent(event)

    @override
    def keyboardSearch(self, search: str) -> None:
        """Letters are no search here: they belong to the window's actions."""

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        row = self._model.row(index.row())
        if row.node is None or self.is_edited(row):
            return
        places = self._places(index)
        at = event.position()
        if places.check.adjusted(-4, -6, 4, 6).contains(at):
            self.act_asked.emit("toggle", row.path)
            return
        for join, rect in places.joins.items():
            if rect.contains(at):
                self.join_asked.emit(row.path, join)
                return
        for act, rect in places.acts.items():
            if rect.contains(at):
                self.act_asked.emit(act, row.path)
                return
        self._pressed = (row.path, at.toPoint())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        dragged, drop = self._dragged, self.end_drag()
        if dragged is not None and drop is not None:
            self.moved.emit(dragged, drop.place)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        places = self._places(index)
        at = event.position()
        elsewhere = [places.check, *places.joins.values(), *places.acts.values()]
        row = self._model.row(index.row())
        if not self.is_edited(row) and not any(rect.contains(at) for rect in elsewhere):
            self.act_asked.emit("edit", row.path)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at_px = event.position().toPoint()
        if self._pressed is not None and self._dragged is None and self._may_begin_drag(at_px):
            self._dragged = self._pressed[0]
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._pull.start()
        if self._dragged is not None:
            # On the screen: the rows may scroll away under it.
            self._mouse = event.globalPosition().toPoint()
            self._drag_to(at_px)
            return
        if self._pressed is not None:
            # The base class would go over the rows with the mouse.
            return
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self._hover = index.row()
        self._hot_act = ""
        pointing = grasping = False
        if index.isValid() and not self.is_edited(self._model.row(index.row())):
            places = self._places(index)
            at = event.position()
            self._hot_act = next((a for a, r in places.acts.items() if r.contains(at)), "")
            others = [places.check, *places.joins.values()]
            pointing = bool(self._hot_act) or any(rect.contains(at) for rect in others)
            grasping = places.grip.contains(at)
        shape = Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor
        shape = Qt.CursorShape.OpenHandCursor if grasping else shape
        self.viewport().setCursor(shape)
        self.viewport().update()

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover = -1
            self._hot_act = ""
            self.viewport().update()
        return super().viewportEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        at = event.globalPos()
        if event.reason() == event.Reason.Keyboard:
            index = self.currentIndex()
            at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft() + QPoint(60, 0))
        event.accept()
        if index.isValid():
            self.setCurrentIndex(index)
            self.menu_asked.emit(self._model.row(index.row()).path, at)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._rows.begin(self._hover, self._hot_act)
        super().paintEvent(event)
        if self._drop is not None:
            painter = QPainter(self.viewport())
            paint_drop(painter, self._drop, 0, self.viewport().width())
            painter.end()

    # --- private

    def _places(self, index: QModelIndex) -> RowPlaces:
        return lay_out(self.visualRect(index), self._model.row(index.row()))


def _is_part(path: Path, dragged: Path | None) -> bool:
    return dragged is not None and path[: len(dragged)] == dragged


class _RowDelegate(QStyledItemDelegate):
    """Paints rows and says how high they are."""

    def __init__(self, model: CriteriaModel, parent: CriteriaView) -> None:
        super().__init__(parent)
        self._model = model
        self._view = parent
        self._hover = -1
        self._hot_act = ""
        self._ends: dict[Path, int] = {}

    def begin(self, hover: int, hot_act: str) -> None:
        """Be told what holds for the repaint that begins."""
        self._hover, self._hot_act = hover, hot_act
        self._ends = self._model.ends_of_lines()

    def height_of(self, row: TreeRow) -> int:
        """Return a row's height, px."""
        if self._view.is_edited(row):
            return max(theme().px(Size.CRITERION_ROW_EDITED), self._view.editor_height())
        return theme().px(Size.CRITERION_ROW)

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(Size.DIALOG, self.height_of(self._model.row(index.row())))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = self._model.row(index.row())
        rect = QRect(option.rect)
        ends = {
            depth
            for depth in range(row.depth)
            if self._ends.get(row.path[: depth + 1]) == index.row()
        }
        count = self._model.count_of(row.node)
        if self._view.is_edited(row):
            paint_edited_row(painter, rect, row, count=count, widget=self._view)
        elif row.node is not None:
            paint_row(
                painter,
                rect,
                row,
                count=count,
                hovered=index.row() == self._hover,
                current=self._view.hasFocus() and index == self._view.currentIndex(),
                hot_act=self._hot_act if index.row() == self._hover else "",
                dragged=_is_part(row.path, self._view.dragged),
                widget=self._view,
            )
        paint_lines(painter, rect, row, ends)

    @override
    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        # The base class would leave room for a tick.
        editor.setGeometry(option.rect)

    @override
    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        row = self._model.row(index.row())
        places = lay_out(QRect(option.rect), row)
        at = event.pos()
        text = ""
        for act, rect in places.acts.items():
            if rect.contains(at):
                _, title, keys = ACTS[act]
                text = tooltip(translated(title), keys)
        if places.check.contains(at):
            text = tooltip(tr("Switch on or off"), "Space")
        QToolTip.showText(event.globalPos(), text or row.problem or self._model.spoken(row), view)
        return True
