"""The catalogue's own parts: codes, facts, errors of the driver, forms of queries."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import exc

from reviewer.errors import (
    CancelledError,
    InternalError,
    ReviewerError,
    StoreBusyError,
    StoreClosedError,
    StoreDamagedError,
    StoreFullError,
    StoreNotFoundError,
    StoreNotWritableError,
    UsageError,
)
from reviewer.models.criteria.line import parse_line
from reviewer.models.ids import WallUs
from reviewer.models.interaction import Message
from reviewer.models.progress import Cancellation
from reviewer.models.recording import PartyRole
from reviewer.models.search import Search
from reviewer.storage.address import folder_of, open_address
from reviewer.storage.catalogue import codes, facts, schema
from reviewer.storage.catalogue.sqlite.database import translate
from tests.helpers.stores import (
    ADMIN,
    STARTED_US,
    make_giid,
    make_incoming,
    make_interaction,
    make_store,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.storage.local import LocalStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with make_store(tmp_path) as made:
        yield made


# --- codes -----------------------------------------------------------------------------------


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@pytest.mark.parametrize(
    "numbers", [{Colour.RED: 1}, {Colour.RED: 1, Colour.BLUE: 1}], ids=["one missing", "twice"]
)
def test_codes_are_complete_and_unique(numbers: dict[Colour, int]) -> None:
    with pytest.raises(ValueError, match="Colour"):
        codes.Codes(Colour, numbers)


def test_codes_go_both_ways() -> None:
    made = codes.Codes(Colour, {Colour.RED: 1, Colour.BLUE: 5})
    assert [made.member(made.code(colour)) for colour in Colour] == list(Colour)
    assert made.code_or_none(None) is made.member_or_none(None) is None


def test_codes_in_stores_never_change() -> None:
    """Databases hold these numbers."""
    told = {
        name: {member.value: code for member, code in value.to_code.items()}
        for name, value in vars(codes).items()
        if isinstance(value, codes.Codes)
    }
    assert told["CHANNELS"] == {"voice": 1, "chat": 2, "email": 3}
    assert told["DIRECTIONS"] == {"inbound": 1, "outbound": 2, "internal": 3}
    assert told["RECORDING_STATES"] == {
        "available": 1,
        "expired": 2,
        "deleted": 3,
        "missing": 4,
        "damaged": 5,
    }
    assert told["RECORDING_KINDS"] == {
        "voice": 1,
        "voice_channel": 2,
        "cpa": 3,
        "voicemail": 4,
        "screen": 5,
        "voice_transcript": 6,
        "chat_transcript": 7,
        "email": 8,
    }
    assert told["TRANSFERS"] == {"blind": 1, "attended": 2}
    assert told["EVALUATION_KINDS"] == {"normal": 1, "self": 2, "calibration": 3}
    assert told["EVALUATION_STATES"] == {"draft": 1, "submitted": 2}


# --- facts -----------------------------------------------------------------------------------


def test_ids_grow_with_the_start_and_differ_by_giid() -> None:
    early, late = (facts.first_id(make_giid(1), us) for us in (1_000_000, 1_001_000))
    assert early < late
    assert facts.first_id(make_giid(1), 0) != facts.first_id(make_giid(2), 0)
    assert 0 <= facts.first_id(make_giid(1), -5) < 1 << 20
    assert facts.first_id(make_giid(1), 2**62) < 1 << 63


def test_the_next_id_stays_within_its_millisecond() -> None:
    first = facts.first_id(make_giid(1), 1_700_000_000_000_000)
    seen = {first}
    number = first
    for _ in range(5000):
        number = facts.next_id(number)
        seen.add(number)
    assert len(seen) == 5001
    assert {number >> 20 for number in seen} == {first >> 20}
    last = first | 0xFFFFF
    assert facts.next_id(last) == last & ~0xFFFFF


def test_ids_that_collide_are_told_apart(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "first_id", lambda giid, started_us: 77)
    session = store.session(ADMIN)
    session.intake.put(make_incoming(n) for n in range(5))
    session.intake.put(make_incoming(n) for n in range(5, 8))
    ids = sorted(session.interactions.ids(Search()))
    assert ids == [77 + n for n in range(8)]
    assert session.interactions.get(make_giid(6)).giid == make_giid(6)


def test_a_fingerprint_is_of_facts_and_not_of_ids() -> None:
    from dataclasses import replace

    one = make_interaction(1)
    assert facts.fingerprint(one) == facts.fingerprint(replace(one, id=5))
    assert facts.fingerprint(one) != facts.fingerprint(replace(one, flagged=True))
    with pytest.raises(TypeError):
        facts.plain(object())


# --- errors of the driver --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, StoreBusyError),
        (sqlite3.SQLITE_LOCKED, StoreBusyError),
        (sqlite3.SQLITE_FULL, StoreFullError),
        (sqlite3.SQLITE_READONLY, StoreNotWritableError),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreNotWritableError),
        (sqlite3.SQLITE_CANTOPEN, StoreNotWritableError),
        (sqlite3.SQLITE_IOERR_WRITE, StoreNotWritableError),
        (sqlite3.SQLITE_CORRUPT, StoreDamagedError),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreDamagedError),
        (sqlite3.SQLITE_NOTADB, StoreDamagedError),
        (sqlite3.SQLITE_INTERRUPT, InternalError),
        (sqlite3.SQLITE_CONSTRAINT, InternalError),
    ],
)
def test_what_errors_of_the_driver_mean(code: int, kind: type[ReviewerError]) -> None:
    driver = sqlite3.OperationalError("told by the driver")
    driver.sqlite_errorcode = code
    wrapped = exc.OperationalError("SELECT secret", {"who": "secret"}, driver)
    for error in (driver, wrapped):
        fault = translate(error, "the store")
        assert type(fault) is kind
        assert "secret" not in str(fault)


def test_a_write_that_fails_is_undone(store: LocalStore) -> None:
    database = store._core.database

    def write() -> None:
        with database.write() as connection:
            connection.execute(schema.teams.insert().values(name="x", name_fold="x"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    with database.read() as connection:
        assert connection.execute(schema.teams.select()).all() == []


def test_a_closed_database_says_so(store: LocalStore) -> None:
    database = store._core.database
    store.close()
    for enter in (database.read, database.write, database.plain):
        with pytest.raises(StoreClosedError), enter():
            pass


def test_deleted_texts_do_not_stay_in_the_file(store: LocalStore) -> None:
    session = store.session(ADMIN)
    session.intake.put([make_incoming(1, subject="PLANTED-SECRET-TEXT")])
    with store._core.database.write() as connection:
        connection.execute(schema.interactions.update().values(subject="", subject_fold=""))
    store.close()
    assert b"PLANTED-SECRET" not in (store.folder / "catalogue.sqlite").read_bytes()


# --- searches ----------------------------------------------------------------------------------


class AfterAWhile(Cancellation):
    """Cancelled when a running statement has asked so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.asked = 0
        self._times = times

    @property
    def is_cancelled(self) -> bool:
        self.asked += 1
        return self.asked > self._times

    def raise_if_cancelled(self) -> None:
        """Not before the statement runs."""


@pytest.mark.parametrize("line", ["from:~12 OR -from:~13", "договор OR from:~45", "-agent:x"])
def test_a_superseded_search_is_interrupted_in_the_database(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    from reviewer.storage.catalogue.sqlite import database

    monkeypatch.setattr(database, "_INSTRUCTIONS", 5)
    session = store.session(ADMIN)
    session.intake.put(make_incoming(n, recordings=(), content={}) for n in range(50))
    pool = store._core.database._engine.pool
    search = Search(parse_line(line))
    for call in (session.interactions.search, session.interactions.ids, session.interactions.count):
        cancel = AfterAWhile(20)
        with pytest.raises(CancelledError):
            call(search, cancel=cancel)
        assert cancel.asked < 30
        assert pool.checkedout() == 0
        # Nothing of it stays with the connection.
        assert session.interactions.count(Search()).n == 50


def test_a_start_that_was_corrected_is_found_in_its_place(store: LocalStore) -> None:
    """Its id tells another order than its start does."""
    session = store.session(ADMIN)
    hour_us = 3_600_000_000

    def said(number: int, hour: int, **values):
        start = STARTED_US + hour * hour_us
        message = Message(WallUs(start), PartyRole.CUSTOMER, "", f"договор {number}")
        return make_incoming(
            number, started_us=start, messages=(message,), recordings=(), content={}, **values
        )

    session.intake.put(said(n, n) for n in range(1, 4))
    session.intake.put([said(1, 9, subject="corrected")])
    corrected = session.interactions.get(make_giid(1))
    assert [part.started_us for part in corrected.segments] == [STARTED_US + 9 * hour_us]
    for line in ("договор", "договор started:2023-10-05..2023-10-06"):
        found = session.interactions.search(Search(parse_line(line)))
        assert [row.giid for row in found] == [make_giid(n) for n in (1, 3, 2)]


# --- addresses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("/srv/store", Path("/srv/store")),
        ("store", Path("store")),
        ("file:///srv/my%20store", Path("/srv/my store")),
        ("C:\\store", Path("C:\\store")),
        (" /srv/store ", Path("/srv/store")),
        ("a:b/c", Path("a:b/c")),
    ],
)
def test_addresses_of_folders(address: str, folder: Path) -> None:
    assert folder_of(address) == folder


def test_addresses_that_are_none() -> None:
    for address in ("https://server", "postgresql://host/db", "ftp://x"):
        with pytest.raises(UsageError) as caught:
            open_address(address)
        assert address in str(caught.value)
    with pytest.raises(StoreNotFoundError):
        open_address("  ")


def test_a_store_is_opened_by_its_address(store: LocalStore, tmp_path: Path) -> None:
    for address in (str(store.folder), store.folder.as_uri()):
        with closing(open_address(address)) as opened:
            assert opened.url == str(store.folder)
    with pytest.raises(StoreNotFoundError):
        open_address(str(tmp_path / "nowhere"))
