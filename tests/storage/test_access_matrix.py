"""Who may do what: each privilege on each operation, each operation on what is seen and hidden.

What one may not see does not exist: the hidden and the non-existent take the same way, statement
by statement, to the same error.
"""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
import re
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from reviewer.cli.main import main
from reviewer.errors import RefusedError, ReviewerError
from reviewer.messages import choose_language, explain
from reviewer.models.access import LISTENING, Privilege
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import CommentId, InteractionId, WallUs
from reviewer.models.interaction import Agent, Channel
from reviewer.models.operations import OPERATIONS, Reach
from reviewer.models.recording import RecordingKind
from reviewer.models.remarks import Place, RemarkKind
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from reviewer.storage import facets
from reviewer.storage import store as contracts
from reviewer.storage.catalogue import erasing_jobs
from reviewer.storage.catalogue.erasing import Made
from reviewer.storage.catalogue.fields import metadata
from tests.helpers.asked import statements
from tests.helpers.calls import CALLS, NOBODY, Target
from tests.helpers.examples import few_or_many
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_segment,
    make_store,
)
from tools import access_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.local import LocalStore
    from reviewer.storage.local.session import LocalSession

NOWHERE = make_giid(10**6)
AGENTS = {
    "own": Agent("anna", "Анна", "Иванова", team="Night"),
    "team": Agent("boris", "Борис", "Петров", team="Sales"),
    "service": Agent("olga", "Ольга", "Павлова", team="Claims"),
    "foreign": Agent("igor", "Игорь", "Орлов", team="Claims"),
}
SERVICES = {"service": "Cards"}
STATES = ("plain", "deleted", "held", "commented")
KINDS = tuple(product(AGENTS, Channel, STATES))
PAIRS = tuple(
    (whose, channel, state)
    for (w, whose), (c, channel), (s, state) in product(*map(enumerate, (AGENTS, Channel, STATES)))
    if (w + s - c) % len(Channel) == 0
)
"""Of them so many that each two of whose, channel and state come together."""
LIMITS = {
    "all": (Privilege.LISTEN_ALL, set(AGENTS)),
    "own": (Privilege.LISTEN_OWN, {"own"}),
    "team": (Privilege.LISTEN_TEAMS, {"team"}),
    "service": (Privilege.LISTEN_SERVICES, {"service"}),
    "none": (None, set()),
}
EVERYTHING_ELSE = frozenset(Privilege) - LISTENING


# --- the table ---------------------------------------------------------------------------------


def operations() -> set[str]:
    """Return the names of all facets' methods, as their contracts say."""
    found = set()
    for facet, kind in re.findall(
        r"@property\s+def (\w+)\(self\) -> (\w+):", inspect.getsource(contracts.Session)
    ):
        if facet in ("settings", "store"):
            continue
        modules = [contracts, *_facet_modules()]
        contract = next(getattr(m, kind) for m in modules if kind in vars(m))
        found |= {f"{facet}.{name}" for name in vars(contract) if not name.startswith("_")}
    return found


def _facet_modules() -> list[object]:
    found = pkgutil.iter_modules(facets.__path__, "reviewer.storage.facets.")
    return [importlib.import_module(one.name) for one in found]


def test_every_operation_has_a_row_and_is_tried() -> None:
    assert operations() == set(OPERATIONS) == set(CALLS)


def test_the_page_of_the_documentation_is_current() -> None:
    assert access_table.PAGE.read_text(encoding="utf-8") == access_table.page()


# --- the worlds --------------------------------------------------------------------------------


@dataclass
class World:
    store: LocalStore
    ids: dict[tuple[str, Channel, str], InteractionId]
    target: Target
    """One of what is seen by all who see the team of Sales."""

    @property
    def admin(self) -> LocalSession:
        """Anew each time: who accepts a restored store signs everybody else out."""
        return self.store.session(ADMIN)

    def user(self, login: str, privileges: frozenset[Privilege], **limits: object) -> LocalSession:
        role, _ = self.admin.people.add_role(f"role of {login}", privileges)
        self.admin.people.add_user(login, login, [role.key], **limits)  # type: ignore[arg-type]
        return self.store.session(login)

    def target_of(self, kind: tuple[str, Channel, str]) -> Target:
        number = self.ids[kind]
        found = self.admin.interactions.get_by_id(number)
        comments = self.admin.comments.of(number)
        comment = comments[0].id if comments else self.target.comment
        return replace(
            self.target,
            id=number,
            giid=found.giid,
            comment=comment,
            recording=found.recordings[0],
        )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Interactions of every kind: whose x channel x state."""
    folder = tmp_path_factory.mktemp("world")
    with closing(make_store(folder)) as store:
        admin = store.session(ADMIN)
        items = []
        for number, (whose, channel, _state) in enumerate(KINDS):
            service = SERVICES.get(whose, "Support")
            segment = make_segment(agent=AGENTS[whose], service=service)
            segments = (replace(segment, started_us=_start(number), ended_us=_start(number + 1)),)
            items.append(
                make_incoming(number, channel=channel, segments=segments, started_us=_start(number))
            )
        landed, _ = admin.intake.put(items)
        ids = {}
        for kind, one in zip(KINDS, landed, strict=True):
            assert one.interaction_id is not None
            ids[kind] = one.interaction_id
        made = _remark(admin, ids)
        first = admin.interactions.get_by_id(ids["team", Channel.VOICE, "plain"])
        certificate = admin.erasure.certificate([])
        category = admin.evaluations.categories()[0].name
        target = Target(
            first.id, first.giid, first.recordings[0], made, category, certificate, folder
        )
        yield World(store, ids, target)


def _start(number: int) -> WallUs:
    return WallUs(STARTED_US + number * 3_600_000_000)


def _remark(admin: LocalSession, ids: dict[tuple[str, Channel, str], InteractionId]) -> CommentId:
    place = Place(WallUs(STARTED_US))
    for (_whose, _channel, state), number in ids.items():
        if state == "deleted":
            what = {What.VOICE, What.CHAT, What.EMAIL}
            admin.erasure.erase([number], what, "asked for", shared=Shared.CUT)
        elif state == "held":
            admin.keeping.hold([number], "case 7")
        elif state == "commented":
            admin.comments.add(number, RemarkKind.COMMENT, place, "mine alone", public=False)
            admin.evaluations.save(
                number, 1, [CategoryScore(admin.evaluations.categories()[0].name, 3)]
            )
    first = ids["team", Channel.VOICE, "plain"]
    made, _ = admin.comments.add(first, RemarkKind.COMMENT, place, "for all", public=True)
    return made.id


# --- each privilege on each operation ----------------------------------------------------------


def refused(session: LocalSession, name: str, target: Target) -> bool:
    try:
        CALLS[name](session, target)
    except RefusedError:
        return True
    except ReviewerError:
        return False
    return False


def contents(store: LocalStore) -> dict[str, int]:
    """Return how many rows each table has, but for the log."""
    with store._core.database.read() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
            if not name.startswith("audit")
        }


@pytest.mark.parametrize("privilege", [None, *Privilege])
def test_each_privilege_gives_what_the_table_says_and_nothing_else(
    world: World, privilege: Privilege | None
) -> None:
    login = f"only-{privilege.value if privilege else 'nothing'}"
    has = frozenset({Privilege.LISTEN_TEAMS} | ({privilege} if privilege else set()))
    session = world.user(login, has, teams=["Sales"])
    may = {name for name, need in OPERATIONS.items() if not need.any_of or need.any_of & has}
    # Somebody else's comment is deleted by who may delete, whoever may comment.
    alone = {"comments.delete"} if privilege is Privilege.COMMENT else set()
    before = contents(world.store)
    barred = [name for name in OPERATIONS if name not in may]
    assert [name for name in barred if not refused(session, name, world.target)] == []
    # What is refused leaves nothing behind.
    assert contents(world.store) == before
    again, _ = world.admin.comments.add(
        world.target.id, RemarkKind.COMMENT, Place(WallUs(STARTED_US)), "for all", public=True
    )
    target = replace(world.target, comment=again.id)
    assert {name for name in may if refused(session, name, target)} == alone


def test_who_must_change_the_password_may_do_nothing(world: World) -> None:
    user, _ = world.admin.people.add_user("fresh", "Fresh", ["administrator"])
    world.admin.people.set_password(user.id, "correct horse battery")
    session = world.store.session("fresh", password="correct horse battery")
    needing = [name for name, need in OPERATIONS.items() if need.any_of]
    through = [name for name in needing if not refused(session, name, world.target)]
    codes = {outcome(world.store, session, name, world.target).code for name in through}
    # There is nothing that they could see.
    assert codes <= {"object.not_found", "remark.not_found"}
    assert session.interactions.count(Search()).n == 0
    world.admin.people.set_password(user.id, "")


def limited(world: World, limit: str) -> tuple[LocalSession, set[str]]:
    """Return the session of a user who may do everything with what they see, and whose that is."""
    privilege, seen = LIMITS[limit]
    login = {"own": "anna"}.get(limit, f"limit-{limit}")
    if login in {user.login for user in world.admin.people.users()}:
        return world.store.session(login), seen
    powers = EVERYTHING_ELSE | ({privilege} if privilege else frozenset())
    return world.user(login, powers, teams=["Sales"], services=["Cards"]), seen


# --- each operation on what is seen and what is hidden -----------------------------------------


@dataclass(frozen=True)
class Said:
    """What an operation came to, without the names that the caller gave."""

    code: str
    text: str
    exit_code: int
    fields: str
    asked: tuple[str, ...]


def outcome(store: LocalStore, session: LocalSession, name: str, target: Target) -> Said:
    def unnamed(words: str) -> str:
        return re.sub(rf"\b{target.id}\b", "ID", words.replace(target.giid, "GIID"))

    with statements(store) as asked:
        try:
            CALLS[name](session, target)
        except ReviewerError as error:
            said = unnamed(explain(error))
            fields = unnamed(repr(sorted(error.fields.items())))
            return Said(error.code, said, error.exit_code, fields, tuple(asked))
    return Said("", "", 0, "", tuple(asked))


@few_or_many("kinds", PAIRS, KINDS)
@pytest.mark.parametrize("limit", LIMITS)
def test_the_hidden_takes_the_way_of_the_non_existent(
    world: World, limit: str, kinds: tuple[tuple[str, Channel, str], ...]
) -> None:
    session, seen = limited(world, limit)
    ones = [name for name, need in OPERATIONS.items() if need.reach is Reach.ONE]
    nothing = replace(world.target, id=InteractionId(NOBODY), giid=NOWHERE)
    by_comment = {"comments.edit", "comments.delete"}
    nothing = replace(nothing, comment=CommentId(NOBODY))
    expected = {name: outcome(world.store, session, name, nothing) for name in ones}
    assert all(said.code.endswith("not_found") for said in expected.values())
    for kind in kinds:
        target = world.target_of(kind)
        if kind[0] in seen:
            assert session.interactions.get(target.giid).id == target.id
            continue
        for name in ones:
            if name in by_comment and kind[2] != "commented":
                continue
            assert outcome(world.store, session, name, target) == expected[name], (name, kind)


def test_a_public_comment_on_what_is_hidden_takes_the_way_of_none(world: World) -> None:
    session, _ = limited(world, "own")
    comment = replace(world.target, comment=CommentId(NOBODY))
    for name in ("comments.edit", "comments.delete"):
        nothing = outcome(world.store, session, name, comment)
        assert nothing.code == "remark.not_found"
        assert outcome(world.store, session, name, world.target) == nothing


@pytest.mark.parametrize("limit", LIMITS)
def test_what_is_hidden_is_in_no_answer(world: World, limit: str) -> None:
    session, seen = limited(world, limit)
    hidden = [kind for kind in KINDS if kind[0] not in seen]
    giids = {make_giid(KINDS.index(kind)) for kind in hidden}
    ids = {int(world.ids[kind]) for kind in hidden}
    every = [InteractionId(number) for number in world.ids.values()]
    answers = {
        "search": [row.giid for row in session.interactions.search(Search(), limit=1000)],
        "rows": [row.giid for row in session.interactions.rows(every)],
        "holds": [hold.giid for hold in session.keeping.holds()],
        "lifted holds": [one.held.giid for one in session.keeping.lifted()],
        "log": [entry.giid for entry in session.audit.export()],
        "certificate": re.findall(r"[0-9A-F-]{36}", repr(session.erasure.certificate(every))),
        "preview": list(session.erasure.preview(every, {What.VOICE}).held),
    }
    assert {name: giids & set(found) for name, found in answers.items()} == {
        name: set() for name in answers
    }
    numbers = {
        "ids": set(session.interactions.ids(Search())),
        "states": set(session.interactions.content_states(every, list(RecordingKind))),
        "recordings": {
            number for number in every if session.interactions.recordings_kept([number])
        },
        "due": {number for _what, found in session.keeping.due() for number in found},
    }
    assert {name: ids & found for name, found in numbers.items()} == {
        name: set() for name in numbers
    }
    visible = len(KINDS) - len(hidden)
    assert session.interactions.count(Search()).n == visible
    assert session.interactions.count(Search(), cap=None).n == visible
    by_day = session.interactions.by_day(Search())
    assert (sum(by_day.counts) if by_day else 0) == visible


def test_what_may_not_be_seen_is_changed_by_nobody(world: World) -> None:
    powers = EVERYTHING_ELSE | {Privilege.LISTEN_TEAMS}
    session = world.user("changer", powers, teams=["Sales"])
    hidden = [number for kind, number in world.ids.items() if kind[0] != "team"]
    before = contents(world.store)
    told, changes = session.erasure.erase(
        hidden, {What.VOICE, What.CHAT}, "because", shared=Shared.CUT
    )
    assert (told.interactions, told.held, bool(changes)) == ({}, (), False)
    assert not session.keeping.hold(hidden, "because")
    assert not session.keeping.lift(hidden, "because")
    assert contents(world.store) == before


def test_a_deletion_of_others_that_was_cut_is_not_told(world: World) -> None:
    powers = EVERYTHING_ELSE | {Privilege.LISTEN_TEAMS}
    session = world.user("resumer", powers, teams=["Sales"])
    hidden = [number for kind, number in world.ids.items() if kind[0] != "team"]
    with world.store._core.database.write() as connection:
        made = Made(ADMIN, 1, "a secret reason", False)
        number = erasing_jobs.begin(connection, made, (What.VOICE,), Shared.CUT, hidden)
    try:
        (job,) = world.admin.erasure.unfinished()
        assert session.erasure.unfinished() == ()
        for act in (session.erasure.resume, session.erasure.abandon):
            with pytest.raises(ReviewerError) as caught:
                act(job)
            assert caught.value.code == "object.not_found"
        assert len(world.admin.erasure.unfinished()) == 1
    finally:
        with world.store._core.database.write() as connection:
            erasing_jobs.end(connection, number)


def test_retention_that_was_kept_half_done_takes_the_privilege_of_retention(world: World) -> None:
    # As programs before did: today it is due again.
    eraser = world.user("eraser", frozenset({Privilege.RECORDS_ERASE, Privilege.LISTEN_ALL}))
    keeper = world.user("keeper", frozenset({Privilege.RECORDS_RETENTION, Privilege.LISTEN_ALL}))
    with world.store._core.database.write() as connection:
        made = Made(ADMIN, 1, "retention", True)
        ids = [world.target.id]
        number = erasing_jobs.begin(connection, made, (What.VOICE,), Shared.CUT, ids)
    (job,) = keeper.erasure.unfinished()
    assert job.number == number
    assert eraser.erasure.unfinished() == ()
    for told in (job, replace(job, by_retention=False)):
        for act in (eraser.erasure.resume, eraser.erasure.abandon):
            with pytest.raises(RefusedError):
                act(told)
    keeper.erasure.abandon(job)
    assert world.admin.erasure.unfinished() == ()


# --- the command line --------------------------------------------------------------------------

COMMANDS = (
    ("show", "{giid}"),
    ("play", "{giid}"),
    ("evaluate", "{giid}", "--segment", "1", "--scores", "{scores}"),
    ("erase", "{giid}", "--what", "voice", "--reason", "because", "--yes"),
    ("hold", "add", "{giid}", "--reason", "because"),
    ("hold", "remove", "{giid}", "--reason", "because"),
    ("certificate", "make", "giid:{giid}", "--to", "{folder}"),
    ("audit", "list", "--giid", "{giid}"),
    ("search", "giid:{giid}", "--json"),
    ("search", "giid:{giid}", "--count", "--json"),
    ("export", "giid:{giid}", "--to", "{folder}"),
)


def run(store: LocalStore, login: str, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        code = main([*arguments, "--store", store.url, "--user", login], out, err)
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        choose_language("en")
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_the_command_line_says_the_same_of_the_hidden_and_the_non_existent(
    world: World, tmp_path: Path, command: tuple[str, ...]
) -> None:
    login = "commander"
    if login not in {user.login for user in world.admin.people.users()}:
        world.user(login, EVERYTHING_ELSE | {Privilege.LISTEN_TEAMS}, teams=["Sales"])
    scores = tmp_path / "scores.json"
    scores.write_text('{"categories": {"Greeting": 7}}', encoding="utf-8")

    def said(giid: str, folder: str) -> tuple[int, str, str]:
        target = tmp_path / folder
        words = [word.format(giid=giid, scores=scores, folder=target) for word in command]
        code, out, err = run(world.store, login, *words)
        return code, *(each.replace(giid, "GIID").replace(folder, "F") for each in (out, err))

    nothing = said(NOWHERE, "nowhere")
    for state in STATES:
        hidden = make_giid(KINDS.index(("foreign", Channel.VOICE, state)))
        assert said(hidden, f"hidden-{state}") == nothing
    seen = make_giid(KINDS.index(("team", Channel.VOICE, "plain")))
    if command[0] in ("show", "search"):
        assert said(seen, "seen") != nothing


def test_counts_of_the_whole_store_are_for_those_who_see_it(world: World) -> None:
    world.user("counter", frozenset({Privilege.LISTEN_TEAMS}), teams=["Sales"])
    assert run(world.store, "counter", "stats")[0] == 3
    assert run(world.store, ADMIN, "stats")[0] == 0


def test_the_explanation_is_what_the_store_goes_by(world: World) -> None:
    sessions = {limit: limited(world, limit)[0] for limit in LIMITS}
    for kind in KINDS:
        giid = make_giid(KINDS.index(kind))
        explained = {one.user.login: one for one in world.admin.people.explain(giid)}
        for session in sessions.values():
            found = explained[session.people.me.login]
            seen = session.interactions.count(Search(parse_line(f"giid:{giid}"))).n == 1
            assert found.sees is seen, (kind, found)
            assert found.reasons
