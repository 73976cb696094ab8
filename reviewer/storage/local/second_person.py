"""What nobody may do alone where the centre's settings say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.errors import DependentError, Reason, SecondPersonError
from reviewer.models.audit import Act, AuditQuery
from reviewer.models.folding import fold
from reviewer.models.requests import TITLES
from reviewer.storage.catalogue import accounts, audit, founding

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.audit import AuditEntry
    from reviewer.models.requests import Guarded, Request

_TOUCHING: Final = (Act.USER_ADDED, Act.USER_CHANGED, Act.PASSWORD_CHANGED)
_HANDED_OVER: Final = (Act.USER_ADDED.value, Act.PASSWORD_CHANGED.value)
"""What lets somebody act as another, so that what those do is theirs."""
_MOST: Final = 1_000_000


def require_alone(connection: Connection, kind: Guarded) -> None:
    """Refuse what needs a second person; the settings are read as they are now.

    Raises:
        SecondPersonError: It does.
    """
    if kind.switch in founding.read_settings(connection).second_person:
        raise SecondPersonError(act=Reason(TITLES[kind]))


def require_apart(connection: Connection, request: Request, user: User) -> None:
    """Refuse a second person who may be the first one under another name, by the log.

    Raises:
        DependentError: Whoever asked made the account, let it in, or gave it a password or a role,
            themselves or by an account that they made; or it is no older than the request.
    """
    entries = audit.read(connection, AuditQuery(acts=tuple(act.value for act in _TOUCHING)), _MOST)
    theirs, reached = {fold(request.by)}, {fold(request.by)}
    touched: set[str] = set()
    while reached:
        of_them = [entry for entry in entries if fold(entry.login) in reached]
        touched |= {_about(entry) for entry in of_them if _lets_act(entry)}
        reached = {_about(entry) for entry in of_them if entry.act in _HANDED_OVER} - theirs
        theirs |= reached
    is_new = accounts.created_us(connection, user.id) >= request.at_us
    if is_new or fold(user.login) in touched | theirs:
        raise DependentError(asker=request.by)


def _about(entry: AuditEntry) -> str:
    return fold(str(entry.detail.get("user", "")))


def _lets_act(entry: AuditEntry) -> bool:
    """Return whether an entry gave an account to somebody, or something to an account."""
    if entry.act != Act.USER_CHANGED.value:
        return _about(entry) != fold(entry.login)
    changed = entry.detail.get("changed", ())
    roles = isinstance(changed, list) and "roles" in changed
    return roles or entry.detail.get("disabled") == 0
