"""Searches out of columns find what one plain query finds, and what criteria mean in Python."""

from __future__ import annotations

import dataclasses
import sqlite3
from contextlib import closing, suppress
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reviewer.errors import (
    CancelledError,
    CriteriaInvalidError,
    RestrictedCriterionError,
    StoreDamagedError,
    UsageError,
)
from reviewer.models.columns import COLUMNS
from reviewer.models.criteria.catalogue import CRITERIA
from reviewer.models.criteria.line import parse_line, print_line
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Channel, Message
from reviewer.models.progress import Cancellation
from reviewer.models.recording import PartyRole
from reviewer.models.search import Count, Search, SortKey
from reviewer.storage.catalogue import finder, fulltext, plain
from reviewer.storage.catalogue.criteria import CompileContext
from reviewer.storage.catalogue.finder import Finder
from reviewer.storage.catalogue.side_tables import deletion_reasons
from reviewer.storage.catalogue.sqlite.columns import (
    compiling,
    examining,
    in_step,
    keeping,
    layout,
)
from reviewer.storage.catalogue.sqlite.columns.cache import Cache
from reviewer.storage.catalogue.sqlite.columns.coding import Lists, Numbers, Texts
from reviewer.storage.catalogue.visibility import Visibility
from reviewer.storage.local import open_store
from tests.helpers.criteria import NAUGHTY, conditions
from tests.helpers.criteria_store import (
    CUSTOM,
    DAY_US,
    LIKELY,
    NOW_US,
    SLOW,
    ZONE,
    Stored,
    sensible,
    sensible_trees,
)
from tests.helpers.examples import few_or_many
from tests.helpers.stores import ADMIN, STARTED_US, make_incoming, make_segment, make_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from reviewer.storage.local import LocalStore

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


# --- in step with the tables -------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalStore]:
    """Ten calls a day apart, each in a block of its own."""
    monkeypatch.setattr(in_step, "PENDING", 1)
    monkeypatch.setattr(keeping, "SMALL", 1)
    with make_store(tmp_path) as made:
        intake = made.session(ADMIN).intake
        for n in range(1, 11):
            start = STARTED_US + n * DAY_US
            said = (Message(WallUs(start), PartyRole.CUSTOMER, "", f"planted{n:02d} договор"),)
            intake.put([
                make_incoming(
                    n, started_us=start, messages=said, recordings=(), content={},
                    segments=(make_segment(started_us=start),), subject=f"Planted{n:02d}",
                    custom=(("Region", f"planted-region{n:02d}"),), tags=(f"planted-tag{n:02d}",),
                )
            ])  # fmt: skip
        yield made


def _count(store: LocalStore, line: str) -> int:
    return store.session(ADMIN).interactions.count(Search(parse_line(line))).n


def _out_of_step(store: LocalStore) -> list[str]:
    with store._core.database.read() as connection:
        return examining.differing(connection)


CHANGES = {
    "UPDATE interactions SET flagged = 1": "flagged:yes",
    "UPDATE interactions SET subject_fold = 'ёлка'": "subject:~елка",
    "UPDATE interactions SET started_us = started_us + 100000000000000": "started:2026",
    "UPDATE segments SET agent_id = NULL": "-agent:*",
    "UPDATE segments SET service_id = NULL": "-service:*",
    "UPDATE interaction_custom SET value_fold = 'x'": "custom.Region:x",
    "DELETE FROM interaction_custom": "-custom.Region:*",
    "UPDATE interaction_labels SET value_fold = 'x'": "tag:x",
    "DELETE FROM interaction_labels": "-tag:*",
    "UPDATE messages SET text = 'разговор'": "разговоры",
    "DELETE FROM messages": "-договор",
    "UPDATE interactions SET texts_searchable = 0": "-договор",
    "INSERT INTO tombstones (interaction_id, kind, at_us, by_retention, recordings, bytes)"
    " SELECT id, 1, 1, 0, 0, 0 FROM interactions": "deleted:yes",
}


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changes_the_tables_is_heeded(store: LocalStore, change: str) -> None:
    line = CHANGES[change].replace("ё", "е")
    change = change.replace("ё", "е")
    assert _count(store, line) == 0
    # Another program, that knows nothing of columns, and only some of the interactions.
    with closing(sqlite3.connect(store.folder / "catalogue.sqlite")) as raw:
        column = "id" if "interactions" in change else "interaction_id"
        some = f"{column} IN (SELECT id FROM interactions ORDER BY id LIMIT 4)"  # noqa: S608
        raw.execute(f"{change} WHERE {some}")
        raw.commit()
    assert _count(store, line) == 4
    assert _count(store, "") == 10
    store.session(ADMIN).people.add_user("anybody", "", [])
    assert _count(store, line) == 4
    assert _out_of_step(store) == []
    with store._core.database.read() as connection:
        assert keeping.blocks_of(connection.connection.driver_connection)
        assert not connection.exec_driver_sql("SELECT 1 FROM column_touched").all()


@pytest.mark.parametrize("left", [True, False], ids=["something was left", "all was in step"])
def test_what_deleting_content_changes_is_heeded(store: LocalStore, left: bool) -> None:
    """Deleting says what it changes, and nothing else is looked at: but what others left is."""
    session = store.session(ADMIN)
    if left:
        with closing(sqlite3.connect(store.folder / "catalogue.sqlite")) as raw:
            raw.execute("UPDATE interactions SET flagged = 1")
            raw.commit()
    ids = session.interactions.ids(Search())[:4]
    session.erasure.erase(ids, [What.TRANSCRIPT], "why", shared=Shared.CUT)
    assert _out_of_step(store) == []
    assert (_count(store, "deleted:yes"), _count(store, "договор")) == (4, 6)
    assert _count(store, "flagged:yes") == (10 if left else 0)
    # What comes after it says nothing.
    with store._core.database.write() as connection:
        connection.exec_driver_sql("UPDATE interactions SET flagged = 1")
    assert _out_of_step(store) == []
    assert _count(store, "flagged:yes") == 10


def test_deleting_that_failed_has_announced_nothing(store: LocalStore) -> None:
    database = store._core.database
    with suppress(UsageError), database.write() as connection:
        database.announce(connection, frozenset({"messages"}))
        raise UsageError(reason="no")
    for _ in range(4):
        # Whichever connection the pool gives.
        with database.write() as connection:
            connection.exec_driver_sql("UPDATE interactions SET flagged = 1 - flagged")
        assert _out_of_step(store) == []


def test_what_is_gone_from_the_tables_is_gone(store: LocalStore) -> None:
    session = store.session(ADMIN)
    gone = session.interactions.ids(Search())[3]
    with store._core.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM messages WHERE interaction_id = ?", (gone,))
        connection.exec_driver_sql("DELETE FROM interactions WHERE id = ?", (gone,))
    assert _count(store, "") == 9
    assert gone not in session.interactions.ids(Search())
    assert _out_of_step(store) == []


def test_what_was_taken_out_of_the_tables_does_not_stay_in_the_file(store: LocalStore) -> None:
    path = store.folder / "catalogue.sqlite"
    store._core.database.tidy()
    assert b"planted-region04" in path.read_bytes()
    assert b"planted04" in path.read_bytes()
    with store._core.database.write() as connection:
        numbers = connection.exec_driver_sql("SELECT id FROM interactions").scalars().all()
        fulltext.remove(connection, numbers)
        for line in (
            "UPDATE interactions SET subject = '', subject_fold = '', custom = '', tags = ''",
            "DELETE FROM messages",
            "DELETE FROM interaction_custom",
            "DELETE FROM interaction_labels",
        ):
            connection.exec_driver_sql(line)
        fulltext.rebuild(connection)
    store.close()
    assert b"planted" not in path.read_bytes().lower()


def test_columns_that_other_rules_made_are_made_anew(store: LocalStore) -> None:
    with store._core.database.write() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = 'older' WHERE key = 'columns'")
        connection.exec_driver_sql("DELETE FROM column_data")
    store.close()
    with open_store(store.folder) as opened:
        assert _count(opened, "договоры") == 10
        assert _out_of_step(opened) == []


def test_columns_that_came_since_are_made_alone(store: LocalStore) -> None:
    (older, names), *_ = layout.SINCE.items()
    with store._core.database.write() as connection:
        assert connection.exec_driver_sql("SELECT 1 FROM column_blocks").first()
        connection.exec_driver_sql("UPDATE meta SET value = ? WHERE key = 'columns'", (older,))
        for name in names:
            connection.exec_driver_sql("DELETE FROM column_data WHERE name = ?", (name,))
        connection.exec_driver_sql(
            "UPDATE interactions SET silence_share = 300 "
            "WHERE id IN (SELECT id FROM interactions ORDER BY id LIMIT 4)"
        )
        connection.exec_driver_sql("DELETE FROM column_touched")
        others = "SELECT rowid FROM column_data ORDER BY rowid"
        kept = connection.exec_driver_sql(others).scalars().all()
    store.close()
    with open_store(store.folder) as opened:
        assert _count(opened, "silence:30%") == 4
        assert _out_of_step(opened) == []
        with opened._core.database.read() as connection:
            now = connection.exec_driver_sql(others).scalars().all()
    assert set(kept) < set(now)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE column_data SET data = zeroblob(3) WHERE name = 'channel'",
        "UPDATE column_data SET data = substr(data, 1, 50) WHERE name = 'subject_fold'",
    ],
)
def test_damaged_columns_are_told_found_and_mended(store: LocalStore, damage: str) -> None:
    with store._core.database.write() as connection:
        connection.exec_driver_sql(damage)
        connection.exec_driver_sql("UPDATE column_blocks SET stamp = stamp + 1")
    with pytest.raises(StoreDamagedError):
        store.session(ADMIN).interactions.search(
            Search(channel=Channel.VOICE, sort=(SortKey("subject"),))
        )
    (finding,) = store.examine(repair=True)
    assert (finding.code, finding.repaired) == ("index", True)
    assert store.examine() == ()
    assert _count(store, "subject:~planted0") == 9


def test_columns_out_of_step_are_found_and_mended(store: LocalStore) -> None:
    with store._core.database.write() as connection:
        blocks = connection.exec_driver_sql("SELECT id FROM column_blocks").scalars().all()
        connection.exec_driver_sql("DELETE FROM column_blocks WHERE id = ?", (blocks[2],))
    assert _count(store, "") == 9
    assert [finding.name for finding in store.examine()] == ["column_data.id"]
    store.examine(repair=True)
    assert _count(store, "") == 10


# --- going about it ----------------------------------------------------------------------------


def _read(store: LocalStore, work: Callable[[], object]) -> list[str]:
    """Return the names of the columns that are read while something is done."""
    seen: list[str] = []
    database = store._core.database
    with pytest.MonkeyPatch.context() as patch:
        real = keeping.stored
        patch.setattr(
            keeping, "stored", lambda raw, block, name: seen.append(name) or real(raw, block, name)
        )
        work()
    assert isinstance(database.columns.size_bytes, int)
    return seen


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("", {"started_us", "id"}),
        ("flagged:yes", {"flagged"}),
        ("from:~99999", {"from_fold"}),
        ("-hold>=0s договор", {"hold_us"}),
        ("team:nosuch", set()),
        ("flagged:yes OR sentiment>0.5", {"flagged", "sentiment"}),
        ("started:2030", set()),
    ],
)
def test_only_the_columns_asked_about_are_read(
    store: LocalStore, line: str, names: set[str]
) -> None:
    session = store.session(ADMIN)
    search = Search(parse_line(line))
    assert set(_read(store, lambda: session.interactions.search(search))) == names


def test_a_page_of_the_newest_reads_no_more_than_it_takes(store: LocalStore) -> None:
    session = store.session(ADMIN)
    assert len(_read(store, lambda: session.interactions.search(Search(), limit=3))) == 2 * 3
    store._core.database.columns.clear()
    capped = Search(parse_line("договор"))
    assert len(_read(store, lambda: session.interactions.count(capped, cap=4))) == 5


def test_what_was_read_stays_until_its_block_is_written(store: LocalStore) -> None:
    session = store.session(ADMIN)
    search = Search(parse_line("flagged:yes OR subject:~ted0"))
    assert len(_read(store, lambda: session.interactions.count(search))) == 20
    assert _read(store, lambda: session.interactions.count(search)) == []
    with store._core.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE interactions SET flagged = 1, subject_fold = 'x' "
            "WHERE id = (SELECT max(id) FROM interactions)"
        )
    assert session.interactions.count(search).n == 10
    assert _read(store, lambda: session.interactions.count(search)) == []
    assert store._core.database.columns.size_bytes > 0
    store.close()
    assert store._core.database.columns.size_bytes == 0


def test_the_room_for_what_was_read_is_limited() -> None:
    cache = Cache(limit_bytes=100)
    first = cache.begin([1, 2, 3])
    for stamp in (1, 2, 3):
        cache.put(first, stamp, "x", stamp, 40)
    # A search does not put out what it has read itself: the next one begins with that.
    assert [cache.get(first, stamp, "x") for stamp in (1, 2, 3)] == [1, 2, None]
    assert cache.size_bytes == 80
    second = cache.begin([1, 2, 3])
    assert cache.get(second, 2, "x") == 2
    cache.put(second, 3, "x", 3, 40)
    assert [cache.get(second, stamp, "x") for stamp in (1, 2, 3)] == [None, 2, 3]
    # What is of a block that was written meanwhile goes, and what is too large never comes.
    third = cache.begin([2, 4])
    assert cache.get(third, 3, "x") is None
    assert cache.size_bytes == 40
    cache.put(third, 4, "x", 4, 101)
    cache.put(third, 3, "x", 3, 1)
    assert cache.get(third, 4, "x") is cache.get(third, 3, "x") is None


@pytest.mark.parametrize("call", ["search", "ids", "count"])
def test_a_superseded_search_ends_between_blocks(store: LocalStore, call: str) -> None:
    session = store.session(ADMIN)
    cancel = Cancellation()
    seen = []
    real = keeping.stored

    def reading(raw, block, name):
        seen.append(name)
        if len(seen) == 3:
            cancel.cancel()
        return real(raw, block, name)

    search = Search(parse_line("flagged:yes"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "stored", reading)
        with pytest.raises(CancelledError):
            getattr(session.interactions, call)(search, cancel=cancel)
    assert len(seen) == 3
    assert session.interactions.count(search).n == 0


# --- arrays and bytes --------------------------------------------------------------------------

WORDS = st.text(max_size=6).filter(bool)


@given(values=st.lists(st.integers(-(1 << 63), (1 << 63) - 1)))
def test_whole_numbers_come_back(values: list[int]) -> None:
    made = Numbers(np.array(values, np.int64))
    assert Numbers.decoded(made.encoded()).values.tolist() == values


@given(values=st.lists(st.floats(width=64)))
def test_real_numbers_come_back(values: list[float]) -> None:
    made = Numbers(np.array(values, float))
    assert Numbers.decoded(made.encoded()).same(made)


@given(pairs=st.sets(st.tuples(WORDS, st.integers(0, 30))), more=st.sets(WORDS), part=WORDS)
def test_texts_are_found_as_python_finds_them(
    pairs: set[tuple[str, int]], more: set[str], part: str
) -> None:
    made = Lists.decoded(Lists.of(pairs, text=True).encoded())
    texts = sorted({text for text, _ in pairs})
    keys = made.keys
    assert isinstance(keys, Texts)
    assert [text.decode() for text in keys.all()] == texts
    key = part.encode()
    assert {texts[n] for n in keys.containing(key)} == {t for t in texts if part in t}
    assert {texts[n] for n in keys.starting(key)} == {t for t in texts if t.startswith(part)}
    assert {texts[n] for n in keys.ending(key)} == {t for t in texts if t.endswith(part)}
    wanted = [text.encode() for text in (*more, *texts[::2])]
    assert {texts[n] for n in keys.among(wanted)} == {*texts[::2], *more} & set(texts)
    for place, text in enumerate(texts):
        rows = sorted(row for other, row in pairs if other == text)
        assert made.under(np.array([place])).tolist() == rows
    least = [min((t for t, row in pairs if row == n), default=None) for n in range(31)]
    told = [None if place < 0 else texts[place] for place in made.firsts(31).tolist()]
    assert told == least


@given(
    pairs=st.sets(st.tuples(st.integers(0, 9), st.integers(0, 19))),
    rows=st.lists(st.integers(0, 19), unique=True),
)
def test_lists_are_taken_apart_and_put_together(
    pairs: set[tuple[int, int]], rows: list[int]
) -> None:
    made = Lists.of(pairs, text=False)
    chosen = np.array(rows, np.int64)
    some = made.of_rows(chosen, 20)
    expected = {(key, rows.index(row)) for key, row in pairs if row in rows}
    assert some.same(Lists.of(expected, text=False))
    others = np.ones(20, bool)
    others[chosen] = False
    assert made.only(others).and_(some.placed(chosen)).same(made)


def test_damaged_bytes_are_no_column() -> None:
    data = Lists.of([("a", 1), ("b", 2)], text=True).encoded()
    for wrong in (b"", data[:-9], b"\xff" * 40):
        with pytest.raises(sqlite3.DatabaseError):
            keeping.decoded("subject_fold", wrong)
