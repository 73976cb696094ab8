"""Where the interaction stands in the results: its number, the neighbours, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.messages import format_count, tr
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.page import Toolbar
    from reviewer.ui.review.request import ReviewRequest

_STEPS = (("previous", -1), ("next", 1))


class PlaceBar:
    """The controls of it in the top bar; their actions are the page's. Thread: main."""

    def __init__(self, toolbar: Toolbar, actions: ActionRegistry, owner: QWidget) -> None:
        self.back = Button("", "undo-2", "ghost", panel=True)
        self.previous = IconButton("arrow-up")
        self.label = Label("", "body", "text2")
        self.next = IconButton("arrow-down")
        for widget in (self.back, self.previous, self.label, self.next):
            toolbar.add(widget)
        actions.bind(self.back, "review.return", owner)
        actions.bind(self.previous, "review.previous_interaction", owner)
        actions.bind(self.next, "review.next_interaction", owner)

    def show(self, request: ReviewRequest | None, actions: Mapping[str, QAction]) -> None:
        """Show the place of what is asked for, in the language in force."""
        index = request.index if request is not None else None
        for widget in (self.previous, self.label, self.next):
            widget.setVisible(index is not None)
        if request is not None and index is not None:
            number, total = format_count(index + 1), format_count(len(request.among))
            self.label.setText(tr("{number} of {total}", number=number, total=total))
        for name, step in _STEPS:
            there = request is not None and request.neighbour(step) is not None
            actions[f"review.{name}_interaction"].setEnabled(there)
        came = request is not None and request.came_from is not None
        self.back.setVisible(came)
        actions["review.return"].setEnabled(came)
        if request is not None and came:
            self.back.setText(tr("Back to {title}", title=request.came_from_title))
