"""Tables of names that many interactions share."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from reviewer.storage.catalogue.fields import Key, identity, key, metadata, ref, words


def _named(name: str) -> Table:
    return Table(
        name,
        metadata,
        identity(),
        Column("name", String(), nullable=False, unique=True),
        key("name_fold"),
    )


teams = _named("teams")
services = _named("services")
dispositions = _named("dispositions")
"""Names that differ in letter case only are different dispositions."""

agents = Table(
    "agents",
    metadata,
    identity(),
    words("login"),
    Column("login_fold", Key, nullable=False, unique=True),
    words("first_name"),
    key("first_fold"),
    words("last_name"),
    key("last_fold"),
    ref("team_id", "teams.id"),
    words("extension"),
)

custom_fields = Table(
    "custom_fields",
    metadata,
    identity(),
    Column("name", String(), nullable=False),
    Column("name_fold", Key, nullable=False, unique=True),
)
