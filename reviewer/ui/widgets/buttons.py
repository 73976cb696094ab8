"""Buttons with their kind, and the square icon button of toolbars."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QWidget,
)
from typing_extensions import override

from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Size

Kind = Literal["default", "primary", "ghost", "danger", "soft"]


class Button(QPushButton):
    """A button of one of our kinds; never two primaries on a page."""

    def __init__(
        self,
        text: str = "",
        icon: str = "",
        kind: Kind = "default",
        *,
        panel: bool = False,
        shortcut: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Make a button.

        Args:
            text: Translated.
            icon: Name of an icon, or empty.
            kind: How it looks.
            panel: Lower (28 px), for panels and toolbars.
            shortcut: Portable text shown after the words; the action listens, not the button.
            parent: Qt's.
        """
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self.setProperty("panel", panel)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        if icon:
            self.setIcon(theme().icon(icon))
        self.set_shortcut_text(shortcut)
        theme().changed.connect(self.updateGeometry)

    def set_kind(self, kind: Kind) -> None:
        """Look another way."""
        self.setProperty("kind", kind)
        self.update()

    def set_shortcut_text(self, shortcut: str) -> None:
        """Show another shortcut after the words."""
        self.setProperty("shortcutText", shortcut_text(shortcut) if shortcut else "")
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        # Qt keeps the first answer until text or icon change; ours follows scale and shortcut.
        option = QStyleOptionButton()
        self.initStyleOption(option)
        return self.style().sizeFromContents(
            QStyle.ContentsType.CT_PushButton, option, QSize(), self
        )

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class IconButton(QToolButton):
    """A square button with an icon; its tooltip and accessible name say what it does."""

    def __init__(
        self,
        icon: str,
        *,
        size: int = Size.ICON_BUTTON,
        icon_size: int = Size.ICON,
        role: str = "text2",
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._side = size
        self._icon_side = icon_size
        self._role = role
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.set_icon(icon)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_icon(self, icon: str, role: str | None = None) -> None:
        """Show another icon."""
        self._role = role or self._role
        self.setIcon(theme().icon(icon, self._role))

    def set_name(self, name: str) -> None:
        """Set tooltip and accessible name together."""
        self.setToolTip(name)
        self.setAccessibleName(name)

    def _on_theme_changed(self) -> None:
        icon = theme().px(self._icon_side)
        self.setIconSize(QSize(icon, icon))
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        side = theme().px(self._side)
        return QSize(side, side)

    @override
    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
