"""What is said in passing, at the bottom right: at most three, 6 s, errors stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Motion, Radius, Size, Space
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.states import Sign

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST = 3
_WIDTH = 420
# Above the buttons at the foot of pages and panels, which lie at the lower right as well.
_ABOVE = 104
_ROLES = {"circle-check": "success", "triangle-alert": "warning", "circle-x": "fail"}


class Toast(QWidget):
    """One message; its button does something about it, its cross takes it away."""

    # It is to go: by its cross, its button or its time.
    dismissed = Signal()

    def __init__(
        self,
        text: str,
        icon: str = "circle-check",
        action: tuple[str, Callable[[], object]] | None = None,
        *,
        stays: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.text = text
        self._do = action[1] if action else None
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumHeight(theme().px(Size.TOAST))
        self._words = Label(text, wraps=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, 0, Space.S, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(Sign(icon, Size.ICON, _ROLES.get(icon, "accent_text")))
        layout.addWidget(self._words, 1)
        if action:
            button = Button(action[0], kind="ghost", panel=True)
            button.clicked.connect(self._on_button_clicked)
            layout.addWidget(button)
        cross = IconButton("x")
        cross.set_name(tr("Dismiss"))
        cross.clicked.connect(self.dismissed)
        layout.addWidget(cross)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(Motion.TOAST)
        self._timer.timeout.connect(self.dismissed)
        self._stays = stays

    def fit(self, width: int) -> None:
        """Be `width` px wide, and as high as the words need."""
        self.setFixedWidth(width)
        self.layout_now()
        lines = self._words.heightForWidth(self._words.width())
        self.setFixedHeight(max(theme().px(Size.TOAST), lines + 2 * Space.M))

    def layout_now(self) -> None:
        """Give the words their width, so that their height can be asked."""
        layout = self.layout()
        if layout is not None:
            layout.activate()

    def start(self) -> None:
        """Let its time begin."""
        if not self._stays:
            self._timer.start()

    def stop(self) -> None:
        """Stop its time."""
        self._timer.stop()

    def _on_button_clicked(self) -> None:
        if self._do is not None:
            self._do()
        self.dismissed.emit()

    @override
    def enterEvent(self, event: object) -> None:
        self._timer.stop()

    @override
    def leaveEvent(self, event: object) -> None:
        self.start()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        c = theme().colors
        rect = QRectF(self.rect())
        draw.box(QPainter(self), rect, fill=c.raised, border=c.line2, radius=Radius.CARD)


class ToastArea(QWidget):
    """Stands over the lower right corner of its host and stacks the messages."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._toasts: list[Toast] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(Space.S)
        host.installEventFilter(self)
        self.hide()

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """What is shown, oldest first."""
        return tuple(self._toasts)

    def show_toast(
        self,
        text: str,
        icon: str = "circle-check",
        action: tuple[str, Callable[[], object]] | None = None,
        *,
        stays: bool = False,
    ) -> Toast:
        """Show a message and announce it to screen readers."""
        while len(self._toasts) >= _MOST:
            self._remove(self._toasts[0])
        toast = Toast(text, icon, action, stays=stays, parent=self)
        toast.dismissed.connect(self._on_toast_dismissed)
        self._toasts.append(toast)
        self._layout.addWidget(toast)
        toast.start()
        self._place()
        self.show()
        self.raise_()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(toast, text))
        return toast

    def clear(self) -> None:
        """Take all away."""
        for toast in self.toasts:
            self._remove(toast)

    def _on_toast_dismissed(self) -> None:
        toast = self.sender()
        if isinstance(toast, Toast):
            self._remove(toast)

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.stop()
            self._layout.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
        self.setVisible(bool(self._toasts))
        self._place()

    def _place(self) -> None:
        width = min(theme().px(_WIDTH), self._host.width() - 2 * Space.L)
        for toast in self._toasts:
            toast.fit(width)
        count = len(self._toasts)
        height = sum(toast.height() for toast in self._toasts) + max(0, count - 1) * Space.S
        x = self._host.width() - width - Space.L
        y = self._host.height() - height - theme().px(Size.STATUS_BAR) - theme().px(_ABOVE)
        self.setGeometry(x, y, width, height)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._host:
            self._place()
        return False
