from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from reviewer.messages import choose_language
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.tree import Block, Join, Op
from reviewer.models.interaction import Agent, Channel
from reviewer.models.search import Count, Search
from reviewer.models.settings import Feature
from reviewer.ui.search.page import SearchPage, make_page
from reviewer.ui.search.tree_paint import lay_out
from reviewer.ui.theme.tokens import Space
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    STARTED_US,
    make_incoming,
    make_segment,
    make_store,
)

Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def facts(number: int):
    problem = "echo" if number % 2 else ""
    flagged = number % 3 == 0
    return make_incoming(number, recordings=(), content={}, call_problem=problem, flagged=flagged)


@pytest.fixture
def store(tmp_path):
    with make_store(tmp_path) as made:
        made.session(ADMIN).intake.put(facts(number) for number in range(1, 31))
        yield made


@pytest.fixture
def session(store):
    return store.session(ADMIN)


@pytest.fixture
def page(qtbot, shell, session):
    made = SearchPage(shell, session)
    qtbot.addWidget(made)
    qtbot.addWidget(made.toolbar)
    made.resize(1360, 760)
    with qtbot.waitExposed(made):
        made.show()
    made.entered()
    yield made
    made.left()
    made.closing()


@pytest.fixture
def settle(qtbot, shell, page):
    """Wait until what was typed has been counted."""

    def wait():
        qtbot.waitUntil(
            lambda: not page._counter._pause.isActive() and not shell.runner.busy, timeout=20_000
        )

    return wait


def line_field(page):
    return page.panel.line.focusProxy()


def type_line(page, text):
    field = line_field(page)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Key.Key_Delete)
    QTest.keyClicks(field, text)


def key(page, code, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus would be: in the tree."""
    QTest.keyClick(page.panel.tree, code, modifiers)


def keys_of(page):
    return [
        node.key if not isinstance(node, Block) else node.join for _, node in page._editor.rows()
    ]


def go_to(page, *path):
    page.panel.tree.setFocus()
    page.panel.tree.choose(path)


def test_typing_the_line_makes_the_tree_and_counts_it(page, settle):
    type_line(page, "flagged:yes (problem:echo OR duration>5m)")
    settle()
    assert keys_of(page) == ["flagged", Join.OR, "problem", "duration"]
    assert page.panel._count.text() == "5"
    assert page.panel._count_of.text() == "interactions"
    counts = [page._model.count_of(node) for _, node in page._editor.rows()]
    assert counts == [Count(10), Count(15), Count(15), Count(0)]


def test_editing_the_tree_rewrites_the_line(page):
    type_line(page, "flagged:yes problem:echo")
    go_to(page, 0)
    key(page, Key.Key_Delete)
    assert page.panel.line.text() == "problem:echo"
    key(page, Key.Key_Z, CTRL)
    assert page.panel.line.text() == "flagged:yes problem:echo"


def test_a_wrong_line_is_marked_at_the_place_and_nothing_is_searched(page, shell):
    type_line(page, "flagged:yes nonsense>5")
    assert page.panel.line._error_at == 12
    assert "nonsense" in page.panel._wrong.text()
    assert keys_of(page)[0] == "flagged"
    QTest.keyClick(line_field(page), Key.Key_Return)
    assert shell.navigator.gone == []
    type_line(page, "flagged:yes")
    assert not page.panel._wrong.isVisible()


def test_a_condition_edited_below_a_wrong_line_makes_the_line_right(page, settle):
    type_line(page, "flagged:yes service:")
    assert page.panel._wrong.isVisible()
    go_to(page, 1)
    key(page, Key.Key_Delete)
    assert page.panel.line.text() == "flagged:yes"
    assert (page.panel.line._error_at, page.panel._wrong.isVisible()) == (-1, False)
    settle()
    assert page.panel._count.text() == "10"


def test_enter_in_the_line_and_the_button_search(page, shell, qtbot):
    type_line(page, "flagged:yes")
    QTest.keyClick(line_field(page), Key.Key_Return)
    qtbot.mouseClick(page.panel.run, Qt.MouseButton.LeftButton)
    go_to(page, 0)
    key(page, Key.Key_Return, CTRL)
    expected = ("results", Search(parse_line("flagged:yes"), Channel.VOICE))
    assert shell.navigator.gone == [expected] * 3


def test_the_line_stays_one_line(page):
    QApplication.clipboard().setText("flagged:yes\r\nproblem:echo\n")
    field = line_field(page)
    field.setFocus()
    QTest.keyClick(field, Key.Key_V, CTRL)
    assert page.panel.line.text() == "flagged:yes problem:echo"
    assert keys_of(page) == ["flagged", "problem"]


def test_the_line_is_in_the_language_of_the_window(page):
    type_line(page, "flagged:yes")
    choose_language("ru")
    page.retranslate()
    assert page.panel.line.text() == "помощь:да"
    assert page.panel.run.text() == "Поиск"
    assert page._model.spoken(page._model.row(0)) == "запрос помощи да"


def test_down_leads_into_the_tree_and_up_back(page, qtbot):
    type_line(page, "flagged:yes problem:echo")
    QTest.keyClick(line_field(page), Key.Key_Down)
    assert page.panel.tree.current_path() == (0,)
    key(page, Key.Key_Down)
    assert page.panel.tree.current_path() == (1,)
    key(page, Key.Key_Up)
    with qtbot.waitSignal(page.panel.tree.left_upwards):
        key(page, Key.Key_Up)


def test_space_switches_off_and_the_count_of_the_row_stays(page, settle):
    type_line(page, "flagged:yes problem:echo")
    settle()
    go_to(page, 0)
    key(page, Key.Key_Space)
    settle()
    assert page.panel.line.text() == "problem:echo"
    assert page.panel._count.text() == "15"
    assert page._model.count_of(page._editor.at((0,))) == Count(10)
    key(page, Key.Key_Space)
    assert page.panel.line.text() == "flagged:yes problem:echo"


def test_typing_in_the_line_keeps_what_is_switched_off(page):
    type_line(page, "flagged:yes (problem:echo OR duration>5m) agent:ivanova")
    for path in ((1, 0), (0,)):
        go_to(page, *path)
        key(page, Key.Key_Space)
    field = line_field(page)
    field.moveCursor(field.textCursor().MoveOperation.End)
    QTest.keyClicks(field, " service:Support")
    assert keys_of(page) == ["flagged", Join.OR, "problem", "duration", "agent", "service"]
    assert not page._editor.at((0,)).enabled
    assert not page._editor.at((1, 0)).enabled


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


def test_tab_goes_down_the_page_and_every_button_says_what_it_does(page, settle):
    type_line(page, "flagged:yes OR duration>5s")
    settle()
    page.choose_channel(Channel.CHAT)
    panel = page.panel
    stop = panel.channels.focusProxy()
    seen = [stop]
    stop.setFocus()
    while seen[-1] is not panel.run:
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen == [
        panel.channels.focusProxy(), line_field(page), panel.root_join.focusProxy(), panel.tree,
        panel.add_condition, panel.add_block, panel.run,
    ]  # fmt: skip
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.accessibleName() or button.text(), button
            assert button.toolTip(), button.text()


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


def test_a_service_that_is_not_there_is_marked_and_the_search_does_not_run(page, shell, settle):
    type_line(page, "service:Suport")
    settle()
    assert page._model.row(0).problem == "“Suport” is not known in this store; there is: Support"
    type_line(page, "service:Support,Nobody flagged:yes")
    settle()
    assert page._model.row(0).problem == "“Nobody” is not known in this store"
    assert not page._model.row(0).mild
    page.search()
    assert shell.navigator.gone == []
    assert page.panel.tree.current_path() == (0,)
    type_line(page, "service:support")
    settle()
    assert page._model.row(0).problem == ""
    assert page.panel._count.text() == "30"


def test_another_name_that_is_not_there_is_told_and_searched_for(page, shell, settle):
    type_line(page, "agent:nobody disposition:solved")
    settle()
    rows = [page._model.row(i) for i in (0, 1)]
    assert [row.problem for row in rows] == [
        "“nobody” is not known in this store",
        "“solved” is not known in this store; there is: Solved",
    ]
    assert all(row.mild for row in rows)
    assert "is not known" in page._model.spoken(rows[0])
    page.search()
    assert len(shell.navigator.gone) == 1


def test_a_name_that_comes_in_is_known(page, session, shell, settle):
    type_line(page, "agent:petrov")
    settle()
    assert page._model.row(0).problem
    agent = Agent("petrov", "Пётр", "Петров")
    segment = make_segment(started_us=STARTED_US, agent=agent)
    item = make_incoming(77, recordings=(), content={}, segments=(segment,))
    _, changes = session.intake.put([item])
    shell.bus.publish(changes)
    settle()
    assert not page._model.row(0).problem


def test_criteria_of_features_that_are_off_are_marked(qtbot, shell, tmp_path):
    off = replace(SETTINGS, features=SETTINGS.features - {Feature.SENTIMENT})
    with make_store(tmp_path / "second", settings=off) as store:
        made = SearchPage(shell, store.session(ADMIN))
        qtbot.addWidget(made)
        qtbot.addWidget(made.toolbar)
        made.panel.line._text.setPlainText("sentiment<0")
        assert "switched off" in made._model.row(0).problem
        assert "sentiment" not in [entry.key for entry in made._offered()]
        made.left()
        made.closing()
        qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)


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


def test_the_current_row_is_scrolled_into_what_is_seen(page, qtbot):
    type_line(page, " ".join(f"from:{n}" for n in range(40)))
    area = page.panel._area
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 800)
    go_to(page, 0)
    assert area.verticalScrollBar().value() == 0
    key(page, Key.Key_End)
    assert page.panel.tree.current_path() == (39,)
    tree, inner = page.panel.tree, area.widget()
    bottom = tree.visualRect(tree.currentIndex()).bottomLeft()
    y = tree.viewport().mapTo(inner, bottom).y() - area.verticalScrollBar().value()
    assert 0 < y < area.viewport().height()


def test_while_the_line_is_wrong_no_number_is_shown(page, settle):
    type_line(page, "flagged:yes")
    settle()
    assert page.panel._count.text() == "10"
    type_line(page, "flagged:yes (")
    assert page.panel._count.text() == "—"
    assert page.panel._took.text() == "not counted: the line cannot be read"


def test_a_criterion_that_the_channel_does_not_have_is_marked(page, shell, settle):
    type_line(page, "problem:echo flagged:yes")
    key(page, Key.Key_3, CTRL)
    assert page.channel is Channel.EMAIL
    assert page._model.row(0).problem
    assert not page._model.row(1).problem
    settle()
    assert page.panel._count.text() == "—"
    counts = [page._model.count_of(node) for _, node in page._editor.rows()]
    assert counts == [None, Count(0)]
    page.search()
    assert shell.navigator.gone == []
    assert page.panel.tree.current_path() == (0,)
    key(page, Key.Key_1, CTRL)
    assert not page._model.row(0).problem


def test_the_set_used_last_comes_back_at_the_next_start(page, shell, session, qtbot):
    type_line(page, "flagged:yes from:4951234567")
    go_to(page, 1)
    key(page, Key.Key_Space)
    page.choose_channel(Channel.CHAT)
    page.search()
    qtbot.waitUntil(lambda: session.memory.recall("search") is not None)
    later = session.store.session(session.people.me.login)
    again = make_page(shell, later)
    qtbot.addWidget(again)
    qtbot.addWidget(again.toolbar)
    assert again.root == page.root
    assert again.channel is Channel.CHAT
    assert page.save_state() == {}
    later.memory.keep("search", {"channel": "pigeon", "criteria": {"version": 99}})
    again.restore()
    assert again.root == Block()
    again.left()


def test_what_another_page_asks_for_is_shown(page):
    page.open(Search(parse_line("flagged:yes"), Channel.CHAT))
    assert page.panel.line.text() == "flagged:yes"
    assert page.channel is Channel.CHAT
    page.open(None)
    assert print_line(page.root) == "flagged:yes"


def test_the_set_is_said_as_a_sentence_with_its_warnings(page):
    type_line(page, "recording:yes")
    assert "Expired and deleted recordings are not included" in page.panel._sentence.text()


def test_matches_are_shown_by_day(page, settle):
    type_line(page, "flagged:yes")
    settle()
    found = page.panel.days._found
    # Every third of thirty calls an hour apart, from the evening of the fifth on.
    assert found.last == date(2023, 10, 6)
    assert len(found.counts) == 30
    assert (found.counts[-2:], sum(found.counts)) == ((3, 7), 10)
    assert page.panel.days.accessibleName() == (
        "Matches by day, from 2023-09-07 to 2023-10-06; most on 2023-10-06: 7"
    )
    assert page.panel.days._said_at(QPointF(29 * 8 + 1, 5)) == "2023-10-06: 7 interactions"
    assert page.panel.days.bar(29).height() == 28
    type_line(page, "flagged:yes case:7")
    settle()
    assert page.panel.days._found is None


def test_a_change_elsewhere_is_counted(page, session, shell, settle):
    type_line(page, "flagged:yes")
    settle()
    _, changes = session.intake.put([make_incoming(99, recordings=(), content={}, flagged=True)])
    shell.bus.publish(changes)
    settle()
    assert page.panel._count.text() == "11"


def test_the_menu_of_a_row_has_every_act(page):
    from reviewer.ui.search.acts import criteria_menu

    type_line(page, "flagged:yes")
    go_to(page, 0)
    menu = criteria_menu(page.rows, page, is_block=False)
    texts = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert {"Edit", "Duplicate", "Remove", "Add condition", "Add block"} <= set(texts)
    texts["Turn into its opposite"].trigger()
    assert page.panel.line.text() == "-flagged:yes"
    menu.deleteLater()


def test_typing_fast_counts_once_and_never_blocks(page, settle, shell, session, qtbot):
    asked = []
    page._counter.counted.connect(lambda count, seconds: asked.append(count))
    type_line(page, "flagged:yes problem:echo duration>0s")
    settle()
    assert len(asked) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_painted_in_both_themes_while_edited_and_wrong(page, theme, scheme, qtbot):
    type_line(page, "flagged:yes (problem:echo OR -duration>5m) case:7")
    go_to(page, 0)
    theme.set_scheme(scheme)
    dark = scheme == "dark"
    qtbot.waitUntil(lambda: (page.palette().window().color().lightness() < 128) is dark)
    resting = page.grab().toImage()
    key(page, Key.Key_Return)
    edited = page.grab().toImage()
    assert resting != edited
    ground = edited.pixelColor(4, page.height() // 2)
    assert (ground.lightness() < 128) is dark
    assert page.panel.tree.mapTo(page, QPoint(0, 0)).y() > page.panel.line.y()


def test_without_conditions_the_hint_stands_right_under_the_head(page, settle):
    settle()
    panel = page.panel
    hint, head = panel._nothing, panel.root_join
    gap = hint.mapTo(page, QPoint()).y() - head.mapTo(page, QPoint(0, head.height())).y()
    assert 0 <= gap <= Space.XL
