"""Saved sets beside the criteria: found, loaded, shared, watched."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from reviewer.errors import CriteriaSetForeignError
from reviewer.messages import choose_language, explain
from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel
from reviewer.models.search import Search
from reviewer.services.criteria_sets import news_of
from reviewer.storage.local.clock import now_us
from reviewer.ui.search.page import make_page
from reviewer.ui.search.sets_menu import set_menu
from reviewer.ui.search.sets_paint import lay_out_set, when_text
from tests.helpers.stores import ADMIN, make_incoming
from tests.ui.search.sets.steps import counts, facts, names, press, saved, type_line, write

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
FLAGGED = parse_line("flagged:yes")
ECHO = parse_line("problem:echo OR duration>5m")


def test_own_and_shared_sets_are_listed_with_what_they_find(show, session, boss):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    session.sets.add("Chats", Channel.CHAT, FLAGGED)
    theirs, _ = boss.sets.add("Echo", Channel.VOICE, ECHO)
    boss.sets.share(theirs.id, shared=True)
    page = show(session)
    assert names(page) == ["Chats", "Flags", "Shared", "Echo"]
    assert counts(page) == [0, 4, 12]
    model = page.panel.sets.model
    spoken = [model.data(model.index(i)) for i in range(4)]
    assert spoken[1] == "Flags, 4 interactions"
    assert spoken[3] == "Echo, Марина Светлова, read only, 12 interactions"


def test_a_set_is_found_by_typing_and_loaded_by_enter(show, session, settle):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    session.sets.add("Long echo", Channel.CHAT, ECHO)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    write(page, "ECH lon")
    assert names(page) == ["Long echo"]
    press(page, Key.Key_Return)
    settle()
    assert page.root == ECHO
    assert page.channel is Channel.CHAT
    assert page.panel._saved.text() == "“Long echo”"
    assert page.panel.line.text() == "problem:echo OR duration>5m"
    assert page.window().focusWidget() is page.panel.line.focusProxy()
    press(page, Key.Key_O, CTRL)
    write(page, "nothing such")
    assert names(page) == ["None has such a name."]
    press(page, Key.Key_Escape)
    assert names(page) == ["Flags", "Long echo"]
    press(page, Key.Key_Escape)
    assert page.window().focusWidget() is page.panel.line.focusProxy()


def test_arrows_go_through_the_sets_while_the_field_has_the_focus(show, session, boss, settle):
    session.sets.add("a", Channel.VOICE, FLAGGED)
    theirs, _ = boss.sets.add("b", Channel.VOICE, ECHO)
    boss.sets.share(theirs.id, shared=True)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_Down)
    press(page, Key.Key_Down)
    press(page, Key.Key_Return)
    settle()
    assert page.root == ECHO


def test_loading_can_be_undone_with_channel_and_name(show, session, settle):
    session.sets.add("Chats", Channel.CHAT, FLAGGED)
    page = show(session)
    type_line(page, "problem:echo")
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_Return)
    settle()
    assert page.channel is Channel.CHAT
    page.undo()
    assert (page.root, page.channel) == (parse_line("problem:echo"), Channel.VOICE)
    assert page.panel._saved.text() == ""
    page.redo()
    assert (page.root, page.channel) == (FLAGGED, Channel.CHAT)
    assert page.panel.channels.value is Channel.CHAT
    assert page.panel._saved.text() == "“Chats”"


def test_sets_of_others_are_loaded_saved_as_own_and_not_changed(show, session, boss, settle, shell):
    theirs, _ = boss.sets.add("Echo", Channel.VOICE, ECHO)
    boss.sets.share(theirs.id, shared=True)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    for code in (Key.Key_F2, Key.Key_Delete):
        press(page, code)
        settle()
    refusal = explain(CriteriaSetForeignError(name="Echo", owner="Марина Светлова"))
    assert shell.notifier.said == [refusal, refusal]
    press(page, Key.Key_Return)
    settle()
    press(page, Key.Key_S, CTRL)
    assert page.panel.sets.naming.edit.text() == "Echo"
    press(page, Key.Key_Return)
    settle()
    assert saved(session)["Echo"].criteria == ECHO
    assert len(session.sets.all()) == 2


def test_a_set_with_criteria_not_offered_is_refused_plainly(show, session, store, settle):
    session.people.add_user("client", "A client", ["customer"], services=["Support"])
    entry, _ = session.sets.add("Secret", Channel.VOICE, FLAGGED)
    session.sets.share(entry.id, shared=True)
    client = store.session("client")
    page = show(client)
    presenter = page._shell.presenter
    assert page.panel.sets.model.row(page.panel.sets.model.first_set()).problem == (
        "The criterion was flagged is not available to you."
    )
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_Return)
    settle()
    assert [error.code for error in presenter.presented] == ["query.restricted"]
    assert page.root.members == ()
    menu = set_menu(page.sets, client.sets.all()[0], page)
    acts = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert not acts["Load"].isEnabled()
    assert acts["Load"].toolTip() == "The criterion was flagged is not available to you."
    assert "Share with all" not in acts
    menu.deleteLater()


def test_who_may_not_publish_is_not_offered_it(show, session, store):
    session.people.add_user("plain", "Plain", ["manager"])
    mine, _ = store.session("plain").sets.add("Mine", Channel.VOICE, FLAGGED)
    page = show(store.session("plain"))
    menu = set_menu(page.sets, mine, page)
    assert "Share with all" not in [action.text() for action in menu.actions()]
    menu.deleteLater()


def test_new_matches_of_a_watched_set_are_counted_and_opened(show, session, settle, shell):
    hour = 3_600_000_000
    new = make_incoming(50, started_us=now_us() - hour, recordings=(), content={}, flagged=True)
    session.intake.put([new])
    entry, _ = session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    page.sets.act("watch", session.sets.all()[0])
    settle()
    view, model = page.panel.sets.view, page.panel.sets.model
    row = model.row(0)
    assert (row.counts.total.n, row.counts.news.n) == (5, 1)
    assert "1 new since yesterday" in model.data(model.index(0))
    places = lay_out_set(view.visualRect(model.index(0)), row)
    at = places.news.center().toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle()
    expected = news_of(session.sets.load(entry.id))
    assert shell.navigator.gone == [("results", expected)]
    assert session.interactions.count(expected).n == 1
    press(page, Key.Key_N, CTRL)
    settle()
    assert shell.navigator.gone == [("results", expected)] * 2


def test_what_comes_in_is_counted(show, session, settle, shell):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    _, changes = session.intake.put([facts(99)])
    shell.bus.publish(changes)
    settle()
    assert counts(page) == [5]


def test_a_set_that_makes_no_sense_now_says_so(show, session):
    wrong = parse_line("started:2024-05-02..2024-05-01")
    session.sets.add("Wrong", Channel.VOICE, wrong)
    page = show(session)
    row = page.panel.sets.model.row(0)
    assert row.counts is None
    assert "the end comes before the start" in row.problem


def test_the_menu_of_a_row_does_everything(show, session, settle, shell, qtbot):
    entry, _ = session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    view, model = page.panel.sets.view, page.panel.sets.model
    places = lay_out_set(view.visualRect(model.index(0)), model.row(0))
    at = places.menu.center().toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    menu = page.panel.sets.findChild(QMenu)
    acts = {action.text().split("\t")[0]: action for action in menu.actions()}
    acts["Share with all"].trigger()
    acts["Watch: count what is new"].trigger()
    settle()
    now = session.sets.all()[0]
    assert (now.shared, now.watched) == (True, True)
    type_line(page, "problem:echo")
    acts["Replace by the criteria here"].trigger()
    settle()
    assert session.sets.load(entry.id).criteria == parse_line("problem:echo")
    acts["Search at once"].trigger()
    settle()
    expected = Search(parse_line("problem:echo"), Channel.VOICE)
    assert shell.navigator.gone == [("results", expected)]
    menu.close()


def test_the_set_comes_back_with_its_name_at_the_next_start(show, session, settle, shell, qtbot):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    press(page, Key.Key_O, CTRL)
    press(page, Key.Key_Return)
    settle()
    type_line(page, "flagged:yes duration>5m")
    page.left()
    settle()
    later = session.store.session(ADMIN)
    again = make_page(shell, later)
    qtbot.addWidget(again)
    qtbot.addWidget(again.toolbar)
    settle()
    assert again.root == parse_line("flagged:yes duration>5m")
    assert again.panel._saved.text() == "Changed: “Flags”"
    again.left()
    session.sets.remove(session.sets.all()[0].id)
    third = make_page(shell, session.store.session(ADMIN))
    qtbot.addWidget(third)
    qtbot.addWidget(third.toolbar)
    settle()
    assert third.root == parse_line("flagged:yes duration>5m")
    assert third.panel._saved.text() == ""
    third.left()


def test_on_a_narrow_page_the_sets_come_when_they_are_asked_for(show, session, settle):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session, width=900)
    assert not page.panel.sets.isVisible()
    QTest.mouseClick(page.panel.load, Qt.MouseButton.LeftButton)
    assert page.panel.sets.isVisible()
    settle()
    press(page, Key.Key_Return)
    settle()
    assert page.root == FLAGGED
    assert not page.panel.sets.isVisible()


def test_it_speaks_russian(show, session, settle):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    page = show(session)
    choose_language("ru")
    page.retranslate()
    assert page.panel.load.text() == "Загрузить"
    assert page.panel.save.text() == "Сохранить"
    assert page.panel.sets._own.text() == "Мои наборы"
    assert page.panel.sets.bring_in.text() == "Импорт JSON"
    model = page.panel.sets.model
    assert model.data(model.index(0)) == "Flags, 4 обращения"


def test_when_a_set_was_changed_is_said_by_the_clock_of_the_centre(session):
    zone = session.settings.zone
    at = 1_696_503_039_000_000
    hour = 3_600_000_000
    assert when_text(at, at + 1_000, zone) == "changed just now"
    assert when_text(at, at + hour, zone) == "today, 13:50"
    assert when_text(at, at + 20 * hour, zone) == "yesterday, 13:50"
    assert when_text(at, at + 72 * hour, zone) == "2023-10-05"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_painted_in_both_themes(show, session, boss, theme, scheme, settle, qtbot):
    session.sets.add("Flags", Channel.VOICE, FLAGGED)
    session.sets.watch(session.sets.all()[0].id, watched=True)
    page = show(session)
    theme.set_scheme(scheme)
    dark = scheme == "dark"
    qtbot.waitUntil(lambda: (page.palette().window().color().lightness() < 128) is dark)
    view, model = page.panel.sets.view, page.panel.sets.model
    resting = view.grab().toImage()
    press(page, Key.Key_O, CTRL)
    chosen = view.grab().toImage()
    assert resting != chosen
    ground = chosen.pixelColor(QPoint(4, view.visualRect(model.index(0)).center().y()))
    assert (ground.lightness() < 128) is dark
    assert QGuiApplication.focusWindow() is None or page.isVisible()
