"""Opening interactions on the page, and what the page is around them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleOptionTab

from reviewer.messages import choose_language
from reviewer.models.ids import InteractionId, TimelineUs
from reviewer.player.qt_player import QtPlayer
from reviewer.player.reports import PlayerState
from reviewer.player.vlc_engine import VlcEngine
from reviewer.ui.review.making import make_page
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.reading_panel import Reading
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.widgets.buttons import IconButton
from tests.ui.review import builders
from tests.ui.review.builders import S
from tests.ui.review.conftest import player_of, press, settle, show

# --- opening


def test_opening_shows_who_when_how_long_and_the_marks(opened):
    header = opened.parts.header
    words = [label.text() for label in header.findChildren(type(header._from))]
    assert "+7 916 204-18-73" in words
    assert "2023-10-05 13:50:39 MSK" in words
    assert "13:55" in words
    assert header._flag.isVisible()
    assert header._sentiment.text() == "−0.21"
    assert opened.title() == "+7 916 204-18-73"
    assert next(row.title for row in opened.parts.timeline.scene.rows) == "Ирина Иванова"


def test_a_narrow_header_leaves_out_what_is_needed_least_and_cuts_nothing(qtbot, opened):
    header = opened.parts.header
    header.setParent(None)
    qtbot.addWidget(header)
    header.show()
    wide = header._needed() + 200
    shown = []
    for width in (wide, 600, 420, 330, 240):
        header.setMinimumWidth(0)
        header.resize(width, header.height())
        header._fit()
        assert header._needed() <= width
        parts = (header._service, header._to, header._length, header._when)
        shown.append(tuple(part.isVisible() for part in parts))
        # Less and less, and never the less needed before the more needed.
        assert list(shown[-1]) == sorted(shown[-1])
    assert shown[0] == (True, True, True, True)
    assert shown == sorted(shown, reverse=True)
    assert header._from.text().endswith("…")
    assert "+7 916 204-18-73" in header.toolTip()
    header.resize(wide, header.height())
    header._fit()
    assert header._from.text() == "+7 916 204-18-73"
    assert header.toolTip() == ""


def test_opening_reads_nothing_in_the_main_thread(qtbot, page, ids, monkeypatch):
    import threading

    seen = []
    real = page._session.interactions.get_by_id
    monkeypatch.setattr(
        page._session.interactions,
        "get_by_id",
        lambda ident, **how: seen.append(threading.current_thread().name) or real(ident, **how),
    )
    show(qtbot, page, ids, "call")
    assert seen
    assert all(name.startswith("io") for name in seen)


def test_opening_another_while_one_is_being_filled_shows_the_other_whole(qtbot, page, ids):
    page.open(ReviewRequest(ids["call"]))
    qtbot.waitUntil(lambda: not page.settled)
    page.open(ReviewRequest(ids["chat"]))
    assert page.settled
    settle(qtbot, page, ids["chat"])
    assert page.parts.transcript.lines == page.opened.lines
    assert page.evaluating._opened.interaction.id == ids["chat"]
    parts = page.parts
    for area in (parts.timeline, parts.transcript, parts.details, parts.evaluation):
        assert area.isVisible()
        assert area.updatesEnabled()


def test_no_turn_fills_everything(qtbot, page, ids):
    """Keys and clicks are heard between the areas."""
    turns = 0
    page.open(ReviewRequest(ids["call"]))
    qtbot.waitUntil(lambda: not page.settled)
    while not page.settled:
        QApplication.sendPostedEvents()
        page._turns._on_timer_timeout()
        turns += 1
    assert turns >= 10


def test_a_page_is_made_in_turns_and_words_itself_when_it_is_whole(qtbot, shell, session):
    player = QtPlayer(None)
    page = ReviewPage(shell, session, player, in_turns=True)
    player.setParent(page)
    qtbot.addWidget(page)
    turns = 0
    for _ in page.making:
        turns += 1
        choose_language("ru" if turns % 2 else "en")
        QApplication.sendEvent(page, QEvent(QEvent.Type.LanguageChange))
    choose_language("en")
    assert turns >= 8
    assert page.parts.body.currentIndex() == 0
    assert page.title() == "Review"
    page.closing()


def test_a_page_given_up_half_made_ends_its_player(qtbot, shell, session, monkeypatch):
    closed = []
    close = QtPlayer.close
    monkeypatch.setattr(QtPlayer, "close", lambda self: closed.append(self) or close(self))
    shell.settings.set_value("sound/arguments", ["--aout=adummy"])
    half = make_page(shell, session, in_turns=True)
    for _ in range(5):
        next(half.making)
    before = set(QApplication.topLevelWidgets())
    half.give_up()
    assert len(closed) == 1
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert set(QApplication.topLevelWidgets()) < before


def test_waves_are_there_when_everything_is_read(opened):
    wave = opened.parts.timeline.scene.rows[0].waves[0]
    heights = opened._peaks.heights(wave, 0.0, 400_000.0, 1000)
    assert heights.max() > 0.5


def test_an_unknown_interaction_is_a_sentence_in_place(qtbot, page):
    page.open(InteractionId(12345))
    qtbot.waitUntil(lambda: not page._shell.runner.busy)
    qtbot.waitUntil(page.parts.failed.isVisible)
    assert page._shell.presenter.presented == []


def test_the_place_in_the_results_and_the_way_to_the_neighbours(qtbot, opened, ids):
    assert opened.place.label.text() == "1 of 3"
    previous, following = opened.toolbar.findChildren(IconButton)
    assert not previous.isEnabled()
    press(qtbot, opened, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    name, request = opened._shell.navigator.gone[-1]
    assert (name, request.interaction_id) == ("review", ids["chat"])
    opened.open(request)
    settle(qtbot, opened, ids["chat"])
    assert opened.place.label.text() == "2 of 3"
    assert previous.isEnabled()
    assert following.isEnabled()


def test_who_asked_is_told_what_is_shown(qtbot, page, ids):
    told = []
    request = ReviewRequest(ids["call"], [ids["call"], ids["chat"]], told.append)
    page.open(request)
    page.open(request.neighbour(1))
    assert told == [ids["call"], ids["chat"]]


def test_opened_by_itself_it_has_no_neighbours(qtbot, page, ids):
    page.open(ids["call"])
    settle(qtbot, page, ids["call"])
    assert not page.place.label.isVisibleTo(page.toolbar)
    press(qtbot, page, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert page._shell.navigator.gone == []


def test_the_same_again_keeps_what_is_shown(qtbot, opened, ids):
    before = opened.opened
    opened.open(ReviewRequest(ids["call"], [ids["chat"], ids["call"]]))
    assert opened.opened is before
    assert opened.place.label.text() == "2 of 2"


# --- other


def test_the_real_engine_plays_through_the_page(qtbot, shell, session, ids):
    player = QtPlayer(lambda emit: VlcEngine(emit, ["--aout=adummy"]))
    page = ReviewPage(shell, session, player)
    player.setParent(page)
    qtbot.addWidget(page)
    page.show()
    show(qtbot, page, ids, "call")
    qtbot.waitUntil(lambda: player.state is PlayerState.PAUSED, timeout=20_000)
    page.listening.seek(TimelineUs(20 * S))
    press(qtbot, page, Qt.Key.Key_K, widget=page.parts.timeline)
    qtbot.waitUntil(lambda: player.position_us > 20 * S + S // 2, timeout=20_000)
    assert page.parts.transcript.current_row == 0
    page.left()
    assert player.state is PlayerState.PAUSED
    page.closing()


def test_language_changes_while_it_is_open(opened):
    choose_language("ru")
    opened.retranslate()
    assert opened.parts.timeline.scene.rows[1].title == "Консультация · 1012"
    assert opened.parts.evaluation.tabs.tabText(0) == "Оценка"
    assert opened.parts.evaluation.evaluate.text() == "Оценить"
    assert opened.place.label.text() == "1 из 3"


def test_speed_volume_and_sizes_survive_a_restart(qtbot, opened, shell, session):
    player_of(opened).set_rate(1.5)
    opened.parts.transport.volume.setValue(40)
    opened.parts.timeline.set_head_px(260)
    state = opened.save_state()
    player = QtPlayer(None)
    again = ReviewPage(shell, session, player)
    player.setParent(again)
    qtbot.addWidget(again)
    again.resize(1440, 900)
    again.restore_state(state)
    assert (player.rate, player.volume) == (1.5, 40)
    assert again.parts.transport.speed.value == 1.5
    assert again.parts.timeline.head_px == 260
    again.restore_state({"rate": "x", "volume": None, "heads": [], "across": [1]})
    again.closing()


def test_mute_and_back(qtbot, opened):
    transport = opened.parts.transport
    transport.volume.setValue(70)
    qtbot.mouseClick(transport.mute, Qt.MouseButton.LeftButton)
    assert player_of(opened).volume == 0
    qtbot.mouseClick(transport.mute, Qt.MouseButton.LeftButton)
    assert player_of(opened).volume == 70


def test_a_small_window_takes_the_low_form(qtbot, opened):
    opened.resize(1280, 720)
    qtbot.waitUntil(lambda: opened.parts.compact)
    assert opened.parts.timeline.lanes.row_px == 36
    assert opened.parts.transport.height() == 48
    qtbot.waitUntil(lambda: opened.parts.evaluation.width() == 344)


def test_the_giid_is_copied(qtbot, opened):
    details = opened.parts.details
    (copy,) = (b for b in details.findChildren(IconButton) if b.toolTip() == "Copy the GIID")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8"
    assert opened._shell.notifier.said == ["GIID copied"]


def test_what_the_importer_adds_later_appears(qtbot, opened, session, store, bus, ids):
    call = builders.call()
    more = replace(call, call_problem="echo")
    builders.put(store, more)
    from reviewer.models.changes import Changes

    opened.listening.seek(TimelineUs(200 * S))
    bus.publish(Changes(interactions=frozenset({ids["call"]})))
    qtbot.waitUntil(opened.parts.header._problem.isVisible)
    assert opened.parts.header._problem.text() == "echo"
    assert player_of(opened).position_us == 200 * S


def test_a_machine_that_cannot_be_heard_is_told(qtbot, shell, session, ids, monkeypatch):
    monkeypatch.setattr("reviewer.ui.review.making.has_sound_output", lambda _environment: False)
    page = make_page(shell, session)
    qtbot.addWidget(page)
    page.resize(1440, 900)
    page.show()
    show(qtbot, page, ids, "call")
    line = page.parts.attention
    assert line.isVisible()
    assert line.accessibleName() == "This machine has no sound output: playing makes no sound."
    # It plays by the clock all the same.
    player_of(page).play()
    qtbot.waitUntil(lambda: player_of(page).state is PlayerState.PLAYING, timeout=20_000)
    page.left()
    page.closing()


def test_where_there_is_an_output_nothing_is_said(qtbot, shell, session, ids):
    shell.settings.set_value("sound/arguments", ["--aout=adummy"])
    page = make_page(shell, session)
    qtbot.addWidget(page)
    show(qtbot, page, ids, "call")
    assert not page.parts.attention.isVisibleTo(page)
    page.closing()


def test_a_request_for_an_instant_stands_there_and_chooses_its_segment(qtbot, page, ids):
    request = ReviewRequest(ids["call"])
    page.open(request)
    settle(qtbot, page, ids["call"])
    rows = page.opened.timeline.rows
    instant = page.opened.timeline.to_wall(TimelineUs(rows[-1].start_us + 1_000_000))
    page.open(replace(request, at_us=instant))
    assert page.listening.player.position_us == rows[-1].start_us + 1_000_000
    assert page.segment_number == rows[-1].segment.number
    show(qtbot, page, ids, "chat")
    page.open(replace(request, at_us=instant))
    settle(qtbot, page, ids["call"])
    assert page.listening.player.position_us == rows[-1].start_us + 1_000_000
    assert page.segment_number == rows[-1].segment.number


def test_every_tab_can_be_reached_in_little_room(qtbot, opened):
    tabs = opened.parts.reading.tabs
    tabs.setFixedWidth(180)
    qtbot.waitUntil(lambda: tabs.width() == 180)
    assert [tabs.isTabVisible(n) for n in range(tabs.count())] == [True] * 3
    assert tabs.tabRect(tabs.count() - 1).right() < 180
    assert all(tabs.tabToolTip(n) for n in range(tabs.count()))


def tabs_shown(tabs):
    shown = []
    for place in range(tabs.count()):
        option = QStyleOptionTab()
        tabs.initStyleOption(option, place)
        shown.append(option.text)
    return shown


def test_tabs_keep_their_words_with_large_letters_in_a_small_window(qtbot, page, ids, theme):
    page.resize(1232, 750)
    theme.set_scale(1.25)
    show(qtbot, page, ids, "call")
    reading, bar = page.parts.reading, page.finding.bar
    qtbot.waitUntil(lambda: tabs_shown(reading.tabs)[0] == "Transcript")
    assert tabs_shown(reading.tabs) == [reading.tabs.tabText(n) for n in range(3)]
    # For that the field is no wider than its magnifier, until something is looked for.
    folded = bar.width()
    bar.setFocus()
    qtbot.waitUntil(lambda: bar.width() > 2 * folded)
    assert bar.placeholderText() == "Find"
    reading.tabs.setFocus()
    qtbot.waitUntil(lambda: bar.width() == folded)
    assert not bar.placeholderText()
    bar.setText("refund")
    qtbot.waitUntil(lambda: bar.width() > 2 * folded)
    bar.clear()
    theme.set_scale(1.5)
    page.parts.place()
    # The chosen one is worded, the others have signs, and say what they are.
    qtbot.waitUntil(lambda: tabs_shown(reading.tabs)[0] == "Transcript")
    assert [reading.tabs.tabIcon(n).isNull() for n in range(3)] == [True, False, False]
    assert not any(text.strip("0123456789") for text in tabs_shown(reading.tabs)[1:])
    assert reading.tabs.accessibleTabName(1).startswith("Comments")
    assert reading.tabs.tabToolTip(2) == "Other interactions of this customer"
    reading.choose(Reading.REMARKS)
    qtbot.waitUntil(lambda: tabs_shown(reading.tabs)[1].startswith("Comments"))
    assert [reading.tabs.tabIcon(n).isNull() for n in range(3)] == [False, True, False]
    # Once there is room all have their words again.
    theme.set_scale(1.0)
    qtbot.waitUntil(lambda: tabs_shown(reading.tabs)[0] == "Transcript")
    assert all(reading.tabs.tabIcon(n).isNull() for n in range(3))


def test_tabs_that_were_worded_while_they_were_hidden_have_their_whole_words(qtbot, page, ids):
    page.hide()
    show(qtbot, page, ids, "call")
    tabs = page.parts.reading.tabs
    page.resize(1232, 750)
    page.show()
    qtbot.waitUntil(lambda: tabs_shown(tabs)[0] == "Transcript")
    # In little room and out of it again, where nobody sees it.
    page.hide()
    page.parts.reading.resize(200, 400)
    page.parts.reading.set_count(Reading.REMARKS, 12)
    page.parts.reading.resize(600, 400)
    page.parts.reading.set_count(Reading.REMARKS, 0)
    page.show()
    qtbot.waitUntil(lambda: tabs.width() >= tabs.sizeHint().width())
    assert tabs_shown(tabs) == [tabs.tabText(n) for n in range(3)]


def test_the_zoom_is_kept_over_the_next_interaction_and_a_restart(qtbot, shell, opened, ids):
    timeline = opened.parts.timeline
    timeline.zoom(6.0)
    chosen = timeline.view.us_per_px
    show(qtbot, opened, ids, "chat")
    assert timeline.view.us_per_px == pytest.approx(chosen)
    player = QtPlayer(None)
    again = ReviewPage(shell, opened._session, player)
    player.setParent(again)
    qtbot.addWidget(again)
    again.resize(1440, 900)
    again.restore_state(opened.save_state())
    again.show()
    show(qtbot, again, ids, "call")
    assert again.parts.timeline.view.us_per_px == pytest.approx(chosen)
    again.left()
    again.closing()


@pytest.mark.parametrize("zoom", [0, -3, "x", None, True, 1e400, [1]])
def test_a_zoom_that_does_not_fit_is_ignored(qtbot, opened, zoom):
    before = opened.parts.timeline.view
    opened.restore_state({"zoom": zoom})
    after = opened.parts.timeline.view
    assert after.duration_us == before.duration_us
    assert 0 < after.us_per_px <= before.us_per_px
