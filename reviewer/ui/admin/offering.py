"""Lets the command palette and the overlay of keys know of the buttons of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from typing_extensions import override

from reviewer.messages import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton, QWidget

    from reviewer.ui.actions import ActionRegistry, ActionSpec

_TELLING = frozenset(
    {
        QEvent.Type.EnabledChange,
        QEvent.Type.ToolTipChange,
        QEvent.Type.ShowToParent,
        QEvent.Type.HideToParent,
    }
)


class Offered(QObject):
    """Presses a button by its action, which is possible when the button is. Thread: main.

    Args:
        actions: Where it is offered.
        spec: The action.
        page: Whose it is.
        button: What does it, and says by its tooltip why it cannot.
    """

    def __init__(
        self, actions: ActionRegistry, spec: ActionSpec, page: QWidget, button: QAbstractButton
    ) -> None:
        super().__init__(button)
        self._button = button
        self._actions = actions
        self._action = actions.add(spec, page, self.press)
        button.installEventFilter(self)
        self._follow()

    def press(self) -> None:
        """Press the button."""
        self._button.click()

    def _follow(self) -> None:
        button = self._button
        reason = ""
        if button.isHidden():
            reason = tr("That is not offered now")
        elif not button.isEnabled():
            reason = button.toolTip() or tr("That is not offered now")
        self._actions.forbid(self._action, reason)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TELLING:
            self._follow()
        return super().eventFilter(watched, event)
