"""Keeping columns in step with the tables. Imported inside `storage` only.

What changed of interactions in blocks is put right in the transaction that changed it. New ones
wait until they fill a small block; small ones become a large one when there are enough of them,
so that each interaction is written a few times and not with every import.
"""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from sqlalchemy import text

from reviewer.storage.catalogue.sqlite.columns import sources
from reviewer.storage.catalogue.sqlite.columns.coding import MOST, Lists, Numbers, empty, mask_of
from reviewer.storage.catalogue.sqlite.columns.layout import MADE_BY, VERSION
from reviewer.storage.catalogue.sqlite.columns.sources import ID, Source, Which

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from reviewer.storage.catalogue.sqlite.columns.coding import Array, Column

SMALL: Final = 8_000
"""A block with more is not added to by what comes after it."""
LARGE: Final = 60_000
"""What blocks are joined and cut to: below `MOST`, so that some late comers find room."""
_STAMP_BITS: Final = 63


@dataclass(frozen=True, slots=True)
class Block:
    """A block's row.

    Attributes:
        id: Its own.
        stamp: Of what its columns hold: no two blocks ever had the same, nor one before and
            after it was written.
        size: How many rows its columns have.
        first_id, last_id: The range of ids that it is for; those of blocks do not overlap.
        first_us, last_us: When the first and the last of them began.
    """

    id: int
    stamp: int
    size: int
    first_id: int
    last_id: int
    first_us: int
    last_us: int


def blocks_of(raw: sqlite3.Connection) -> list[Block]:
    """Return the blocks by rising id of interactions."""
    rows = raw.execute(
        "SELECT id, stamp, size, first_id, last_id, first_us, last_us "
        "FROM column_blocks ORDER BY first_id"
    )
    return [Block(*row) for row in rows]


def decoded(name: str, data: bytes) -> Column:
    """Return a column from its bytes.

    Raises:
        sqlite3.DatabaseError: They are none of a column, as of a damaged file.
    """
    try:
        return Numbers.decoded(data) if sources.is_number(name) else Lists.decoded(data)
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        damage = sqlite3.DatabaseError()
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage from error


def stored(raw: sqlite3.Connection, block: Block, name: str) -> bytes | None:
    """Return the bytes of one column of a block, None where it has none of that name."""
    row = raw.execute(
        "SELECT data FROM column_data WHERE block_id = ? AND name = ?", (block.id, name)
    ).fetchone()
    return None if row is None else row[0]


def rebuild(connection: Connection) -> None:
    """Make all columns anew from the tables."""
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    for table in ("column_data", "column_blocks", "column_touched", "column_pending"):
        raw.execute(f"DELETE FROM {table}")  # noqa: S608 (own names)
    ids = [row[0] for row in raw.execute("SELECT id FROM interactions ORDER BY id")]
    for first in range(0, len(ids), LARGE):
        chunk = ids[first : first + LARGE]
        _enter(raw, Source(raw, Which.between(chunk[0], chunk[-1])).all())
    _sign(connection)


def add(connection: Connection, names: Sequence[str]) -> None:
    """Make columns that no block has yet, of the interactions' own rows, beside all others.

    Where blocks are damaged, or not what the tables say, all columns are made anew.
    """
    raw = cast("sqlite3.Connection", connection.connection.driver_connection)
    for block in blocks_of(raw):
        fresh = Source(raw, Which.between(block.first_id, block.last_id))
        rows = _rows_of(raw, block, fresh.ids)
        if rows is None:
            rebuild(connection)
            return
        made = fresh.columns(names)
        _write(raw, block.id, {name: taken(made[name], rows, len(fresh.ids)) for name in names})
    _sign(connection)


def _rows_of(raw: sqlite3.Connection, block: Block, there: Array) -> Array | None:
    """Return where the interactions of a block are among those that are there; None: not all."""
    try:
        ids = cast("Numbers", decoded(ID, stored(raw, block, ID) or b"")).values
    except sqlite3.DatabaseError:
        return None
    rows = np.searchsorted(there, ids)
    if len(ids) and rows.max() >= len(there):
        return None
    return rows if np.array_equal(there[rows], ids) else None


def _sign(connection: Connection) -> None:
    connection.execute(
        text("INSERT OR REPLACE INTO meta (key, value) VALUES (:key, :value)"),
        {"key": MADE_BY, "value": VERSION},
    )


# --- what changed ------------------------------------------------------------------------------


def put_right(
    raw: sqlite3.Connection, touched: Sequence[int], changes: Collection[str] | None = None
) -> None:
    """Bring the columns of interactions that changed in step; those without a block wait.

    Args:
        raw: The driver's connection.
        touched: Which changed, by rising id.
        changes: What of them, see `Database.announce`; None: it may be anything.
    """
    for block, ids in _by_block(blocks_of(raw), touched):
        if block is None:
            _pend(raw, ids)
        else:
            _put_right_block(raw, block, np.array(ids), changes)


def _put_right_block(
    raw: sqlite3.Connection, block: Block, touched: Array, changes: Collection[str] | None = None
) -> None:
    ids = cast("Numbers", decoded(ID, stored(raw, block, ID) or b"")).values
    order = np.argsort(ids)
    place = np.minimum(np.searchsorted(ids, touched, sorter=order), block.size - 1)
    rows = order[place]
    here = ids[rows] == touched
    _pend(raw, touched[~here].tolist())
    rows = rows[here]
    if not len(rows):
        return
    fresh = Source(raw, Which.among(touched[here].tolist()))
    gone = ~np.isin(touched[here], fresh.ids)
    if gone.any():
        left = np.flatnonzero(~mask_of(rows[gone], block.size))
        held = columns_of(raw, block)
        held = {name: taken(column, left, block.size) for name, column in held.items()}
        _replace(raw, [block], held)
        if not len(left):
            return
        # What is left has other places now.
        again = next(other for other in blocks_of(raw) if other.first_id >= block.first_id)
        _put_right_block(raw, again, fresh.ids, changes)
        return
    held = columns_of(raw, block, changes)
    changed = _changed(held, fresh.all(changes), rows, block.size)
    # Also where no column is another one: the index of words may be.
    _write(raw, block.id, changed)
    if "started_us" in changed:
        _measure(raw, block.id, held | changed)


def _changed(
    held: Mapping[str, Column], fresh: Mapping[str, Column], rows: Array, size: int
) -> dict[str, Column]:
    """Return the columns that are different now in some rows, whole."""
    changed: dict[str, Column] = {}
    others = ~mask_of(rows, size)
    # `fresh` has the same interactions by rising id, as `rows` is.
    for name in held.keys() | fresh.keys():
        before = held.get(name) or empty(text=sources.is_text(name))
        now = fresh.get(name) or empty(text=sources.is_text(name))
        if alike(taken(before, rows, size), now):
            continue
        if isinstance(before, Numbers):
            changed[name] = before.put(rows, cast("Numbers", now))
        else:
            changed[name] = before.only(others).and_(cast("Lists", now).placed(rows))
    return changed


def _pend(raw: sqlite3.Connection, ids: Iterable[int]) -> None:
    raw.executemany(
        "INSERT OR IGNORE INTO column_pending (id) SELECT id FROM interactions WHERE id = ?",
        [(number,) for number in ids],
    )


# --- what is new -------------------------------------------------------------------------------


def give_blocks(raw: sqlite3.Connection, pending: Sequence[int]) -> None:
    """Give new interactions a block."""
    for first in range(0, len(pending), LARGE):
        blocks = blocks_of(raw)
        for block, ids in _by_block(blocks, pending[first : first + LARGE]):
            fresh = Source(raw, Which.among(ids)).all()
            if block is None or (block is blocks[-1] and _after(block, ids)):
                _enter(raw, fresh)
            else:
                _replace(raw, [block], _joined([columns_of(raw, block), fresh]))
    raw.execute("DELETE FROM column_pending")
    _join_small(raw)


def _after(block: Block, ids: Sequence[int]) -> bool:
    return ids[0] > block.last_id and block.size >= SMALL


def _join_small(raw: sqlite3.Connection) -> None:
    """Join neighbours that are small, where that gives a large block."""
    for small, group in groupby(blocks_of(raw), key=lambda block: block.size <= 2 * SMALL):
        run = list(group)
        if small and len(run) > 1 and sum(block.size for block in run) >= LARGE - 2 * SMALL:
            _replace(raw, run, _joined([columns_of(raw, block) for block in run]))


def _by_block(
    blocks: Sequence[Block], ids: Sequence[int]
) -> Iterator[tuple[Block | None, list[int]]]:
    """Yield each block with those of rising ids that are its; None where there is no block."""
    if not blocks:
        if ids:
            yield None, list(ids)
        return
    # Where the ids of each block but the first begin.
    starts = np.searchsorted(ids, [block.first_id for block in blocks[1:]]).tolist()
    for block, start, end in zip(blocks, [0, *starts], [*starts, len(ids)], strict=True):
        if start < end:
            yield block, list(ids[start:end])


# --- blocks ------------------------------------------------------------------------------------


def columns_of(
    raw: sqlite3.Connection, block: Block, changes: Collection[str] | None = None
) -> dict[str, Column]:
    """Return those columns of a block that changes concern; None: all of them."""
    rows = raw.execute("SELECT name FROM column_data WHERE block_id = ?", (block.id,))
    names = [name for (name,) in rows if sources.concern(changes, name)]
    return {name: decoded(name, stored(raw, block, name) or b"") for name in names}


def taken(column: Column, rows: Array, size: int) -> Column:
    """Return some rows of a column that has `size`, in their order."""
    return column.taken(rows) if isinstance(column, Numbers) else column.of_rows(rows, size)


def alike(one: Column | None, other: Column | None) -> bool:
    """Return whether two columns hold the same; None: there is none, which is as good as empty."""
    if isinstance(one, Numbers) and isinstance(other, Numbers):
        return one.same(other)
    if isinstance(one, Lists) and isinstance(other, Lists):
        return one.same(other)
    return not (one if isinstance(one, Lists) else other)


def _size(columns: Mapping[str, Column]) -> int:
    return len(cast("Numbers", columns[ID]).values)


def _joined(parts: Sequence[dict[str, Column]]) -> dict[str, Column]:
    """Return the columns of several stretches of rows as those of one."""
    whole = dict(parts[0])
    size = _size(whole)
    for part in parts[1:]:
        for name, column in part.items():
            before = whole.get(name)
            if isinstance(column, Numbers):
                whole[name] = cast("Numbers", before).followed_by(column)
            else:
                moved = column.moved(size)
                whole[name] = moved if before is None else cast("Lists", before).and_(moved)
        size += _size(part)
    return whole


def _replace(raw: sqlite3.Connection, blocks: Sequence[Block], columns: dict[str, Column]) -> None:
    for block in blocks:
        raw.execute("DELETE FROM column_data WHERE block_id = ?", (block.id,))
        raw.execute("DELETE FROM column_blocks WHERE id = ?", (block.id,))
    size = _size(columns)
    if size <= MOST:
        if size:
            _enter(raw, columns)
        return
    order = np.argsort(cast("Numbers", columns[ID]).values)
    for rows in np.array_split(order, -(-size // LARGE)):
        _enter(raw, {name: taken(column, rows, size) for name, column in columns.items()})


def _enter(raw: sqlite3.Connection, columns: Mapping[str, Column]) -> None:
    """Write a new block."""
    cursor = raw.execute(
        "INSERT INTO column_blocks (stamp, size, first_id, last_id, first_us, last_us) "
        "VALUES (0, 0, 0, 0, 0, 0)"
    )
    number = int(cursor.lastrowid or 0)
    _write(raw, number, columns)
    _measure(raw, number, columns)


def _write(raw: sqlite3.Connection, number: int, columns: Mapping[str, Column]) -> None:
    stamp = secrets.randbits(_STAMP_BITS)
    raw.execute("UPDATE column_blocks SET stamp = ? WHERE id = ?", (stamp, number))
    for name, column in columns.items():
        if isinstance(column, Lists) and not len(column):
            raw.execute("DELETE FROM column_data WHERE block_id = ? AND name = ?", (number, name))
            continue
        raw.execute(
            "INSERT INTO column_data (block_id, name, data) VALUES (?, ?, ?) "
            "ON CONFLICT (block_id, name) DO UPDATE SET data = excluded.data",
            (number, name, column.encoded()),
        )


def _measure(raw: sqlite3.Connection, number: int, columns: Mapping[str, Column]) -> None:
    ids = cast("Numbers", columns[ID]).values
    starts = cast("Numbers", columns["started_us"]).values
    told = (len(ids), ids.min(), ids.max(), starts.min(), starts.max(), number)
    raw.execute(
        "UPDATE column_blocks SET size = ?, first_id = ?, last_id = ?, first_us = ?, last_us = ? "
        "WHERE id = ?",
        tuple(int(value) for value in told),
    )
