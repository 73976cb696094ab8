"""Connections to a catalogue on SQLite, and its errors. Imported inside `storage` only."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import TYPE_CHECKING, ClassVar, Final, cast

from sqlalchemy import create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

from reviewer.errors import (
    N_,
    CancelledError,
    InternalError,
    ReviewerError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
)
from reviewer.storage.atomic import DURABLY, inode
from reviewer.storage.catalogue.engine import BUSY_MS, CANCEL, OTHER_KEYS, Database
from reviewer.storage.catalogue.sqlite import driver, health
from reviewer.storage.catalogue.sqlite.columns import in_step
from reviewer.storage.catalogue.sqlite.columns.cache import Cache
from reviewer.storage.catalogue.sqlite.driver import driver_errors
from reviewer.storage.catalogue.sqlite.file import look_inside
from reviewer.storage.catalogue.sqlite.lone_file import NEW, LoneFile, write_copy
from reviewer.storage.faults import sqlite_fault, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import Connection, Engine, FromClause

    from reviewer.crypto.secret import Secret
    from reviewer.models.progress import Cancellation
    from reviewer.storage.state import Finding

_CACHE_KIB: Final = 4_096
"""Of each connection; what searches are answered from has room of its own (`columns/cache.py`)."""
_CACHE_OF_MANY_KIB: Final = 16_384
"""Of a connection that changed very many."""
_TRIES: Final = 5
"""Files that may take the place of one another while a connection is opened."""
_INSTRUCTIONS: Final = 2_000
"""How often a running statement asks whether to stop: about every 0.2 ms."""


class SqliteDatabase(Database):
    """A catalogue in a file of SQLite.

    Args:
        path: The file, which must exist.
        store: What errors call the store.
        busy_ms: How long to wait for another program's write.
        key: What it is encrypted with, None: it is in the clear.
        keys: Reads anew what it may be encrypted with; nothing where it is in the clear.

    Attributes:
        keys: The same; to be changed with whether it is encrypted.
    """

    dialect: ClassVar[str] = "sqlite"

    def __init__(
        self,
        path: Path,
        store: str,
        *,
        busy_ms: int = BUSY_MS,
        key: Secret | None = None,
        keys: Callable[[], Sequence[Secret]] = tuple,
    ) -> None:
        self._path = path
        self._busy_ms = busy_ms
        self._key = key
        self.keys = keys
        # Which file was opened last.
        self._opened: tuple[int, int] | None = None
        self.columns: Final = Cache()
        """What searches read lately."""
        super().__init__(store)

    @property
    def path(self) -> Path:
        """The catalogue's file."""
        return self._path

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    def close(self) -> None:
        """Close every connection, and forget what was read."""
        super().close()
        self.columns.clear()

    def size_bytes(self) -> int:
        """Return the size of the file and of what SQLite keeps beside it."""
        with telling(self._store):
            beside = self._path.parent.glob(self._path.name + "*")
            return sum(path.stat().st_size for path in beside)

    def mark_version(self, connection: Connection, version: int) -> None:
        """Write the format's version into the file's header."""
        connection.exec_driver_sql(f"PRAGMA user_version={version:d}")

    def check_references(self, connection: Connection) -> bool:
        """Return whether every reference is to a row that is there."""
        return connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None

    def tidy(self) -> None:
        """Bring what was written into the file itself, so that the log beside it is empty.

        Raises:
            StoreBusyError: Another still reads what was there before: the log keeps it.
        """
        with self.plain() as connection:
            told = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").first()
        if told is None or told[0]:
            raise StoreBusyError(store=self._store)

    @contextmanager
    def alone(self) -> Iterator[LoneFile]:
        """Give the file itself, with every other call and program kept away.

        Calls of other threads wait meanwhile; never use it within one.

        Raises:
            StoreBusyError: They did not end in time, or another program has the file open, or has
            put another in its place meanwhile.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(self._gate.alone(self._busy_ms / 1000))
            except TimeoutError:
                raise StoreBusyError(store=self._store) from None
            self._engine.dispose()
            try:
                with self._translating(None), self._lone() as file:
                    if not file.is_there:
                        raise StoreBusyError(store=self._store)
                    try:
                        yield file
                    finally:
                        self._key = file.key
                        self._opened = inode(self._path)
            finally:
                self._engine = self._connecting()

    def _lone(self) -> LoneFile:
        for _ in range(_TRIES):
            try:
                return LoneFile(self._path, self._key, self._busy_ms / 1000)
            except driver_errors() as error:
                self._follow(error)
        raise StoreBusyError(store=self._store)

    def _follow(self, error: Exception) -> None:
        """Take over the key that another program has given the file, or raise what opening said.

        While nobody here has the file open, others may write it anew under another key.

        Raises:
            StoreError: It was encrypted meanwhile, or put into the clear.
        """
        if not driver.is_not_opened(error):
            raise error
        found: Secret | None = None
        with suppress(ReviewerError):
            _, found = look_inside(self._path, self._store, self.keys())
        if found is not None:
            self._key = found
        elif self._opened is None or inode(self._path) in (self._opened, None):
            raise error
        else:
            raise StoreError(store=self._store, reason=OTHER_KEYS) from error

    def copy_to(self, path: Path) -> None:
        """Write the catalogue as it is now into a new file under the same key, and look it over.

        Raises:
            StoreDamagedError: It cannot be read whole; StoreFullError, StoreNotWritableError.
        """
        with translating(self._store):
            raw = driver.connect(self._path, self._key, timeout=self._busy_ms / 1000)
            with closing(raw):
                write_copy(raw, path, self._key, self._store)

    def remove_unfinished(self) -> None:
        """Remove what an interrupted rewriting left beside the file; call while reading."""
        with telling(self._store):
            self._path.with_name(self._path.name + NEW).unlink(missing_ok=True)

    def examine(self, *, repair: bool) -> list[Finding]:
        """Look over the file; see `Database.examine`."""
        # Imported here: it computes with numpy, which opening a store does without.
        from reviewer.storage.catalogue.sqlite.columns import examining

        return health.examine(self, repair=repair) + examining.examine(self, repair=repair)

    def _make_engine(self) -> Engine:
        # The driver's own transactions begin too late (at the first write) to give a read of
        # several statements one state; so it is told to keep out, and BEGIN is ours.
        def connect() -> sqlite3.Connection:
            return driver.connect(
                self._path, self._key, timeout=0, check_same_thread=False, cached_statements=256
            )

        def used() -> sqlite3.Connection:
            for _ in range(_TRIES):
                now = inode(self._path)
                try:
                    raw = driver.first_use(self._path, connect, _open_log, self._busy_ms / 1000)
                except driver_errors() as error:
                    self._follow(error)
                    continue
                if raw is not None:
                    self._opened = now
                    return cast("sqlite3.Connection", raw)
            raise StoreBusyError(store=self._store)

        engine = create_engine(
            "sqlite://", module=driver.driver_of(self._key), creator=used,
            poolclass=QueuePool, pool_size=4, max_overflow=28, pool_use_lifo=True,
            hide_parameters=True,
        )  # fmt: skip
        engine.dialect.statement_compiler = _HintingCompiler
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine

    def _read_only(self, connection: Connection) -> None:
        """Do nothing: a transaction sees one state anyway."""

    @contextmanager
    def _writing(self, connection: Connection, *, foreign_keys: bool) -> Iterator[None]:
        connection.execution_options(immediate=True)
        if not foreign_keys:
            _pragma(connection, "PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield
                if foreign_keys:
                    in_step.keep(connection)
        finally:
            in_step.forget(connection)
            if not foreign_keys:
                _pragma(connection, "PRAGMA foreign_keys=ON")

    def announce(self, connection: Connection, changes: frozenset[str]) -> None:
        """Look at those columns only at the end, keep more pages; see `Database.announce`."""
        in_step.announce(connection, changes)
        # Changes of very many concern pages all over the indexes: what does not fit is written,
        # read, and in an encrypted file decrypted again and again. The connection keeps its room.
        _pragma(connection, f"PRAGMA cache_size=-{_CACHE_OF_MANY_KIB}")

    def _outside(self, connection: Connection) -> Connection:
        return connection.execution_options(outside=True)

    @contextmanager
    def _interrupting(self, connection: Connection, cancel: Cancellation | None) -> Iterator[None]:
        if cancel is None:
            yield
            return
        # sqlite3_interrupt() is lost when it comes before the statement has begun, so the
        # statement asks itself. The pool hands the connection on without this.
        raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        raw.set_progress_handler(lambda: cancel.is_cancelled, _INSTRUCTIONS)
        connection.info[CANCEL] = cancel
        try:
            yield
        finally:
            del connection.info[CANCEL]
            raw.set_progress_handler(None, 0)

    def _translating(self, cancel: Cancellation | None) -> AbstractContextManager[None]:
        return translating(self._store, cancel)


_FULL: Final = "database or disk is full"
"""What SQLite calls `SQLITE_FULL`; some functions of the driver pass on the words alone."""


class _HintingCompiler(SQLiteCompiler):
    """Writes hints on tables down, which SQLAlchemy does not do for SQLite by itself."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        return text


@contextmanager
def translating(store: str, cancel: Cancellation | None = None) -> Iterator[None]:
    """Raise what the driver and the file system raise as errors of the store at `store`."""
    try:
        with telling(store):
            yield
    except driver_errors(DBAPIError) as error:
        raise translate(error, store, cancel) from error
    except PoolTimeoutError as error:
        raise StoreBusyError(store=store) from error


def translate(error: Exception, store: str, cancel: Cancellation | None = None) -> ReviewerError:
    """Return what an error of the driver means for the store at `store`."""
    raised = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(raised, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_INTERRUPT and cancel is not None and cancel.is_cancelled:
        return CancelledError(resume="")
    if code in (0, sqlite3.SQLITE_ERROR) and str(raised) == _FULL:
        code = sqlite3.SQLITE_FULL
    known = sqlite_fault(code, store)
    if known is not None:
        return known
    if type(raised).__name__ == sqlite3.OperationalError.__name__ and not code:
        # Raised by the driver's module, not by SQLite: a stored text that is no UTF-8.
        return StoreDamagedError(store=store, reason=N_("a part of it cannot be read"))
    # Without the driver's words, which may quote what is stored.
    return InternalError(reason=f"{type(raised).__name__} {code}")


def _open_log(raw: sqlite3.Connection) -> None:
    raw.execute("PRAGMA journal_mode=WAL").close()


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for line in (
        "PRAGMA foreign_keys=ON",
        "PRAGMA secure_delete=ON",
        *DURABLY,
        "PRAGMA temp_store=MEMORY",
        f"PRAGMA cache_size=-{_CACHE_KIB}",
    ):
        connection.execute(line).close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("outside"):
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("immediate") else "BEGIN")


def _pragma(connection: Connection, line: str) -> None:
    cast("sqlite3.Connection", connection.connection.driver_connection).execute(line).close()
