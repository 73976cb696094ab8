"""Users of a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import N_, Reason, UsageError
from reviewer.models.access import MAX_LOGIN, Privilege
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.storage.catalogue import access
from reviewer.storage.local.core import Core, now_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.access import User
    from reviewer.models.audit import Detail
    from reviewer.storage.local.journal import Pen


class LocalPeople:
    """The `People` of one user of a local store."""

    def __init__(self, core: Core, user: User, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._pen = pen

    @property
    def me(self) -> User:
        """The session's user."""
        return self._user

    def users(self) -> tuple[User, ...]:
        """Return all users by login; see `People.users`."""
        self._user.require(Privilege.ADMIN_USERS)
        with self._core.database.read() as connection:
            return access.load_users(connection)

    def add_user(
        self,
        login: str,
        display_name: str,
        roles: Sequence[str],
        *,
        teams: Sequence[str] = (),
        services: Sequence[str] = (),
    ) -> tuple[User, Changes]:
        """Add a user; see `People.add_user`."""
        self._user.require(Privilege.ADMIN_USERS)
        login = checked_login(login)
        with self._core.database.write() as connection:
            if access.is_taken(connection, login):
                raise UsageError(reason=Reason(N_("{name} is a user already"), name=login))
            ids = access.role_ids(connection)
            for role in roles:
                if role not in ids:
                    raise UsageError(reason=Reason(N_("there is no role {name}"), name=role))
            granted = access.privileges_of(connection, [ids[role] for role in roles])
            if not granted <= self._user.privileges:
                # Nobody hands out more than they have, unless granting is theirs.
                self._user.require(Privilege.ADMIN_GRANT)
            user = access.insert_user(
                connection,
                login,
                display_name.strip() or login,
                [ids[role] for role in roles],
                teams=teams,
                services=services,
                now_us=now_us(),
            )
            told: Detail = {"user": user.login, "roles": sorted(user.roles)}
            self._pen.write(connection, Act.USER_ADDED, detail=told)
        return user, Changes(users=frozenset({user.id}))


def checked_login(login: str) -> str:
    """Return a login that can be used, trimmed.

    Raises:
        UsageError: It is empty, or has a blank or control character in it.
    """
    login = login.strip()
    if not login:
        raise UsageError(reason=N_("the login is empty"))
    if len(login) > MAX_LOGIN:
        raise UsageError(reason=Reason(N_("a login has {most} characters at most"), most=MAX_LOGIN))
    if any(character.isspace() or not character.isprintable() for character in login):
        raise UsageError(reason=Reason(N_("{name} cannot be a login"), name=login))
    return login
