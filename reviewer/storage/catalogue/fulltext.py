"""The indexes of words, and of parts of words, on SQLite.

`text_stems` holds the stems of what the parties of an interaction said and wrote, `text_words`
the words themselves in order, for phrases; `like_addresses` and `like_texts` hold every three
characters in a row of what is searched by a part of it. All are FTS5 tables without content of
their own, under the interaction's id: what is to be taken out has to be told again. The `like_`
tables are kept in step by triggers, the `text_` tables by the writer, since SQL knows no stems.

They tell which interactions may match: a part of a word is looked at again in the row. Texts in
them are as personal as the texts themselves. Imported inside `storage` only.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, column, select, table, text

from reviewer.models.criteria.tree import Op
from reviewer.models.criteria.words import stems_of, words_of
from reviewer.models.stemming import VERSION
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.parts import SAME, Part, same
from reviewer.storage.catalogue.texts import MADE_BY, entry, note_purged, said_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Column, ColumnElement, Connection, Select

    from reviewer.storage.catalogue.engine import Database
    from reviewer.storage.catalogue.parts import TextTest


PART: Final = 3
"""Characters that a part must have to be looked up."""

_I: Final = schema.interactions
_LIKE: Final = schema.PARTS
_OF_COLUMN: Final = {name: like for like, names in _LIKE.items() for name in names}
_TEXTS: Final = ("text_stems", "text_words")
TABLES: Final = (*_TEXTS, *_LIKE)
_TABLES: Final = {name: table(name, column("rowid"), column(name)) for name in TABLES}
_BATCH: Final = 5_000


def _triggers(like: str, columns: Sequence[str]) -> Iterator[str]:
    """Yield what keeps one of the `like_` tables in step with `interactions`."""
    names = ", ".join(columns)

    def told(row: str) -> str:
        return ", ".join(f"{row}.{name}" for name in columns)

    def some(row: str) -> str:
        return " || ".join(f"{row}.{name}" for name in columns) + " <> ''"

    add = f"INSERT INTO {like} (rowid, {names}) SELECT new.id, {told('new')} WHERE {some('new')};"
    drop = (
        f"INSERT INTO {like} ({like}, rowid, {names}) "
        f"SELECT 'delete', old.id, {told('old')} WHERE {some('old')};"
    )
    yield f"CREATE TRIGGER {like}_insert AFTER INSERT ON interactions BEGIN {add} END"
    yield f"CREATE TRIGGER {like}_delete AFTER DELETE ON interactions BEGIN {drop} END"
    yield (
        f"CREATE TRIGGER {like}_update AFTER UPDATE OF {names} ON interactions "
        f"BEGIN {drop} {add} END"
    )


def create(connection: Connection) -> None:
    """Make the tables and their triggers, empty."""
    # Texts come folded and parted by spaces: bytes above ASCII are letters here, so that words
    # are what they are in Python whatever Unicode the engine knows.
    bare = "content='', columnsize=0"
    for line in (
        f"CREATE VIRTUAL TABLE text_stems USING fts5(stems, {bare}, detail=none, tokenize='ascii')",
        f'CREATE VIRTUAL TABLE text_words USING fts5(words, {bare}, tokenize="ascii tokenchars _")',
    ):
        connection.exec_driver_sql(line)
    for like, columns in _LIKE.items():
        connection.exec_driver_sql(
            f"CREATE VIRTUAL TABLE {like} USING fts5({', '.join(columns)}, {bare}, detail=none, "
            "tokenize='trigram case_sensitive 1')"
        )
        for line in _triggers(like, columns):
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
    where = wanted.holds(key)
    table_name, query = part_table(key.name), part_query(wanted.keys)
    if table_name is None or query is None:
        return Part(where)
    candidates = matching(table_name, query)
    ids = same(and_(SAME.c.id.in_(candidates), wanted.holds(SAME.c[key.name])))
    return Part(where, ids=ids)


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


def part_table(column_name: str) -> str | None:
    """Return the table that knows the parts of a column's texts, None where there is none."""
    return _OF_COLUMN.get(column_name)


def part_query(values: Iterable[str]) -> str | None:
    """Return what finds candidates for texts with one of the values in them; None: too short."""
    found = list(values)
    if any(len(value) < PART for value in found):
        return None
    return _any(" AND ".join(map(_quoted, sorted(_parts(value)))) for value in found)


def _parts(value: str) -> set[str]:
    return {value[place : place + PART] for place in range(len(value) - PART + 1)}


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def _any(queries: Iterable[str]) -> str:
    return " OR ".join(f"({query})" for query in queries)


# --- keeping in step ---------------------------------------------------------------------------


def add(connection: Connection, entries: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Enter what the parties of interactions said, by id; each must not be there."""
    _write(connection, ((number, *entry(said)) for number, said in entries))


def remove(connection: Connection, number: int) -> None:
    """Take an interaction out, before its messages change."""
    for _, said in said_in(connection, number):
        stems, words = entry(said)
        for name, told in zip(_TEXTS, (stems, words), strict=True):
            part = name.removeprefix("text_")
            connection.exec_driver_sql(
                f"INSERT INTO {name} ({name}, rowid, {part}) VALUES ('delete', ?, ?)",  # noqa: S608 (own names)
                (number, told),
            )


def rebuild(connection: Connection) -> None:
    """Make all of them anew from the tables that they are fed from."""
    for name in TABLES:
        connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('delete-all')")  # noqa: S608 (own names)
    for like, columns in _LIKE.items():
        names = ", ".join(columns)
        connection.exec_driver_sql(
            f"INSERT INTO {like} (rowid, {names}) SELECT id, {names} FROM interactions "  # noqa: S608 (own names)
            f"WHERE {' || '.join(columns)} <> '' ORDER BY id"
        )
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
    of it is what leaves nothing.
    """
    with database.write() as connection:
        for name in TABLES:
            connection.exec_driver_sql(f"INSERT INTO {name} ({name}) VALUES ('optimize')")  # noqa: S608 (own names)
        note_purged(connection)
    database.tidy()


def differing(connection: Connection) -> list[str]:
    """Return those of the tables that do not hold what they should.

    Compares in how many interactions each word or part is.
    """
    expected = {name: Counter[str]() for name in TABLES}
    for _, said in said_in(connection):
        for name, told in zip(_TEXTS, entry(said), strict=True):
            expected[name].update(set(told.split()))
    for like, columns in _LIKE.items():
        rows = connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM interactions")  # noqa: S608 (own names)
        for row in rows:
            expected[like].update(set().union(*map(_parts, row)))
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
    for place, name in enumerate(_TEXTS, start=1):
        rows = [(made[0], made[place]) for made in batch if made[place]]
        if rows:
            part = name.removeprefix("text_")
            connection.exec_driver_sql(
                f"INSERT INTO {name} (rowid, {part}) VALUES (?, ?)",  # noqa: S608 (own names)
                rows,
            )
