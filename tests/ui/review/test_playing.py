"""The page plays, goes and zooms by keys, and follows what is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from reviewer.models.ids import Giid, TimelineUs, WallUs
from reviewer.player.reports import PlayerState
from reviewer.ui.areas import step_area
from reviewer.ui.review.go_to_time import GoToTime
from reviewer.ui.review.request import ReviewRequest
from tests.ui.review import builders
from tests.ui.review.builders import S
from tests.ui.review.conftest import player_of, press, settle, show


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


def long_call():
    """The call, with a line every second: not all of it is laid out at once."""
    call = builders.call()
    one = call.messages[0]
    lines = tuple(
        replace(one, at_us=WallUs(call.started_us + n * S), text=f"{n}") for n in range(600)
    )
    giid = Giid("66666666-6666-4666-8666-666666666666")
    return replace(call, giid=giid, messages=lines)


def is_lit_in_view(transcript, text):
    index = transcript.model().index(transcript.current_row)
    there = transcript.lines[transcript.current_row].text == text
    return there and transcript.viewport().rect().contains(transcript.visualRect(index))


def test_the_transcript_stands_at_the_moment_that_is_opened(qtbot, page, store):
    call = long_call()
    ident = builders.put(store, call)
    page.open(ReviewRequest(ident, at_us=WallUs(call.started_us + 500 * S)))
    settle(qtbot, page, ident)
    qtbot.waitUntil(lambda: is_lit_in_view(page.parts.transcript, "500"))


def test_what_is_changed_of_the_interaction_leaves_the_reader_where_they_are(
    qtbot, page, store, session, shell
):
    ident = builders.put(store, long_call())
    page.open(ReviewRequest(ident))
    settle(qtbot, page, ident)
    transcript = page.parts.transcript
    bar = transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 10_000)
    bar.setValue(9_000)
    before = page.opened
    shell.bus.publish(session.records.set_tags(ident, ("seen",)))
    qtbot.waitUntil(lambda: page.opened is not before and page.settled)
    assert bar.value() == 9_000


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
