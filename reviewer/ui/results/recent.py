"""Whether a search reaches into the last minutes, for which data are still arriving."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from reviewer.models.criteria.moments import bounds
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.tree import Block, Join

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.criteria.tree import Node

RECENT_US: Final = 30 * 60 * 1_000_000
_MOMENTS: Final = frozenset({"started", "ended"})


def reaches_into_recent(criteria: Block, zone: ZoneInfo, now_us: int | None = None) -> bool:
    """Return whether what is searched for may have happened in the last 30 minutes.

    Args:
        criteria: A set that makes sense.
        zone: The centre's zone.
        now_us: The present instant; None: by the clock.
    """
    now = time.time_ns() // 1_000 if now_us is None else now_us
    end = _end(effective(criteria), zone, now)
    return end is None or end > now - RECENT_US


def _end(node: Node, zone: ZoneInfo, now_us: int) -> int | None:
    """Return the instant before which everything found lies, None when nothing says so."""
    if node.negated:
        return None
    if not isinstance(node, Block):
        if node.key not in _MOMENTS:
            return None
        return bounds(node.op, [str(value) for value in node.values], zone, now_us)[1]
    ends = [_end(member, zone, now_us) for member in node.members]
    known = [end for end in ends if end is not None]
    if node.join is Join.AND:
        return min(known, default=None)
    return max(known) if known and len(known) == len(ends) else None
