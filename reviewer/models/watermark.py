"""What names whoever looks, on pictures and in what is taken out of a store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.access import User


SLANT_DEG: Final = 24
"""How much its lines rise."""
APART: Final = 5.0
BESIDE: Final = 1.35
"""From one line to the next, from one word to the next: times the words' height and width."""


def watermark_of(user: User, zone: ZoneInfo, now: datetime | None = None) -> str:
    """Return the watermark of a user, "" where none of their roles wants one.

    Args:
        user: Who looks.
        zone: Of the centre.
        now: When; None: now.
    """
    if not user.watermark:
        return ""
    at = (now or datetime.now(UTC)).astimezone(zone)
    name = user.display_name.strip()
    who = user.login if name in ("", user.login) else f"{user.login} · {name}"
    return f"{who} · {at:%Y-%m-%d %H:%M %Z}"
