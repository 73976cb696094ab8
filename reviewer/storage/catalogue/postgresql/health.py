"""Looking over a catalogue on a server: tables and indexes. Imported inside `storage` only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from reviewer.errors import N_
from reviewer.storage.catalogue.postgresql.tables import made
from reviewer.storage.state import Finding

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reviewer.storage.catalogue.engine import Database

_BROKEN = text(
    "SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
    "WHERE i.relnamespace = current_schema()::regnamespace AND NOT (x.indisvalid AND x.indisready)"
)


def examine(database: Database, *, repair: bool) -> list[Finding]:
    """Look for tables and columns that are not there, and indexes not there or not valid.

    Indexes are made anew on repair; other damage needs a backup. Pages are the server's own to
    check, with its checksums and `pg_amcheck`.
    """
    with database.read() as connection:
        lacking = _lacking(connection)
        wrong = _wrong_indexes(connection)
    if wrong and repair:
        with database.write() as connection:
            _mend(connection, wrong)
    detail = N_("an index does not agree with its table")
    return [Finding("catalogue", name, N_("a part of it cannot be read")) for name in lacking] + [
        Finding("index", name, detail, repairable=True, repaired=repair) for name in sorted(wrong)
    ]


def _lacking(connection: Connection) -> list[str]:
    known = inspect(connection)
    there = set(known.get_table_names())
    lacking = []
    for table in made().sorted_tables:
        if table.name not in there:
            lacking.append(table.name)
            continue
        columns = {column["name"] for column in known.get_columns(table.name)}
        lacking += [f"{table.name}.{c.name}" for c in table.columns if c.name not in columns]
    return lacking


def _wrong_indexes(connection: Connection) -> set[str]:
    known = inspect(connection)
    there = {
        str(index["name"]) for name in known.get_table_names() for index in known.get_indexes(name)
    }
    wanted = {str(index.name) for table in made().sorted_tables for index in table.indexes}
    return (wanted - there) | set(connection.execute(_BROKEN).scalars())


def _mend(connection: Connection, names: set[str]) -> None:
    for table in made().sorted_tables:
        for index in table.indexes:
            if index.name in names:
                index.drop(connection, checkfirst=True)
                index.create(connection)
