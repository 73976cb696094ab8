"""A menu of things to do, made for one showing; ticks can be set one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from typing_extensions import override

from reviewer.ui.keys import literal
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QWidget


class ActMenu(QMenu):
    """Does what its entries say, and ends when it closes. Thread: main."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._acts: list[Callable[[], object]] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        self.triggered.connect(self._on_triggered)

    def add(
        self,
        text: str,
        act: Callable[[], object],
        *,
        icon: str = "",
        checked: bool | None = None,
        reason: str = "",
    ) -> QAction:
        """Add an entry.

        Args:
            text: Translated; with a tab before its shortcut.
            act: Called when it is chosen.
            icon: Name of an icon, or empty.
            checked: Whether it is ticked; None: it has no tick. The menu stays open after it.
            reason: Why it is impossible just now; empty: it is possible.
        """
        words = literal(text)
        action = self.addAction(theme().icon(icon), words) if icon else self.addAction(words)
        action.setData(len(self._acts))
        self._acts.append(act)
        if checked is not None:
            action.setCheckable(True)
            action.setChecked(checked)
        if reason:
            action.setEnabled(False)
            action.setToolTip(reason)
        return action

    def submenu(self, title: str) -> ActMenu:
        """Add a menu within this one."""
        menu = ActMenu(self)
        menu.setTitle(title)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        self.addMenu(menu)
        return menu

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        # A menu is told of its submenus' entries as well.
        if action.parent() is self:
            self._acts[action.data()]()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        # PySide gives None where nothing is active, in spite of its annotation.
        action: object = self.activeAction()
        if isinstance(action, QAction) and action.isCheckable() and action.isEnabled():
            action.trigger()
            return
        super().mouseReleaseEvent(event)
