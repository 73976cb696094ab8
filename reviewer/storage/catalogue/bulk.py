"""Many ids in one condition, many rows in one statement. Imported inside `storage` only.

A condition over a list compiled id by id costs more than what it finds, and so does a dictionary
a row: here a list is one parameter, and rows go to the driver as they are.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, BigInteger, String, any_, func, literal, select

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, Table


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
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Enter rows, each with values for the same columns."""
    if not rows:
        return
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(columns))
    names = ", ".join(f'"{name}"' for name in columns)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608 (own names)
        [tuple(row) for row in rows],
    )
