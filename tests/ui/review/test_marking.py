"""Marks, loop, skipping, rows heard alone: by keys, through the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from reviewer.models.activity import Dull, DullKind
from reviewer.models.ids import TimelineUs
from reviewer.player.skipping import SkipMode
from reviewer.ui.review.range_marks import MarkedRange, RangeMarks
from tests.ui.review import builders
from tests.ui.review.conftest import show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.player.qt_player import QtPlayer
    from reviewer.ui.review.page import ReviewPage

pytestmark = [pytest.mark.threads]
S = builders.S
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def press(page: ReviewPage, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    QTest.keyClick(page.window().focusWidget() or page, key, modifiers)


def player_of(page: ReviewPage) -> QtPlayer:
    return page.listening.player


@pytest.fixture
def listening(opened: ReviewPage) -> ReviewPage:
    opened.parts.timeline.setFocus()
    return opened


def mark(page: ReviewPage, begin: int, end: int) -> None:
    page.listening.seek(TimelineUs(begin * S))
    press(page, Qt.Key.Key_I)
    page.listening.seek(TimelineUs(end * S))
    press(page, Qt.Key.Key_O)


def test_a_range_is_marked_looped_and_forgotten(
    qtbot: QtBot, listening: ReviewPage, ids: dict[str, InteractionId]
) -> None:
    planner = player_of(listening).planner
    press(listening, Qt.Key.Key_A)
    assert planner.loop is None
    mark(listening, 100, 160)
    press(listening, Qt.Key.Key_A)
    assert planner.loop == (100 * S, 160 * S)
    assert listening.parts.transport.loop.isChecked()
    listening.listening.seek(TimelineUs(140 * S))
    press(listening, Qt.Key.Key_O)
    assert planner.loop == (100 * S, 140 * S)
    press(listening, Qt.Key.Key_A)
    assert planner.loop is None
    press(listening, Qt.Key.Key_A)
    show(qtbot, listening, ids, "chat")
    assert planner.loop is None
    assert listening.listening.marking.marks.marked == MarkedRange()


def test_marks_are_taken_back(listening: ReviewPage) -> None:
    mark(listening, 100, 160)
    press(listening, Qt.Key.Key_A, SHIFT)
    marks = listening.listening.marking.marks
    assert marks.marked.is_empty
    press(listening, Qt.Key.Key_Z, CTRL)
    assert (marks.marked.in_us, marks.marked.out_us) == (100 * S, 160 * S)
    press(listening, Qt.Key.Key_Z, CTRL)
    assert (marks.marked.in_us, marks.marked.out_us) == (100 * S, None)


def test_a_comment_stands_on_the_marked_range(listening: ReviewPage) -> None:
    mark(listening, 100, 160)
    assert listening.listening.marked_place() == (100 * S, 160 * S)
    press(listening, Qt.Key.Key_M)
    assert "1:40\u20132:40" in listening.remarking.editor._title.text()


def test_an_end_before_the_beginning_makes_a_new_range() -> None:
    marks = RangeMarks()
    marks.set_in(TimelineUs(50))
    marks.set_out(TimelineUs(20))
    assert marks.marked == MarkedRange(None, TimelineUs(20))
    marks.set_in(TimelineUs(10))
    assert marks.marked == MarkedRange(TimelineUs(10), TimelineUs(20))
    marks.set_in(TimelineUs(20))
    assert marks.marked == MarkedRange(TimelineUs(20), None)


def dull(begin: int, end: int) -> Dull:
    return Dull(DullKind.SILENCE, TimelineUs(begin * S), TimelineUs(end * S))


def test_skipping_is_turned_by_its_key_and_says_what_it_saves(listening: ReviewPage) -> None:
    planner, switch = player_of(listening).planner, listening.parts.transport.skip
    listening.fetching.drop()
    planner.set_dull([])
    assert switch.saving == ""
    planner.set_dull([dull(100, 160), dull(200, 235)])
    assert (switch.isChecked(), switch.saving) == (False, "12:20 of 13:55")
    press(listening, Qt.Key.Key_S)
    assert planner.skip_mode is SkipMode.SKIP
    assert (switch.isChecked(), switch.saving) == (True, "12:20 of 13:55")
    press(listening, Qt.Key.Key_S, SHIFT)
    assert planner.skip_mode is SkipMode.FAST
    assert switch.text() == "Pauses fast"
    press(listening, Qt.Key.Key_S, SHIFT)
    assert planner.skip_mode is SkipMode.PLAY
    switch.click()
    assert planner.skip_mode is SkipMode.SKIP


def test_a_row_is_muted_heard_alone_and_made_louder(listening: ReviewPage) -> None:
    player, timeline = player_of(listening), listening.parts.timeline
    press(listening, Qt.Key.Key_X)
    assert player.mix.muted == {1}
    press(listening, Qt.Key.Key_X)
    assert player.mix.muted == set()
    press(listening, Qt.Key.Key_Down)
    press(listening, Qt.Key.Key_X, SHIFT)
    assert player.mix.solo == {2}
    press(listening, Qt.Key.Key_Down)
    press(listening, Qt.Key.Key_X, SHIFT)
    assert player.mix.solo == {3}
    press(listening, Qt.Key.Key_X, SHIFT)
    press(listening, Qt.Key.Key_Up, CTRL | SHIFT)
    assert dict(player.mix.gains) == {3: 1.25}
    timeline.mute_asked.emit(1)
    assert player.mix.muted == {2}


def test_the_menu_of_a_row_does_the_same(listening: ReviewPage) -> None:
    player, timeline = player_of(listening), listening.parts.timeline
    for words in ("Mute", "Hear only", "200"):
        timeline.head_menu_asked.emit(2, QPoint(0, 0))
        menu = [m for m in timeline.findChildren(QMenu) if m.parent() is timeline][-1]
        inner = [a for sub in menu.findChildren(QMenu) for a in sub.actions()]
        (act,) = [a for a in (*menu.actions(), *inner) if a.text().startswith(words)]
        menu.triggered.emit(act)
        menu.close()
    assert (player.mix.muted, player.mix.solo, dict(player.mix.gains)) == ({3}, {3}, {3: 2.0})


def test_dragging_the_playhead_scrubs_and_plays_on(listening: ReviewPage) -> None:
    player, timeline = player_of(listening), listening.parts.timeline
    player.play()
    at = QPoint(round(timeline.x_of(TimelineUs(300 * S))), 12)
    QTest.mousePress(timeline, Qt.MouseButton.LeftButton, pos=at)
    assert player.is_scrubbing
    QTest.mouseMove(timeline, at + QPoint(30, 0))
    moved = player.position_us
    assert moved > 300 * S
    QTest.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=at + QPoint(30, 0))
    assert not player.is_scrubbing
    assert player.state.value == "playing"


def test_what_is_chosen_about_playing_is_remembered(listening: ReviewPage) -> None:
    planner = player_of(listening).planner
    planner.set_skip_mode(SkipMode.FAST)
    planner.set_gaps_skipped(on=True)
    listening.listening.menu.restore({"resume_back_s": 3})
    kept = listening.save_state()
    planner.set_skip_mode(SkipMode.PLAY)
    planner.set_gaps_skipped(on=False)
    listening.restore_state({**kept, "resume_back_s": "x"})
    assert (planner.skip_mode, planner.gaps_skipped) == (SkipMode.FAST, True)
    assert listening.save_state()["resume_back_s"] == 3
    listening.restore_state({"skip": "nonsense", "skip_gaps": 7})
    assert planner.skip_mode is SkipMode.FAST


def test_without_sound_there_is_nothing_to_mix(
    qtbot: QtBot, page: ReviewPage, ids: dict[str, InteractionId]
) -> None:
    show(qtbot, page, ids, "chat")
    action = page._actions["timeline.mute_row"]
    assert not action.isEnabled()
    assert "There is no sound here" in action.toolTip()
