"""Connections to a catalogue on a PostgreSQL server. Imported inside `storage` only."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, ClassVar, Final, cast

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import create_engine
from sqlalchemy.pool import QueuePool

from reviewer.errors import N_, Reason, UsageError
from reviewer.storage.catalogue.engine import BUSY_MS, Database
from reviewer.storage.catalogue.postgresql import health
from reviewer.storage.catalogue.postgresql.address import database_of
from reviewer.storage.catalogue.postgresql.faults import translating

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from reviewer.models.progress import Cancellation
    from reviewer.storage.catalogue.postgresql.address import ServerAddress
    from reviewer.storage.state import Finding

DRIVER_VERSION: Final = psycopg.__version__

LOCK: Final = 0x52765772
"""Key of the lock that whoever writes holds, beside the number of the schema written in."""

_CANCEL: Final = "reviewer.cancel"
_CONNECT_S: Final = 10
_AGAIN_S: Final = 0.02
"""How often a statement is told again to stop: one told between two statements is lost."""
_POOLED, _MORE = 4, 12
# Searches take milliseconds, which compiling them would take too; and a plan made for other
# values than those asked is often bad.
_SESSION: Final = "SET jit = off; SET plan_cache_mode = force_custom_plan; SET TIME ZONE 'UTC'"


class PostgresDatabase(Database):
    """A catalogue in a database of a server.

    Args:
        address: Where it is.
        busy_ms: How long to wait for another program's write.
    """

    dialect: ClassVar[str] = "postgresql"

    def __init__(self, address: ServerAddress, *, busy_ms: int = BUSY_MS) -> None:
        self._address = address
        self._busy_ms = busy_ms
        super().__init__(address.shown)

    @property
    def name(self) -> str:
        """The database's name."""
        return database_of(self._address)

    def announce(self, connection: Connection, changes: frozenset[str]) -> None:
        """Do nothing: there is no more than the tables."""

    def size_bytes(self) -> int:
        """Return how much space the tables of the store take, with all their indexes."""
        with self.read() as connection:
            found = connection.exec_driver_sql(
                "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            )
            return int(found.scalar_one())

    def mark_version(self, connection: Connection, version: int) -> None:
        """Do nothing: the version in the tables is what is looked at."""

    def check_references(self, connection: Connection) -> bool:
        """Return True: the server sees to it with every statement."""
        return True

    def tidy(self) -> None:
        """Let the server learn what is in its tables, which its plans follow."""
        with self.plain() as connection:
            connection.exec_driver_sql("ANALYZE")

    def examine(self, *, repair: bool) -> list[Finding]:
        """Look over tables and indexes; see `Database.examine`."""
        return health.examine(self, repair=repair)

    def _make_engine(self) -> Engine:
        return create_engine(
            "postgresql+psycopg://", creator=self._connect, poolclass=QueuePool,
            pool_size=_POOLED, max_overflow=_MORE, pool_pre_ping=True, hide_parameters=True,
        )  # fmt: skip

    def _connect(self) -> psycopg.Connection:
        try:
            line = make_conninfo(
                self._address.connection,
                client_encoding="UTF8",
                fallback_application_name="reviewer",
            )
            line = line if "connect_timeout" in line else f"{line} connect_timeout={_CONNECT_S}"
        except psycopg.ProgrammingError:
            # Without the driver's words, which may quote the password.
            reason = N_("the address of the server cannot be read: {address}")
            raise UsageError(reason=Reason(reason, address=self._store)) from None
        connection = psycopg.connect(line, autocommit=True)
        connection.execute(_SESSION)
        connection.autocommit = False
        return connection

    def _read_only(self, connection: Connection) -> None:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def _writing(self, connection: Connection, *, foreign_keys: bool) -> Iterator[None]:
        with connection.begin():
            # Not in the same statement as what follows: what is read must be the state after it.
            connection.exec_driver_sql(
                f"SET LOCAL lock_timeout = {self._busy_ms:d}; "
                f"SELECT pg_advisory_xact_lock({LOCK:d}, current_schema()::regnamespace::oid::int)"
            )
            yield

    def _outside(self, connection: Connection) -> Connection:
        return connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def _interrupting(self, connection: Connection, cancel: Cancellation | None) -> Iterator[None]:
        if cancel is None:
            yield
            return
        raw = cast("psycopg.Connection", connection.connection.driver_connection)
        stopper = _Stopper(raw)
        unhook = cancel.on_cancel(stopper.start)
        connection.info[_CANCEL] = cancel
        try:
            yield
        finally:
            del connection.info[_CANCEL]
            unhook()
            if stopper.finish():
                # The server may hear of it late; it must not stop what another call runs.
                connection.detach()

    def _translating(self, cancel: Cancellation | None) -> AbstractContextManager[None]:
        return translating(self._store, cancel)


class _Stopper:
    """Stops what runs on a connection, again and again until it has ended.

    Who cancels does not wait for the network: a thread of its own asks the server.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin stopping. Thread: any."""
        with self._lock:
            if self._thread is None and not self._ended.is_set():
                self._thread = threading.Thread(target=self._run, name="stop a query", daemon=True)
                self._thread.start()

    def finish(self) -> bool:
        """Stop no more; return whether anything was stopped."""
        with self._lock:
            self._ended.set()
            thread = self._thread
        if thread is not None:
            thread.join()
        return thread is not None

    def _run(self) -> None:
        while not self._ended.is_set():
            with suppress(psycopg.Error):
                self._connection.cancel_safe(timeout=_CONNECT_S)
            self._ended.wait(_AGAIN_S)
