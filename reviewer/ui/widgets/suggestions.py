"""The list under a field: what could be meant, with how many there are of it.

It lies in the window, not over it, and never takes the focus: the field keeps it and leads the
keys here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reviewer.messages import format_count
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROWS_SHOWN = 9
_LEAST_WIDTH = 220
# A wide field does not make a wide list.
_MOST_WIDTH = 300
_NO_PARENT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line: what is taken, what is shown of it, how many there are, and what it means."""

    value: object
    label: str
    matches: int | None = None
    note: str = ""


class Suggestions(QFrame):
    """A list over the page, under a field. Thread: main."""

    # A line was clicked or taken by Enter: Suggestion.
    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._model = _Lines(self)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_LineDelegate(self._model, self._list))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setMouseTracking(True)
        self._list.setUniformItemSizes(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.viewport().setAutoFillBackground(False)
        self._list.clicked.connect(self._on_list_clicked)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box = QVBoxLayout(self)
        box.setContentsMargins(Space.XS, Space.XS, Space.XS, Space.XS)
        box.addWidget(self._list)
        self._field: QWidget | None = None
        self._at_px = 0
        self._freely = False
        self.hide()

    # --- public

    def offer(
        self,
        field: QWidget,
        lines: Sequence[Suggestion],
        typed: str = "",
        *,
        at_px: int = 0,
        freely: bool = False,
    ) -> None:
        """Show lines under a field; nothing is shown for none.

        Args:
            field: Whose they are.
            lines: What is offered.
            typed: What was typed: it stands out in the lines; with it the first line is current.
            at_px: Where the list begins, from the left of the field.
            freely: What is typed counts as it is: no line is current before one is gone to, Enter
                is the field's until then, and Tab takes the first.
        """
        self._field, self._at_px, self._freely = field, at_px, freely
        self._model.show(tuple(lines), typed.strip())
        if not lines:
            self.hide()
            return
        self._place(field)
        first = bool(typed.strip()) and not freely
        self._list.setCurrentIndex(self._model.index(0) if first else QModelIndex())
        self._list.scrollToTop()
        self.show()
        self.raise_()

    def show_matches(self, matches: Mapping[object, int]) -> None:
        """Show how many there are of values, by value; the current line stays."""
        self._model.set_matches(matches)

    def choose(self, value: object) -> None:
        """Make the line of a value the current one."""
        for number, line in enumerate(self._model.lines):
            if line.value == value:
                self._list.setCurrentIndex(self._model.index(number))

    def current(self) -> Suggestion | None:
        """Return the current line while the list is seen."""
        row = self._list.currentIndex().row()
        return self._model.lines[row] if self.isVisible() and row >= 0 else None

    def is_for(self, field: QWidget) -> bool:
        """Whether the list is seen, under this field."""
        return self.isVisible() and self._field is field

    def take_key(self, event: QKeyEvent) -> bool:
        """Act on a key pressed in the field; whether it was one for the list."""
        if not self.isVisible():
            return False
        key = event.key()
        step = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _ROWS_SHOWN - 1,
            Qt.Key.Key_PageUp: 1 - _ROWS_SHOWN,
        }.get(Qt.Key(key))
        if step is not None:
            row = self._list.currentIndex().row() + step
            if self._freely and row < 0:
                self._list.setCurrentIndex(QModelIndex())
                return True
            last = len(self._model.lines) - 1
            self._list.setCurrentIndex(self._model.index(min(max(row, 0), last)))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            line = self.current()
            if line is None and self._freely and key == Qt.Key.Key_Tab:
                line = self._model.lines[0]
            if line is None:
                return False
            self.hide()
            self.chosen.emit(line)
            return True
        if key == Qt.Key.Key_Escape:
            self.hide()
            return True
        return False

    # --- slots

    @Slot(QModelIndex)
    def _on_list_clicked(self, index: QModelIndex) -> None:
        self.hide()
        self.chosen.emit(self._model.lines[index.row()])

    # --- overrides

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme().colors
        draw.box(
            QPainter(self),
            QRectF(self.rect()),
            fill=colors.raised,
            border=colors.line2,
            radius=Radius.CARD,
        )

    # --- private

    def _place(self, field: QWidget) -> None:
        row = theme().px(Size.COMPLETION_ROW)
        metrics = QFontMetricsF(theme().font("body"))
        longest = max(
            metrics.horizontalAdvance(f"{line.label}   {line.note}") for line in self._model.lines
        )
        width = max(min(field.width(), _MOST_WIDTH), _LEAST_WIDTH, round(longest) + 3 * Space.XXL)
        height = min(len(self._model.lines), _ROWS_SHOWN) * row + 2 * Space.XS
        window = self._window
        left = max(0, min(self._at_px, field.width() - width))
        corner = field.mapTo(window, QPoint(left, field.height() + Space.XS))
        if corner.y() + height > window.height():
            above = field.mapTo(window, QPoint(0, 0)).y() - Space.XS - height
            corner.setY(max(0, above))
        width = min(width, window.width() - corner.x() - Space.S)
        self.setGeometry(corner.x(), corner.y(), width, height)


class _Lines(QAbstractListModel):
    """The lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[Suggestion, ...] = ()
        self.typed = ""

    def show(self, lines: tuple[Suggestion, ...], typed: str) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.lines, self.typed = lines, typed
        self.endResetModel()

    def set_matches(self, matches: Mapping[object, int]) -> None:
        """Show how many there are of values."""
        self.lines = tuple(
            replace(line, matches=matches.get(line.value, line.matches)) for line in self.lines
        )
        if self.lines:
            self.dataChanged.emit(self.index(0), self.index(len(self.lines) - 1))

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.lines[index.row()].label
        return None


class _LineDelegate(QStyledItemDelegate):
    """A line: what was typed stands out, the number is at the right."""

    def __init__(self, model: _Lines, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(_LEAST_WIDTH, theme().px(Size.COMPLETION_ROW))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors = theme().colors
        line = self._model.lines[index.row()]
        rect = QRectF(option.rect)
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if current or hovered:
            ground = colors.selection if current else colors.hover
            draw.box(painter, rect, fill=ground, radius=Radius.BAR)
        inner = rect.adjusted(Space.S, 0, -Space.S, 0)
        color = colors.on_sel if current else colors.text
        if line.matches is not None:
            number = format_count(line.matches)
            font = theme().font("small")
            quiet = colors.text2 if current else colors.muted
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            draw.text(painter, inner, number, font, quiet, right)
            inner.setRight(inner.right() - draw.text_width(number, font) - Space.M)
        if line.note:
            font = theme().font("small")
            quiet = colors.text2 if current else colors.muted
            label_width = draw.text_width(line.label, theme().font("strong"))
            room = inner.adjusted(label_width + Space.M, 0, 0, 0)
            draw.text(painter, room, line.note, font, quiet, draw.RIGHT)
            inner.setRight(min(inner.right(), inner.left() + label_width + 1))
        at = line.label.casefold().find(self._model.typed.casefold()) if self._model.typed else -1
        if at < 0:
            draw.text(painter, inner, line.label, theme().font("body"), color)
            return
        end = at + len(self._model.typed)
        for text, step in (
            (line.label[:at], "body"),
            (line.label[at:end], "strong"),
            (line.label[end:], "body"),
        ):
            font = theme().font("strong" if step == "strong" else "body")
            draw.text(painter, inner, text, font, color)
            inner.setLeft(inner.left() + draw.text_width(text, font))
