"""Instants out of what logs write: epochs, and local times with what makes them sure.

Imported by the readers of this package.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reviewer.models.ids import US_PER_S, WallUs

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_EPOCH = re.compile(r"^\d{9,10}(?:\.\d{1,9})?$")
_LOCAL = re.compile(
    r"^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?\s*(Z|[+-]\d\d:?\d\d)?$"
)
_UNIQUEID = re.compile(r"(?:^|-)(\d{9,10})\.\d+$")
_QUARTER_US = 15 * 60 * US_PER_S
"""Offsets of time zones are whole quarters of an hour."""
_NEAR_US = 30 * US_PER_S
"""How much later than its channel the first record may begin and still tell the offset."""


def epoch_us(text: str) -> WallUs | None:
    """Return the instant of `1795389753.082905` or `1795389753`, exactly."""
    text = text.strip()
    if not _EPOCH.match(text):
        return None
    seconds, _, fraction = text.partition(".")
    return WallUs(int(seconds) * US_PER_S + int((fraction + "000000")[:6]))


def uniqueid_us(uniqueid: str) -> WallUs | None:
    """Return the second in which a channel was made, which is the first half of its name."""
    found = _UNIQUEID.search(uniqueid)
    return WallUs(int(found[1]) * US_PER_S) if found else None


def naive(text: str) -> datetime | None:
    """Return a written local time as it stands, or None if it is none."""
    found = _LOCAL.match(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    micro = int((found[7] or "0").ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, second, micro)  # noqa: DTZ001 (zone follows)
    except ValueError:
        return None


def as_if_utc(moment: datetime) -> WallUs:
    """Return a local time read as if it were UTC, to be corrected by an offset."""
    return _us(moment.replace(tzinfo=UTC))


def readings(moment: datetime, zone: ZoneInfo) -> tuple[WallUs, ...]:
    """Return the instants a local time may mean: two in the hour that summer time repeats."""
    found = {_us(moment.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)}
    return tuple(WallUs(instant) for instant in sorted(found))


class LocalClock:
    """The clock that one log was written by: epochs as they are, local times made sure.

    The zone it is said to be in is believed until a channel's first record, which lies in the
    second that the channel's uniqueid names, proves another offset.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._offset_us: int | None = None

    def instant(
        self,
        text: str,
        *,
        made_us: WallUs | None = None,
        not_before_us: WallUs | None = None,
        is_first: bool = False,
    ) -> WallUs | None:
        """Return the instant of an epoch or a local time, None if `text` is neither.

        Args:
            text: An epoch, or a local time.
            made_us: When its channel was made; it cannot lie before.
            not_before_us: Another instant that it cannot lie before.
            is_first: Whether it is the first thing written of the channel.
        """
        exact = epoch_us(text)
        if exact is not None:
            return exact
        moment = naive(text)
        if moment is None:
            return None
        possible = readings(moment, self._zone)
        if is_first and made_us is not None:
            shift = as_if_utc(moment) - made_us
            offset = round(shift / _QUARTER_US) * _QUARTER_US
            if abs(shift - offset) <= _NEAR_US:
                proven = WallUs(as_if_utc(moment) - offset)
                self._offset_us = None if proven in possible else offset
                return proven
        if self._offset_us is not None:
            possible = (WallUs(as_if_utc(moment) - self._offset_us),)
        low = max((x for x in (made_us, not_before_us) if x is not None), default=None)
        later = [x for x in possible if low is not None and x >= low - 2 * US_PER_S]
        return min(later) if later else possible[0]


def _us(moment: datetime) -> WallUs:
    return WallUs((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
