"""Tables of the store itself: its format, the centre's settings, what is to leave the vault."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from reviewer.storage.catalogue.fields import instant, metadata, words

meta = Table(
    "meta",
    metadata,
    Column("key", String(), primary_key=True),
    words("value"),
)
"""`version`, `store_id`, `created_us`, `program`."""

settings = Table(
    "settings",
    metadata,
    Column("key", String(), primary_key=True),
    words("value"),
)
"""The centre's settings, one JSON value a row."""

pending_unlink = Table(
    "pending_unlink",
    metadata,
    Column("object_id", String(32), primary_key=True),
    instant("due_us"),
)
"""Objects to remove from the vault from `due_us` on.

An object about to be written is entered here first and leaves in the transaction that makes it
part of an interaction; so what a killed import leaves behind is known without a walk.
"""
