"""Running a search: ids first, inside an index where that can be, rows only of the page shown.

SQLite chooses badly among many conditions without knowing how many rows each meets, so the form
is chosen here. In order: by the ids of the condition that fewest meet, where those are few; by
the index of words or their parts, newest first; by `ix_scan`, newest first, each further
condition looked up for what is left. What goes through very many rows without finding enough is
stopped and done the other way round. All that is hinted: no form depends on the planner.
"""

from __future__ import annotations

import json
import time
from array import array
from contextlib import closing
from dataclasses import dataclass, replace
from heapq import merge
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import and_, func, literal_column, select, true

from reviewer.models.search import NEWEST_FIRST, Count, SortKey
from reviewer.storage.catalogue import codes, fulltext, orders, schema
from reviewer.storage.catalogue.criteria import CompileContext, compile_parts
from reviewer.storage.catalogue.engine import OverdueError, bounded
from reviewer.storage.catalogue.ordering import order_by
from reviewer.storage.catalogue.parts import Part, Stream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Connection, Select

    from reviewer.models.search import Search
    from reviewer.models.settings import Feature
    from reviewer.storage.catalogue.parts import Ids
    from reviewer.storage.catalogue.visibility import Visibility

_I: Final = schema.interactions
_US_PER_NS: Final = 1_000
_OF_EVALUATIONS: Final = frozenset({"score", "evaluator", "evaluated"})
_FEW: Final = 2_000
"""Measured on a million interactions: so many ids are read in 1 ms and sorted in 4."""
_SOME: Final = 50_000
_MANY: Final = 300_000
"""Beyond that going through all interactions in their index is faster than id by id."""
_ASKED: Final = 24
"""Conditions whose ids are counted before a search: more would take longer than it saves."""
_FIRST_TRY_S: Final = 0.015
_LAST_ID: Final = (1 << 63) - 1

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
        asked = self._asked(connection, search)
        sort = self._sort(search)
        if limit <= 0 or 0 in asked.sizes:
            return []
        if sort == NEWEST_FIRST:
            return [row[0] for row in _newest(connection, asked, limit)]
        return _ordered(connection, asked, sort, limit)

    def ids(self, connection: Connection, search: Search) -> array[int]:
        """Return all ids in order."""
        asked = self._asked(connection, search)
        sort = self._sort(search)
        part = asked.fewest or _smallest(connection, asked.parts, _SOME)
        statement = _whole(asked, part).order_by(*order_by(sort))
        if not asked.parts and sort[0].column != "started":
            statement = select(_I.c.id).order_by(*order_by(sort))
        with closing(connection.execute(statement)) as result:
            # From the driver's cursor: a row object each would cost three times the query.
            cursor = cast("Iterable[tuple[int]]", result.cursor)
            return array("q", chain.from_iterable(cursor))

    def count(self, connection: Connection, search: Search, cap: int | None) -> Count:
        """Return how many there are, up to `cap`."""
        asked = self._asked(connection, search)
        n = 0 if 0 in asked.sizes else _count(connection, asked, cap)
        return Count(n) if cap is None else Count(min(n, cap), capped=n > cap)

    def _sort(self, search: Search) -> tuple[SortKey, ...]:
        sort = search.sort
        # A column that is none is refused, also where nothing would be found to order.
        order_by(sort)
        if self._visibility.evaluations is not None:
            # An order tells of scores as well; it would be that of evaluations not to be seen.
            sort = tuple(key for key in sort if key.column not in _OF_EVALUATIONS)
        return sort or NEWEST_FIRST

    def _asked(self, connection: Connection, search: Search) -> _Asked:
        few = _Few(connection, self._dialect)
        context = CompileContext(
            zone=self._zone,
            now_us=time.time_ns() // _US_PER_NS,
            dialect=self._dialect,
            channel=search.channel,
            restricted_ok=self._visibility.restricted_ok,
            evaluations=self._visibility.evaluations,
            comments=self._visibility.comments,
            features=self._features,
            few=few.ids,
        )
        parts = _joined(compile_parts(search.criteria, context))
        if search.channel is not None:
            parts.append(Part(_I.c.channel == codes.CHANNELS.code(search.channel)))
        limits, ids = self._visibility.interactions, self._visibility.ids
        if limits is not None and ids is not None:
            parts.append(Part(limits, ids=ids))
        return _Asked(
            tuple(few.part(part) for part in parts), tuple(few.size(part) for part in parts)
        )


class _Few:
    """Finds out which ids are few, each question once and not too many of them."""

    def __init__(self, connection: Connection, dialect: str) -> None:
        self._connection = connection
        self._literal = dialect == "sqlite"
        self._known: dict[int, tuple[Ids, Select[Any] | None, int]] = {}

    def ids(self, ids: Ids) -> Select[Any] | None:
        """Return the ids themselves where they are few, else None."""
        if id(ids) not in self._known:
            if len(self._known) >= _ASKED:
                return None
            # Kept with its question, so that no other one can get its address.
            found = list(self._connection.execute(ids.limit(_FEW + 1)).scalars())
            self._known[id(ids)] = (ids, self._form(ids, found), len(found))
        return self._known[id(ids)][1]

    def part(self, part: Part) -> Part:
        """Return a part with its ids themselves where they are few."""
        few = None if part.ids is None else self.ids(part.ids)
        return part if few is None else replace(part, ids=few)

    def size(self, part: Part) -> int | None:
        """Return how many ids a part has, None where they are unknown or many."""
        if part.ids is None or self.ids(part.ids) is None:
            return None
        return self._known[id(part.ids)][2]

    def _form(self, ids: Ids, found: list[int]) -> Select[Any] | None:
        if len(found) > _FEW:
            return None
        if not self._literal:
            return select(ids.subquery().c[0])
        values = func.json_each(json.dumps(found)).table_valued("value")
        return select(values.c.value)


def _smallest(connection: Connection, parts: Iterable[Part], limit: int) -> Part | None:
    """Return the part with the fewest ids, None where each has more than a limit."""
    best: tuple[int, Part] | None = None
    for part in parts:
        if part.ids is None:
            continue
        most = limit if best is None else best[0]
        n = _counted(connection, part.ids, most)
        if n <= most and (best is None or n < best[0]):
            best = (n, part)
    return None if best is None else best[1]


def _joined(parts: Iterable[Part]) -> list[Part]:
    """Return the parts, those that ask for words as one question of the index of words."""
    queries: dict[str, list[str]] = {}
    others: list[Part] = []
    for part in parts:
        if part.stream is not None and part.stream.exact:
            queries.setdefault(part.stream.table, []).append(part.stream.query)
        else:
            others.append(part)
    for table, asked in queries.items():
        query = " AND ".join(f"({one})" for one in asked)
        ids = fulltext.matching(table, query)
        stream = Stream(table, query, exact=True)
        others.append(Part(_I.c.id.in_(ids), ids=ids, stream=stream))
    return others


def _all(parts: Iterable[Part]) -> ColumnElement[bool]:
    return and_(true(), *(part.where for part in parts))


# --- forms of a query --------------------------------------------------------------------------


def _by_ids(part: Part, rest: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """Select those of a part's ids that meet the rest."""
    if part.ids is None:
        raise ValueError
    if not part.exact:
        rest = and_(part.where, rest)
    statement = select(*columns).select_from(_I).where(_I.c.id.in_(part.ids), rest)
    return statement.with_hint(_I, "NOT INDEXED", "sqlite")


def _by_scan(where: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """Select along the index that has most columns."""
    statement = select(*columns).select_from(_I).where(where)
    return statement.with_hint(_I, "INDEXED BY ix_scan", "sqlite")


def _by_stream(asked: _Asked, part: Part, *columns: Any) -> Select[Any]:
    """Select what the index of words finds and the rest holds for, in the order of ids.

    Only where no start was corrected: ids tell when interactions began.
    """
    if part.stream is None:
        raise ValueError
    found = fulltext.matching(part.stream.table, part.stream.query)
    words = fulltext.table_of(part.stream.table)
    conditions = [asked.without(part)]
    if not part.stream.exact:
        conditions.append(part.where)
    for since, until in (other.span for other in asked.parts):
        if since is not None:
            conditions.append(words.c.rowid >= _id_at(since))
        if until is not None:
            conditions.append(words.c.rowid <= _id_at(until + 1000))
    # The unary plus keeps SQLite from turning the join around.
    joined = words.join(_I, _I.c.id == literal_column(f"+{part.stream.table}.rowid"))
    return found.with_only_columns(*columns).select_from(joined).where(*conditions)


def _id_at(instant_us: int) -> int:
    """Return the least id of an interaction that began in a millisecond."""
    return max(0, min(instant_us // 1000 << 20, _LAST_ID))


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
                return _streamed(connection, asked, stream, limit)
            return _rows(connection, scan)
    except OverdueError:
        return _thorough(connection, asked, scan, limit)


def _thorough(
    connection: Connection, asked: _Asked, scan: Select[Any], limit: int
) -> list[tuple[int, int]]:
    """Return the newest where few meet all conditions, though many meet each."""
    part = _smallest(connection, asked.parts, _SOME)
    if part is None:
        return _rows(connection, scan)
    statement = _by_ids(part, asked.without(part), _I.c.id, _I.c.started_us)
    return _rows(connection, statement.order_by(*_NEWEST).limit(limit))


def _split(connection: Connection, asked: _Asked) -> list[_Asked] | None:
    """Return one question a branch, where an OR asks for words as well.

    No index gives the newest of such an OR, but the newest of each branch have them among them.
    """
    for part in asked.parts:
        if any(branch.stream is not None for branch in part.branches):
            rest = tuple(other for other in asked.parts if other is not part)
            few = _Few(connection, connection.dialect.name)
            return [
                _Asked((few.part(branch), *rest), (few.size(branch), *(None for _ in rest)))
                for branch in part.branches
            ]
    return None


def _streamed(
    connection: Connection, asked: _Asked, part: Part, limit: int
) -> list[tuple[int, int]]:
    """Return the newest along the index of words, whose ids grow with the start by milliseconds."""
    statement = _by_stream(asked, part, _I.c.id, _I.c.started_us)
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
            fewest = _smallest(connection, asked.parts, _SOME)
    statement = _whole(asked, fewest).order_by(*order_by(sort)).limit(limit)
    return [row[0] for row in connection.execute(statement)]


def _count(connection: Connection, asked: _Asked, cap: int | None) -> int:
    one: ColumnElement[int] = literal_column("1")
    known = [part for part in asked.parts if part.ids is not None]
    if len(asked.parts) == 1 and known and known[0].exact and known[0].ids is not None:
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
    if cap is not None:
        stream = asked.stream
        if stream is not None and not _has_strays(connection):
            scan = _by_stream(asked, stream, one)
        try:
            with bounded(connection, _FIRST_TRY_S):
                return _counted(connection, scan, cap)
        except OverdueError:
            scan = _by_scan(asked.where, one)
    part = _smallest(connection, known, _SOME if cap is not None else _MANY)
    thorough = scan if part is None else _by_ids(part, asked.without(part), one)
    return _counted(connection, thorough, cap)


def _distinct(ids: Ids) -> Select[Any]:
    found = ids.subquery()
    return select(found.c[0]).distinct()


def _counted(connection: Connection, rows: Ids, cap: int | None) -> int:
    capped = rows if cap is None else rows.limit(cap + 1)
    statement = select(func.count()).select_from(capped.subquery())
    return int(connection.execute(statement).scalar_one())
