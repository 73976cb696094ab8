"""Wrapped keys of sealed objects, in a small database of their own beside the catalogue.

It holds nothing that opens anything without the ring. Being of its own, it can be backed up for a
shorter time than everything else: a copy of content without its keys is nothing.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reviewer.errors import N_, InternalError, StoreClosedError, StoreDamagedError
from reviewer.models.ids import ObjectId
from reviewer.storage.atomic import DURABLY, PART, inode, make_private, settle
from reviewer.storage.faults import sqlite_fault, telling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

NAME: Final = "keys.db"
FORMAT: Final = 1
APPLICATION_ID: Final = 0x5276774B
_BUSY_S: Final = 5.0
_NOT_OURS: Final = N_("keys.db is not its file of keys")
_CHUNK: Final = 500
_TABLES: Final = """\
CREATE TABLE wrapped (object_id TEXT PRIMARY KEY, kind TEXT NOT NULL, ring_key INTEGER NOT NULL,
  key BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX by_ring_key ON wrapped (ring_key);
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID
"""
_INSERT: Final = "INSERT OR REPLACE INTO wrapped (object_id, kind, ring_key, key) VALUES (?,?,?,?)"

_AMONG: Final = "FROM wrapped WHERE object_id IN (SELECT value FROM json_each(?))"
"""Of the objects that `_listed` lists."""
_ANY: Final = "SELECT 1 FROM json_each(?) CROSS JOIN wrapped ON object_id = value LIMIT 1"
"""Whether one of them has a key: the list is read as far as its first."""
_UNSETTLED: Final = "INSERT OR REPLACE INTO state (key, value) VALUES ('unsettled', ?)"


class OutdatedKeyError(Exception):
    """A key of the ring that wraps no more: another program has begun to destroy it."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """The data key of one object, wrapped.

    Attributes:
        object_id: Whose.
        kind: What the object is: `content`, or what was derived of it.
        ring_key: Number of the ring's key that wrapped it.
        key: The wrapped key.
    """

    object_id: ObjectId
    kind: str
    ring_key: int
    key: bytes


class KeyStore:
    """The database of wrapped keys. Thread: any; calls take turns.

    Args:
        path: Its file, made by `make`.
        store: What errors call the store.

    Raises:
        StoreDamagedError: It is missing, or no such database.
    """

    def __init__(self, path: Path, store: str) -> None:
        self._path = path
        self._store = store
        self._lock = threading.RLock()
        self._begun = False
        if not path.is_file():
            raise StoreDamagedError(store=store, reason=N_("its file of keys is missing: keys.db"))
        with _telling(store):
            self._raw = _connect(path)
            (application,) = self._raw.execute("PRAGMA application_id").fetchone()
            (version,) = self._raw.execute("PRAGMA user_version").fetchone()
            self._is = inode(path)
        if application != APPLICATION_ID or version != FORMAT:
            self._raw.close()
            raise StoreDamagedError(store=store, reason=_NOT_OURS)

    @classmethod
    def make(cls, path: Path, store: str) -> KeyStore:
        """Make an empty one, whole or not at all, in place of what may be there; open it."""
        part = path.with_name(path.name + PART)
        with _telling(store):
            part.unlink(missing_ok=True)
            make_private(part)
            raw = sqlite3.connect(part, isolation_level=None)
            try:
                for statement in _TABLES.split(";"):
                    raw.execute(statement)
                raw.execute("INSERT INTO state VALUES ('oldest', '1')")
                raw.execute(f"PRAGMA application_id={APPLICATION_ID:d}")
                raw.execute(f"PRAGMA user_version={FORMAT:d}")
            finally:
                raw.close()
            part.replace(path)
            settle(path.parent)
        return cls(path, store)

    @property
    def is_there(self) -> bool:
        """Whether the file is the one that was opened: not removed, nor another in its place."""
        with _telling(self._store):
            return inode(self._path) == self._is

    def get(self, object_id: ObjectId) -> WrappedKey | None:
        """Return the key of an object, None if it has none."""
        with self._turn() as raw:
            row = raw.execute(
                "SELECT kind, ring_key, key FROM wrapped WHERE object_id = ?", (object_id,)
            ).fetchone()
        return None if row is None else _wrapped(object_id, *row)

    def put(self, keys: Iterable[WrappedKey]) -> None:
        """Enter keys, all or none, durably.

        Raises:
            OutdatedKeyError: One was wrapped by a key of the ring that wraps no more.
        """
        rows = [(key.object_id, key.kind, key.ring_key, key.key) for key in keys]
        if not rows:
            return
        with self._writing() as raw:
            if min(row[2] for row in rows) < self._oldest(raw):
                raise OutdatedKeyError
            raw.executemany(_INSERT, rows)

    def destroy(self, ids: Collection[ObjectId]) -> None:
        """Remove keys, all in one step, and what is left of them in the file."""
        these = _listed(ids)
        with self._turn() as raw:
            if raw.execute(_ANY, (these,)).fetchone() is None:
                return
        with self._writing() as raw:
            raw.execute(f"DELETE {_AMONG}", (these,))
            raw.execute(_UNSETTLED, ("1",))
        self.settle()

    def settle(self) -> None:
        """Rid the log beside the file of keys that were removed: it keeps pages as they were.

        Where another program still reads those, a note stays for the next time.
        """
        with self._turn() as raw:
            note = raw.execute("SELECT value FROM state WHERE key = 'unsettled'").fetchone()
            if self._begun or note is None or note[0] != "1":
                return
            (busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            with self._writing() as raw:
                raw.execute(_UNSETTLED, ("0",))

    def older_than(self, ring_key: int, limit: int = _CHUNK) -> list[WrappedKey]:
        """Return some of the keys that were wrapped by an earlier key of the ring."""
        with self._turn() as raw:
            rows = raw.execute(
                "SELECT object_id, kind, ring_key, key FROM wrapped WHERE ring_key < ? LIMIT ?",
                (ring_key, limit),
            ).fetchall()
        return [_wrapped(*row) for row in rows]

    def replace(self, keys: Collection[WrappedKey]) -> None:
        """Give objects that have a key under an earlier one another wrapping of it, all or none.

        Raises:
            OutdatedKeyError: One was wrapped by a key of the ring that wraps no more.
        """
        with self._writing() as raw:
            if min(key.ring_key for key in keys) < self._oldest(raw):
                raise OutdatedKeyError
            # Another program may be at the same, with a later key.
            raw.executemany(
                "UPDATE wrapped SET ring_key = ?1, key = ?2 WHERE object_id = ?3 AND ring_key < ?1",
                [(key.ring_key, key.key, key.object_id) for key in keys],
            )

    def retire(self, ring_key: int) -> bool:
        """Accept no key any more that was wrapped by an earlier one than `ring_key`.

        Returns:
            False, with nothing changed, while some such keys are still here.
        """
        with self._writing() as raw:
            left = raw.execute("SELECT 1 FROM wrapped WHERE ring_key < ? LIMIT 1", (ring_key,))
            if left.fetchone() is not None:
                return False
            # Another program may have come further: keys before its one are destroyed.
            oldest = max(ring_key, self._oldest(raw))
            raw.execute("UPDATE state SET value = ? WHERE key = 'oldest'", (str(oldest),))
            raw.execute(_UNSETTLED, ("1",))
        self.settle()
        return True

    def counts(self) -> Mapping[int, int]:
        """Return how many objects each key of the ring protects, by its number."""
        with self._turn() as raw:
            rows = raw.execute("SELECT ring_key, count(*) FROM wrapped GROUP BY ring_key")
            return {self._number(key): count for key, count in rows.fetchall()}

    def newest(self) -> int:
        """Return the number of the latest key of the ring that wrapped anything, or is to."""
        with self._turn() as raw:
            (number,) = raw.execute("SELECT max(ring_key) FROM wrapped").fetchone()
            return max(self._number(number or 0), self._oldest(raw))

    def among(self, ids: Collection[ObjectId]) -> set[ObjectId]:
        """Return those of `ids` that have a key."""
        with self._turn() as raw:
            rows = raw.execute(f"SELECT object_id {_AMONG}", (_listed(ids),)).fetchall()
        return {ObjectId(row[0]) for row in rows}

    def ids(self, kind: str) -> Iterator[ObjectId]:
        """Yield the objects of a kind that have a key."""
        with self._turn() as raw:
            rows = raw.execute("SELECT object_id FROM wrapped WHERE kind = ?", (kind,)).fetchall()
        yield from (ObjectId(row[0]) for row in rows)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other programs from changing keys or the ring for the length of a block."""
        with self._writing():
            yield

    def complaints(self) -> list[str]:
        """Return what is wrong with the file."""
        with self._turn() as raw:
            lines = raw.execute("PRAGMA integrity_check(10)").fetchall()
        return [str(line[0]) for line in lines if line[0] != "ok"]

    def copy_to(self, path: Path, without: str) -> None:
        """Write the keys as they are now into a new file, those of one kind left out.

        Raises:
            StoreFullError, StoreNotWritableError and others.
        """
        with self._lock, _telling(self._store):
            make_private(path)
            with closing(_connect(self._path)) as raw, closing(sqlite3.connect(path)) as made:
                raw.backup(made)
                made.execute("PRAGMA journal_mode=DELETE").fetchall()
                made.execute("PRAGMA secure_delete=ON").fetchall()
                made.execute("DELETE FROM wrapped WHERE kind = ?", (without,))
                made.commit()

    def close(self) -> None:
        """Close it; may be called twice."""
        with self._lock:
            self._raw.close()

    def _oldest(self, raw: sqlite3.Connection) -> int:
        row = raw.execute("SELECT value FROM state WHERE key = 'oldest'").fetchone()
        return self._number(int(row[0]) if row and str(row[0]).isdecimal() else None)

    def _number(self, value: object) -> int:
        """Return a number that was kept. Raises StoreDamagedError: what is there is none."""
        if not isinstance(value, int):
            raise StoreDamagedError(store=self._store, reason=_NOT_OURS)
        return value

    @contextmanager
    def _turn(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _telling(self._store):
            yield self._raw

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._turn() as raw:
            if self._begun:
                # Inside `alone`: part of its transaction.
                yield raw
                return
            raw.execute("BEGIN IMMEDIATE")
            self._begun = True
            try:
                yield raw
                raw.execute("COMMIT")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                raise
            finally:
                self._begun = False


def _wrapped(object_id: object, kind: object, ring_key: Any, key: object) -> WrappedKey:
    """Return a row, with nothing that opens where there is no key: anything may be in the file."""
    data = key if isinstance(key, bytes) else b""
    return WrappedKey(ObjectId(str(object_id)), str(kind), ring_key, data)


def _listed(ids: Collection[ObjectId]) -> str:
    """Return objects as one parameter: a statement for each takes twice as long."""
    return json.dumps(list(ids))


def _connect(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        for line in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA secure_delete=ON",
            *DURABLY,
            "PRAGMA temp_store=MEMORY",
        ):
            raw.execute(line).fetchall()
    except BaseException:
        raw.close()
        raise
    return raw


@contextmanager
def _telling(store: str) -> Iterator[None]:
    """Raise what the driver and the file system raise as errors of the store."""
    try:
        with telling(store):
            yield
    except sqlite3.ProgrammingError as error:
        raise StoreClosedError(store=store) from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        known = sqlite_fault(code, store)
        if code == sqlite3.SQLITE_ERROR:
            # The statements are always the same: it is the tables that are not.
            known = StoreDamagedError(store=store, reason=_NOT_OURS)
        if known is None:
            known = InternalError(reason=type(error).__name__)
        raise known from error
