"""Scores are given by keys, kept as drafts and saved with their history."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from reviewer.models.access import Privilege
from reviewer.models.scoring import CategoryScore
from reviewer.player.qt_player import QtPlayer
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.widgets.labels import Label
from tests.helpers.stores import ADMIN
from tests.ui.review.conftest import press, settle, show


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


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("manager", "You may not evaluate"),
        ("supervisor", "You may look at evaluations, but not evaluate"),
    ],
)
def test_who_may_not_evaluate_sees_no_form(qtbot, shell, store, ids, role, said):
    session = store.session(ADMIN)
    session.people.add_user("looker", "Looker", [role], teams=["Карты"])
    other = store.session("looker")
    assert not other.people.me.may(Privilege.QM_EVALUATE)
    player = QtPlayer(None)
    page = ReviewPage(shell, other, player)
    player.setParent(page)
    qtbot.addWidget(page)
    page.show()
    show(qtbot, page, ids, "call")
    assert page.parts.evaluation.empty.isVisible()
    assert said in [label.text() for label in page.parts.evaluation.empty.findChildren(Label)]
    assert not page.parts.evaluation.evaluate.isVisible()
    page.closing()
