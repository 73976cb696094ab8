"""Passwords, tickets in place of them, and locks, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    LockedOutError,
    LoginRefusedError,
    NotFoundError,
    PasswordChangeNeededError,
    PasswordInvalidError,
    PasswordNeededError,
    RefusedError,
    SignedOutError,
)
from reviewer.models.access import MAX_FAILURES, Privilege, UserChange
from reviewer.models.search import Search
from reviewer.models.settings import SettingsChange
from reviewer.storage.local import login as local_login
from reviewer.storage.local import people as local_people
from tests.helpers.people import GOOD, OTHER, acts, add, refreshed
from tests.helpers.stores import make_giid, make_incoming

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store


def test_a_password_is_asked_for_and_checked(admin: Session, store: Store) -> None:
    user = add(admin, "anna", "manager")
    admin.people.set_password(user.id, GOOD, must_change=False)
    with pytest.raises(PasswordNeededError):
        store.session("anna")
    with pytest.raises(LoginRefusedError) as known:
        store.session("anna", password=OTHER)
    session = store.session("anna", password=GOOD)
    assert session.people.me.has_password
    # From now on, nobody learns from an answer who is a user.
    with pytest.raises(PasswordNeededError):
        store.session("nobody")
    with pytest.raises(LoginRefusedError) as unknown:
        store.session("nobody", password=OTHER)
    assert (known.value.code, known.value.fields) == (unknown.value.code, unknown.value.fields)
    assert "login.failed" in acts(admin)
    assert GOOD not in str(list(admin.audit.export()))
    admin.people.set_password(user.id, "")
    assert store.session("anna").people.me.login == "anna"


def test_a_given_password_has_to_be_changed_first(admin: Session, store: Store) -> None:
    admin.intake.put([make_incoming(1)])
    user = add(admin, "anna", "manager")
    admin.people.set_password(user.id, GOOD)
    fresh = store.session("anna", password=GOOD)
    assert fresh.people.me.must_change_password
    assert fresh.interactions.count(Search()).n == 0
    with pytest.raises(NotFoundError):
        fresh.interactions.get(make_giid(1))
    with pytest.raises(LoginRefusedError):
        fresh.people.change_password(OTHER, OTHER)
    fresh.people.change_password(GOOD, OTHER)
    session = store.session("anna", password=OTHER)
    assert session.interactions.count(Search()).n == 1
    with pytest.raises(LoginRefusedError):
        store.session("anna", password=GOOD)


@pytest.mark.parametrize("password", ["short", "a" * 501, "aaaaaaaaaaaaa", "ANNA.PETROVA"])
def test_passwords_that_are_none(admin: Session, password: str) -> None:
    user = add(admin, "anna.petrova", "agent")
    with pytest.raises(PasswordInvalidError):
        admin.people.set_password(user.id, password)
    assert not refreshed(admin, user).has_password


def test_too_many_wrong_passwords_lock_a_login(admin: Session, store: Store) -> None:
    user = add(admin, "anna", "manager")
    admin.people.set_password(user.id, GOOD, must_change=False)
    for _ in range(MAX_FAILURES - 1):
        with pytest.raises(LoginRefusedError):
            store.session("anna", password=OTHER)
    store.session("anna", password=GOOD)
    for _ in range(MAX_FAILURES):
        with pytest.raises(LoginRefusedError):
            store.session("anna", password=OTHER)
    with pytest.raises(LockedOutError) as caught:
        store.session("anna", password=GOOD)
    assert caught.value.fields["minutes"] == 15
    assert refreshed(admin, user).locked_until_us
    assert "login.locked" in acts(admin)
    admin.people.unlock(user.id)
    assert store.session("anna", password=GOOD).people.me.login == "anna"
    assert "login.unlocked" in acts(admin)


def test_a_ticket_makes_another_process_the_same_user_until_the_password_changes(
    admin: Session, store: Store
) -> None:
    assert admin.people.ticket() == ""
    anna = add(admin, "anna", "supervisor", teams=("Sales",))
    admin.people.set_password(anna.id, GOOD, must_change=False)
    ticket = store.session("anna", password=GOOD).people.ticket()
    assert GOOD not in ticket
    assert store.session(ticket=ticket).people.me == refreshed(admin, anna)
    for wrong in (ticket[:-1] + "0", "9" + ticket, ticket.replace(".", ".9", 1), "x", "1.2.3"):
        if wrong != ticket:
            with pytest.raises(LoginRefusedError):
                store.session(ticket=wrong)
    admin.people.change_user(anna.id, UserChange(disabled=True))
    with pytest.raises(LoginRefusedError):
        store.session(ticket=ticket)
    admin.people.change_user(anna.id, UserChange(disabled=False))
    assert store.session(ticket=ticket).people.me.login == "anna"
    # Nor does it let in whoever was signed out where it was given.
    for place in admin.people.sign_ins():
        if place.login == "anna":
            admin.people.sign_out(place.number)
    with pytest.raises(LoginRefusedError):
        store.session(ticket=ticket)
    ticket = store.session("anna", password=GOOD).people.ticket()
    assert store.session(ticket=ticket).people.me.login == "anna"
    admin.people.set_password(anna.id, OTHER, must_change=False)
    with pytest.raises(LoginRefusedError):
        store.session(ticket=ticket)
    assert acts(admin).count("login.failed") >= 5


def test_who_must_change_the_password_is_told_so_whatever_they_try(
    admin: Session, store: Store
) -> None:
    anna = add(admin, "anna", "administrator")
    admin.people.set_password(anna.id, GOOD)
    session = store.session("anna", password=GOOD)
    with pytest.raises(PasswordChangeNeededError):
        session.people.users()
    with pytest.raises(PasswordChangeNeededError):
        session.centre.change(SettingsChange(name="Mine"))
    assert session.interactions.count(Search()).n == 0


def test_a_password_that_has_to_be_changed_limits_the_session_that_is_open(
    admin: Session, store: Store
) -> None:
    admin.intake.put([make_incoming(1)])
    user = add(admin, "anna", "manager")
    session = store.session("anna")
    admin.people.set_password(user.id, GOOD)
    with pytest.raises(SignedOutError):
        session.interactions.count(Search())
    store.session("anna", password=GOOD)
    assert session.interactions.count(Search()).n == 0
    with pytest.raises(PasswordInvalidError):
        session.people.change_password(GOOD, GOOD)
    assert session.interactions.count(Search()).n == 0
    session.people.change_password(GOOD, OTHER)
    assert session.interactions.count(Search()).n == 1


def test_tries_are_told_and_lock_whoever_they_are_for(admin: Session, store: Store) -> None:
    user = add(admin, "anna", "manager")
    admin.people.set_password(user.id, GOOD, must_change=False)
    session = store.session("anna", password=GOOD)

    def tried(login: str) -> list[str]:
        told = []
        for _ in range(MAX_FAILURES + 2):
            with pytest.raises((LoginRefusedError, LockedOutError)) as caught:
                store.session(login, password=OTHER)
            told.append(f"{caught.value.code} {caught.value.fields.get('minutes')}")
        return told

    known, unknown = tried("anna"), tried("Nobody")
    assert known == unknown
    assert known[-1] == "access.locked_out 15"
    assert acts(admin).count("login.failed") == 2 * (MAX_FAILURES + 2)
    assert acts(admin).count("login.locked") == 2
    with pytest.raises(LockedOutError):
        store.session("nobody", password=OTHER)
    # What is wrong while changing one's password counts as well.
    with pytest.raises(LockedOutError):
        session.people.change_password(GOOD, OTHER)
    admin.people.unlock(user.id)
    for _ in range(MAX_FAILURES):
        with pytest.raises(LoginRefusedError):
            session.people.change_password(OTHER, GOOD)
    with pytest.raises(LockedOutError):
        session.people.change_password(GOOD, OTHER)


@pytest.mark.parametrize("password", [GOOD, OTHER])
@pytest.mark.parametrize("login", ["anna", "Nobody"])
def test_tries_at_the_same_time_do_not_pass_the_lock(
    admin: Session, store: Store, monkeypatch: pytest.MonkeyPatch, login: str, password: str
) -> None:
    """What is still being looked at when the login is locked is not answered, right or wrong."""
    user = add(admin, "anna", "manager")
    admin.people.set_password(user.id, GOOD, must_change=False)
    session = store.session("anna", password=GOOD)
    real = local_login.password_matches

    def meanwhile(given: str, kept: str) -> bool:
        monkeypatch.setattr(local_login, "password_matches", real)
        for _ in range(MAX_FAILURES):
            with pytest.raises(LoginRefusedError):
                store.session(login, password=OTHER)
        return real(given, kept)

    monkeypatch.setattr(local_login, "password_matches", meanwhile)
    with pytest.raises(LockedOutError):
        store.session(login, password=password)
    with pytest.raises(LockedOutError):
        store.session(login, password=GOOD)
    admin.people.unlock(user.id)

    def too(given: str, kept: str) -> bool:
        monkeypatch.setattr(local_people, "password_matches", real)
        for _ in range(MAX_FAILURES):
            with pytest.raises(LoginRefusedError):
                session.people.change_password(OTHER, OTHER + OTHER)
        return real(given, kept)

    monkeypatch.setattr(local_people, "password_matches", too)
    with pytest.raises(LockedOutError):
        session.people.change_password(password, OTHER + "!")
    admin.people.unlock(user.id)
    assert store.session("anna", password=GOOD).people.me.login == "anna"


def test_a_password_given_while_the_one_before_is_looked_at_counts(
    admin: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who knows the one before neither logs in by it any more nor puts another in its place."""
    user = add(admin, "anna", "manager")
    admin.people.set_password(user.id, GOOD, must_change=False)
    session = store.session("anna", password=GOOD)
    matches = local_login.password_matches

    def meanwhile(given: str, kept: str) -> bool:
        for module in (local_login, local_people):
            monkeypatch.setattr(module, "password_matches", matches)
        admin.people.set_password(user.id, OTHER, must_change=False)
        return matches(given, kept)

    monkeypatch.setattr(local_login, "password_matches", meanwhile)
    with pytest.raises(LoginRefusedError):
        store.session("anna", password=GOOD)
    assert acts(admin)[-1] == "login.failed"
    session = store.session("anna", password=OTHER)
    admin.people.set_password(user.id, GOOD, must_change=False)
    session = store.session("anna", password=GOOD)
    monkeypatch.setattr(local_people, "password_matches", meanwhile)
    with pytest.raises(LoginRefusedError):
        session.people.change_password(GOOD, GOOD + GOOD)
    assert store.session("anna", password=OTHER).people.me.login == "anna"


def test_nobody_gives_a_password_to_who_may_more_by_the_time_it_is_kept(
    admin: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    role, _ = admin.people.add_role("Clerk", [Privilege.ADMIN_USERS])
    add(admin, "clerk", role.key)
    user = add(admin, "anna", role.key)
    clerk = store.session("clerk")
    hashed = local_people.hash_password

    def meanwhile(password: str) -> str:
        monkeypatch.setattr(local_people, "hash_password", hashed)
        admin.people.change_user(user.id, UserChange(roles=("administrator",)))
        return hashed(password)

    monkeypatch.setattr(local_people, "hash_password", meanwhile)
    with pytest.raises(RefusedError):
        clerk.people.set_password(user.id, GOOD, must_change=False)
    assert not refreshed(admin, user).has_password
