"""Names and values in two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from reviewer.ui.review.fact_grid import FactGrid
from reviewer.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def grid(qtbot: QtBot) -> FactGrid:
    """Return a grid of one line of its owner's own, shown."""
    made = FactGrid(1, QLabel("CALL-1"))
    qtbot.addWidget(made)
    made.show()
    return made


def texts(grid: FactGrid) -> list[tuple[str, str]]:
    """Return what is seen, from top to bottom, as pairs of name and value."""
    seen: dict[int, list[tuple[int, str]]] = {}
    for widget in grid.findChildren(QWidget):
        if isinstance(widget, QLabel | ElidedLabel) and widget.isVisible():
            seen.setdefault(widget.y(), []).append((widget.x(), widget.text()))
    rows = [[text for _, text in sorted(seen[y])] for y in sorted(seen)]
    return [(row[0], row[-1]) for row in rows]


def test_facts_stand_between_the_own_lines_and_the_last(grid: FactGrid, qtbot: QtBot) -> None:
    grid.set_line(0, "Tags", QLabel("vip"))
    grid.set_facts([("Agent", "Orlova"), ("Team", "North")], "GIID")
    expected = [("Tags", "vip"), ("Agent", "Orlova"), ("Team", "North"), ("GIID", "CALL-1")]
    qtbot.waitUntil(lambda: texts(grid) == expected)


def test_the_next_interaction_shows_nothing_of_the_one_before(grid: FactGrid, qtbot: QtBot) -> None:
    grid.set_line(0, "Tags", QLabel("vip"))
    many = [(f"Field {number}", str(number)) for number in range(20)]
    grid.set_facts(many, "GIID")
    qtbot.waitUntil(lambda: texts(grid) == [("Tags", "vip"), *many, ("GIID", "CALL-1")])
    grid.set_line(0, "Tags", None)
    grid.set_facts([("Agent", "Petrov")], "GIID")
    qtbot.waitUntil(lambda: texts(grid) == [("Agent", "Petrov"), ("GIID", "CALL-1")])
