"""How many interactions that a search finds began on each of the last days.

An interaction's id holds the instant that it was first known to begin at, so the ids alone tell.
Imported inside `storage` only.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from reviewer.models.criteria.moments import instant, parse_moment
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.ids import US_PER_MS
from reviewer.models.search import NEWEST_FIRST, DayCounts
from reviewer.storage.catalogue.facts import SALT_BITS

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from reviewer.models.search import Search
    from reviewer.storage.catalogue.finder import Finder


def count_by_day(
    connection: Connection, finder: Finder, search: Search, days: int, zone: ZoneInfo
) -> DayCounts | None:
    """Return how many began on each of `days` days up to the newest match; None: no match.

    Raises:
        QueryError and its kinds: As a search.
    """
    newest = finder.page(connection, replace(search, sort=NEWEST_FIRST), 1)
    if not newest:
        return None
    last = datetime.fromtimestamp((newest[0] >> SALT_BITS) / 1_000, zone).date()
    first = last - timedelta(days=days - 1)
    # A date that nobody could type, of a clock that was wrong, bounds nothing.
    start = parse_moment(first.isoformat())
    recent = () if start is None else (Condition("started", Op.GE, (start,)),)
    bounded = replace(search, criteria=Block(members=(search.criteria, *recent)))
    ids = sorted(finder.ids(connection, bounded))
    edges: list[int] = []
    for number in range(days + 1):
        midnight = datetime.combine(first + timedelta(days=number), time())
        edges.append(bisect_left(ids, instant(midnight, zone) // US_PER_MS << SALT_BITS))
    return DayCounts(last, tuple(after - before for before, after in pairwise(edges)))
