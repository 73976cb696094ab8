"""The small panel in which a comment is written, over the page: the sound goes on meanwhile.

Words make a comment, none a bookmark. Enter saves, Esc puts it away with what was typed, which
`Remarking` keeps; only *Cancel* gives up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import ptr, tr
from reviewer.models.remarks import MAX_TEXT, RemarkKind
from reviewer.ui.review.drafts import Words
from reviewer.ui.review.note_edit import NoteBox, NoteEdit
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.states import Sign
from reviewer.ui.widgets.switch import Switch

if TYPE_CHECKING:
    from reviewer.models.remarks import Comment, Place

_WIDTH_PX: Final = 400
_TEXT_PX: Final = 76


@dataclass(frozen=True, slots=True)
class Written:
    """What was written and is to be saved.

    Attributes:
        kind: A comment if there are words, else a bookmark; one that is changed keeps its kind.
        before: What is changed, None for a new one.
    """

    kind: RemarkKind
    place: Place
    text: str
    public: bool
    before: Comment | None = None


class RemarkEditor(QWidget):
    """Lies over `host` while something is written. Thread: main."""

    # (written: Written) It is to be saved.
    submitted = Signal(object)
    # (words: Words or None) The user changed something; None: it is again as it was at first.
    edited = Signal(object)
    # It is put away without being saved. (given_up: bool) Nobody wants what was typed.
    closed = Signal(bool)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._place: Place | None = None
        self._before: Comment | None = None
        self._focus_before: QWidget | None = None
        self._sign = Sign("message-square-text", Size.ICON, "m_comment")
        self._title = ElidedLabel("", "strong")
        self.text = NoteEdit()
        self.text.setFixedHeight(theme().px(_TEXT_PX))
        self.text.setTabChangesFocus(True)
        self.public = Switch()
        self._hint = Label("", "small", "muted", wraps=True)
        self.cancel = Button(panel=True)
        self.save = Button("", "check", "primary", panel=True, shortcut="Return")
        self._lay_out()
        self.text.escaped.connect(self.put_away)
        self.text.textChanged.connect(self._on_text_changed)
        self.text.installEventFilter(self)
        self.public.toggled.connect(self._on_public_toggled)
        self.cancel.clicked.connect(self._on_cancel_clicked)
        self.save.clicked.connect(self.submit)
        host.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self._sign)
        head.addWidget(self._title, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.public)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        layout.setSpacing(Space.S)
        layout.addLayout(head)
        layout.addWidget(NoteBox(self.text))
        layout.addWidget(self._hint)
        layout.addLayout(foot)

    # --- public

    def write(self, words: Words, clock: str, near: QPoint) -> None:
        """Begin a new one, or go on with one.

        Args:
            words: What there is of it, with its place.
            clock: That place in words.
            near: Above which point of the host to lie.
        """
        if words.place is not None:
            self._open(words.place, words, clock, near, before=None)

    def change(self, comment: Comment, words: Words, clock: str, near: QPoint) -> None:
        """Begin to change one, or go on with `words`."""
        self._open(comment.place, words, clock, near, before=comment)

    @property
    def words(self) -> Words:
        """What it holds now."""
        place = self._place if self._before is None else None
        return Words(self.text.toPlainText(), self.public.isChecked(), place)

    @Slot()
    def submit(self) -> None:
        """Save what was written, unless a comment would lose all its words."""
        text = self.text.toPlainText().strip()
        if self._place is None or not self.save.isEnabled():
            return
        kind = self._kind(text)
        written = Written(kind, self._place, text, self.public.isChecked(), self._before)
        self._hide()
        self.submitted.emit(written)

    @Slot()
    def put_away(self) -> None:
        """Put it away; the focus returns where it was."""
        self._close(given_up=False)

    def take_focus(self) -> None:
        """Let it be gone on with."""
        self.raise_()
        # It may have been asked for in the video's own window.
        self.window().raise_()
        self.window().activateWindow()
        self.text.setFocus(Qt.FocusReason.PopupFocusReason)

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.text.setPlaceholderText(tr("What is to be noticed here"))
        self.text.setAccessibleName(ptr("remarks", "Words"))
        self.public.setText(ptr("remarks", "Visible to all"))
        self.public.setToolTip(tr("All who may review this interaction see it; else only you"))
        self.cancel.setText(tr("Cancel"))
        self.save.setText(ptr("button", "Save"))

    # --- internals

    def _open(
        self, place: Place, words: Words, clock: str, near: QPoint, *, before: Comment | None
    ) -> None:
        if not self.isVisible():
            self._focus_before = self.window().focusWidget()
        self._place, self._before = place, before
        bookmark = before is not None and before.kind is RemarkKind.BOOKMARK
        self._sign.set_icon(
            "bookmark" if bookmark else "message-square-text",
            "m_bookmark" if bookmark else "m_comment",
        )
        title = tr("Bookmark at {time}", time=clock) if bookmark else ""
        self._title.setText(title or tr("Comment at {time}", time=clock))
        for widget in (self.text, self.public):
            widget.blockSignals(True)
        self.text.setPlainText(words.text)
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        self.public.setChecked(words.public)
        for widget in (self.text, self.public):
            widget.blockSignals(False)
        self._refresh()
        self._move(near)
        self.show()
        self.take_focus()

    def _close(self, *, given_up: bool) -> None:
        if self.isVisible():
            self._hide()
            self.closed.emit(given_up)

    def _hide(self) -> None:
        self.hide()
        self._place = None
        if self._focus_before is not None and self._focus_before.isVisible():
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._focus_before = None

    def _kind(self, text: str) -> RemarkKind:
        if self._before is not None:
            return self._before.kind
        return RemarkKind.COMMENT if text else RemarkKind.BOOKMARK

    def _move(self, near: QPoint) -> None:
        self.setFixedWidth(min(theme().px(_WIDTH_PX), self._host.width() - 2 * Space.M))
        self.adjustSize()
        x = near.x() - self.width() // 2
        y = near.y() - self.height() - Space.S
        right = self._host.width() - self.width() - Space.M
        self.move(max(Space.M, min(x, right)), max(Space.M, y))

    @Slot()
    def _on_text_changed(self) -> None:
        self._refresh()
        self._tell()

    @Slot(bool)
    def _on_public_toggled(self, _on: bool) -> None:
        self._tell()

    @Slot()
    def _on_cancel_clicked(self) -> None:
        self._close(given_up=True)

    def _tell(self) -> None:
        words, before = self.words, self._before
        text = words.text.strip()
        if before is None:
            same = not text
        else:
            same = (text, words.public) == (before.text, before.public)
        self.edited.emit(None if same else words)

    def _refresh(self) -> None:
        text = self.text.toPlainText().strip()
        empty = self._before is not None and self._before.kind is RemarkKind.COMMENT and not text
        long = len(text) > MAX_TEXT
        self.save.setEnabled(not (empty or long))
        if long:
            self._hint.setText(tr("These are more than 20 000 characters."))
        elif self._before is not None:
            self._hint.setText(tr("Shift+Enter begins a new line."))
        else:
            self._hint.setText(tr("Without words it is a bookmark. Shift+Enter begins a new line."))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._move(QPoint(self.geometry().center().x(), self.geometry().bottom() + Space.S))
        if (
            watched is self.text
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.submit()
            return True
        return super().eventFilter(watched, event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

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
