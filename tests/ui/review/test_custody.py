"""Deleting, holding and looking at who had access, on the review page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.erasure import Shared, What
from reviewer.models.letters import letters_of
from reviewer.models.recording import RecordingState
from reviewer.player.qt_player import QtPlayer
from reviewer.ui.admin.explain_dialog import ExplainDialog
from reviewer.ui.erasing.certificates import save_certificate_to
from reviewer.ui.erasing.dialog import EraseDialog
from reviewer.ui.erasing.hold_dialog import HoldDialog
from reviewer.ui.review.access_history import AccessHistory
from reviewer.ui.review.page import ReviewPage
from reviewer.ui.review.request import ReviewRequest
from reviewer.ui.widgets.act_menu import ActMenu
from tests.helpers.emails import TEXTS, case
from tests.helpers.stores import ADMIN, make_giid
from tests.ui.review.conftest import settle, show

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from reviewer.models.ids import InteractionId
    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell

REASON = "asked by the customer, no. 8841"


def idle(qtbot: QtBot, page: ReviewPage) -> None:
    qtbot.waitUntil(lambda: not page._shell.runner.busy and page.settled, timeout=20_000)


def ask(qtbot: QtBot, page: ReviewPage) -> EraseDialog:
    """Open the first dialog by its key and wait until it knows what there is."""
    qtbot.keyClick(
        page.parts.timeline,
        Qt.Key.Key_Delete,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    dialog = page.serving.custody.dialog
    assert isinstance(dialog, EraseDialog)
    idle(qtbot, page)
    return dialog


def test_deleting_asks_twice_and_shows_what_is_left(
    qtbot: QtBot, opened: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    page, call = opened, ids["call"]
    dialog = ask(qtbot, page)
    ticked = [box.text() for box in dialog.choosing.boxes if box.isVisibleTo(dialog)]
    assert ticked == ["Voice recording and transcript", "Screen recording"]
    assert not dialog.act.isEnabled()
    qtbot.keyClicks(dialog.choosing.reason, "  ")
    assert not dialog.act.isEnabled()
    assert dialog.act.toolTip() == "Give a reason"
    qtbot.keyClicks(dialog.choosing.reason, REASON)
    qtbot.keyClick(dialog.choosing.reason, Qt.Key.Key_Return)
    idle(qtbot, page)
    assert dialog.at_second
    assert dialog.cancel.hasFocus()
    # Nothing has gone yet.
    assert session.interactions.get_by_id(call).tombstones == ()
    dialog.act.click()
    idle(qtbot, page)
    left = session.interactions.get_by_id(call)
    assert {stone.reason for stone in left.tombstones} == {REASON}
    assert not left.messages
    assert {r.state for r in left.recordings} == {RecordingState.DELETED}
    # The page shows it at once, and nothing can be played or deleted any more.
    assert REASON in page.parts.gone.words
    assert not page.listening.playable
    action = page._shell.actions.action("review.delete", page)
    assert not action.isEnabled()
    assert action.toolTip() == "Nothing of it is left to delete"


def test_a_certificate_is_had_from_the_card(
    qtbot: QtBot,
    opened: ReviewPage,
    session: Session,
    ids: dict[str, InteractionId],
    tmp_path: Path,
) -> None:
    what = (What.VOICE, What.TRANSCRIPT, What.SCREEN)
    erased, changes = session.erasure.erase([ids["call"]], what, REASON, shared=Shared.CUT)
    assert erased.interactions
    assert not opened.parts.gone.certificate.isVisible()
    opened._shell.bus.publish(changes)
    idle(qtbot, opened)
    assert opened.parts.gone.certificate.isVisible()
    target = tmp_path / "c.pdf"
    shell = opened._shell
    save_certificate_to(shell, session, (ids["call"],), opened, str(target))
    idle(qtbot, opened)
    assert target.read_bytes().startswith(b"%PDF")
    assert shell.notifier.said == ["Saved: c.pdf"]  # type: ignore[attr-defined]


def test_what_is_not_ticked_stays(
    qtbot: QtBot, opened: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    dialog = ask(qtbot, opened)
    voice = next(box for box in dialog.choosing.boxes if "Voice" in box.text())
    voice.setChecked(False)
    assert dialog.choosing.what == (What.SCREEN,)
    dialog.choosing.reason.setText(REASON)
    dialog.go_on()
    idle(qtbot, opened)
    dialog.go_on()
    idle(qtbot, opened)
    left = session.interactions.get_by_id(ids["call"])
    assert left.messages
    assert opened.listening.playable
    assert "screen recording" in opened.parts.gone_line.words


def test_cancelling_deletes_nothing(
    qtbot: QtBot, opened: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    dialog = ask(qtbot, opened)
    dialog.choosing.reason.setText(REASON)
    dialog.go_on()
    idle(qtbot, opened)
    dialog.back.click()
    assert not dialog.at_second
    assert dialog.choosing.reason.text() == REASON
    dialog.go_on()
    idle(qtbot, opened)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    idle(qtbot, opened)
    assert opened.serving.custody.dialog is None
    assert session.interactions.get_by_id(ids["call"]).tombstones == ()


def test_what_is_deleted_here_is_gone_in_another_window(
    qtbot: QtBot, opened: ReviewPage, shell: Shell, session: Session, ids: dict[str, InteractionId]
) -> None:
    player = QtPlayer(None)
    other = ReviewPage(shell, session, player)
    player.setParent(other)
    qtbot.addWidget(other)
    other.show()
    other.open(ReviewRequest(ids["call"]))
    settle(qtbot, other, ids["call"])
    assert other.listening.playable
    dialog = ask(qtbot, opened)
    dialog.choosing.reason.setText(REASON)
    dialog.go_on()
    idle(qtbot, opened)
    dialog.go_on()
    qtbot.waitUntil(lambda: REASON in other.parts.gone.words, timeout=20_000)
    idle(qtbot, other)
    assert not other.listening.playable
    other.left()
    other.closing()


def test_a_hold_forbids_deleting_until_it_is_lifted(
    qtbot: QtBot, opened: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    custody = opened.serving.custody
    for reason in ("court, case 114", "the case is closed"):
        custody.ask_hold()
        dialog = custody.dialog
        assert isinstance(dialog, HoldDialog)
        assert not dialog.act.isEnabled()
        qtbot.keyClicks(dialog.reason, reason)
        qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)
        idle(qtbot, opened)
        held = session.keeping.hold_of(ids["call"])
        action = opened._shell.actions.action("review.delete", opened)
        assert action.isEnabled() == (held is None)
        assert opened.parts.hold_line.isVisible() == (held is not None)
        if held is not None:
            assert "court, case 114" in opened.parts.hold_line.accessibleName()
            assert action.toolTip() == "It is under a legal hold: court, case 114"
    assert session.keeping.hold_of(ids["call"]) is None
    acts = [entry.act for entry in session.audit.history(ids["call"])]
    assert acts[:2] == [Act.HOLD_LIFTED, Act.HOLD_SET]


def test_who_had_access_is_listed(
    qtbot: QtBot, opened: ReviewPage, session: Session, ids: dict[str, InteractionId]
) -> None:
    opened.serving.custody.show_history()
    dialog = opened.serving.custody.dialog
    assert isinstance(dialog, AccessHistory)
    idle(qtbot, opened)
    entries = session.audit.history(ids["call"])
    shown = [row.value for row in dialog.table.texts.rows]
    assert [entry.act for entry in shown] == [entry.act for entry in entries]  # type: ignore[attr-defined]
    assert any("opened" in row.texts for row in dialog.table.texts.rows)
    dialog.close()


@pytest.mark.parametrize(
    ("privilege", "name"),
    [
        (Privilege.RECORDS_ERASE, "review.delete"),
        (Privilege.RECORDS_HOLD, "review.hold"),
        (Privilege.AUDIT_VIEW, "review.history"),
        (Privilege.ADMIN_USERS, "review.explain"),
    ],
)
def test_the_privilege_decides_what_is_there(
    qtbot: QtBot,
    shell: Shell,
    store: LocalStore,
    ids: dict[str, InteractionId],
    privilege: Privilege,
    name: str,
) -> None:
    admin = store.session("admin")
    admin.people.add_role("some", [Privilege.LISTEN_ALL])
    admin.people.add_role("one", [Privilege.LISTEN_ALL, privilege])
    admin.people.add_user("without", "Without", ["some"])
    admin.people.add_user("with", "With", ["one"])
    for login in ("without", "with"):
        player = QtPlayer(None)
        page = ReviewPage(shell, store.session(login), player)
        player.setParent(page)
        qtbot.addWidget(page)
        page.show()
        show(qtbot, page, ids, "call")
        there = {spec.name for spec, _ in shell.actions.visible(page.window())}
        offered = {"review.delete", "review.hold", "review.history", "review.explain"} & there
        assert offered == ({name} if login == "with" else set())
        page.left()
        page.closing()
        page.hide()


def test_an_administrator_is_told_who_sees_it(
    qtbot: QtBot, opened: ReviewPage, session: Session
) -> None:
    session.people.add_user("anna", "Anna", ["agent"])
    opened._shell.actions.action("review.explain", opened).trigger()
    dialog = opened.serving.custody.dialog
    assert isinstance(dialog, ExplainDialog)
    qtbot.waitUntil(dialog.table.isVisible, timeout=20_000)
    seen = {row.texts[0]: row.texts[1] for row in dialog.table.texts.rows}
    assert seen == {ADMIN: "yes", "anna": "no"}
    dialog.reject()


# --- an email, one message at a time


@pytest.fixture
def email(qtbot: QtBot, page: ReviewPage, session: Session) -> ReviewPage:
    """The page with an email of three messages open."""
    session.intake.put([case()])
    ident = session.interactions.find(make_giid(1))
    page.open(ReviewRequest(ident))
    settle(qtbot, page, ident)
    return page


def test_the_chosen_message_of_an_email_is_deleted_and_shown_grey(
    qtbot: QtBot, email: ReviewPage, session: Session
) -> None:
    page, transcript = email, email.parts.transcript
    transcript.setCurrentIndex(transcript.model().index(1, 0))
    dialog = ask(qtbot, page)
    assert [box.text() for box in dialog.choosing.boxes if box.isVisibleTo(dialog)] == [
        "Email message"
    ]
    assert "author 1" in dialog._about.text()
    dialog.choosing.reason.setText(REASON)
    dialog.go_on()
    idle(qtbot, page)
    dialog.go_on()
    idle(qtbot, page)
    assert [line.gone for line in transcript.lines] == [False, True, False]
    gone = transcript.lines[1]
    assert "admin" in gone.text
    assert REASON in gone.text
    assert gone.author == "author 1"
    assert TEXTS[1] not in str([line.text for line in transcript.lines])
    # The next one that is left is offered where the chosen one is gone or none was chosen.
    transcript.setCurrentIndex(transcript.model().index(-1, 0))
    dialog = ask(qtbot, page)
    assert "author 0" in dialog._about.text()
    dialog.reject()


def test_nothing_is_offered_when_every_message_is_gone(
    qtbot: QtBot, email: ReviewPage, session: Session
) -> None:
    page = email
    ident = page.opened.interaction.id
    for letter in letters_of(page.opened.interaction):
        _, changes = session.erasure.erase(
            [ident], [What.EMAIL], REASON, shared=Shared.CUT, letter=letter
        )
    page._shell.bus.publish(changes)
    idle(qtbot, page)
    assert all(line.gone for line in page.parts.transcript.lines)
    assert not page._shell.actions.action("review.delete", page).isEnabled()


def test_of_an_email_that_is_files_alone_one_is_chosen_by_name(
    qtbot: QtBot, page: ReviewPage, session: Session
) -> None:
    session.intake.put([case(messages=())])
    ident = session.interactions.find(make_giid(1))
    page.open(ReviewRequest(ident))
    settle(qtbot, page, ident)
    for place, offered in ((1, [True, True, True]), (0, [True, False, True])):
        page._shell.actions.action("review.delete", page).trigger()
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, ActMenu)
        assert [one.text() for one in menu.actions()] == ["0.eml", "1.eml", "2.eml"]
        assert [one.isEnabled() for one in menu.actions()] == offered
        for _ in range(place + 1):
            qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
        dialog = page.serving.custody.dialog
        assert isinstance(dialog, EraseDialog)
        assert dialog._about.text().endswith(f"message in the file {place}.eml")
        idle(qtbot, page)
        dialog.choosing.reason.setText(REASON)
        dialog.go_on()
        idle(qtbot, page)
        dialog.go_on()
        idle(qtbot, page)
    states = [r.state for r in session.interactions.get_by_id(ident).recordings]
    assert states == [RecordingState.DELETED, RecordingState.DELETED, RecordingState.AVAILABLE]


def test_where_no_file_is_known_to_be_a_messages_all_go_and_it_says_so(
    qtbot: QtBot, page: ReviewPage, session: Session
) -> None:
    session.intake.put([case(names="letter.eml")])
    ident = session.interactions.find(make_giid(1))
    page.open(ReviewRequest(ident))
    settle(qtbot, page, ident)
    dialog = ask(qtbot, page)
    assert "It is not known which file belongs to which" in dialog._about.text()
    shown = [box.text() for box in dialog.choosing.boxes if box.isVisibleTo(dialog)]
    assert shown == ["Email messages"]
    assert "3 files" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.reject()
