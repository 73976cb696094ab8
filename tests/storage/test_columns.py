"""Searches out of columns find what one plain query finds, and what criteria mean in Python."""

from __future__ import annotations

import dataclasses
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reviewer.errors import CriteriaInvalidError, RestrictedCriterionError
from reviewer.models.columns import COLUMNS
from reviewer.models.criteria.catalogue import CRITERIA
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.models.interaction import Channel
from reviewer.models.search import Count, Search, SortKey
from reviewer.storage.catalogue import finder, plain
from reviewer.storage.catalogue.criteria import CompileContext
from reviewer.storage.catalogue.finder import Finder
from reviewer.storage.catalogue.side_tables import deletion_reasons
from reviewer.storage.catalogue.sqlite.columns import compiling, examining, in_step, keeping
from reviewer.storage.catalogue.visibility import Visibility
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
from tests.helpers.stores import ADMIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


KEYS = [column.key for column in COLUMNS] + ["custom.Region", "custom.nosuch"]
SORTS = st.lists(
    st.builds(SortKey, st.sampled_from(KEYS), st.booleans()), min_size=1, max_size=2,
    unique_by=lambda key: key.column,
).map(tuple)  # fmt: skip
LIMITS = ("PENDING", "SMALL", "LARGE", "MOST")
LAYOUTS = {
    "no block": (10_000, 8_000, 60_000, 65_536),
    "one block": (5, 100, 60_000, 65_536),
    "blocks that were cut": (5, 4, 10, 12),
    "blocks that were joined": (3, 4, 20, 30),
}
"""How many new ones wait, what is a small block, what a large one, and when one is cut."""


@pytest.fixture(scope="module", params=LAYOUTS)
def stored(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in zip(LIMITS, LAYOUTS[request.param], strict=True):
            patch.setattr(in_step if name == "PENDING" else keeping, name, value)
        made = Stored(
            tmp_path_factory.mktemp("columns"), oldest_first=request.param.endswith("joined")
        )
    yield made
    made.store.close()


def test_columns_are_in_step_whatever_their_blocks(stored: Stored, request) -> None:
    with stored.store._core.database.read() as connection:
        ask = connection.exec_driver_sql
        sizes = ask("SELECT size FROM column_blocks ORDER BY first_id").scalars().all()
        waiting = ask("SELECT count(*) FROM column_pending").scalar()
        assert examining.differing(connection) == []
    assert sum(sizes) + waiting == len(stored.subjects)
    few_blocks = {"no block": 0, "one block": 1}
    layout = request.node.callspec.params["stored"]
    if layout in few_blocks:
        assert len(sizes) == few_blocks[layout]
    else:
        assert len(sizes) > 2
        assert max(sizes) > LAYOUTS[layout][1]


def plainly(
    connection: Connection, search: Search, visibility: Visibility, sort: tuple[SortKey, ...]
) -> list[int]:
    """Return what one plain query finds."""
    context = CompileContext(
        ZONE, NOW_US, "sqlite", search.channel, visibility.restricted_ok,
        visibility.evaluations, visibility.comments,
        reasons=partial(deletion_reasons, connection),
    )  # fmt: skip
    return list(plain.Answers(connection, search, context, visibility, sort).ids())


@few_or_many("most", 20, 200)
@pytest.mark.parametrize("few", [0, 1_000], ids=["by columns", "by ids where they are few"])
def test_columns_find_what_a_plain_query_and_python_find(
    stored: Stored, monkeypatch: pytest.MonkeyPatch, few: int, most: int
) -> None:
    monkeypatch.setattr(compiling, "_FEW", few)
    clock = SimpleNamespace(time_ns=lambda: NOW_US * 1000)
    monkeypatch.setattr(finder, "time", clock)
    visibility = Visibility(stored.store.session(ADMIN).people.me)
    asked = Finder(visibility, ZONE, "sqlite")

    @settings(max_examples=most, deadline=None, suppress_health_check=SLOW)
    @given(tree=sensible_trees(), sort=SORTS, limit=st.integers(0, 70))
    @example(tree=parse_line("-(recording:yes flagged:yes)"), sort=(SortKey("from"),), limit=9)
    def found(tree: Block, sort: tuple[SortKey, ...], limit: int) -> None:
        search = Search(tree, sort=sort)
        with stored.store._core.database.read() as connection:
            ids = list(asked.ids(connection, search))
            assert sorted(ids) == sorted(stored.by_python(tree)), print_line(tree, "en")
            assert ids == plainly(connection, search, visibility, asked._sort(search)), (
                print_line(tree, "en"),
                sort,
            )
            assert asked.page(connection, search, limit) == ids[:limit], sort
            assert asked.count(connection, search, None) == Count(len(ids))
            capped = Count(min(limit, len(ids)), capped=len(ids) > limit)
            assert asked.count(connection, search, limit) == capped

    found()


# --- more than the trees of a day --------------------------------------------------------------


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stored]:
    """A store whose interactions are in several blocks, with users who see a part of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in zip(LIMITS, LAYOUTS["blocks that were cut"], strict=True):
            patch.setattr(in_step if name == "PENDING" else keeping, name, value)
        made = Stored(tmp_path_factory.mktemp("cut"))
        people = made.store.session(ADMIN).people
        people.add_user("of_a_team", "", ["supervisor"], teams=["Продажи"])
        people.add_user("of_services", "", ["customer"], services=["ДБО", "Support 100%"])
        people.add_user("ivanova", "", ["agent", "customer"], services=["Кредитные карты"])
        people.add_user("boss", "", ["manager"])
        people.add_user("evaluator", "", ["qm_evaluator"], teams=["Продажи", "Support"])
        people.add_user("nobody", "", [])
    yield made
    made.store.close()


@pytest.mark.parametrize("entry", [*CRITERIA, *CUSTOM], ids=lambda entry: entry.key)
def test_every_criterion_and_operator_finds_the_same(
    cut: Stored, monkeypatch: pytest.MonkeyPatch, entry
) -> None:
    monkeypatch.setattr(finder, "time", SimpleNamespace(time_ns=lambda: NOW_US * 1000))
    asked = Finder(Visibility(cut.store.session(ADMIN).people.me), ZONE, "sqlite")

    @settings(max_examples=12, deadline=None, suppress_health_check=SLOW, database=None)
    @given(condition=conditions((entry,), LIKELY))
    def same(condition: Condition) -> None:
        tree = Block(members=(dataclasses.replace(condition, enabled=True),))
        if sensible(tree):
            with cut.store._core.database.read() as connection:
                ids = asked.ids(connection, Search(tree))
            assert set(ids) == cut.by_python(tree), print_line(tree, "en")

    same()


@few_or_many("most", 15, 150)
@pytest.mark.parametrize(
    "login", ["boss", "of_a_team", "of_services", "ivanova", "evaluator", "nobody"]
)
def test_who_sees_a_part_finds_the_same(
    cut: Stored, monkeypatch: pytest.MonkeyPatch, login: str, most: int
) -> None:
    monkeypatch.setattr(finder, "time", SimpleNamespace(time_ns=lambda: NOW_US * 1000))
    visibility = Visibility(cut.store.session(login).people.me)
    asked = Finder(visibility, ZONE, "sqlite")
    seen = set()

    @settings(max_examples=most, deadline=None, suppress_health_check=SLOW)
    @given(tree=sensible_trees(), sort=SORTS, channel=st.sampled_from(Channel))
    @example(tree=Block(), sort=(SortKey("started"),), channel=None)
    def same(tree: Block, sort: tuple[SortKey, ...], channel: Channel | None) -> None:
        search = Search(tree, channel, sort)
        with cut.store._core.database.read() as connection:
            try:
                found = list(asked.ids(connection, search))
                expected = plainly(connection, search, visibility, asked._sort(search))
            except (RestrictedCriterionError, CriteriaInvalidError):
                return
            assert found == expected, (print_line(tree, "en"), sort)
            seen.update(found)

    same()
    assert bool(seen) == (login != "nobody")
    assert len(seen) < len(cut.subjects) or login == "boss"


@pytest.mark.parametrize("search", [Search(Block(Join.OR, ()))], ids=["an empty block"])
def test_what_asks_nothing_finds_everything(cut: Stored, search: Search) -> None:
    assert cut.store.session(ADMIN).interactions.count(search).n == len(cut.subjects)


@few_or_many("step", 5, 1)
def test_large_and_naughty_sets_run(cut: Stored, step: int) -> None:
    """Every text and every way to ask for one; in each run a part of both together."""
    found = cut.store.session(ADMIN).interactions
    wide = tuple(Condition("agent", Op.CONTAINS, (str(n),)) for n in range(290))
    found.search(Search(Block(Join.OR, wide)))
    keys = ("giid", "from", "agent", "disposition", "tag", "text")
    ops = (Op.IS, Op.STARTS, Op.CONTAINS, Op.MATCHES, Op.PHRASE)
    for number, text in enumerate(NAUGHTY):
        asked = [Condition(key, op, (text,)) for key in keys for op in ops][number % step :: step]
        asked.append(Condition(f"custom.{text}", Op.ANY_OF, ("x", text)))
        tree = Block(Join.OR, tuple(c for c in asked if sensible(Block(members=(c,)))))
        if tree.members:
            assert set(found.ids(Search(tree))) == cut.by_python(tree)
