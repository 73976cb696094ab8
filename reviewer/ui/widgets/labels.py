"""Texts: labels in a type step and colour role, and one that shortens itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPalette, QTextLayout
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
    """One line that is shortened to its width; the whole text is its tooltip then.

    With `lines` it goes on below before it is shortened.
    """

    def __init__(
        self,
        text: str = "",
        step: Step = "body",
        role: str = "text",
        *,
        weight: int | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        lines: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._lines = lines
        self._step = step
        self._role = role
        self._weight = weight
        self._mode = mode
        self._align = draw.LEFT
        high = QSizePolicy.Policy.Fixed if lines == 1 else QSizePolicy.Policy.Preferred
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, high)
        policy.setHeightForWidth(lines > 1)
        self.setSizePolicy(policy)
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
    def hasHeightForWidth(self) -> bool:
        return self._lines > 1

    @override
    def heightForWidth(self, width: int) -> int:
        return self.sizeHint().height() * len(self._rows(width))

    def _rows(self, width: int) -> list[str]:
        """Return what stands in each line."""
        font = theme().font(self._step, self._weight)
        if self._lines == 1 or draw.text_width(self._text, font) <= width:
            return [self._text]
        layout = QTextLayout(self._text, font)
        rows: list[str] = []
        layout.beginLayout()
        while len(rows) < self._lines and (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            first = line.textStart()
            last = len(rows) == self._lines - 1
            rows.append(
                self._text[first:] if last else self._text[first : first + line.textLength()]
            )
        layout.endLayout()
        return rows

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
        rows = self._rows(self.width())
        height = self.height() / len(rows)
        for place, row in enumerate(rows):
            rect = QRectF(0, place * height, self.width(), height)
            # What was broken fits, to a fraction of a pixel.
            elide = self._mode if place == len(rows) - 1 else None
            draw.text(painter, rect, row, font, color, self._align, elide=elide)

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            font = theme().font(self._step, self._weight)
            last = self._rows(self.width())[-1]
            shortened = draw.text_width(last, font) > self.width() + 0.5
            self.setToolTip(self._text if shortened else "")
        return super().event(event)
