"""F6 and Shift+F6: from area to area, each entered where it was left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from reviewer.ui.areas import step_area

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class Panels(QWidget):
    """Three areas of two fields each, the middle one with words only at first."""

    def __init__(self) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        self.areas = [QWidget() for _ in range(3)]
        self.fields: list[list[QLineEdit]] = []
        for number, area in enumerate(self.areas):
            layout.addWidget(area)
            column = QVBoxLayout(area)
            column.addWidget(QLabel("words"))
            fields = [] if number == 1 else [QLineEdit(), QLineEdit()]
            for field in fields:
                column.addWidget(field)
            self.fields.append(fields)


@pytest.fixture
def panels(qtbot: QtBot) -> Panels:
    made = Panels()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_an_area_is_entered_at_its_first_field_and_then_where_it_was_left(panels: Panels) -> None:
    left, _, right = panels.fields
    left[1].setFocus()
    step_area(panels.areas, 1)
    assert right[0].hasFocus()
    step_area(panels.areas, 1)
    assert left[1].hasFocus()
    step_area(panels.areas, -1)
    assert right[0].hasFocus()


def test_what_cannot_have_the_keyboard_is_passed_over(panels: Panels) -> None:
    left, _, right = panels.fields
    left[0].setFocus()
    panels.areas[2].setEnabled(False)
    step_area(panels.areas, 1)
    assert left[0].hasFocus()
    panels.areas[2].setEnabled(True)
    right[0].hide()
    step_area(panels.areas, 1)
    assert right[1].hasFocus()


def test_without_a_focus_the_first_area_gets_it(panels: Panels) -> None:
    panels.fields[2][0].setFocus()
    panels.fields[2][0].clearFocus()
    step_area(panels.areas, 1)
    assert panels.fields[0][0].hasFocus()
