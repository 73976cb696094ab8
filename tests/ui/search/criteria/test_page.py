"""The page of criteria: the line, the tree and the numbers agree, and lead to the results."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from reviewer.messages import choose_language
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.tree import Block, Join
from reviewer.models.interaction import Agent, Channel
from reviewer.models.search import Count, Search
from reviewer.models.settings import Feature
from reviewer.ui.search.page import SearchPage, make_page
from reviewer.ui.theme.tokens import Space
from tests.helpers.stores import (
    ADMIN,
    SETTINGS,
    STARTED_US,
    make_incoming,
    make_segment,
    make_store,
)
from tests.ui.search.criteria.steps import go_to, key, keys_of, line_field, type_line

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


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
    from reviewer.ui.search.row_menu import row_menu

    type_line(page, "flagged:yes")
    go_to(page, 0)
    menu = row_menu(page.rows.act_on, page, is_block=False)
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
