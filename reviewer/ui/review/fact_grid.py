"""Facts as names and values in two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QGridLayout, QWidget

from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.labels import ElidedLabel, Label

if TYPE_CHECKING:
    from collections.abc import Sequence

_LABEL_PX: Final = 92
# What most calls have: made with the panel, while nobody waits.
_ROWS_AT_FIRST: Final = 8


class FactGrid(QWidget):
    """Lines of its owner's own, below them plain facts, and one last line.

    Rows of plain facts are kept and worded again: making and laying out new ones for every
    interaction takes longer than all the rest of the panel. Thread: main.
    """

    def __init__(self, lines: int, last: QWidget, parent: QWidget | None = None) -> None:
        """Make it.

        Args:
            lines: How many lines `set_line` fills.
            last: What stands at the end.
            parent: Qt's.
        """
        super().__init__(parent)
        self._first = lines
        self._lines: dict[int, tuple[QWidget, ...]] = {}
        self._rows: list[tuple[Label, ElidedLabel]] = []
        self._last = (_name(), last)
        grid = QGridLayout(self)
        grid.setContentsMargins(Space.M, Space.M, Space.M, Space.M)
        grid.setHorizontalSpacing(Space.S)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnMinimumWidth(0, theme().px(_LABEL_PX))
        grid.setColumnStretch(1, 1)
        self._grid = grid
        self._make_rows(_ROWS_AT_FIRST)

    def set_line(self, line: int, name: str, content: QWidget | None) -> None:
        """Show other content in a line of the owner's own; None: nothing stands there."""
        for widget in self._lines.pop(line, ()):
            widget.hide()
            widget.deleteLater()
        if content is None:
            return
        shown: tuple[QWidget, ...] = (content,)
        if name:
            label = _name(name)
            self._grid.addWidget(label, line, 0)
            shown = (label, content)
        self._grid.addWidget(content, line, 1)
        self._lines[line] = shown

    def set_facts(self, pairs: Sequence[tuple[str, str]], last_name: str) -> None:
        """Show pairs of name and value, and call the last line so."""
        self._make_rows(len(pairs))
        for (label, value), pair in zip(self._rows, pairs, strict=False):
            label.setText(pair[0])
            value.setText(pair[1])
        for number, row in enumerate(self._rows):
            for widget in row:
                widget.setVisible(number < len(pairs))
        self._last[0].setText(last_name)

    def _make_rows(self, count: int) -> None:
        if count <= len(self._rows):
            return
        while len(self._rows) < count:
            row = (_name(), ElidedLabel(step="label"))
            self._put(self._first + len(self._rows), row)
            self._rows.append(row)
        self._put(self._first + len(self._rows), self._last)

    def _put(self, number: int, row: tuple[QWidget, QWidget]) -> None:
        for column, widget in enumerate(row):
            self._grid.addWidget(widget, number, column)


def _name(text: str = "") -> Label:
    return Label(text, "body", "muted")
