"""The tab of the customer's other interactions, of any channel: one click away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reviewer.messages import format_duration, format_instant, tr
from reviewer.models.interaction import Channel, Direction
from reviewer.ui.review.list_ground import ground_of, paint_ground
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.states import EmptyState

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.search import InteractionRow

ROW_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_ROW_PX: Final = 48
_EMPTY_PX: Final = 264
_NO_PARENT: Final = QModelIndex()
_ICONS: Final = {
    (Channel.VOICE, Direction.INBOUND): "phone-incoming",
    (Channel.VOICE, Direction.OUTBOUND): "phone-outgoing",
    (Channel.VOICE, Direction.INTERNAL): "phone",
    (Channel.CHAT, Direction.INBOUND): "message-square",
    (Channel.CHAT, Direction.OUTBOUND): "message-square",
}


class RelatedModel(QAbstractListModel):
    """Holds the rows. Thread: main."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[InteractionRow, ...] = ()
        self.zone: ZoneInfo | None = None

    def show(self, rows: tuple[InteractionRow, ...], zone: ZoneInfo) -> None:
        """List others."""
        self.beginResetModel()
        self.rows, self.zone = rows, zone
        self.endResetModel()

    def words(self, row: InteractionRow) -> tuple[str, str, str]:
        """Return when it was and with whom, what came of it, and how long it took."""
        when = format_instant(row.started_us, self.zone, with_zone=False) if self.zone else ""
        other = row.subject or row.to_address or row.connected_to
        first = " · ".join(part for part in (when, other) if part)
        second = " · ".join(p for p in (row.service, row.disposition, row.agent) if p)
        return first, second, format_duration(row.duration_us)

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role == ROW_ROLE:
            return self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return "\n".join(filter(None, self.words(self.rows[index.row()])))
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, self.words(self.rows[index.row()])[:2]))
        return None


class _RelatedDelegate(QStyledItemDelegate):
    """Draws one interaction in two lines."""

    def __init__(self, model: RelatedModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(200, theme().px(_ROW_PX))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        now, rect = theme(), QRectF(option.rect)
        row: InteractionRow = index.data(ROW_ROLE)
        chosen = paint_ground(painter, option)
        first, second, length = self._model.words(row)
        icon = now.px(Size.ICON)
        name = _ICONS.get((row.channel, row.direction), "mail")
        sign = now.pixmap(
            name, icon, "on_sel" if chosen else "text2", painter.device().devicePixelRatioF()
        )
        painter.drawPixmap(QPointF(rect.left() + Space.M, rect.center().y() - icon / 2), sign)
        left = rect.left() + Space.M + icon + Space.S
        middle = rect.center().y()
        font = now.font("small")
        wide = draw.text_width(length, font)
        right = rect.right() - Space.M
        quiet = now.color("text2" if chosen else "muted")
        place = QRectF(right - wide - 1, rect.top() + Space.XS, wide + 2, middle - rect.top())
        draw.text(painter, place, length, font, quiet, draw.RIGHT, elide=None)
        above = QRectF(left, rect.top() + Space.XS, right - wide - Space.S - left, place.height())
        color = now.color("on_sel" if chosen else "text")
        draw.text(painter, above, first, now.font("label"), color)
        below = QRectF(left, middle, right - left, rect.bottom() - middle - Space.XS)
        draw.text(painter, below, second, font, quiet)
        if option.state & QStyle.StateFlag.State_HasFocus:
            draw.ring(painter, ground_of(option), now.colors.focus, radius=Radius.CONTROL)


class RelatedView(QListView):
    """Lists the interactions; a click or Enter opens one. Thread: main."""

    # (row: InteractionRow, in_window: bool) It is to be opened.
    open_asked = Signal(object, bool)

    def __init__(self, model: RelatedModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self.setModel(model)
        self.setItemDelegate(_RelatedDelegate(model, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._on_clicked)

    def _ask(self, index: QModelIndex, *, in_window: bool) -> None:
        if index.isValid():
            self.open_asked.emit(self._rows.rows[index.row()], in_window)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        held = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
        self._ask(index, in_window=bool(held))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self._ask(self.currentIndex(), in_window=bool(held))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space):
            # These belong to the player, wherever the focus is.
            event.ignore()
        else:
            super().keyPressEvent(event)


class RelatedPanel(QWidget):
    """The list, or what there is to say where it is empty. Thread: main."""

    # (row: InteractionRow, in_window: bool) It is to be opened.
    open_asked = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RelatedModel(self)
        self.view = RelatedView(self.model)
        self._known = True
        self._empty = EmptyState("users", width=_EMPTY_PX)
        self._stack = QStackedWidget()
        for page in (self.view, self._empty):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.view.open_asked.connect(self.open_asked)

    @property
    def rows(self) -> tuple[InteractionRow, ...]:
        """What is listed."""
        return self.model.rows

    def show_related(
        self, rows: tuple[InteractionRow, ...], zone: ZoneInfo, *, known: bool
    ) -> None:
        """List the customer's other interactions; `known`: whether one knows who that is."""
        self._known = known
        self.model.show(rows, zone)
        self._refresh()

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.view.setAccessibleName(tr("Other interactions of this customer"))
        self.view.viewport().update()
        self._refresh()

    def _refresh(self) -> None:
        self._stack.setCurrentIndex(0 if self.model.rows else 1)
        if self._known:
            self._empty.set_texts(tr("No other interactions of this customer"))
        else:
            self._empty.set_texts(
                tr("Who the customer is, is not known"),
                tr("There is neither a number of the outside nor an account."),
            )
