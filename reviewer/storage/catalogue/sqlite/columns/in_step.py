"""What every opening and every write asks of the columns: whether anything is out of step.

Mostly nothing is. What puts it right computes with numpy, which takes longer to import than all
else takes that opens a store, so it is imported where there is something to do. Imported inside
`storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import text

from reviewer.storage.catalogue.sqlite.columns.layout import MADE_BY, SINCE, VERSION

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection

    from reviewer.storage.catalogue.engine import Database

_CHANGES: Final = "reviewer.changes"
"""Key in a connection's `info` of what was announced."""
PENDING: Final = 1_000
"""New interactions that are read from the tables at every search, until they get a block."""


def numbered(raw: sqlite3.Connection, table: str) -> list[int]:
    """Return the ids in one of the two lists of interactions."""
    return [row[0] for row in raw.execute(f"SELECT id FROM {table} ORDER BY id")]  # noqa: S608 (own names)


def announce(connection: Connection, changes: frozenset[str]) -> None:
    """Note all that a transaction changes, unless others left something to be put right."""
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    if not numbered(raw, "column_touched"):
        connection.info[_CHANGES] = changes


def forget(connection: Connection) -> None:
    """Forget what was announced, at the end of a transaction that may have failed."""
    connection.info.pop(_CHANGES, None)


def keep(connection: Connection) -> None:
    """Bring the columns in step at the end of a transaction."""
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    touched = numbered(raw, "column_touched")
    if touched:
        from reviewer.storage.catalogue.sqlite.columns.keeping import put_right

        put_right(raw, touched, connection.info.get(_CHANGES))
        raw.execute("DELETE FROM column_touched")
    waiting = raw.execute("SELECT count(*) FROM column_pending").fetchone()[0]
    if waiting >= PENDING:
        from reviewer.storage.catalogue.sqlite.columns.keeping import give_blocks

        give_blocks(raw, numbered(raw, "column_pending"))


def settle(database: Database) -> None:
    """Make the columns anew where another program's rules made them, or none yet."""
    with database.read() as connection:
        made_by = text("SELECT value FROM meta WHERE key = :key")
        found = connection.execute(made_by, {"key": MADE_BY}).scalar()
    if found != VERSION:
        from reviewer.storage.catalogue.sqlite.columns.keeping import add, rebuild

        with database.write() as connection:
            if found in SINCE:
                add(connection, SINCE[found])
            else:
                rebuild(connection)
