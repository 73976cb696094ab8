"""Where users are signed in, and signing them out, in every store."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import NotFoundError, SignedOutError
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.search import Search
from reviewer.storage.catalogue import sign_ins
from reviewer.storage.local import LocalStore
from reviewer.storage.local.clock import now_us
from tests.helpers.stores import ADMIN, make_incoming

if TYPE_CHECKING:
    from reviewer.models.access import SignIn
    from reviewer.storage.store import Session, Store
    from tests.conformance.conftest import StoreFactory


def of(session: Session, login: str) -> list[SignIn]:
    return [place for place in session.people.sign_ins() if place.login == login]


@pytest.fixture
def agent(admin: Session, store: Store) -> Session:
    admin.people.add_user("anna", "Anna", ["agent"])
    return store.session("anna", origin="window")


def test_sessions_of_one_program_are_one_place(agent: Session, admin: Session, store) -> None:
    (place,) = of(admin, "anna")
    assert place.origin.startswith("window")
    store.session("anna")
    assert of(admin, "anna") == [place]
    (mine,) = of(admin, ADMIN)
    assert (mine.is_here, place.is_here) == (True, False)


def test_one_sees_and_signs_out_oneself_only(agent: Session, admin: Session) -> None:
    (mine,) = agent.people.sign_ins()
    assert (mine.login, mine.is_here) == ("anna", True)
    (other,) = of(admin, ADMIN)
    for number in (other.number, 10**9):
        with pytest.raises(NotFoundError):
            agent.people.sign_out(number)
    agent.people.sign_out(mine.number)
    with pytest.raises(SignedOutError):
        agent.interactions.count(Search())


def test_who_is_signed_out_does_nothing_until_they_log_in_again(
    agent: Session, admin: Session, store: Store
) -> None:
    (place,) = of(admin, "anna")
    admin.people.sign_out(place.number)
    assert of(admin, "anna") == []
    for _ in range(2):
        with pytest.raises(SignedOutError):
            agent.interactions.search(Search())
    (entry,) = admin.audit.entries(AuditQuery(acts=(Act.SIGNED_OUT.value,)))
    assert (entry.login, entry.detail["user"]) == (ADMIN, "anna")
    store.session("anna")
    assert agent.interactions.search(Search()) == ()


def test_what_was_signed_out_is_not_let_in_by_who_comes_after(
    agent: Session, admin: Session, store: Store, store_factory: StoreFactory
) -> None:
    """Also where numbers of rows are given out again."""
    numbers = {of(admin, "anna")[0].number}
    admin.people.sign_out(of(admin, "anna")[0].number)
    admin.people.add_user("vera", "Vera", ["agent"])
    store.session("vera")
    numbers.add(of(admin, "vera")[0].number)
    assert len(numbers) == 2
    with pytest.raises(SignedOutError):
        agent.interactions.search(Search())


def test_another_password_signs_out_everywhere_else(
    agent: Session, admin: Session, store: Store
) -> None:
    admin.people.set_password(agent.people.me.id, "correct horse battery", must_change=False)
    with pytest.raises(SignedOutError):
        agent.interactions.search(Search())
    again = store.session("anna", password="correct horse battery")
    again.people.change_password("correct horse battery", "staple of another kind")
    assert again.interactions.search(Search()) == ()


def test_what_is_done_is_noted_as_use_and_closing_signs_out(
    store_factory: StoreFactory, store: Store, admin: Session
) -> None:
    admin.people.add_user("anna", "Anna", ["administrator"])
    anna = store.session("anna")
    before = of(admin, "anna")[0]
    landed, _ = anna.intake.put([make_incoming(1)])
    assert landed[0].interaction_id is not None
    anna.interactions.get_by_id(landed[0].interaction_id)
    assert of(admin, "anna")[0].seen_us > before.seen_us
    again = store_factory.reopen(store)
    assert [place.is_here for place in again.session(ADMIN).people.sign_ins()] == [True]


def test_programs_that_did_not_come_to_sign_out_are_signed_out_by_who_comes_next(
    agent: Session, admin: Session, store: Store
) -> None:
    """Killed ones of this machine, and those that nothing was heard of for a month."""
    assert isinstance(store, LocalStore)
    anna = next(user.id for user in admin.people.users() if user.login == "anna")
    here, now = agent.people.sign_ins()[0].origin, now_us()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    day_us = 24 * 3_600_000_000
    there = {
        1001: (here, ended.pid, now),
        1002: (here, os.getppid(), now),
        1003: ("window@elsewhere", ended.pid, now - 29 * day_us),
        1004: ("window@elsewhere", ended.pid, now - 31 * day_us),
    }
    with store._core.database.write() as connection:
        for number, (origin, process, seen_us) in there.items():
            sign_ins.enter(connection, number, anna, origin, process, seen_us)
    admin.people.add_user("vera", "Vera", ["agent"])
    store.session("vera")
    left = {place.number for place in admin.people.sign_ins()}
    assert left.intersection(there) == {1002, 1003}
