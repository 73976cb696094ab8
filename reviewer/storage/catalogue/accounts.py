"""Changing users, their passwords and failures to log in, and roles, in the tables.

Imported inside `storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from reviewer.models.access import (
    FAILURES_WITHIN_US,
    LOCKED_FOR_US,
    MAX_FAILURES,
    Privilege,
    Role,
)
from reviewer.models.folding import fold
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.fields import metadata
from reviewer.storage.catalogue.names import Names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from reviewer.models.access import UserChange

_U: Final = schema.users
_A: Final = schema.accounts
_R: Final = schema.roles
_P: Final = schema.role_privileges
_F: Final = schema.login_failures
_KNOWN: Final = frozenset(privilege.value for privilege in Privilege)
_OWN_TABLES: Final = frozenset(
    {"accounts", "user_roles", "user_teams", "user_services", "login_failures", "sign_ins"}
)
"""What goes with a user; everything else that names one stays."""

# --- users -------------------------------------------------------------------------------------


def change_user(
    connection: Connection, user_id: int, change: UserChange, roles: Collection[int] | None
) -> None:
    """Write what is to change; `roles`: the ids of `change.roles`."""
    names = Names(connection)
    values: dict[str, Any] = {}
    if change.display_name is not None:
        values |= {"display_name": change.display_name, "display_fold": fold(change.display_name)}
    if change.disabled is not None:
        values["disabled"] = int(change.disabled)
    if values:
        connection.execute(_U.update().where(_U.c.id == user_id).values(**values))
    account: dict[str, Any] = {}
    if change.team is not None:
        account["team_id"] = names.team(change.team)
    if change.extension is not None:
        account["extension"] = change.extension
    _keep(connection, user_id, **account)
    links = (
        (schema.user_roles, "role_id", roles),
        (schema.user_teams, "team_id", _ids(change.teams, names.team)),
        (schema.user_services, "service_id", _ids(change.services, names.service)),
    )
    for table, column, ids in links:
        if ids is not None:
            connection.execute(table.delete().where(table.c.user_id == user_id))
            rows = [{"user_id": user_id, column: id_} for id_ in sorted(ids)]
            if rows:
                connection.execute(table.insert(), rows)


def _keep(connection: Connection, user_id: int, **values: Any) -> None:
    """Write values of a user's account, which need not be there yet."""
    if not values:
        return
    found = connection.execute(select(_A.c.user_id).where(_A.c.user_id == user_id)).first()
    if found is None:
        connection.execute(_A.insert().values(user_id=user_id, **values))
    else:
        connection.execute(_A.update().where(_A.c.user_id == user_id).values(**values))


def _ids(names: Iterable[str] | None, id_of: Any) -> set[int] | None:
    return None if names is None else {id_of(name) for name in names if name.strip()}


def left_something(connection: Connection, user_id: int) -> bool:
    """Return whether rows of other tables name a user."""
    for table in metadata.sorted_tables:
        if table.name in _OWN_TABLES:
            continue
        for column in table.columns:
            if any(key.column is _U.c.id for key in column.foreign_keys):
                found = connection.execute(select(column).where(column == user_id).limit(1))
                if found.first() is not None:
                    return True
    return False


def remove_user(connection: Connection, user_id: int) -> None:
    """Remove a user who left nothing behind."""
    for name in sorted(_OWN_TABLES):
        table = metadata.tables[name]
        connection.execute(table.delete().where(table.c.user_id == user_id))
    connection.execute(_U.delete().where(_U.c.id == user_id))


def created_us(connection: Connection, user_id: int) -> int:
    """Return when a user was added, microseconds UTC."""
    statement = select(_U.c.created_us).where(_U.c.id == user_id)
    return int(connection.execute(statement).scalar_one())


def administrators(connection: Connection) -> int:
    """Return how many may log in, add users and grant privileges."""
    may = [
        select(schema.user_roles.c.user_id)
        .join_from(schema.user_roles, _P, _P.c.role_id == schema.user_roles.c.role_id)
        .where(_P.c.privilege == privilege.value)
        for privilege in (Privilege.ADMIN_USERS, Privilege.ADMIN_GRANT)
    ]
    statement = select(func.count()).where(
        _U.c.disabled == 0, _U.c.id.in_(may[0]), _U.c.id.in_(may[1])
    )
    return int(connection.execute(statement).scalar_one())


# --- passwords ---------------------------------------------------------------------------------


def password_of(connection: Connection, user_id: int) -> str:
    """Return the hash of a user's password, "" for none."""
    statement = select(_A.c.password).where(_A.c.user_id == user_id)
    return str(connection.execute(statement).scalar() or "")


def any_password(connection: Connection) -> bool:
    """Return whether somebody who may log in has a password."""
    statement = (
        select(_U.c.id)
        .join_from(_U, _A, _A.c.user_id == _U.c.id)
        .where(_A.c.password != "", _U.c.disabled == 0)
        .limit(1)
    )
    return connection.execute(statement).first() is not None


def set_password(
    connection: Connection, user_id: int, kept: str, now_us: int, *, must_change: bool
) -> None:
    """Keep the hash of a user's password, and lift a lock."""
    _keep(
        connection,
        user_id,
        password=kept,
        must_change=int(must_change),
        password_us=now_us,
        locked_until_us=0,
    )
    connection.execute(_F.delete().where(_F.c.user_id == user_id))


def rehash(connection: Connection, user_id: int, kept: str) -> None:
    """Keep a hash of the same password made by newer parameters."""
    _keep(connection, user_id, password=kept)


def failed(connection: Connection, user_id: int, now_us: int) -> bool:
    """Enter a failure to log in; return whether the login is locked by it."""
    connection.execute(
        _F.delete().where(_F.c.user_id == user_id, _F.c.at_us <= now_us - FAILURES_WITHIN_US)
    )
    connection.execute(_F.insert().values(user_id=user_id, at_us=now_us))
    statement = select(func.count()).select_from(_F).where(_F.c.user_id == user_id)
    if connection.execute(statement).scalar_one() < MAX_FAILURES:
        return False
    connection.execute(_F.delete().where(_F.c.user_id == user_id))
    _keep(connection, user_id, locked_until_us=now_us + LOCKED_FOR_US)
    return True


def forget_failures(connection: Connection, user_id: int) -> bool:
    """Lift a lock and forget failures; return whether there was any."""
    failures = connection.execute(_F.delete().where(_F.c.user_id == user_id)).rowcount
    locked = connection.execute(
        _A.update()
        .where(_A.c.user_id == user_id, _A.c.locked_until_us != 0)
        .values(locked_until_us=0)
    ).rowcount
    return bool(failures or locked)


# --- roles -------------------------------------------------------------------------------------


def load_roles(connection: Connection) -> tuple[Role, ...]:
    """Return all roles, ready-made ones first."""
    privileges: dict[int, set[Privilege]] = {}
    for row in connection.execute(select(_P)):
        if row.privilege in _KNOWN:
            privileges.setdefault(row.role_id, set()).add(Privilege(row.privilege))
    rows = connection.execute(select(_R).order_by(_R.c.ready_made.desc(), _R.c.id))
    return tuple(
        Role(
            row.key,
            row.title,
            frozenset(privileges.get(row.id, ())),
            ready_made=bool(row.ready_made),
            watermark=bool(row.watermark),
            asks_reason=bool(row.asks_reason),
        )
        for row in rows
    )


def insert_role(connection: Connection, key: str, title: str) -> int:
    """Enter a role without privileges."""
    result = connection.execute(_R.insert().values(key=key, title=title, ready_made=0))
    made = result.inserted_primary_key
    return int(made[0]) if made is not None else 0


def mark_role(
    connection: Connection, role_id: int, *, watermark: bool | None, asks_reason: bool | None
) -> None:
    """Say of a role whether its users are named on what they see, and asked why; None: as it is."""
    told = {"watermark": watermark, "asks_reason": asks_reason}
    values = {name: int(value) for name, value in told.items() if value is not None}
    if values:
        connection.execute(_R.update().where(_R.c.id == role_id).values(**values))


def rename_role(connection: Connection, role_id: int, title: str) -> None:
    """Give a role another title."""
    connection.execute(_R.update().where(_R.c.id == role_id).values(title=title))


def replace_privileges(
    connection: Connection, role_id: int, privileges: Collection[Privilege]
) -> None:
    """Give a role these privileges; those that only a newer program knows stay."""
    connection.execute(
        _P.delete().where(_P.c.role_id == role_id, _P.c.privilege.in_(sorted(_KNOWN)))
    )
    rows = [{"role_id": role_id, "privilege": value} for value in sorted(privileges)]
    if rows:
        connection.execute(_P.insert(), rows)


def has_members(connection: Connection, role_id: int) -> bool:
    """Return whether somebody has a role."""
    links = schema.user_roles
    statement = select(links.c.user_id).where(links.c.role_id == role_id).limit(1)
    return connection.execute(statement).first() is not None


def remove_role(connection: Connection, role_id: int) -> None:
    """Remove a role that nobody has."""
    connection.execute(_P.delete().where(_P.c.role_id == role_id))
    connection.execute(_R.delete().where(_R.c.id == role_id))
