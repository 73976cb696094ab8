"""From format 13 to 14: where users are signed in; watermarks and reasons asked, by role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LINES: Final = """\
ALTER TABLE roles ADD COLUMN watermark SMALLINT DEFAULT '0' NOT NULL

ALTER TABLE roles ADD COLUMN asks_reason SMALLINT DEFAULT '0' NOT NULL

CREATE TABLE sign_ins ( id {identity} NOT NULL, user_id {id} NOT NULL, origin TEXT DEFAULT '' NOT
  NULL, process BIGINT DEFAULT '0' NOT NULL, began_us BIGINT NOT NULL, seen_us BIGINT NOT NULL,
  PRIMARY KEY (id), FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE )

CREATE INDEX ix_sign_in ON sign_ins (user_id)
"""


def step(connection: Connection) -> None:
    """Turn format 13 into format 14 on SQLite."""
    _step(connection, identity="INTEGER", id="INTEGER")


def on_server(connection: Connection) -> None:
    """Turn format 13 into format 14 on PostgreSQL."""
    _step(connection, identity="BIGSERIAL", id="BIGINT")


def _step(connection: Connection, **words: str) -> None:
    for line in _LINES.format(**words).split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
