"""Logging in to a local store: passwords, and the lock after too many wrong ones."""

from __future__ import annotations

import getpass
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reviewer.crypto.passwords import (
    hash_password,
    is_outdated,
    make_ticket,
    password_matches,
    ticket_holds,
    ticket_user,
)
from reviewer.errors import (
    LockedOutError,
    LoginRefusedError,
    PasswordNeededError,
    UnknownUserError,
)
from reviewer.models.access import MAX_LOGIN
from reviewer.models.audit import Act
from reviewer.storage.catalogue import access, accounts
from reviewer.storage.local.core import Core, now_us
from reviewer.storage.local.journal import Pen

if TYPE_CHECKING:
    from reviewer.models.access import User

_MINUTE_US: Final = 60_000_000
_TICKET_US: Final = 5 * _MINUTE_US
"""Long enough for a process to start on a busy machine."""


def log_in(core: Core, login: str | None, password: str | None, origin: str) -> tuple[User, Pen]:
    """Return the user of a login, and the pen that writes what they do into the log.

    Where somebody has a password, unknown logins take the same way to the same refusal.

    Args:
        core: The store's.
        login: Whose; None: the system user's, else the only user's.
        password: Theirs, if they have one.
        origin: The program's face.

    Raises:
        UnknownUserError: Nobody of that login in a store without passwords.
        PasswordNeededError, LoginRefusedError, LockedOutError.
    """
    with core.database.read() as connection:
        if login is None:
            login = system_login()
            user = access.find_user(connection, login) or access.only_user(connection)
        else:
            user = access.find_user(connection, login)
        guarded = accounts.any_password(connection)
        kept = "" if user is None else accounts.password_of(connection, user.id)
    if user is None and not guarded:
        Pen(core.journal, login[:MAX_LOGIN], origin).record(Act.LOGIN_FAILED)
        raise UnknownUserError(login=login)
    pen = Pen(core.journal, login[:MAX_LOGIN] if user is None else user.login, origin)
    if user is None or kept:
        if password is None:
            raise PasswordNeededError(login=login)
        _check(core, pen, user, password, kept)
    pen.record(Act.LOGGED_IN)
    if user is None:
        raise LoginRefusedError
    return _limited(user), pen


def ticket_for(core: Core, user: User) -> str:
    """Return what lets another process of the program be this user, "" where nothing is needed."""
    with core.database.read() as connection:
        kept = accounts.password_of(connection, user.id)
    return make_ticket(kept, user.id, now_us() + _TICKET_US) if kept else ""


def let_in(core: Core, ticket: str, origin: str) -> tuple[User, Pen]:
    """Return the user whose ticket this is, and their pen.

    Raises:
        LoginRefusedError: It is not good, or not any more.
    """
    number = ticket_user(ticket)
    with core.database.read() as connection:
        user = None if number is None else access.user_of(connection, number)
        kept = "" if user is None else accounts.password_of(connection, user.id)
    if user is None or user.disabled or not ticket_holds(ticket, kept, now_us()):
        Pen(core.journal, "", origin).record(Act.LOGIN_FAILED)
        raise LoginRefusedError
    pen = Pen(core.journal, user.login, origin)
    pen.record(Act.LOGGED_IN)
    return _limited(user), pen


def _limited(user: User) -> User:
    if user.must_change_password:
        # Nothing else before the password is changed: what one may not do, one may not see.
        return replace(user, privileges=frozenset())
    return user


def _check(core: Core, pen: Pen, user: User | None, password: str, kept: str) -> None:
    if user is not None and user.locked_until_us > now_us():
        minutes = -(-(user.locked_until_us - now_us()) // _MINUTE_US)
        raise LockedOutError(login=user.login, minutes=minutes)
    # For nobody's login, the time of a wrong password is taken too.
    if password_matches(password, kept) and user is not None:
        outdated = hash_password(password) if is_outdated(kept) else ""
        with core.database.write() as connection:
            accounts.forget_failures(connection, user.id)
            if outdated:
                accounts.rehash(connection, user.id, outdated)
        return
    with core.database.write() as connection:
        pen.write(connection, Act.LOGIN_FAILED)
        if user is not None and accounts.failed(connection, user.id, now_us()):
            pen.write(connection, Act.LOCKED_OUT)
    raise LoginRefusedError


def system_login() -> str:
    """Return the login of the system's user, "" where the system does not tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
