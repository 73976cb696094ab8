"""Running a search: ids first, inside an index where that can be, rows only of the page shown."""

from __future__ import annotations

import time
from array import array
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, and_, func, literal_column, select, true
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BooleanClauseList

from reviewer.models.search import Count
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.criteria import CompileContext, compile_block
from reviewer.storage.catalogue.ordering import order_by

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Connection, Select

    from reviewer.models.search import Search
    from reviewer.storage.catalogue.visibility import Visibility

_I: Final = schema.interactions
_US_PER_NS: Final = 1_000
_BATCH: Final = 10_000


class Finder:
    """Compiles and runs the searches of one user.

    Args:
        visibility: What the user may see.
        zone: The centre time zone, for dates in criteria.
        dialect: `sqlite` or `postgresql`.
    """

    def __init__(self, visibility: Visibility, zone: ZoneInfo, dialect: str) -> None:
        self._visibility = visibility
        self._zone = zone
        self._dialect = dialect

    def page(self, connection: Connection, search: Search, limit: int) -> list[int]:
        """Return the first `limit` ids in order."""
        statement = self._ids(search).limit(max(0, limit))
        return [row.id for row in connection.execute(statement)]

    def ids(self, connection: Connection, search: Search) -> array[int]:
        """Return all ids in order."""
        found = array("q")
        result = connection.execute(self._ids(search))
        for part in result.scalars().partitions(_BATCH):
            found.extend(part)
        return found

    def count(self, connection: Connection, search: Search, cap: int | None) -> Count:
        """Return how many there are, up to `cap`."""
        where = self._where(search)
        if cap is None:
            n = connection.execute(select(func.count()).select_from(_I).where(where)).scalar_one()
            return Count(int(n))
        hits = self._hinted(select(literal_column("1")).select_from(_I).where(where), where)
        capped = select(func.count()).select_from(hits.limit(cap + 1).subquery())
        n = int(connection.execute(capped).scalar_one())
        return Count(min(n, cap), capped=n > cap)

    def _ids(self, search: Search) -> Select[Any]:
        where = self._where(search)
        statement = select(_I.c.id).where(where).order_by(*order_by(search.sort))
        by_start = bool(search.sort) and search.sort[0].column == "started"
        return self._hinted(statement, where) if by_start else statement

    def _where(self, search: Search) -> ColumnElement[bool]:
        context = CompileContext(
            zone=self._zone,
            now_us=time.time_ns() // _US_PER_NS,
            dialect=self._dialect,
            channel=search.channel,
            restricted_ok=self._visibility.restricted_ok,
            evaluations=self._visibility.evaluations,
        )
        parts: list[ColumnElement[bool]] = [compile_block(search.criteria, context)]
        if search.channel is not None:
            parts.append(_I.c.channel == codes.CHANNELS.code(search.channel))
        if self._visibility.interactions is not None:
            parts.append(self._visibility.interactions)
        return and_(true(), *parts)

    def _hinted(self, statement: Select[Any], where: ColumnElement[bool]) -> Select[Any]:
        """Keep SQLite inside `ix_scan` where an OR of cheap columns would make it sort."""
        if self._dialect == "sqlite" and _is_cheap_or(where):
            return statement.with_hint(_I, "INDEXED BY ix_scan", "sqlite")
        return statement


def _is_cheap_or(where: ColumnElement[bool]) -> bool:
    any_or = False
    for part in visitors.iterate(where):
        if isinstance(part, Column):
            if part.table is _I and part.name not in schema.SCAN:
                return False
        elif isinstance(part, BooleanClauseList):
            any_or = any_or or part.operator is operators.or_
    return any_or
