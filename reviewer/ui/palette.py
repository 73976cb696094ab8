"""The command palette (Ctrl+K): everything that can be done here, found by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
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

from reviewer.messages import tr, translated
from reviewer.ui.actions import SHORTCUT, TAKES_ALL_KEYS
from reviewer.ui.keys import position_key
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.frames import HLine
from reviewer.ui.widgets.key_hint import draw_key_hint, hint_size
from reviewer.ui.widgets.search_edit import SearchEdit
from reviewer.ui.widgets.states import EmptyState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reviewer.ui.actions import ActionRegistry

_WIDTH_PX: Final = 600
_TOP_PX: Final = 120
_MOST_ROWS: Final = 11
_ROW_PX: Final = 36
_HEADING_PX: Final = 28
_SCRIM: Final = 0.6


@dataclass(frozen=True, slots=True)
class Command:
    """One line of it.

    Attributes:
        heading: Under what it stands, translated.
        title: Translated.
        act: Does it.
        icon: Name of an icon, or empty.
        shortcut: As it is shown, or empty.
        also: Other words it is found by, translated.
    """

    heading: str
    title: str
    act: Callable[[], object]
    icon: str = ""
    shortcut: str = ""
    also: str = ""


def matching(commands: Iterable[Command], typed: str) -> tuple[Command, ...]:
    """Return the commands that have all the words that were typed: title, heading and others."""
    words = typed.casefold().split()
    return tuple(
        command
        for command in commands
        if all(
            word in f"{command.title} {command.heading} {command.also}".casefold() for word in words
        )
    )


class _Lines(QAbstractListModel):
    """Headings (texts) and commands under them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: tuple[str | Command, ...] = ()

    def show(self, commands: Sequence[Command]) -> None:
        """Show commands under their headings, in the order in which these come first."""
        headed: dict[str, list[Command]] = {}
        for command in commands:
            headed.setdefault(command.heading, []).append(command)
        self.beginResetModel()
        lines: list[str | Command] = []
        for heading, under in headed.items():
            lines += (heading, *under)
        self.lines = tuple(lines)
        self.endResetModel()

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return len(self.lines)

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line if isinstance(line, str) else line.title
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and isinstance(line, Command):
            return line.shortcut
        return None

    @override
    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if isinstance(self.lines[index.row()], str):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _LineDelegate(QStyledItemDelegate):
    """A command: icon, name, key; a heading over some."""

    def __init__(self, model: _Lines, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        heading = isinstance(self._model.lines[index.row()], str)
        return QSize(0, theme().px(_HEADING_PX if heading else _ROW_PX))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        now, colors = theme(), theme().colors
        line = self._model.lines[index.row()]
        rect = QRectF(option.rect)
        inner = rect.adjusted(Space.M, 0, -Space.M, 0)
        if isinstance(line, str):
            draw.text(painter, inner, line, now.font("small", 600), colors.muted)
            return
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            ground = colors.selection if chosen else colors.hover
            draw.box(painter, rect, fill=ground, radius=Radius.CONTROL)
        icon_px = now.px(Size.ICON)
        if line.icon:
            ratio = painter.device().devicePixelRatioF()
            role = "on_sel" if chosen else "text2"
            pixmap = now.pixmap(line.icon, icon_px, role, ratio)
            top = inner.center().y() - icon_px / 2
            painter.drawPixmap(round(inner.left()), round(top), pixmap)
        inner.setLeft(inner.left() + icon_px + Space.M)
        if line.shortcut:
            size = hint_size(line.shortcut)
            spot = QRectF(
                inner.right() - size.width(),
                inner.center().y() - size.height() / 2,
                size.width(),
                size.height(),
            )
            draw_key_hint(painter, spot, line.shortcut)
            inner.setRight(spot.left() - Space.S)
        color = colors.on_sel if chosen else colors.text
        draw.text(painter, inner, line.title, now.font("body"), color)


class CommandPalette(QWidget):
    """Covers the window until something is chosen or Esc. Thread: main."""

    def __init__(
        self,
        host: QWidget,
        actions: ActionRegistry,
        more: Callable[[str], Iterable[Command]],
    ) -> None:
        """Make it, hidden.

        Args:
            host: What it covers.
            actions: Their visible and possible ones are offered.
            more: Told what is typed, gives what it leads to; told "", what is always offered.
        """
        super().__init__(host)
        self._host = host
        self._actions = actions
        self._more = more
        self._offered: tuple[Command, ...] = ()
        self._focus_before: QWidget | None = None
        self._model = _Lines(self)
        self.edit = SearchEdit("", shortcut="Esc")
        self.edit.set_height(Size.SEARCH_LINE)
        self.edit.setProperty(TAKES_ALL_KEYS, True)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setItemDelegate(_LineDelegate(self._model, self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        # The card is its ground.
        self.list.viewport().setAutoFillBackground(False)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.nothing = EmptyState("search")
        self._card = _Card(self)
        column = self._column = QVBoxLayout(self._card)
        column.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        column.setSpacing(Space.XS)
        for widget in (self.edit, HLine(), self.list, self.nothing):
            column.addWidget(widget)
        self.edit.textChanged.connect(self._on_edit_text_changed)
        self.edit.installEventFilter(self)
        self.list.clicked.connect(self._on_list_clicked)
        host.installEventFilter(self)
        self.hide()

    # --- public

    @property
    def shown(self) -> tuple[Command, ...]:
        """The commands that are listed, from the top."""
        return tuple(line for line in self._model.lines if isinstance(line, Command))

    def open(self) -> None:
        """Collect what can be done now and cover the window."""
        window = self._host.window()
        self._focus_before = window.focusWidget()
        self._offered = (*self._of_actions(window), *self._more(""))
        self.setAccessibleName(tr("Commands"))
        self.edit.setAccessibleName(tr("Commands"))
        self.edit.setPlaceholderText(tr("Action, page, GIID or link"))
        self.nothing.set_texts(tr("Nothing is called so"))
        self.edit.clear()
        self._list("")
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def close_palette(self) -> None:
        """Uncover the window; the focus returns where it was."""
        self.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._focus_before = None

    # --- what is offered

    def _of_actions(self, window: QWidget) -> Iterable[Command]:
        """Yield what can be done now, the page's before the window's own; no title twice."""
        seen: set[str] = set()
        found = self._actions.visible(window)
        for spec, action in sorted(found, key=lambda pair: pair[1].parent() is self._host):
            title = action.text()
            if not action.isEnabled() or spec.hidden or title in seen:
                continue
            if spec.name == "window.commands":
                continue
            seen.add(title)
            heading = translated(spec.group) if spec.group else tr("Everywhere")
            shortcut = str(action.property(SHORTCUT) or "")
            yield Command(heading, title, action.trigger, spec.icon, shortcut)

    def _list(self, typed: str) -> None:
        found = matching(self._offered, typed)
        self._model.show((*self._more(typed), *found) if typed.strip() else found)
        self.list.setVisible(bool(self._model.lines))
        self.nothing.setVisible(not self._model.lines)
        if self._model.lines:
            self.list.setCurrentIndex(self._model.index(1))
            self.list.scrollToTop()
        self._place()

    def _place(self) -> None:
        """Put the card where it belongs, as tall as its lines."""
        now = theme()
        width = min(now.px(_WIDTH_PX), self._host.width() - 2 * Space.XL)
        top = min(now.px(_TOP_PX), self._host.height() // 8)
        lines = self._model.lines
        wanted = sum(now.px(_HEADING_PX if isinstance(x, str) else _ROW_PX) for x in lines)
        room = self._host.height() - 2 * top - now.px(Size.SEARCH_LINE) - Space.XXL
        self.list.setFixedHeight(max(1, min(wanted, now.px(_ROW_PX) * _MOST_ROWS, room)))
        self._card.setFixedWidth(width)
        self._column.activate()
        self._card.resize(width, self._card.sizeHint().height())
        self._card.move((self._host.width() - width) // 2, top)

    # --- choosing

    def _step(self, by: int) -> None:
        """Go to the next command, past headings; from the last to the first."""
        lines = self._model.lines
        rows = [n for n, line in enumerate(lines) if isinstance(line, Command)]
        if rows:
            current = rows.index(self.list.currentIndex().row())
            row = rows[(current + by) % len(rows)]
            self.list.setCurrentIndex(self._model.index(row))
            if row == rows[0]:
                self.list.scrollToTop()

    def _choose(self, row: int) -> None:
        line = self._model.lines[row] if 0 <= row < len(self._model.lines) else ""
        if isinstance(line, Command):
            self.close_palette()
            line.act()

    @Slot(str)
    def _on_edit_text_changed(self, text: str) -> None:
        self._list(text)

    @Slot(QModelIndex)
    def _on_list_clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _on_key(self, event: QKeyEvent) -> bool:
        keys = position_key(event)
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8}
        steps[Qt.Key.Key_PageUp] = -8
        if keys in steps:
            self._step(steps[Qt.Key(keys)])
        elif keys == Qt.Key.Key_Return:
            self._choose(self.list.currentIndex().row())
        elif keys in (Qt.Key.Key_Escape, Qt.Key.Key_K | Qt.KeyboardModifier.ControlModifier.value):
            self.close_palette()
        else:
            # The focus stays in the line while it is open.
            return keys & ~Qt.KeyboardModifier.ShiftModifier.value == Qt.Key.Key_Tab
        return True

    # --- overrides

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit and isinstance(event, QKeyEvent):
            return event.type() == QEvent.Type.KeyPress and self._on_key(event)
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._host.rect())
            self._place()
        return False

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close_palette()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().color("shadow", _SCRIM))


class _Card(QFrame):
    """The box of it; a click into it closes nothing."""

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme().colors
        rect = QRectF(self.rect())
        draw.box(
            QPainter(self), rect, fill=colors.raised, border=colors.line2, radius=Radius.DIALOG
        )
