"""The list of saved sets: the mouse and the keys on it, and the row that gets a name in place."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.search.sets_model import spoken
from reviewer.ui.search.sets_paint import (
    SetPlaces,
    below_text,
    lay_out_set,
    paint_head,
    paint_hint,
    paint_set,
)
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from PySide6.QtGui import (
        QContextMenuEvent,
        QHelpEvent,
        QKeyEvent,
        QMouseEvent,
        QPainter,
        QPaintEvent,
    )

    from reviewer.models.criteria.sets import SetEntry
    from reviewer.models.ids import CriteriaSetId
    from reviewer.ui.search.sets_model import SetRow, SetsModel

ACTS_BY_KEY = {
    Qt.Key.Key_Return: "load",
    Qt.Key.Key_Enter: "load",
    Qt.Key.Key_F2: "rename",
    Qt.Key.Key_Delete: "remove",
}
"""What is done with the current set by a key alone."""


class SetsView(QListView):
    """Shows a `SetsModel` and says what the user wants. Thread: main."""

    # An act on a set: (its name: str, SetEntry).
    act_asked = Signal(str, object)
    # A menu for a set: (SetEntry, QPoint on the screen).
    menu_asked = Signal(object, object)
    # A key that writes was pressed: what it writes goes to the field above.
    typed = Signal(str)
    # Up was pressed on the first set.
    left_upwards = Signal()

    def __init__(self, model: SetsModel, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._rows = _SetDelegate(model, zone, self)
        self._naming: QWidget | None = None
        self.hover = -1
        self.hot_menu = False
        self.loaded: CriteriaSetId | None = None
        self.setModel(model)
        self.setItemDelegate(self._rows)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.viewport().setAutoFillBackground(False)
        theme().changed.connect(self._on_theme_changed)
        self._before: tuple[CriteriaSetId | None, int] = (None, -1)
        model.modelAboutToBeReset.connect(self._on_model_about_to_be_reset)
        model.modelReset.connect(self._on_model_reset)

    # --- public

    def current_entry(self) -> SetEntry | None:
        """Return the set that keys act on."""
        row = self.currentIndex().row()
        return self._model.row(row).entry if 0 <= row < self._model.rowCount() else None

    def choose(self, set_id: CriteriaSetId | None) -> None:
        """Make a set the current one; None: the first that is shown."""
        row = self._model.first_set() if set_id is None else self._model.row_of(set_id)
        self.setCurrentIndex(self._model.index(row) if row >= 0 else QModelIndex())

    def step(self, by: int) -> bool:
        """Go to the next set downwards (1) or upwards (-1); whether there is one."""
        row = self.currentIndex().row() + by
        while 0 <= row < self._model.rowCount():
            if self._model.row(row).entry is not None:
                self.setCurrentIndex(self._model.index(row))
                return True
            row += by
        return False

    def begin_naming(self, set_id: CriteriaSetId | None, field: QWidget) -> None:
        """Put a field in the place of a set, or of the new one (None)."""
        row = self._model.row_of(set_id)
        self._naming = field
        index = self._model.index(row)
        self.setIndexWidget(index, field)
        self.scheduleDelayedItemsLayout()
        self.scrollTo(index)

    def end_naming(self, set_id: CriteriaSetId | None) -> None:
        """Show the row itself again."""
        if self._naming is None:
            return
        self._naming = None
        row = self._model.row_of(set_id)
        if row >= 0:
            self.setIndexWidget(self._model.index(row), None)  # type: ignore[arg-type]  # its stub knows no None
        self.scheduleDelayedItemsLayout()

    def named_height(self) -> int:
        """Return the height of the field that takes a name, px; 0 when there is none."""
        return self._naming.sizeHint().height() if self._naming is not None else 0

    def relay(self) -> None:
        """Lay the rows out anew: the field needs another height."""
        self.scheduleDelayedItemsLayout()

    # --- slots

    @Slot()
    def _on_theme_changed(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    @Slot()
    def _on_model_about_to_be_reset(self) -> None:
        entry = self.current_entry()
        self._before = (None if entry is None else entry.id, self.currentIndex().row())

    @Slot()
    def _on_model_reset(self) -> None:
        """Stay at the set that was current, or at what has come into its place."""
        self.hover = -1
        self._naming = None
        set_id, row = self._before
        if set_id is None:
            return
        if self._model.row_of(set_id) >= 0:
            self.choose(set_id)
        elif row < self._model.rowCount() and self._model.row(row).entry is not None:
            self.setCurrentIndex(self._model.index(row))
        else:
            self.choose(None)

    # --- overrides

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.take_key(event):
            if event.text().isprintable() and event.text().strip():
                self.typed.emit(event.text())
                return
            super().keyPressEvent(event)

    def take_key(self, event: QKeyEvent) -> bool:
        """Act on a key pressed here or in the field above; whether it was one for the list."""
        keys = Qt.KeyboardModifier
        entry = self.current_entry()
        plain = event.modifiers() in (keys.NoModifier, keys.KeypadModifier)
        act = ACTS_BY_KEY.get(Qt.Key(event.key()), "")
        if event.modifiers() == keys.ControlModifier and act == "load":
            act = "search"
        elif not plain:
            return False
        if act:
            if entry is not None:
                self.act_asked.emit(act, entry)
            return True
        if event.key() == Qt.Key.Key_Down:
            self.step(1)
            return True
        if event.key() == Qt.Key.Key_Up:
            if not self.step(-1):
                self.left_upwards.emit()
            return True
        return False

    @override
    def keyboardSearch(self, search: str) -> None:
        """Letters go to the field that filters."""

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        entry = self._entry(index)
        if entry is None or event.button() != Qt.MouseButton.LeftButton:
            return
        places = self._places(index)
        if places.news.contains(event.position()):
            self.act_asked.emit("news", entry)
        elif places.menu.contains(event.position()):
            at = self.viewport().mapToGlobal(places.menu.bottomLeft().toPoint())
            self.menu_asked.emit(entry, at)
        else:
            self.act_asked.emit("load", entry)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self.hover, self.hot_menu = -1, False
        if self._entry(index) is not None:
            self.hover = index.row()
            self.hot_menu = self._places(index).menu.contains(event.position())
        pointing = self.hover >= 0
        shape = Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)
        self.viewport().update()

    @override
    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hover, self.hot_menu = -1, False
            self.viewport().update()
        return super().viewportEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index, at = self.indexAt(event.pos()), event.globalPos()
        if event.reason() == event.Reason.Keyboard:
            index = self.currentIndex()
            at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft() + QPoint(40, 0))
        event.accept()
        entry = self._entry(index)
        if entry is not None:
            self.setCurrentIndex(index)
            self.menu_asked.emit(entry, at)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._rows.begin(time.time_ns() // 1_000)
        super().paintEvent(event)

    # --- private

    def _entry(self, index: QModelIndex) -> SetEntry | None:
        return self._model.row(index.row()).entry if index.isValid() else None

    def _places(self, index: QModelIndex) -> SetPlaces:
        return lay_out_set(self.visualRect(index), self._model.row(index.row()))


class _SetDelegate(QStyledItemDelegate):
    """Paints rows and says how high they are."""

    def __init__(self, model: SetsModel, zone: ZoneInfo, parent: SetsView) -> None:
        super().__init__(parent)
        self._model = model
        self._view = parent
        self._zone = zone
        self._now_us = 0

    def begin(self, now_us: int) -> None:
        """Be told the time of the repaint that begins."""
        self._now_us = now_us

    def _height_of(self, row: SetRow, index: QModelIndex | QPersistentModelIndex) -> int:
        if row.kind == "head":
            return theme().px(Size.SET_HEAD)
        if self._view.indexWidget(self._model.index(index.row())) is not None or row.kind == "new":
            return max(theme().px(Size.SET_ROW), self._view.named_height())
        return theme().px(Size.SET_ROW)

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        row = self._model.row(index.row())
        # As wide as the list: what lies in the row must not reach beyond it.
        return QSize(0, self._height_of(row, index))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row, rect, view = self._model.row(index.row()), QRect(option.rect), self._view
        if view.indexWidget(self._model.index(index.row())) is not None:
            return
        if row.kind == "head":
            paint_head(painter, rect, row.text)
        elif row.kind == "hint":
            paint_hint(painter, rect, row.text)
        elif row.entry is not None:
            active = view.hasFocus() or view.property("fieldFocused") is True
            paint_set(
                painter,
                rect,
                row,
                below=below_text(row.entry, self._now_us, self._zone),
                current=active and index == view.currentIndex(),
                loaded=row.entry.id == view.loaded,
                hovered=index.row() == view.hover,
                hot_menu=view.hot_menu and index.row() == view.hover,
            )

    @override
    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
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
        places = lay_out_set(QRect(option.rect), row)
        text = spoken(row) if row.entry is not None else ""
        if row.entry is not None and places.menu.contains(event.pos()):
            text = tr("What can be done with the set")
        QToolTip.showText(event.globalPos(), text, view)
        return True
