"""A line to type in, with a sign at the left and a shortcut at the right."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.key_hint import draw_key_hint, hint_size


class Edit(QLineEdit):
    """A line edit that can say that its text cannot be used."""

    def __init__(self, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)

    def set_error(self, message: str) -> None:
        """Mark the text as unusable, or as usable again with an empty message."""
        if bool(message) != bool(self.property("error")):
            self.setProperty("error", bool(message))
            self.update()
        self.setToolTip(message)
        self.setAccessibleDescription(message)

    def set_height(self, token: int) -> None:
        """Take another height than that of a usual input."""
        self.setProperty("fieldHeight", token)
        self.updateGeometry()


class SearchEdit(Edit):
    """A field to search in: magnifier, placeholder, the key that leads here."""

    def __init__(
        self,
        placeholder: str = "",
        *,
        shortcut: str = "",
        icon: str = "search",
        panel: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(placeholder, parent)
        self._icon = icon
        self._hint = shortcut_text(shortcut) if shortcut else ""
        self.setProperty("panel", panel)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _hint_size(self) -> QSize:
        return hint_size(self._hint) if self._hint else QSize(0, 0)

    def _on_theme_changed(self) -> None:
        left = theme().px(Size.ICON) + Space.S
        right = self._hint_size().width() + Space.XS if self._hint else 0
        self.setTextMargins(left, 0, right, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        now = theme()
        painter = QPainter(self)
        size = now.px(Size.ICON)
        middle = self.height() / 2
        pixmap = now.pixmap(self._icon, size, "text2", self.devicePixelRatioF())
        painter.drawPixmap(QPointF(Space.S + 1, middle - size / 2), pixmap)
        if self._hint:
            hint = QRectF(0, 0, self._hint_size().width(), self._hint_size().height())
            hint.moveCenter(QPointF(self.width() - Space.S - hint.width() / 2, middle))
            draw_key_hint(painter, hint, self._hint)
