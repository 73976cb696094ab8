"""Comments and bookmarks on the page: written by keys, listed, jumped to, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from reviewer.models.access import UserChange
from reviewer.models.ids import TimelineUs, WallUs
from reviewer.models.interaction import Channel
from reviewer.models.remarks import Place, RemarkKind
from reviewer.player.qt_player import QtPlayer
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.reading_panel import Reading
from reviewer.ui.review.remark_lines import RemarkFilter, make_remarks
from reviewer.ui.review.scene import MarkerKind
from tests.helpers.stores import ADMIN
from tests.ui.review import builders
from tests.ui.review.conftest import settle, show

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell

pytestmark = [pytest.mark.threads]
S = builders.S


def press(page: ReviewPage, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    target = page.window().focusWidget() or page
    QTest.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)


def type_words(page: ReviewPage, words: str) -> None:
    QTest.keyClicks(page.window().focusWidget(), words)


def wait(qtbot: QtBot, page: ReviewPage) -> None:
    qtbot.waitUntil(lambda: not page._shell.runner.busy, timeout=10_000)


def remark_markers(page: ReviewPage) -> list[tuple[MarkerKind, int]]:
    kinds = (MarkerKind.COMMENT, MarkerKind.BOOKMARK)
    return [(m.kind, m.at_us) for m in page.parts.timeline.markers if m.kind in kinds]


def test_a_comment_is_written_at_the_present_moment(
    qtbot: QtBot, opened: ReviewPage, session: Session
) -> None:
    opened.parts.timeline.setFocus()
    opened.listening.seek(TimelineUs(100 * S))
    press(opened, Qt.Key.Key_M)
    editor = opened.remarking.editor
    assert editor.isVisible()
    type_words(opened, "Polite, k l 5 m")
    assert opened.listening.player.position_us == 100 * S
    press(opened, Qt.Key.Key_Return)
    wait(qtbot, opened)
    assert not editor.isVisible()
    assert QApplication.focusWidget() is opened.parts.timeline
    assert opened.opened is not None
    number = opened.opened.interaction.id
    (comment,) = session.comments.of(number)
    assert (comment.kind, comment.text) == (RemarkKind.COMMENT, "Polite, k l 5 m")
    assert comment.place == Place(builders.at(100))
    assert remark_markers(opened) == [(MarkerKind.COMMENT, 100 * S)]
    assert opened.parts.reading.tabs.tabText(Reading.REMARKS).endswith("1")


def test_without_words_it_is_a_bookmark(qtbot: QtBot, opened: ReviewPage, session: Session) -> None:
    opened.parts.timeline.setFocus()
    press(opened, Qt.Key.Key_M)
    press(opened, Qt.Key.Key_Escape)
    assert not opened.remarking.editor.isVisible()
    assert opened._shell.notifier.said == []  # type: ignore[attr-defined]
    press(opened, Qt.Key.Key_M)
    press(opened, Qt.Key.Key_Return)
    wait(qtbot, opened)
    assert opened.opened is not None
    (made,) = session.comments.of(opened.opened.interaction.id)
    assert (made.kind, made.text, made.public) == (RemarkKind.BOOKMARK, "", True)


def begin(page: ReviewPage, words: str, second: int) -> None:
    """Begin a comment at a second of the call."""
    page.parts.timeline.setFocus()
    page.listening.seek(TimelineUs(second * S))
    press(page, Qt.Key.Key_M)
    type_words(page, words)


def test_escape_keeps_what_was_typed_and_where(
    qtbot: QtBot, opened: ReviewPage, session: Session
) -> None:
    assert opened.opened is not None
    number = opened.opened.interaction.id
    begin(opened, "half a ", 100)
    opened.remarking.editor.public.click()
    press(opened, Qt.Key.Key_Escape)
    assert not opened.remarking.editor.isVisible()
    assert "draft" in opened._shell.notifier.said[-1]  # type: ignore[attr-defined]
    assert opened.parts.remarks.add.text() == "Go on writing"
    opened.listening.seek(TimelineUs(300 * S))
    press(opened, Qt.Key.Key_M)
    type_words(opened, "thought")
    press(opened, Qt.Key.Key_Return)
    wait(qtbot, opened)
    (made,) = session.comments.of(number)
    assert (made.text, made.public) == ("half a thought", False)
    assert made.place == Place(builders.at(100))
    assert opened.parts.remarks.add.text() == "Add"
    press(opened, Qt.Key.Key_M)
    assert opened.remarking.editor.text.toPlainText() == ""


def test_a_comment_that_was_begun_survives_other_interactions_and_a_restart(
    qtbot: QtBot,
    opened: ReviewPage,
    session: Session,
    store: LocalStore,
    shell: Shell,
    ids: dict[str, InteractionId],
) -> None:
    begin(opened, "of the call", 100)
    show(qtbot, opened, ids, "chat")
    assert not opened.remarking.editor.isVisible()
    opened.parts.timeline.setFocus()
    press(opened, Qt.Key.Key_M)
    assert opened.remarking.editor.text.toPlainText() == ""
    type_words(opened, "of the chat")
    opened.closing()
    wait(qtbot, opened)
    player = QtPlayer(None)
    again = ReviewPage(shell, store.session(ADMIN), player)
    player.setParent(again)
    qtbot.addWidget(again)
    again.resize(1440, 900)
    again.show()
    for name, words in (("call", "of the call"), ("chat", "of the chat")):
        show(qtbot, again, ids, name)
        again.parts.timeline.setFocus()
        press(again, Qt.Key.Key_M)
        assert again.remarking.editor.text.toPlainText() == words
    again.left()
    again.closing()
    wait(qtbot, again)
    assert session.comments.of(ids["call"]) == ()


def test_only_cancel_gives_up_and_can_be_undone(opened: ReviewPage) -> None:
    editor = opened.remarking.editor
    begin(opened, "never mind", 100)
    editor.cancel.click()
    assert opened.parts.remarks.add.text() == "Add"
    undo = opened._shell.notifier.actions[-1]  # type: ignore[attr-defined]
    assert undo is not None
    begin(opened, "", 300)
    assert editor.text.toPlainText() == ""
    press(opened, Qt.Key.Key_Escape)
    undo[1]()
    assert editor.isVisible()
    assert editor.text.toPlainText() == "never mind"
    assert editor.words.place == Place(builders.at(100))


def test_a_change_that_was_begun_is_kept_and_m_goes_on_where_it_is_visible(
    qtbot: QtBot, page: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    place = Place(builders.at(200))
    session.comments.add(ids["call"], RemarkKind.COMMENT, place, "first", public=True)
    show(qtbot, page, ids, "call")
    page.parts.reading.choose(Reading.REMARKS)
    view, editor = page.parts.remarks.view, page.remarking.editor
    view.choose(view.lines[0])
    view.setFocus()
    press(page, Qt.Key.Key_F2)
    type_words(page, " half")
    page.parts.timeline.setFocus()
    press(page, Qt.Key.Key_M)
    assert editor.text.hasFocus()
    assert editor.text.toPlainText() == "first half"
    press(page, Qt.Key.Key_Escape)
    assert [c.text for c in session.comments.of(ids["call"])] == ["first"]
    view.setFocus()
    press(page, Qt.Key.Key_F2)
    assert editor.text.toPlainText() == "first half"


def test_what_the_store_refuses_is_a_draft_again(
    qtbot: QtBot,
    page: ReviewPage,
    store: LocalStore,
    session: Session,
    ids: dict[str, InteractionId],
) -> None:
    olga, _ = session.people.add_user("olga", "Olga", ["qm_manager"])
    hers = ReviewPage(page._shell, store.session("olga"), page.listening.player)
    qtbot.addWidget(hers)
    hers.resize(1440, 900)
    hers.show()
    show(qtbot, hers, ids, "call")
    begin(hers, "hers", 100)
    session.people.change_user(olga.id, UserChange(roles=("manager",)))
    press(hers, Qt.Key.Key_Return)
    wait(qtbot, hers)
    assert session.comments.of(ids["call"]) == ()
    assert hers._shell.presenter.presented != []  # type: ignore[attr-defined]
    session.people.change_user(olga.id, UserChange(roles=("qm_manager",)))
    hers.parts.timeline.setFocus()
    press(hers, Qt.Key.Key_M)
    assert hers.remarking.editor.text.toPlainText() == "hers"


def test_ctrl_enter_saves_the_comment_and_not_the_evaluation(
    qtbot: QtBot, opened: ReviewPage, session: Session
) -> None:
    opened.parts.timeline.setFocus()
    press(opened, Qt.Key.Key_5)
    press(opened, Qt.Key.Key_M)
    opened.remarking.editor.public.setChecked(False)
    type_words(opened, "mine")
    press(opened, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait(qtbot, opened)
    assert opened.opened is not None
    number = opened.opened.interaction.id
    assert [(c.text, c.public) for c in session.comments.of(number)] == [("mine", False)]
    assert session.evaluations.of(number) == ()


def test_the_list_jumps_edits_deletes_and_takes_back(
    qtbot: QtBot, page: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    number = ids["call"]
    at = Place(builders.at(200), builders.at(210))
    session.comments.add(number, RemarkKind.COMMENT, at, "first", public=True)
    session.comments.add(number, RemarkKind.BOOKMARK, Place(builders.at(300)))
    show(qtbot, page, ids, "call")
    page.parts.reading.choose(Reading.REMARKS)
    view = page.parts.remarks.view
    assert [line.clock for line in view.lines] == ["3:20\u20133:30", "5:00"]
    view.setFocus()
    press(page, Qt.Key.Key_Down)
    press(page, Qt.Key.Key_Up)
    press(page, Qt.Key.Key_Return)
    assert page.listening.player.position_us == 200 * S
    press(page, Qt.Key.Key_F2)
    assert page.remarking.editor.text.toPlainText() == "first"
    type_words(page, " changed")
    press(page, Qt.Key.Key_Return)
    wait(qtbot, page)
    assert [c.text for c in session.comments.of(number)] == ["first changed", ""]
    view.setFocus()
    press(page, Qt.Key.Key_Delete)
    wait(qtbot, page)
    assert [c.text for c in session.comments.of(number)] == [""]
    undo = page._shell.notifier.actions[-1]  # type: ignore[attr-defined]
    assert undo is not None
    undo[1]()
    wait(qtbot, page)
    back = session.comments.of(number)[0]
    assert (back.text, back.place) == ("first changed", at)
    assert len(remark_markers(page)) == 2


def test_what_others_wrote_is_asked_about_first(
    qtbot: QtBot,
    page: ReviewPage,
    store: LocalStore,
    session: Session,
    ids: dict[str, InteractionId],
) -> None:
    session.people.add_user("olga", "Olga", ["qm_manager"])
    number = ids["call"]
    store.session("olga").comments.add(
        number, RemarkKind.COMMENT, Place(builders.at(5)), "hers", public=True
    )
    show(qtbot, page, ids, "call")
    page.parts.reading.choose(Reading.REMARKS)
    view = page.parts.remarks.view
    view.choose(view.lines[0])
    view.setFocus()
    press(page, Qt.Key.Key_F2)
    assert not page.remarking.editor.isVisible()
    press(page, Qt.Key.Key_Delete)
    dialog = page.findChild(ConfirmDialog)
    assert dialog is not None
    assert session.comments.of(number) != ()
    dialog.act.click()
    wait(qtbot, page)
    assert session.comments.of(number) == ()
    assert page._shell.notifier.actions[-1] is None  # type: ignore[attr-defined]


def test_what_others_write_appears(
    qtbot: QtBot, opened: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    _, changes = session.comments.add(ids["call"], RemarkKind.BOOKMARK, Place(builders.at(7)))
    opened._shell.bus.publish(changes)
    wait(qtbot, opened)
    assert remark_markers(opened) == [(MarkerKind.BOOKMARK, 7 * S)]


def test_who_may_not_comment_is_offered_nothing(
    qtbot: QtBot,
    page: ReviewPage,
    store: LocalStore,
    session: Session,
    ids: dict[str, InteractionId],
) -> None:
    session.people.add_user("reader", "Reader", ["manager"])
    other = ReviewPage(page._shell, store.session("reader"), page.listening.player)
    qtbot.addWidget(other)
    other.resize(1440, 900)
    other.show()
    show(qtbot, other, ids, "call")
    other.parts.timeline.setFocus()
    press(other, Qt.Key.Key_M)
    assert not other.remarking.editor.isVisible()
    other.parts.reading.choose(Reading.REMARKS)
    assert not other.parts.remarks.add.isVisible()


def test_the_filter_takes_kind_author_and_words(opened: ReviewPage) -> None:
    assert opened.opened is not None
    from reviewer.models.ids import CommentId
    from reviewer.models.remarks import Comment

    def comment(kind: RemarkKind, text: str, author: str) -> Comment:
        number = opened.opened.interaction.id  # type: ignore[union-attr]
        place = Place(WallUs(builders.START))
        return Comment(
            CommentId(1), number, kind, place, text, True, author, author.title(), WallUs(0)
        )

    lines = make_remarks(
        [
            comment(RemarkKind.COMMENT, "Ёлка", "admin"),
            comment(RemarkKind.BOOKMARK, "", "admin"),
            comment(RemarkKind.COMMENT, "other", "olga"),
        ],
        opened.opened.interaction,
        opened.opened.timeline,
        opened.opened.zone,
        "admin",
    )

    def listed(wanted: RemarkFilter) -> list[int]:
        return [number for number, line in enumerate(lines) if wanted.takes(line)]

    assert listed(RemarkFilter()) == [0, 1, 2]
    assert listed(RemarkFilter(RemarkKind.BOOKMARK)) == [1]
    assert listed(RemarkFilter(mine=True)) == [0, 1]
    assert listed(RemarkFilter(text="елка")) == [0]
    assert listed(RemarkFilter(text="olg")) == [2]
    assert listed(RemarkFilter(RemarkKind.COMMENT, mine=True, text="other")) == []


# --- the customer's other interactions


def test_other_contacts_of_the_customer_are_one_click_away(
    qtbot: QtBot, page: ReviewPage, store: LocalStore, ids: dict[str, InteractionId]
) -> None:
    show(qtbot, page, ids, "call")
    wait(qtbot, page)
    reading = page.parts.reading
    rows = page.parts.related.rows
    assert [row.channel for row in rows] == [Channel.VOICE]
    assert reading.tabs.tabText(Reading.CUSTOMER).endswith("1")
    reading.choose(Reading.CUSTOMER)
    view = page.parts.related.view
    view.setCurrentIndex(view.model().index(0, 0))
    view.setFocus()
    press(page, Qt.Key.Key_Return)
    name, request = page._shell.navigator.gone[-1]  # type: ignore[attr-defined]
    assert (name, request.interaction_id) == ("review", ids["deleted_call"])
    page.open(request)
    settle(qtbot, page, ids["deleted_call"])
    press(page, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    name, back = page._shell.navigator.gone[-1]  # type: ignore[attr-defined]
    assert (back.interaction_id, back.index) == (ids["call"], 0)
