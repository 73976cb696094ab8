"""The line: what is offered while it is typed, undoing, colours."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.messages import choose_language
from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel
from reviewer.models.search import Search
from reviewer.ui.search.page import SearchPage
from tests.helpers.stores import ADMIN, make_incoming, make_segment, make_store

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def page(qtbot, shell, tmp_path):
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        items = [
            make_incoming(n, recordings=(), content={}, custom=(("Region", "Москва"),))
            for n in (1, 2)
        ]
        session.intake.put(items)
        made = SearchPage(shell, session)
        qtbot.addWidget(made)
        qtbot.addWidget(made.toolbar)
        made.resize(1360, 760)
        with qtbot.waitExposed(made):
            made.show()
        made.entered()
        qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)
        yield made
        made.left()
        made.closing()
        qtbot.waitUntil(lambda: not shell.runner.busy, timeout=20_000)


@pytest.fixture
def settle(qtbot, shell, page):
    def wait():
        qtbot.waitUntil(
            lambda: not page._counter._pause.isActive() and not shell.runner.busy, timeout=20_000
        )

    return wait


def field(page):
    return page.panel.line.focusProxy()


def press(page, code, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(field(page), code, modifiers)


def write(page, text):
    """Type, in Russian too: the test library's own typing knows ASCII only."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QApplication.sendEvent(field(page), event)


def labels(page):
    seen = page._suggestions
    return [line.label for line in seen._model.lines] if seen.isVisible() else []


def test_keys_and_values_are_offered_and_taken_by_tab(page, settle):
    write(page, "serv")
    assert labels(page) == ["service"]
    press(page, Key.Key_Tab)
    assert page.panel.line.text() == "service:"
    settle()
    assert labels(page) == ["Support"]
    press(page, Key.Key_Tab)
    assert page.panel.line.text() == "service:Support"
    assert not page._suggestions.isVisible()
    assert page.root == parse_line("service:Support")
    settle()
    assert page.panel._count.text() == "2"


def test_enter_searches_for_what_was_typed_unless_a_completion_was_gone_to(page, shell):
    write(page, "flagged:y")
    assert labels(page) == ["yes"]
    write(page, "es du")
    assert labels(page) == ["duration"]
    press(page, Key.Key_Backspace)
    press(page, Key.Key_Backspace)
    press(page, Key.Key_Return)
    assert shell.navigator.gone == [("results", Search(parse_line("flagged:yes"), Channel.VOICE))]
    write(page, "du")
    press(page, Key.Key_Down)
    press(page, Key.Key_Return)
    assert page.panel.line.text() == "flagged:yes duration>"
    assert len(shell.navigator.gone) == 1


def test_a_word_of_full_text_is_searched_for_although_a_key_begins_so(page, shell):
    write(page, "direct")
    assert labels(page) == ["direction"]
    press(page, Key.Key_Return)
    assert shell.navigator.gone == [("results", Search(parse_line("direct"), Channel.VOICE))]


def test_esc_closes_the_list_and_keeps_what_was_typed(page):
    write(page, "dur")
    assert labels(page) == ["duration"]
    press(page, Key.Key_Escape)
    assert labels(page) == []
    assert page.panel.line.text() == "dur"
    press(page, Key.Key_Space, CTRL)
    assert labels(page) == ["duration"]


def test_ctrl_space_offers_every_key(page):
    press(page, Key.Key_Space, CTRL)
    assert {"agent", "duration", "flagged", "custom.Region"} <= set(labels(page))
    assert "subject" not in labels(page)
    page.focus_line()
    field(page).clearFocus()
    assert labels(page) == []


def test_down_goes_to_the_tree_when_nothing_is_offered(page):
    write(page, "flagged:yes")
    assert labels(page) == []
    press(page, Key.Key_Down)
    assert page.panel.tree.hasFocus()


def test_values_of_custom_fields_and_agents_are_offered_with_their_names(page, settle):
    write(page, "custom.Region:м")
    settle()
    assert labels(page) == ["Москва"]
    press(page, Key.Key_Tab)
    assert page.panel.line.text() == "custom.Region:Москва"
    write(page, " agent:iv")
    settle()
    assert [line.note for line in page._suggestions._model.lines] == ["Анна Иванова"]
    press(page, Key.Key_Tab)
    write(page, ",i")
    assert page.panel.line.text() == "custom.Region:Москва agent:ivanova,i"


def test_it_is_completed_in_russian(page, settle):
    choose_language("ru")
    page.retranslate()
    write(page, "длит")
    assert labels(page) == ["длительность"]
    press(page, Key.Key_Tab)
    write(page, "5м пом")
    press(page, Key.Key_Tab)
    write(page, "д")
    press(page, Key.Key_Tab)
    assert page.panel.line.text() == "длительность>5м помощь:да"
    assert page.root == parse_line("duration>5m flagged:yes")


def test_a_completion_in_the_middle_replaces_the_word_only(page):
    write(page, "flag:yes duration>5m")
    cursor = field(page).textCursor()
    cursor.setPosition(3)
    field(page).setTextCursor(cursor)
    press(page, Key.Key_Space, CTRL)
    press(page, Key.Key_Tab)
    assert page.panel.line.text() == "flagged:yes duration>5m"


def test_a_click_takes_a_completion(page, qtbot):
    write(page, "dur")
    shown = page._suggestions._list
    at = shown.visualRect(page._suggestions._model.index(0)).center()
    qtbot.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert page.panel.line.text() == "duration>"


def test_undo_in_the_line_takes_typing_back_and_then_what_was_done_before(page):
    write(page, "flagged:yes")
    page.panel.tree.choose((0,))
    QTest.keyClick(page.panel.tree, Key.Key_D, CTRL)
    assert len(page.root.members) == 2
    page.focus_line()
    press(page, Key.Key_End)
    write(page, " a")
    press(page, Key.Key_Z, CTRL)
    assert page.panel.line.text() == "flagged:yes flagged:yes"
    press(page, Key.Key_Z, CTRL)
    assert page.panel.line.text() == "flagged:yes"
    press(page, Key.Key_Z, CTRL | SHIFT)
    assert page.panel.line.text() == "flagged:yes flagged:yes"


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("agent:ivanova", ["muted", "text"]),
        ('"a b" OR c', ["success", "accent_text", "success"]),
        ("(-a)", ["accent_text", "success", "accent_text"]),
        ("duration>5m nonsense>", ["muted", "text", "muted"]),
    ],
)
def test_it_is_coloured_as_the_parser_reads_it(page, theme, text, roles):
    write(page, text)
    formats = field(page).document().firstBlock().layout().formats()
    found = [f.format.foreground().color().name() for f in formats]
    assert found == [theme.color(role).name() for role in roles]


def test_a_name_with_a_no_break_space_is_found_once_it_was_chosen(page, settle):
    parted = make_segment(1, disposition="Not\u00a0reached")
    page._session.intake.put([make_incoming(3, recordings=(), content={}, segments=(parted,))])
    field(page).setFocus()
    QTest.keyClicks(field(page), "disposition:not")
    settle()
    press(page, Key.Key_Down)
    press(page, Key.Key_Return)
    settle()
    assert page.panel.line.text() == 'disposition:"Not\u00a0reached"'
    assert page._model.row(0).problem == ""
    assert page.panel._count.text() == "1"
