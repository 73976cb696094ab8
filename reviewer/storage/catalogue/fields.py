"""Kinds of columns that the catalogue's tables are made of. Imported inside `storage` only."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Text,
    text,
)

metadata = MetaData()

Id = BigInteger().with_variant(Integer(), "sqlite")
"""On SQLite the alias of the row id, which must be declared INTEGER."""
Key = String().with_variant(String(collation="C"), "postgresql")
"""Text compared by code points, so that a range finds a prefix on both engines."""


def words(name: str) -> Column[str]:
    """Return a column of text that is shown, "" for none."""
    return Column(name, Text(), nullable=False, server_default="")


def key(name: str) -> Column[str]:
    """Return a column of folded text that is searched, "" for none."""
    return Column(name, Key, nullable=False, server_default="")


def instant(name: str) -> Column[int]:
    """Return a column of microseconds: an instant UTC, or a duration."""
    return Column(name, BigInteger(), nullable=False)


def since(name: str) -> Column[int]:
    """Return a column of an instant that there may be none of: 0."""
    return Column(name, BigInteger(), nullable=False, server_default="0")


def code(name: str) -> Column[int]:
    """Return a column of a small number: an enumeration's code, or a number of segments."""
    return Column(name, SmallInteger(), nullable=False)


def flag(name: str) -> Column[int]:
    """Return a column that is 0 or 1."""
    return Column(name, SmallInteger(), nullable=False, server_default="0")


def identity(name: str = "id") -> Column[int]:
    """Return the column of a table's own ids."""
    return Column(name, Id, primary_key=True)


def own(*, key: bool = False) -> Column[int]:
    """Return the column that says which interaction a row belongs to."""
    return Column(
        "interaction_id",
        Id,
        ForeignKey("interactions.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=key,
    )


def ref(name: str, target: str) -> Column[int]:
    """Return a column that refers to a row of another table, NULL for none."""
    return Column(name, Id, ForeignKey(target), nullable=True)


CONDITION: Final = "condition"
"""Key of `Index.info` for the condition of a partial index."""


_SERVER: Final = "postgresql"


def server_index(name: str, *columns: Column[object]) -> None:
    """Add an index that only PostgreSQL has."""
    Index(name, *columns).ddl_if(dialect=_SERVER)


def partial_index(
    name: str, *columns: Column[object], condition: str, server: bool = False
) -> None:
    """Add an index over the rows for which a condition holds.

    Only SQLite's keyword is used: naming PostgreSQL's would import that dialect with all of its
    drivers, 100 ms of every start. Its tables take the condition from `info[CONDITION]`.
    With `server` only PostgreSQL has it.
    """
    index = Index(name, *columns, sqlite_where=text(condition), info={CONDITION: condition})
    if server:
        index.ddl_if(dialect=_SERVER)
