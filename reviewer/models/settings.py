"""Settings of a store: the centre's name, time zone and switched features."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reviewer.errors import N_, Reason, UsageError

if TYPE_CHECKING:
    from reviewer.models.encryption import SealedKind


class Feature(StrEnum):
    """Features that the administrator switches; what is off is absent everywhere."""

    MULTICHANNEL = "multichannel"
    SCREEN = "screen"
    CPA = "cpa"
    EXTENDED_QM = "extended_qm"
    ENCRYPTION = "encryption"
    TRANSCRIPTS = "transcripts"
    SENTIMENT = "sentiment"


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """What holds for everybody who opens the store; `time_zone` is an IANA name.

    `sealed` says which kinds of content are stored encrypted, where the store is.
    """

    name: str
    time_zone: str
    language: str = "en"
    features: frozenset[Feature] = frozenset(Feature) - {Feature.ENCRYPTION}
    sealed: frozenset[SealedKind] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        """The centre time zone."""
        return ZoneInfo(self.time_zone)


def check_time_zone(name: str) -> str:
    """Return `name` if it is an IANA zone.

    Raises:
        UsageError: It is not.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            reason=Reason(
                N_("{name} is not a time zone; give a name such as Europe/Moscow"), name=name
            )
        ) from None
    return name
