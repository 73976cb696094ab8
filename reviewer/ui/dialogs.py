"""Windows that do not block: a question about an error, and the crash window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.buttons import Button, Kind
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.states import Sign

if TYPE_CHECKING:
    from collections.abc import Callable

_REPORT_LINES = 9
# What the system may draw above and below a window.
_FRAME_PX = 40


class Dialog(QDialog):
    """Title, body, buttons at the right; deletes itself when closed. Never `exec` it.

    Attributes:
        heading: The title; `head` is the line it stands in.
        body: Takes the content; `foot` under it what is said of it.
    """

    def __init__(
        self, title: str, *, icon: str = "", role: str = "text2", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._was_shown = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme().px(Size.DIALOG))
        self.body = QVBoxLayout()
        self.body.setSpacing(Space.S)
        self.foot = QVBoxLayout()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(Space.S)
        self._buttons.addStretch(1)
        self.heading = Label(title, "title", wraps=True)
        self.head = QHBoxLayout()
        self.head.setSpacing(Space.M)
        if icon:
            self.head.addWidget(Sign(icon, Size.ICON_RAIL, role), 0, Qt.AlignmentFlag.AlignTop)
        self.head.addWidget(self.heading, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.L + Space.XS, Space.XL, Space.L)
        layout.setSpacing(Space.L)
        layout.addLayout(self.head)
        layout.addLayout(self.body)
        layout.addLayout(self.foot)
        layout.addLayout(self._buttons)

    def add_button(
        self,
        text: str,
        clicked: Callable[[], object],
        *,
        kind: Kind = "default",
        icon: str = "",
        focused: bool = False,
        left: bool = False,
    ) -> Button:
        """Append a button; the safe one is to be focused, the act comes last, the way back left."""
        button = Button(text, icon, kind)
        button.clicked.connect(clicked)
        self._buttons.insertWidget(0 if left else self._buttons.count(), button)
        if focused:
            # Enter acts on it, as Space does.
            button.setAutoDefault(True)
            button.setFocus(Qt.FocusReason.TabFocusReason)
        return button

    @property
    def unfinished(self) -> bool:
        """Whether something was typed here that is lost if the window goes now."""
        lines = (edit for edit in self.findChildren(QLineEdit) if edit.isModified())
        texts = (edit.document() for edit in self.findChildren(QPlainTextEdit))
        return any(edit.text() for edit in lines) or any(text.isModified() for text in texts)

    def fit(self) -> None:
        """Take the height that the content needs, once it is laid out.

        Qt's own way stops at two thirds of the screen and cuts the texts.
        """
        QTimer.singleShot(0, self, self._on_fit_due)

    @Slot()
    def _on_fit_due(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
            width = max(self.width(), self.minimumSizeHint().width())
            self.resize(width, self._needed_height(width))

    def _needed_height(self, width: int) -> int:
        layout = self.layout()
        height = layout.totalHeightForWidth(width) if layout is not None else 0
        return min(height, self.screen().availableGeometry().height() - _FRAME_PX)

    @override
    def setMinimumWidth(self, minw: int) -> None:
        # With large letters on a small screen the buttons would be outside.
        super().setMinimumWidth(min(minw, self.screen().availableGeometry().width()))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Shown again, after a lock for instance, it is as high as somebody made it.
        if self._was_shown:
            self._grow()
        else:
            self.fit()
        self._was_shown = True

    def _grow(self) -> None:
        needed = self._needed_height(self.width())
        if self.height() < needed:
            self.resize(self.width(), needed)

    @override
    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        # A sentence came that there is no room for.
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._grow()
        return done

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().colors.raised)


class ConfirmDialog(Dialog):
    """Asks before what cannot be undone; the safe answer has the focus."""

    # The act is wanted.
    confirmed = Signal()

    def __init__(self, question: str, loss: str, act: str, parent: QWidget | None = None) -> None:
        """Make it; `loss` says what will be lost, `act` is the verb on the button."""
        super().__init__(question, icon="triangle-alert", role="warning", parent=parent)
        self.body.addWidget(Label(loss, "body", "text2", wraps=True))
        self.add_button(tr("Cancel"), self.reject, focused=True)
        self.act = self.add_button(act, self._on_act_clicked, kind="danger")

    @Slot()
    def _on_act_clicked(self) -> None:
        self.accept()
        self.confirmed.emit()


class ErrorDialog(Dialog):
    """An error that needs a decision: try again or leave it."""

    def __init__(
        self,
        sentence: str,
        retry: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            tr("That did not work"), icon="triangle-alert", role="warning", parent=parent
        )
        self._retry = retry
        self.body.addWidget(Label(sentence, "body", wraps=True))
        self.add_button(tr("Close"), self.close, focused=True)
        if retry is not None:
            self.add_button(tr("Try again"), self._on_retry_clicked, icon="refresh-cw")

    def _on_retry_clicked(self) -> None:
        if self._retry is not None:
            self._retry()
        self.close()


class CrashDialog(Dialog):
    """Our own mistake: what the user can go on with, and a report without customers' data."""

    def __init__(self, sentence: str, report: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("An error in Reviewer"), icon="circle-x", role="fail", parent=parent)
        self.report = report
        self.body.addWidget(Label(sentence, "body", wraps=True))
        hint = tr("You can go on working. The report holds no names, numbers or texts.")
        self.body.addWidget(Label(hint, "body", "text2", wraps=True))
        text = QPlainTextEdit(report)
        text.setReadOnly(True)
        text.setFont(theme().mono())
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        text.setFixedHeight(_REPORT_LINES * text.fontMetrics().lineSpacing() + Space.L)
        text.setAccessibleName(tr("Report"))
        self.body.addWidget(text)
        self.setMinimumWidth(theme().px(Size.DIALOG_CONSEQUENCES))
        self.add_button(tr("Copy the report"), self._on_copy_clicked, icon="copy")
        self.add_button(tr("Go on"), self.close, focused=True)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self.report)
