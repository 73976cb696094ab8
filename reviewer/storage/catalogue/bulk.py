"""Many ids in one condition, many rows in one statement. Imported inside `storage` only.

A condition over a list compiled id by id costs more than what it finds, and so does a dictionary
a row: here a list is one parameter, and rows go to the driver as they are.
"""

from __future__ import annotations

import json
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, BigInteger, String, any_, func, literal, select

from reviewer.storage.catalogue.border import refuse_null
from reviewer.storage.catalogue.engine import REFUSED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Table

_JOINED: Final = 100
_SENT: Final = 5_000
_SEEN: Final = {REFUSED: True}


def among(
    connection: Connection, column: ColumnElement[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """Return the condition that a column has one of these values."""
    return listed_among(connection.dialect.name, column, values)


def listed_among(
    dialect: str, column: ColumnElement[Any], values: Collection[int] | Collection[str]
) -> ColumnElement[bool]:
    """Return the same for a dialect, where there is no connection."""
    listed = list(values)
    if dialect == "sqlite":
        each = func.json_each(json.dumps(listed)).table_valued("value")
        return column.in_(select(each.c.value))
    kind = String() if isinstance(column.type, String) else BigInteger()
    return column == any_(literal(listed, ARRAY(kind)))


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    alike: Mapping[str, Any] | None = None,
) -> None:
    """Enter rows, each with values for the same columns; some at a time are in memory.

    Args:
        connection: One that writes.
        table: Where.
        columns: What the values of a row are of.
        rows: The rows.
        alike: What all rows have in further columns.

    Raises:
        UsageError: A text has a null character in it.
    """
    shared = alike or {}
    refuse_null(value for value in shared.values() if isinstance(value, str))
    same = tuple(shared.values())
    names = ", ".join(f'"{name}"' for name in (*shared, *columns))
    head = f"INSERT INTO {table.name} ({names}) VALUES "  # noqa: S608 (own names)
    # A statement of SQLite takes longer than a row: several rows go in one.
    joined = connection.dialect.name == "sqlite"
    size = _JOINED if joined else _SENT
    many = head + _numbered(len(same), len(columns), size) if joined else ""
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    one = head + f"({', '.join([mark] * (len(same) + len(columns)))})"
    texts = [n for n, name in enumerate(columns) if isinstance(table.c[name].type, String)]
    left = iter(rows)
    while part := list(islice(left, size)):
        for place in texts:
            refuse_null([row[place] for row in part])
        if joined and len(part) == size:
            connection.exec_driver_sql(many, (*same, *chain.from_iterable(part)), _SEEN)
        else:
            connection.exec_driver_sql(one, [(*same, *row) for row in part], _SEEN)


def _numbered(same: int, own: int, rows: int) -> str:
    """Return the places of many rows' values; what they have alike is given once, and first."""
    first = [f"?{place}" for place in range(1, same + 1)]
    starts = range(same + 1, same + 1 + own * rows, own)
    each = ((*first, *(f"?{start + place}" for place in range(own))) for start in starts)
    return ", ".join(f"({', '.join(places)})" for places in each)
