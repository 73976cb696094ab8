"""Asking for a second person and deciding, on the pages of administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDate, Qt

from reviewer.models.access import Privilege
from reviewer.models.erasure import Shared, What
from reviewer.models.recording import RecordingState
from reviewer.models.requests import SWITCHED, Guarded
from reviewer.models.settings import SettingsChange
from reviewer.ui.admin.ask_roll import AskDialog
from reviewer.ui.admin.bulk_page import BulkPage
from reviewer.ui.admin.encryption_page import EncryptionPage
from reviewer.ui.admin.holds_page import HoldsPage
from reviewer.ui.admin.requests_panel import ItemsDialog
from reviewer.ui.admin.retention_page import RetentionPage
from reviewer.ui.admin.settings_page import SettingsPage
from reviewer.ui.dialogs import ConfirmDialog
from reviewer.ui.review.gone_panel import gone_sentences
from reviewer.ui.widgets.labels import Label
from tests.helpers.encrypted import encrypt_quickly
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session


OLGA = "olga"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    made = make_store(tmp_path)
    admin = made.session(ADMIN)
    admin.intake.put(make_incoming(n) for n in (1, 2))
    for login in (OLGA, "boris"):
        admin.people.add_user(login, login.title(), ["administrator"])
    admin.centre.change(SettingsChange(second_person=frozenset(Guarded)))
    yield made
    made.close()


@pytest.fixture
def session(store: LocalStore) -> Session:
    return store.session(OLGA)


@pytest.fixture
def boris(store: LocalStore) -> Session:
    return store.session("boris")


def idle(qtbot, shell) -> None:
    qtbot.waitUntil(lambda: not shell.runner.busy, timeout=60_000)


def entered(qtbot, shell, page):
    qtbot.addWidget(page)
    page.resize(1000, 800)
    page.show()
    page.entered()
    idle(qtbot, shell)
    return page


def gone(session: Session) -> list[bool]:
    calls = [session.interactions.get(make_giid(n)) for n in (1, 2)]
    return [call.recordings[0].state is RecordingState.DELETED for call in calls]


def ids(session: Session) -> list[int]:
    return [session.interactions.find(make_giid(n)) for n in (1, 2)]


def test_a_bulk_deletion_is_asked_for_and_approved_by_another(qtbot, shell, session, boris):
    page = entered(qtbot, shell, BulkPage(shell, session))
    page.service.setCurrentText("Support")
    page.boxes[What.VOICE].setChecked(True)
    page.since.show_day(QDate(2023, 1, 1))
    page.until.show_day(QDate(2024, 1, 1))
    page.reason.setText("the contract ended")
    page.ask()
    idle(qtbot, shell)
    dialog = page.dialog
    assert dialog.act.text() == "Ask for the deletion"
    dialog.go()
    idle(qtbot, shell)
    assert gone(session) == [False, False]
    ((request, buttons),) = page.requests.offers
    assert request.mine
    assert set(buttons) == {"show", "refuse"}
    assert buttons["refuse"].text() == "Take it back"
    assert page.requests.isVisibleTo(page)

    other = entered(qtbot, shell, BulkPage(shell, boris))
    ((request, buttons),) = other.requests.offers
    assert (request.by, request.reason) == (OLGA, "the contract ended")
    buttons["show"].click()
    idle(qtbot, shell)
    items = other.requests.dialog
    assert isinstance(items, ItemsDialog)
    assert {row.texts[2] for row in items.table.texts.rows} == {make_giid(1), make_giid(2)}
    items.close()
    buttons["approve"].click()
    confirm = other.requests.dialog
    assert isinstance(confirm, ConfirmDialog)
    assert gone(session) == [False, False]
    confirm.act.click()
    idle(qtbot, shell)
    qtbot.waitUntil(lambda: other.requests.offers == [], timeout=60_000)
    assert gone(session) == [True, True]
    stone = session.interactions.get(make_giid(1)).tombstones[0]
    assert (stone.by, stone.approved_by) == (OLGA, "boris")
    call, zone = session.interactions.get(make_giid(1)), session.settings.zone
    assert f"By: {OLGA}, agreed by boris." in gone_sentences(call, zone)


def test_who_does_not_get_the_page_any_more_is_shown_no_requests_nor_what_they_are_about(
    qtbot, shell, session, boris
):
    session.requests.ask_erase(ids(session), [What.VOICE], "the contract", shared=Shared.CUT)
    page = entered(qtbot, shell, BulkPage(shell, boris))
    ((_, buttons),) = page.requests.offers
    buttons["show"].click()
    idle(qtbot, shell)
    items = page.requests.dialog
    closed = []
    items.finished.connect(closed.append)
    page.put_away()
    assert closed
    assert page.requests.offers == []
    assert not page.requests.isVisibleTo(page)
    assert not [
        label
        for label in page.findChildren(Label)
        if "the contract" in label.text() and label.isVisibleTo(page)
    ]


def test_tab_goes_through_requests_where_they_are_seen_and_each_says_what_it_is_about(
    qtbot, shell, session, boris
):
    for reason in ("the first", "the second"):
        session.requests.ask_erase(ids(session), [What.VOICE], reason, shared=Shared.CUT)
    page = entered(qtbot, shell, BulkPage(shell, boris))
    buttons = [button for _, offered in page.requests.offers for button in offered.values()]
    assert len(buttons) == 6
    seen = [page.service]
    while len(seen) < 7:
        before = seen[0].previousInFocusChain()
        while not before.focusPolicy() & Qt.FocusPolicy.TabFocus:
            before = before.previousInFocusChain()
        seen.insert(0, before)
    assert seen[:6] == buttons
    approving = [b for b in buttons if b.text() == "Approve"]
    said = "; ".join(button.accessibleDescription() for button in approving)
    assert "the first" in said
    assert "the second" in said


def test_what_cannot_be_approved_is_told_in_place(qtbot, shell, session, boris):
    session.requests.ask_erase(ids(session), [What.VOICE], "r", shared=Shared.CUT)
    page = entered(qtbot, shell, BulkPage(shell, boris))
    ((request, _),) = page.requests.offers
    session.requests.refuse(request.number)
    page.requests.refuse(request)
    idle(qtbot, shell)
    assert not page.requests._error.isHidden()
    assert page.requests.offers == []
    assert gone(session) == [False, False]


def test_a_hold_is_lifted_when_another_agrees(qtbot, shell, session, boris):
    session.keeping.hold(ids(session)[:1], "court")
    page = entered(qtbot, shell, HoldsPage(shell, session))
    page.table.selectAll()
    page.ask_lift()
    assert page.dialog.act.text() == "Ask for the lifting"
    page.dialog.reason.setText("closed")
    page.dialog.go()
    idle(qtbot, shell)
    assert len(session.keeping.holds()) == 1
    other = entered(qtbot, shell, HoldsPage(shell, boris))
    ((request, _),) = other.requests.offers
    other.requests.approve(request)
    idle(qtbot, shell)
    assert session.keeping.holds() == ()
    assert other.table.texts.rows == ()
    (lifted,) = session.keeping.lifted()
    assert (lifted.lifted_by, lifted.approved_by) == (OLGA, "boris")


def test_the_destruction_of_keys_is_asked_for(qtbot, shell, store, session, boris):
    encrypt_quickly(store)
    page = entered(qtbot, shell, EncryptionPage(shell, session))
    page.ask_roll()
    dialog = page.dialog
    assert isinstance(dialog, AskDialog)
    assert not dialog.act.isEnabled()
    qtbot.keyClicks(dialog.reason, "a backup is lost")
    dialog.attempt()
    idle(qtbot, shell)
    (request,) = boris.requests.pending()
    assert (request.kind, request.reason) == (Guarded.KEY_DESTRUCTION, "a backup is lost")
    other = entered(qtbot, shell, EncryptionPage(shell, boris))
    assert [one.number for one, _ in other.requests.offers] == [request.number]


def test_decrypting_is_asked_for_and_agreed_to_on_the_page_of_encryption(
    qtbot, shell, store, session, boris
):
    encrypt_quickly(store)
    page = entered(qtbot, shell, EncryptionPage(shell, session))
    page.ask_decrypt()
    dialog = page.dialog
    assert isinstance(dialog, AskDialog)
    qtbot.keyClicks(dialog.reason, "nobody needs it")
    dialog.attempt()
    idle(qtbot, shell)
    session.requests.ask_fresh("a key became known")
    other = entered(qtbot, shell, EncryptionPage(shell, boris))
    asked = {one.kind: buttons for one, buttons in other.requests.offers}
    assert set(asked) == {Guarded.DECRYPTION, Guarded.FRESH_KEYS}
    asked[Guarded.DECRYPTION]["approve"].click()
    assert other.requests.dialog.act.text() == "Approve and decrypt"


def test_rules_that_delete_sooner_are_asked_for_and_agreed_to_on_their_page(
    qtbot, shell, session, boris
):
    page = entered(qtbot, shell, RetentionPage(shell, session))
    page.add_rule()
    wanted = page.rules
    page.save()
    idle(qtbot, shell)
    assert session.keeping.rules() == ()
    qtbot.keyClicks(page.dialog.reason, "the new law")
    page.dialog.attempt()
    idle(qtbot, shell)
    other = entered(qtbot, shell, RetentionPage(shell, boris))
    ((request, buttons),) = other.requests.offers
    assert request.rules == wanted
    buttons["approve"].click()
    other.requests.dialog.confirmed.emit()
    idle(qtbot, shell)
    assert session.keeping.rules() == wanted
    assert other.rules == wanted


def test_only_who_grants_privileges_says_what_needs_two(qtbot, shell, store, session):
    role, _ = session.people.add_role("settings", {Privilege.ADMIN_SETTINGS})
    session.people.add_user("sofia", "S", [role.key])
    assert not entered(qtbot, shell, SettingsPage(shell, store.session("sofia"))).second.isVisible()
    page = entered(qtbot, shell, SettingsPage(shell, session))
    assert page.second.isVisibleTo(page)
    assert set(page.second.chosen) == {kind.value for kind in SWITCHED}


def test_less_is_asked_for_and_agreed_to_on_the_page_of_settings(
    qtbot, shell, store, session, boris
):
    page = entered(qtbot, shell, SettingsPage(shell, session))
    page.second.tick(Guarded.LIFTING_HOLD.value, on=False)
    page.save()
    idle(qtbot, shell)
    assert session.centre.settings().second_person == SWITCHED
    assert page.dialog is not None
    qtbot.keyClicks(page.dialog.reason, "one of us is ill")
    page.dialog.attempt()
    idle(qtbot, shell)
    other = entered(qtbot, shell, SettingsPage(shell, boris))
    ((request, buttons),) = other.requests.offers
    assert (request.fewer, request.reason) == ((Guarded.LIFTING_HOLD,), "one of us is ill")
    buttons["approve"].click()
    other.requests.dialog.confirmed.emit()
    idle(qtbot, shell)
    assert session.centre.settings().second_person == SWITCHED - {Guarded.LIFTING_HOLD}
    assert set(other.second.chosen) == SWITCHED - {Guarded.LIFTING_HOLD}
