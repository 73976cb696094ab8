"""From format 9 to 10: SQLite loses the indexes that nothing asks any more, PostgreSQL gets one.

Since format 9 searches on SQLite are answered out of columns. What a watched set newly finds is
asked by when interactions came into the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlalchemy import Connection

_INDEXES: Final = (
    "ix_scan", "ix_duration", "ix_channel", "ix_agent", "ix_scenario", "ix_sentiment", "ix_voice",
    "ix_segments", "ix_stray", "ix_flagged", "ix_evaluated", "ix_notes", "ix_score",
    "ix_evaluator",
)  # fmt: skip
_PARTS: Final = ("like_addresses", "like_texts")


def step(connection: Connection) -> None:
    """Turn format 9 into format 10 on SQLite."""
    for name in _INDEXES:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    for name in _PARTS:
        for event in ("insert", "delete", "update"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}_{event}")
        connection.exec_driver_sql(f"DROP TABLE {name}")


def on_server(connection: Connection) -> None:
    """Turn format 9 into format 10 on PostgreSQL."""
    connection.exec_driver_sql("CREATE INDEX ix_added ON interactions (added_us, id)")
