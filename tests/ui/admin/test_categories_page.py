"""The evaluation categories, edited in place on a real store."""

from __future__ import annotations

from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from reviewer.errors import CategoryInvalidError
from reviewer.messages import choose_language
from reviewer.models.scoring import MAX_CATEGORIES
from reviewer.ui.admin.page import make_page
from tests.helpers.stores import ADMIN, make_store

ALT = Qt.KeyboardModifier.AltModifier
FIRST = ("Greeting", "Knowledge", "Courtesy")


@pytest.fixture
def session(tmp_path):
    with closing(make_store(tmp_path)) as store:
        made = store.session(ADMIN)
        made.evaluations.rename_categories(FIRST)
        yield made


@pytest.fixture
def page(qtbot, shell, session, runner):
    # The window keeps its pages; a page by itself needs a parent that is shown.
    window = QWidget()
    window.resize(900, 700)
    qtbot.addWidget(window)
    made = make_page(shell, session)
    made.setParent(window)
    made.toolbar.setParent(made)
    made.resize(window.size())
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(lambda: len(made.rows) == len(FIRST) and made.rows[0].hasFocus())
    yield made
    qtbot.waitUntil(lambda: not runner.busy)


def stored(session):
    return tuple(category.name for category in session.evaluations.categories())


def type_name(qtbot, row, text):
    row.edit.clear()
    qtbot.keyClicks(row.edit, text)
    qtbot.keyClick(row.edit, Qt.Key.Key_Return)


def settle(qtbot, runner):
    qtbot.waitUntil(lambda: not runner.busy)


def test_a_category_is_renamed_in_place_by_keyboard(qtbot, page, session, runner):
    row = page.rows[0]
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert row.edit.hasFocus()
    assert row.edit.selectedText() == "Greeting"
    type_name(qtbot, row, " Welcome ")
    qtbot.waitUntil(lambda: not row.editing)
    settle(qtbot, runner)
    assert stored(session) == page.names == ("Welcome", "Knowledge", "Courtesy")
    assert page.rows[0] is row
    assert row.hasFocus()


def test_esc_gives_up(qtbot, page, session, runner):
    row = page.rows[1]
    qtbot.mouseDClick(row, Qt.MouseButton.LeftButton)
    row.edit.clear()
    qtbot.keyClicks(row.edit, "Else")
    qtbot.keyClick(row.edit, Qt.Key.Key_Escape)
    assert not row.editing
    assert row.hasFocus()
    settle(qtbot, runner)
    assert stored(session) == page.names == FIRST


def test_leaving_the_field_saves(qtbot, page, session, runner):
    row = page.rows[1]
    row.begin()
    row.edit.setText("Product")
    page.rows[2].setFocus()
    qtbot.waitUntil(lambda: not row.editing)
    settle(qtbot, runner)
    assert stored(session) == ("Greeting", "Product", "Courtesy")
    assert page.rows[2].hasFocus()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (" ", "The category cannot be named so: the name is empty"),
        ("knowledge", "The category cannot be named so: there is a category of that name already"),
        ("x" * 61, "The category cannot be named so: the name is longer than 60 characters"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused_under_the_row(qtbot, page, session, typed, words):
    row = page.rows[0]
    qtbot.keyClick(row, Qt.Key.Key_F2)
    type_name(qtbot, row, typed)
    qtbot.waitUntil(lambda: row.error_text == words)
    assert row.editing
    assert row.edit.text() == typed
    assert row.edit.property("error") is True
    assert stored(session) == FIRST
    qtbot.keyClick(row.edit, Qt.Key.Key_Backspace)
    assert row.error_text == ""
    qtbot.keyClick(row.edit, Qt.Key.Key_Escape)
    assert page.names == FIRST


def test_the_refusal_follows_the_language(qtbot, page):
    row = page.rows[0]
    row.begin()
    type_name(qtbot, row, "knowledge")
    qtbot.waitUntil(lambda: bool(row.error_text))
    choose_language("ru")
    page.retranslate()
    assert row.error_text == "Так назвать категорию нельзя: категория с таким названием уже есть"
    assert page.title() == "Категории оценки"
    assert row.rename.text() == "Редактировать"


def test_categories_are_added_until_there_are_ten(qtbot, page, session, runner):
    for number in range(len(FIRST), MAX_CATEGORIES):
        assert page.add_button.isEnabled()
        qtbot.mouseClick(page.add_button, Qt.MouseButton.LeftButton)
        row = page.rows[-1]
        assert row.edit.hasFocus()
        type_name(qtbot, row, f"New {number}")
        qtbot.waitUntil(lambda row=row: not row.editing)
        settle(qtbot, runner)
    assert len(stored(session)) == MAX_CATEGORIES
    assert page.names == stored(session)
    assert not page.add_button.isEnabled()


def test_a_new_row_given_up_is_gone(qtbot, page, session, runner):
    qtbot.keyClick(page.rows[0], Qt.Key.Key_Insert)
    qtbot.keyClick(page.rows[-1].edit, Qt.Key.Key_Escape)
    assert page.names == FIRST
    page.add_category()
    page.rows[0].setFocus()
    assert page.names == FIRST
    settle(qtbot, runner)
    assert stored(session) == FIRST


def test_a_removed_category_comes_back_to_its_place(qtbot, page, session, runner, shell):
    page.rows[1].setFocus()
    qtbot.keyClick(page.rows[1], Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: page.names == ("Greeting", "Courtesy"))
    assert page.rows[1].hasFocus()
    assert shell.notifier.said == ["Category removed: Knowledge"]
    settle(qtbot, runner)
    words, undo = shell.notifier.actions[0]
    assert words == "Undo"
    undo()
    qtbot.waitUntil(lambda: page.names == FIRST)
    settle(qtbot, runner)
    assert stored(session) == FIRST


def test_a_category_that_cannot_come_back_is_told(qtbot, page, session, runner, shell, presenter):
    qtbot.mouseClick(page.rows[1].remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.names == ("Greeting", "Courtesy"))
    session.evaluations.rename_categories([str(n) for n in range(MAX_CATEGORIES)])
    shell.notifier.actions[0][1]()
    qtbot.waitUntil(lambda: bool(presenter.presented))
    assert isinstance(presenter.presented[0], CategoryInvalidError)


def test_the_last_category_can_be_removed(qtbot, page, session, runner):
    for _ in FIRST:
        count = len(page.rows)
        qtbot.keyClick(page.rows[0], Qt.Key.Key_Delete)
        qtbot.waitUntil(lambda count=count: len(page.rows) < count)
        settle(qtbot, runner)
    assert stored(session) == ()
    assert page.add_button.hasFocus()
    qtbot.keyClick(page.add_button, Qt.Key.Key_Return)
    type_name(qtbot, page.rows[0], "Calm")
    qtbot.waitUntil(lambda: page.names == ("Calm",))


def test_arrows_move_the_keyboard_and_alt_moves_the_category(qtbot, page, session, runner):
    qtbot.keyClick(page.rows[0], Qt.Key.Key_Down)
    assert page.rows[1].hasFocus()
    qtbot.keyClick(page.rows[1], Qt.Key.Key_Up)
    qtbot.keyClick(page.rows[0], Qt.Key.Key_Up)
    assert page.rows[0].hasFocus()
    qtbot.keyClick(page.rows[0], Qt.Key.Key_Down, ALT)
    qtbot.waitUntil(lambda: page.names == ("Knowledge", "Greeting", "Courtesy"))
    assert page.rows[1].hasFocus()
    qtbot.keyClick(page.rows[1], Qt.Key.Key_Up, ALT)
    qtbot.waitUntil(lambda: page.names == FIRST)
    qtbot.keyClick(page.rows[0], Qt.Key.Key_Up, ALT)
    settle(qtbot, runner)
    assert stored(session) == FIRST
    qtbot.mouseClick(page.rows[2].up, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.names == ("Greeting", "Courtesy", "Knowledge"))


def test_the_buttons_show_where_the_keyboard_is_and_take_no_room_by_it(qtbot, page):
    first, second = page.rows[:2]
    assert first.rename.isVisible()
    assert not second.rename.isVisible()
    height, width = second.height(), second.edit.parentWidget().width()
    second.setFocus()
    assert second.rename.isVisible()
    assert not first.rename.isVisible()
    assert (second.height(), second.edit.parentWidget().width()) == (height, width)


def test_what_others_change_appears_and_what_is_typed_stays(qtbot, page, session, bus, runner):
    row = page.rows[1]
    row.begin()
    row.edit.setText("Product")
    bus.publish(session.evaluations.rename_categories(["Hello", "Knowledge"]))
    qtbot.waitUntil(lambda: page.names == ("Hello", "Knowledge"))
    assert row.editing
    assert row.edit.hasFocus()
    qtbot.keyClick(row.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not row.editing)
    settle(qtbot, runner)
    assert stored(session) == ("Hello", "Product")


def test_renaming_what_somebody_removed_is_refused(qtbot, page, session):
    row = page.rows[1]
    row.begin()
    session.evaluations.rename_categories(["Greeting"])
    type_name(qtbot, row, "Product")
    qtbot.waitUntil(lambda: row.error_text.endswith("somebody has removed or renamed it meanwhile"))
    assert stored(session) == ("Greeting",)
