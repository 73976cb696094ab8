"""The names that a centre works with, read from the tables. Imported inside `storage` only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from reviewer.models.centre import NameUse
from reviewer.storage.catalogue import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from reviewer.storage.catalogue.visibility import Visibility

_S: Final = schema.segments


def names(connection: Connection, table: Table) -> tuple[str, ...]:
    """Return all names of a table of names, in their order."""
    statement = select(table.c.name).order_by(table.c.name_fold, table.c.name)
    return tuple(connection.execute(statement).scalars())


def services(connection: Connection, visibility: Visibility) -> tuple[NameUse, ...]:
    """Return all services by name, with those who are limited to them.

    Parts of interactions are counted where they may be seen.
    """
    links, users = schema.user_services, schema.users
    statement = (
        select(links.c.service_id, users.c.login)
        .join_from(links, users, users.c.id == links.c.user_id)
        .order_by(users.c.login_fold)
    )
    limited: dict[int, list[str]] = {}
    for row in connection.execute(statement):
        limited.setdefault(row.service_id, []).append(row.login)
    return _uses(connection, visibility, schema.services, _S.c.service_id, limited)


def dispositions(connection: Connection, visibility: Visibility) -> tuple[NameUse, ...]:
    """Return all dispositions by name, counted as `services` are."""
    return _uses(connection, visibility, schema.dispositions, _S.c.disposition_id, {})


def _uses(
    connection: Connection,
    visibility: Visibility,
    table: Table,
    column: Any,
    users: dict[int, list[str]],
) -> tuple[NameUse, ...]:
    statement = select(column, func.count()).where(column.is_not(None)).group_by(column)
    if visibility.ids is not None:
        statement = statement.where(_S.c.interaction_id.in_(visibility.ids))
    counted = {number: int(count) for number, count in connection.execute(statement)}
    rows = connection.execute(select(table).order_by(table.c.name_fold, table.c.name))
    return tuple(
        NameUse(row.name, counted.get(row.id, 0), tuple(users.get(row.id, ()))) for row in rows
    )
