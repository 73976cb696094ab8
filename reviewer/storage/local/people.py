"""Users and roles of a local store."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from reviewer.crypto.passphrase import normal
from reviewer.crypto.passwords import hash_password, password_matches
from reviewer.errors import (
    N_,
    LastAdministratorError,
    LoginRefusedError,
    NotFoundError,
    PasswordInvalidError,
    Reason,
    UsageError,
    UserInUseError,
)
from reviewer.models.access import (
    Privilege,
    Role,
    SignIn,
    User,
    UserChange,
    check_password,
)
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.explaining import explain_access
from reviewer.models.ids import normalise_giid
from reviewer.storage.catalogue import access, accounts, sign_ins
from reviewer.storage.catalogue.reader import load
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.login import locked_out, refuse, require_unlocked, ticket_for
from reviewer.storage.local.person_names import (
    check_places,
    checked_login,
    checked_name,
    checked_title,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy import Connection

    from reviewer.models.audit import Detail
    from reviewer.models.explaining import Explanation
    from reviewer.models.ids import Giid, UserId
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen

_OF_ONES_OWN: Final = frozenset({Privilege.LISTEN_OWN, Privilege.QM_OWN})
"""What lets a login see what an agent of that login took part in."""
_LISTENING: Final = frozenset(
    {Privilege.LISTEN_ALL, Privilege.LISTEN_TEAMS, Privilege.LISTEN_SERVICES, Privilege.LISTEN_OWN}
)


class LocalPeople:
    """The `People` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility
        self._pen = pen

    @property
    def me(self) -> User:
        """The session's user."""
        return self._user

    def ticket(self) -> str:
        """Return what lets another process be this user; see `People.ticket`."""
        return ticket_for(self._core, self._user)

    # --- where users are signed in

    @property
    def _here(self) -> int:
        """Where the user is signed in now: again, perhaps, since the session began."""
        return self._core.signed_in.get(self._user.id, 0)

    def sign_ins(self) -> tuple[SignIn, ...]:
        """Return where users are signed in; see `People.sign_ins`."""
        whose = None if self._user.may(Privilege.ADMIN_USERS) else self._user.id
        with self._core.database.read() as connection:
            return sign_ins.load(connection, whose, {self._here})

    def sign_out(self, number: int) -> Changes:
        """Sign a user out somewhere; see `People.sign_out`."""
        whose = None if self._user.may(Privilege.ADMIN_USERS) else self._user.id
        with self._core.database.write() as connection:
            there = sign_ins.load(connection, whose, ())
            found = next((one for one in there if one.number == number), None)
            if found is None:
                raise NotFoundError(name=str(number))
            sign_ins.remove(connection, [number])
            access.note_change(connection)
            told: Detail = {"user": found.login, "from": found.origin}
            self._pen.write(connection, Act.SIGNED_OUT, detail=told)
        return _all_users()

    # --- users

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
        name = checked_name(display_name) or login
        check_places((*teams, *services))
        self._require_reach(teams, services)
        with self._core.database.write() as connection:
            if access.is_taken(connection, login):
                raise UsageError(reason=Reason(N_("{name} is a user already"), name=login))
            ids = self._granted(connection, roles)
            self._require_seen(connection, login, access.privileges_of(connection, ids))
            user = access.insert_user(
                connection,
                login,
                name,
                ids,
                teams=teams,
                services=services,
                now_us=self._core.clock(),
            )
            self._require_marked(user)
            told: Detail = {"user": user.login, "roles": sorted(user.roles)}
            self._pen.write(connection, Act.USER_ADDED, detail=told)
        return user, _changes(user)

    def change_user(self, user_id: UserId, change: UserChange) -> tuple[User, Changes]:
        """Change a user; see `People.change_user`."""
        self._user.require(Privilege.ADMIN_USERS)
        if change.display_name is not None:
            checked_name(change.display_name)
        places = (*(change.teams or ()), *(change.services or ()))
        check_places((*places, change.team or "", change.extension or ""))
        with self._core.database.write() as connection:
            before = _found(connection, user_id)
            widens = (change.roles, change.teams, change.services, change.disabled)
            if any(part is not None for part in widens) and (
                user_id == self._user.id or not before.privileges <= self._user.privileges
            ):
                # Nobody widens what they may themselves, or touches who may more.
                self._user.require(Privilege.ADMIN_GRANT)
            self._require_reach(
                set(change.teams or ()) - before.teams, set(change.services or ()) - before.services
            )
            roles = None
            if change.roles is not None:
                fresh = [role for role in change.roles if role not in before.roles]
                self._granted(connection, fresh)
                ids = access.role_ids(connection)
                roles = {ids[role] for role in change.roles if role in ids}
            accounts.change_user(connection, user_id, change, roles)
            access.note_change(connection)
            _require_administrator(connection)
            user = _found(connection, user_id)
            if not user.privileges <= before.privileges or change.disabled is False:
                self._require_all_of(connection, user)
            if _is_marked_less(user, before):
                self._require_marked(user)
            told: dict[str, str | int | list[str]] = {
                "user": user.login,
                "changed": change.changed(),
            }
            if change.roles is not None:
                told["roles"] = sorted(user.roles)
            if change.disabled is not None:
                told["disabled"] = int(change.disabled)
            self._pen.write(connection, Act.USER_CHANGED, detail=told)
        return user, _changes(user)

    def remove_user(self, user_id: UserId) -> Changes:
        """Remove a user; see `People.remove_user`."""
        self._user.require(Privilege.ADMIN_USERS)
        with self._core.database.write() as connection:
            user = _found(connection, user_id)
            if not user.privileges <= self._user.privileges:
                self._user.require(Privilege.ADMIN_GRANT)
            if user.id == self._user.id or accounts.left_something(connection, user_id):
                raise UserInUseError(login=user.login)
            accounts.remove_user(connection, user_id)
            access.note_change(connection)
            _require_administrator(connection)
            told: Detail = {"user": user.login, "changed": ["removed"]}
            self._pen.write(connection, Act.USER_CHANGED, detail=told)
        return _changes(user)

    # --- passwords

    def set_password(self, user_id: UserId, password: str, *, must_change: bool = True) -> Changes:
        """Give a user a new password; see `People.set_password`."""
        self._user.require(Privilege.ADMIN_USERS)
        with self._core.database.read() as connection:
            user = self._settable(connection, user_id)
        if password:
            check_password(password, user.login)
        return self._keep_password(
            user,
            password,
            # They may see or do more by now than when it was looked at.
            lambda connection: self._settable(connection, user_id),
            must_change=must_change and bool(password),
        )

    def _settable(self, connection: Connection, user_id: UserId) -> User:
        """Return a user whose password one may set. Raises RefusedError; NotFoundError."""
        user = _found(connection, user_id)
        if user_id != self._user.id:
            # Who sets the password of somebody who sees more could see it as them.
            self._require_all_of(connection, user)
        if not user.privileges <= self._user.privileges:
            self._user.require(Privilege.ADMIN_GRANT)
        return user

    def change_password(self, old: str, new: str) -> Changes:
        """Change one's own password; see `People.change_password`."""
        with self._core.database.read() as connection:
            kept = accounts.password_of(connection, self._user.id)
            me = _found(connection, self._user.id)
        require_unlocked(self._pen, me)
        if kept and not password_matches(old, kept):
            refuse(self._core, self._pen, me, me.login)
        check_password(new, me.login)
        if kept and normal(new) == normal(old):
            raise PasswordInvalidError(reason=N_("it is the one you have"))

        def is_mine(connection: Connection) -> None:
            if (until_us := _found(connection, me.id).locked_until_us) > now_us():
                raise locked_out(me.login, until_us)
            if accounts.password_of(connection, me.id) != kept:
                # They were given another one meanwhile, perhaps because others know this one.
                raise LoginRefusedError

        return self._keep_password(self._user, new, is_mine, must_change=False)

    def _keep_password(
        self,
        user: User,
        password: str,
        check: Callable[[Connection], object],
        *,
        must_change: bool,
    ) -> Changes:
        """Give a user another password; `check` refuses in the transaction that does so."""
        # Before the transaction: hashing takes long on purpose.
        kept = hash_password(password) if password else ""
        with self._core.database.write() as connection:
            check(connection)
            accounts.set_password(connection, user.id, kept, now_us(), must_change=must_change)
            # Whoever was let in by the one before is out.
            sign_ins.remove_of(connection, user.id, but=self._here)
            access.note_change(connection)
            told: Detail = {"user": user.login, "none": int(not password)}
            self._pen.write(connection, Act.PASSWORD_CHANGED, detail=told)
        return _changes(user)

    def unlock(self, user_id: UserId) -> Changes:
        """Let a locked-out user try again; see `People.unlock`."""
        self._user.require(Privilege.ADMIN_USERS)
        with self._core.database.write() as connection:
            user = _found(connection, user_id)
            if accounts.forget_failures(connection, user_id):
                self._pen.write(connection, Act.UNLOCKED, detail={"user": user.login})
        return _changes(user)

    def explain(self, giid: Giid | str) -> tuple[Explanation, ...]:
        """Return whether each user sees an interaction, and why; see `People.explain`."""
        self._user.require(Privilege.ADMIN_USERS)
        try:
            wanted = normalise_giid(giid)
        except ValueError:
            raise NotFoundError(name=giid) from None
        with self._core.database.read() as connection:
            number = self._visibility.find(connection, wanted)
            interaction = None if number is None else load(connection, number)
            users = access.load_users(connection)
        if interaction is None:
            raise NotFoundError(name=giid)
        return tuple(explain_access(user, interaction) for user in users)

    # --- roles

    def roles(self) -> tuple[Role, ...]:
        """Return all roles; see `People.roles`."""
        self._user.require(Privilege.ADMIN_USERS)
        with self._core.database.read() as connection:
            return accounts.load_roles(connection)

    def add_role(
        self,
        title: str,
        privileges: Collection[Privilege],
        *,
        watermark: bool = False,
        asks_reason: bool = False,
    ) -> tuple[Role, Changes]:
        """Add a role; see `People.add_role`."""
        self._user.require(Privilege.ADMIN_GRANT)
        with self._core.database.write() as connection:
            roles = accounts.load_roles(connection)
            title = checked_title(title, roles)
            key = _new_key(title, {role.key for role in roles})
            number = accounts.insert_role(connection, key, title)
            accounts.replace_privileges(connection, number, privileges)
            accounts.mark_role(connection, number, watermark=watermark, asks_reason=asks_reason)
            (added,) = (role for role in accounts.load_roles(connection) if role.key == key)
            self._pen.write(connection, Act.ROLE_ADDED, detail=_role_told(added))
        return added, _all_users()

    def change_role(
        self,
        key: str,
        privileges: Collection[Privilege],
        title: str | None = None,
        *,
        watermark: bool | None = None,
        asks_reason: bool | None = None,
    ) -> tuple[Role, Changes]:
        """Change a role; see `People.change_role`."""
        self._user.require(Privilege.ADMIN_GRANT)
        with self._core.database.write() as connection:
            roles = accounts.load_roles(connection)
            number = _role_number(connection, key)
            if title is not None:
                others = [role for role in roles if role.key != key]
                accounts.rename_role(connection, number, checked_title(title, others))
            accounts.replace_privileges(connection, number, privileges)
            accounts.mark_role(connection, number, watermark=watermark, asks_reason=asks_reason)
            access.note_change(connection)
            _require_administrator(connection)
            (changed,) = (role for role in accounts.load_roles(connection) if role.key == key)
            self._pen.write(connection, Act.ROLE_CHANGED, detail=_role_told(changed))
        return changed, _all_users()

    def remove_role(self, key: str) -> Changes:
        """Remove a role; see `People.remove_role`."""
        self._user.require(Privilege.ADMIN_GRANT)
        with self._core.database.write() as connection:
            number = _role_number(connection, key)
            (role,) = (role for role in accounts.load_roles(connection) if role.key == key)
            if role.ready_made:
                raise UsageError(reason=N_("a ready-made role stays; it can be changed"))
            if accounts.has_members(connection, number):
                raise UsageError(reason=Reason(N_("somebody has the role {name}"), name=role.title))
            accounts.remove_role(connection, number)
            self._pen.write(connection, Act.ROLE_DELETED, detail={"role": key})
        return _all_users()

    def _require_reach(self, teams: Collection[str], services: Collection[str]) -> None:
        """Refuse to let somebody see what one does not see: nobody acts through another user."""
        if self._user.may(Privilege.LISTEN_ALL):
            return
        for names, own in ((teams, self._user.teams), (services, self._user.services)):
            # Those that differ in letter case only are different ones.
            if not set(names) <= own:
                self._user.require(Privilege.ADMIN_GRANT)

    def _require_all_of(self, connection: Connection, user: User) -> None:
        """Refuse to let somebody use another's account who sees more by it."""
        self._require_reach(user.teams, user.services)
        self._require_seen(connection, user.login, user.privileges)
        self._require_marked(user)

    def _require_marked(self, user: User) -> None:
        """Refuse to let an account see without reason or mark what one does not see so oneself."""
        if _is_marked_less(user, self._user) and user.privileges & _LISTENING:
            self._user.require(Privilege.ADMIN_GRANT)

    def _require_seen(
        self, connection: Connection, login: str, privileges: Collection[Privilege]
    ) -> None:
        """Refuse to let a login see what is its own where that is an agent's whom one does not."""
        if _OF_ONES_OWN.isdisjoint(privileges) or self._user.may(Privilege.LISTEN_ALL):
            return
        if not self._visibility.sees_agent(connection, login):
            self._user.require(Privilege.ADMIN_GRANT)

    def _granted(self, connection: Connection, roles: Sequence[str]) -> list[int]:
        """Return the ids of roles to hand out; nobody hands out more than they have."""
        ids = access.role_ids(connection)
        for role in roles:
            if role not in ids:
                raise UsageError(reason=Reason(N_("there is no role {name}"), name=role))
        wanted = [ids[role] for role in roles]
        if not access.privileges_of(connection, wanted) <= self._user.privileges:
            self._user.require(Privilege.ADMIN_GRANT)
        return wanted


def _is_marked_less(user: User, other: User) -> bool:
    """Return whether a user is not asked why, or not named, where the other is."""
    asked = other.asks_reason and not user.asks_reason
    return asked or (other.watermark and not user.watermark)


def _new_key(title: str, taken: Collection[str]) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "role"
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def _role_number(connection: Connection, key: str) -> int:
    number = access.role_ids(connection).get(key)
    if number is None:
        raise NotFoundError(name=key)
    return number


def _role_told(role: Role) -> Detail:
    told: dict[str, str | int | list[str]] = {
        "role": role.key,
        "privileges": sorted(privilege.value for privilege in role.privileges),
    }
    asks = [
        name for name, on in (("reason", role.asks_reason), ("watermark", role.watermark)) if on
    ]
    if asks:
        told["asks"] = asks
    return told


def _found(connection: Connection, user_id: UserId) -> User:
    user = access.user_of(connection, user_id)
    if user is None:
        raise NotFoundError(name=str(user_id))
    return user


def _require_administrator(connection: Connection) -> None:
    if accounts.administrators(connection) == 0:
        raise LastAdministratorError


def _changes(user: User) -> Changes:
    return Changes(users=frozenset({user.id}))


def _all_users() -> Changes:
    # Whoever has the role may do something else now; which users is for their pages to ask.
    return Changes(settings=True)
