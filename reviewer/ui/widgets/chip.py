"""Chips: a value, a state or a tag in a small tinted box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size, Space

if TYPE_CHECKING:
    from reviewer.ui.theme.theme import Theme

Tint = Literal["neutral", "success", "warning", "fail", "accent", "pin"]
_SIDE = Space.S
_GAP = Space.XS + 2
_CROSS = Size.ICON_SMALL
# tint: (role of the ground, role of text and icon)
_TINTS: dict[Tint, tuple[str, str]] = {
    "neutral": ("hover", "text"),
    "success": ("success_soft", "success"),
    "warning": ("warning_soft", "warning"),
    "fail": ("fail_soft", "fail"),
    "accent": ("accent_soft", "accent_text"),
    "pin": ("hover", "m_pin"),
}


class Chip(QWidget):
    """A chip; one that opens something has a chevron, one that can go has a cross.

    Others are not clickable and take no focus.
    """

    # It opens something and was clicked or pressed Enter or Space on.
    clicked = Signal()
    # Its cross was clicked, or Delete or Backspace pressed on it.
    closed = Signal()

    def __init__(
        self,
        text: str = "",
        icon: str = "",
        tint: Tint = "neutral",
        *,
        closable: bool = False,
        opens: bool = False,
        small: bool = False,
        clickable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make a chip.

        Args:
            text: Translated, or a value.
            icon: Name of an icon, or empty.
            tint: Ground and colour.
            closable: Has a cross.
            opens: Has a chevron, is clickable.
            small: 20 px instead of 24.
            clickable: Jumps somewhere on a click, such as a pin to its moment.
            parent: Qt's.
        """
        super().__init__(parent)
        self._text, self._icon, self._tint = text, icon, tint
        self._closable, self._opens, self._small = closable, opens, small
        self._clickable = clickable or opens
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        if self._clickable or closable:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme().changed.connect(self.updateGeometry)

    def text(self) -> str:
        """Return its text."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_look(self, tint: Tint, icon: str | None = None) -> None:
        """Take another tint and icon."""
        self._tint = tint
        self._icon = self._icon if icon is None else icon
        self.update()

    def _cross_rect(self) -> QRectF:
        size = theme().px(_CROSS)
        rect = QRectF(0, 0, size, size)
        rect.moveCenter(QPointF(self.width() - _SIDE - size / 2 + 1, self.height() / 2))
        return rect

    @override
    def sizeHint(self) -> QSize:
        now = theme()
        width = 2.0 * _SIDE + draw.text_width(self._text, now.font("small", 500))
        if self._icon:
            width += now.px(Size.ICON_CHIP) + (_GAP if self._text else 0)
        if self._closable or self._opens:
            width += now.px(_CROSS) + _GAP
        return QSize(round(width + 0.5), now.px(Size.CHIP_SMALL if self._small else Size.CHIP))

    @override
    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), 3 * hint.height()), hint.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        rect = QRectF(self.rect())
        ground_role, role = _TINTS[self._tint]
        ground = now.color(ground_role)
        if self._clickable and self.underMouse():
            ground = now.colors.press
        radius = Radius.BAR if self._small else Radius.CONTROL - 1
        draw.box(painter, rect, fill=ground, radius=radius)
        if self.hasFocus():
            draw.ring(painter, rect, now.colors.focus, radius=radius)
        self._paint_content(now, painter, rect, now.color(role if self.isEnabled() else "disabled"))

    def _paint_content(self, now: Theme, painter: QPainter, rect: QRectF, color: QColor) -> None:
        ratio = self.devicePixelRatioF()
        x, right = rect.left() + _SIDE, rect.right() - _SIDE
        if self._icon:
            size = now.px(Size.ICON_CHIP)
            pixmap = now.icons.pixmap(self._icon, size, color, ratio)
            painter.drawPixmap(QPointF(x, rect.center().y() - size / 2), pixmap)
            x += size + _GAP
        if self._closable or self._opens:
            cross = self._cross_rect()
            name = "x" if self._closable else "chevron-down"
            pixmap = now.pixmap(name, round(cross.width()), "text2", ratio)
            painter.drawPixmap(cross.topLeft(), pixmap)
            right = cross.left() - _GAP
        area = QRectF(x, rect.top(), right - x + 1, rect.height())
        draw.text(painter, area, self._text, now.font("small", 500), color)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.rect().contains(
            event.position().toPoint()
        ):
            return
        if self._closable and event.position().x() >= self._cross_rect().left() - _GAP:
            self.closed.emit()
        elif self._clickable:
            self.clicked.emit()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._clickable or self._closable)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._closable and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.closed.emit()
        elif self._clickable and event.key() in {
            Qt.Key.Key_Return,
            Qt.Key.Key_Enter,
            Qt.Key.Key_Space,
        }:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and not self.toolTip():
            shortened = self.width() < self.sizeHint().width()
            self.setToolTip(self._text if shortened else "")
        return super().event(event)
