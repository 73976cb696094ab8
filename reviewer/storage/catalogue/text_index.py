"""The contract of an engine's index of what people said and wrote, and what is done with either.

Imported inside `storage` only.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select

from reviewer.errors import StoreBusyError
from reviewer.models.stemming import VERSION
from reviewer.storage.catalogue import schema, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, ColumnElement, Connection

    from reviewer.models.criteria.tree import Op
    from reviewer.storage.catalogue.engine import Database
    from reviewer.storage.catalogue.parts import Part, TextTest


class TextIndex(Protocol):
    """The indexes of texts of one engine, fed by whoever writes messages, asked by criteria."""

    def add(self, connection: Connection, entries: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Enter what the parties of interactions said, by id; each must not be there."""

    def remove(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Take interactions out, before their messages change."""

    def rebuild(self, connection: Connection) -> None:
        """Make it anew from the messages, and write down by which rule."""

    def purge(self, database: Database) -> None:
        """Rid it of what was taken out of it, and the database of what was written over.

        Raises:
            StoreBusyError: Another still reads what was there before: `finish_purge` goes on.
        """

    def differing(self, connection: Connection) -> list[str]:
        """Return those of its tables that do not hold what they should."""

    def said(self, op: Op, values: Sequence[str]) -> Part:
        """Return whether the parties said or wrote it: all words of a value, or the phrase."""

    def containing(self, wanted: TextTest, key: Column[str]) -> Part:
        """Return whether a text in the interaction's own row has one of the values in it."""

    def start_of(self, key: ColumnElement[str]) -> ColumnElement[str] | None:
        """Return the start of a column's text that indexes have; None: they have all of it."""


def texts_of(dialect: str) -> TextIndex:
    """Return the indexes of texts of an engine."""
    if dialect == "sqlite":
        from reviewer.storage.catalogue import fulltext

        return fulltext
    # Imported here: most programs never ask a server.
    from reviewer.storage.catalogue.postgresql import texts as on_server

    return on_server


def finish_purge(database: Database) -> None:
    """Purge what deletions of texts left to do.

    Where another still reads what was there before, the note stays for the next time.
    """
    if texts.is_unpurged(database):
        with suppress(StoreBusyError):
            texts_of(database.dialect).purge(database)


def settle(database: Database) -> None:
    """Make the index anew where another rule made its stems, or none yet."""
    made_by = select(schema.meta.c.value).where(schema.meta.c.key == texts.MADE_BY)
    with database.read() as connection:
        found = connection.execute(made_by).scalar()
    if found != VERSION:
        with database.write() as connection:
            texts_of(database.dialect).rebuild(connection)
