"""Every cell of the table in docs/criteria.md, and any set of criteria, in every store.

What a store finds is what criteria mean in Python; so every store finds the same, in one order.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from functools import cache, partial
from itertools import combinations, islice
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.errors import CriteriaInvalidError
from reviewer.models.columns import COLUMNS
from reviewer.models.criteria.catalogue import CRITERIA, custom
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.line import print_line
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.criteria.values import fault_of
from reviewer.models.ids import US_PER_S
from reviewer.models.interaction import Channel
from reviewer.models.search import NEWEST_FIRST, Count, Search, SortKey
from reviewer.storage.catalogue import finder, plain
from reviewer.storage.catalogue.criteria import CompileContext
from reviewer.storage.catalogue.side_tables import deletion_reasons
from reviewer.storage.catalogue.sqlite.columns import answers, compiling, in_step, keeping
from reviewer.storage.catalogue.visibility import Visibility
from tests.helpers.criteria_store import NOW_US, POOLS, SLOW, ZONE, Stored, sensible_trees
from tests.helpers.postgresql import ServerStores
from tests.helpers.stores import make_incoming, make_segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.storage.catalogue.finder import Answers

ENGINES = ("sqlite", "postgresql")
CELLS = [
    (entry, op, channel)
    for entry in (*CRITERIA, custom("Region"))
    for op in entry.operators
    for channel in Channel
    if channel in entry.channels
]
EXTRA = [
    make_incoming(number, channel=channel, from_address="", to_address="", connected_to="",
                  recordings=(), content={}, segments=(make_segment(agent=None, service="",
                  disposition=""),))
    for number, channel in enumerate(Channel, start=901)
]  # fmt: skip
"""What has as little as can be."""
_UNKNOWN = "ъыъ-nosuch-ъыъ"


@pytest.fixture(scope="module")
def all_stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Stored]]:
    folder = tmp_path_factory.mktemp("criteria")
    servers = ServerStores(folder)
    with pytest.MonkeyPatch.context() as patch:
        # Blocks of few, so that there are several, and some interactions wait for theirs.
        for name, value in {"PENDING": 5, "SMALL": 4, "LARGE": 20, "MOST": 30}.items():
            patch.setattr(in_step if name == "PENDING" else keeping, name, value)
        made = {"sqlite": Stored(folder, extra=EXTRA)}
    made["postgresql"] = Stored(folder, store=servers.make(), extra=EXTRA)
    yield made
    for stored in made.values():
        stored.store.close()
    servers.close()


Asked: TypeAlias = "Callable[[Search], set[int]]"


@pytest.fixture(scope="module")
def ways(all_stored: dict[str, Stored]) -> Iterator[dict[str, Asked]]:
    """Return each way to answer a search that there is, over one state of its store.

    SQLite has two: its columns, and the plain query that they are made of and measured against.
    """
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        # No way out into the tables' indexes where the columns know the answer.
        patch.setattr(compiling, "_FEW", 0)

        def way(engine: str, kind: Callable[..., Answers]) -> Asked:
            stored = all_stored[engine]
            database = stored.store._core.database
            connection = stack.enter_context(database.read())
            visibility = Visibility(stored.session.people.me)

            def ask(search: Search) -> set[int]:
                context = CompileContext(
                    ZONE, NOW_US, database.dialect, search.channel, visibility.restricted_ok,
                    visibility.evaluations, visibility.comments,
                    reasons=partial(deletion_reasons, connection),
                )  # fmt: skip
                return set(kind(connection, search, context, visibility, NEWEST_FIRST).ids())

            return ask

        yield {
            "the columns of sqlite": way("sqlite", answers.Answers),
            "a query to sqlite": way("sqlite", plain.Answers),
            "a query to postgresql": way("postgresql", plain.Answers),
        }


def ids_of(stored: Stored, search: Search) -> list[int]:
    return list(stored.session.interactions.ids(search))


# --- cells -------------------------------------------------------------------------------------


def texts_of(stored: Stored, entry: Criterion) -> list[str]:
    if entry.kind is Kind.FULLTEXT:
        return list(POOLS["text"])
    found: set[str] = set()
    for subject in stored.subjects.values():
        value = entry.read(subject)
        found.update(value if isinstance(value, tuple) else ())
    return sorted(text for text in found if text)


def numbers_of(stored: Stored, entry: Criterion) -> list[float]:
    read = (entry.read(subject) for subject in stored.subjects.values())
    return sorted({value for value in read if isinstance(value, int | float)})


def cut(text: str, op: Op) -> str:
    if op is Op.STARTS:
        return text[:4]
    if op is Op.ENDS:
        return text[-4:]
    return text[1:5] if op is Op.CONTAINS and len(text) > 5 else text


def values_of(stored: Stored, entry: Criterion, op: Op) -> Iterator[tuple[object, ...]]:
    """Yield what a condition may be given: what is there, and what is nowhere."""
    if op in (Op.YES, Op.NO, Op.PRESENT, Op.EMPTY):
        yield ()
    elif entry.kind in (Kind.NUMBER, Kind.SHARE, Kind.DURATION):
        known = numbers_of(stored, entry)
        if entry.kind is Kind.SHARE:
            known = [share / 10 for share in known]
        ends = [entry.least, entry.most]
        if entry.kind is Kind.DURATION:
            ends = [0, 9_999 * US_PER_S]
        if op is Op.BETWEEN:
            yield from combinations(known, 2)
            yield ends[1], ends[1]
        else:
            yield from ((number,) for number in [*known, *ends])
    elif entry.kind is Kind.MOMENT:
        days = ["2023-09-20", "2023-10-01", "2023-10-05", "2023-09", "1990", "2190"]
        yield from combinations(days[:3], 2) if op is Op.BETWEEN else ((day,) for day in days)
        if op is Op.BETWEEN:
            yield "2190-01-01", "2190-01-02"
    elif entry.kind is Kind.GIID:
        yield from ((cut(text, op),) for text in texts_of(stored, entry))
        yield ("0123456",)
    elif entry.kind is Kind.CHOICE:
        yield from ((choice.value,) for choice in entry.choices)
    else:
        texts = [cut(text, op) for text in texts_of(stored, entry)]
        yield from ((text,) for text in texts)
        yield (_UNKNOWN,)
        if op is not Op.IS:
            yield from combinations(texts, 2)


@pytest.fixture(scope="module")
def meant(all_stored: dict[str, Stored]) -> Callable[[Criterion, Op], dict[Condition, set[int]]]:
    """Return what conditions of a criterion and an operator find by their meaning in Python."""
    stored = all_stored["sqlite"]

    @cache
    def found(entry: Criterion, op: Op) -> dict[Condition, set[int]]:
        conditions = [
            Condition(entry.key, op, values)
            for values in islice(values_of(stored, entry, op), 40)
            if not any(fault_of(entry, value) for value in values)
        ]
        return {one: stored.by_python(Block(members=(one,))) for one in conditions}

    return found


@pytest.mark.parametrize(
    ("entry", "op", "channel"), CELLS, ids=[f"{e.key}-{o}-{c}" for e, o, c in CELLS]
)
def test_a_cell_means_in_every_store_what_it_means_in_python(
    all_stored: dict[str, Stored],
    ways: dict[str, Asked],
    meant: Callable[[Criterion, Op], dict[Condition, set[int]]],
    entry: Criterion,
    op: Op,
    channel: Channel,
) -> None:
    """With a value that finds something, one that finds something else, and one that does not.

    Each also negated. A cell whose query finds what another operator would, all, or nothing,
    fails here: what is found is told by the meaning, never by another store.
    """
    first = all_stored["sqlite"]
    of_channel = {n for n, s in first.subjects.items() if s.interaction.channel is channel}
    chosen: dict[frozenset[int], Condition] = {}
    for condition, found in meant(entry, op).items():
        chosen.setdefault(frozenset(found & of_channel), condition)
    some = sorted((found for found in chosen if found), key=sorted)[:2]
    assert some, "nothing is found"
    assert some != [of_channel], "all is found"
    tried = [*some]
    if op not in (Op.YES, Op.NO, Op.PRESENT, Op.EMPTY) and entry.kind is not Kind.CHOICE:
        assert len(some) == 2, "nothing else is found"
        # What is least or most of all is found by "at most" or "at least" whatever the value.
        ends = {Op.LE: entry.least, Op.GE: entry.most}.get(op)
        known = numbers_of(first, entry)
        if ends not in ([n / 10 for n in known] if entry.kind is Kind.SHARE else known):
            assert frozenset() in chosen, "something is found always"
            tried.append(frozenset())
    for expected in tried:
        condition = chosen[expected]
        asked = Search(Block(members=(condition,)), channel=channel)
        negated = Search(Block(members=(replace(condition, negated=True),)), channel=channel)
        for name, ask in ways.items():
            assert ask(asked) == expected, (name, condition)
            assert ask(negated) == of_channel - expected, (name, condition, "negated")


@pytest.mark.parametrize("entry", CRITERIA, ids=lambda entry: entry.key)
def test_what_is_no_cell_is_refused(all_stored: dict[str, Stored], entry: Criterion) -> None:
    op = entry.operators[0]
    value = next(values_of(all_stored["sqlite"], entry, op))
    tree = Block(members=(Condition(entry.key, op, value),))
    for channel in set(Channel) - entry.channels:
        for stored in all_stored.values():
            with pytest.raises(CriteriaInvalidError):
                ids_of(stored, Search(tree, channel=channel))


_OF_SOME = [entry for entry in CRITERIA if set(entry.channels) != set(Channel)]


@pytest.mark.parametrize("entry", _OF_SOME, ids=lambda entry: entry.key)
def test_where_no_channel_is_chosen_a_criterion_finds_its_own_channels_only(
    all_stored: dict[str, Stored], ways: dict[str, Asked], entry: Criterion
) -> None:
    """What another channel knows nothing of, it is not without: negated, "no" or "is empty"."""
    first = all_stored["sqlite"]
    own = {n for n, s in first.subjects.items() if s.interaction.channel in entry.channels}
    for op in entry.operators:
        value = next(values_of(first, entry, op))
        condition = Condition(entry.key, op, value)
        found = {
            negated: first.by_python(Block(members=(replace(condition, negated=negated),)))
            for negated in (False, True)
        }
        assert found[False] | found[True] == own
        assert not found[False] & found[True]
        for negated, expected in found.items():
            for name, ask in ways.items():
                asked = Search(Block(members=(replace(condition, negated=negated),)))
                assert ask(asked) == expected, (name, condition, negated)


def test_the_table_is_what_the_catalogue_says() -> None:
    root = Path(__file__).parents[2]
    checked = subprocess.run(
        [sys.executable, str(root / "tools" / "criteria_table.py"), "--check"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    page = (root / "docs" / "criteria.md").read_text("utf-8")
    for entry in CRITERIA:
        assert f"| `{entry.key}` | `{entry.word}` |" in page


# --- any set, any order ------------------------------------------------------------------------

KEYS = [column.key for column in COLUMNS if column.sortable] + ["custom.Region", "custom.nosuch"]
SORTS = st.lists(
    st.builds(SortKey, st.sampled_from(KEYS), st.booleans()),
    min_size=1, max_size=2, unique_by=lambda key: key.column,
).map(tuple)  # fmt: skip


def test_every_store_finds_the_same_in_the_same_order(
    all_stored: dict[str, Stored], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "time", SimpleNamespace(time_ns=lambda: NOW_US * 1000))
    sessions = {name: all_stored[name].session for name in ENGINES}

    @settings(max_examples=60, deadline=None, suppress_health_check=SLOW, database=None)
    @given(
        tree=sensible_trees(),
        channel=st.none() | st.sampled_from(Channel),
        sort=SORTS,
        limit=st.integers(0, 70),
    )
    def same(tree: Block, channel: Channel | None, sort: tuple[SortKey, ...], limit: int) -> None:
        search = Search(tree, channel=channel, sort=sort)
        told = {}
        for name, session in sessions.items():
            try:
                ids = list(session.interactions.ids(search))
            except CriteriaInvalidError as error:
                told[name] = str(error)
                continue
            rows = session.interactions.search(search, limit=limit)
            assert [row.id for row in rows] == ids[:limit]
            assert session.interactions.count(search, cap=None) == Count(len(ids))
            capped = Count(min(limit, len(ids)), capped=len(ids) > limit)
            assert session.interactions.count(search, cap=limit) == capped
            told[name] = ids
        assert told["sqlite"] == told["postgresql"], print_line(tree, "en")

    same()


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
def test_every_order_is_the_same_in_every_store(
    all_stored: dict[str, Stored], key: str, descending: bool
) -> None:
    search = Search(sort=(SortKey(key, descending),))
    found = [ids_of(all_stored[name], search) for name in ENGINES]
    assert len(found[0]) == len(all_stored["sqlite"].subjects)
    assert found[0] == found[1]
