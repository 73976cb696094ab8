"""The list of comments and bookmarks: a model, how a line is drawn, and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from typing_extensions import override

from reviewer.messages import tr
from reviewer.models.remarks import RemarkKind
from reviewer.ui.review.list_ground import ground_of, paint_ground
from reviewer.ui.review.text_shapes import TextShapes
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from reviewer.ui.review.remark_lines import RemarkLine

LINE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
_TIME_PX: Final = 92
_BYLINE_PX: Final = 18
_ICONS: Final = {
    RemarkKind.COMMENT: ("message-square-text", "m_comment"),
    RemarkKind.BOOKMARK: ("bookmark", "m_bookmark"),
}
_NO_PARENT: Final = QModelIndex()


class RemarkModel(QAbstractListModel):
    """Holds the lines listed. Thread: main."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[RemarkLine, ...] = ()

    @property
    def lines(self) -> tuple[RemarkLine, ...]:
        """All lines by place."""
        return self._lines

    def set_lines(self, lines: tuple[RemarkLine, ...]) -> None:
        """List others."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role == LINE_ROLE:
            return self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._lines[index.row()].spoken
        return None


class RemarkDelegate(QStyledItemDelegate):
    """Draws one line: its time and sign, its words, who wrote it. Thread: main."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shapes = TextShapes()

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        line: RemarkLine = index.data(LINE_ROLE)
        view = getattr(option, "widget", None)
        width = view.viewport().width() if isinstance(view, QAbstractItemView) else 320
        height = self.shapes.of(line.words, self._text_width(width)).height
        return QSize(width, round(height) + theme().px(_BYLINE_PX) + 2 * Space.S)

    @staticmethod
    def _text_width(width: int) -> int:
        return max(80, width - Space.M - theme().px(_TIME_PX) - Space.L)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        line: RemarkLine = index.data(LINE_ROLE)
        now, rect = theme(), QRectF(option.rect)
        painter.save()
        chosen = paint_ground(painter, option)
        self._paint_line(painter, rect, line, chosen=chosen)
        if option.state & QStyle.StateFlag.State_HasFocus:
            draw.ring(painter, ground_of(option), now.colors.focus, radius=Radius.CONTROL)
        painter.restore()

    def _paint_line(
        self, painter: QPainter, rect: QRectF, line: RemarkLine, *, chosen: bool
    ) -> None:
        now = theme()
        top, byline = rect.top() + Space.S, now.px(_BYLINE_PX)
        quiet = now.color("text2" if chosen else "muted")
        name, role = _ICONS[line.comment.kind]
        icon = now.px(Size.ICON_CHIP)
        pixmap = now.pixmap(name, icon, role, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(rect.left() + Space.M, top + 3), pixmap)
        left = rect.left() + Space.M + icon + Space.XS
        time = QRectF(left, top, now.px(_TIME_PX) - icon - Space.S, byline + 2)
        draw.text(painter, time, line.clock, now.font("small", 500), quiet)
        x = rect.left() + Space.M + now.px(_TIME_PX)
        width = self._text_width(round(rect.width()))
        shape = self.shapes.of(line.words, width)
        said = bool(line.comment.text)
        painter.setPen(now.color("on_sel" if chosen else "text" if said else "text2"))
        shape.layout.draw(painter, QPointF(x, top))
        below = QRectF(x, top + shape.height, width, byline)
        if not line.comment.public:
            side = now.px(Size.ICON_SMALL)
            lock = now.pixmap(
                "lock", side, "text2" if chosen else "muted", painter.device().devicePixelRatioF()
            )
            painter.drawPixmap(QPointF(x, below.center().y() - side / 2), lock)
            below.setLeft(x + side + Space.XS)
        draw.text(painter, below, line.byline, now.font("small"), quiet)


class RemarkView(QListView):
    """Lists comments and bookmarks; Enter goes there. Thread: main."""

    # (line: RemarkLine) Go to its place.
    jumped = Signal(object)
    # (line: RemarkLine) Change its words (F2).
    edit_asked = Signal(object)
    # (line: RemarkLine) Take it away (Delete).
    delete_asked = Signal(object)
    # (line: RemarkLine, at: QPoint) Offer what can be done with it.
    menu_asked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = RemarkModel(self)
        self._delegate = RemarkDelegate(self)
        self.setModel(self._model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_context_menu_requested)
        self.clicked.connect(self._on_clicked)
        theme().changed.connect(self._on_theme_changed)

    @property
    def lines(self) -> tuple[RemarkLine, ...]:
        """What is listed."""
        return self._model.lines

    def set_lines(self, lines: tuple[RemarkLine, ...]) -> None:
        """List others; the current line stays if it is still there."""
        current = self.current_line()
        self._model.set_lines(lines)
        if current is not None:
            self.choose(current)

    def current_line(self) -> RemarkLine | None:
        """Return the line that the keys act on."""
        row = self.currentIndex().row()
        return self._model.lines[row] if 0 <= row < len(self._model.lines) else None

    def choose(self, line: RemarkLine) -> None:
        """Make a line the current one, by what it is about."""
        for row, other in enumerate(self._model.lines):
            if other.comment.id == line.comment.id:
                self.setCurrentIndex(self._model.index(row))

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.jumped.emit(self._model.lines[index.row()])

    @Slot(QPoint)
    def _on_context_menu_requested(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if index.isValid():
            line = self._model.lines[index.row()]
            self.menu_asked.emit(line, self.viewport().mapToGlobal(at))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._delegate.shapes.forget()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.setAccessibleName(tr("Comments and bookmarks"))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        line, key = self.current_line(), event.key()
        if event.matches(QKeySequence.StandardKey.Copy) and line is not None:
            QGuiApplication.clipboard().setText(line.spoken)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and line is not None:
            self.jumped.emit(line)
        elif key == Qt.Key.Key_F2 and line is not None:
            self.edit_asked.emit(line)
        elif key == Qt.Key.Key_Delete and line is not None:
            self.delete_asked.emit(line)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space):
            # These belong to the player, wherever the focus is.
            event.ignore()
        else:
            super().keyPressEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
