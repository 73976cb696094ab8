"""The column chooser: a pop-up list to tick, drag and search columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionButton,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.results.layout import TableLayout
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import SearchEdit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QHideEvent, QMouseEvent

_WIDTH = 272
_ROWS_SHOWN = 17
_KEY = Qt.ItemDataRole.UserRole


class ColumnChooser(QFrame):
    """Ticks, order and search of the columns. Thread: main."""

    # The user ticked or moved a column: TableLayout.
    layout_chosen = Signal(object)
    # The layout is to be as at first.
    reset_asked = Signal()
    # It was closed.
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._layout = TableLayout(())
        self._heading = Label(step="strong")
        self._count = Label(step="small", role="muted")
        self._find = SearchEdit()
        self._list = _ColumnList(self)
        self._reset = Button(icon="undo-2", kind="ghost", panel=True)
        self._whose = Label(step="small", role="muted")
        self._arrange()
        self._find.textChanged.connect(self._on_find_changed)
        self._find.installEventFilter(self)
        self._list.ticked.connect(self._on_ticked)
        self._list.moved.connect(self._on_moved)
        self._reset.clicked.connect(self.reset_asked)
        self.retranslate()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._heading, 1)
        top.addWidget(self._count)
        box = QVBoxLayout(self)
        box.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        box.setSpacing(Space.S)
        box.addLayout(top)
        box.addWidget(self._find)
        box.addWidget(self._list, 1)
        foot = QHBoxLayout()
        foot.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignLeft)
        foot.addWidget(self._whose, 1, Qt.AlignmentFlag.AlignRight)
        box.addLayout(foot)
        self.setFixedWidth(theme().px(_WIDTH))

    # --- public

    def show_layout(
        self, layout: TableLayout, titles: Mapping[str, str], channel: str = ""
    ) -> None:
        """Show which columns there are and which are shown; the first one is not in the list.

        `channel` names the channel that they are remembered for.
        """
        self._layout = layout
        self._whose.setText(channel)
        current = self._list.current_key()
        self._list.fill([(p.key, titles[p.key], p.shown) for p in layout.places[1:]])
        self._list.choose(current)
        self._on_find_changed(self._find.text())
        shown = sum(place.shown for place in layout.places[1:])
        self._count.setText(tr("{shown} of {all}", shown=shown, all=len(layout.places) - 1))

    def open_below(self, anchor: QWidget) -> None:
        """Show it under a button, right edges in line, inside the screen."""
        rows = min(_ROWS_SHOWN, len(self._layout.places) - 1)
        self._list.setFixedHeight(rows * theme().px(Size.MENU_ROW) + 2)
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(anchor.width(), anchor.height() + Space.XS))
        area = self.screen().availableGeometry()
        if anchor.window() is not None:
            area = area.intersected(anchor.window().frameGeometry())
        height = min(self.height(), area.bottom() - corner.y())
        self.setFixedHeight(max(height, Size.DIALOG // 2))
        self.move(max(area.left(), corner.x() - self.width()), corner.y())
        self._find.clear()
        self.show()
        self._find.setFocus(Qt.FocusReason.PopupFocusReason)

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self._heading.setText(tr("Columns"))
        self._find.setPlaceholderText(tr("Find a column"))
        self._find.setAccessibleName(tr("Find a column"))
        self._list.setAccessibleName(tr("Columns"))
        self._reset.setText(tr("Reset"))
        self._reset.setToolTip(tr("Columns, their order, widths and sorting as at first"))

    # --- slots

    @Slot(str)
    def _on_find_changed(self, text: str) -> None:
        self._list.filter(text)

    @Slot(str, bool)
    def _on_ticked(self, key: str, shown: bool) -> None:
        self.layout_chosen.emit(self._layout.with_shown(key, shown))

    @Slot(str, int)
    def _on_moved(self, key: str, to: int) -> None:
        # The first column is not in the list.
        self.layout_chosen.emit(self._layout.moved(key, to + 1))

    # --- overrides

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._list.setFocus(Qt.FocusReason.TabFocusReason)
                self._list.step(0 if self._list.current_key() == "" else 1)
                return True
        return False

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme().colors
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.line2, Size.LINE))
        painter.setBrush(colors.raised)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, Radius.CARD, Radius.CARD)
        painter.end()


class _ColumnList(QListWidget):
    """The columns: Space ticks, Alt+Up and Alt+Down move, dragging moves."""

    ticked = Signal(str, bool)
    moved = Signal(str, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setItemDelegate(_ColumnDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.viewport().setAutoFillBackground(False)
        self.model().rowsMoved.connect(self._on_rows_moved)
        self._filling = False

    def fill(self, columns: list[tuple[str, str, bool]]) -> None:
        """Show (key, title, whether shown)."""
        self._filling = True
        self.clear()
        for key, title, shown in columns:
            item = QListWidgetItem(title, self)
            item.setData(_KEY, key)
            item.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
        self._filling = False

    def filter(self, text: str) -> None:
        """Show the columns whose title contains `text`."""
        wanted = text.strip().casefold()
        for i in range(self.count()):
            item = self.item(i)
            item.setHidden(wanted not in item.text().casefold())

    def current_key(self) -> str:
        """Return the key of the current column, "" when there is none."""
        item = self.currentItem()
        return str(item.data(_KEY)) if self.currentRow() >= 0 else ""

    def choose(self, key: str) -> None:
        """Make a column the current one."""
        for i in range(self.count()):
            if self.item(i).data(_KEY) == key:
                self.setCurrentRow(i)

    def step(self, by: int) -> None:
        """Go to the next column that is not hidden; `by` 0: to the first."""
        start = max(0, self.currentRow() + by) if by else 0
        for i in range(start, self.count()):
            if not self.item(i).isHidden():
                self.setCurrentRow(i)
                return

    @Slot()
    def _on_rows_moved(
        self, _from: QModelIndex, first: int, _last: int, _to: QModelIndex, to: int
    ) -> None:
        if not self._filling:
            place = to - 1 if to > first else to
            self.moved.emit(str(self.item(place).data(_KEY)), place)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        item, row = self.currentItem(), self.currentRow()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if row >= 0 and event.key() == Qt.Key.Key_Space:
            self._tick(item)
        elif row >= 0 and alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            to = row + (-1 if event.key() == Qt.Key.Key_Up else 1)
            if 0 <= to < self.count():
                self.moved.emit(str(item.data(_KEY)), to)
        else:
            super().keyPressEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        item = self.itemAt(event.position().toPoint())
        if item is not None and event.button() == Qt.MouseButton.LeftButton:
            self._tick(item)

    def _tick(self, item: QListWidgetItem) -> None:
        shown = item.checkState() == Qt.CheckState.Checked
        self.ticked.emit(str(item.data(_KEY)), not shown)


class _ColumnDelegate(QStyledItemDelegate):
    """One column: tick, title, grip."""

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(_WIDTH, theme().px(Size.MENU_ROW))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors = theme().colors
        rect = option.rect
        widget = option.widget
        current = bool(option.state & QStyle.StateFlag.State_Selected) and widget.hasFocus()
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if current or hovered:
            painter.fillRect(rect, colors.selection if current else colors.hover)
        ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole))
        shown = ticked == Qt.CheckState.Checked
        tick = QStyleOptionButton()
        tick.rect = QRect(
            rect.x(), rect.y() + (rect.height() - Size.ICON) // 2, Size.ICON, Size.ICON
        )
        tick.state = QStyle.StateFlag.State_Enabled | (
            QStyle.StateFlag.State_On if shown else QStyle.StateFlag.State_Off
        )
        widget.style().drawPrimitive(
            QStyle.PrimitiveElement.PE_IndicatorCheckBox, tick, painter, widget
        )
        painter.setFont(theme().font("body"))
        painter.setPen(colors.on_sel if current else colors.text if shown else colors.text2)
        metrics = QFontMetricsF(theme().font("body"))
        left = rect.x() + Size.ICON + Space.S
        room = rect.width() - Size.ICON - Space.S - Size.ICON - Space.S
        text = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room)
        base = rect.y() + rect.height() / 2 + (metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(left, base), text)
        grip = theme().pixmap(
            "grip-vertical", Size.ICON_CHIP, "muted", painter.device().devicePixelRatioF()
        )
        painter.drawPixmap(
            QPointF(rect.right() - Size.ICON, rect.y() + (rect.height() - Size.ICON_CHIP) / 2), grip
        )
