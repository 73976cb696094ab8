"""What a panel shows in place of content: nothing yet, loading, an error, a condition."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from reviewer.messages import tr
from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Motion, Radius, Size, Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.frames import Card
from reviewer.ui.widgets.labels import ElidedLabel, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXT_WIDTH = 420


class Sign(QWidget):
    """An icon by itself, in a size and colour role."""

    def __init__(
        self, icon: str, size: int = Size.ICON, role: str = "text2", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon, self._size, self._role = icon, size, role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str, role: str | None = None) -> None:
        """Show another icon."""
        self._icon, self._role = icon, role or self._role
        self.update()

    @override
    def sizeHint(self) -> QSize:
        side = theme().px(self._size)
        return QSize(side, side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        size = now.px(self._size)
        corner = QPointF((self.width() - size) / 2, (self.height() - size) / 2)
        pixmap = now.pixmap(self._icon, size, self._role, self.devicePixelRatioF())
        QPainter(self).drawPixmap(corner, pixmap)


class EmptyState(QWidget):
    """What belongs here, how to get it, and one button."""

    # The button was pressed.
    acted = Signal()

    def __init__(
        self, icon: str = "inbox", *, width: int = _TEXT_WIDTH, parent: QWidget | None = None
    ) -> None:
        """Make it; `width` is what its sentences are broken to, px (less in a side panel)."""
        super().__init__(parent)
        self._sign = Sign(icon, Size.ICON_EMPTY, "muted")
        self._what = Label("", "heading", wraps=True)
        self._how = Label("", "body", "text2", wraps=True)
        self.button = Button()
        self.button.hide()
        self.button.clicked.connect(self.acted)
        theme().changed.connect(self._fit)
        for label in (self._what, self._how):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setFixedWidth(min(width, theme().px(width)))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.S)
        layout.addStretch(1)
        center = Qt.AlignmentFlag.AlignHCenter
        for widget in (self._sign, self._what, self._how, self.button):
            layout.addWidget(widget, 0, center)
        layout.addStretch(1)

    def set_texts(self, what: str, how: str = "", button: str = "", icon: str = "") -> None:
        """Set the sentences and the words and icon of the button, translated."""
        self._what.setText(what)
        self._how.setText(how)
        self._how.setVisible(bool(how))
        self.button.setText(button)
        self.button.setVisible(bool(button))
        if icon:
            self.button.setIcon(theme().icon(icon))
        self._fit()

    @Slot()
    def _fit(self) -> None:
        """Give the sentences the height they need; a layout asks for that of its own width."""
        for label in (self._what, self._how):
            label.setMinimumHeight(max(0, label.heightForWidth(label.maximumWidth())))


class ErrorPanel(QWidget):
    """An error in the place it concerns: what, which object, what still works."""

    # "Try again" was pressed.
    retried = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details = ""
        self._sign = Sign("triangle-alert", Size.ICON, "fail")
        self._what = Label("", "strong", wraps=True)
        self._more = Label("", "body", "text2", wraps=True)
        self.retry = Button("", "refresh-cw", "ghost", panel=True)
        self.copy = Button("", "copy", "ghost", panel=True)
        self.retry.clicked.connect(self.retried)
        self.copy.clicked.connect(self._on_copy_clicked)
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addWidget(self._what)
        words.addWidget(self._more)
        buttons = QHBoxLayout()
        # The ghost buttons' words stand under the sentence.
        buttons.setContentsMargins(-Space.S, 0, 0, 0)
        buttons.setSpacing(Space.XS)
        buttons.addWidget(self.retry)
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        words.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, Space.M, Space.M, Space.S)
        layout.setSpacing(Space.M)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.hide()

    def show_error(
        self, what: str, more: str = "", *, details: str = "", can_retry: bool = False
    ) -> None:
        """Show an error; `details` go to the clipboard on *Copy*."""
        self._what.setText(what)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self._details = details or "\n".join(filter(None, (what, more)))
        self.retry.setText(tr("Try again"))
        self.retry.setVisible(can_retry)
        self.copy.setText(tr("Copy"))
        self.setAccessibleName(what)
        self.show()

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._details)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        rect = QRectF(self.rect())
        draw.box(QPainter(self), rect, fill=theme().colors.fail_soft, radius=Radius.CARD)


class AttentionLine(QWidget):
    """A condition of the page, in one line under the toolbar."""

    # The button was pressed.
    acted = Signal()

    def __init__(self, icon: str = "triangle-alert", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = Sign(icon, Size.ICON, "warning")
        self._text = ElidedLabel("", "body", lines=2)
        self.button = Button("", "", "ghost", panel=True)
        self.button.hide()
        self.button.clicked.connect(self.acted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        layout.setSpacing(Space.S)
        layout.addWidget(self._sign)
        layout.addWidget(self._text)
        layout.addWidget(self.button)
        layout.addStretch(1)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.hide()

    def show_condition(self, text: str, button: str = "", icon: str = "") -> None:
        """Show a sentence, and what can be done about it."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        if icon:
            self.button.setIcon(theme().icon(icon))
        self.show()

    def _on_theme_changed(self) -> None:
        self.setMinimumHeight(theme().px(Size.ATTENTION))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().colors.warning_soft)


class SkeletonRows(QWidget):
    """Rows without content while loading; appears after 200 ms, does not move."""

    def __init__(
        self,
        columns: Sequence[int] = (20, 120, 110, 70, 90),
        *,
        row: int = Size.ROW,
        parent: QWidget | None = None,
    ) -> None:
        """Make the rows; `columns` are widths in px, `row` the token of the height."""
        super().__init__(parent)
        self._columns = tuple(columns)
        self._row = row
        self._seen = False
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(Motion.SKELETON_AFTER)
        self._delay.timeout.connect(self._on_delay_timeout)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def _on_delay_timeout(self) -> None:
        self._seen = True
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._seen = False
        self._delay.start()
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._delay.stop()
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._seen:
            return
        now = theme()
        painter = QPainter(self)
        height = now.px(self._row)
        # The same widths at each repaint: bars that jump would look like content.
        dice = random.Random(1)  # noqa: S311 (looks, not secrets)
        for top in range(0, self.height(), height):
            x = float(Space.M)
            for width in self._columns:
                bar = QRectF(x, top + height / 2 - 5, width * dice.uniform(0.7, 1.0), 10)
                draw.box(painter, bar, fill=now.colors.hover, radius=Radius.BAR)
                x += width + Space.L
            draw.hline(painter, 0, self.width(), top + height - 1, now.colors.line)


class RunningLine(QWidget):
    """A line of 2 px that runs while work goes on for more than a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(2)
        self._running = False
        self._position = 0.0
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(Motion.PROGRESS_AFTER)
        self._delay.timeout.connect(self._on_delay_timeout)
        self._tick = QTimer(self)
        self._tick.setInterval(33)
        self._tick.timeout.connect(self._on_tick_timeout)

    def set_running(self, running: bool) -> None:
        """Start (seen after a second) or stop; while hidden nothing runs."""
        if running == self._running:
            return
        self._running = running
        if running and self.isVisible():
            self._delay.start()
        elif not running:
            self._stop()

    def _stop(self) -> None:
        self._delay.stop()
        self._tick.stop()
        self.update()

    def _on_delay_timeout(self) -> None:
        self._position = 0.0
        self._tick.start()

    def _on_tick_timeout(self) -> None:
        self._position = (self._position + 0.02) % 1.3
        self.update()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        if self._running:
            self._delay.start()
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._stop()
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._tick.isActive():
            length = self.width() * 0.3
            left = self._position * self.width() - length
            QPainter(self).fillRect(QRectF(left, 0, length, 2), theme().colors.accent)


class Tombstone(Card):
    """In place of deleted content: what, by whom, when; grey, for it is a state, no alarm."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._title = Label("", "title")
        self._lines = Label("", "body", "text2", wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        layout.setSpacing(Space.S)
        layout.addWidget(Sign("ban", Size.ICON_EMPTY, "deleted"), 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._title)
        layout.addWidget(self._lines)

    def set_texts(self, title: str, lines: Sequence[str]) -> None:
        """Set title and lines, translated."""
        self._title.setText(title)
        self._lines.setText("\n".join(lines))
