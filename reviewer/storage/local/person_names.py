"""What users, their teams and their roles can be called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, Reason, UsageError
from reviewer.messages import translated
from reviewer.models.access import MAX_LOGIN
from reviewer.models.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.access import Role

MAX_TITLE: Final = 60
MAX_NAME: Final = 200


def checked_login(login: str) -> str:
    """Return a login that can be used, trimmed.

    Raises:
        UsageError: It is empty, too long, or has a blank or control character in it.
    """
    login = login.strip()
    if not login:
        raise UsageError(reason=N_("the login is empty"))
    if len(login) > MAX_LOGIN:
        raise UsageError(reason=Reason(N_("a login has {most} characters at most"), most=MAX_LOGIN))
    if any(character.isspace() or not character.isprintable() for character in login):
        reason = N_("{name} cannot be a login: it has a blank, or a character that is not seen")
        raise UsageError(reason=Reason(reason, name=login))
    return login


def checked_name(name: str) -> str:
    """Return a user's name, trimmed.

    Raises:
        UsageError: It is too long.
    """
    name = name.strip()
    if len(name) > MAX_NAME:
        raise UsageError(reason=Reason(N_("a name has {most} characters at most"), most=MAX_NAME))
    return name


def check_places(names: Iterable[str]) -> None:
    """Refuse teams, services and extensions that cannot be ones.

    Raises:
        UsageError: One is too long.
    """
    if any(len(name) > MAX_NAME for name in names):
        reason = N_("a team, a service or an extension has {most} characters at most")
        raise UsageError(reason=Reason(reason, most=MAX_NAME))


def checked_title(title: str, others: Iterable[Role]) -> str:
    """Return a role's name, trimmed.

    Raises:
        UsageError: It is empty or too long, or one of the others is called so.
    """
    title = title.strip()
    if not title or len(title) > MAX_TITLE:
        reason = Reason(N_("a role's name has 1 to {most} characters"), most=MAX_TITLE)
        raise UsageError(reason=reason)
    taken = {fold(name) for role in others for name in (role.title, translated(role.title))}
    if fold(title) in taken:
        raise UsageError(reason=Reason(N_("there is a role {name} already"), name=title))
    return title
