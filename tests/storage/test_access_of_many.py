"""Operations on many interactions: what may not be seen is as what is not there."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pytest

from reviewer.errors import ReviewerError
from reviewer.messages import explain
from reviewer.models.access import LISTENING, Privilege
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import RetentionRule, Shared, What
from reviewer.models.interaction import Agent, Message, PartyRole
from reviewer.models.operations import OPERATIONS, Reach
from reviewer.models.recording import RecordingKind
from reviewer.models.requests import Guarded
from reviewer.models.search import Search
from reviewer.models.settings import SettingsChange
from reviewer.storage.catalogue import erasing_jobs
from reviewer.storage.catalogue.erasing import Made
from reviewer.storage.store import Store
from tests.helpers.asked import statements
from tests.helpers.calls import NOBODY
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_segment,
    make_store,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from reviewer.models.ids import InteractionId
    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session

_WHAT: Final = {What.VOICE, What.CHAT}
_WORD: Final = parse_line("text:refund")

MANY: Final[dict[str, Callable[[Session, Sequence[InteractionId]], object]]] = {
    "interactions.rows": lambda s, ids: s.interactions.rows(ids),
    "interactions.asking_reason": lambda s, ids: s.interactions.asking_reason(ids),
    "interactions.give_reasons": lambda s, ids: s.interactions.give_reasons(ids, "a complaint"),
    "interactions.snippets": lambda s, ids: s.interactions.snippets(ids, _WORD),
    "interactions.content_states": lambda s, ids: s.interactions.content_states(
        ids, list(RecordingKind)
    ),
    "interactions.recordings_kept": lambda s, ids: s.interactions.recordings_kept(ids),
    "erasure.preview": lambda s, ids: s.erasure.preview(ids, _WHAT),
    "erasure.erase": lambda s, ids: s.erasure.erase(ids, _WHAT, "asked for", shared=Shared.CUT),
    "erasure.certificate": lambda s, ids: replace(
        s.erasure.certificate(ids), made_us=0, signature=b""
    ),
    "keeping.hold": lambda s, ids: s.keeping.hold(ids, "case 7"),
    "keeping.lift": lambda s, ids: s.keeping.lift(ids, "closed"),
    "requests.ask_erase": lambda s, ids: s.requests.ask_erase(
        ids, _WHAT, "asked for", shared=Shared.CUT
    ),
    "requests.ask_lift": lambda s, ids: s.requests.ask_lift(ids, "closed"),
}
"""What takes interactions, on those given."""

ALL: Final[dict[str, Callable[[Session], object]]] = {
    "interactions.search": lambda s: s.interactions.search(Search()),
    "interactions.ids": lambda s: s.interactions.ids(Search()),
    "interactions.count": lambda s: s.interactions.count(Search()),
    "interactions.by_day": lambda s: s.interactions.by_day(Search()),
    "interactions.complete": lambda s: [
        s.interactions.complete(key, "")
        for key in ("service", "agent", "team", "from", "tag", "deleted.reason", "custom.Region")
    ],
    "interactions.custom_fields": lambda s: s.interactions.custom_fields(),
    "interactions.newly_deleted": lambda s: s.interactions.newly_deleted(),
    "hearing.unheard": lambda s: s.hearing.unheard(),
    "erasure.unfinished": lambda s: s.erasure.unfinished(),
    "keeping.holds": lambda s: s.keeping.holds(),
    "keeping.lifted": lambda s: s.keeping.lifted(),
    "keeping.due": lambda s: s.keeping.due(),
    "requests.pending": lambda s: s.requests.pending(),
    "erasure.expire": lambda s: s.erasure.expire(),
}
"""What takes none, in an order in which the last changes something."""

BY_NOTE: Final = {"erasure.resume", "erasure.abandon"}
"""They take the note of a deletion: `test_access_matrix` tries them."""


def test_every_operation_on_what_may_be_seen_is_tried() -> None:
    wanted = {name for name, need in OPERATIONS.items() if need.reach is Reach.SEEN}
    assert MANY.keys() | ALL.keys() | BY_NOTE == wanted


@dataclass(frozen=True)
class World:
    store: LocalStore
    session: Session
    seen: tuple[InteractionId, ...]
    hidden: tuple[InteractionId, ...]


SEEN: Final = (0, 1, 2)
HIDDEN: Final = (3, 4, 5)


def _incoming(number: int) -> object:
    seen = number in SEEN
    agent = Agent("boris" if seen else "igor", "Борис", "Орлов", team="Sales" if seen else "Claims")
    segment = make_segment(agent=agent, service="Support" if seen else "Secret")
    said = Message(segment.started_us, PartyRole.CUSTOMER, "K", "I want a refund")
    return make_incoming(
        number,
        segments=(segment,),
        started_us=STARTED_US,
        messages=(said,),
        tags=("seen" if seen else "secret",),
        custom=(("Region" if seen else "Secret", "North"),),
    )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Of those that are seen and of those that are not: one plain, one held, one deleted."""
    with closing(make_store(tmp_path)) as store:
        admin = store.session(ADMIN)
        landed, _ = admin.intake.put(map(_incoming, (*SEEN, *HIDDEN)))
        ids = [one.interaction_id for one in landed]
        for part in (ids[:3], ids[3:]):
            admin.keeping.hold(part[1:2], "case 7")
            admin.keeping.hold(part[:1], "case 8")
            admin.keeping.lift(part[:1], "closed")
            admin.erasure.erase(part[2:], _WHAT, "asked for", shared=Shared.CUT)
        admin.keeping.set_rules([RetentionRule("", What.VOICE, 1)])
        admin.centre.change(SettingsChange(sensitive_tags=("seen", "secret")))
        admin.centre.change(SettingsChange(second_person=frozenset({Guarded.BULK_DELETION.switch})))
        admin.requests.ask_erase(ids[3:5], _WHAT, "a secret reason", shared=Shared.CUT)
        powers = (frozenset(Privilege) - LISTENING) | {Privilege.LISTEN_TEAMS}
        role, _ = admin.people.add_role("Limited", powers, asks_reason=True)
        admin.people.add_user("limited", "", [role.key], teams=["Sales"])
        yield World(store, store.session("limited"), tuple(ids[:3]), tuple(ids[3:]))


def outcome(world: World, call: Callable[[], object]) -> tuple[str, list[str]]:
    """Return what came of a call, and what the catalogue was asked for it."""
    with statements(world.store) as asked:
        try:
            said = repr(call())
        except ReviewerError as error:
            said = f"{error.code} {explain(error)}"
    return said, asked


@pytest.mark.parametrize("name", MANY)
def test_many_that_are_hidden_take_the_way_of_many_that_are_not_there(
    world: World, name: str
) -> None:
    nowhere = tuple(NOBODY + number for number in range(len(world.hidden)))
    # One search more or less makes no difference.
    world.session.interactions.count(Search())
    expected = outcome(world, lambda: MANY[name](world.session, nowhere))
    assert outcome(world, lambda: MANY[name](world.session, world.hidden)) == expected
    if name == "interactions.give_reasons":
        return
    # On what is seen it says something else.
    if name != "interactions.asking_reason":
        world.session.interactions.give_reasons(world.seen, "a complaint")
    assert outcome(world, lambda: MANY[name](world.session, world.seen))[0] != expected[0]


def test_nothing_hidden_is_in_what_is_told_of_all(world: World) -> None:
    world.session.interactions.give_reasons(world.seen, "a complaint")
    secrets = {make_giid(number) for number in HIDDEN} | {str(one) for one in world.hidden}
    for name, call in ALL.items():
        said, _ = outcome(world, lambda c=call: c(world.session))
        words = set(re.findall(r"[0-9A-F]{8}(?:-[0-9A-F]{4,12})+|\d+", said))
        assert words & secrets == set(), name
        assert "ecret" not in said, name
        assert "igor" not in said, name
    assert world.session.interactions.count(Search()).n == len(SEEN)
    # What ended there is what was seen; what was not is as it was.
    states = world.store.session(ADMIN).interactions.content_states
    kinds = [RecordingKind.VOICE]
    assert states(world.seen[:1], kinds) != states(world.hidden[:1], kinds)


@pytest.mark.parametrize(
    "name",
    ["requests.items", "requests.approve", "requests.refuse", "erasure.resume", "erasure.abandon"],
)
def test_what_waits_or_was_cut_short_of_the_hidden_is_as_what_is_not(
    world: World, name: str
) -> None:
    session, admin = world.session, world.store.session(ADMIN)
    (request,) = admin.requests.pending()
    made = Made(ADMIN, 1, "a secret reason", by_retention=False)
    with world.store._core.database.write() as connection:
        erasing_jobs.begin(connection, made, (What.VOICE,), Shared.CUT, world.hidden)
    (job,) = admin.erasure.unfinished()
    facet, _, method = name.partition(".")
    call = getattr(getattr(session, facet), method)

    def tried(number: int) -> tuple[str, list[str]]:
        asked = number if facet == "requests" else replace(job, number=number)
        said, statements = outcome(world, lambda: call(asked))
        return re.sub(rf"\b{number}\b", "NUMBER", said), statements

    hidden = request.number if facet == "requests" else job.number
    assert tried(hidden) == tried(999)
    assert tried(999)[0].startswith("object.not_found")
    assert (admin.requests.pending(), admin.erasure.unfinished()) == ((request,), (job,))


def test_a_store_itself_tells_nothing_of_what_is_in_it() -> None:
    told = {name for name in vars(Store) if not name.startswith("_")}
    assert told == {
        *("url", "id", "settings", "schema_version", "is_encrypted", "way_in", "opens_with"),
        *("session", "close"),
    }


def test_a_session_does_nothing_that_is_not_in_the_table(world: World) -> None:
    admin = world.store.session(ADMIN)
    # What facets offer one another would let one person do alone what takes a second.
    beside = {
        f"{facet}.{name}"
        for facet in {operation.split(".")[0] for operation in OPERATIONS}
        for name in dir(admin.facet(facet))
        if not name.startswith("_") and f"{facet}.{name}" not in OPERATIONS
    }
    assert "keys.roll_for" in beside
    for operation in beside:
        facet, name = operation.split(".")
        with pytest.raises(AttributeError):
            getattr(getattr(admin, facet), name)


def test_what_is_newly_deleted_of_the_hidden_is_not_told(world: World) -> None:
    interactions, admin = world.session.interactions, world.store.session(ADMIN)
    assert interactions.newly_deleted() == frozenset()
    for one in (world.seen[0], world.hidden[0]):
        admin.erasure.erase([one], _WHAT, "asked for", shared=Shared.CUT)
    assert interactions.newly_deleted() == {world.seen[0]}
    assert interactions.newly_deleted() == frozenset()
