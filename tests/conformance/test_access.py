"""Who sees what, in every store: what one may not see does not exist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    NotFoundError,
    RefusedError,
    RestrictedCriterionError,
    UnknownUserError,
    UsageError,
)
from reviewer.models.access import Privilege
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Agent, Channel, Tombstone
from reviewer.models.recording import RecordingKind
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search, SortKey
from tests.helpers.stores import ADMIN, STARTED_US, make_giid, make_incoming, make_segment

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store

EVERYTHING = Search()
IVANOVA = Agent("ivanova", "Анна", "Иванова", team="Sales")
PETROV = Agent("petrov", "Пётр", "Петров", team="Claims")
SIDOROV = Agent("sidorov", team="")


@pytest.fixture
def world(admin: Session) -> Session:
    """Six interactions of three agents, and users who may see different ones.

    1 ivanova, 2 petrov, 3 ivanova then petrov, 4 sidorov, 5 nobody, 6 ivanova (chat, Claims)
    """
    claims = {"service": "Claims"}
    admin.intake.put(
        [
            make_incoming(1, segments=(make_segment(agent=IVANOVA),), custom=(("Region", "1"),)),
            make_incoming(2, segments=(make_segment(agent=PETROV, **claims),), tags=("two",)),
            make_incoming(
                3,
                segments=(make_segment(1, agent=IVANOVA), make_segment(2, agent=PETROV, **claims)),
            ),
            make_incoming(
                4,
                segments=(make_segment(agent=SIDOROV, service="Other", disposition="Secret"),),
                custom=(("Hidden", "4"),),
                from_address="+7 999",
                tombstones=(Tombstone(RecordingKind.SCREEN, WallUs(STARTED_US), "x", "Secret"),),
            ),
            make_incoming(5, segments=(make_segment(agent=None, service=""),)),
            make_incoming(
                6, channel=Channel.CHAT, segments=(make_segment(agent=IVANOVA, **claims),)
            ),
        ]
    )
    people = admin.people
    people.add_user("everything", "All", ["manager"])
    people.add_user("sales", "Sales", ["supervisor"], teams=["Sales"])
    people.add_user("both", "Both", ["supervisor"], teams=["Sales", "Claims"])
    people.add_user("teamless", "None", ["supervisor"])
    people.add_user("client", "Client", ["customer"], services=["Claims"])
    people.add_user("Ivanova", "Анна", ["agent"])
    people.add_user("robot", "Robot", ["api"])
    people.add_user("nobody", "Nobody", [])
    people.add_user("mixed", "Mixed", ["agent", "customer"], services=["Other"])
    return admin


SEEN = {
    ADMIN: {1, 2, 3, 4, 5, 6},
    "everything": {1, 2, 3, 4, 5, 6},
    "sales": {1, 3, 6},
    "both": {1, 2, 3, 6},
    "teamless": set(),
    "client": {2, 3, 6},
    "ivanova": {1, 3, 6},
    "robot": set(),
    "nobody": set(),
    "mixed": {4},
}


@pytest.mark.parametrize("login", SEEN)
def test_everything_is_limited_to_what_the_user_may_see(world: Session, login: str) -> None:
    session = world.store.session(login)
    seen = {make_giid(n) for n in SEEN[login]}
    interactions = session.interactions
    assert {row.giid for row in interactions.search(EVERYTHING)} == seen
    ids = interactions.ids(EVERYTHING)
    assert len(ids) == len(seen)
    assert interactions.count(EVERYTHING).n == interactions.count(EVERYTHING, cap=None).n
    assert interactions.count(EVERYTHING).n == len(seen)
    chats = Search(channel=Channel.CHAT)
    assert interactions.count(chats).n == len(seen & {make_giid(6)})
    all_ids = world.interactions.ids(EVERYTHING)
    assert {row.giid for row in interactions.rows(all_ids)} == seen


@pytest.mark.parametrize("login", SEEN)
def test_forbidden_and_unknown_are_the_same(world: Session, login: str) -> None:
    session = world.store.session(login)
    for number in range(1, 8):
        giid = make_giid(number)
        if number in SEEN[login]:
            assert session.interactions.get(giid).giid == giid
            continue
        with pytest.raises(NotFoundError) as caught:
            session.interactions.get(giid)
        assert caught.value.fields == {"name": giid}
        if number == 7:
            continue
        hidden = world.interactions.get(giid)
        calls = (
            lambda h=hidden: session.interactions.get_by_id(h.id),
            lambda h=hidden: session.content.open(h.id, h.recordings[0]),
            lambda h=hidden: session.evaluations.of(h.id),
        )
        for call in calls:
            with pytest.raises(NotFoundError) as caught:
                call()
            assert caught.value.fields == {"name": str(hidden.id)}


def test_uses_of_names_are_counted_in_what_may_be_seen(world: Session) -> None:
    """Who keeps the lists of services and dispositions need not see the interactions."""
    people = world.people
    keeper, _ = people.add_role("Keeper", {Privilege.ADMIN_SETTINGS, Privilege.LISTEN_TEAMS})
    people.add_user("keeper", "Keeper", [keeper.key], teams=["Sales"])
    centre = world.store.session("keeper").centre
    assert {use.name: use.segments for use in centre.services()} == {
        "Support": 2, "Claims": 2, "Other": 0
    }  # fmt: skip
    assert {use.name: use.segments for use in centre.dispositions()} == {"Solved": 4, "Secret": 0}
    assert {use.name: use.segments for use in world.centre.services()}["Other"] == 1


def completions(session: Session, key: str) -> set[str]:
    return {completion.value for completion in session.interactions.complete(key, "")}


def test_completions_tell_nothing_of_what_is_hidden(world: Session) -> None:
    sales, ivanova = world.store.session("sales"), world.store.session("ivanova")
    client = world.store.session("client")
    for session in (sales, ivanova):
        assert completions(session, "agent") == {"ivanova", "petrov"}
        assert completions(session, "service") == {"Support", "Claims"}
        assert completions(session, "disposition") == {"Solved"}
        assert completions(session, "custom.Region") == {"1"}
        assert completions(session, "custom.Hidden") == set()
        assert completions(session, "deleted.reason") == set()
        assert completions(session, "tag") == set()
        assert session.interactions.custom_fields() == ("Region",)
        assert "+7 999" not in completions(session, "from")
    assert client.interactions.custom_fields() == ()
    assert completions(world, "agent") == {"ivanova", "petrov", "sidorov"}
    assert completions(world.store.session("nobody"), "agent") == set()


def test_criteria_marked_are_not_for_clients(world: Session) -> None:
    by_agent = Search(Block(members=(Condition("agent", Op.ANY_OF, ("petrov",)),)))
    client = world.store.session("client")
    for call in (client.interactions.search, client.interactions.ids, client.interactions.count):
        with pytest.raises(RestrictedCriterionError):
            call(by_agent)
    with pytest.raises(RestrictedCriterionError):
        client.interactions.complete("agent", "")
    by_service = Search(Block(members=(Condition("service", Op.ANY_OF, ("Claims",)),)))
    assert client.interactions.count(by_service).n == 3
    assert world.store.session("mixed").interactions.count(by_agent).n == 0
    assert world.interactions.count(by_agent).n == 2


def test_a_criterion_does_not_reach_past_the_limits(world: Session) -> None:
    secret = Search(Block(members=(Condition("disposition", Op.ANY_OF, ("Secret",)),)))
    assert world.interactions.count(secret).n == 1
    for login in ("sales", "ivanova", "client", "nobody"):
        assert world.store.session(login).interactions.count(secret).n == 0


def test_what_each_may_do(world: Session) -> None:
    interaction = world.interactions.get(make_giid(1))
    scores = [CategoryScore("Greeting", 5)]
    sales = world.store.session("sales")
    with pytest.raises(RefusedError):
        sales.evaluations.save(interaction.id, 1, scores)
    for call in (
        sales.people.users,
        lambda: sales.people.add_user("x", "X", []),
        lambda: sales.evaluations.rename_categories(["A"]),
        lambda: sales.intake.put([]),
    ):
        with pytest.raises(RefusedError):
            call()


def test_evaluators_see_their_own_and_others_only_with_the_privilege(world: Session) -> None:
    people = world.people
    people.add_user("first", "First", ["qm_evaluator"], teams=["Sales"])
    people.add_user("second", "Second", ["qm_evaluator"], teams=["Sales"])
    people.add_user("chief", "Chief", ["qm_manager"])
    shared = world.interactions.get(make_giid(3))
    for login, score in (("first", 3), ("second", 9)):
        session = world.store.session(login)
        session.evaluations.save(shared.id, 1, [CategoryScore("Greeting", score)])

    def told(login: str):
        session = world.store.session(login)
        evaluators = {e.evaluator for e in session.evaluations.of(shared.id)}
        (row,) = session.interactions.rows([shared.id])
        return evaluators, row.score, row.evaluator

    assert told("first") == ({"first"}, 3.0, "first")
    assert told("second") == ({"second"}, 9.0, "second")
    assert told("chief") == ({"first", "second"}, 9.0, "second")
    assert told("ivanova") == ({"first", "second"}, 9.0, "second")
    people.add_user("petrov", "Пётр", ["agent"])
    # The second part was his; the first part's evaluations are not for him.
    assert told("petrov") == (set(), None, "")


def test_nobody_opens_a_store_under_a_strange_login(store: Store) -> None:
    for login in ("stranger", "", " "):
        with pytest.raises(UnknownUserError):
            store.session(login)


def test_logins_are_one_whatever_their_letter_case(world: Session) -> None:
    assert world.store.session("ADMIN").people.me.login == ADMIN
    assert world.store.session("ivanova").people.me.login == "Ivanova"
    with pytest.raises(UsageError):
        world.people.add_user("IVANOVA", "Other", [])


def test_without_a_login_the_only_user_is_meant(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody")
    admin = store.session()
    assert admin.people.me.login == ADMIN
    admin.people.add_user("second", "Second", ["agent"])
    with pytest.raises(UnknownUserError) as caught:
        store.session()
    assert caught.value.fields == {"login": "somebody"}
    monkeypatch.setenv("LOGNAME", "second")
    assert store.session().people.me.login == "second"


def test_adding_users(world: Session) -> None:
    user, changes = world.people.add_user(
        " new.user ", "  ", ["qm_evaluator", "trainer"], teams=["Sales"], services=["Billing"]
    )
    assert changes.users == {user.id}
    assert (user.login, user.display_name) == ("new.user", "new.user")
    assert set(user.roles) == {"qm_evaluator", "trainer"}
    assert user.may(Privilege.QM_EVALUATE)
    assert not user.may(Privilege.IMPORT)
    assert (user.teams, user.services) == ({"Sales"}, {"Billing"})
    assert user in world.people.users()
    assert world.store.session("NEW.user").people.me == user
    before = world.people.users()
    for login, roles in (("", []), ("two words", []), ("tab\tbed", []), ("x", ["no such role"])):
        with pytest.raises(UsageError):
            world.people.add_user(login, "X", roles)
    assert world.people.users() == before


def test_a_dry_run_of_what_is_there_already_reads_content_too(world: Session) -> None:
    (landed,) = world.intake.put([make_incoming(1)], dry_run=True)[0]
    assert landed.interaction_id == world.interactions.get(make_giid(1)).id


def test_an_order_does_not_tell_of_evaluations_of_others(world: Session) -> None:
    for number, score in ((1, 9), (2, 1), (3, 5)):
        interaction = world.interactions.get(make_giid(number))
        world.evaluations.save(interaction.id, 1, [CategoryScore("Greeting", score)])
    by_score = Search(sort=(SortKey("score", descending=True),))
    assert [r.giid for r in world.interactions.search(by_score)][:3] == [
        make_giid(number) for number in (1, 3, 2)
    ]
    world.people.add_user("fresh", "Fresh", ["qm_evaluator"], teams=["Sales", "Claims"])
    fresh = world.store.session("fresh").interactions
    assert [r.giid for r in fresh.search(by_score)] == [r.giid for r in fresh.search(EVERYTHING)]


def test_another_name_of_a_call_leads_to_it_for_who_may_see_it_alone(
    world: Session, store: Store
) -> None:
    """A source tells of one call under several names: links and holds may have any of them."""
    told = make_incoming(2, segments=(make_segment(agent=PETROV, service="Claims"),))
    two = world.interactions.find(make_giid(2))
    # Neither is taken into the other: users or deletions have touched both.
    world.records.set_tags(two, ["two", "done"])
    world.intake.put([replace(told, also=(make_giid(7), make_giid(4)))])
    assert world.interactions.find(make_giid(7)) == two
    assert world.interactions.get(make_giid(7)).giid == make_giid(2)
    sales, both = store.session("sales"), store.session("both")
    assert both.interactions.find(make_giid(7)) == two
    # What has the name by itself is not there for who may not see it.
    for session, name in ((sales, 7), (both, 4)):
        with pytest.raises(NotFoundError):
            session.interactions.find(make_giid(name))
