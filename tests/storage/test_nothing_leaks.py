"""What one may not see does not exist: a store without it gives the same answers.

Random interactions, users and roles. The user asks a store with everything, and one that never
had what they may not see; no count, order, completion, snippet, name or refusal tells them apart.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reviewer.errors import ReviewerError
from reviewer.messages import explain
from reviewer.models.access import Privilege
from reviewer.models.columns import COLUMNS
from reviewer.models.criteria.catalogue import CRITERIA
from reviewer.models.criteria.line import parse_line
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Agent, Channel, Message, PartyRole
from reviewer.models.recording import RecordingKind
from reviewer.models.remarks import Place, RemarkKind
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search, SortKey
from reviewer.services.export_manual import ExportOptions, plan_export, run_export
from reviewer.services.links import follow_link, make_link
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_segment,
    make_store,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.storage.local.session import LocalSession
    from reviewer.storage.store import Session

AGENTS = (
    Agent("me", "Анна", "Я", team="Sales"),
    Agent("boris", "Борис", "Петров", team="Sales"),
    Agent("olga", "Ольга", "Павлова", team="Claims"),
    Agent("igor", "Игорь", "Орлов", team=""),
    None,
)
SERVICES = ("Support", "Cards", "Loans", "")
WORDS = ("возврат", "договор", "refund", "password")
LISTENS = (
    Privilege.LISTEN_ALL,
    Privilege.LISTEN_TEAMS,
    Privilege.LISTEN_SERVICES,
    Privilege.LISTEN_OWN,
)
OTHERS = (
    Privilege.QM_VIEW_ALL,
    Privilege.QM_OWN,
    Privilege.QM_EVALUATE,
    Privilege.COMMENT,
    Privilege.RECORDS_ERASE,
    Privilege.RECORDS_HOLD,
    Privilege.AUDIT_VIEW,
    Privilege.DISPOSITION_CHANGE,
    Privilege.EXPORT_MANUAL,
)
EVALUATORS = ("me", "critic")
QUERIES = (
    "evaluated:yes", "-evaluated:yes", "score>3", "evaluator:critic", "evaluator:me",
    "commented:yes", "bookmarked:yes", "tag:red", "text:возврат", 'text:"refund password"',
    "agent:olga", "team:Claims", "service:Cards", "disposition:Solved", "segments>1",
    "from:0001", "custom.Region:North", "deleted:yes", "sentiment<0", "transferred:yes",
    "agent.first:Ольга", "duration>1s", "flagged:yes",
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One interaction: who handled its parts, and what others added to it."""

    parts: tuple[tuple[int, str], ...]
    channel: Channel
    word: str
    tag: str
    region: str
    evaluations: tuple[tuple[str, int], ...]
    comments: tuple[tuple[str, bool], ...]
    held: bool


facts = st.builds(
    Fact,
    parts=st.lists(
        st.tuples(st.integers(0, len(AGENTS) - 1), st.sampled_from(SERVICES)),
        min_size=1,
        max_size=3,
    ).map(tuple),
    channel=st.sampled_from(Channel),
    word=st.sampled_from(WORDS),
    tag=st.sampled_from(("", "red", "blue")),
    region=st.sampled_from(("", "North", "South")),
    evaluations=st.lists(st.tuples(st.sampled_from(EVALUATORS), st.integers(1, 9)), max_size=2).map(
        tuple
    ),
    comments=st.lists(st.tuples(st.sampled_from(EVALUATORS), st.booleans()), max_size=2).map(tuple),
    held=st.booleans(),
)


@dataclass(frozen=True)
class Asker:
    """Who asks: privileges, and what they are limited to."""

    privileges: frozenset[Privilege]
    teams: tuple[str, ...]
    services: tuple[str, ...]

    def sees(self, fact: Fact) -> bool:
        if Privilege.LISTEN_ALL in self.privileges:
            return True
        for agent, service in ((AGENTS[at], service) for at, service in fact.parts):
            if agent is not None:
                if Privilege.LISTEN_OWN in self.privileges and agent.login == "me":
                    return True
                if Privilege.LISTEN_TEAMS in self.privileges and agent.team in self.teams:
                    return True
            if Privilege.LISTEN_SERVICES in self.privileges and service in self.services:
                return True
        return False

    def sees_evaluation(self, fact: Fact, evaluator: str, part: int) -> bool:
        if Privilege.QM_VIEW_ALL in self.privileges or evaluator == "me":
            return True
        agent = AGENTS[fact.parts[part][0]]
        own = agent is not None and agent.login == "me"
        return own and Privilege.QM_OWN in self.privileges


askers = st.builds(
    Asker,
    privileges=st.builds(
        lambda listens, others: frozenset(listens) | frozenset(others),
        st.sets(st.sampled_from(LISTENS), max_size=2),
        st.sets(st.sampled_from(OTHERS)),
    ),
    teams=st.sets(st.sampled_from(("Sales", "Claims"))).map(sorted).map(tuple),
    services=st.sets(st.sampled_from(("Cards", "Loans"))).map(sorted).map(tuple),
)


def _incoming(number: int, fact: Fact) -> Any:
    start = STARTED_US + number * 3_600_000_000
    segments = tuple(
        replace(
            make_segment(place, agent=AGENTS[at], service=service, disposition=f"For {service}"),
            started_us=WallUs(start + place * 60_000_000),
            ended_us=WallUs(start + (place + 1) * 60_000_000),
        )
        for place, (at, service) in enumerate(fact.parts, 1)
    )
    said = Message(WallUs(start + 1), PartyRole.CUSTOMER, "K", f"{fact.word} {number}")
    return make_incoming(
        number,
        content={},
        recordings=(),
        channel=fact.channel,
        segments=segments,
        started_us=WallUs(start),
        messages=(said,),
        tags=(fact.tag,) if fact.tag else (),
        custom=(("Region", fact.region),) if fact.region else (),
    )


def fill(admin: LocalSession, asker: Asker, all_facts: Sequence[Fact], *, seen_only: bool) -> None:
    """Fill a store; with `seen_only`, with what the asker may see alone."""
    role, _ = admin.people.add_role("asker", asker.privileges)
    limits = {"teams": asker.teams, "services": asker.services}
    admin.people.add_user("critic", "Critic", ["qm_manager"])
    me, _ = admin.people.add_user("me", "Me", ["qm_manager"])
    chosen = [
        (number, fact) for number, fact in enumerate(all_facts) if not seen_only or asker.sees(fact)
    ]
    landed, _ = admin.intake.put([_incoming(number, fact) for number, fact in chosen])
    sessions = {login: admin.store.session(login) for login in EVALUATORS}
    category = admin.evaluations.categories()[0].name
    for (number, fact), one in zip(chosen, landed, strict=True):
        assert one.interaction_id is not None
        for evaluator, score in fact.evaluations:
            handled = next((n for n, (at, _s) in enumerate(fact.parts) if AGENTS[at]), None)
            if handled is None:
                continue
            if not seen_only or asker.sees_evaluation(fact, evaluator, handled):
                scores = [CategoryScore(category, score)]
                sessions[evaluator].evaluations.save(one.interaction_id, handled + 1, scores)
        for author, public in fact.comments:
            if not seen_only or public or author == "me":
                place = Place(WallUs(STARTED_US + number * 3_600_000_000))
                sessions[author].comments.add(
                    one.interaction_id, RemarkKind.COMMENT, place, "words", public=public
                )
        if fact.held:
            admin.keeping.hold([one.interaction_id], "case")
    from reviewer.models.access import UserChange

    admin.people.change_user(me.id, UserChange(roles=(role.key,), **limits))


def told(call: Callable[[], object]) -> object:
    """Return what a call gives, or how it is refused."""
    try:
        return call()
    except ReviewerError as error:
        return error.code, explain(error), error.exit_code


def exported(session: Session, folder: Path) -> dict[str, bytes]:
    """Return what an export of everything writes, by name of file."""
    plan = plan_export(session, Search(), folder, ExportOptions(frozenset({"text"})))
    run_export(session, plan)
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    # These tell of the digests of the others, and of the moment.
    del files["manifest.json"], files["SHA256SUMS"]
    return files


def linked(session: Session, number: int) -> tuple[object, object]:
    """Return what comes of a link to an interaction: followed, and made."""
    giid = make_giid(number)
    followed = told(lambda: follow_link(session, f"reviewer://{session.store.id}/{giid}?t=5")[1])
    return followed, told(lambda: make_link(session, giid).replace(session.store.id, "store"))


def answers(session: Session, count: int, folder: Path) -> dict[str, object]:
    """Return all that a user can learn of the interactions, without their ids."""
    found = session.interactions
    every = told(lambda: found.ids(Search()))
    ids = list(every) if not isinstance(every, tuple) else []
    giids = {row.id: row.giid for row in found.rows(ids)}
    learned: dict[str, object] = {
        "rows": [replace(row, id=0) for row in found.rows(ids)],  # type: ignore[arg-type]
        "by_day": told(lambda: found.by_day(Search())),
        "custom": found.custom_fields(),
        "holds": {(hold.giid, hold.reason) for hold in session.keeping.holds()},
        "states": {
            giids[number]: state
            for number, state in found.content_states(ids, list(RecordingKind)).items()
        },
    }
    learned["export"] = told(lambda: exported(session, folder))
    for number in range(count):
        learned[f"link {number}"] = linked(session, number)
    for number in ids:
        learned[f"scores {giids[number]}"] = [
            (one.segment_number, one.evaluator, one.version, one.scores)
            for one in session.evaluations.of(number)
        ]
        learned[f"comments {giids[number]}"] = [
            (one.author, one.public, one.text) for one in session.comments.of(number)
        ]
        learned[f"whole {giids[number]}"] = found.get_by_id(number).tags
    for line in QUERIES:
        query = Search(parse_line(line))
        learned[f"count {line}"] = told(lambda q=query: found.count(q, cap=None))
        learned[f"ids {line}"] = told(lambda q=query: [row.giid for row in found.search(q)])
        learned[f"snippets {line}"] = told(
            lambda q=query: {
                giids[number]: snippet.text
                for number, snippet in found.snippets(ids, q.criteria).items()
            }
        )
    for key in [*(one.key for one in CRITERIA), "custom.Region"]:
        for typed in ("", "с", "o"):
            learned[f"complete {key} {typed}"] = told(lambda k=key, t=typed: found.complete(k, t))
    for column in (column.key for column in COLUMNS):
        for descending in (False, True):
            search = Search(sort=(SortKey(column, descending), SortKey("started")))
            learned[f"order {column} {descending}"] = told(
                lambda s=search: [row.giid for row in found.search(s)]
            )
    return learned


def _compare(asker: Asker, all_facts: Sequence[Fact]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, apart = Path(folder) / "whole", Path(folder) / "apart"
        whole.mkdir()
        apart.mkdir()
        with closing(make_store(whole)) as full, closing(make_store(apart)) as less:
            fill(full.session(ADMIN), asker, all_facts, seen_only=False)
            fill(less.session(ADMIN), asker, all_facts, seen_only=True)
            first, second = (
                answers(store.session("me"), len(all_facts), Path(folder) / name)
                for store, name in ((full, "from whole"), (less, "from apart"))
            )
    assert first.keys() == second.keys()
    for name, answer in first.items():
        assert answer == second[name], name


FEW = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # A case takes a second: what fails is told as it is.
    phases=[Phase.explicit, Phase.generate],
)


@FEW
@given(asker=askers, all_facts=st.lists(facts, min_size=2, max_size=6))
def test_nothing_tells_of_what_is_hidden(asker: Asker, all_facts: list[Fact]) -> None:
    _compare(asker, all_facts)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@settings(FEW, max_examples=300)
@given(asker=askers, all_facts=st.lists(facts, min_size=2, max_size=8))
def test_nothing_tells_of_what_is_hidden_tried_long(asker: Asker, all_facts: list[Fact]) -> None:
    _compare(asker, all_facts)
