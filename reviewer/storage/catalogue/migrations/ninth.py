"""From format 8 to 9: columns of interactions, which searches are answered from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LINES: Final = """\
CREATE TABLE column_blocks (id INTEGER PRIMARY KEY, stamp INTEGER NOT NULL, size INTEGER NOT
  NULL, first_id INTEGER NOT NULL, last_id INTEGER NOT NULL, first_us INTEGER NOT NULL,
  last_us INTEGER NOT NULL)

CREATE TABLE column_data (block_id INTEGER NOT NULL REFERENCES column_blocks (id) ON DELETE
  CASCADE, name VARCHAR NOT NULL, data BLOB NOT NULL)

CREATE UNIQUE INDEX ux_column_data ON column_data (block_id, name)

CREATE TABLE column_pending (id INTEGER PRIMARY KEY)

CREATE TABLE column_touched (id INTEGER PRIMARY KEY)

CREATE TRIGGER columns_add AFTER INSERT ON interactions BEGIN INSERT OR IGNORE INTO
  column_pending (id) VALUES (new.id); END

CREATE TRIGGER columns_drop AFTER DELETE ON interactions BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT old.id WHERE NOT EXISTS (SELECT 1 FROM column_pending WHERE id =
  old.id); DELETE FROM column_pending WHERE id = old.id; END

CREATE TRIGGER columns_change AFTER UPDATE ON interactions BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT new.id WHERE NOT EXISTS (SELECT 1 FROM column_pending WHERE id =
  new.id); INSERT OR IGNORE INTO column_touched (id) SELECT old.id WHERE NOT EXISTS (SELECT 1
  FROM column_pending WHERE id = old.id); END

CREATE TRIGGER columns_add_segments AFTER INSERT ON segments BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending
  WHERE id = new.interaction_id); END

CREATE TRIGGER columns_drop_segments AFTER DELETE ON segments BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending
  WHERE id = old.interaction_id); END

CREATE TRIGGER columns_change_segments AFTER UPDATE ON segments BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending
  WHERE id = new.interaction_id); INSERT OR IGNORE INTO column_touched (id) SELECT
  old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending WHERE id =
  old.interaction_id); END

CREATE TRIGGER columns_add_recordings AFTER INSERT ON recordings BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending
  WHERE id = new.interaction_id); END

CREATE TRIGGER columns_drop_recordings AFTER DELETE ON recordings BEGIN INSERT OR IGNORE
  INTO column_touched (id) SELECT old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM
  column_pending WHERE id = old.interaction_id); END

CREATE TRIGGER columns_change_recordings AFTER UPDATE ON recordings BEGIN INSERT OR IGNORE
  INTO column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT 1 FROM
  column_pending WHERE id = new.interaction_id); INSERT OR IGNORE INTO column_touched (id)
  SELECT old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending WHERE id =
  old.interaction_id); END

CREATE TRIGGER columns_add_messages AFTER INSERT ON messages BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending
  WHERE id = new.interaction_id); END

CREATE TRIGGER columns_drop_messages AFTER DELETE ON messages BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending
  WHERE id = old.interaction_id); END

CREATE TRIGGER columns_change_messages AFTER UPDATE ON messages BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending
  WHERE id = new.interaction_id); INSERT OR IGNORE INTO column_touched (id) SELECT
  old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending WHERE id =
  old.interaction_id); END

CREATE TRIGGER columns_add_tombstones AFTER INSERT ON tombstones BEGIN INSERT OR IGNORE INTO
  column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending
  WHERE id = new.interaction_id); END

CREATE TRIGGER columns_drop_tombstones AFTER DELETE ON tombstones BEGIN INSERT OR IGNORE
  INTO column_touched (id) SELECT old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM
  column_pending WHERE id = old.interaction_id); END

CREATE TRIGGER columns_change_tombstones AFTER UPDATE ON tombstones BEGIN INSERT OR IGNORE
  INTO column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT 1 FROM
  column_pending WHERE id = new.interaction_id); INSERT OR IGNORE INTO column_touched (id)
  SELECT old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending WHERE id =
  old.interaction_id); END

CREATE TRIGGER columns_add_interaction_custom AFTER INSERT ON interaction_custom BEGIN
  INSERT OR IGNORE INTO column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT
  1 FROM column_pending WHERE id = new.interaction_id); END

CREATE TRIGGER columns_drop_interaction_custom AFTER DELETE ON interaction_custom BEGIN
  INSERT OR IGNORE INTO column_touched (id) SELECT old.interaction_id WHERE NOT EXISTS (SELECT
  1 FROM column_pending WHERE id = old.interaction_id); END

CREATE TRIGGER columns_change_interaction_custom AFTER UPDATE ON interaction_custom BEGIN
  INSERT OR IGNORE INTO column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT
  1 FROM column_pending WHERE id = new.interaction_id); INSERT OR IGNORE INTO column_touched
  (id) SELECT old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending WHERE id =
  old.interaction_id); END

CREATE TRIGGER columns_add_interaction_labels AFTER INSERT ON interaction_labels BEGIN
  INSERT OR IGNORE INTO column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT
  1 FROM column_pending WHERE id = new.interaction_id); END

CREATE TRIGGER columns_drop_interaction_labels AFTER DELETE ON interaction_labels BEGIN
  INSERT OR IGNORE INTO column_touched (id) SELECT old.interaction_id WHERE NOT EXISTS (SELECT
  1 FROM column_pending WHERE id = old.interaction_id); END

CREATE TRIGGER columns_change_interaction_labels AFTER UPDATE ON interaction_labels BEGIN
  INSERT OR IGNORE INTO column_touched (id) SELECT new.interaction_id WHERE NOT EXISTS (SELECT
  1 FROM column_pending WHERE id = new.interaction_id); INSERT OR IGNORE INTO column_touched
  (id) SELECT old.interaction_id WHERE NOT EXISTS (SELECT 1 FROM column_pending WHERE id =
  old.interaction_id); END
"""


def step(connection: Connection) -> None:
    """Turn format 8 into format 9; the columns are filled when the store is opened."""
    for line in _LINES.split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
