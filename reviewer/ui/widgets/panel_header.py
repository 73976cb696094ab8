"""The head of a panel: sign, title, and its controls at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size, Space
from reviewer.ui.widgets.frames import Panel
from reviewer.ui.widgets.labels import Label


class PanelHeader(Panel):
    """36 px high, a hairline below."""

    def __init__(
        self,
        title: str = "",
        icon: str = "",
        *,
        height: int = Size.PANEL_HEADER,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("surface", lines=Qt.Edge.BottomEdge, parent=parent)
        self._icon = icon
        self._height = height
        self._sign = QLabel(self)
        self._sign.setVisible(bool(icon))
        self.title = Label(title, "strong")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(Space.M, 0, Space.S, 0)
        self._layout.setSpacing(Space.S)
        self._layout.addWidget(self._sign)
        self._layout.addWidget(self.title)
        self._layout.addStretch(1)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_title(self, title: str) -> None:
        """Show another title, translated."""
        self.title.setText(title)

    def add(self, widget: QWidget) -> None:
        """Append a control at the right."""
        self._layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def _on_theme_changed(self) -> None:
        now = theme()
        self.setFixedHeight(now.px(self._height))
        if self._icon:
            size = now.px(Size.ICON)
            self._sign.setPixmap(now.pixmap(self._icon, size, "text2", self.devicePixelRatioF()))
