"""Users, roles and settings, for those who name them rather than point at them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from reviewer.errors import N_, Reason, UsageError
from reviewer.messages import ntr, tr, translated
from reviewer.models.access import CATALOGUE, Privilege
from reviewer.models.folding import fold
from reviewer.models.ids import WallUs
from reviewer.models.requests import SWITCHED
from reviewer.models.settings import Feature, SettingsChange
from reviewer.services.facts import iso_instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.access import Role, SignIn, User
    from reviewer.models.explaining import Explanation
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.facets.people import People

_E = TypeVar("_E", bound=StrEnum)


def user_named(people: People, login: str) -> User:
    """Return the user of a login, whatever its letter case.

    Raises:
        UsageError: There is none; RefusedError: the session's user lacks `admin.users`.
    """
    for user in people.users():
        if fold(user.login) == fold(login):
            return user
    raise UsageError(reason=Reason(N_("there is no user {name}"), name=login))


def without_password(users: Iterable[User]) -> tuple[User, ...]:
    """Return the users who are let in by their login alone while others have a password."""
    enabled = [user for user in users if not user.disabled]
    if not any(user.has_password for user in enabled):
        return ()
    return tuple(user for user in enabled if not user.has_password)


def password_warning(users: Iterable[User]) -> str:
    """Return what is said of such users, in the language in force; "" where there are none."""
    found = without_password(users)
    if not found:
        return ""
    return ntr(
        "{n} user has no password while others have one: {logins}. Whoever knows the login is "
        "let in.",
        "{n} users have no password while others have one: {logins}. Whoever knows a login is "
        "let in.",
        len(found),
        logins=", ".join(user.login for user in found),
    )


def role_named(roles: Iterable[Role], name: str) -> Role:
    """Return the role of a key or a title, in either language.

    Raises:
        UsageError: There is none.
    """
    wanted = fold(name)
    for role in roles:
        if wanted in {fold(role.key), fold(role.title), fold(translated(role.title))}:
            return role
    raise UsageError(reason=Reason(N_("there is no role {name}"), name=name))


def privileges_named(names: Iterable[str]) -> frozenset[Privilege]:
    """Return privileges by their keys.

    Raises:
        UsageError: There is none of a key.
    """
    known = {privilege.value: privilege for privilege in Privilege}
    found: set[Privilege] = set()
    for name in names:
        if name not in known:
            raise UsageError(reason=Reason(N_("there is no privilege {name}"), name=name))
        found.add(known[name])
    return frozenset(found)


def privilege_title(privilege: Privilege) -> str:
    """Return what a privilege is called in the language in force."""
    return translated(CATALOGUE[privilege].title)


def role_title(role: Role) -> str:
    """Return what a role is called in the language in force."""
    return translated(role.title) if role.ready_made else role.title


def explanation_clauses(explanation: Explanation) -> list[str]:
    """Return why a user sees an interaction or does not, in the language in force."""
    return [
        translated(why) if isinstance(why, str) else translated(why.template).format_map(why.fields)
        for why in explanation.reasons
    ]


def explanation_sentence(explanation: Explanation) -> str:
    """Return `petrova does not see it: ...` in the language in force."""
    why = "; ".join(explanation_clauses(explanation))
    if explanation.sees:
        return tr("{login} sees it: {why}", login=explanation.user.login, why=why)
    return tr("{login} does not see it: {why}", login=explanation.user.login, why=why)


def user_as_json(user: User) -> dict[str, object]:
    """Return what is known of a user, for JSON."""
    until = user.locked_until_us
    return {
        "login": user.login,
        "name": user.display_name,
        "team": user.team,
        "extension": user.extension,
        "roles": list(user.roles),
        "teams": sorted(user.teams),
        "services": sorted(user.services),
        "disabled": user.disabled,
        "password": user.has_password,
        "must_change_password": user.must_change_password,
        "locked_until": iso_instant(WallUs(until)) if until else None,
    }


def role_as_json(role: Role) -> dict[str, object]:
    """Return what is known of a role, for JSON."""
    return {
        "key": role.key,
        "title": role_title(role),
        "ready_made": role.ready_made,
        "privileges": sorted(privilege.value for privilege in role.privileges),
        "watermark": role.watermark,
        "asks_reason": role.asks_reason,
    }


def settings_as_json(settings: StoreSettings, user: User) -> dict[str, object]:
    """Return the centre's settings, for JSON; the keys are those of `reviewer settings`.

    What the store does not tell a user is left out, and does not look as if there were nothing.
    """
    told: dict[str, object] = {
        "name": settings.name,
        "time-zone": settings.time_zone,
        "language": settings.language,
        "features": sorted(settings.features),
        "lock-minutes": settings.lock_minutes,
        "second-person": sorted(settings.second_person),
    }
    if user.may(Privilege.ADMIN_SETTINGS):
        told["sensitive-services"] = list(settings.sensitive_services)
        told["sensitive-tags"] = list(settings.sensitive_tags)
    return told


SETTABLE: Final = (
    "name",
    "time-zone",
    "features",
    "lock-minutes",
    "second-person",
    "sensitive-services",
    "sensitive-tags",
)
"""Settings that `settings_change` takes, by the keys of `settings_as_json`."""


def settings_change(name: str, value: str) -> SettingsChange:
    """Return the change of one setting, given as text.

    Raises:
        UsageError: There is no such setting, or the text is no value of it.
    """
    match name:
        case "name":
            return SettingsChange(name=value)
        case "time-zone":
            return SettingsChange(time_zone=value)
        case "lock-minutes":
            if not value.strip().isdecimal():
                raise UsageError(reason=Reason(N_("{text} is not a number"), text=value))
            return SettingsChange(lock_minutes=int(value))
        case "features":
            return SettingsChange(features=_chosen(value, set(Feature) - {Feature.ENCRYPTION}))
        case "second-person":
            return SettingsChange(second_person=_chosen(value, set(SWITCHED)))
        case "sensitive-services":
            return SettingsChange(sensitive_services=listed(value))
        case "sensitive-tags":
            return SettingsChange(sensitive_tags=listed(value))
    reason = N_("there is no setting {name} that can be set; they are: {names}")
    raise UsageError(reason=Reason(reason, name=name, names=", ".join(SETTABLE)))


def listed(text: str) -> tuple[str, ...]:
    """Return the names of a text with commas between them, each once."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def sign_in_as_json(place: SignIn) -> dict[str, object]:
    """Return where somebody is signed in, for JSON."""
    return {
        "number": place.number,
        "login": place.login,
        "from": place.origin,
        "since": iso_instant(place.began_us),
        "used": iso_instant(place.seen_us),
        "here": place.is_here,
    }


def _chosen(text: str, known: set[_E]) -> frozenset[_E]:
    by_value = {one.value: one for one in known}
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in by_value:
            reason = N_("{name} is none of: {names}")
            raise UsageError(reason=Reason(reason, name=word, names=", ".join(sorted(by_value))))
    return frozenset(by_value[word] for word in words)
