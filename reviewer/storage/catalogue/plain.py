"""Answers to searches by one query each, left to the engine's planner.

What any engine can do, and what the columns of SQLite are held equal to. One thing is told the
planner, which it often guesses wrong: of conditions that few interactions meet, which. Imported
inside `storage` only.
"""

from __future__ import annotations

from array import array
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import func, literal_column, select

from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.criteria import compile_parts
from reviewer.storage.catalogue.ordering import order_by, ordered_from
from reviewer.storage.catalogue.parts import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, FromClause, Select

    from reviewer.models.search import Search, SortKey
    from reviewer.storage.catalogue.criteria import CompileContext
    from reviewer.storage.catalogue.visibility import Visibility

_I: Final = schema.interactions
_FEW: Final = 200
"""So many ids may stand in a query themselves."""
_ASKED: Final = 24
"""Conditions whose ids are asked for: more would take longer than it saves."""


class Answers:
    """Answers one search."""

    def __init__(
        self,
        connection: Connection,
        search: Search,
        context: CompileContext,
        visibility: Visibility,
        sort: Sequence[SortKey],
    ) -> None:
        self._connection = connection
        self._order = order_by(sort)
        self._ordered = ordered_from(sort)
        parts = list(compile_parts(search.criteria, context))
        if search.channel is not None:
            parts.append(Part(_I.c.channel == codes.CHANNELS.code(search.channel)))
        if visibility.interactions is not None:
            parts.append(Part(visibility.interactions))
        self._where = [part.where for part in parts]
        known = [ids for part in parts[:_ASKED] if (ids := self._few(part)) is not None]
        if known:
            self._where.append(_I.c.id.in_(min(known, key=len)))

    def page(self, limit: int) -> list[int]:
        """Return the first `limit` ids."""
        found = self._select(_I.c.id, self._ordered).order_by(*self._order).limit(limit)
        return list(self._connection.execute(found).scalars())

    def ids(self) -> array[int]:
        """Return all ids in order."""
        found = self._select(_I.c.id, self._ordered).order_by(*self._order)
        with closing(self._connection.execute(found)) as result:
            # From the driver's cursor: a row object each would cost three times the query.
            cursor = cast("Iterable[tuple[int]]", result.cursor)
            return array("q", chain.from_iterable(cursor))

    def count(self, cap: int | None) -> int:
        """Return how many there are; not all of them once there are more than `cap`."""
        found = self._select(literal_column("1"))
        found = found if cap is None else found.limit(cap + 1)
        counted = select(func.count()).select_from(found.subquery())
        return int(self._connection.execute(counted).scalar_one())

    def _select(self, column: Any, source: FromClause = _I) -> Select[Any]:
        return select(column).select_from(source).where(*self._where)

    def _few(self, part: Part) -> list[int] | None:
        """Return all that may meet a part, where they are few."""
        if part.ids is None:
            return None
        found = list(self._connection.execute(part.ids.limit(_FEW + 1)).scalars())
        return list(dict.fromkeys(found)) if len(found) <= _FEW else None
