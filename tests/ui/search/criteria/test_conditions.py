"""Conditions and blocks made, changed and given up in their places."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.models.criteria.tree import Join, Op
from reviewer.ui.search.tree_paint import lay_out
from tests.ui.search.criteria.steps import go_to, key, keys_of, line_field, type_line

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def test_rows_are_duplicated_moved_and_put_into_blocks_by_the_keyboard(page):
    type_line(page, "flagged:yes (problem:echo OR duration>5m)")
    go_to(page, 0)
    key(page, Key.Key_D, CTRL)
    assert keys_of(page) == ["flagged", "flagged", Join.OR, "problem", "duration"]
    key(page, Key.Key_Right, ALT)
    assert keys_of(page) == ["flagged", Join.OR, "flagged", "problem", "duration"]
    assert page.panel.tree.current_path() == (1, 0)
    key(page, Key.Key_Down, ALT)
    assert keys_of(page) == ["flagged", Join.OR, "problem", "flagged", "duration"]
    key(page, Key.Key_Left, ALT)
    assert keys_of(page) == ["flagged", Join.OR, "problem", "duration", "flagged"]
    key(page, Key.Key_Up, ALT)
    assert page.panel.tree.current_path() == (1,)


def test_the_keys_of_the_condition_one_stands_on_are_told(page, shell):
    type_line(page, "flagged:yes (problem:echo OR duration>5m)")
    told = {
        spec.name: shell.actions.shortcuts(spec)
        for spec, _ in shell.actions.visible(page.window())
        if not spec.hidden
    }
    assert (told["criteria.edit"], told["criteria.toggle"]) == (("Return",), ("Space",))
    # And they do it, unless they mean something to what has the focus.
    go_to(page, 1)
    key(page, Key.Key_Return)
    assert keys_of(page)[1] is Join.AND
    key(page, Key.Key_Space)
    assert not page.root.members[1].enabled
    QTest.keyClick(page.panel.add_condition, Key.Key_Space)
    assert not page.root.members[1].enabled


def test_adding_a_condition_by_the_keyboard_alone(page, settle, shell):
    QTest.keyClick(line_field(page), Key.Key_Insert)
    editor = page._editing.editor
    assert editor._what.text() == ""
    QTest.keyClicks(editor._what, "dispo")
    QTest.keyClick(editor._what, Key.Key_Return)
    field = editor._value._field.edit
    QTest.keyClicks(field, "sol")
    settle()
    assert page._suggestions.isVisible()
    assert [line.matches for line in page._suggestions._model.lines] == [30]
    QTest.keyClick(field, Key.Key_Return)
    assert editor._value._field.values() == ["Solved"]
    QTest.keyClick(field, Key.Key_Return)
    assert not page._editing.active
    assert page.panel.line.text() == "disposition:Solved"
    settle()
    assert page.panel._count.text() == "30"


def test_a_condition_made_between_others_leaves_them_as_they_were(page, settle):
    type_line(page, "flagged:yes duration>5s problem:echo")
    go_to(page, 0)
    settle()
    tree, index = page.panel.tree, page._model.index
    rows = [tree.grab(tree.visualRect(index(row))).toImage() for row in (1, 2)]
    key(page, Key.Key_Insert)
    assert page._editing.active
    assert [tree.grab(tree.visualRect(index(row))).toImage() for row in (2, 3)] == rows


def test_minus_turns_a_condition_into_its_opposite_and_back(page):
    type_line(page, "flagged:yes sentiment<0")
    go_to(page, 1)
    key(page, Key.Key_Minus)
    assert page.panel.line.text() == "flagged:yes -sentiment<0"
    key(page, Key.Key_Return)
    [field] = page._editing.editor._value._fields
    field.selectAll()
    QTest.keyClicks(field, "-0.5")
    QTest.keyClick(field, Key.Key_Return)
    assert page.panel.line.text() == "flagged:yes -sentiment<-0.5"
    key(page, Key.Key_Minus)
    assert page.panel.line.text() == "flagged:yes sentiment<-0.5"


def test_giving_up_a_new_condition_leaves_no_trace(page):
    QTest.keyClick(line_field(page), Key.Key_Insert)
    QTest.keyClick(page._editing.editor._what, Key.Key_Escape)
    assert page._editing.active
    QTest.keyClick(page._editing.editor._what, Key.Key_Escape)
    assert not page._editing.active
    assert page._model.rowCount() == 0
    assert not page._editor.can_undo


def test_editing_in_place_and_giving_up(page):
    type_line(page, "duration>5m")
    go_to(page, 0)
    key(page, Key.Key_Return)
    [field] = page._editing.editor._value._fields
    assert field.text() == "5m"
    field.selectAll()
    QTest.keyClicks(field, "90s")
    QTest.keyClick(field, Key.Key_Escape)
    assert page.panel.line.text() == "duration>5m"
    key(page, Key.Key_Return)
    [field] = page._editing.editor._value._fields
    field.selectAll()
    QTest.keyClicks(field, "90s")
    QTest.keyClick(field, Key.Key_Return)
    assert page.panel.line.text() == "duration>1m30s"


def test_a_value_that_cannot_be_read_is_marked_and_stays(page, shell):
    type_line(page, "duration>5m")
    go_to(page, 0)
    key(page, Key.Key_Return)
    editor = page._editing.editor
    [field] = editor._value._fields
    field.selectAll()
    QTest.keyClicks(field, "soon")
    QTest.keyClick(field, Key.Key_Return)
    assert page._editing.editor is editor
    assert editor._error.text().startswith("Soon is not a duration")
    assert field.property("error")
    page.search()
    assert shell.navigator.gone == []
    field.clear()
    QTest.keyClick(field, Key.Key_Return)
    assert editor._error.text() == "A value is missing"


def test_operators_can_be_turned_into_their_opposite(page):
    type_line(page, "service:Support")
    go_to(page, 0)
    key(page, Key.Key_Return)
    editor = page._editing.editor
    editor._how.setFocus()
    QTest.keyClicks(editor._how, "none")
    QTest.keyClick(editor._how, Key.Key_Return)
    assert editor._value._field.values() == ["Support"]
    QTest.keyClick(editor._value._field.edit, Key.Key_Return)
    condition = page._editor.at((0,))
    assert (condition.op, condition.negated) == (Op.ANY_OF, True)
    assert page.panel.line.text() == "-service:Support"


def test_tab_goes_through_the_fields_of_a_condition_and_back(page):
    type_line(page, "started:2023-10-05..2023-10-06")
    go_to(page, 0)
    key(page, Key.Key_Return)
    editor = page._editing.editor
    first, last = editor._value._fields
    seen = []
    editor._what.setFocus()
    for _ in range(6):
        QTest.keyClick(page.window().focusWidget(), Key.Key_Tab)
        seen.append(page.window().focusWidget())
    assert [seen[0], seen[1], seen[3], seen[5]] == [editor._how, first, last, editor._take]
    for expected in reversed(seen[:-1]):
        QTest.keyClick(page.window().focusWidget(), Key.Key_Backtab)
        assert page.window().focusWidget() is expected


def test_between_takes_two_values(page):
    type_line(page, "duration>5m")
    go_to(page, 0)
    key(page, Key.Key_Return)
    editor = page._editing.editor
    editor._how.setFocus()
    QTest.keyClicks(editor._how, "between")
    QTest.keyClick(editor._how, Key.Key_Return)
    first, last = editor._value._fields
    assert first.text() == "5m"
    QTest.keyClick(first, Key.Key_Return)
    QTest.keyClicks(last, "1:30:00")
    QTest.keyClick(last, Key.Key_Return)
    assert page.panel.line.text() == "duration:5m..1h30m"


def test_periods_are_offered_for_dates(page):
    QTest.keyClick(line_field(page), Key.Key_Insert)
    editor = page._editing.editor
    QTest.keyClicks(editor._what, "started")
    QTest.keyClick(editor._what, Key.Key_Return)
    [field] = editor._value._fields
    QTest.keyClicks(field, "last 30")
    assert page._suggestions.isVisible()
    QTest.keyClick(field, Key.Key_Return)
    QTest.keyClick(field, Key.Key_Return)
    assert page.panel.line.text() == "started:last30d"


def test_before_and_after_are_entries_of_the_list(page):
    QTest.keyClick(line_field(page), Key.Key_Insert)
    editor = page._editing.editor
    QTest.keyClicks(editor._what, "started aft")
    QTest.keyClick(editor._what, Key.Key_Return)
    [field] = editor._value._fields
    QTest.keyClicks(field, "2023-10-05")
    QTest.keyClick(field, Key.Key_Return)
    assert page.panel.line.text() == "started>2023-10-05"
    go_to(page, 0)
    key(page, Key.Key_Return)
    editor = page._editing.editor
    assert editor._what.text() == "started after"
    editor._what.setFocus()
    QTest.keyClicks(editor._what, "started bef")
    QTest.keyClick(editor._what, Key.Key_Return)
    [field] = editor._value._fields
    assert field.text() == "2023-10-05"
    QTest.keyClick(field, Key.Key_Return)
    assert page.panel.line.text() == "started<2023-10-05"


def test_flags_need_no_value(page):
    QTest.keyClick(line_field(page), Key.Key_Insert)
    editor = page._editing.editor
    QTest.keyClicks(editor._what, "flagged")
    QTest.keyClick(editor._what, Key.Key_Return)
    QTest.keyClick(editor._how, Key.Key_Return)
    assert page.panel.line.text() == "flagged:yes"


def test_blocks_are_added_filled_and_joined_by_the_mouse(page, qtbot):
    type_line(page, "flagged:yes")
    qtbot.mouseClick(page.panel.add_block, Qt.MouseButton.LeftButton)
    assert keys_of(page) == ["flagged", Join.OR]
    tree = page.panel.tree

    def places(row):
        index = page._model.index(row)
        return lay_out(tree.visualRect(index), page._model.row(row))

    def click(rect):
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=rect.center().toPoint())

    click(places(1).joins[Join.AND])
    assert page._editor.at((1,)).join is Join.AND
    click(places(1).acts["add_condition"])
    QTest.keyClicks(page._editing.editor._what, "problem")
    QTest.keyClick(page._editing.editor._what, Key.Key_Return)
    QTest.keyClicks(page._editing.editor._value._field.edit, "echo")
    QTest.keyClick(page._editing.editor._take, Key.Key_Space)
    assert keys_of(page) == ["flagged", Join.AND, "problem"]
    click(places(0).check)
    assert not page._editor.at((0,)).enabled
    click(places(0).acts["duplicate"])
    click(places(0).acts["remove"])
    assert keys_of(page) == ["flagged", Join.AND, "problem"]
    QTest.mouseDClick(
        tree.viewport(), Qt.MouseButton.LeftButton, pos=places(2).pieces[-1].rect.center().toPoint()
    )
    assert page._editing.active
    assert tree.editing == (1, 0)


def test_the_root_is_joined_by_its_switch(page, qtbot):
    type_line(page, "flagged:yes problem:echo")
    page.panel.root_join.choose(Join.OR)
    page.panel.root_join.value_changed.emit(Join.OR)
    assert page.panel.line.text() == "flagged:yes OR problem:echo"
    assert page.panel._root_text.text() == "at least one holds"
