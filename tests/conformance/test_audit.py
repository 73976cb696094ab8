"""The audit log, in every store: what is entered, who may read it, whether it is whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    AccessWithdrawnError,
    NotFoundError,
    RefusedError,
    UnknownUserError,
    UsageError,
)
from reviewer.models.access import Privilege, UserChange
from reviewer.models.audit import Act, AuditQuery, Purpose
from reviewer.models.criteria.line import parse_line
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from tests.helpers.stores import ADMIN, make_giid, make_incoming

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store


@pytest.fixture
def world(admin: Session) -> Session:
    admin.intake.put([make_incoming(1), make_incoming(2, from_address="+7 912 000-11-22")])
    admin.people.add_user("anna", "Anna", ["supervisor"], teams=["Sales"])
    admin.people.add_user("teamless", "None", ["supervisor"])
    return admin


def acts(session: Session, **query: object) -> list[str]:
    """Return the acts in the log, oldest first, without those of looking at it."""
    entries = session.audit.entries(AuditQuery(**query), limit=1000)  # type: ignore[arg-type]
    own = (Act.LOG_VIEWED.value, Act.LOG_BEGUN.value)
    return [entry.act for entry in reversed(entries) if entry.act not in own]


def test_a_log_begins_with_the_store_and_tells_what_was_done(world: Session) -> None:
    first = world.interactions.get(make_giid(1))
    world.content.open(first.id, first.recordings[0]).close()
    world.evaluations.save(first.id, 1, [CategoryScore("Greeting", 7)], "note")
    world.evaluations.rename_categories(["One"])
    assert acts(world) == [
        "login",
        "imported",
        "user.added",
        "user.added",
        "opened",
        "played",
        "evaluated",
        "categories.changed",
    ]
    by_number = world.audit.entries(AuditQuery(), limit=1000)
    assert by_number[-1].act == "log.begun"
    assert [entry.number for entry in reversed(by_number)] == list(range(1, len(by_number) + 1))
    evaluated = world.audit.entries(AuditQuery(acts=("evaluated",)))[0]
    assert (evaluated.login, evaluated.giid, dict(evaluated.detail)) == (
        ADMIN,
        make_giid(1),
        {"segment": 1, "version": 1},
    )


def test_a_search_is_entered_by_its_criteria_not_by_what_was_asked(world: Session) -> None:
    search = Search(parse_line("from:~9120001122 secret"))
    world.interactions.search(search)
    world.interactions.ids(search)
    world.interactions.count(search)
    found = world.audit.entries(AuditQuery(acts=("searched",)))
    assert [dict(entry.detail) for entry in found] == [{"criteria": ["from", "text"]}]
    world.interactions.search(Search())
    assert len(world.audit.entries(AuditQuery(acts=("searched",)))) == 2
    # What a field is called was typed as well.
    world.interactions.search(Search(parse_line("custom.79120001122:x")))
    newest, *_ = world.audit.entries(AuditQuery(acts=("searched",)))
    assert dict(newest.detail) == {"criteria": ["custom"]}


def test_reading_is_told_by_its_purpose_and_once(world: Session) -> None:
    first = world.interactions.get(make_giid(1), purpose=Purpose.PREPARE)
    recording = first.recordings[0]
    world.content.open(first.id, recording, purpose=Purpose.PREPARE).close()
    assert acts(world, interaction_id=first.id) == ["prepared"]
    world.interactions.get_by_id(first.id)
    world.interactions.get_by_id(first.id)
    # What is open already is prepared for nothing new.
    world.content.open(first.id, recording, purpose=Purpose.PREPARE).close()
    for purpose in (Purpose.PLAY, Purpose.EXPORT, Purpose.DOWNLOAD):
        for _ in range(2):
            world.content.open(first.id, recording, purpose=purpose).close()
    assert acts(world, interaction_id=first.id) == [
        "prepared",
        "opened",
        "played",
        "exported",
        "downloaded",
    ]


def test_what_is_refused_or_unknown_is_not_told_as_done(world: Session) -> None:
    anna = world.store.session("teamless")
    hidden = world.interactions.get(make_giid(1))
    before = len(acts(world, logins=("teamless",)))
    for call in (
        lambda: anna.interactions.get(make_giid(1)),
        lambda: anna.content.open(hidden.id, hidden.recordings[0]),
        lambda: anna.audit.report(Act.PLAYED, hidden.id),
        lambda: anna.audit.history(hidden.id),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert len(acts(world, logins=("teamless",))) == before


def test_of_what_is_hidden_the_log_is_as_of_what_is_not_there(world: Session) -> None:
    role, _ = world.people.add_role("Looks", {Privilege.AUDIT_VIEW, Privilege.LISTEN_OWN})
    world.people.add_user("looker", "L", [role.key])
    looker = world.store.session("looker")
    hidden = world.interactions.get(make_giid(1)).id
    query = AuditQuery(interaction_id=hidden)
    assert world.audit.entries(query)
    assert (looker.audit.entries(query), looker.audit.count(query)) == ((), 0)


def test_logging_in_and_failing_to(world: Session) -> None:
    world.store.session("anna", origin="window")
    entry = world.audit.entries(AuditQuery(logins=("anna",)))[0]
    assert entry.act == "login"
    assert entry.origin.startswith("window")
    with pytest.raises(UnknownUserError):
        world.store.session("stranger")
    entry = world.audit.entries(AuditQuery(acts=("login.failed",)))[0]
    assert entry.login == "stranger"


def test_what_only_the_users_side_knows_is_reported(world: Session) -> None:
    first = world.interactions.find(make_giid(1))
    world.audit.report(Act.LINK_COPIED, first)
    world.audit.report(Act.EXPORTED, detail={"rows": 2})
    assert acts(world)[-2:] == ["link.copied", "exported"]
    for told in ("+7 912 000-11-22", "Иванова", "x" * 41):
        for detail in ({"table": told}, {"contents": ["voice", told]}, {told: 1}):
            with pytest.raises(UsageError):
                world.audit.report(Act.EXPORTED, detail=detail)
    for act in (Act.DELETED, Act.LOGGED_IN, Act.USER_ADDED, Act.LOG_BEGUN):
        with pytest.raises(UsageError):
            world.audit.report(act)


def test_the_log_is_for_those_who_may_view_it(world: Session) -> None:
    anna = world.store.session("anna")
    first = world.interactions.find(make_giid(1))
    for call in (
        lambda: anna.audit.entries(AuditQuery()),
        lambda: anna.audit.count(AuditQuery()),
        lambda: anna.audit.history(first),
        anna.audit.export,
        anna.audit.anchor,
        anna.audit.verify,
    ):
        with pytest.raises(RefusedError):
            call()


def test_an_export_of_the_log_ends_for_who_may_see_it_no_more(world: Session) -> None:
    role, _ = world.people.add_role("Auditor", {Privilege.AUDIT_VIEW, Privilege.LISTEN_ALL})
    auditor, _ = world.people.add_user("auditor", "", [role.key])
    going_on = world.store.session("auditor").audit.export()
    next(going_on)
    world.people.change_user(auditor.id, UserChange(disabled=True))
    with pytest.raises(AccessWithdrawnError):
        list(going_on)
    world.people.change_user(auditor.id, UserChange(disabled=False))
    going_on = world.store.session("auditor").audit.export()
    next(going_on)
    world.people.change_role(role.key, {Privilege.LISTEN_ALL})
    with pytest.raises(RefusedError):
        list(going_on)


def test_history_pages_and_counts(world: Session) -> None:
    first = world.interactions.get(make_giid(1))
    assert [entry.act for entry in world.audit.history(first.id)] == ["opened"]
    everything = world.audit.entries(AuditQuery(), limit=1000)
    page = world.audit.entries(AuditQuery(before=everything[2].number), limit=2)
    assert page == everything[3:5]
    assert world.audit.count(AuditQuery(acts=("opened",))) == 1
    assert world.audit.count(AuditQuery(since_us=everything[0].at_us)) >= 1
    assert world.audit.count(AuditQuery(until_us=everything[-1].at_us)) == 0


def test_a_whole_log_verifies_also_after_reopening(world: Session, store: Store) -> None:
    anchor = world.audit.anchor()
    world.interactions.get(make_giid(2))
    found = world.audit.verify(anchor)
    assert found.holds
    assert found.entries == len(list(world.audit.export())) - 1
    again = store.session(ADMIN)
    assert again.audit.verify(anchor).holds


def test_nothing_of_a_customer_is_in_the_log(world: Session) -> None:
    first = world.interactions.get(make_giid(2))
    world.interactions.search(Search(parse_line('from:79120001122 "планы на лето"')))
    world.evaluations.save(first.id, 1, [CategoryScore("Greeting", 7)], "secret note")
    told = str(list(world.audit.export()))
    for word in ("7912000", "912 000", "планы", "secret note"):
        assert word not in told


def test_an_exact_count_is_a_search_and_paging_views_the_log(world: Session) -> None:
    world.interactions.count(Search(parse_line("from:1")), cap=None)
    assert acts(world)[-1] == "searched"
    last = world.store.session(ADMIN)
    last.audit.entries(AuditQuery(before=2))
    assert world.audit.count(AuditQuery(acts=("log.viewed",))) == 2


def test_changes_of_a_shared_set_are_told(world: Session) -> None:
    entry, _ = world.sets.add("mine", None, Search().criteria)
    world.sets.rename(entry.id, "still mine")
    world.sets.share(entry.id, shared=True)
    world.sets.rename(entry.id, "ours")
    world.sets.overwrite(entry.id, None, parse_line("from:1"))
    assert acts(world)[-3:] == ["set.shared", "set.changed", "set.changed"]


def test_what_content_is_opened_for_takes_its_privilege(world: Session) -> None:
    anna = world.store.session("anna")
    kept = anna.interactions.get(make_giid(1))
    before = world.audit.count(AuditQuery())
    for purpose in (Purpose.EXPORT, Purpose.CLIP):
        for call in (
            lambda p: anna.content.open(kept.id, kept.recordings[0], purpose=p),
            lambda p: anna.interactions.get(kept.giid, purpose=p),
            lambda p: anna.interactions.get_by_id(kept.id, purpose=p),
        ):
            with pytest.raises(RefusedError):
                call(purpose)
    assert world.audit.count(AuditQuery()) == before
    anna.content.open(kept.id, kept.recordings[0], purpose=Purpose.DOWNLOAD).close()


def test_what_was_done_with_a_call_that_another_took_in_is_told(admin: Session) -> None:
    """It is not there any more, and was hidden from those who see everything as well."""
    admin.intake.put([make_incoming(1), make_incoming(2)])
    admin.interactions.get(make_giid(2))
    admin.intake.put([replace(make_incoming(1, to_address="77"), also=(make_giid(2),))])
    # Who knows its name, of a link for one, is led to what it is a part of.
    assert admin.interactions.find(make_giid(2)) == admin.interactions.find(make_giid(1))
    told = [entry for entry in admin.audit.export() if entry.act == Act.OPENED]
    shown = admin.audit.entries(AuditQuery(acts=(Act.OPENED.value,)))
    for entries in (told, shown):
        assert [(entry.giid, entry.hidden) for entry in entries] == [(make_giid(2), False)]
    (taken,) = admin.audit.entries(AuditQuery(acts=(Act.TAKEN_IN.value,)))
    assert (taken.giid, taken.detail) == (make_giid(1), {"was": make_giid(2)})
