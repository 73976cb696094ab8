"""One category in the list: its number and name, edited in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import explain, tr
from reviewer.ui.actions import tooltip
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent

    from reviewer.errors import ReviewerError

_NUMBER_PX: Final = 24
_ASIDE = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class NameEdit(Edit):
    """Where a name is typed: Enter and leaving it save, Esc gives up."""

    # Enter was pressed.
    entered = Signal()
    # Esc was pressed.
    given_up = Signal()
    # The keyboard went to another widget of the window.
    left = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        elif key == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in _ASIDE:
            self.left.emit()


class CategoryRow(QWidget):
    """A row of the list; `name` is empty as long as a new category was not saved.

    The page does what the row asks for, and answers `accept` or `refuse`. Thread: main.
    """

    # (name: str) It was typed and is to be saved.
    name_entered = Signal(str)
    # A new category was given up.
    dropped = Signal()
    # Its button was pressed: to remove it, or to move it up (-1) or down (1).
    remove_asked = Signal()
    move_asked = Signal(int)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self._number = 0
        self._asked = ""
        self._error: ReviewerError | None = None
        self._number_label = Label("", "body", "muted")
        self._number_label.setMinimumWidth(theme().px(_NUMBER_PX))
        self._name_label = ElidedLabel(name)
        self.edit = NameEdit()
        self.up = IconButton("chevron-up")
        self.down = IconButton("chevron-down")
        self.remove = IconButton("trash-2")
        self.rename = Button("", "pencil", "ghost", panel=True)
        self._error_label = Label("", "small", "fail", weight=500, wraps=True)
        self._names = QStackedWidget()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._connect()
        self.retranslate()
        self._reveal()

    def _lay_out(self) -> None:
        self._names.addWidget(self._name_label)
        self._names.addWidget(self.edit)
        self._names.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout()
        line.setSpacing(Space.XS)
        line.addWidget(self._number_label)
        line.addWidget(self._names, 1)
        for button in self._buttons():
            # The row takes the keys for all of them.
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.XS, Space.S, Space.XS)
        layout.setSpacing(Space.XS)
        layout.addLayout(line)
        layout.addWidget(self._error_label)
        self._error_label.setIndent(theme().px(_NUMBER_PX) + Space.XS)
        self._error_label.hide()

    def _connect(self) -> None:
        self.edit.entered.connect(self._on_edit_entered)
        self.edit.given_up.connect(self.give_up)
        self.edit.left.connect(self._on_edit_left)
        self.edit.textEdited.connect(self._on_edit_text_edited)
        self.rename.clicked.connect(self.begin)
        self.remove.clicked.connect(self.remove_asked)
        self.up.clicked.connect(self._on_up_clicked)
        self.down.clicked.connect(self._on_down_clicked)

    def _buttons(self) -> tuple[Button | IconButton, ...]:
        return (self.rename, self.up, self.down, self.remove)

    # --- what the page does

    @property
    def editing(self) -> bool:
        """Whether its name is being typed."""
        return self._names.currentIndex() == 1

    @property
    def error_text(self) -> str:
        """Why the name was refused, "" if it was not."""
        return self._error_label.text()

    def set_number(self, number: int, count: int) -> None:
        """Take the place `number` of `count`, from 1."""
        self._number = number
        self._number_label.setText(str(number))
        self.up.setEnabled(number > 1)
        self.down.setEnabled(number < count)
        self._word_name()

    @Slot()
    def begin(self) -> None:
        """Let the name be typed."""
        if not self.editing:
            self.edit.setText(self.name)
            self.edit.selectAll()
            self._names.setCurrentIndex(1)
        self.edit.setFocus()
        self._reveal()

    @Slot()
    def give_up(self) -> None:
        """Leave the name as it was."""
        if self.name:
            self._finish()
        else:
            self.dropped.emit()

    def accept(self, _written: object) -> None:
        """Show the name that was saved."""
        self.name = self._asked.strip()
        self._asked = ""
        self._word_name()
        self._finish()

    def refuse(self, error: ReviewerError) -> None:
        """Say why the name was not saved; what was typed stays."""
        self._asked = ""
        self._error = error
        self._show_error()

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.rename.setText(tr("Edit"))
        self.rename.setToolTip(tooltip(tr("Rename the category"), "F2"))
        self.remove.set_name(tooltip(tr("Remove the category"), "Delete"))
        self.up.set_name(tooltip(tr("Move the category up"), "Alt+Up"))
        self.down.set_name(tooltip(tr("Move the category down"), "Alt+Down"))
        self.edit.setPlaceholderText(tr("Name of the category"))
        self.edit.setAccessibleName(tr("Name of the category"))
        self._show_error()

    # --- internals

    def _word_name(self) -> None:
        self._name_label.setText(self.name)
        self.setAccessibleName(f"{self._number}. {self.name}")

    def _finish(self) -> None:
        focused = self.edit.hasFocus()
        self._error = None
        self._show_error()
        # The edit loses the keyboard by it, which must not save what was given up.
        self.edit.blockSignals(True)
        self._names.setCurrentIndex(0)
        if focused:
            self.setFocus()
        self.edit.blockSignals(False)
        self._reveal()

    def _show_error(self) -> None:
        text = "" if self._error is None else explain(self._error)
        self.edit.set_error(text)
        self._error_label.setText(text)
        self._error_label.setVisible(bool(text))

    def _reveal(self) -> None:
        shown = not self.editing and (self.hasFocus() or self.underMouse())
        for button in self._buttons():
            button.setVisible(shown)
        self.update()

    def _enter(self) -> None:
        # Enter and leaving the field together must not save twice.
        if self._asked:
            return
        typed = self.edit.text()
        if self.name and typed.strip() == self.name:
            self._finish()
            return
        self._asked = typed
        self.name_entered.emit(typed)

    @Slot()
    def _on_edit_entered(self) -> None:
        self._enter()

    @Slot()
    def _on_edit_left(self) -> None:
        if not self.editing:
            return
        if not self.name and not self.edit.text().strip():
            self.dropped.emit()
        else:
            self._enter()

    @Slot(str)
    def _on_edit_text_edited(self, _text: str) -> None:
        if self._error is not None:
            self._error = None
            self._show_error()

    @Slot()
    def _on_up_clicked(self) -> None:
        self.move_asked.emit(-1)

    @Slot()
    def _on_down_clicked(self) -> None:
        self.move_asked.emit(1)

    # --- overrides

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._reveal()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._reveal()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._reveal()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._reveal()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.begin()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        if self.underMouse() and not self.editing:
            painter.fillRect(self.rect().adjusted(1, 0, -1, 0), now.colors.hover)
        if self._number > 1:
            left = Size.LINE
            draw.hline(painter, left, self.width() - left, 0, now.colors.line)
        if self.hasFocus():
            rect = QRectF(self.rect()).adjusted(1, 1, -1, 0)
            draw.ring(painter, rect, now.colors.focus, radius=Radius.CONTROL)
