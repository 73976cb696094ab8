"""Settings of a store: the centre's name, time zone and switched features."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reviewer.errors import N_, Reason, UsageError
from reviewer.models.access import Privilege
from reviewer.models.folding import fold
from reviewer.models.requests import SWITCHED

if TYPE_CHECKING:
    from reviewer.models.access import User
    from reviewer.models.encryption import SealedKind
    from reviewer.models.interaction import Interaction
    from reviewer.models.requests import Guarded


class Feature(StrEnum):
    """Features that the administrator switches; what is off is absent everywhere."""

    MULTICHANNEL = "multichannel"
    SCREEN = "screen"
    CPA = "cpa"
    EXTENDED_QM = "extended_qm"
    ENCRYPTION = "encryption"
    TRANSCRIPTS = "transcripts"
    SENTIMENT = "sentiment"


MAX_NAME: Final = 120
MAX_SENSITIVE: Final = 200
MAX_LOCK_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """What holds for everybody who opens the store; `time_zone` is an IANA name.

    Attributes:
        sealed: Which kinds of content are stored encrypted, where the store is.
        lock_minutes: After so many minutes without use the window locks itself; 0: never.
        second_person: What nobody may do alone.
        sensitive_services, sensitive_tags: What makes an interaction sensitive: users with a role
            that asks for it say why before one opens.
    """

    name: str
    time_zone: str
    language: str = "en"
    features: frozenset[Feature] = frozenset(Feature) - {Feature.ENCRYPTION}
    sealed: frozenset[SealedKind] = frozenset()
    lock_minutes: int = 30
    second_person: frozenset[Guarded] = frozenset()
    sensitive_services: tuple[str, ...] = ()
    sensitive_tags: tuple[str, ...] = ()

    def is_sensitive(self, interaction: Interaction) -> bool:
        """Return whether an interaction is one that not everybody just opens."""
        services = {fold(segment.service) for segment in interaction.segments}
        tags = {fold(tag) for tag in interaction.tags}
        return not (
            services.isdisjoint(map(fold, self.sensitive_services))
            and tags.isdisjoint(map(fold, self.sensitive_tags))
        )

    def for_everybody(self) -> StoreSettings:
        """Return what everybody may know: not names of services and tags they may never see."""
        if not self.sensitive_services and not self.sensitive_tags:
            return self
        return replace(self, sensitive_services=(), sensitive_tags=())

    def told_to(self, user: User) -> StoreSettings:
        """Return what a user is told of the settings: all of it, if they may change them."""
        return self if user.may(Privilege.ADMIN_SETTINGS) else self.for_everybody()

    @property
    def zone(self) -> ZoneInfo:
        """The centre time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What is to change of the centre's settings; None: stays as it is."""

    name: str | None = None
    time_zone: str | None = None
    features: frozenset[Feature] | None = None
    lock_minutes: int | None = None
    second_person: frozenset[Guarded] | None = None
    sensitive_services: tuple[str, ...] | None = None
    sensitive_tags: tuple[str, ...] | None = None

    def applied(self, settings: StoreSettings) -> StoreSettings:
        """Return the settings with the change.

        Raises:
            UsageError: A value cannot be used.
        """
        values: dict[str, Any] = {
            name: getattr(self, name) for name in self.changed() if name != "name"
        }
        if self.name is not None:
            values["name"] = _checked_name(self.name)
        if self.time_zone is not None:
            check_time_zone(self.time_zone)
        minutes = self.lock_minutes
        if minutes is not None and not 0 <= minutes <= MAX_LOCK_MINUTES:
            reason = N_("the window locks after 0 (never) to {most} minutes")
            raise UsageError(reason=Reason(reason, most=MAX_LOCK_MINUTES))
        if self.second_person is not None:
            values["second_person"] = self.second_person & SWITCHED
        for key in ("sensitive_services", "sensitive_tags"):
            if key in values:
                values[key] = _checked_names(values[key])
        return replace(settings, **values)

    def changed(self) -> list[str]:
        """Return the names of what is to change."""
        return [name for name in self.__slots__ if getattr(self, name) is not None]


def _checked_names(names: tuple[str, ...]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(kept) > MAX_SENSITIVE or any(len(name) > MAX_NAME for name in kept):
        reason = N_("at most {most} names are sensitive, of {chars} characters each")
        raise UsageError(reason=Reason(reason, most=MAX_SENSITIVE, chars=MAX_NAME))
    return kept


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        reason = N_("the centre's name has 1 to {most} characters, and no line breaks")
        raise UsageError(reason=Reason(reason, most=MAX_NAME))
    return name


def check_time_zone(name: str) -> str:
    """Return `name` if it is an IANA zone.

    Raises:
        UsageError: It is not.
    """
    if not name.strip():
        raise UsageError(reason=N_("a time zone is needed, such as Europe/Moscow"))
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            reason=Reason(
                N_("{name} is not a time zone; give a name such as Europe/Moscow"), name=name
            )
        ) from None
    return name
