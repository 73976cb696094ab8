"""What is indexed of what people said and wrote, and the note that indexes are to be purged.

Imported inside `storage` only.
"""

from __future__ import annotations

import secrets
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, text

from reviewer.models.criteria.words import stems_of, words_of
from reviewer.models.recording import PartyRole
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.bulk import among

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from sqlalchemy import Connection

    from reviewer.storage.catalogue.engine import Database

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

    A kill before `TextIndex.purge` ended leaves the note, and `finish_purge` of `text_index` finds
    it. Each is another one: a purge takes back the one that it began with.
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


def is_unpurged(database: Database) -> bool:
    """Return whether the store's files may still hold words of texts that were deleted."""
    return bool(note_of(database))
