"""The tables of `schema` as PostgreSQL needs them, and those that only it has.

A B-tree of PostgreSQL takes entries of some 2 700 bytes, and texts may be longer: so its indexes
hold how a text begins, `start_of`, and where texts must be unique a hash beside it. Parts of
texts are found by trigrams. Imported inside `storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ARRAY,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
    text,
)

from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.fields import CONDITION, Id, Key, metadata
from reviewer.storage.catalogue.parts import START

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

_SHORT: Final = frozenset({"act", "giid", "key", "login", "object_id", "privilege", "sha256"})
"""Texts that are short by what they are."""

_texts_metadata = MetaData()
texts: Final = Table(
    "texts",
    _texts_metadata,
    Column("interaction_id", Id, primary_key=True, autoincrement=False),
    Column("stems", ARRAY(Key), nullable=False),
    Column("words", Key, nullable=False),
)
"""What the parties of an interaction said and wrote: its stems, and its words in order."""


def start_of(key: ColumnElement[Any]) -> ColumnElement[str] | None:
    """Return how a column's text begins, as indexes have it; None: they have the whole text."""
    return func.left(key, START) if is_long(key) else None


def create(connection: Connection) -> None:
    """Make all tables and their indexes, empty.

    Raises:
        sqlalchemy.exc.DBAPIError: The server refuses, or lacks trigrams.
    """
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    made().create_all(connection, checkfirst=False)


def settle_numbers(connection: Connection) -> None:
    """Let each table's own ids go on after those that rows were entered with."""
    for table in metadata.sorted_tables:
        if "id" in table.c and table.c.id.autoincrement is not False:
            last = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, last, False)))


def made() -> MetaData:
    """Return all tables with all indexes as they are made on PostgreSQL."""
    found = MetaData()
    for table in metadata.sorted_tables:
        _adapt(table, table.to_metadata(found))
    interactions = found.tables["interactions"]
    for like, columns in schema.PARTS.items():
        Index(
            like,
            *(interactions.c[name] for name in columns),
            postgresql_using="gin",
            postgresql_ops=dict.fromkeys(columns, "gin_trgm_ops"),
        )
    said = texts.to_metadata(found)
    said.c.interaction_id.append_foreign_key(ForeignKey("interactions.id", ondelete="CASCADE"))
    # Without a list of what is still to be sorted in, which every search would go through.
    Index("text_stems", said.c.stems, postgresql_using="gin", postgresql_with={"fastupdate": "off"})
    return found


def _adapt(original: Table, table: Table) -> None:
    """Give a table's copy indexes that PostgreSQL can keep."""
    table.indexes.clear()
    for index in original.indexes:
        condition = index.info.get(CONDITION)
        columns = [table.c[column.name] for column in index.columns]
        Index(
            index.name,
            *_entries(columns, unique=bool(index.unique)),
            unique=bool(index.unique),
            postgresql_where=None if condition is None else text(condition),
        )
    for constraint in list(table.constraints):
        if not isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            continue
        columns = list(constraint.columns)
        if not any(map(is_long, columns)):
            continue
        table.constraints.discard(constraint)
        if isinstance(constraint, PrimaryKeyConstraint):
            for column in columns:
                column.primary_key = False
            table.append_constraint(PrimaryKeyConstraint())
        name = "_".join(("ux", table.name, *(column.name for column in columns)))
        Index(name, *_entries(columns, unique=True), unique=True)


def _entries(columns: list[Column[Any]], *, unique: bool) -> list[ColumnElement[Any]]:
    entries: list[ColumnElement[Any]] = []
    for column in columns:
        start = start_of(column)
        entries.append(column if start is None else start)
    if unique:
        entries += [func.hashtextextended(column, 0) for column in columns if is_long(column)]
    return entries


def is_long(column: ColumnElement[Any]) -> bool:
    """Return whether a column is a text of any length."""
    kind = column.type
    if isinstance(kind, LargeBinary) or not isinstance(kind, String | Text):
        return False
    return kind.length is None and getattr(column, "name", "") not in _SHORT
