"""From format 11 to 12: by how much of its source an interaction was told.

A row of an interaction's own GIID that said only recordings came so far becomes such a weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_WEIGHTS: Final = (
    "INSERT INTO tellings (interaction_id, weight)"
    " SELECT DISTINCT interaction_id, '[0, 0, 0, 1]' FROM known_as WHERE partly = 1"
)
_MOVE: Final = (_WEIGHTS, "ALTER TABLE known_as DROP COLUMN partly")


def step(connection: Connection) -> None:
    """Turn format 11 into format 12 on SQLite."""
    connection.exec_driver_sql(
        "CREATE TABLE tellings ( interaction_id INTEGER NOT NULL,"
        " weight TEXT DEFAULT '' NOT NULL, PRIMARY KEY (interaction_id),"
        " FOREIGN KEY(interaction_id) REFERENCES interactions (id) ON DELETE CASCADE )"
        " WITHOUT ROWID"
    )
    for line in _MOVE:
        connection.exec_driver_sql(line)


def on_server(connection: Connection) -> None:
    """Turn format 11 into format 12 on PostgreSQL."""
    connection.exec_driver_sql(
        "CREATE TABLE tellings (interaction_id BIGINT NOT NULL,"
        " weight TEXT DEFAULT '' NOT NULL, PRIMARY KEY (interaction_id),"
        " FOREIGN KEY(interaction_id) REFERENCES interactions (id) ON DELETE CASCADE)"
    )
    for line in _MOVE:
        connection.exec_driver_sql(line)
