"""Criteria in SQL select what criteria in Python select, over the same interactions."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from sqlalchemy import select

from reviewer.errors import CriteriaInvalidError, QueryError, RestrictedCriterionError
from reviewer.messages import explain, speaking
from reviewer.models.criteria.catalogue import CRITERIA
from reviewer.models.criteria.evaluate import matches
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.tree import MAX_CONDITIONS, MAX_PATTERNS, Block, Condition, Join, Op
from reviewer.models.interaction import (
    Channel,
)
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.criteria import CompileContext, compile_block
from tests.helpers.criteria import NAUGHTY, conditions
from tests.helpers.criteria_store import (
    CUSTOM,
    LIKELY,
    NOW_US,
    SLOW,
    ZONE,
    Stored,
    sensible,
    sensible_trees,
)
from tests.helpers.examples import few_or_many
from tests.helpers.postgresql import ServerStores

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stored(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    folder = tmp_path_factory.mktemp("criteria")
    servers = ServerStores(folder)
    store = servers.make() if request.param == "postgresql" else None
    made = Stored(folder, store=store)
    yield made
    made.store.close()
    servers.close()


@few_or_many("most", 80, 800)
def test_sql_and_python_select_the_same(stored: Stored, most: int) -> None:
    @settings(max_examples=most, deadline=None, suppress_health_check=SLOW, database=None)
    @given(tree=sensible_trees())
    def same(tree: Block) -> None:
        assert stored.by_sql(tree) == stored.by_python(tree), print_line(tree, "en")

    same()


@pytest.mark.parametrize("entry", [*CRITERIA, *CUSTOM], ids=lambda entry: entry.key)
def test_every_criterion_and_operator_selects_the_same(stored: Stored, entry) -> None:
    # The server is asked less: it plans each question anew, which takes longer than to answer it.
    quick = stored.store._core.database.dialect == "sqlite"
    selective = set()

    @settings(
        max_examples=40 if quick else 10, deadline=None, suppress_health_check=SLOW, database=None
    )
    @given(condition=conditions((entry,), LIKELY))
    def same(condition: Condition) -> None:
        tree = Block(members=(dataclasses.replace(condition, enabled=True),))
        if not sensible(tree):
            return
        found = stored.by_sql(tree)
        assert found == stored.by_python(tree), print_line(tree, "en")
        if 0 < len(found) < len(stored.subjects):
            selective.add(condition.op)

    same()
    if not quick:
        return
    # That some are found and some are not shows that the criterion asks about something.
    assert selective, entry.key
    if entry.kind in (Kind.TEXT, Kind.PHONE, Kind.NAME):
        assert {Op.CONTAINS, Op.STARTS} & selective


def test_every_criterion_is_known_to_sql(stored: Stored) -> None:
    for entry in CRITERIA:
        for op in entry.operators:
            values = {"moment": ("2023",), "choice": ("inbound",), "number": (1,)}
            values |= {"share": (1,), "duration": (1,)}
            value = values.get(entry.kind.value, ("x",))
            count = {Op.BETWEEN: 2, Op.YES: 0, Op.NO: 0, Op.PRESENT: 0, Op.EMPTY: 0}.get(op, 1)
            stored.by_sql(Block(members=(Condition(entry.key, op, value * count),)))


def find(stored: Stored, line: str) -> set[int]:
    return stored.by_sql(parse_line(line))


def test_a_negation_finds_what_has_no_value(stored: Stored) -> None:
    everything = set(stored.subjects)
    unknown = {n for n, s in stored.subjects.items() if s.interaction.sentiment is None}
    assert unknown
    assert unknown <= find(stored, "-sentiment<0")
    assert find(stored, "-sentiment<0") == everything - find(stored, "sentiment<0")
    assert find(stored, "-(sentiment<0 score>1)") == everything - find(
        stored, "sentiment<0 score>1"
    )
    # Of calls alone: no other channel has it.
    calls = {n for n, s in stored.subjects.items() if s.interaction.channel is Channel.VOICE}
    assert find(stored, "recording:no") == calls - find(stored, "recording:yes")
    assert find(stored, "-recording:yes") == find(stored, "recording:no")


def test_dispositions_that_differ_in_case_are_different(stored: Stored) -> None:
    three = [find(stored, f"disposition:{name}") for name in ("Отказ", "отказ", "ОТКАЗ")]
    assert all(three)
    assert not three[0] & three[1]
    assert not three[1] & three[2]
    assert find(stored, "disposition:отк*") == set.union(*three)
    services = [find(stored, f"service:{name}") for name in ("ДБО", "дбо")]
    assert services[0] == services[1]


def test_agent_and_service_mean_any_segment_and_disposition_the_last(stored: Stored) -> None:
    found = find(stored, "agent:ivanova")
    first_only = {
        number
        for number, subject in stored.subjects.items()
        if (a := subject.interaction.segments[0].agent) is not None
        and a.login == "ivanova"
        and (subject.interaction.agent is None or subject.interaction.agent.login != "ivanova")
    }
    assert first_only
    assert first_only <= found
    for number in find(stored, "disposition:Отказ"):
        assert stored.subjects[number].interaction.segments[-1].disposition == "Отказ"


def test_restricted_criteria_are_refused(stored: Stored) -> None:
    for entry in (*CRITERIA, *CUSTOM):
        op = next(op for op in entry.operators if op in (Op.PRESENT, Op.YES, entry.default_op))
        values = {
            Kind.MOMENT: "today",
            Kind.CHOICE: "inbound",
            Kind.NUMBER: 1,
            Kind.SHARE: 1,
            Kind.DURATION: 1,
        }
        value = () if op in (Op.PRESENT, Op.YES) else (values.get(entry.kind, "a"),)
        inner = Block(Join.OR, (Condition(entry.key, op, value),))
        tree = Block(members=(inner,))
        if not entry.restricted:
            stored.by_sql(tree, restricted_ok=False)
            continue
        with pytest.raises(RestrictedCriterionError, match="not available") as caught:
            stored.by_sql(tree, restricted_ok=False)
        assert caught.value.fields["path"] == (0, 0)


def test_a_criterion_that_the_channel_lacks_is_refused(stored: Stored) -> None:
    with pytest.raises(CriteriaInvalidError, match=r"subject:~a.* does not have") as caught:
        stored.by_sql(parse_line("subject:a"), channel=Channel.VOICE)
    assert isinstance(caught.value, QueryError)
    with speaking("ru"):
        assert explain(caught.value) == (
            "Условие тема:~a использовать нельзя: у этого канала нет такого критерия"
        )
    stored.by_sql(parse_line("subject:a"), channel=Channel.EMAIL)


@few_or_many("step", 5, 1)
def test_naughty_values_are_values_and_never_sql(stored: Stored, step: int) -> None:
    """Every text and every way to ask for one; in each run a part of both together."""
    keys = ("giid", "from", "agent", "disposition", "tag", "text")
    ops = (Op.IS, Op.STARTS, Op.CONTAINS, Op.MATCHES, Op.PHRASE)
    for number, text in enumerate(NAUGHTY):
        asked = [Condition(key, op, (text,)) for key in keys for op in ops][number % step :: step]
        asked.append(Condition(f"custom.{text}", Op.ANY_OF, ("x", text)))
        tree = Block(Join.OR, tuple(c for c in asked if sensible(Block(members=(c,)))))
        if tree.members:
            assert stored.by_sql(tree) == stored.by_python(tree)


def test_values_are_bound(stored: Stored) -> None:
    tree = parse_line('from:~planted OR agent:planted OR "planted" OR custom.planted:planted')
    for dialect in ("sqlite", "postgresql"):
        context = CompileContext(ZONE, NOW_US, dialect, None, restricted_ok=True)
        assert "planted" not in str(compile_block(tree, context))


def test_the_largest_sets_run(stored: Stored) -> None:
    wide = Block(Join.OR, tuple(Condition("agent", Op.CONTAINS, (str(n),)) for n in range(290)))
    stored.by_sql(wide)
    patterns = tuple(f"x{n}" for n in range(MAX_PATTERNS))
    node: Block = Block(members=(Condition("from", Op.STARTS, patterns, negated=True),))
    for _ in range(19):
        node = Block(Join.OR, (node, Condition("score", Op.LT, (3,))), negated=True)
        node = Block(Join.AND, (*node.members, Condition("text", Op.MATCHES, ("a",))), negated=True)
    stored.by_sql(node)
    flat = Block(members=tuple(Condition("from", Op.ENDS, ("1",)) for _ in range(MAX_CONDITIONS)))
    stored.by_sql(flat)
    many = Condition("disposition", Op.ANY_OF, tuple(f"d{n}" for n in range(1000)))
    stored.by_sql(Block(members=(many,) * 5))
    with pytest.raises(CriteriaInvalidError, match="5 000"):
        stored.by_sql(Block(members=(many,) * 6))
    with pytest.raises(CriteriaInvalidError, match="300"):
        stored.by_sql(Block(members=(*flat.members, flat.members[0])))


def test_only_evaluations_that_may_be_seen_count(stored: Stored) -> None:
    olga = schema.users.alias()
    of_olga = schema.evaluations.c.evaluator_id.in_(
        select(olga.c.id).where(olga.c.login_fold == "olga")
    )
    for line in ("evaluated:yes", "score>=1", "score<5", "evaluator:*", "-score>4 OR tag:a"):
        expected = set()
        for number, subject in stored.subjects.items():
            seen = tuple(e for e in subject.evaluations if e.evaluator == "olga")
            if matches(
                parse_line(line), dataclasses.replace(subject, evaluations=seen), ZONE, NOW_US
            ):
                expected.add(number)
        assert stored.by_sql(parse_line(line), evaluations=of_olga) == expected
    assert stored.by_sql(parse_line("evaluator:admin"), evaluations=of_olga) == set()
    assert stored.by_sql(parse_line("evaluator:admin")) != set()
