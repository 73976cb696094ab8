"""The contract of connections to a catalogue; each engine has a package beside this module.

What differs between engines is here and in their packages: connections, transactions, cancelling,
errors, the upkeep of a file or a server. Everything else of the catalogue is one code for all.
Imported inside `storage` only.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import event

from reviewer.errors import N_, StoreBusyError, StoreClosedError, UsageError
from reviewer.storage.catalogue.border import refuse_null
from reviewer.storage.catalogue.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine, ExecutionContext

    from reviewer.models.progress import Cancellation
    from reviewer.storage.state import Finding

BUSY_MS: Final = 5_000
"""How long a call waits for another program's write to end."""
OTHER_KEYS: Final = N_("another program has encrypted or decrypted it meanwhile; open it again")
"""Why a program that has a store open goes on with its keys, or without, no more."""
DATABASE: Final = "reviewer.database"
"""Key in a connection's `info` of the database it belongs to."""


CANCEL: Final = "reviewer.cancel"
"""Key in a connection's `info` of what may stop what runs on it."""
REFUSED: Final = "reviewer.refused"
"""Option of a statement whose texts were seen to have no null character."""


class Database(ABC):
    """Connections to one catalogue, and the one place where its engine's errors are translated.

    A connection is used by one thread at a time and belongs to one call of the store. Writers
    take turns, those of other programs included.

    Args:
        store: What errors call the store.
    """

    dialect: ClassVar[str]
    """SQLAlchemy's name of the SQL it speaks: `sqlite` or `postgresql`."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._turn = threading.Lock()
        self._closed = False
        self._gate = Gate()
        self._engine = self._connecting()

    @property
    def store(self) -> str:
        """What errors call the store."""
        return self._store

    @property
    @abstractmethod
    def name(self) -> str:
        """What a finding calls the catalogue: its file or database."""

    @contextmanager
    def read(self, cancel: Cancellation | None = None) -> Iterator[Connection]:
        """Give a connection that sees one unchanging state; `cancel` interrupts what runs on it.

        Raises:
            CancelledError: `cancel` was used; StoreBusyError, StoreDamagedError and others.
        """
        with self._translated(cancel), self._connected() as connection:
            self._read_only(connection)
            with connection.begin(), self._interrupting(connection, cancel):
                yield connection

    @contextmanager
    def write(
        self, *, foreign_keys: bool = True, cancel: Cancellation | None = None
    ) -> Iterator[Connection]:
        """Give a connection for one transaction: committed at the end, undone on an error.

        Args:
            foreign_keys: False while a migration rebuilds tables; it checks them itself.
            cancel: Interrupts what runs on it; the transaction is undone.

        Raises:
            CancelledError: `cancel` was used.
            StoreBusyError, StoreFullError, StoreNotWritableError, StoreDamagedError.
        """
        with (
            self._turn,
            self._translated(cancel),
            self._connected() as connection,
            self._writing(connection, foreign_keys=foreign_keys),
            self._interrupting(connection, cancel),
        ):
            yield connection

    @contextmanager
    def plain(self) -> Iterator[Connection]:
        """Give a connection outside of any transaction, for upkeep of the engine's own."""
        with self._translated(None), self._connected() as connection:
            yield self._outside(connection)

    def close(self) -> None:
        """Close every connection; calls after that raise StoreClosedError."""
        self._closed = True
        self._engine.dispose()

    # --- what each engine does its own way

    @abstractmethod
    def announce(self, connection: Connection, changes: frozenset[str]) -> None:
        """Hear all that a transaction changes of interactions, before it does.

        For those that change very many: an engine that keeps more in step with the tables need
        not look at what stays, and may take more room for what it has in hand.

        Args:
            connection: One that writes, and has changed nothing of interactions yet.
            changes: Columns of interactions, and tables beneath them.
        """

    @abstractmethod
    def size_bytes(self) -> int:
        """Return how much space the catalogue takes.

        Raises:
            StoreError: It cannot be told.
        """

    @abstractmethod
    def mark_version(self, connection: Connection, version: int) -> None:
        """Write the format's version where a look from outside finds it."""

    @abstractmethod
    def check_references(self, connection: Connection) -> bool:
        """Return whether every reference is to a row that is there, after a migration."""

    @abstractmethod
    def tidy(self) -> None:
        """Do what is good after much was changed. Raises StoreBusyError: it cannot be just now."""

    @abstractmethod
    def examine(self, *, repair: bool) -> list[Finding]:
        """Return what is wrong with the engine's own structures; mend indexes on repair."""

    @abstractmethod
    def _make_engine(self) -> Engine:
        """Make SQLAlchemy's engine; nothing connects yet."""

    @abstractmethod
    def _read_only(self, connection: Connection) -> None:
        """Prepare for a transaction that reads one state."""

    @abstractmethod
    def _writing(
        self, connection: Connection, *, foreign_keys: bool
    ) -> AbstractContextManager[None]:
        """Take the turn among all programs, and run one transaction."""

    @abstractmethod
    def _outside(self, connection: Connection) -> Connection:
        """Return the connection such that statements are in no transaction."""

    @abstractmethod
    def _interrupting(
        self, connection: Connection, cancel: Cancellation | None
    ) -> AbstractContextManager[None]:
        """Let `cancel` stop what runs on the connection."""

    @abstractmethod
    def _translating(self, cancel: Cancellation | None) -> AbstractContextManager[None]:
        """Raise the engine's errors as errors of the store."""

    # --- what is the same

    def _connecting(self) -> Engine:
        """Make the engine, one that refuses what a text of a catalogue cannot be."""
        engine = self._make_engine()
        event.listen(engine, "before_cursor_execute", _refuse_null)
        return engine

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            connection.info[DATABASE] = self
            yield connection

    @contextmanager
    def _translated(self, cancel: Cancellation | None) -> Iterator[None]:
        if self._closed:
            raise StoreClosedError(store=self._store)
        if cancel is not None:
            cancel.raise_if_cancelled()
        with self._through(), self._translating(cancel):
            try:
                yield
            except UnicodeEncodeError:
                # Raised by the driver before anything was sent.
                raise UsageError(reason=N_("a text is not Unicode")) from None

    @contextmanager
    def _through(self) -> Iterator[None]:
        """Be one of the calls that whoever wants the catalogue alone waits for."""
        with ExitStack() as entered:
            try:
                entered.enter_context(self._gate.through(BUSY_MS / 1000))
            except TimeoutError:
                raise StoreBusyError(store=self._store) from None
            # It may have been closed while this call waited.
            if self._closed:
                raise StoreClosedError(store=self._store)
            yield


def _refuse_null(
    _connection: Connection,
    _cursor: object,
    _statement: str,
    parameters: Any,
    context: ExecutionContext | None,
    executemany: bool,
) -> None:
    """Refuse a statement with a null character in a text, before the engine sees it.

    PostgreSQL has no place for one and SQLite would find nothing behind it, so neither takes it;
    what imports bring was cleaned before (`border`).

    Raises:
        UsageError: There is one.
    """
    if context is not None and context.execution_options.get(REFUSED):
        return
    rows = parameters if executemany else (parameters,)
    each = (row.values() if isinstance(row, dict) else row for row in rows)
    refuse_null([value for row in each for value in row if isinstance(value, str)])


def raise_if_cancelled(connection: Connection) -> None:
    """Stop here if what runs on a reading connection was cancelled.

    Between statements, where the engine has nothing to interrupt.

    Raises:
        CancelledError: It was.
    """
    cancel: Cancellation | None = connection.info.get(CANCEL)
    if cancel is not None:
        cancel.raise_if_cancelled()
