"""The index of words on PostgreSQL.

The table `texts` has a row for each interaction whose parties said something: the stems of their
words, with an index, and the words themselves in order, in which phrases are looked for among
those that have all stems. Both are made in Python by the rules that SQLite's index follows. Not
the server's own type for texts, which has no place for more than 256 of a word, for what comes
after the 16 383rd, nor for more than a megabyte, and says so of the last only. Imported inside
`storage` only.
"""

from __future__ import annotations

import hashlib
from contextlib import closing
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, cast, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from reviewer.models.criteria.tree import Op
from reviewer.models.criteria.words import stems_of, words_of
from reviewer.models.stemming import VERSION
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.bulk import among
from reviewer.storage.catalogue.fields import Key
from reviewer.storage.catalogue.parts import SAME, Part, linked, same
from reviewer.storage.catalogue.postgresql.tables import start_of, texts
from reviewer.storage.catalogue.texts import MADE_BY, entry, note_of, note_purged, said_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, ColumnElement, Connection

    from reviewer.storage.catalogue.engine import Database
    from reviewer.storage.catalogue.parts import TextTest

__all__ = ["add", "containing", "differing", "purge", "rebuild", "remove", "said", "start_of"]

_LONG: Final = 400
"""Characters of a stem beyond which its digest stands for it: an index entry must fit a page."""
_BATCH: Final = 1_000
_PERSONAL: Final = ("interactions", "messages", "notes", texts.name)
_PART: Final = 3
"""Characters that a part must have to be looked up."""
_IN_PARTS: Final = frozenset(chain.from_iterable(schema.PARTS.values()))


def add(connection: Connection, entries: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Enter what the parties of interactions said, by id; each must not be there."""
    batch: list[dict[str, object]] = []
    for number, said in entries:
        stems, words = entry(said)
        if stems:
            row = {"interaction_id": number, "stems": _keys(stems.split()), "words": f" {words} "}
            batch.append(row)
        if len(batch) == _BATCH:
            connection.execute(texts.insert(), batch)
            batch = []
    if batch:
        connection.execute(texts.insert(), batch)


def remove(connection: Connection, numbers: Sequence[int]) -> None:
    """Take interactions out, before their messages change."""
    connection.execute(texts.delete().where(among(connection, texts.c.interaction_id, numbers)))


def rebuild(connection: Connection) -> None:
    """Make it anew from the messages."""
    connection.execute(texts.delete())
    add(connection, said_in(connection))
    made = insert(schema.meta).values(key=MADE_BY, value=VERSION)
    made = made.on_conflict_do_update(index_elements=["key"], set_={"value": VERSION})
    connection.execute(made)


def purge(database: Database) -> None:
    """Let the server drop the rows that were deleted or written over, as far as it can.

    What was in them stays in its log and in its backups for as long as it keeps those.
    """
    note = note_of(database)
    with database.plain() as connection:
        connection.exec_driver_sql(f"VACUUM {', '.join(_PERSONAL)}")
    with database.write() as connection:
        note_purged(connection, note)


def differing(connection: Connection) -> list[str]:
    """Return the name of the table if it does not hold what it should."""
    rows = select(texts).order_by(texts.c.interaction_id).execution_options(yield_per=_BATCH)
    with closing(said_in(connection)) as said, closing(connection.execute(rows)) as kept:
        entries = ((number, *entry(messages)) for number, messages in said)
        expected = (
            (number, _keys(stems.split()), f" {words} ")
            for number, stems, words in entries
            if stems
        )
        same_all = all(there == tuple(row or ()) for there, row in zip_longest(expected, kept))
    return [] if same_all else [texts.name]


# --- asking ------------------------------------------------------------------------------------


def said(op: Op, values: Sequence[str]) -> Part:
    """Return whether the parties said or wrote it: all words, or the phrase."""
    asked = ((_has_phrase if op is Op.PHRASE else _has_words)(value) for value in values)
    return linked(select(texts.c.interaction_id).where(or_(*asked)), texts)


def containing(wanted: TextTest, key: Column[str]) -> Part:
    """Return whether a text in the interaction's own row has one of the values in it."""
    where = wanted.holds(key)
    if key.name not in _IN_PARTS or any(len(text) < _PART for text in wanted.keys):
        return Part(where)
    return Part(where, ids=same(wanted.holds(SAME.c[key.name])))


def _has_words(value: str) -> ColumnElement[bool]:
    asked = cast(_keys(sorted(stems_of(value))), ARRAY(Key))
    return texts.c.stems.op("@>", is_comparison=True)(asked)


def _has_phrase(value: str) -> ColumnElement[bool]:
    words = f" {' '.join(words_of(value))} "
    return and_(_has_words(value), texts.c.words.contains(words, autoescape=True))


def _keys(stems: Iterable[str]) -> list[str]:
    return [stem if len(stem) <= _LONG else _short(stem) for stem in stems]


def _short(stem: str) -> str:
    return stem[:_LONG] + hashlib.sha256(stem.encode()).hexdigest()
