"""From format 7 to 8: what a user's window keeps is in a table, no longer in a file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


def step(connection: Connection) -> None:
    """Turn format 7 into format 8; the files are taken in when the store is opened."""
    connection.exec_driver_sql(
        "CREATE TABLE remembered ( user_id INTEGER NOT NULL, name VARCHAR NOT NULL,"
        " json TEXT DEFAULT '' NOT NULL, PRIMARY KEY (user_id, name),"
        " FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE ) WITHOUT ROWID"
    )
