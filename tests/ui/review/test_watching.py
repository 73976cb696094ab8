"""The screen video in the page: with a call of the demo kind whose screens are real videos."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from reviewer.models.recording import RecordingKind
from reviewer.player.qt_video import VideoState
from reviewer.player.reports import PlayerState
from reviewer.ui.review.request import ReviewRequest
from tests.helpers.screens import make_video, steady
from tests.helpers.stores import STARTED_US, make_incoming, make_recording, make_segment, make_wav
from tests.player.test_qt_video import shown
from tests.ui.review.conftest import settle

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.storage.store import Session
    from reviewer.ui.review.page import ReviewPage

S = 1_000_000
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def watched(qtbot: QtBot, page: ReviewPage, session: Session) -> ReviewPage:
    """The page with a call of 20 s open whose screen was recorded for the first 10 s."""

    start = STARTED_US + 7 * 3600 * S
    sound = make_recording(start, 20.0)
    screen = make_recording(
        start, 10.0, kind=RecordingKind.SCREEN, media_type="video/webm", source_name="screen.webm"
    )
    call = make_incoming(
        7,
        recordings=(sound, screen),
        content={0: make_wav(20.0), 1: make_video(steady(10))},
        started_us=start,
        ended_us=start + 20 * S,
        segments=(make_segment(1, started_us=start, ended_us=start + 20 * S),),
    )
    landed, _ = session.intake.put([call])
    number = landed[0].interaction_id
    assert number is not None
    open_one(qtbot, page, number)
    return page


def open_one(qtbot: QtBot, page: ReviewPage, number: InteractionId) -> None:
    page.open(ReviewRequest(number))
    settle(qtbot, page, number)


def press(page: ReviewPage, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.parts.timeline, key, modifiers)


def test_v_shows_the_picture_at_the_playhead_and_takes_it_away(
    qtbot: QtBot, watched: ReviewPage
) -> None:
    video = watched.watching.video
    assert not watched.parts.has_picture
    watched.listening.seek(3 * S)
    press(watched, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: shown(video) == 15)
    assert watched.parts.has_picture
    assert watched.parts.transport.video.isChecked()
    watched.listening.seek(15 * S)
    assert video.state is VideoState.NONE_HERE
    qtbot.mouseClick(watched.parts.transport.video, Qt.MouseButton.LeftButton)
    assert not watched.parts.has_picture
    assert not watched.parts.transport.video.isChecked()


def test_comma_and_full_stop_go_from_picture_to_picture(qtbot: QtBot, watched: ReviewPage) -> None:
    press(watched, Qt.Key.Key_V)
    watched.listening.seek(3 * S)
    qtbot.waitUntil(lambda: shown(watched.watching.video) == 15)
    press(watched, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: watched.listening.player.position_us == round(3.2 * S))
    press(watched, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: watched.listening.player.position_us == 3 * S)


def test_shift_v_takes_the_picture_to_a_window_where_the_keys_work_and_back(
    qtbot: QtBot, watched: ReviewPage
) -> None:
    press(watched, Qt.Key.Key_V, SHIFT)
    panel = watched.watching.panel
    window = panel.own_window
    assert window is not None
    assert not watched.parts.has_picture
    assert watched.title() in window.windowTitle()
    QTest.keyClick(window, Qt.Key.Key_Right)
    assert watched.listening.player.position_us == 10 * S
    QTest.keyClick(window, Qt.Key.Key_V, SHIFT)
    assert panel.own_window is None
    assert watched.parts.has_picture


def test_m_in_the_videos_window_leads_to_the_editor_and_letters_score_nothing_then(
    qtbot: QtBot, watched: ReviewPage
) -> None:
    press(watched, Qt.Key.Key_V, SHIFT)
    window = watched.watching.panel.own_window
    assert window is not None
    QTest.keyClick(window, Qt.Key.Key_5)
    assert watched.parts.evaluation.form.scores == {"Greeting": 5}
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_M)
    editor = watched.remarking.editor
    assert editor.isVisible()
    qtbot.waitUntil(watched.window().isActiveWindow)
    assert editor.text.hasFocus()
    for key in (Qt.Key.Key_7, Qt.Key.Key_T, Qt.Key.Key_N):
        QTest.keyClick(window, key)
    assert watched.parts.evaluation.form.scores == {"Greeting": 5}
    assert watched.serving.describing.dialog is None
    QTest.keyClick(window, Qt.Key.Key_K)
    assert watched.listening.player.state is PlayerState.PLAYING
    QTest.keyClick(window, Qt.Key.Key_K)
    QTest.keyClick(editor.text, Qt.Key.Key_Escape)
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_7)
    assert watched.parts.evaluation.form.scores == {"Greeting": 7}


def test_full_screen_by_double_click_and_back_by_esc(qtbot: QtBot, watched: ReviewPage) -> None:
    press(watched, Qt.Key.Key_V)
    panel = watched.watching.panel
    qtbot.mouseDClick(panel.view, Qt.MouseButton.LeftButton)
    assert panel.is_full_screen
    window = panel.own_window
    assert window is not None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not panel.is_apart
    assert watched.parts.has_picture


def test_without_a_screen_it_is_disabled_and_says_why_and_comes_back_with_the_next(
    qtbot: QtBot, watched: ReviewPage, ids: dict[str, InteractionId]
) -> None:
    call = watched.opened
    assert call is not None
    press(watched, Qt.Key.Key_V)
    assert watched.parts.has_picture
    open_one(qtbot, watched, ids["chat"])
    assert not watched.parts.has_picture
    assert not watched.parts.transport.video.isEnabled()
    assert watched.parts.transport.video.toolTip() == "No screen was recorded"
    open_one(qtbot, watched, call.interaction.id)
    assert watched.parts.has_picture
    qtbot.waitUntil(lambda: shown(watched.watching.video) == 0)


def test_whether_and_where_it_is_shown_is_remembered(qtbot: QtBot, watched: ReviewPage) -> None:
    press(watched, Qt.Key.Key_V, SHIFT)
    state = watched.save_state()
    assert (state["video"], state["video_window"]) == (True, True)
    press(watched, Qt.Key.Key_V)
    assert not watched.watching.panel.is_apart
    watched.restore_state(state)
    assert watched.watching.panel.is_apart
    watched.restore_state({**state, "video_window": "what?", "video": 7})
    assert not watched.watching.panel.is_apart
    assert not watched.watching.video.is_on
