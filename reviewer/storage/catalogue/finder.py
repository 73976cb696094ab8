"""Running a search: ids first, inside an index where that can be, rows only of the page shown.

SQLite chooses badly among many conditions without knowing how many rows each meets, so the form
is chosen here. In order: by the ids of the condition that fewest meet, where those are few; by
the index of words or their parts, newest first; by `ix_scan`, newest first, each further
condition looked up for what is left. What goes through very many rows without finding enough is
stopped and done the other way round. All that is hinted: no form depends on the planner.
"""

from __future__ import annotations

import time
from array import array
from contextlib import closing
from dataclasses import dataclass
from heapq import merge
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import and_, func, literal_column, select, true

from reviewer.models.search import NEWEST_FIRST, Count, SortKey
from reviewer.storage.catalogue import codes, fulltext, orders, schema
from reviewer.storage.catalogue.criteria import CompileContext, Part, compile_parts
from reviewer.storage.catalogue.engine import OverdueError, bounded
from reviewer.storage.catalogue.ordering import order_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select

    from reviewer.models.search import Search
    from reviewer.storage.catalogue.visibility import Visibility

_I: Final = schema.interactions
_US_PER_NS: Final = 1_000
_OF_EVALUATIONS: Final = frozenset({"score", "evaluator", "evaluated"})
_FEW: Final = 2_000
"""Measured on a million interactions: so many ids are counted in 0.3 ms and sorted in 4."""
_FEW_TO_COUNT: Final = 20_000
_SOME: Final = 300_000
"""Beyond that going through all interactions in their index is faster than id by id."""
_ASKED: Final = 24
"""Conditions whose ids are counted before a search: more would take longer than it saves."""
_FIRST_TRY_S: Final = 0.015

_NEWEST: Final = (_I.c.started_us.desc(), _I.c.id.desc())


@dataclass(frozen=True, slots=True)
class _Asked:
    """Conditions that hold all together.

    Attributes:
        parts: They.
        sizes: How many ids each is known to have, up to a limit; None: unknown or more.
    """

    parts: tuple[Part, ...]
    sizes: tuple[int | None, ...]

    @property
    def where(self) -> ColumnElement[bool]:
        return _all(self.parts)

    @property
    def fewest(self) -> Part | None:
        """The part that fewest interactions meet, where those are few."""
        known = [(size, place) for place, size in enumerate(self.sizes) if size is not None]
        return self.parts[min(known)[1]] if known else None

    @property
    def stream(self) -> Part | None:
        """A part to be had from the index of words, or else of their parts."""
        streams = [part for part in self.parts if part.stream is not None]
        exact = [part for part in streams if part.stream is not None and part.stream.exact]
        return next(iter(exact or streams), None)

    def without(self, part: Part) -> ColumnElement[bool]:
        return _all(tuple(other for other in self.parts if other is not part))


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
        asked = self._asked(connection, search, _FEW)
        sort = self._sort(search)
        if limit <= 0:
            return []
        if sort == NEWEST_FIRST:
            return [row[0] for row in _newest(connection, asked, limit)]
        return _ordered(connection, asked, sort, limit)

    def ids(self, connection: Connection, search: Search) -> array[int]:
        """Return all ids in order."""
        asked = self._asked(connection, search, _SOME)
        sort = self._sort(search)
        statement = _whole(asked, asked.fewest).order_by(*order_by(sort))
        if not asked.parts and sort[0].column != "started":
            statement = select(_I.c.id).order_by(*order_by(sort))
        with closing(connection.execute(statement)) as result:
            # From the driver's cursor: a row object each would cost three times the query.
            cursor = cast("Iterable[tuple[int]]", result.cursor)
            return array("q", chain.from_iterable(cursor))

    def count(self, connection: Connection, search: Search, cap: int | None) -> Count:
        """Return how many there are, up to `cap`."""
        asked = self._asked(connection, search, _SOME if cap is None else _FEW_TO_COUNT)
        n = _count(connection, asked, cap)
        return Count(n) if cap is None else Count(min(n, cap), capped=n > cap)

    def _sort(self, search: Search) -> tuple[SortKey, ...]:
        sort = search.sort
        if self._visibility.evaluations is not None:
            # An order tells of scores as well; it would be that of evaluations not to be seen.
            sort = tuple(key for key in sort if key.column not in _OF_EVALUATIONS)
        return sort or NEWEST_FIRST

    def _asked(self, connection: Connection, search: Search, limit: int) -> _Asked:
        sizes = _Sizes(connection, limit)
        context = CompileContext(
            zone=self._zone,
            now_us=time.time_ns() // _US_PER_NS,
            dialect=self._dialect,
            channel=search.channel,
            restricted_ok=self._visibility.restricted_ok,
            evaluations=self._visibility.evaluations,
            few=sizes.few,
        )
        parts = list(compile_parts(search.criteria, context))
        if search.channel is not None:
            parts.append(Part(_I.c.channel == codes.CHANNELS.code(search.channel)))
        limits, ids = self._visibility.interactions, self._visibility.ids
        if limits is not None and ids is not None:
            parts.append(Part(limits, ids=ids))
        return _Asked(
            tuple(parts), tuple(None if p.ids is None else sizes.of(p.ids) for p in parts)
        )


class _Sizes:
    """Counts ids up to a limit, each question once, and not too many of them."""

    def __init__(self, connection: Connection, limit: int) -> None:
        self._connection = connection
        self._limit = limit
        self._known: dict[int, tuple[object, int | None]] = {}

    def of(self, ids: Select[Any] | CompoundSelect[Any]) -> int | None:
        """Return how many there are, None where they are more than the limit."""
        if id(ids) not in self._known:
            if len(self._known) >= _ASKED:
                return None
            capped = select(func.count()).select_from(ids.limit(self._limit + 1).subquery())
            n = int(self._connection.execute(capped).scalar_one())
            # Kept with its question, so that no other one can get its address.
            self._known[id(ids)] = (ids, n if n <= self._limit else None)
        return self._known[id(ids)][1]

    def few(self, ids: Select[Any] | CompoundSelect[Any]) -> bool:
        return self.of(ids) is not None


def _all(parts: Iterable[Part]) -> ColumnElement[bool]:
    return and_(true(), *(part.where for part in parts))


# --- forms of a query --------------------------------------------------------------------------


def _by_ids(part: Part, rest: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """Select those of a part's ids that meet the rest."""
    if part.ids is None:
        raise ValueError
    statement = select(*columns).select_from(_I).where(_I.c.id.in_(part.ids), rest)
    return statement.with_hint(_I, "NOT INDEXED", "sqlite")


def _by_scan(where: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """Select along the index that has most columns."""
    statement = select(*columns).select_from(_I).where(where)
    return statement.with_hint(_I, "INDEXED BY ix_scan", "sqlite")


def _by_stream(part: Part, rest: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """Select what the index of words finds, in the order of ids."""
    if part.stream is None:
        raise ValueError
    found = fulltext.matching(part.stream.table, part.stream.query)
    asked = found.froms[0]
    if not part.stream.exact:
        rest = and_(part.where, rest)
    # The unary plus keeps SQLite from turning the join around.
    joined = asked.join(_I, _I.c.id == literal_column(f"+{part.stream.table}.rowid"))
    return found.with_only_columns(*columns).select_from(joined).where(rest)


def _whole(asked: _Asked, part: Part | None) -> Select[Any]:
    if part is None:
        return _by_scan(asked.where, _I.c.id)
    return _by_ids(part, asked.without(part), _I.c.id)


# --- the newest --------------------------------------------------------------------------------


def _newest(connection: Connection, asked: _Asked, limit: int) -> list[tuple[int, int]]:
    """Return id and start of the newest."""
    columns = (_I.c.id, _I.c.started_us)
    fewest = asked.fewest
    if fewest is not None:
        statement = _by_ids(fewest, asked.without(fewest), *columns)
        return _rows(connection, statement.order_by(*_NEWEST).limit(limit))
    split = _split(connection, asked)
    if split is not None:
        pages = [_newest(connection, branch, limit) for branch in split]
        together = merge(*pages, key=lambda row: (row[1], row[0]), reverse=True)
        return list(islice(dict.fromkeys(together), limit))
    stream = asked.stream
    known = [part for part in asked.parts if part.ids is not None]
    scan = _by_scan(asked.where, *columns).order_by(*_NEWEST).limit(limit)
    if not known:
        return _rows(connection, scan)
    try:
        with bounded(connection, _FIRST_TRY_S):
            if stream is not None and not _has_strays(connection):
                return _streamed(connection, stream, asked.without(stream), limit)
            return _rows(connection, scan)
    except OverdueError:
        return _thorough(connection, asked, known, scan, limit)


def _thorough(
    connection: Connection, asked: _Asked, known: list[Part], scan: Select[Any], limit: int
) -> list[tuple[int, int]]:
    """Return the newest where few meet all conditions, though many meet each."""
    sizes = _Sizes(connection, _SOME)
    counted = [
        (size, place)
        for place, part in enumerate(known)
        if part.ids is not None and (size := sizes.of(part.ids)) is not None
    ]
    if not counted:
        return _rows(connection, scan)
    part = known[min(counted)[1]]
    statement = _by_ids(part, asked.without(part), _I.c.id, _I.c.started_us)
    return _rows(connection, statement.order_by(*_NEWEST).limit(limit))


def _split(connection: Connection, asked: _Asked) -> list[_Asked] | None:
    """Return one question a branch, where an OR asks for words as well.

    No index gives the newest of such an OR, but the newest of each branch have them among them.
    """
    for part in asked.parts:
        if any(branch.stream is not None for branch in part.branches):
            rest = tuple(other for other in asked.parts if other is not part)
            sizes = _Sizes(connection, _FEW)
            return [
                _Asked(
                    (branch, *rest),
                    (None if branch.ids is None else sizes.of(branch.ids), *(None for _ in rest)),
                )
                for branch in part.branches
            ]
    return None


def _streamed(
    connection: Connection, part: Part, rest: ColumnElement[bool], limit: int
) -> list[tuple[int, int]]:
    """Return the newest along the index of words, whose ids grow with the start by milliseconds."""
    statement = _by_stream(part, rest, _I.c.id, _I.c.started_us)
    name = part.stream.table if part.stream is not None else ""
    found: list[tuple[int, int]] = []
    with closing(
        connection.execute(statement.order_by(literal_column(f"{name}.rowid").desc()))
    ) as result:
        for number, started in cast("Iterable[tuple[int, int]]", result.cursor):
            if len(found) >= limit and started // 1000 != found[-1][1] // 1000:
                break
            found.append((number, started))
    found.sort(key=itemgetter(1, 0), reverse=True)
    return found[:limit]


def _has_strays(connection: Connection) -> bool:
    stray = select(_I.c.id).where(literal_column(schema.STRAY)).limit(1)
    stray = stray.with_hint(_I, "INDEXED BY ix_stray", "sqlite")
    return connection.execute(stray).first() is not None


def _rows(connection: Connection, statement: Select[Any]) -> list[tuple[int, int]]:
    return [(row[0], row[1]) for row in connection.execute(statement)]


# --- other orders, counts ----------------------------------------------------------------------


def _ordered(
    connection: Connection, asked: _Asked, sort: Sequence[SortKey], limit: int
) -> list[int]:
    fewest = asked.fewest
    if fewest is None and len(sort) == 1 and orders.has_index(sort[0]):
        try:
            with bounded(connection, _FIRST_TRY_S if asked.parts else 60):
                return orders.first_ids(connection, sort[0], asked.where, limit)
        except OverdueError:
            sizes = _Sizes(connection, _SOME)
            fewest = next((p for p in asked.parts if p.ids is not None and sizes.few(p.ids)), None)
    statement = _whole(asked, fewest).order_by(*order_by(sort)).limit(limit)
    return [row[0] for row in connection.execute(statement)]


def _count(connection: Connection, asked: _Asked, cap: int | None) -> int:
    one: ColumnElement[int] = literal_column("1")
    known = [part for part in asked.parts if part.ids is not None]
    if len(asked.parts) == 1 and known and known[0].ids is not None:
        only = known[0]
        if only.stream is not None and only.stream.exact:
            return _counted(connection, known[0].ids, cap)
        if only.stream is None:
            return _counted(connection, _distinct(known[0].ids), cap)
    fewest = asked.fewest
    if fewest is not None:
        return _counted(connection, _by_ids(fewest, asked.without(fewest), one), cap)
    scan = _by_scan(asked.where, one)
    if not known:
        return _counted(connection, scan, cap)
    stream = asked.stream
    first = scan if stream is None else _by_stream(stream, asked.without(stream), one)
    try:
        with bounded(connection, _FIRST_TRY_S if cap is not None else 60):
            return _counted(connection, first, cap)
    except OverdueError:
        sizes = _Sizes(connection, _SOME)
        part = next((p for p in known if p.ids is not None and sizes.few(p.ids)), None)
        return _counted(
            connection, scan if part is None else _by_ids(part, asked.without(part), one), cap
        )


def _distinct(ids: Select[Any] | CompoundSelect[Any]) -> Select[Any]:
    found = ids.subquery()
    return select(found.c[0]).distinct()


def _counted(
    connection: Connection, rows: Select[Any] | CompoundSelect[Any], cap: int | None
) -> int:
    capped = rows if cap is None else rows.limit(cap + 1)
    statement = select(func.count()).select_from(capped.subquery())
    return int(connection.execute(statement).scalar_one())
