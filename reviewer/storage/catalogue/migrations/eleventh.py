"""From format 10 to 11: under which other GIIDs the parts of an interaction may come."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


def step(connection: Connection) -> None:
    """Turn format 10 into format 11 on SQLite."""
    connection.exec_driver_sql(
        "CREATE TABLE known_as ( giid VARCHAR(36) NOT NULL, interaction_id INTEGER NOT NULL,"
        " partly SMALLINT DEFAULT '0' NOT NULL, PRIMARY KEY (giid),"
        " FOREIGN KEY(interaction_id) REFERENCES interactions (id) ON DELETE CASCADE )"
    )
    connection.exec_driver_sql("CREATE INDEX ix_known_as ON known_as (interaction_id)")


def on_server(connection: Connection) -> None:
    """Turn format 10 into format 11 on PostgreSQL."""
    connection.exec_driver_sql(
        "CREATE TABLE known_as (giid VARCHAR(36) NOT NULL, interaction_id BIGINT NOT NULL, "
        "partly SMALLINT DEFAULT '0' NOT NULL, PRIMARY KEY (giid), "
        "FOREIGN KEY(interaction_id) REFERENCES interactions (id) ON DELETE CASCADE)"
    )
    connection.exec_driver_sql("CREATE INDEX ix_known_as ON known_as (interaction_id)")
