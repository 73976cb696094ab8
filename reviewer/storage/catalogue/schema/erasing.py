"""Tables of legal holds, retention rules, and what deleting has still to do."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from reviewer.storage.catalogue.fields import (
    Id,
    identity,
    instant,
    metadata,
    own,
    ref,
    since,
    words,
)

holds = Table(
    "holds",
    metadata,
    own(key=True),
    words("by"),
    instant("at_us"),
    words("reason"),
)

lifted_holds = Table(
    "lifted_holds",
    metadata,
    identity(),
    own(),
    words("by"),
    instant("at_us"),
    words("reason"),
    words("lifted_by"),
    instant("lifted_us"),
    words("lifted_reason"),
    # Who agreed, where lifting needs a second person.
    words("approved_by"),
)
"""Holds that were: who set and who lifted each, and why."""
Index("ix_lifted_hold", lifted_holds.c.interaction_id)

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
    words("approved_by"),
)
"""A deletion of many that has not ended yet: it goes on where it was interrupted."""

erasing_left = Table(
    "erasing_left",
    metadata,
    Column("erasing_id", Integer(), primary_key=True),
    own(key=True),
    sqlite_with_rowid=False,
)

cut_pieces = Table(
    "cut_pieces",
    metadata,
    # Digest of a file of screen video, and when its first picture was captured.
    Column("sha256", String(64), primary_key=True),
    Column("origin_us", BigInteger(), primary_key=True),
    # JSON: [[start, end], ...], stretches of the wall clock that were deleted; "": all of it.
    words("erased"),
    # As which object what is left is kept, NULL for none; JSON of what it is, "" for none.
    Column("object_id", String(32)),
    words("remains"),
)
"""Screen video of which something was deleted: the files it came from hold all of it for ever."""
Index("ix_cut_object", cut_pieces.c.object_id)

requests = Table(
    "requests",
    metadata,
    identity(),
    Column("kind", String(), nullable=False),
    words("by"),
    instant("at_us"),
    words("reason"),
    # JSON: what is to be done, and what would be lost by it.
    words("detail"),
    # "" while nobody has decided.
    words("decision"),
    words("decided_by"),
    since("decided_us"),
    words("decided_reason"),
)
"""What needs a second person, who asked for it, and who decided."""

request_items = Table(
    "request_items",
    metadata,
    Column("request_id", Id, ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    own(key=True),
    sqlite_with_rowid=False,
)
"""The interactions that a request is of: they are fixed when it is made."""
