"""Going on by keys: drafts kept at once, the next after saving, the part that is heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtTest import QTest

from reviewer.models.ids import TimelineUs
from tests.helpers.stores import ADMIN
from tests.ui.review.builders import S
from tests.ui.review.conftest import show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.review.page import ReviewPage
    from reviewer.ui.theme.theme import Theme

CTRL = Qt.KeyboardModifier.ControlModifier


def test_ctrl_s_keeps_all_that_was_begun_at_once(
    qtbot: QtBot,
    opened: ReviewPage,
    ids: dict[str, InteractionId],
    session: Session,
    shell: Shell,
) -> None:
    QTest.keyClick(opened.parts.timeline, Qt.Key.Key_6)
    QTest.keyClick(opened.parts.timeline, Qt.Key.Key_M)
    editor = opened.remarking.editor
    QTest.keyClicks(editor.text, "half")
    QTest.keyClick(editor.text, Qt.Key.Key_S, CTRL)
    said = shell.notifier.said  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bool(said))
    assert said == ["Kept as a draft"]
    memory = session.store.session(ADMIN).memory  # type: ignore[attr-defined]
    assert [kept["scores"] for kept in memory.recall("drafts").values()] == [{"Greeting": 6}]
    assert [kept["text"] for kept in memory.recall("remark_drafts").values()] == ["half"]
    assert session.evaluations.of(ids["call"]) == ()


def test_after_saving_the_next_is_opened_if_that_is_wanted(
    qtbot: QtBot,
    opened: ReviewPage,
    ids: dict[str, InteractionId],
    session: Session,
    shell: Shell,
) -> None:
    timeline, action = opened.parts.timeline, opened._actions["review.next_after_saving"]

    def save(digit: Qt.Key) -> list[object]:
        QTest.keyClick(timeline, digit)
        QTest.keyClick(timeline, Qt.Key.Key_Return, CTRL)
        qtbot.waitUntil(lambda: not shell.runner.busy)
        gone = shell.navigator.gone  # type: ignore[attr-defined]
        return [request.interaction_id for _, request in gone]

    assert not action.isChecked()
    assert save(Qt.Key.Key_5) == []
    action.trigger()
    assert save(Qt.Key.Key_7) == [ids["chat"]]
    assert len(session.evaluations.of(ids["call"])) == 2
    assert opened.save_state()["next_after_saving"] is True
    opened.restore_state({"next_after_saving": "?"})
    assert not action.isChecked()


def test_a_score_outlives_the_name_of_its_category(
    qtbot: QtBot, opened: ReviewPage, ids: dict[str, InteractionId], session: Session, shell: Shell
) -> None:
    panel, names = opened.parts.evaluation, [c.name for c in session.evaluations.categories()]

    def rename(first: str) -> None:
        shell.bus.publish(session.evaluations.rename_categories([first, *names[1:]]))
        qtbot.waitUntil(lambda: panel.form.rows[0].name == first and not shell.runner.busy)

    QTest.keyClick(opened.parts.timeline, Qt.Key.Key_6)
    rename("Welcome")
    assert panel.form.scores == {}
    assert f"{names[0]} 6" in panel._unplaced_words.text()
    show(qtbot, opened, ids, "chat")
    show(qtbot, opened, ids, "call")
    assert panel._unplaced_words.isVisible()
    rename(names[0])
    assert panel.form.scores == {names[0]: 6}
    assert not panel._unplaced_words.isVisible()
    rename("Welcome")
    QTest.keyClick(opened.parts.timeline, Qt.Key.Key_4)
    QTest.keyClick(opened.parts.timeline, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: not shell.runner.busy)
    (saved,) = session.evaluations.of(ids["call"])
    assert [(s.category, s.score) for s in saved.scores if s.score] == [("Welcome", 4)]
    assert not panel._unplaced_words.isVisible()
    assert panel.draft is None


def test_it_says_which_part_is_heard_and_a_key_leads_there(opened: ReviewPage) -> None:
    evaluation, timeline = opened.parts.evaluation, opened.parts.timeline
    opened.listening.seek(TimelineUs(200 * S))
    # The consultation in the hold: the first part lasts still.
    assert not evaluation.heard.isVisible()
    opened.listening.seek(TimelineUs(500 * S))
    assert opened.segment_number == 1
    assert evaluation.heard.isVisible()
    assert evaluation.heard.text() == "Segment 3"
    assert "You are hearing segment 3" in evaluation.heard.toolTip()
    QTest.keyClick(timeline, Qt.Key.Key_5)
    QTest.keyClick(timeline, Qt.Key.Key_H)
    assert opened.segment_number == 3
    assert opened.listening.player.position_us == 500 * S
    assert not evaluation.heard.isVisible()
    assert evaluation.form.scores == {}
    QTest.keyClick(timeline, Qt.Key.Key_Up)
    assert evaluation.heard.text() == "Segment 3"
    evaluation.heard.click()
    assert opened.segment_number == 3


def test_the_times_of_a_transcript_have_room_at_any_size_of_text(
    opened: ReviewPage, theme: Theme
) -> None:
    view = opened.parts.transcript
    delegate, line, rect = view._delegate, view.lines[1], QRectF(0, 0, 400, 80)

    def text_left(widest: str) -> float:
        delegate.set_clocks(widest)
        shape = delegate._shapes.of(line.text, delegate._text_width(400))
        return delegate._text_origin(line, rect, shape).x()

    small = text_left("0:20")
    assert text_left("10:00:00") > small
    theme.set_scale(1.5)
    assert text_left("0:20") >= small + 20
