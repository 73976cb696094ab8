"""Comparing columns with the tables they are made from. Imported inside `storage` only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np

from reviewer.errors import N_
from reviewer.storage.catalogue.sqlite.columns.in_step import numbered
from reviewer.storage.catalogue.sqlite.columns.keeping import (
    alike,
    blocks_of,
    columns_of,
    rebuild,
    taken,
)
from reviewer.storage.catalogue.sqlite.columns.sources import ID, Source, Which
from reviewer.storage.catalogue.sqlite.driver import driver_errors
from reviewer.storage.state import Finding

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection

    from reviewer.storage.catalogue.engine import Database
    from reviewer.storage.catalogue.sqlite.columns.coding import Column, Numbers
    from reviewer.storage.catalogue.sqlite.columns.keeping import Block

_DAMAGE: Final = (ValueError, IndexError, KeyError)
"""What reading damaged columns can raise."""


def examine(database: Database, *, repair: bool) -> list[Finding]:
    """Tell which columns do not hold what they should; on repair make all of them anew."""
    with database.read() as connection:
        wrong = differing(connection)
    if wrong and repair:
        with database.write() as connection:
            rebuild(connection)
    detail = N_("an index does not agree with its table")
    return [
        Finding("index", f"column_data.{name}", detail, repairable=True, repaired=repair)
        for name in wrong
    ]


def differing(connection: Connection) -> list[str]:
    """Return the names of columns that do not hold what they should, `id` where rows are wrong."""
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    pending = np.array(numbered(raw, "column_pending"), np.int64)
    wrong: set[str] = set()
    counted = len(pending)
    for block in blocks_of(raw):
        counted += block.size
        expected = _expected(raw, block, pending)
        try:
            held = columns_of(raw, block)
            order = np.argsort(cast("Numbers", held[ID]).values)
            held = {name: taken(column, order, block.size) for name, column in held.items()}
            names = held.keys() | expected.keys()
            wrong |= {name for name in names if not alike(held.get(name), expected.get(name))}
        except driver_errors(*_DAMAGE):
            wrong.add(ID)
    if raw.execute("SELECT count(*) FROM interactions").fetchone()[0] != counted:
        wrong.add(ID)
    return sorted(wrong)


def _expected(
    raw: sqlite3.Connection, block: Block, pending: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> dict[str, Column]:
    """Return the columns that a block should have, by rising id."""
    source = Source(raw, Which.between(block.first_id, block.last_id))
    rows = np.flatnonzero(~np.isin(source.ids, pending))
    size = len(source.ids)
    return {name: taken(column, rows, size) for name, column in source.all().items()}
