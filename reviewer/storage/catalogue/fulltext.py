"""The indexes of words on SQLite.

`text_stems` holds the stems of what the parties of an interaction said and wrote, `text_words`
the words themselves in order, for phrases. Both are FTS5 tables without content of their own,
under the interaction's id: what is to be taken out has to be told again. The writer keeps them in
step, since SQL knows no stems. Parts of words are looked for in the columns.

Texts in them are as personal as the texts themselves. Imported inside `storage` only.
"""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import column, select, table, text

from reviewer.models.criteria.tree import Op
from reviewer.models.criteria.words import stems_of, words_of
from reviewer.models.stemming import VERSION
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.parts import Part
from reviewer.storage.catalogue.texts import MADE_BY, entry, note_of, note_purged, said_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Select

    from reviewer.storage.catalogue.engine import Database
    from reviewer.storage.catalogue.parts import TextTest


_I: Final = schema.interactions
TABLES: Final = ("text_stems", "text_words")
_TABLES: Final = {name: table(name, column("rowid"), column(name)) for name in TABLES}
_BATCH: Final = 5_000
_PAGES: Final = 64
"""So many pages of an index are written in one transaction of a purge."""


def create(connection: Connection) -> None:
    """Make the tables, empty."""
    # Texts come folded and parted by spaces: bytes above ASCII are letters here, so that words
    # are what they are in Python whatever Unicode the engine knows.
    bare = "content='', columnsize=0"
    for line in (
        f"CREATE VIRTUAL TABLE text_stems USING fts5(stems, {bare}, detail=none, tokenize='ascii')",
        f'CREATE VIRTUAL TABLE text_words USING fts5(words, {bare}, tokenize="ascii tokenchars _")',
    ):
        connection.exec_driver_sql(line)


# --- asking ------------------------------------------------------------------------------------


def said(op: Op, values: Sequence[str]) -> Part:
    """Return whether the parties said or wrote it: all words, or the phrase."""
    if op is Op.PHRASE:
        ids = matching("text_words", phrase_query(values))
    else:
        ids = matching("text_stems", stems_query(values))
    return Part(_I.c.id.in_(ids), ids=ids)


def containing(wanted: TextTest, key: Column[str]) -> Part:
    """Return whether a text in the interaction's own row has one of the values in it."""
    return Part(wanted.holds(key))


def start_of(_key: ColumnElement[str]) -> None:
    """Return None: indexes have whole texts."""


def matching(name: str, query: str, span: tuple[int, int] | None = None) -> Select[Any]:
    """Return the ids that one of the tables has for a query in the language of FTS5.

    Args:
        name: The table.
        query: The query.
        span: The least and the greatest id to look for; None: all.
    """
    asked = _TABLES[name]
    matches = asked.c[name].op("MATCH", is_comparison=True)(query)
    found = select(asked.c.rowid).where(matches)
    return found if span is None else found.where(asked.c.rowid.between(*span))


def stems_query(values: Iterable[str]) -> str:
    """Return what finds the texts with all words of one of the values, by their stems."""
    return _any(" AND ".join(map(_quoted, sorted(stems_of(value)))) for value in values)


def phrase_query(values: Iterable[str]) -> str:
    """Return what finds the texts with one of the values as whole words in this order."""
    return _any(_quoted(" ".join(words_of(value))) for value in values)


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def _any(queries: Iterable[str]) -> str:
    return " OR ".join(f"({query})" for query in queries)


# --- keeping in step ---------------------------------------------------------------------------


def add(connection: Connection, entries: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Enter what the parties of interactions said, by id; each must not be there."""
    _write(connection, ((number, *entry(said)) for number, said in entries))


def remove(connection: Connection, numbers: Sequence[int]) -> None:
    """Take interactions out, before their messages change."""
    taken = [(number, *entry(said)) for number, said in said_in(connection, numbers)]
    for place, name in enumerate(TABLES, 1) if taken else ():
        part = name.removeprefix("text_")
        connection.exec_driver_sql(
            f"INSERT INTO {name} ({name}, rowid, {part}) VALUES ('delete', ?, ?)",  # noqa: S608 (own names)
            [(row[0], row[place]) for row in taken],
        )


def rebuild(connection: Connection) -> None:
    """Make both anew from the messages."""
    for name in TABLES:
        connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('delete-all')")  # noqa: S608 (own names)
    _write(connection, ((number, *entry(said)) for number, said in said_in(connection)))
    for name in TABLES:
        connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('optimize')")  # noqa: S608 (own names)
    connection.execute(
        text("INSERT OR REPLACE INTO meta (key, value) VALUES (:key, :value)"),
        {"key": MADE_BY, "value": VERSION},
    )


def purge(database: Database) -> None:
    """Rid the indexes of what was taken out of them, and the file of what it was written over.

    FTS5 marks what is taken out and drops it when parts of the index are next merged: merging all
    of it is what leaves nothing. That takes as long as the index is large, so it is done in short
    transactions. The note goes last: a kill, or a reader of what was, leaves it.

    Raises:
        StoreBusyError: Another still reads what was there before.
    """
    note = note_of(database)
    for name in TABLES:
        _merge_all(database, name)
    database.tidy()
    with database.write() as connection:
        note_purged(connection, note)


def _merge_all(database: Database, name: str) -> None:
    """Merge all parts of an index into one."""
    while True:
        with database.write() as connection:
            begun = time.monotonic()
            before = _changes(connection)
            # A negative number merges what else would wait for more parts.
            connection.exec_driver_sql(
                f"INSERT INTO {name} ({name}, rank) VALUES ('merge', {-_PAGES:d})"  # noqa: S608 (own names)
            )
            # The insertion itself is one.
            ended = _changes(connection) - before < 2
        if ended:
            return
        # Other programs that wait for their turn ask now and then: they get as long as this took.
        time.sleep(time.monotonic() - begun)


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def differing(connection: Connection) -> list[str]:
    """Return those of the tables that do not hold what they should.

    Compares in how many interactions each word is.
    """
    expected = {name: Counter[str]() for name in TABLES}
    for _, said in said_in(connection):
        for name, told in zip(TABLES, entry(said), strict=True):
            expected[name].update(set(told.split()))
    return [name for name in TABLES if _counted(connection, name) != expected[name]]


def _counted(connection: Connection, name: str) -> Counter[str]:
    made = f"CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, {name}, 'row')"
    connection.exec_driver_sql(made)
    try:
        return Counter(dict(connection.exec_driver_sql("SELECT term, doc FROM temp.terms").all()))
    finally:
        connection.exec_driver_sql("DROP TABLE temp.terms")


def _write(connection: Connection, entries: Iterable[tuple[int, str, str]]) -> None:
    batch: list[tuple[int, str, str]] = []
    for made in entries:
        batch.append(made)
        if len(batch) == _BATCH:
            _write_batch(connection, batch)
            batch.clear()
    _write_batch(connection, batch)


def _write_batch(connection: Connection, batch: list[tuple[int, str, str]]) -> None:
    for place, name in enumerate(TABLES, start=1):
        rows = [(made[0], made[place]) for made in batch if made[place]]
        if rows:
            part = name.removeprefix("text_")
            connection.exec_driver_sql(
                f"INSERT INTO {name} (rowid, {part}) VALUES (?, ?)",  # noqa: S608 (own names)
                rows,
            )
