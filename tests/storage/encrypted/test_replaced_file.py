"""A catalogue's file that is replaced or written while others open it."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from reviewer.crypto.secret import Secret
from reviewer.errors import ReviewerError, StoreDamagedError
from reviewer.models.progress import NoProgress
from reviewer.storage.catalogue.sqlite import driver, file
from reviewer.storage.catalogue.sqlite.database import SqliteDatabase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OLD, NEW = Secret(b"1" * 32), Secret(b"2" * 32)
BUSY_MS = 10_000


def add(database: SqliteDatabase, number: int) -> None:
    with database.plain() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (?)", (number,))


def numbers(database: SqliteDatabase) -> list[int]:
    with database.plain() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT n FROM t ORDER BY n")]


def catalogue(path: Path) -> SqliteDatabase:
    """Make a file with a number in it."""
    with closing(driver.connect(path, OLD, options="mode=rwc")) as raw:
        raw.execute("CREATE TABLE t (n)")
        raw.execute("INSERT INTO t VALUES (1)")
    return SqliteDatabase(path, "store", key=OLD, busy_ms=BUSY_MS)


@pytest.mark.parametrize("is_late", [True, False], ids=["about to lock it", "waiting"])
def test_who_waited_leaves_what_was_committed_to_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_late: bool
) -> None:
    """The log beside the new file was taken for one of the old file, and removed."""
    path = tmp_path / "catalogue.sqlite"
    connect: Callable[..., Any] = driver.connect
    opened, written = threading.Event(), threading.Event()
    told: list[object] = []

    def slow(*arguments: Any, **named: Any) -> Any:
        raw = connect(*arguments, **named)
        if threading.current_thread() is theirs:
            opened.set()
            if is_late:
                written.wait()
        return raw

    def wait() -> None:
        with closing(SqliteDatabase(path, "store", key=OLD, busy_ms=BUSY_MS)) as database:
            try:
                told.append(numbers(database))
            except ReviewerError as error:
                told.append(type(error))

    theirs = threading.Thread(target=wait)
    with closing(catalogue(path)) as ours:
        monkeypatch.setattr(driver, "connect", slow)
        with ours.alone() as lone:
            theirs.start()
            opened.wait()
            lone.rewrite(NEW, "store", NoProgress())
        add(ours, 2)
        written.set()
        theirs.join()
        # Their key is not the new one's.
        assert told == [StoreDamagedError]
        with closing(SqliteDatabase(path, "store", key=NEW)) as others:
            assert numbers(others) == [1, 2]
            add(others, 3)
        assert numbers(ours) == [1, 2, 3]


def test_what_opening_says_of_a_file_that_was_replaced_is_not_told(tmp_path: Path) -> None:
    """It was said of the one before, to which nothing is written any more: it is opened again."""
    path = tmp_path / "catalogue.sqlite"
    catalogue(path).close()

    def use(raw: Any) -> None:
        with (
            closing(driver.connect(path, OLD)) as there,
            closing(driver.connect(path.with_name("new"), OLD, options="mode=rwc")) as made,
        ):
            there.backup(made)
        path.with_name("new").replace(path)
        raw.execute("PRAGMA journal_mode=WAL").fetchall()
        raw.execute("INSERT INTO t VALUES (2)")

    assert driver.first_use(path, lambda: driver.connect(path, OLD), use, 1.0) is None


def test_a_header_that_is_just_being_written_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalogue.sqlite"
    catalogue(path).close()
    with closing(driver.connect(path, OLD)) as raw:
        raw.execute(f"PRAGMA application_id={file.APPLICATION_ID:d}")
    whole = path.read_bytes()
    path.write_bytes(whole[:2000] + bytes(2000) + whole[4000:])
    connect: Callable[..., Any] = driver.connect
    looks: list[Any] = []

    def write_on(*arguments: Any, **named: Any) -> Any:
        looks.append(arguments)
        if len(looks) == 3:
            path.write_bytes(whole)
        return connect(*arguments, **named)

    monkeypatch.setattr(driver, "connect", write_on)
    assert file.look_inside(path, "store", [NEW, OLD]) == (0, OLD)
    path.write_bytes(whole[:2000] + bytes(2000) + whole[4000:])
    with pytest.raises(StoreDamagedError):
        file.look_inside(path, "store", [NEW, OLD])
