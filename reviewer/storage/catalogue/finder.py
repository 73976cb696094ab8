"""Running a search: ids first, rows only of the page shown.

Each engine has its own way to answer: SQLite out of columns (`sqlite.columns`), any other by one
plain query (`plain`), which is what the columns are held equal to. Imported inside `storage` only.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from reviewer.models.search import NEWEST_FIRST, Count, SortKey
from reviewer.storage.catalogue import plain
from reviewer.storage.catalogue.criteria import CompileContext
from reviewer.storage.catalogue.ordering import order_by
from reviewer.storage.catalogue.side_tables import deletion_reasons

if TYPE_CHECKING:
    from array import array
    from collections.abc import Collection
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from reviewer.models.search import Search
    from reviewer.models.settings import Feature
    from reviewer.storage.catalogue.visibility import Visibility

_US_PER_NS: Final = 1_000
_OF_EVALUATIONS: Final = frozenset({"score", "evaluator", "evaluated"})


class Answers(Protocol):
    """What one search finds."""

    def page(self, limit: int) -> list[int]:
        """Return the first `limit` ids in order."""
        ...

    def ids(self) -> array[int]:
        """Return all ids in order."""
        ...

    def count(self, cap: int | None) -> int:
        """Return how many there are; with a cap, more than it where there are more."""
        ...


class Finder:
    """Compiles and runs the searches of one user.

    Args:
        visibility: What the user may see.
        zone: The centre time zone, for dates in criteria.
        dialect: `sqlite` or `postgresql`.
        features: Features of the store that are on; None: criteria of all.
    """

    def __init__(
        self,
        visibility: Visibility,
        zone: ZoneInfo,
        dialect: str,
        features: Collection[Feature] | None = None,
    ) -> None:
        self._visibility = visibility
        self._zone = zone
        self._dialect = dialect
        self._features = features

    def page(self, connection: Connection, search: Search, limit: int) -> list[int]:
        """Return the first `limit` ids in order."""
        return self._answers(connection, search).page(max(limit, 0))

    def ids(self, connection: Connection, search: Search) -> array[int]:
        """Return all ids in order."""
        return self._answers(connection, search).ids()

    def count(self, connection: Connection, search: Search, cap: int | None) -> Count:
        """Return how many there are, up to `cap`."""
        n = self._answers(connection, search).count(cap)
        return Count(n) if cap is None else Count(min(n, cap), capped=n > cap)

    def _answers(self, connection: Connection, search: Search) -> Answers:
        context = CompileContext(
            zone=self._zone,
            now_us=time.time_ns() // _US_PER_NS,
            dialect=self._dialect,
            channel=search.channel,
            restricted_ok=self._visibility.restricted_ok,
            evaluations=self._visibility.evaluations,
            comments=self._visibility.comments,
            features=self._features,
            reasons=partial(deletion_reasons, connection),
        )
        asked = (connection, search, context, self._visibility, self._sort(search))
        if self._dialect != "sqlite":
            return plain.Answers(*asked)
        # Imported here: it computes with numpy, and not all who read interactions search.
        from reviewer.storage.catalogue.sqlite.columns import answers

        return answers.Answers(*asked)

    def _sort(self, search: Search) -> tuple[SortKey, ...]:
        sort = search.sort
        # A column that is none is refused, also where nothing would be found to order.
        order_by(sort)
        if self._visibility.evaluations is not None:
            # An order tells of scores as well; it would be that of evaluations not to be seen.
            sort = tuple(key for key in sort if key.column not in _OF_EVALUATIONS)
        return sort or NEWEST_FIRST
