"""Logging in to a local store: passwords, and the lock after too many wrong ones."""

from __future__ import annotations

import getpass
import os
import platform
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NoReturn

from reviewer.crypto.passwords import (
    hash_password,
    is_outdated,
    make_ticket,
    password_matches,
    ticket_holds,
    ticket_of,
)
from reviewer.errors import (
    AccessWithdrawnError,
    LockedOutError,
    LoginRefusedError,
    PasswordNeededError,
    SignedOutError,
    UnknownUserError,
)
from reviewer.models.access import FAILURES_WITHIN_US, LOCKED_FOR_US, MAX_FAILURES, MAX_LOGIN
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.folding import fold
from reviewer.models.ids import WallUs
from reviewer.storage.catalogue import access, accounts, audit, sign_ins
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.journal import Pen, origin_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.ids import UserId
    from reviewer.storage.local.core import Core

_MINUTE_US: Final = 60_000_000
_MOST_FAILURES: Final = 10_000
_TICKET_US: Final = 5 * _MINUTE_US
"""Long enough for a process to start on a busy machine."""
_UNUSED_US: Final = 30 * 24 * 60 * _MINUTE_US
"""What nothing was heard of for so long is nowhere any more."""


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
        kept = _check(core, pen, user, login, password, kept)
    if user is None:
        raise LoginRefusedError
    _sign_in(core, user, pen, origin, kept)
    return _limited(user), pen


def _sign_in(core: Core, user: User, pen: Pen, origin: str, kept: str) -> None:
    """Enter where the user is now; sessions of theirs in one process are one place.

    Args:
        core: The store's.
        user: As they were before their password was looked at, which takes long on purpose.
        pen: Theirs.
        origin: The program's face.
        kept: The hash of the password that lets them in, "" for none.

    Raises:
        LoginRefusedError: They were disabled or given another password meanwhile: that lets out
            whoever the one before let in.
    """
    now = now_us()
    with core.database.write() as connection:
        is_let_in = _is_let_in(connection, user, kept)
        if is_let_in:
            # The entry's number is nobody's again, so what was signed out stays so.
            (entry,) = pen.journal.write(connection, [pen.event(Act.LOGGED_IN)])
            number = core.signed_in.get(user.id, 0)
            if not sign_ins.is_there(connection, number):
                number = entry
                sign_ins.remove_unused(connection, now - _UNUSED_US)
                sign_ins.remove(connection, _ended(connection))
                sign_ins.enter(connection, number, user.id, origin_of(origin), os.getpid(), now)
        else:
            pen.write(connection, Act.LOGIN_FAILED)
    if not is_let_in:
        raise LoginRefusedError
    core.signed_in[user.id] = pen.sign_in = number


def _is_let_in(connection: Connection, user: User, kept: str) -> bool:
    """Return whether a user may log in and their password is still the one of that hash."""
    found = access.user_of(connection, user.id)
    may = found is not None and not found.disabled
    return may and accounts.password_of(connection, user.id) == kept


def _ended(connection: Connection) -> list[int]:
    """Return the sign-ins of programs of this machine that did not come to sign out."""
    machine = platform.node()
    if not machine or sys.platform == "win32":
        # There a signal that only asks would end a process.
        return []
    return [
        number
        for number, process in sign_ins.of_program(connection, f"@{machine}")
        if process and not _runs(process)
    ]


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def ticket_for(core: Core, user: User) -> str:
    """Return what lets another process of the program be this user, "" where nothing is needed."""
    with core.database.read() as connection:
        kept = accounts.password_of(connection, user.id)
    if not kept:
        return ""
    return make_ticket(kept, user.id, core.signed_in.get(user.id, 0), now_us() + _TICKET_US)


def let_in(core: Core, ticket: str, origin: str) -> tuple[User, Pen]:
    """Return the user whose ticket this is, and their pen.

    Raises:
        LoginRefusedError: It is not good, or not any more.
    """
    user_id, place = ticket_of(ticket) or (0, 0)
    with core.database.read() as connection:
        user = access.user_of(connection, user_id)
        kept = "" if user is None else accounts.password_of(connection, user.id)
        # Whoever was signed out where it was given is not let in by it again.
        is_in = sign_ins.is_there(connection, place)
    if user is None or user.disabled or not is_in or not ticket_holds(ticket, kept, now_us()):
        Pen(core.journal, "", origin).record(Act.LOGIN_FAILED)
        raise LoginRefusedError
    pen = Pen(core.journal, user.login, origin)
    _sign_in(core, user, pen, origin, kept)
    return _limited(user), pen


def still_user(core: Core, user_id: UserId, login: str, version: int) -> User | None:
    """Return a session's user anew where what users may do was changed; None: it was not.

    Args:
        core: The store's.
        user_id: Whose session.
        login: What to call them.
        version: Of what users might do when the session last looked.

    Raises:
        AccessWithdrawnError: They are disabled or gone; SignedOutError: they were signed out here.
    """
    with core.database.read() as connection:
        if access.version(connection) == version:
            return None
        user = access.user_of(connection, user_id)
        is_in = sign_ins.is_there(connection, core.signed_in.get(user_id, 0))
    if user is None or user.disabled:
        raise AccessWithdrawnError(login=login)
    if not is_in:
        raise SignedOutError(login=login)
    return _limited(user)


def _limited(user: User) -> User:
    if user.must_change_password:
        # Nothing else before the password is changed: what one may not do, one may not see.
        return replace(user, privileges=frozenset())
    return user


def _check(core: Core, pen: Pen, user: User | None, login: str, password: str, kept: str) -> str:
    """Refuse a wrong password; return the hash of the right one as it is kept now."""
    with core.database.read() as connection:
        until_us = _locked_until(connection, user, login)
    _require_past(pen, login, until_us)
    # For nobody's login, the time of a wrong password is taken too.
    if not password_matches(password, kept) or user is None:
        refuse(core, pen, user, login)
    outdated = hash_password(password) if is_outdated(kept) else ""
    with core.database.write() as connection:
        until_us = _locked_until(connection, user, login)
        if until_us <= now_us():
            accounts.forget_failures(connection, user.id)
            if outdated and accounts.password_of(connection, user.id) == kept:
                accounts.rehash(connection, user.id, outdated)
    _require_past(pen, login, until_us)
    return outdated or kept


def require_unlocked(pen: Pen, user: User) -> None:
    """Refuse a user whose login is locked, and enter that it was tried.

    Raises:
        LockedOutError: It is.
    """
    _require_past(pen, user.login, user.locked_until_us)


def _require_past(pen: Pen, login: str, until_us: int) -> None:
    if until_us > now_us():
        pen.record(Act.LOGIN_FAILED)
        raise locked_out(login, until_us)


def locked_out(login: str, until_us: int) -> LockedOutError:
    """Return what is said of a login that is locked until an instant, microseconds UTC."""
    return LockedOutError(login=login, minutes=-(-(until_us - now_us()) // _MINUTE_US))


def refuse(core: Core, pen: Pen, user: User | None, login: str) -> NoReturn:
    """Enter a wrong password, lock the login after too many, and raise LoginRefusedError.

    A login that nobody has is locked as one that somebody has, so that no answer tells which.
    Whether it is locked is looked at once more: others may have tried at the same time.

    Raises:
        LockedOutError: It was locked meanwhile; whether the password was wrong is not told.
    """
    with core.database.write() as connection:
        until_us = _locked_until(connection, user, login)
        if until_us <= now_us():
            pen.write(connection, Act.LOGIN_FAILED)
            if user is not None:
                locked = accounts.failed(connection, user.id, now_us())
            else:
                locked = _locked_at(_failures(connection, login)) > now_us()
            if locked:
                pen.write(connection, Act.LOCKED_OUT)
    _require_past(pen, login, until_us)
    raise LoginRefusedError


def _locked_until(connection: Connection, user: User | None, login: str) -> int:
    """Return until when a login is locked, as it is now."""
    if user is None:
        return _locked_at(_failures(connection, login))
    found = access.user_of(connection, user.id)
    return 0 if found is None else found.locked_until_us


def _failures(connection: Connection, login: str) -> list[int]:
    """Return when a login failed lately, by the log, earliest first."""
    since_us = WallUs(now_us() - FAILURES_WITHIN_US - LOCKED_FOR_US)
    found = audit.read(
        connection, AuditQuery(since_us=since_us, acts=(Act.LOGIN_FAILED.value,)), _MOST_FAILURES
    )
    wanted = fold(login[:MAX_LOGIN])
    return sorted(entry.at_us for entry in found if fold(entry.login) == wanted)


def _locked_at(failures: list[int]) -> int:
    """Return until when a login is locked that failed at these instants, 0 for never."""
    until_us = 0
    counted: list[int] = []
    for at_us in failures:
        if at_us < until_us:
            # A try while it was locked.
            continue
        counted = [each for each in counted if each > at_us - FAILURES_WITHIN_US] + [at_us]
        if len(counted) >= MAX_FAILURES:
            until_us, counted = at_us + LOCKED_FOR_US, []
    return until_us


def system_login() -> str:
    """Return the login of the system's user, "" where the system does not tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
