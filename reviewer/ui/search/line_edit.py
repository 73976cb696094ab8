"""The one-line form of the criteria: a field that colours what it says and marks what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget
from typing_extensions import override

from reviewer.models.criteria.line import TokenKind, highlight
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.key_hint import KeyHint

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QResizeEvent, QTextDocument

    from reviewer.ui.widgets.suggestions import Suggestions

_MONO_PX: Final = 13
_ROLES: Final = {
    TokenKind.KEY: "muted",
    TokenKind.SIGN: "muted",
    TokenKind.VALUE: "text",
    TokenKind.TEXT: "success",
    TokenKind.WORD: "accent_text",
    TokenKind.PAREN: "accent_text",
}


class LineEdit(QWidget):
    """A single line of criteria in the fixed-width font. Thread: main."""

    # The user changed the text: str.
    edited = Signal(str)
    # Enter was pressed.
    submitted = Signal()
    # Down was pressed: on to what lies below.
    left_downwards = Signal()
    # What is typed may be completed: (text: str, place of the cursor: int, asked for: bool).
    completion_wanted = Signal(str, int, bool)
    # Undoing or doing again goes beyond what was typed here: whether it is to undo (bool).
    undo_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._error_at = -1
        self._text = _Field(self)
        self._colors = _Colors(self._text.document())
        self._hint = KeyHint("Ctrl+L", self)
        self._text.textChanged.connect(self._on_text_changed)
        self._text.submitted.connect(self.submitted)
        self._text.left_downwards.connect(self.left_downwards)
        self._text.focus_changed.connect(self.update)
        self._text.undo_wanted.connect(self.undo_wanted)
        self._text.completion_asked.connect(self._on_text_completion_asked)
        self._known = ""
        self.setFocusProxy(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    # --- public

    def text(self) -> str:
        """Return the line as it is: Qt's plain text would have spaces for no-break spaces."""
        return self._text.document().toRawText()

    def set_text(self, text: str) -> None:
        """Replace the line without telling; the error goes."""
        self._known = text
        if text != self.text():
            self._text.setPlainText(text)
        self.set_error(-1)

    def set_error(self, position: int) -> None:
        """Mark the line as wrong at a character, from 0; -1: it is right."""
        self._error_at = position
        self._colors.mark(position)
        self._text.set_error_at(position)
        self.update()

    def set_suggestions(self, suggestions: Suggestions) -> None:
        """Let completions be shown in this list, and keys be led to it."""
        self._text.set_suggestions(suggestions, self)

    def complete(self, start: int, end: int, text: str) -> None:
        """Put a completion in the place of what was typed from `start` to `end`."""
        cursor = self._text.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(min(end, len(self.text())), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        self._text.setTextCursor(cursor)

    def place_px(self, position: int) -> int:
        """Return where a character is, from the left of the whole field, px."""
        cursor = QTextCursor(self._text.document())
        cursor.setPosition(min(position, len(self.text())))
        return self._text.x() + self._text.cursorRect(cursor).left() - Space.S - Space.XS

    def set_names(self, name: str, placeholder: str) -> None:
        """Set the texts in the language in force."""
        self._text.setAccessibleName(name)
        self._text.setToolTip(name)
        self._text.setPlaceholderText(placeholder)

    def select_all(self) -> None:
        """Select the whole line."""
        self._text.selectAll()

    # --- slots

    @Slot()
    def _on_text_changed(self) -> None:
        # Other colours are a change to Qt as well.
        if self.text() != self._known:
            self._known = self.text()
            self.edited.emit(self._known)
            self.completion_wanted.emit(self.text(), self._text.textCursor().position(), False)

    @Slot()
    def _on_text_completion_asked(self) -> None:
        self.completion_wanted.emit(self.text(), self._text.textCursor().position(), True)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._text.setFont(theme().mono(_MONO_PX))
        self._colors.rehighlight()
        self.setFixedHeight(theme().px(Size.SEARCH_LINE))
        self._place()
        self.update()

    # --- overrides

    @override
    def sizeHint(self) -> QSize:
        return QSize(Size.DIALOG, theme().px(Size.SEARCH_LINE))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme().colors
        focused = self._text.hasFocus()
        wrong = self._error_at >= 0
        width = Size.FOCUS if focused or wrong else Size.LINE
        edge = colors.fail if wrong else colors.focus if focused else colors.ctl
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(edge, width))
        painter.setBrush(colors.field)
        half = width / 2
        frame = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(frame, Radius.CONTROL, Radius.CONTROL)
        ratio = self.devicePixelRatioF()
        icon = theme().pixmap("search", Size.ICON, "muted", ratio)
        painter.drawPixmap(QPointF(Space.M, (self.height() - Size.ICON) / 2), icon)
        painter.end()

    # --- private

    def _place(self) -> None:
        left = Space.M + Size.ICON + Space.S
        hint = self._hint.sizeHint()
        right = self.width() - Space.S - hint.width()
        self._hint.setGeometry(
            right, (self.height() - hint.height()) // 2, hint.width(), hint.height()
        )
        metrics = QFontMetricsF(self._text.font())
        height = round(metrics.lineSpacing()) + 4
        top = (self.height() - height) // 2
        self._text.setGeometry(left, top, max(0, right - Space.S - left), height)


class _Field(QPlainTextEdit):
    """The text itself, kept to one line."""

    submitted = Signal()
    left_downwards = Signal()
    focus_changed = Signal()
    completion_asked = Signal()
    undo_wanted = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._error_at = -1
        self._suggestions: Suggestions | None = None
        self._anchor: QWidget = self
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(1)
        self.viewport().setAutoFillBackground(False)

    def set_error_at(self, position: int) -> None:
        """Underline from this character; -1: nothing."""
        self._error_at = position
        self.viewport().update()

    def set_suggestions(self, suggestions: Suggestions, anchor: QWidget) -> None:
        """Lead keys to a list of completions that is shown under `anchor`."""
        self._suggestions, self._anchor = suggestions, anchor

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
        key, keys = event.key(), Qt.KeyboardModifier
        if self._list_takes(event):
            event.accept()
            return
        if key == Qt.Key.Key_Space and event.modifiers() == keys.ControlModifier:
            self.completion_asked.emit()
            return
        for standard, undoes in (
            (QKeySequence.StandardKey.Undo, True),
            (QKeySequence.StandardKey.Redo, False),
        ):
            if event.matches(standard):
                self._undo(undoes=undoes)
                return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submitted.emit()
            return
        if key == Qt.Key.Key_Down:
            self.left_downwards.emit()
            return
        super().keyPressEvent(event)

    def _undo(self, *, undoes: bool) -> None:
        """Undo what was typed here, and then what was done elsewhere; or do it again."""
        document = self.document()
        if undoes and document.isUndoAvailable():
            self.undo()
        elif not undoes and document.isRedoAvailable():
            self.redo()
        else:
            self.undo_wanted.emit(undoes)

    def _list_takes(self, event: QKeyEvent) -> bool:
        found = self._suggestions
        return found is not None and found.is_for(self._anchor) and found.take_key(event)

    @override
    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(" ".join(source.text().splitlines()))

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._suggestions is not None and self._suggestions.is_for(self._anchor):
            self._suggestions.hide()
        self.focus_changed.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._error_at < 0:
            return
        text = self.toPlainText()
        at = min(self._error_at, len(text))
        cursor = QTextCursor(self.document())
        cursor.setPosition(at)
        rect = self.cursorRect(cursor)
        end = at + 1
        while end < len(text) and not text[end].isspace():
            end += 1
        metrics = QFontMetricsF(self.font())
        width = max(metrics.horizontalAdvance(text[at:end]), metrics.averageCharWidth())
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colors.fail, Size.FOCUS))
        _wave(painter, QPoint(rect.left(), rect.bottom()), round(width))
        painter.end()


class _Colors(QSyntaxHighlighter):
    """Colours keys, phrases, words and parentheses."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._error_at = -1

    def mark(self, position: int) -> None:
        """Colour what begins at this character as wrong; -1: nothing."""
        if position != self._error_at:
            self._error_at = position
            self.rehighlight()

    @override
    def highlightBlock(self, text: str) -> None:
        for token in highlight(text):
            self.setFormat(token.start, token.end - token.start, _ink(_ROLES[token.kind]))


def _ink(role: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(theme().color(role)))
    return made


def _wave(painter: QPainter, start: QPoint, width: int) -> None:
    """Draw a zigzag under the place of an error: seen without colour."""
    step = 3
    points = [
        QPointF(start.x() + x, start.y() - (2 if (x // step) % 2 else 0))
        for x in range(0, max(width, 2 * step) + 1, step)
    ]
    painter.drawPolyline(points)
