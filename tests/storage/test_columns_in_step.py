"""Columns follow the tables, whoever changes these, and read no more than they need."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import CancelledError, StoreDamagedError, UsageError
from reviewer.models.criteria.line import parse_line
from reviewer.models.erasure import Shared, What
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Channel, Message
from reviewer.models.progress import Cancellation
from reviewer.models.recording import PartyRole
from reviewer.models.search import Search, SortKey
from reviewer.storage.catalogue import fulltext
from reviewer.storage.catalogue.sqlite.columns import examining, in_step, keeping, layout
from reviewer.storage.catalogue.sqlite.columns.cache import Cache
from reviewer.storage.local import open_store
from tests.helpers.criteria_store import DAY_US
from tests.helpers.stores import ADMIN, STARTED_US, make_incoming, make_segment, make_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reviewer.storage.local import LocalStore


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
                    from_address=f"sender{n:02d}@example.com",
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
    "UPDATE interactions SET from_fold = 'ёлка'": "from:~елка",
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
    "wrong",
    [
        "UPDATE column_data SET data = zeroblob(3) WHERE name = 'id'",
        "DELETE FROM column_data WHERE name = 'id'",
        "UPDATE column_blocks SET first_id = first_id + 100000, last_id = last_id + 100000",
    ],
)
def test_where_columns_of_old_are_wrong_all_are_made_anew(store: LocalStore, wrong: str) -> None:
    """Else the store could not be opened any more, and so not be mended."""
    older, *_ = layout.SINCE
    with store._core.database.write() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = ? WHERE key = 'columns'", (older,))
        connection.exec_driver_sql(wrong)
        connection.exec_driver_sql("DELETE FROM column_touched")
    store.close()
    with open_store(store.folder) as opened:
        assert _count(opened, "from:~sender0") == 9
        assert _out_of_step(opened) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE column_data SET data = zeroblob(3) WHERE name = 'channel'",
        "UPDATE column_data SET data = substr(data, 1, 50) WHERE name = 'from_fold'",
    ],
)
def test_damaged_columns_are_told_found_and_mended(store: LocalStore, damage: str) -> None:
    with store._core.database.write() as connection:
        connection.exec_driver_sql(damage)
        connection.exec_driver_sql("UPDATE column_blocks SET stamp = stamp + 1")
    with pytest.raises(StoreDamagedError):
        store.session(ADMIN).interactions.search(
            Search(channel=Channel.VOICE, sort=(SortKey("from"),))
        )
    (finding,) = store.examine(repair=True)
    assert (finding.code, finding.repaired) == ("index", True)
    assert store.examine() == ()
    assert _count(store, "from:~sender0") == 9


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
        ("-hold>=0s договор", {"hold_us", "channel"}),
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
    search = Search(parse_line("flagged:yes OR from:~der0"))
    assert len(_read(store, lambda: session.interactions.count(search))) == 20
    assert _read(store, lambda: session.interactions.count(search)) == []
    with store._core.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE interactions SET flagged = 1, from_fold = 'x' "
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
