"""Users, roles and what they are limited to, in the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from reviewer.models.access import Privilege, User
from reviewer.models.folding import fold
from reviewer.models.ids import UserId
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.names import Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

_U: Final = schema.users
_VERSION: Final = "access_version"
"""Key in `meta`."""
_KNOWN: Final = frozenset(privilege.value for privilege in Privilege)


def version(connection: Connection) -> int:
    """Return what grows whenever what users may do is changed."""
    statement = select(schema.meta.c.value).where(schema.meta.c.key == _VERSION)
    return int(connection.execute(statement).scalar() or 0)


def note_change(connection: Connection) -> None:
    """Let every open session see that what users may do was changed."""
    meta, value = schema.meta, str(version(connection) + 1)
    found = connection.execute(meta.update().where(meta.c.key == _VERSION).values(value=value))
    if not found.rowcount:
        connection.execute(meta.insert().values(key=_VERSION, value=value))


def load_users(connection: Connection) -> tuple[User, ...]:
    """Return all users by login."""
    found = connection.execute(select(_U).order_by(_U.c.login_fold))
    return tuple(_user(connection, row) for row in found.all())


def find_user(connection: Connection, login: str) -> User | None:
    """Return the user of that login, whatever its letter case; None: nobody, or disabled."""
    row = connection.execute(
        select(_U).where(_U.c.login_fold == fold(login), _U.c.disabled == 0)
    ).first()
    return None if row is None else _user(connection, row)


def user_of(connection: Connection, user_id: int) -> User | None:
    """Return the user of that id, disabled or not."""
    row = connection.execute(select(_U).where(_U.c.id == user_id)).first()
    return None if row is None else _user(connection, row)


def only_user(connection: Connection) -> User | None:
    """Return the store's user where there is just one who may open it."""
    rows = connection.execute(select(_U).where(_U.c.disabled == 0).limit(2)).all()
    return _user(connection, rows[0]) if len(rows) == 1 else None


def is_taken(connection: Connection, login: str) -> bool:
    """Return whether somebody, disabled or not, has that login."""
    statement = select(_U.c.id).where(_U.c.login_fold == fold(login))
    return connection.execute(statement).first() is not None


def privileges_of(connection: Connection, roles: Sequence[int]) -> frozenset[Privilege]:
    """Return all privileges of these roles together."""
    table = schema.role_privileges
    found = connection.execute(
        select(table.c.privilege).where(table.c.role_id.in_(list(roles)))
    ).scalars()
    return frozenset(Privilege(value) for value in found if value in _KNOWN)


def role_ids(connection: Connection) -> dict[str, int]:
    """Return the ids of all roles by key."""
    return {row.key: row.id for row in connection.execute(select(schema.roles))}


def insert_user(
    connection: Connection,
    login: str,
    display_name: str,
    roles: Sequence[int],
    *,
    teams: Sequence[str],
    services: Sequence[str],
    now_us: int,
) -> User:
    """Enter a user; teams and services that nobody heard of yet are entered too."""
    result = connection.execute(
        _U.insert().values(
            login=login,
            login_fold=fold(login),
            display_name=display_name,
            display_fold=fold(display_name),
            disabled=0,
            created_us=now_us,
        )
    )
    key = result.inserted_primary_key
    number = int(key[0]) if key is not None else 0
    names = Names(connection)
    wanted = (
        (schema.user_roles, "role_id", set(roles)),
        (schema.user_teams, "team_id", {names.team(name) for name in teams}),
        (schema.user_services, "service_id", {names.service(name) for name in services}),
    )
    for table, column, ids in wanted:
        rows = [{"user_id": number, column: id_} for id_ in ids if id_ is not None]
        if rows:
            connection.execute(table.insert(), rows)
    return _user(connection, connection.execute(select(_U).where(_U.c.id == number)).one())


def _user(connection: Connection, row: Row[Any]) -> User:
    roles = connection.execute(
        select(
            schema.roles.c.key,
            schema.role_privileges.c.privilege,
            schema.roles.c.watermark,
            schema.roles.c.asks_reason,
        )
        .select_from(
            schema.user_roles.join(
                schema.roles, schema.roles.c.id == schema.user_roles.c.role_id
            ).outerjoin(
                schema.role_privileges, schema.role_privileges.c.role_id == schema.roles.c.id
            )
        )
        .where(schema.user_roles.c.user_id == row.id)
        .order_by(schema.roles.c.id)
    ).all()
    return User(
        id=UserId(row.id),
        login=row.login,
        display_name=row.display_name,
        roles=tuple(dict.fromkeys(role.key for role in roles)),
        # A privilege that only a newer program knows gives nothing here.
        privileges=frozenset(Privilege(r.privilege) for r in roles if r.privilege in _KNOWN),
        teams=_names(connection, schema.user_teams, schema.teams, "team_id", row.id),
        services=_names(connection, schema.user_services, schema.services, "service_id", row.id),
        disabled=bool(row.disabled),
        access_version=version(connection),
        watermark=any(role.watermark for role in roles),
        asks_reason=any(role.asks_reason for role in roles),
        **_account(connection, row.id),
    )


def _account(connection: Connection, user_id: int) -> dict[str, Any]:
    """Return what `User` tells of an account; nothing where there is none."""
    accounts, teams = schema.accounts, schema.teams
    row = connection.execute(
        select(accounts, teams.c.name.label("team"))
        .select_from(accounts.outerjoin(teams, teams.c.id == accounts.c.team_id))
        .where(accounts.c.user_id == user_id)
    ).first()
    if row is None:
        return {}
    return {
        "team": row.team or "",
        "extension": row.extension,
        "has_password": bool(row.password),
        "must_change_password": bool(row.must_change),
        "locked_until_us": row.locked_until_us,
    }


def _names(
    connection: Connection, link: Any, table: Any, column: str, user_id: int
) -> frozenset[str]:
    statement = select(table.c.name).join_from(link, table, link.c[column] == table.c.id)
    return frozenset(connection.execute(statement.where(link.c.user_id == user_id)).scalars())
