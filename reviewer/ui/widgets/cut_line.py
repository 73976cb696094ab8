"""Says what a table cuts of the row one stands on: tooltips are not to be had by keyboard."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Slot

from reviewer.ui.widgets.labels import Label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from reviewer.ui.widgets.table import Table

_MOST: Final = 300
"""Characters; all privileges of an administrator would be a page."""


class CutLine(Label):
    """Stands under a table and follows it; empty where nothing is cut. Thread: main."""

    def __init__(self, table: Table, parent: QWidget | None = None) -> None:
        super().__init__("", "small", "text2", wraps=True, parent=parent)
        self._table = table
        table.chosen.connect(self.follow)
        table.sized.connect(self.follow)

    @Slot()
    def follow(self) -> None:
        """Say what is cut now."""
        said = "; ".join(f"{title}: {text}" for title, text in self._table.cut)
        said = shorten(said, _MOST, placeholder="…")
        if said != self.text():
            self.setText(said)
