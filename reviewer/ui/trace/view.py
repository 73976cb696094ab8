"""The table of executed blocks; an abnormal exit has a sign, a ground and bold words."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.trace.steps import AT, BLOCK, BLOCK_ID, EXIT, ORDER, SCENARIO, TITLE, StepsModel
from reviewer.ui.widgets.table import bare

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent

    from reviewer.models.interaction import ScenarioStep

_WIDTHS: Final = (72, 184, 88, 200, 150, 230, 88, 200)
_NARROWEST: Final = 48
# Columns that get narrower where there is not room for all, one after the other, down to
# this or their title.
_YIELDING: Final = (SCENARIO, TITLE, BLOCK)
_YIELDED: Final = 120
# Air at each side of a cell: words stand under their title's.
_PAD: Final = Space.M


class StepsView(QTableView):
    """Shows a `StepsModel`. Thread: main."""

    # The current block is to be shown on the timeline: its row.
    step_opened = Signal(int)
    # A menu for the current block is asked for, at this place on the screen: QPoint.
    menu_asked = Signal(object)

    def __init__(self, model: StepsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(StepDelegate(model, self))
        bare(self)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_NARROWEST)
        header.setStretchLastSection(True)
        header.sectionResized.connect(self._on_section_resized)
        # Widths of the user's own, empty until one was changed.
        self._own: list[int] = []
        self._fitting = False
        theme().changed.connect(self._take_theme)
        self._take_theme()

    # --- public

    @property
    def own_widths(self) -> list[int]:
        """Widths that the user gave the columns, px; empty where they are as at first."""
        return list(self._own)

    def set_own_widths(self, widths: list[int]) -> None:
        """Give the columns the widths that the user gave them before."""
        self._own = widths[: self._model.columnCount()]
        self.fit()

    def fit(self) -> None:
        """Give the columns their widths: the user's own, else what titles and dates need."""
        self._fitting = True
        widths = [self._width_of(column) for column in range(self._model.columnCount())]
        if not self._own:
            self._give_way(widths)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        self._fitting = False

    def _width_of(self, column: int) -> int:
        if column < len(self._own):
            return max(_NARROWEST, self._own[column])
        return max(theme().px(_WIDTHS[column]), self._needed(column))

    def _give_way(self, widths: list[int]) -> None:
        """Let names get narrower where the exits, which tell most, would not be in view."""
        over = sum(widths) - self.viewport().width()
        for column in _YIELDING:
            least = max(theme().px(_YIELDED), self._needed(column))
            spare = min(over, widths[column] - least)
            if spare > 0:
                widths[column] -= spare
                over -= spare

    def _needed(self, column: int) -> int:
        title = str(self._model.headerData(column, Qt.Orientation.Horizontal))
        needed = draw.text_width(title, theme().font("small", 500))
        if column == AT and self._model.rowCount():
            needed = max(needed, draw.text_width(self._model.text(0, AT), theme().font("body")))
        if column == EXIT:
            font = theme().font("small", 600)
            exits = [self._model.text(row, EXIT) for row in range(self._model.rowCount())]
            widest = max((draw.text_width(text, font) for text in exits), default=0.0)
            # The chip around it has a sign and air of its own.
            needed = max(needed, widest + theme().px(Size.ICON_CHIP) + 3 * Space.S)
        return ceil(needed) + 2 * _PAD + 1

    def choose(self, row: int) -> None:
        """Make a row the current and only selected one."""
        flags = QItemSelectionModel.SelectionFlag
        index = self._model.index(row, 0)
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self.scrollTo(index)

    def chosen(self) -> list[int]:
        """Return the rows selected, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    # --- overrides

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._own:
            self.fit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.step_opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.step_opened.emit(index.row())
        else:
            super().mouseDoubleClickEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.globalPos()
        if event.reason() == event.Reason.Keyboard:
            rect = self.visualRect(self.currentIndex())
            at = self.viewport().mapToGlobal(rect.bottomLeft())
        event.accept()
        if self.currentIndex().isValid():
            self.menu_asked.emit(at)

    # --- private

    @Slot(int, int, int)
    def _on_section_resized(self, column: int, _old: int, _new: int) -> None:
        # The last one takes what is left over.
        if not self._fitting and column != EXIT:
            self._own = [self.columnWidth(each) for each in range(EXIT)]

    @Slot()
    def _take_theme(self) -> None:
        self.fit()
        metrics = QFontMetricsF(theme().font("body"))
        self.verticalHeader().setDefaultSectionSize(theme().row_px(Size.ROW, metrics))
        self.horizontalHeader().setFixedHeight(theme().px(Size.TABLE_HEADER))
        self.viewport().update()


class StepDelegate(QStyledItemDelegate):
    """Paints one cell of a block. Thread: main."""

    def __init__(self, model: StepsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors = theme().colors
        rect = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            active = bool(option.state & QStyle.StateFlag.State_Active)
            painter.fillRect(rect, colors.selection if active else colors.selection_off)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colors.hover)
        draw.hline(painter, rect.left(), rect.right(), rect.bottom() - Size.LINE, colors.line)
        step = self._model.steps[index.row()]
        text = self._model.text(index.row(), index.column())
        inner = rect.adjusted(_PAD, 0, -_PAD, 0)
        if index.column() == EXIT and (step.is_abnormal or step.is_choice):
            _paint_exit(painter, inner, step, text)
            return
        role = "on_sel" if selected else _role(index.column(), step)
        font = _font_of(index.column())
        align = self._model.data(index, Qt.ItemDataRole.TextAlignmentRole)
        draw.text(painter, inner, text, font, theme().color(role), align)

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
        text = self._model.data(index, Qt.ItemDataRole.ToolTipRole)
        QToolTip.showText(event.globalPos(), text, view, view.visualRect(index))
        return True


def _font_of(column: int) -> QFont:
    if column == TITLE:
        return theme().font("label")
    return theme().mono(12) if column == BLOCK else theme().font("body")


def _role(column: int, step: ScenarioStep) -> str:
    if column in (ORDER, BLOCK_ID) or (column == EXIT and not step.is_abnormal):
        return "muted"
    return "text" if column in (AT, TITLE) else "text2"


def _paint_exit(painter: QPainter, rect: QRectF, step: ScenarioStep, text: str) -> None:
    """Paint an exit that tells something: a choice on a quiet ground, an abnormal one loudly."""
    now = theme()
    ground, edge, role, icon = (
        ("fail_soft", "fail", "fail", "triangle-alert")
        if step.is_abnormal
        else ("hover", "line2", "text", "")
    )
    font = now.font("small", 600)
    size = now.px(Size.ICON_CHIP)
    lead = size + Space.XS if icon else 0
    room = rect.width() - 2 * Space.S - lead
    words = draw.elided(text, font, room)
    height = now.px(Size.CHIP_SMALL)
    width = draw.text_width(words, font) + 2 * Space.S + lead
    box = QRectF(rect.left(), rect.center().y() - height / 2, width, height)
    draw.box(painter, box, fill=now.color(ground), border=now.color(edge), radius=Radius.BAR)
    if icon:
        ratio = painter.device().devicePixelRatioF()
        at = QPointF(box.left() + Space.S, box.center().y() - size / 2)
        painter.drawPixmap(at, now.pixmap(icon, size, role, ratio))
    inner = box.adjusted(Space.S + lead, 0, 0, 0)
    draw.text(painter, inner, words, font, now.color(role), elide=None)
