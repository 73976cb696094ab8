"""From format 6 to 7: legal holds, retention rules, deletions of many that have not ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LINES: Final = """\
CREATE TABLE holds ( interaction_id INTEGER NOT NULL, "by" TEXT DEFAULT '' NOT NULL, at_us
  BIGINT NOT NULL, reason TEXT DEFAULT '' NOT NULL, PRIMARY KEY (interaction_id), FOREIGN
  KEY(interaction_id) REFERENCES interactions (id) ON DELETE CASCADE )

CREATE TABLE retention_rules ( id INTEGER NOT NULL, service_id INTEGER, what VARCHAR NOT NULL,
  days INTEGER NOT NULL, PRIMARY KEY (id), UNIQUE (service_id, what), FOREIGN KEY(service_id)
  REFERENCES services (id) )

CREATE TABLE erasing ( id INTEGER NOT NULL, "by" TEXT DEFAULT '' NOT NULL, at_us BIGINT NOT
  NULL, reason TEXT DEFAULT '' NOT NULL, what TEXT DEFAULT '' NOT NULL, shared TEXT DEFAULT ''
  NOT NULL, by_retention SMALLINT NOT NULL, total INTEGER NOT NULL, PRIMARY KEY (id) )

CREATE TABLE erasing_left ( erasing_id INTEGER NOT NULL, interaction_id INTEGER NOT NULL,
  PRIMARY KEY (erasing_id, interaction_id), FOREIGN KEY(interaction_id) REFERENCES interactions
  (id) ON DELETE CASCADE ) WITHOUT ROWID
"""


def step(connection: Connection) -> None:
    """Turn format 6 into format 7."""
    for line in _LINES.split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
