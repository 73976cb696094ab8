"""The columns of one state of the store, a block at a time. Imported inside `storage` only.

What is in no block yet, or was changed since, makes one more block, read from the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from reviewer.storage.catalogue.engine import DATABASE, raise_if_cancelled
from reviewer.storage.catalogue.sqlite.columns import in_step, keeping, sources
from reviewer.storage.catalogue.sqlite.columns.coding import Lists, Numbers, empty, mask_of
from reviewer.storage.catalogue.sqlite.columns.sources import ID, Source, Which

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection

    from reviewer.storage.catalogue.sqlite.columns.cache import Cache
    from reviewer.storage.catalogue.sqlite.columns.coding import (
        Array,
        Column,
        Mask,
    )
    from reviewer.storage.catalogue.sqlite.columns.contract import Answer, Block, Leaf
    from reviewer.storage.catalogue.sqlite.database import SqliteDatabase


class _Stored:
    """A block that is kept; each column is read once, when it is asked for."""

    def __init__(
        self, raw: sqlite3.Connection, kept: keeping.Block, cache: Cache, search: int
    ) -> None:
        self._raw = raw
        self._kept = kept
        self._cache = cache
        self._search = search
        self._read: dict[str, Column] = {}
        self.size = kept.size
        self.first_id, self.last_id = kept.first_id, kept.last_id
        self.first_us, self.last_us = kept.first_us, kept.last_us

    def column(self, name: str) -> Column:
        """Return a column as it is kept."""
        if name not in self._read:
            self._read[name] = self._column(name)
        return self._read[name]

    def remembered(self, test: Leaf) -> Answer:
        """Return which rows meet a test, as long as the block is what it was."""
        stamp = self._kept.stamp
        found = self._cache.get(self._search, stamp, test)
        if found is None:
            answer = test.of(self)
            kept = answer if isinstance(answer, bool) else np.packbits(answer)
            self._cache.put(self._search, stamp, test, kept, self.size // 8)
            return answer
        if isinstance(found, bool):
            return found
        return np.unpackbits(cast("Array", found), count=self.size).view(bool)

    def forget(self) -> None:
        """Give up what was read."""
        self._read.clear()

    def _column(self, name: str) -> Column:
        stamp = self._kept.stamp
        found = self._cache.get(self._search, stamp, name)
        if not isinstance(found, Numbers | Lists):
            data = keeping.stored(self._raw, self._kept, name)
            found = (
                empty(text=sources.is_text(name)) if data is None else keeping.decoded(name, data)
            )
            # With what orders work out of lists: a number a row.
            size = len(data or b"") + (4 * self.size if isinstance(found, Lists) else 0)
            self._cache.put(self._search, stamp, name, found, size)
        return found


class _Fresh:
    """Interactions out of the tables themselves."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._read: dict[str, Column] = {}
        starts = numbers(self, "started_us")
        self.size = len(source.ids)
        self.first_id, self.last_id = int(source.ids[0]), int(source.ids[-1])
        self.first_us, self.last_us = int(starts.min()), int(starts.max())

    def column(self, name: str) -> Column:
        """Return a column as the tables have it now."""
        if name not in self._read:
            self._read |= self._source.column(name)
        return self._read[name]

    def remembered(self, test: Leaf) -> Answer:
        """Return which rows meet a test."""
        return test.of(self)

    def forget(self) -> None:
        """Give up what was read."""
        self._read.clear()


def numbers(block: Block, name: str) -> Array:
    """Return a column of numbers: (rows,)."""
    return cast("Numbers", block.column(name)).values


def lists(block: Block, name: str) -> Lists:
    """Return a column of lists."""
    return cast("Lists", block.column(name))


def rows_of(block: Block, ids: Array) -> Array:
    """Return the rows of those of rising `ids` that are in a block, in any order."""
    low, high = np.searchsorted(ids, (block.first_id, block.last_id + 1))
    asked = ids[low:high]
    if not len(asked):
        return np.zeros(0, np.intp)
    mine = numbers(block, ID)
    if len(asked) > block.size // 16:
        return np.flatnonzero(np.isin(mine, asked, assume_unique=True))
    order = np.argsort(mine, kind="stable")
    place = np.minimum(np.searchsorted(mine, asked, sorter=order), block.size - 1)
    rows = order[place]
    return cast("Array", rows[mine[rows] == asked])


class View:
    """What one transaction sees.

    Attributes:
        blocks: All interactions, in no order.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        raw = cast("sqlite3.Connection", connection.connection.driver_connection)
        touched = in_step.numbered(raw, "column_touched")
        outside = sorted({*touched, *in_step.numbered(raw, "column_pending")})
        self._touched = np.array(touched, np.int64)
        cache = cast("SqliteDatabase", connection.info[DATABASE]).columns
        kept = keeping.blocks_of(raw)
        search = cache.begin([block.stamp for block in kept])
        self.blocks: list[Block] = [_Stored(raw, block, cache, search) for block in kept]
        self._fresh: _Fresh | None = None
        if outside:
            source = Source(raw, Which.among(outside))
            if len(source.ids):
                self._fresh = _Fresh(source)
                self.blocks.append(self._fresh)

    def living(self, block: Block) -> Mask | None:
        """Return which rows of a block count, None for all: a changed one is in another."""
        if block is self._fresh or not len(self._touched):
            return None
        return ~mask_of(rows_of(block, self._touched), block.size)

    def raise_if_cancelled(self) -> None:
        """Stop here if the search was cancelled."""
        raise_if_cancelled(self._connection)
