"""From format 2 to 3: saved criteria sets and who watches them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LINES: Final = """\
CREATE TABLE criteria_sets (
  id INTEGER NOT NULL, owner_id INTEGER NOT NULL, name TEXT DEFAULT '' NOT NULL,
  name_fold VARCHAR DEFAULT '' NOT NULL, channel SMALLINT, criteria TEXT DEFAULT '' NOT NULL,
  shared SMALLINT DEFAULT '0' NOT NULL, changed_us BIGINT NOT NULL, removed_us BIGINT NOT NULL,
  PRIMARY KEY (id), FOREIGN KEY(owner_id) REFERENCES users (id) ON DELETE CASCADE )

CREATE UNIQUE INDEX ux_criteria_set ON criteria_sets (owner_id, name_fold, removed_us)

CREATE TABLE criteria_set_watchers (
  user_id INTEGER NOT NULL, set_id INTEGER NOT NULL, PRIMARY KEY (user_id, set_id),
  FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY(set_id) REFERENCES criteria_sets (id) ON DELETE CASCADE ) WITHOUT ROWID

CREATE INDEX ix_criteria_set_watcher ON criteria_set_watchers (set_id)
"""


def step(connection: Connection) -> None:
    """Turn format 2 into format 3."""
    for line in _LINES.split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
