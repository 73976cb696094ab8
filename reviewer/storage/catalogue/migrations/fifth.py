"""From format 4 to 5: the audit log. It begins when the store is next opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LINES: Final = """\
CREATE TABLE audit (
  number INTEGER NOT NULL, at_us BIGINT NOT NULL, login TEXT DEFAULT '' NOT NULL,
  act VARCHAR NOT NULL, interaction_id BIGINT NOT NULL, giid TEXT DEFAULT '' NOT NULL,
  detail TEXT DEFAULT '' NOT NULL, origin TEXT DEFAULT '' NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (number) )

CREATE INDEX ix_audit_act ON audit (act, number)

CREATE INDEX ix_audit_at ON audit (at_us, number)

CREATE INDEX ix_audit_interaction ON audit (interaction_id, number)

CREATE INDEX ix_audit_login ON audit (login, number)

CREATE TABLE audit_head (
  id INTEGER NOT NULL, number BIGINT NOT NULL, at_us BIGINT NOT NULL, hash BLOB NOT NULL,
  signature BLOB NOT NULL, PRIMARY KEY (id) )
"""


def step(connection: Connection) -> None:
    """Turn format 4 into format 5."""
    for line in _LINES.split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
