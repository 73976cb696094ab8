"""What needs a second person: asked for by one, decided by another, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    DependentError,
    MoreLostError,
    NotFoundError,
    OtherHoldError,
    OtherRulesError,
    OwnRequestError,
    ReasonMissingError,
    RefusedError,
    SecondPersonError,
    UsageError,
)
from reviewer.models.access import Privilege, UserChange
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.certificate import certificate_text, read_certificate
from reviewer.models.erasure import RetentionRule, Shared, What
from reviewer.models.interaction import Agent
from reviewer.models.recording import RecordingState
from reviewer.models.requests import LAPSE_US, SWITCHED, Guarded
from reviewer.models.settings import SettingsChange
from reviewer.storage.catalogue import schema
from reviewer.storage.local import erasing_run
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_recording,
    make_segment,
    make_wav,
)

if TYPE_CHECKING:
    from reviewer.models.interaction import Interaction
    from reviewer.models.requests import Request
    from reviewer.storage.store import Incoming, Session, Store

HOUR = 3_600_000_000
OLGA = "olga"
WHY = "контракт закончился"


def call(number: int, team: str = "Sales", seconds: float = 0.1) -> Incoming:
    start = STARTED_US + number * HOUR
    return make_incoming(
        number,
        started_us=start,
        recordings=(make_recording(start, seconds, source_name=f"{number}.wav"),),
        content={0: make_wav(seconds, seed=number)},
        segments=(make_segment(started_us=start, agent=Agent(f"a{number}", "A", "B", team)),),
    )


def get(session: Session, number: int) -> Interaction:
    return session.interactions.get(make_giid(number))


def ids(session: Session, *numbers: int) -> list[int]:
    return [session.interactions.find(make_giid(number)) for number in numbers]


def gone(session: Session, *numbers: int) -> list[bool]:
    states = [get(session, number).recordings[0].state for number in numbers]
    return [state is RecordingState.DELETED for state in states]


@pytest.fixture
def guarded(admin: Session, store: Store) -> Session:
    """Three calls, everything guarded: who asks, and others with the same privileges or fewer."""
    admin.intake.put([call(1), call(2), call(3, "Claims")])
    powers = {Guarded.BULK_DELETION.takes, Guarded.LIFTING_HOLD.takes, Privilege.AUDIT_VIEW}
    for login, listen in (("boris", Privilege.LISTEN_ALL), ("vera", Privilege.LISTEN_TEAMS)):
        role, _ = admin.people.add_role(login, powers | {listen})
        admin.people.add_user(login, login, [role.key], teams=["Sales"])
    admin.people.add_user("anna", "Anna", ["manager"])
    admin.people.add_user(OLGA, "Olga", ["administrator"])
    admin.centre.change(SettingsChange(second_person=frozenset(Guarded)))
    return store.session(OLGA)


def ask(session: Session, *numbers: int, **more: object) -> Request:
    more = {"shared": Shared.CUT} | more
    found = ids(session, *numbers)
    return session.requests.ask_erase(found, [What.VOICE], WHY, **more)[0]


def unguarded(session: Session, store: Store) -> None:
    request, _ = session.requests.ask_fewer(SWITCHED, "only one of us is here")
    store.session(ADMIN).requests.approve(request.number)


# --- what cannot be done alone -------------------------------------------------------------------


def test_nobody_deletes_many_lifts_or_destroys_keys_alone(guarded: Session) -> None:
    many = ids(guarded, 1, 2)
    with pytest.raises(SecondPersonError):
        guarded.erasure.erase(many, [What.VOICE], WHY, shared=Shared.CUT)
    guarded.keeping.hold(many, "court")
    with pytest.raises(SecondPersonError):
        guarded.keeping.lift(many[:1], "closed")
    assert gone(guarded, 1, 2) == [False, False]
    assert len(guarded.keeping.holds()) == 2
    # One alone needs nobody.
    guarded.erasure.erase(ids(guarded, 3), [What.VOICE], WHY, shared=Shared.CUT)
    assert gone(guarded, 3) == [True]


def test_only_who_grants_privileges_says_what_needs_two(guarded: Session, store: Store) -> None:
    role, _ = guarded.people.add_role("settings", {Privilege.ADMIN_SETTINGS})
    guarded.people.add_user("sofia", "S", [role.key])
    sofia = store.session("sofia")
    with pytest.raises(RefusedError):
        sofia.centre.change(SettingsChange(second_person=frozenset()))
    sofia.centre.change(SettingsChange(lock_minutes=7))
    assert sofia.centre.settings().second_person == SWITCHED
    entries = guarded.audit.entries(AuditQuery(acts=("settings.changed",)))
    assert entries[-1].detail["changed"] == ["second_person"]


def test_two_are_needed_for_less_to_need_two(
    admin: Session, guarded: Session, store: Store
) -> None:
    """Nobody who grants privileges and changes settings does it alone, bit by bit or by more."""
    for fewer in (frozenset(), SWITCHED - {Guarded.BULK_DELETION}):
        with pytest.raises(SecondPersonError):
            guarded.centre.change(SettingsChange(second_person=fewer))
    lifting = [Guarded.LIFTING_HOLD]
    request, _ = guarded.requests.ask_fewer(lifting, "one of us is ill")
    assert request.fewer == tuple(lifting)
    with pytest.raises(OwnRequestError):
        guarded.requests.approve(request.number)
    with pytest.raises(NotFoundError):
        store.session("boris").requests.approve(request.number)
    assert guarded.centre.settings().second_person == SWITCHED
    (seen,) = admin.requests.pending()
    assert (seen.kind, seen.fewer) == (Guarded.FEWER_GUARDS, tuple(lifting))
    admin.requests.approve(request.number)
    assert guarded.centre.settings().second_person == SWITCHED - set(lifting)
    entry = admin.audit.entries(AuditQuery(acts=("settings.changed",)))[0]
    assert (entry.detail["asked_by"], entry.detail["approved_by"]) == (OLGA, ADMIN)
    with pytest.raises(UsageError):
        guarded.requests.ask_fewer(lifting, "again")
    # More is anybody's to ask of themselves.
    guarded.centre.change(SettingsChange(second_person=SWITCHED))


def test_no_rule_deletes_sooner_while_bulk_deletion_needs_two(
    guarded: Session, store: Store
) -> None:
    month = RetentionRule("", What.VOICE, 30)
    cards = RetentionRule("Cards", What.VOICE, 400)
    unguarded(guarded, store)
    guarded.keeping.set_rules([month, cards])
    guarded.centre.change(SettingsChange(second_person=SWITCHED))
    for rules in (
        [RetentionRule("", What.VOICE, 29), cards],
        [month, RetentionRule("Cards", What.VOICE, 399)],
        [month],
        # Another service, which says nothing of this one.
        [month, RetentionRule("Cards", What.VOICE, 1), RetentionRule("cards", What.VOICE, 0)],
        [month, cards, RetentionRule("Loans", What.VOICE, 1)],
        [month, cards, RetentionRule("", What.CHAT, 36_500)],
    ):
        with pytest.raises(SecondPersonError):
            guarded.keeping.set_rules(rules)
    assert set(guarded.keeping.rules()) == {month, cards}
    # Keeping longer, or for ever, takes nobody.
    guarded.keeping.set_rules([RetentionRule("", What.VOICE, 31), cards])
    guarded.keeping.set_rules([RetentionRule("", What.VOICE, 0)])
    guarded.keeping.set_rules([])
    assert guarded.keeping.rules() == ()


def test_rules_that_delete_sooner_are_asked_for_and_kept_when_another_agrees(
    guarded: Session, store: Store
) -> None:
    week, month = RetentionRule("", What.VOICE, 7), RetentionRule("", What.VOICE, 30)
    cards = RetentionRule("Cards", What.CHAT, 400)
    first, _ = guarded.requests.ask_retention([month, cards], WHY)
    second, _ = guarded.requests.ask_retention([week], WHY)
    assert guarded.keeping.rules() == ()
    with pytest.raises(OwnRequestError):
        guarded.requests.approve(first.number)
    # Who has not the privilege does not know of it.
    assert store.session("boris").requests.pending() == ()
    admin = store.session(ADMIN)
    (waits, _) = admin.requests.pending()
    assert (waits.kind, set(waits.rules)) == (Guarded.SHORTER_RETENTION, {month, cards})
    admin.requests.approve(first.number)
    assert set(admin.keeping.rules()) == {month, cards}
    # What was asked for in place of other rules than these has to be asked for anew.
    with pytest.raises(OtherRulesError):
        admin.requests.approve(second.number)
    assert set(admin.keeping.rules()) == {month, cards}
    (entry,) = admin.audit.entries(AuditQuery(acts=(Act.RETENTION_CHANGED.value,)))
    assert (entry.detail["asked_by"], entry.detail["approved_by"]) == (OLGA, ADMIN)
    with pytest.raises(UsageError):
        guarded.requests.ask_retention([month, cards], WHY)
    with pytest.raises(RefusedError):
        store.session("boris").requests.ask_retention([week], WHY)


def test_one_who_went_on_alone_is_stopped(
    guarded: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deletion of many that was begun before two were needed does not go on alone."""

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    unguarded(guarded, store)
    with monkeypatch.context() as patched:
        patched.setattr(erasing_run.Run, "_batch", cut)
        with pytest.raises(KeyboardInterrupt):
            guarded.erasure.erase(ids(guarded, 1, 2), [What.VOICE], WHY, shared=Shared.CUT)
    guarded.centre.change(SettingsChange(second_person=frozenset(Guarded)))
    (job,) = guarded.erasure.unfinished()
    with pytest.raises(SecondPersonError):
        guarded.erasure.resume(job)
    assert gone(guarded, 1, 2) == [False, False]


# --- deletions -----------------------------------------------------------------------------------


def test_another_agrees_and_both_are_named(guarded: Session, store: Store) -> None:
    request = ask(guarded, 1, 2)
    assert (request.by, request.total, request.mine) == (OLGA, 2, True)
    assert (request.losses[What.VOICE].interactions, request.losses[What.VOICE].files) == (2, 2)
    boris = store.session("boris")
    (seen,) = boris.requests.pending()
    assert (seen.number, seen.reason, seen.mine, seen.losses) == (
        request.number, WHY, False, request.losses,
    )  # fmt: skip
    assert sorted(boris.requests.items(request.number)) == sorted(ids(guarded, 1, 2))
    with pytest.raises(OwnRequestError):
        guarded.requests.approve(request.number)
    assert gone(guarded, 1, 2) == [False, False]
    erased, changes = boris.requests.approve(request.number)
    assert set(erased.interactions) == {make_giid(1), make_giid(2)}
    assert changes.recordings_of == set(ids(guarded, 1, 2))
    assert gone(guarded, 1, 2) == [True, True]
    stone = get(guarded, 1).tombstones[0]
    assert (stone.by, stone.approved_by, stone.reason) == (OLGA, "boris", WHY)
    for session in (guarded, boris):
        assert session.requests.pending() == ()
        assert session.erasure.unfinished() == ()
    with pytest.raises(NotFoundError):
        boris.requests.approve(request.number)
    entries = guarded.audit.entries(AuditQuery(acts=("deleted",)))
    assert {(e.login, e.detail["asked_by"], e.detail["approved_by"]) for e in entries} == {
        ("boris", OLGA, "boris")
    }
    acts = [(entry.act, entry.login) for entry in guarded.audit.entries(AuditQuery())]
    assert ("request.made", OLGA) in acts
    assert ("request.approved", "boris") in acts


def test_a_certificate_names_both_and_verifies(guarded: Session, store: Store) -> None:
    store.session("boris").requests.approve(ask(guarded, 1, 2).number)
    guarded.erasure.erase(ids(guarded, 3), [What.VOICE], "alone", shared=Shared.CUT)
    certificate = guarded.erasure.certificate(ids(guarded, 1, 2, 3))
    assert [(item.by, item.approved_by) for item in certificate.items] == [
        (OLGA, "boris"), (OLGA, "boris"), (OLGA, ""),
    ]  # fmt: skip
    text = certificate_text(certificate)
    assert text.count("approved_by") == 2
    assert guarded.erasure.verify_certificate(read_certificate(text.encode(), "c")) == ()


@pytest.mark.parametrize(
    ("column", "value"), [("by", "boris"), ("approved_by", "vera"), ("approved_by", "")]
)
def test_a_certificate_of_other_persons_does_not_verify(
    guarded: Session, store: Store, column: str, value: str
) -> None:
    store.session("boris").requests.approve(ask(guarded, 1, 2).number)
    with store._core.database.write() as connection:
        connection.execute(schema.tombstones.update().values({column: value}))
    certificate = guarded.erasure.certificate(ids(guarded, 1))
    assert guarded.erasure.verify_certificate(certificate)


def test_what_was_agreed_to_goes_on_after_a_cut(
    guarded: Session, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision and the beginning are one transaction: neither is there without the other."""

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    request = ask(guarded, 1, 2)
    boris = store.session("boris")
    with monkeypatch.context() as patched:
        patched.setattr(erasing_run.Run, "_batch", cut)
        with pytest.raises(KeyboardInterrupt):
            boris.requests.approve(request.number)
    assert guarded.requests.pending() == ()
    (job,) = guarded.erasure.unfinished()
    assert (job.by, job.approved_by, job.left) == (OLGA, "boris", 2)
    guarded.erasure.resume(job)
    assert gone(guarded, 1, 2) == [True, True]
    stone = get(guarded, 2).tombstones[0]
    assert (stone.by, stone.approved_by) == (OLGA, "boris")
    certificate = guarded.erasure.certificate(ids(guarded, 1, 2))
    assert guarded.erasure.verify_certificate(certificate) == ()


def test_more_than_was_asked_for_is_refused(guarded: Session, store: Store) -> None:
    guarded.keeping.hold(ids(guarded, 2), "court")
    request = ask(guarded, 1, 2)
    assert request.losses[What.VOICE].interactions == 1
    boris = store.session("boris")
    # The hold ends in the right way, and the second call would be lost as well.
    lift = guarded.requests.ask_lift(ids(guarded, 2), "closed")[0]
    boris.requests.approve(lift.number)
    with pytest.raises(MoreLostError):
        boris.requests.approve(request.number)
    assert gone(guarded, 1, 2) == [False, False]
    assert [one.number for one in boris.requests.pending()] == [request.number]
    assert guarded.erasure.unfinished() == ()
    # Less may go.
    other = ask(guarded, 1, 2)
    guarded.erasure.erase(ids(guarded, 1), [What.VOICE], "alone", shared=Shared.CUT)
    erased, _ = boris.requests.approve(other.number)
    assert list(erased.interactions) == [make_giid(2)]


def test_a_longer_recording_that_came_meanwhile_is_more(guarded: Session, store: Store) -> None:
    request = ask(guarded, 1, 2)
    guarded.intake.put([call(1, seconds=0.4)])
    with pytest.raises(MoreLostError):
        store.session("boris").requests.approve(request.number)


# --- who decides ---------------------------------------------------------------------------------


def test_who_does_not_see_all_of_it_does_not_know_of_it(guarded: Session, store: Store) -> None:
    request = ask(guarded, 1, 3)
    vera, anna = store.session("vera"), store.session("anna")
    for session in (vera, anna):
        assert session.requests.pending() == ()
    for act in ("approve", "refuse", "items"):
        with pytest.raises(NotFoundError):
            getattr(vera.requests, act)(request.number)
        with pytest.raises(RefusedError):
            getattr(anna.requests, act)(request.number)
    assert gone(guarded, 1, 3) == [False, False]
    mine = ask(vera, 1, 2)
    assert [one.number for one in vera.requests.pending()] == [mine.number]


def test_it_is_refused_or_taken_back(guarded: Session, store: Store) -> None:
    boris = store.session("boris")
    first, second = ask(guarded, 1, 2), ask(guarded, 1, 2)
    boris.requests.refuse(first.number, "not yet")
    guarded.requests.refuse(second.number)
    assert guarded.requests.pending() == ()
    with pytest.raises(NotFoundError):
        boris.requests.approve(first.number)
    entries = guarded.audit.entries(AuditQuery(acts=("request.refused",)))
    assert [entry.login for entry in entries] == [OLGA, "boris"]
    assert gone(guarded, 1, 2) == [False, False]


def test_it_lapses(guarded: Session, store: Store) -> None:
    request = ask(guarded, 1, 2)
    with store._core.database.write() as connection:
        table = schema.requests
        connection.execute(table.update().values(at_us=table.c.at_us - LAPSE_US))
    for session in (guarded, store.session("boris")):
        assert session.requests.pending() == ()
        with pytest.raises(NotFoundError):
            session.requests.approve(request.number)


def test_nothing_is_asked_for_nothing(guarded: Session) -> None:
    with pytest.raises(ReasonMissingError):
        guarded.requests.ask_erase(ids(guarded, 1, 2), [What.VOICE], " ", shared=Shared.CUT)
    with pytest.raises(UsageError):
        guarded.requests.ask_erase(ids(guarded, 1), [What.CHAT], WHY, shared=Shared.CUT)
    with pytest.raises(UsageError):
        guarded.requests.ask_lift(ids(guarded, 1), WHY)


# --- holds ---------------------------------------------------------------------------------------


def test_a_hold_is_lifted_by_two_and_both_are_named(guarded: Session, store: Store) -> None:
    guarded.keeping.hold(ids(guarded, 1), "court")
    request, _ = guarded.requests.ask_lift(ids(guarded, 1, 2), "closed")
    assert request.total == 1
    with pytest.raises(OwnRequestError):
        guarded.requests.approve(request.number)
    _, changes = store.session("boris").requests.approve(request.number)
    assert changes.interactions == set(ids(guarded, 1))
    assert guarded.keeping.holds() == ()
    (lifted,) = guarded.keeping.lifted()
    assert (lifted.lifted_by, lifted.approved_by, lifted.lifted_reason) == (
        OLGA, "boris", "closed",
    )  # fmt: skip
    (entry,) = guarded.audit.entries(AuditQuery(acts=("hold.lifted",)))
    assert (entry.detail["asked_by"], entry.detail["approved_by"]) == (OLGA, "boris")


def test_a_hold_set_anew_is_not_lifted_by_an_older_request(guarded: Session, store: Store) -> None:
    boris = store.session("boris")
    guarded.keeping.hold(ids(guarded, 1), "first case")
    first, _ = guarded.requests.ask_lift(ids(guarded, 1), "closed")
    stale, _ = guarded.requests.ask_lift(ids(guarded, 1), "closed")
    boris.requests.approve(first.number)
    boris.keeping.hold(ids(guarded, 1), "first case")
    with pytest.raises(OtherHoldError):
        boris.requests.approve(stale.number)
    (hold,) = guarded.keeping.holds()
    assert hold.by == "boris"


# --- who is a second person ----------------------------------------------------------------------


def test_nobody_agrees_by_an_account_that_the_asker_can_use(
    admin: Session, guarded: Session, store: Store
) -> None:
    """Neither made, reached by a password, given a role nor let in by them, nor of theirs."""
    request = ask(guarded, 1, 2)
    users = {user.login: user for user in admin.people.users()}
    roles = users["boris"].roles
    admin.people.add_user("newer", "N", roles)
    guarded.people.add_user("puppet", "P", ["administrator"])
    store.session("puppet").people.add_user("puppets.own", "P", roles)
    later = ask(guarded, 1, 2)
    for login in ("puppet", "puppets.own"):
        with pytest.raises(DependentError):
            store.session(login).requests.approve(later.number)
    with pytest.raises(DependentError):
        store.session("newer").requests.approve(request.number)
    guarded.people.change_user(users["vera"].id, UserChange(roles=roles))
    with pytest.raises(DependentError):
        store.session("vera").requests.approve(request.number)
    guarded.people.set_password(users["boris"].id, "correct horse battery", must_change=False)
    boris = store.session("boris", password="correct horse battery")
    with pytest.raises(DependentError):
        boris.requests.approve(request.number)
    assert gone(guarded, 1, 2) == [False, False]
    # They may refuse, and who is apart may agree.
    boris.requests.refuse(later.number)
    store.session("newer").requests.approve(ask(guarded, 1, 2).number)
    assert gone(guarded, 1, 2) == [True, True]


def test_a_request_lapses_with_what_its_asker_may(
    admin: Session, guarded: Session, store: Store
) -> None:
    boris = store.session("boris")
    (olga,) = (user for user in admin.people.users() if user.login == OLGA)
    number = ask(guarded, 1, 2).number
    # Disabled, without the privilege, without seeing all of it.
    for change in (
        UserChange(disabled=True),
        UserChange(disabled=False, roles=("manager",)),
        UserChange(roles=("vera",)),
    ):
        admin.people.change_user(olga.id, change)
        assert boris.requests.pending() == ()
        with pytest.raises(NotFoundError):
            boris.requests.approve(number)
    assert gone(admin, 1, 2) == [False, False]
    admin.people.change_user(olga.id, UserChange(roles=("administrator",)))
    assert [one.number for one in boris.requests.pending()] == [number]
