"""Tables of what users add to interactions: comments, dispositions, where they stopped."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table

from reviewer.storage.catalogue.fields import (
    Id,
    code,
    flag,
    identity,
    instant,
    metadata,
    own,
    ref,
    words,
)

comments = Table(
    "comments",
    metadata,
    identity(),
    own(),
    Column("author_id", Id, ForeignKey("users.id"), nullable=False),
    code("kind"),
    flag("public"),
    instant("started_us"),
    Column("ended_us", BigInteger()),
    words("text"),
    instant("written_us"),
    Column("edited_us", BigInteger()),
)
_C = comments.c
Index("ix_comment", _C.interaction_id, _C.kind, _C.author_id, _C.public)
Index("ix_comment_kind", _C.kind, _C.author_id, _C.public, _C.interaction_id)

disposition_changes = Table(
    "disposition_changes",
    metadata,
    identity(),
    own(),
    code("segment_number"),
    ref("former_id", "dispositions.id"),
    ref("fresh_id", "dispositions.id"),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    instant("at_us"),
    words("reason"),
)
Index("ix_disposition_change", disposition_changes.c.interaction_id, disposition_changes.c.at_us)

service_dispositions = Table(
    "service_dispositions",
    metadata,
    Column("service_id", Id, ForeignKey("services.id"), primary_key=True),
    Column("disposition_id", Id, ForeignKey("dispositions.id"), primary_key=True),
    sqlite_with_rowid=False,
)
"""The list of each service: what its interactions ended with."""

listening_positions = Table(
    "listening_positions",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    own(key=True),
    instant("at_us"),
    instant("kept_us"),
    sqlite_with_rowid=False,
)
Index("ix_listening_interaction", listening_positions.c.interaction_id)
