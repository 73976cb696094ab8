"""Texts: labels in a type step and colour role, and one that shortens itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from reviewer.ui.theme.tokens import Step


class Label(QLabel):
    """A text in a type step and a colour role; follows the theme."""

    def __init__(
        self,
        text: str = "",
        step: Step = "body",
        role: str = "text",
        *,
        weight: int | None = None,
        wraps: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._step = step
        self._role = role
        self._weight = weight
        # What customers and agents wrote must never be taken for markup.
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wraps)
        # In item views and scroll areas the inherited role would be another.
        self.setForegroundRole(QPalette.ColorRole.WindowText)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_role(self, role: str) -> None:
        """Take another colour."""
        self._role = role
        self._on_theme_changed()

    def set_step(self, step: Step, weight: int | None = None) -> None:
        """Take another type step."""
        self._step, self._weight = step, weight
        self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        now = theme()
        self.setFont(now.font(self._step, self._weight))
        self.setPalette(now.text_palette(self._role))


class ElidedLabel(QWidget):
    """One line that is shortened to its width; the whole text is its tooltip then."""

    def __init__(
        self,
        text: str = "",
        step: Step = "body",
        role: str = "text",
        *,
        weight: int | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._step = step
        self._role = role
        self._weight = weight
        self._mode = mode
        self._align = draw.LEFT
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        theme().changed.connect(self.updateGeometry)

    def text(self) -> str:
        """Return the whole text."""
        return self._text

    def setText(self, text: str) -> None:
        """Show another text."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.updateGeometry()
            self.update()

    def set_role(self, role: str) -> None:
        """Take another colour."""
        self._role = role
        self.update()

    def set_align(self, align: Qt.AlignmentFlag) -> None:
        """Take another alignment."""
        self._align = align
        self.update()

    @override
    def sizeHint(self) -> QSize:
        font = theme().font(self._step, self._weight)
        height = round(QFontMetricsF(font).lineSpacing() + 1)
        return QSize(round(draw.text_width(self._text, font) + 1), height)

    @override
    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        least = draw.text_width("\u2026m", theme().font(self._step, self._weight))
        return QSize(min(hint.width(), round(least)), hint.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        font = now.font(self._step, self._weight)
        color = now.color(self._role if self.isEnabled() else "disabled")
        draw.text(
            painter, QRectF(self.rect()), self._text, font, color, self._align, elide=self._mode
        )

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            font = theme().font(self._step, self._weight)
            shortened = draw.text_width(self._text, font) > self.width() + 0.5
            self.setToolTip(self._text if shortened else "")
        return super().event(event)
