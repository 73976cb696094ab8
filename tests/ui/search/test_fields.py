from __future__ import annotations

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from reviewer.messages import choose_language
from reviewer.models.criteria.catalogue import criterion
from reviewer.models.criteria.tree import Op
from reviewer.ui.search.calendar import CalendarButton
from reviewer.ui.search.value_edit import make_value_editor
from reviewer.ui.widgets.day_picker import DayPicker
from reviewer.ui.widgets.fields import PickField, TokenField
from reviewer.ui.widgets.suggestions import Suggestion, Suggestions

Key = Qt.Key


@pytest.fixture
def window(qtbot, theme):
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 500)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def suggestions(window):
    return Suggestions(window)


@pytest.fixture
def place(window):
    def put(widget):
        widget.setParent(window)
        widget.setGeometry(20, 20, 300, 32)
        widget.show()
        widget.setFocus()
        return widget

    return put


FRUIT = [Suggestion("a", "Apple"), Suggestion("p", "Pear"), Suggestion("pa", "Pineapple", 3)]


def test_a_choice_is_filtered_by_typing(place, suggestions, qtbot):
    field = place(PickField(suggestions))
    field.set_lines(FRUIT, "a")
    field.selectAll()
    QTest.keyClicks(field, "app")
    assert [line.label for line in suggestions._model.lines] == ["Apple", "Pineapple"]
    QTest.keyClick(field, Key.Key_Down)
    with qtbot.waitSignal(field.picked) as picked:
        QTest.keyClick(field, Key.Key_Tab)
    assert picked.args == ["pa"]
    assert field.text() == "Pineapple"


def test_what_was_typed_and_not_chosen_is_no_choice(place, suggestions, window):
    field = place(PickField(suggestions))
    field.set_lines(FRUIT, "p")
    QTest.keyClicks(field, "zzz")
    assert not suggestions.isVisible()
    field.clearFocus()
    assert field.text() == "Pear"
    assert field.value == "p"


def test_a_click_opens_the_list_and_a_click_in_it_chooses(place, suggestions, qtbot):
    field = place(PickField(suggestions))
    field.set_lines(FRUIT, "a")
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    assert suggestions.isVisible()
    index = suggestions._model.index(1)
    at = suggestions._list.visualRect(index).center()
    qtbot.mouseClick(suggestions._list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert field.value == "p"
    assert not suggestions.isVisible()


def test_values_become_chips_and_backspace_takes_the_last(place, suggestions):
    field = place(TokenField(suggestions))
    for line in (*FRUIT, FRUIT[0]):
        field.add(line.value, line.label)
    assert field.values() == ["a", "p", "pa"]
    QTest.keyClick(field.edit, Key.Key_Backspace)
    assert field.values() == ["a", "p"]
    _, chip = field._tokens[0]
    chip.closed.emit()
    assert field.values() == ["p"]


def test_directions_are_offered_by_name(place, suggestions):
    editor = place(make_value_editor(criterion("direction"), Op.ANY_OF, suggestions))
    QTest.keyClicks(editor._field.edit, "out")
    QTest.keyClick(editor._field.edit, Key.Key_Return)
    assert editor.values() == ("outbound",)
    choose_language("ru")
    editor.set_values(("inbound",))
    assert editor._field._tokens[0][1].text() == "входящий"


def test_a_day_is_chosen_from_the_calendar(place, suggestions, qtbot, window):
    editor = place(make_value_editor(criterion("started"), Op.AFTER, suggestions))
    editor.set_values(("2023-10-05",))
    qtbot.mouseClick(editor.findChild(CalendarButton), Qt.MouseButton.LeftButton)
    picker = editor.findChild(DayPicker)
    assert picker.calendar.selectedDate() == QDate(2023, 10, 5)
    picker.calendar.clicked.emit(QDate(2023, 10, 7))
    assert editor.values() == ("2023-10-07",)


def test_a_month_stands_on_one_ground_and_its_days_have_one_head(qtbot, theme):
    theme.set_scheme("dark")
    picker = DayPicker(QDate(2023, 10, 5))
    qtbot.addWidget(picker)
    picker.show()
    image = picker.calendar.grab().toImage()
    width, height = image.width() / 7, image.height() / 7
    grounds = {image.pixelColor(round(n * width) + 3, round(1.5 * height)).name() for n in range(7)}
    assert grounds == {theme.color("raised").name()}

    def brightest(column):
        across = range(round(column * width), round((column + 1) * width))
        return max(
            image.pixelColor(x, y).lightness() for x in across for y in range(round(height) - 2)
        )

    assert abs(brightest(5) - brightest(0)) < 20


def test_the_calendar_speaks_the_language(qtbot, theme):
    choose_language("ru")
    picker = DayPicker(QDate(2023, 10, 5))
    qtbot.addWidget(picker)
    assert picker._month.text() == "Октябрь 2023"
