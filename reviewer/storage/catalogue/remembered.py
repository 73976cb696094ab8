"""The table of what users' windows keep between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from reviewer.storage.catalogue import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

_T: Final = schema.remembered


def load(connection: Connection, user_id: int) -> dict[str, str]:
    """Return what a user's window keeps: JSON by key."""
    rows = connection.execute(select(_T.c.name, _T.c.json).where(_T.c.user_id == user_id))
    return {row.name: row.json for row in rows}


def keep(connection: Connection, user_id: int, texts: Mapping[str, str]) -> None:
    """Keep JSON texts in place of what was under their keys."""
    for key, text in texts.items():
        connection.execute(delete(_T).where(_T.c.user_id == user_id, _T.c.name == key))
        connection.execute(insert(_T).values(user_id=user_id, name=key, json=text))


def forget(connection: Connection, user_id: int, key: str) -> None:
    """Keep nothing any more under a key of a user's."""
    connection.execute(delete(_T).where(_T.c.user_id == user_id, _T.c.name == key))


def of_all(connection: Connection, prefix: str) -> list[str]:
    """Return what windows of all users keep under keys that begin so: JSON, in their order."""
    named = _T.c.name.startswith(prefix, autoescape=True)
    return list(connection.execute(select(_T.c.json).where(named).order_by(_T.c.name)).scalars())


def user_ids(connection: Connection) -> set[int]:
    """Return the ids of all users."""
    return set(connection.execute(select(schema.users.c.id)).scalars())
