"""The tables of columns, and the triggers that say which interactions are out of step with them.

`column_blocks` has a row a block of interactions, whose ranges of ids do not overlap, and
`column_data` its columns; its stamp is another one whenever one of them is written. An
interaction that is new is in `column_pending` until there are enough of them to be worth a
block; one of a block that changed is in `column_touched` until the end of the transaction that
changed it (`in_step.keep`), so that nothing that was taken out of the tables stays here. Whatever
writes to the tables, by triggers these two know of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from reviewer.models.stemming import VERSION as STEMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

MADE_BY: Final = "columns"
"""Key in `meta` of what the columns were made by."""
_KEPT: Final = "3"
"""Names what is kept in columns (`sources`), and how; raised with every change of it."""
VERSION: Final = f"{_KEPT} {STEMS}"
"""What columns in step with this program are made by."""
SINCE: Final = {f"2 {STEMS}": ("silence_share", "talkover_share")}
"""By what columns of old were made by: those that came since, where all others stayed as they are.

Making these alone takes a look at a million rows; making all takes minutes.
"""

_BLOCKS: Final = (
    "CREATE TABLE column_blocks (id INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, "
    "size INTEGER NOT NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, "
    "first_us INTEGER NOT NULL, last_us INTEGER NOT NULL)"
)
_DATA: Final = (
    "CREATE TABLE column_data (block_id INTEGER NOT NULL REFERENCES column_blocks (id) "
    "ON DELETE CASCADE, name VARCHAR NOT NULL, data BLOB NOT NULL)"
)
_TABLES: Final = (
    _BLOCKS,
    _DATA,
    "CREATE UNIQUE INDEX ux_column_data ON column_data (block_id, name)",
    "CREATE TABLE column_pending (id INTEGER PRIMARY KEY)",
    "CREATE TABLE column_touched (id INTEGER PRIMARY KEY)",
)
_CHILDREN: Final = (
    "segments",
    "recordings",
    "messages",
    "tombstones",
    "interaction_custom",
    "interaction_labels",
)


def _touch(row: str, column: str) -> str:
    return (
        f"INSERT OR IGNORE INTO column_touched (id) SELECT {row}.{column} "  # noqa: S608 (own names)
        f"WHERE NOT EXISTS (SELECT 1 FROM column_pending WHERE id = {row}.{column});"
    )


def _triggers() -> Iterator[str]:
    pend = "INSERT OR IGNORE INTO column_pending (id) VALUES (new.id);"
    forget = "DELETE FROM column_pending WHERE id = old.id;"
    for name, event, table, actions in (
        ("add", "INSERT", "interactions", pend),
        ("drop", "DELETE", "interactions", f"{_touch('old', 'id')} {forget}"),
        ("change", "UPDATE", "interactions", f"{_touch('new', 'id')} {_touch('old', 'id')}"),
    ):
        yield f"CREATE TRIGGER columns_{name} AFTER {event} ON {table} BEGIN {actions} END"
    for table in _CHILDREN:
        new, old = _touch("new", "interaction_id"), _touch("old", "interaction_id")
        for name, event, actions in (
            ("add", "INSERT", new),
            ("drop", "DELETE", old),
            ("change", "UPDATE", f"{new} {old}"),
        ):
            trigger = f"columns_{name}_{table}"
            yield f"CREATE TRIGGER {trigger} AFTER {event} ON {table} BEGIN {actions} END"


def create(connection: Connection) -> None:
    """Make the tables and triggers, empty; nothing is in the tables of interactions yet."""
    for line in (*_TABLES, *_triggers()):
        connection.exec_driver_sql(line)
    connection.execute(
        text("INSERT INTO meta (key, value) VALUES (:key, :value)"),
        {"key": MADE_BY, "value": VERSION},
    )
