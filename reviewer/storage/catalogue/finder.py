"""Running a search: ids first, inside an index where that can be, rows only of the page shown."""

from __future__ import annotations

import time
from array import array
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Column, and_, func, literal_column, select, true
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BooleanClauseList

from reviewer.models.search import NEWEST_FIRST, Count
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.criteria import CompileContext, compile_block
from reviewer.storage.catalogue.ordering import order_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Connection, Select

    from reviewer.models.search import Search
    from reviewer.storage.catalogue.visibility import Visibility

_I: Final = schema.interactions
_US_PER_NS: Final = 1_000
_OF_EVALUATIONS: Final = frozenset({"score", "evaluator", "evaluated"})
_FEW: Final = 5_000
"""Measured on a million interactions: so many ids are counted in 1 ms and sorted in 10."""

_FEW_TO_COUNT: Final = 200_000
"""Counting has no order to keep: up to a fifth of a million interactions are faster by id."""


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
        statement = self._ids(search, _few(connection, _FEW)).limit(max(0, limit))
        return [row[0] for row in connection.execute(statement)]

    def ids(self, connection: Connection, search: Search) -> array[int]:
        """Return all ids in order."""
        with closing(connection.execute(self._ids(search, _all))) as result:
            # From the driver's cursor: a row object each would cost three times the query.
            cursor = cast("Iterable[tuple[int]]", result.cursor)
            return array("q", chain.from_iterable(cursor))

    def count(self, connection: Connection, search: Search, cap: int | None) -> Count:
        """Return how many there are, up to `cap`."""
        if cap is None:
            where = self._where(search, _all)
            n = connection.execute(select(func.count()).select_from(_I).where(where)).scalar_one()
            return Count(int(n))
        where = self._where(search, _few(connection, _FEW_TO_COUNT))
        hits = self._hinted(select(literal_column("1")).select_from(_I).where(where), where)
        capped = select(func.count()).select_from(hits.limit(cap + 1).subquery())
        n = int(connection.execute(capped).scalar_one())
        return Count(min(n, cap), capped=n > cap)

    def _ids(self, search: Search, few: Callable[[Select[Any]], bool]) -> Select[Any]:
        where = self._where(search, few)
        sort = search.sort
        if self._visibility.evaluations is not None:
            # An order tells of scores as well; it would be that of evaluations not to be seen.
            sort = tuple(key for key in sort if key.column not in _OF_EVALUATIONS)
        statement = select(_I.c.id).where(where).order_by(*order_by(sort or NEWEST_FIRST))
        by_start = bool(sort) and sort[0].column == "started"
        return self._hinted(statement, where) if by_start else statement

    def _where(self, search: Search, few: Callable[[Select[Any]], bool]) -> ColumnElement[bool]:
        context = CompileContext(
            zone=self._zone,
            now_us=time.time_ns() // _US_PER_NS,
            dialect=self._dialect,
            channel=search.channel,
            restricted_ok=self._visibility.restricted_ok,
            evaluations=self._visibility.evaluations,
            few=few,
        )
        parts: list[ColumnElement[bool]] = [compile_block(search.criteria, context)]
        if search.channel is not None:
            parts.append(_I.c.channel == codes.CHANNELS.code(search.channel))
        limit, ids = self._visibility.interactions, self._visibility.ids
        if limit is not None and ids is not None:
            parts.append(_I.c.id.in_(ids) if few(ids) else limit)
        return and_(true(), *parts)

    def _hinted(self, statement: Select[Any], where: ColumnElement[bool]) -> Select[Any]:
        """Keep SQLite inside `ix_scan` where an OR of cheap columns would make it sort."""
        if self._dialect == "sqlite" and _is_cheap_or(where):
            return statement.with_hint(_I, "INDEXED BY ix_scan", "sqlite")
        return statement


def _all(_: Select[Any]) -> bool:
    """Go through the ids however many they are: all of them are wanted anyway."""
    return True


def _few(connection: Connection, limit: int) -> Callable[[Select[Any]], bool]:
    """Return whether ids are at most `limit`, and so worth going through one by one.

    With many, the newest that meet a condition are soon met by going through the interactions.
    """

    def few(ids: Select[Any]) -> bool:
        capped = select(func.count()).select_from(ids.limit(limit + 1).subquery())
        return int(connection.execute(capped).scalar_one()) <= limit

    return few


def _is_cheap_or(where: ColumnElement[bool]) -> bool:
    any_or = False
    for part in visitors.iterate(where):
        if isinstance(part, Column):
            if part.table is _I and part.name not in schema.SCAN:
                return False
        elif isinstance(part, BooleanClauseList):
            any_or = any_or or part.operator is operators.or_
    return any_or
