"""From format 3 to 4: comments, what users change in the facts, where they stopped listening."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LINES: Final = """\
ALTER TABLE interactions ADD COLUMN tags_by_hand SMALLINT DEFAULT '0' NOT NULL

CREATE TABLE comments (
  id INTEGER NOT NULL, interaction_id INTEGER NOT NULL, author_id INTEGER NOT NULL,
  kind SMALLINT NOT NULL, public SMALLINT DEFAULT '0' NOT NULL, started_us BIGINT NOT NULL,
  ended_us BIGINT, text TEXT DEFAULT '' NOT NULL, written_us BIGINT NOT NULL,
  edited_us BIGINT, PRIMARY KEY (id),
  FOREIGN KEY(interaction_id) REFERENCES interactions (id) ON DELETE CASCADE,
  FOREIGN KEY(author_id) REFERENCES users (id) )

CREATE INDEX ix_comment ON comments (interaction_id, kind, author_id, public)

CREATE INDEX ix_comment_kind ON comments (kind, author_id, public, interaction_id)

CREATE TABLE disposition_changes (
  id INTEGER NOT NULL, interaction_id INTEGER NOT NULL, segment_number SMALLINT NOT NULL,
  former_id INTEGER, fresh_id INTEGER, user_id INTEGER NOT NULL, at_us BIGINT NOT NULL,
  reason TEXT DEFAULT '' NOT NULL, PRIMARY KEY (id),
  FOREIGN KEY(interaction_id) REFERENCES interactions (id) ON DELETE CASCADE,
  FOREIGN KEY(former_id) REFERENCES dispositions (id),
  FOREIGN KEY(fresh_id) REFERENCES dispositions (id),
  FOREIGN KEY(user_id) REFERENCES users (id) )

CREATE INDEX ix_disposition_change ON disposition_changes (interaction_id, at_us)

CREATE TABLE service_dispositions (
  service_id INTEGER NOT NULL, disposition_id INTEGER NOT NULL,
  PRIMARY KEY (service_id, disposition_id),
  FOREIGN KEY(service_id) REFERENCES services (id),
  FOREIGN KEY(disposition_id) REFERENCES dispositions (id) ) WITHOUT ROWID

INSERT INTO service_dispositions (service_id, disposition_id)
  SELECT DISTINCT service_id, disposition_id FROM segments
  WHERE service_id IS NOT NULL AND disposition_id IS NOT NULL

CREATE TABLE listening_positions (
  user_id INTEGER NOT NULL, interaction_id INTEGER NOT NULL, at_us BIGINT NOT NULL,
  kept_us BIGINT NOT NULL, PRIMARY KEY (user_id, interaction_id),
  FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
  FOREIGN KEY(interaction_id) REFERENCES interactions (id) ON DELETE CASCADE ) WITHOUT ROWID

CREATE INDEX ix_listening_interaction ON listening_positions (interaction_id)
"""


def step(connection: Connection) -> None:
    """Turn format 3 into format 4."""
    for line in _LINES.split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
