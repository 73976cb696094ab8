"""Tables of legal holds, retention rules, and what deleting has still to do."""

from __future__ import annotations

from sqlalchemy import Column, Integer, SmallInteger, String, Table, UniqueConstraint

from reviewer.storage.catalogue.fields import identity, instant, metadata, own, ref, words

holds = Table(
    "holds",
    metadata,
    own(key=True),
    words("by"),
    instant("at_us"),
    words("reason"),
)

retention_rules = Table(
    "retention_rules",
    metadata,
    identity(),
    # NULL: for all services that have none of their own.
    ref("service_id", "services.id"),
    Column("what", String(), nullable=False),
    Column("days", Integer(), nullable=False),
    UniqueConstraint("service_id", "what"),
)

erasing = Table(
    "erasing",
    metadata,
    identity(),
    words("by"),
    instant("at_us"),
    words("reason"),
    words("what"),
    words("shared"),
    Column("by_retention", SmallInteger(), nullable=False),
    Column("total", Integer(), nullable=False),
)
"""A deletion of many that has not ended yet: it goes on where it was interrupted."""

erasing_left = Table(
    "erasing_left",
    metadata,
    Column("erasing_id", Integer(), primary_key=True),
    own(key=True),
    sqlite_with_rowid=False,
)
