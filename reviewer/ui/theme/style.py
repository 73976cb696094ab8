"""The one style of the window: a proxy over Fusion (work in progress of the drawing parts)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QProxyStyle

if TYPE_CHECKING:
    from reviewer.ui.theme.theme import Theme


class ReviewerStyle(QProxyStyle):
    """Draws every standard control from the theme's tokens."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Fusion")
        self._theme = theme
