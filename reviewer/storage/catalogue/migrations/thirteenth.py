"""From format 12 to 13: emails are deleted message by message, and two people may be needed.

An email's messages get the files that hold them, where the files' names tell which. Legal holds
leave a trace when they are lifted. What is known of screen video that was cut moves out of `meta`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from reviewer.models.letters import files_by_message

if TYPE_CHECKING:
    from sqlalchemy import Connection

_EMAIL_CHANNEL: Final = 3
_EMAIL_KIND: Final = 8
_COLUMNS: Final = """\
ALTER TABLE messages ADD COLUMN recording SMALLINT

ALTER TABLE tombstones ADD COLUMN message INTEGER

ALTER TABLE tombstones ADD COLUMN recording SMALLINT

ALTER TABLE tombstones ADD COLUMN approved_by TEXT DEFAULT '' NOT NULL

ALTER TABLE erasing ADD COLUMN approved_by TEXT DEFAULT '' NOT NULL
"""
_TABLES: Final = """\
CREATE TABLE lifted_holds ( id {identity} NOT NULL, interaction_id {id} NOT NULL, "by" TEXT
  DEFAULT '' NOT NULL, at_us BIGINT NOT NULL, reason TEXT DEFAULT '' NOT NULL, lifted_by TEXT
  DEFAULT '' NOT NULL, lifted_us BIGINT NOT NULL, lifted_reason TEXT DEFAULT '' NOT NULL,
  approved_by TEXT DEFAULT '' NOT NULL, PRIMARY KEY (id), FOREIGN KEY(interaction_id) REFERENCES
  interactions (id) ON DELETE CASCADE )

CREATE INDEX ix_lifted_hold ON lifted_holds (interaction_id)

CREATE TABLE cut_pieces ( sha256 VARCHAR(64) NOT NULL, origin_us BIGINT NOT NULL, erased TEXT
  DEFAULT '' NOT NULL, object_id VARCHAR(32), remains TEXT DEFAULT '' NOT NULL, PRIMARY KEY
  (sha256, origin_us) )

CREATE INDEX ix_cut_object ON cut_pieces (object_id)

CREATE TABLE requests ( id {identity} NOT NULL, kind VARCHAR NOT NULL, "by" TEXT DEFAULT '' NOT
  NULL, at_us BIGINT NOT NULL, reason TEXT DEFAULT '' NOT NULL, detail TEXT DEFAULT '' NOT NULL,
  decision TEXT DEFAULT '' NOT NULL, decided_by TEXT DEFAULT '' NOT NULL, decided_us BIGINT
  DEFAULT '0' NOT NULL, decided_reason TEXT DEFAULT '' NOT NULL, PRIMARY KEY (id) )

CREATE TABLE request_items ( request_id {id} NOT NULL, interaction_id {id} NOT NULL, PRIMARY KEY
  (request_id, interaction_id), FOREIGN KEY(request_id) REFERENCES requests (id) ON DELETE
  CASCADE, FOREIGN KEY(interaction_id) REFERENCES interactions (id) ON DELETE CASCADE ){end}
"""


def step(connection: Connection) -> None:
    """Turn format 12 into format 13 on SQLite."""
    _step(connection, identity="INTEGER", id="INTEGER", end=" WITHOUT ROWID")


def on_server(connection: Connection) -> None:
    """Turn format 12 into format 13 on PostgreSQL."""
    _step(connection, identity="BIGSERIAL", id="BIGINT", end="")


def _step(connection: Connection, **words: str) -> None:
    for line in (_COLUMNS + "\n" + _TABLES.format(**words)).split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
    _link_letters(connection)
    _move_notes(connection)


def _link_letters(connection: Connection) -> None:
    """Let messages of emails refer to their files, where the files' names tell which."""
    letters = (
        "SELECT p.interaction_id, p.ordinal, {told} FROM {table} p JOIN interactions i"
        " ON i.id = p.interaction_id WHERE i.channel = :channel {more}"
        " ORDER BY p.interaction_id, p.ordinal"
    )
    of_files = f"AND p.kind = {_EMAIL_KIND}"
    messages = _by_email(connection, letters.format(told="p.at_us", table="messages", more=""))
    files = _by_email(
        connection, letters.format(told="p.source_name", table="recordings", more=of_files)
    )
    pairs = []
    for number, written in messages.items():
        there = files.get(number, [])
        names = [str(name or "") for _, name in there]
        found = files_by_message([at_us for _, at_us in written], [None] * len(names), names)
        pairs += [
            {"number": number, "message": message, "recording": there[place][0]}
            for (message, _), place in zip(written, found, strict=False)
        ]
    if pairs:
        connection.execute(
            text(
                "UPDATE messages SET recording = :recording"
                " WHERE interaction_id = :number AND ordinal = :message"
            ),
            pairs,
        )


def _by_email(connection: Connection, asked: str) -> dict[int, list[tuple[int, Any]]]:
    found: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    for number, ordinal, told in connection.execute(text(asked), {"channel": _EMAIL_CHANNEL}):
        found[number].append((ordinal, told))
    return found


def _move_notes(connection: Connection) -> None:
    """Move what `meta` says of screen video that was cut: what of it was deleted is not known."""
    rows = []
    for key, value in connection.execute(
        text("SELECT key, value FROM meta WHERE key LIKE 'cut:%'")
    ).all():
        _, sha256, origin = key.split(":")
        told = json.loads(value)
        object_id = told.pop("object")
        rows.append(
            {
                "sha256": sha256,
                "origin": int(origin),
                "object": object_id,
                "remains": json.dumps(told) if object_id else "",
            }
        )
    if rows:
        connection.execute(
            text(
                "INSERT INTO cut_pieces (sha256, origin_us, object_id, remains)"
                " VALUES (:sha256, :origin, :object, :remains)"
            ),
            rows,
        )
        connection.execute(text("DELETE FROM meta WHERE key LIKE 'cut:%'"))
