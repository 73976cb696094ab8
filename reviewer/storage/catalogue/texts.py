"""What is indexed of what people said and wrote, and the contract of an engine's index of it.

Imported inside `storage` only.
"""

from __future__ import annotations

import secrets
from contextlib import closing, suppress
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, Protocol

from sqlalchemy import select, text

from reviewer.errors import StoreBusyError
from reviewer.models.criteria.words import stems_of, words_of
from reviewer.models.recording import PartyRole
from reviewer.models.stemming import VERSION
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.bulk import among

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

    from sqlalchemy import Column, ColumnElement, Connection

    from reviewer.models.criteria.tree import Op
    from reviewer.storage.catalogue.engine import Database
    from reviewer.storage.catalogue.parts import Part, TextTest

MADE_BY: Final = "stems"
"""Key in `meta` of what the stems were made by."""

_UNPURGED: Final = "texts_unpurged"
_PURGED: Final = "0"
_BETWEEN: Final = " _ "
"""Between two messages: no word has this character, so no phrase goes across."""
_CHUNK: Final = 1_000
_I: Final = schema.interactions
_M: Final = schema.messages
_SAID: Final = (
    select(_M.c.interaction_id, _M.c.text)
    .join_from(_M, _I, _I.c.id == _M.c.interaction_id)
    .where(_M.c.role != codes.ROLES.code(PartyRole.SYSTEM), _I.c.texts_searchable == 1)
    .order_by(_M.c.interaction_id, _M.c.ordinal)
)


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
    from reviewer.storage.catalogue.postgresql import texts

    return texts


def entry(said: Sequence[str]) -> tuple[str, str]:
    """Return what is indexed of the messages of one interaction: stems, and words."""
    words = [words_of(message) for message in said]
    stems = sorted(frozenset().union(*map(stems_of, said)))
    return " ".join(stems), _BETWEEN.join(" ".join(message) for message in words if message)


def said_in(
    connection: Connection, numbers: Sequence[int] | None = None
) -> Generator[tuple[int, list[str]], None, None]:
    """Yield what the parties said, by interaction, where it may be searched; or of some alone."""
    statement = _SAID
    if numbers is not None:
        statement = _SAID.where(among(connection, _M.c.interaction_id, numbers))
    with closing(connection.execute(statement.execution_options(yield_per=_CHUNK))) as result:
        for known, group in groupby(result, key=itemgetter(0)):
            yield known, [said for _, said in group]


def mark_unpurged(connection: Connection) -> None:
    """Note in the transaction that took texts out that the indexes still hold traces of them.

    A kill before `TextIndex.purge` ended leaves the note, and `finish_purge` finds it. Each is
    another one: a purge takes back the one that it began with.
    """
    connection.execute(
        text(
            "INSERT INTO meta (key, value) VALUES (:key, :note) "
            "ON CONFLICT (key) DO UPDATE SET value = :note"
        ),
        {"key": _UNPURGED, "note": secrets.token_hex(8)},
    )


def note_of(database: Database) -> str:
    """Return the note that indexes are to be purged, "" where they need not be."""
    noted = select(schema.meta.c.value).where(schema.meta.c.key == _UNPURGED)
    with database.read() as connection:
        value = str(connection.execute(noted).scalar() or _PURGED)
    return "" if value == _PURGED else value


def note_purged(connection: Connection, note: str) -> None:
    """Take that note back, unless more was taken out of the indexes since."""
    meta = schema.meta
    this = (meta.c.key == _UNPURGED) & (meta.c.value == note)
    connection.execute(meta.update().where(this).values(value=_PURGED))


def finish_purge(database: Database) -> None:
    """Purge what deletions of texts left to do.

    Where another still reads what was there before, the note stays for the next time.
    """
    if is_unpurged(database):
        with suppress(StoreBusyError):
            texts_of(database.dialect).purge(database)


def is_unpurged(database: Database) -> bool:
    """Return whether the store's files may still hold words of texts that were deleted."""
    return bool(note_of(database))


def settle(database: Database) -> None:
    """Make the index anew where another rule made its stems, or none yet."""
    made_by = select(schema.meta.c.value).where(schema.meta.c.key == MADE_BY)
    with database.read() as connection:
        found = connection.execute(made_by).scalar()
    if found != VERSION:
        with database.write() as connection:
            texts_of(database.dialect).rebuild(connection)
