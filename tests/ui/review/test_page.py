from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from reviewer.messages import choose_language
from reviewer.models.access import Privilege
from reviewer.models.ids import InteractionId, TimelineUs
from reviewer.models.scoring import CategoryScore
from reviewer.player.qt_player import QtPlayer
from reviewer.player.reports import PlayerState
from reviewer.player.vlc_engine import VlcEngine
from reviewer.ui.areas import step_area
from reviewer.ui.review.go_to_time import GoToTime
from reviewer.ui.review.making import make_page
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.review.scene import BarState
from reviewer.ui.widgets.buttons import IconButton
from tests.helpers.stores import ADMIN
from tests.ui.review import builders
from tests.ui.review.builders import S
from tests.ui.review.conftest import settle, show


def press(qtbot, page, key, modifiers=Qt.KeyboardModifier.NoModifier, widget=None):
    qtbot.keyClick(widget or QApplication.focusWidget() or page, key, modifiers)


def player_of(page):
    return page.listening.player


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


# --- playing by keys


@pytest.mark.parametrize("where", ["timeline", "form", "transcript"])
def test_space_and_k_play_and_pause_wherever_the_keyboard_is(qtbot, opened, where):
    widget = {
        "timeline": opened.parts.timeline,
        "form": opened.parts.evaluation.form.rows[0].box,
        "transcript": opened.parts.transcript,
    }[where]
    widget.setFocus()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_K):
        press(qtbot, opened, key, widget=widget)
        assert player_of(opened).state is PlayerState.PLAYING
        assert opened.parts.transport.play.playing
        press(qtbot, opened, key, widget=widget)
        assert player_of(opened).state is PlayerState.PAUSED


def test_arrows_go_ten_seconds_and_with_shift_one(qtbot, opened):
    timeline = opened.parts.timeline
    timeline.setFocus()
    opened.listening.seek(TimelineUs(100 * S))
    for key, modifiers, position in (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 110),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 100),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 101),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 100),
    ):
        press(qtbot, opened, key, modifiers, widget=timeline)
        assert player_of(opened).position_us == position * S
    assert opened.parts.transport.clock.texts[:2] == ("1:40", "/ 13:55")


def test_f6_goes_through_the_areas_of_the_review(qtbot, opened):
    parts = opened.parts
    opened.window().activateWindow()
    qtbot.waitUntil(opened.window().isActiveWindow)
    parts.timeline.setFocus()
    seen = []
    for _ in opened.areas:
        step_area(opened.areas, 1)
        focus = opened.window().focusWidget()
        seen += [area for area in opened.areas if area is focus or area.isAncestorOf(focus)]
        if parts.timeline in seen:
            break
    for area in (parts.evaluation, parts.reading, parts.details, parts.transport, parts.timeline):
        assert area in seen


def test_both_clocks_follow(opened):
    opened.listening.seek(TimelineUs(302 * S))
    assert opened.parts.transport.clock.texts == ("5:02", "/ 13:55", "13:55:41 MSK")


def test_j_l_and_b_change_the_speed(qtbot, opened):
    opened.parts.timeline.setFocus()
    press(qtbot, opened, Qt.Key.Key_L, widget=opened.parts.timeline)
    assert player_of(opened).rate == 1.25
    assert opened.parts.transport.speed.value == 1.25
    opened.listening.seek(TimelineUs(100 * S))
    press(qtbot, opened, Qt.Key.Key_B, widget=opened.parts.timeline)
    assert player_of(opened).rate == 1.0
    assert player_of(opened).position_us == 97 * S
    press(qtbot, opened, Qt.Key.Key_J, widget=opened.parts.timeline)
    assert player_of(opened).rate == 0.5


def test_a_speed_is_chosen_with_the_pointer(opened):
    opened.parts.transport.speed.choose(2.0)
    assert player_of(opened).rate == 2.0


def test_n_and_p_go_through_the_parts(qtbot, opened):
    timeline = opened.parts.timeline
    timeline.setFocus()
    press(qtbot, opened, Qt.Key.Key_N, widget=timeline)
    assert (opened.segment_number, timeline.chosen) == (2, 1)
    assert player_of(opened).position_us == 186 * S
    press(qtbot, opened, Qt.Key.Key_N, widget=timeline)
    press(qtbot, opened, Qt.Key.Key_N, widget=timeline)
    assert opened.segment_number == 3
    assert not opened.parts.transport.next.isEnabled()
    press(qtbot, opened, Qt.Key.Key_P, widget=timeline)
    assert opened.segment_number == 2


def test_a_click_on_a_row_plays_it(qtbot, opened):
    timeline = opened.parts.timeline
    rect = timeline.row_rect(2)
    at = QPoint(round(timeline.x_of(TimelineUs(600 * S))), round(rect.center().y()))
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at)
    assert opened.segment_number == 3
    assert player_of(opened).state is PlayerState.PLAYING
    assert abs(player_of(opened).position_us - 600 * S) < 3 * S


def test_signs_zoom(qtbot, opened):
    timeline = opened.parts.timeline
    timeline.setFocus()
    qtbot.keyClick(timeline, "+")
    assert not timeline.view.is_fitted
    qtbot.keyClick(timeline, "-")
    assert timeline.view.is_fitted
    qtbot.keyClick(timeline, "+")
    qtbot.keyClick(timeline, Qt.Key.Key_F)
    assert timeline.view.is_fitted
    qtbot.mouseClick(timeline.zoom_in_button, Qt.MouseButton.LeftButton)
    assert not timeline.view.is_fitted


def test_ctrl_g_goes_to_a_time_of_day(qtbot, opened):
    press(qtbot, opened, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    dialog = opened.findChild(GoToTime)
    dialog.edit.setText("18:00:00")
    go = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Go")
    go.click()
    assert dialog.isVisible()
    dialog.edit.setText("13:55:41")
    go.click()
    assert player_of(opened).position_us == 302 * S


def test_letters_are_text_while_a_note_is_written(qtbot, opened):
    note = opened.parts.evaluation.note
    note.setFocus()
    qtbot.keyClicks(note, "k n 5")
    assert note.toPlainText() == "k n 5"
    assert player_of(opened).state is PlayerState.PAUSED
    assert opened.parts.evaluation.form.scores == {}
    press(qtbot, opened, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier, widget=note)
    assert player_of(opened).state is PlayerState.PLAYING
    press(qtbot, opened, Qt.Key.Key_Escape, widget=note)
    assert player_of(opened).state is PlayerState.PAUSED


# --- transcript


def test_the_utterance_being_said_is_lit_and_a_click_goes_to_one(qtbot, opened):
    transcript = opened.parts.transcript
    opened.listening.seek(TimelineUs(302 * S))
    assert transcript.lines[transcript.current_row].clock == "4:59"
    rect = transcript.visualRect(transcript.model().index(1))
    qtbot.mouseClick(transcript.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert player_of(opened).position_us == 31 * S
    assert transcript.current_row == 1


def test_alt_and_arrows_go_from_utterance_to_utterance(qtbot, opened):
    timeline = opened.parts.timeline
    opened.listening.seek(TimelineUs(40 * S))
    press(qtbot, opened, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier, widget=timeline)
    assert player_of(opened).position_us == 281 * S
    press(qtbot, opened, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier, widget=timeline)
    assert player_of(opened).position_us == 31 * S


def test_a_chosen_utterance_is_copied_with_its_time(qtbot, opened):
    transcript = opened.parts.transcript
    transcript.setFocus()
    transcript.setCurrentIndex(transcript.model().index(4))
    press(qtbot, opened, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier, widget=transcript)
    assert QGuiApplication.clipboard().text() == "4:48 Клиент: Да, слушаю вас."


def test_a_chat_is_replayed_by_its_clock(qtbot, page, ids):
    show(qtbot, page, ids, "chat")
    assert page.title() == "Chat 94.25.168.31"
    assert page.listening.playable
    page.listening.seek(TimelineUs(264 * S))
    row = page.parts.transcript.current_row
    assert page.parts.transcript.lines[row].clock == "13:55:01"
    assert page.parts.timeline._message == row


# --- evaluating


def test_a_call_is_scored_by_keys_alone(qtbot, opened, session, ids):
    opened.entered()
    for key in "8694":
        qtbot.keyClick(QApplication.focusWidget(), key)
        press(qtbot, opened, Qt.Key.Key_Down)
    press(qtbot, opened, Qt.Key.Key_Down)
    press(qtbot, opened, Qt.Key.Key_Return)
    note = opened.parts.evaluation.note
    assert QApplication.focusWidget() is note or note.hasFocus()
    qtbot.keyClicks(note, "Clear and kind")
    press(qtbot, opened, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, widget=note)
    qtbot.waitUntil(lambda: "version 1" in opened.parts.evaluation.state_text)
    saved = session.evaluations.of(ids["call"])
    assert len(saved) == 1
    assert [score.score for score in saved[0].scores] == [8, 6, 9, 4, None, None]
    assert saved[0].note == "Clear and kind"
    assert saved[0].segment_number == 1
    # The line under the form says it: a toast would lie over the button.
    assert opened._shell.notifier.said == []
    assert not opened.parts.evaluation.evaluate.isEnabled()


def test_what_was_saved_after_one_went_on_is_told(qtbot, opened, ids):
    opened.entered()
    qtbot.keyClick(QApplication.focusWidget(), "7")
    opened.parts.evaluation.submit()
    opened.open(ReviewRequest(ids["chat"]))
    settle(qtbot, opened, ids["chat"])
    qtbot.waitUntil(lambda: bool(opened._shell.notifier.said))
    assert opened._shell.notifier.said == ["Evaluation saved"]


def test_after_saving_the_keyboard_is_on_the_category_that_is_marked(qtbot, opened):
    panel = opened.parts.evaluation
    opened.entered()
    qtbot.keyClick(QApplication.focusWidget(), "7")
    panel.form.rows[4].box.setFocus()
    press(qtbot, opened, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "version 1" in panel.state_text)
    assert panel.form.rows[1].box.hasFocus()


def test_the_next_interaction_begins_with_its_first_open_category(qtbot, opened, ids):
    panel = opened.parts.evaluation
    panel.form.rows[4].box.setFocus()
    show(qtbot, opened, ids, "chat")
    assert panel.form.rows[0].box.hasFocus()


def test_saved_scores_are_there_when_it_is_opened_again(qtbot, page, session, ids):
    names = [category.name for category in session.evaluations.categories()]
    scores = [CategoryScore(names[0], 7), CategoryScore(names[2], 3)]
    session.evaluations.save(ids["call"], 1, scores, "as noted")
    show(qtbot, page, ids, "call")
    assert page.parts.evaluation.form.scores == {names[0]: 7, names[2]: 3}
    assert page.parts.evaluation.note.toPlainText() == "as noted"
    assert page.parts.evaluation.tabs.tabText(1).endswith("1")


def test_a_later_evaluation_is_a_new_version_and_history_stays(qtbot, opened, session, ids):
    panel = opened.parts.evaluation
    for score in (5, 9):
        opened.entered()
        panel.form.rows[0].box.setFocus()
        qtbot.keyClick(panel.form.rows[0].box, str(score))
        qtbot.mouseClick(panel.evaluate, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not opened._shell.runner.busy)
        qtbot.waitUntil(lambda: not panel.evaluate.isEnabled())
    versions = session.evaluations.of(ids["call"])
    assert [(e.version, e.scores[0].score) for e in versions] == [(1, 5), (2, 9)]
    panel.tabs.setCurrentIndex(1)
    assert [e.version for e in panel.history.shown] == [2, 1]


def test_evaluate_without_a_score_says_why_not(qtbot, opened, session, ids):
    panel = opened.parts.evaluation
    qtbot.mouseClick(panel.evaluate, Qt.MouseButton.LeftButton)
    assert panel.error_text == "The evaluation cannot be saved: no category has a score"
    assert session.evaluations.of(ids["call"]) == ()
    panel.form.rows[0].box.setFocus()
    qtbot.keyClick(panel.form.rows[0].box, "3")
    assert panel.error_text == ""


def test_zero_takes_a_score_back(qtbot, opened):
    box = opened.parts.evaluation.form.rows[0].box
    box.setFocus()
    qtbot.keyClick(box, "7")
    assert box.score == 7
    qtbot.keyClick(box, "0")
    assert box.score is None
    assert box.currentText() == "<No score>"


def test_digits_score_from_the_timeline_too(qtbot, opened):
    opened.parts.timeline.setFocus()
    qtbot.keyClick(opened.parts.timeline, "4")
    assert opened.parts.evaluation.form.rows[0].box.score == 4


def test_a_draft_survives_other_parts_other_interactions_and_a_restart(
    qtbot, opened, ids, shell, session
):
    box = opened.parts.evaluation.form.rows[0].box
    box.setFocus()
    qtbot.keyClick(box, "6")
    opened.parts.timeline.setFocus()
    press(qtbot, opened, Qt.Key.Key_N, widget=opened.parts.timeline)
    assert opened.parts.evaluation.form.scores == {}
    press(qtbot, opened, Qt.Key.Key_P, widget=opened.parts.timeline)
    assert opened.parts.evaluation.form.scores == {"Greeting": 6}
    show(qtbot, opened, ids, "chat")
    assert opened.parts.evaluation.form.scores == {}
    show(qtbot, opened, ids, "call")
    assert opened.parts.evaluation.form.scores == {"Greeting": 6}
    assert "draft" in opened.parts.evaluation.state_text
    opened.closing()
    player = QtPlayer(None)
    again = ReviewPage(shell, session, player)
    player.setParent(again)
    qtbot.addWidget(again)
    show(qtbot, again, ids, "call")
    assert again.parts.evaluation.form.scores == {"Greeting": 6}
    again.closing()
    # It is in the store, not among the window's settings: a note may name a customer.
    (kept,) = session.store.session(ADMIN).memory.recall("drafts").values()
    assert kept["scores"] == {"Greeting": 6}
    assert shell.settings.value("review/drafts") is None


def test_what_the_store_refuses_is_said_and_nothing_is_lost(qtbot, opened, session):
    panel = opened.parts.evaluation
    box = panel.form.rows[0].box
    box.setFocus()
    qtbot.keyClick(box, "6")
    # Meanwhile somebody renamed the category.
    session.evaluations.rename_categories(["Welcome", *["abcde"[i] for i in range(5)]])
    qtbot.mouseClick(panel.evaluate, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(panel.error_text))
    assert panel.form.scores == {"Greeting": 6}
    assert panel.evaluate.isEnabled()


def test_others_evaluations_and_new_categories_appear(qtbot, opened, session, ids, bus):
    panel = opened.parts.evaluation
    box = panel.form.rows[1].box
    box.setFocus()
    qtbot.keyClick(box, "2")
    changes = session.evaluations.rename_categories(["Greeting", "Knowledge", "Calm"])
    bus.publish(changes)
    qtbot.waitUntil(lambda: len(panel.form.rows) == 3)
    assert panel.form.scores == {"Knowledge": 2}
    _, changes = session.evaluations.save(ids["call"], 3, [CategoryScore("Calm", 9)])
    bus.publish(changes)
    qtbot.waitUntil(lambda: panel.tabs.tabText(1).endswith("1"))
    assert panel.form.scores == {"Knowledge": 2}


def test_a_part_without_an_agent_has_no_categories(qtbot, page, ids):
    show(qtbot, page, ids, "ivr_call")
    panel = page.parts.evaluation
    assert panel.empty.isVisible()
    assert not panel.evaluate.isVisible()
    assert not panel.focus_form()
    page.entered()
    qtbot.keyClick(page.parts.timeline, "5")
    assert panel.form.scores == {}


def test_who_may_not_evaluate_sees_no_form(qtbot, shell, store, ids):
    session = store.session(ADMIN)
    session.people.add_user("looker", "Looker", ["manager"])
    other = store.session("looker")
    assert not other.people.me.may(Privilege.QM_EVALUATE)
    player = QtPlayer(None)
    page = ReviewPage(shell, other, player)
    player.setParent(page)
    qtbot.addWidget(page)
    page.show()
    show(qtbot, page, ids, "call")
    assert page.parts.evaluation.empty.isVisible()
    assert not page.parts.evaluation.evaluate.isVisible()
    page.closing()


# --- content that is gone or broken


def test_deleted_content_shows_its_tombstone(qtbot, page, ids):
    show(qtbot, page, ids, "deleted_call")
    words = page.parts.gone.words
    assert page.parts.gone.isVisible()
    assert "The recording was deleted" in words
    assert "Татьяна Орлова" in words
    assert "Запрос клиента на удаление персональных данных, № 8841" in words
    assert not page.listening.playable
    assert not page.parts.transport.play.isEnabled()
    assert page.parts.transport.clock.texts[2] == "playback is not possible"
    # The rest works: the parts can be walked and scored.
    press(qtbot, page, Qt.Key.Key_N, widget=page.parts.timeline)
    assert page.segment_number == 2


def test_deleted_sound_is_told_where_the_texts_are_left(qtbot, page, store):
    ident = builders.put(store, builders.silenced_call())
    page.open(ident)
    settle(qtbot, page, ident)
    line = page.parts.gone_line
    assert line.isVisible()
    assert line.words == (
        "Deleted: call recording, 2023-10-12 12:30:39 MSK. By: Татьяна Орлова. "
        "Reason: Запрос клиента."
    )
    assert page.parts.transcript.isVisible()
    page.open(builders.put(store, builders.call()))
    qtbot.waitUntil(lambda: not line.isVisible())


def test_an_empty_recording_is_said_in_its_bar(qtbot, page, ids):
    show(qtbot, page, ids, "ivr_call")
    assert page.parts.timeline.scene.rows[0].state is BarState.EMPTY
    assert not page.parts.trouble.isVisible()
    assert not page.parts.transport.play.isEnabled()


def test_a_missing_file_is_named_and_the_rest_plays(qtbot, page, session, store, ids):
    interaction = session.interactions.get_by_id(ids["call"])
    lost = interaction.recordings[2]
    vault = next(p for p in store_files(store) if str(lost.object_id) in p.name)
    vault.unlink()
    show(qtbot, page, ids, "call")
    qtbot.waitUntil(page.parts.trouble.isVisible)
    assert "part3.wav" in page.parts.trouble.accessibleName()
    states = [row.state for row in page.parts.timeline.scene.rows]
    assert states == [BarState.SOUND, BarState.SOUND, BarState.MISSING]
    press(qtbot, page, Qt.Key.Key_Space, widget=page.parts.timeline)
    assert player_of(page).state is PlayerState.PLAYING


def store_files(store):
    from pathlib import Path

    return [p for p in Path(store.url).rglob("*") if p.is_file()]


def test_without_libvlc_a_line_says_so_and_the_page_works(qtbot, shell, session, ids):
    engine = partial(make_missing_engine)
    player = QtPlayer(engine)
    page = ReviewPage(shell, session, player)
    player.setParent(page)
    qtbot.addWidget(page)
    page.show()
    show(qtbot, page, ids, "call")
    qtbot.waitUntil(page.parts.attention.isVisible)
    assert "libVLC" in page.parts.attention.accessibleName()
    press(qtbot, page, Qt.Key.Key_Space, widget=page.parts.timeline)
    qtbot.waitUntil(lambda: player.state is PlayerState.PLAYING)
    page.closing()


def make_missing_engine(emit):
    return VlcEngine(emit, ["--this-option-does-not-exist"])


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
