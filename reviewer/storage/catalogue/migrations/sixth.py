"""From format 5 to 6: passwords, teams and extensions of users, failures to log in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LINES: Final = """\
CREATE TABLE accounts (
  user_id INTEGER NOT NULL, team_id INTEGER, extension TEXT DEFAULT '' NOT NULL,
  password TEXT DEFAULT '' NOT NULL, password_us BIGINT DEFAULT '0' NOT NULL,
  must_change SMALLINT DEFAULT '0' NOT NULL, locked_until_us BIGINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (user_id), FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY(team_id) REFERENCES teams (id) )

CREATE TABLE login_failures (
  id INTEGER NOT NULL, user_id INTEGER NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE )

CREATE INDEX ix_login_failure ON login_failures (user_id, at_us)
"""


def step(connection: Connection) -> None:
    """Turn format 5 into format 6."""
    for line in _LINES.split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
