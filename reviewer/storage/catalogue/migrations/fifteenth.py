"""From format 14 to 15: shares of silence and talk-over; content that is damaged has a state.

Calls that are there wait to be listened to, but not by the next import: they may be very many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_LINES: Final = """\
ALTER TABLE interactions ADD COLUMN silence_share SMALLINT

ALTER TABLE interactions ADD COLUMN talkover_share SMALLINT

CREATE TABLE unheard ( interaction_id {id} NOT NULL, is_old SMALLINT DEFAULT '0' NOT NULL,
  PRIMARY KEY (interaction_id), FOREIGN KEY(interaction_id) REFERENCES interactions (id) ON DELETE
  CASCADE ){end}

INSERT INTO unheard (interaction_id, is_old) SELECT id, 1 FROM interactions WHERE voice_state = 1
"""
_ON_SERVER: Final = """\
CREATE INDEX ix_silence ON interactions (silence_share, started_us, id)
  WHERE silence_share IS NOT NULL

CREATE INDEX ix_talkover ON interactions (talkover_share, started_us, id)
  WHERE talkover_share IS NOT NULL
"""


def step(connection: Connection) -> None:
    """Turn format 14 into format 15 on SQLite."""
    _run(connection, _LINES.format(id="INTEGER", end=" WITHOUT ROWID"))


def on_server(connection: Connection) -> None:
    """Turn format 14 into format 15 on PostgreSQL."""
    _run(connection, _LINES.format(id="BIGINT", end="") + "\n" + _ON_SERVER)


def _run(connection: Connection, lines: str) -> None:
    for line in lines.split("\n\n"):
        connection.exec_driver_sql(" ".join(line.split()))
