"""Lines and grounds: hairlines, panels, cards."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from reviewer.ui.theme import draw
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Radius, Size


class HLine(QWidget):
    """A horizontal hairline."""

    def __init__(self, role: str = "line", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self.setFixedHeight(Size.LINE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @override
    def sizeHint(self) -> QSize:
        return QSize(Size.LINE, Size.LINE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().color(self._role))


class VLine(QWidget):
    """A vertical hairline; with `height` a short one between controls."""

    def __init__(
        self, role: str = "line", *, height: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._role = role
        self.setFixedWidth(Size.LINE)
        if height is not None:
            self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    @override
    def sizeHint(self) -> QSize:
        return QSize(Size.LINE, Size.LINE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme().color(self._role))


class Panel(QWidget):
    """A plain ground of a colour role, with hairlines at the sides asked for."""

    def __init__(
        self,
        ground: str = "surface",
        *,
        lines: Qt.Edge | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        self._lines = lines

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        painter = QPainter(self)
        painter.fillRect(event.rect(), now.color(self._ground))
        if self._lines is None:
            return
        rect, line = QRectF(self.rect()), now.color("line")
        if self._lines & Qt.Edge.TopEdge:
            draw.hline(painter, rect.left(), rect.right(), rect.top(), line)
        if self._lines & Qt.Edge.BottomEdge:
            draw.hline(painter, rect.left(), rect.right(), rect.bottom() - 1, line)
        if self._lines & Qt.Edge.LeftEdge:
            draw.vline(painter, rect.left(), rect.top(), rect.bottom(), line)
        if self._lines & Qt.Edge.RightEdge:
            draw.vline(painter, rect.right() - 1, rect.top(), rect.bottom(), line)


class Card(QWidget):
    """A rounded surface with a border, for what stands by itself."""

    def __init__(
        self,
        ground: str = "surface",
        border: str = "line",
        *,
        radius: int = Radius.CARD,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        self._border = border
        self._radius = radius

    def set_look(self, ground: str, border: str) -> None:
        """Take another ground and border."""
        self._ground, self._border = ground, border
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        now = theme()
        draw.box(
            QPainter(self),
            QRectF(self.rect()),
            fill=now.color(self._ground),
            border=now.color(self._border),
            radius=self._radius,
        )
