"""Tables of saved criteria sets and of who watches them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, SmallInteger, Table

from reviewer.storage.catalogue.fields import Id, flag, identity, instant, key, metadata, words

criteria_sets = Table(
    "criteria_sets",
    metadata,
    identity(),
    Column("owner_id", Id, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    words("name"),
    key("name_fold"),
    # NULL: all channels.
    Column("channel", SmallInteger()),
    # JSON of `models.criteria.codec`.
    words("criteria"),
    flag("shared"),
    instant("changed_us"),
    # 0 while it is there: what was removed can be brought back for a day.
    instant("removed_us"),
)
_C = criteria_sets.c
Index("ux_criteria_set", _C.owner_id, _C.name_fold, _C.removed_us, unique=True)

criteria_set_watchers = Table(
    "criteria_set_watchers",
    metadata,
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("set_id", Id, ForeignKey("criteria_sets.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index("ix_criteria_set_watcher", criteria_set_watchers.c.set_id)
