"""Positions in an interaction as people write them: `[H:]MM:SS[.mmm]` from its start."""

from __future__ import annotations

import re

from reviewer.errors import N_, Reason, UsageError
from reviewer.models.ids import US_PER_MS, US_PER_S, TimelineUs

_WRITTEN = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d)(?:[.,](\d{1,3}))?|(\d{1,6})(?:[.,](\d{1,3}))?"
)


def parse_position(text: str) -> TimelineUs:
    """Return the position that `text` names; a bare number is seconds.

    Raises:
        UsageError: It cannot be read. Source: cli.md.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            reason=Reason(N_("{text} is not a position; write MM:SS or H:MM:SS.mmm"), text=text)
        )
    hours, minutes, seconds, fraction, bare, bare_fraction = match.groups()
    whole = int(bare) if bare else (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    milliseconds = int((fraction or bare_fraction or "0").ljust(3, "0"))
    return TimelineUs(whole * US_PER_S + milliseconds * US_PER_MS)
