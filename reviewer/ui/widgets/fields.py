"""Fields with suggestions: one of a list, several values as chips, plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.chip import Chip
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QFocusEvent, QMouseEvent, QResizeEvent

    from reviewer.ui.widgets.suggestions import Suggestion, Suggestions

_ARROW = Size.ICON_BUTTON


class KeyEdit(Edit):
    """A line edit that leads keys to the suggestions and says Enter and Esc."""

    # Enter with nothing to take from the list.
    entered = Signal()
    # Esc with no list to close.
    given_up = Signal()
    # The focus came or went: bool.
    focus_changed = Signal(bool)
    # Backspace at the very beginning.
    backspaced = Signal()

    def __init__(
        self, suggestions: Suggestions | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._suggestions = suggestions
        self._anchor: QWidget = self

    def set_anchor(self, anchor: QWidget) -> None:
        """Let the suggestions be shown under another widget that this edit is a part of."""
        self._anchor = anchor

    @override
    def event(self, event: QEvent) -> bool:
        # Tab would leave before `keyPressEvent` saw it.
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Tab
            and self._list_takes(event)
        ):
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._list_takes(event):
            event.accept()
            return
        key = event.key()
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            if key == Qt.Key.Key_Backspace and not self.cursorPosition():
                self.backspaced.emit()
            super().keyPressEvent(event)

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._suggestions is not None and self._suggestions.is_for(self._anchor):
            self._suggestions.hide()
        self.focus_changed.emit(False)

    def _list_takes(self, event: QKeyEvent) -> bool:
        return (
            self._suggestions is not None
            and self._suggestions.is_for(self._anchor)
            and self._suggestions.take_key(event)
        )


class PickField(KeyEdit):
    """Chooses one line of a list; typing filters it. Thread: main."""

    # The user chose another line: its value.
    picked = Signal(object)

    def __init__(self, suggestions: Suggestions, parent: QWidget | None = None) -> None:
        super().__init__(suggestions, parent)
        self._own = suggestions
        self._lines: tuple[Suggestion, ...] = ()
        self._value: object = None
        self.setTextMargins(0, 0, _ARROW - Space.S, 0)
        self.textEdited.connect(self._on_text_edited)
        self.focus_changed.connect(self._on_focus_changed)
        suggestions.chosen.connect(self._on_suggestion_chosen)

    # --- public

    @property
    def value(self) -> object:
        """The value chosen, None before one is."""
        return self._value

    def set_lines(self, lines: Sequence[Suggestion], value: object = None) -> None:
        """Offer other lines and show the one of `value`."""
        self._lines = tuple(lines)
        self.set_value(value)

    def set_value(self, value: object) -> None:
        """Show the line of `value`, nothing for none."""
        self._value = value
        line = next((line for line in self._lines if line.value == value), None)
        self.setText(line.label if line is not None else "")
        self.setCursorPosition(0)

    def open_list(self) -> None:
        """Show all lines."""
        self._own.offer(self, self._lines)
        self._own.choose(self._value)

    # --- slots

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        wanted = text.strip().casefold()
        starts = [x for x in self._lines if x.label.casefold().startswith(wanted)]
        holds = [x for x in self._lines if wanted in x.label.casefold() and x not in starts]
        self._own.offer(self, starts + holds, text)

    @Slot(bool)
    def _on_focus_changed(self, focused: bool) -> None:
        if focused:
            self.selectAll()
            # A click puts the cursor somewhere after this.
            QTimer.singleShot(0, self, self.selectAll)
        else:
            # What was typed and not chosen was no choice.
            self.set_value(self._value)

    @Slot(object)
    def _on_suggestion_chosen(self, line: Suggestion) -> None:
        if line in self._lines and self.hasFocus():
            changed = line.value != self._value
            self.set_value(line.value)
            if changed:
                self.picked.emit(line.value)
            else:
                self.entered.emit()

    # --- overrides

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        widest = max(
            (draw.text_width(line.label, theme().font("body")) for line in self._lines),
            default=80.0,
        )
        return QSize(round(widest) + 2 * Space.M + _ARROW, hint.height())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        opens = event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)
        if opens and not self._own.is_for(self):
            self.open_list()
            return
        super().keyPressEvent(event)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        was_open = self._own.is_for(self)
        super().mousePressEvent(event)
        if was_open:
            self._own.hide()
        else:
            self.open_list()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        middle = QRectF(self.rect()).center()
        middle.setX(self.width() - _ARROW / 2)
        draw.chevron(painter, middle, theme().colors.text2)
        painter.end()


class TokenField(QWidget):
    """Several values as chips, and a place to type the next. Thread: main."""

    # The text being typed changed: str.
    typed = Signal(str)
    # Enter with nothing typed.
    entered = Signal()
    # Esc with no list open.
    given_up = Signal()
    # A value came or went.
    changed = Signal()

    def __init__(self, suggestions: Suggestions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._suggestions = suggestions
        self._tokens: list[tuple[object, Chip]] = []
        self.edit = KeyEdit(suggestions, self)
        self.edit.setProperty("frameless", True)
        self.edit.setFrame(False)
        self.edit.set_anchor(self)
        self._inner = QWidget()
        self._line = QHBoxLayout(self._inner)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(Space.XS)
        self._line.addWidget(self.edit, 1)
        self.edit.setMinimumWidth(3 * Space.XXL)
        self._scroll = QScrollArea(self)
        self._set_up_scroll()
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.edit.textEdited.connect(self.typed)
        self.edit.entered.connect(self._on_edit_entered)
        self.edit.given_up.connect(self.given_up)
        self.edit.backspaced.connect(self._on_edit_backspaced)
        self.edit.focus_changed.connect(self._on_edit_focus_changed)
        suggestions.chosen.connect(self._on_suggestion_chosen)

    def _set_up_scroll(self) -> None:
        self._scroll.setWidget(self._inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self._inner.setAutoFillBackground(False)

    # --- public

    def values(self) -> list[object]:
        """Return the values, in their order."""
        return [value for value, _ in self._tokens]

    def text(self) -> str:
        """Return what is being typed."""
        return self.edit.text()

    def add(self, value: object, label: str) -> None:
        """Add a value; one that is there already is not added again."""
        self.edit.clear()
        if value in self.values():
            return
        chip = Chip(label, closable=True)
        chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        chip.closed.connect(self._on_chip_closed)
        self._tokens.append((value, chip))
        self._line.insertWidget(len(self._tokens) - 1, chip)
        QTimer.singleShot(0, self, self._show_edit)
        self.changed.emit()

    def clear(self) -> None:
        """Take all values and what is being typed away."""
        for _, chip in self._tokens:
            self._drop(chip)
        self._tokens.clear()
        self.edit.clear()

    def set_error(self, message: str) -> None:
        """Mark what is typed as unusable; "": as usable."""
        self.edit.set_error(message)
        self.update()

    def setPlaceholderText(self, text: str) -> None:
        """Say what belongs here."""
        self.edit.setPlaceholderText(text)

    # --- slots

    @Slot()
    def _on_edit_entered(self) -> None:
        self.entered.emit()

    @Slot()
    def _on_edit_backspaced(self) -> None:
        if not self.edit.text() and self._tokens:
            _, chip = self._tokens.pop()
            self._drop(chip)
            self.changed.emit()

    @Slot()
    def _on_chip_closed(self) -> None:
        gone = self.sender()
        for value, chip in self._tokens:
            if chip is gone:
                self._tokens.remove((value, chip))
                self._drop(chip)
                break
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    @Slot(bool)
    def _on_edit_focus_changed(self, _focused: bool) -> None:
        self.update()

    @Slot(object)
    def _on_suggestion_chosen(self, line: Suggestion) -> None:
        if self.edit.hasFocus():
            self.add(line.value, line.label)

    # --- overrides

    @override
    def sizeHint(self) -> QSize:
        return QSize(Size.BLOCK_INDENT * 6, self.edit.sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scroll.setGeometry(self.rect().adjusted(Space.XS, 2, -Space.XS, -2))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme().colors
        focused = self.edit.hasFocus()
        wrong = bool(self.edit.property("error"))
        edge = colors.fail if wrong else colors.focus if focused else colors.ctl
        draw.box(
            QPainter(self),
            QRectF(self.rect()),
            fill=colors.field,
            border=edge,
            radius=Radius.CONTROL,
            width=Size.FOCUS if focused or wrong else Size.LINE,
        )

    # --- private

    def _drop(self, chip: Chip) -> None:
        self._line.removeWidget(chip)
        chip.hide()
        chip.deleteLater()

    @Slot()
    def _show_edit(self) -> None:
        self._scroll.ensureWidgetVisible(self.edit, 0, 0)
