"""The first ids in the order of one column, out of the index of that column.

An order is gone through in stretches: those that have something, and those that do not; for a
column of names one stretch a name. Equals come newest first either way, which an index read
forwards does not give: so the last value reached is asked for again, newest first. Imported
inside `storage` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import literal_column, select

from reviewer.storage.catalogue import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Column, ColumnElement, Connection, Select, Table

    from reviewer.models.search import SortKey

_I: Final = schema.interactions
_EVERY: Final = "ix_scan"

_FULL: Final[Mapping[str, tuple[Column[Any], str]]] = {
    "started": (_I.c.started_us, "ix_started"),
    "icon": (_I.c.channel, "ix_channel"),
    "from": (_I.c.from_fold, "ix_from"),
    "to": (_I.c.to_fold, "ix_to"),
    "duration": (_I.c.duration_us, "ix_duration"),
    "scenario": (_I.c.scenario_fold, "ix_scenario"),
    "recording": (_I.c.voice_state, "ix_voice"),
    "sentiment": (_I.c.sentiment, "ix_sentiment"),
    "sentiment_value": (_I.c.sentiment, "ix_sentiment"),
    "segments": (_I.c.segment_count, "ix_segments"),
    "giid": (_I.c.giid, "ux_giid"),
}
_COMMON: Final = frozenset({"icon", "scenario", "recording", "segments"})
"""Columns of which many interactions have one value."""
_RARE: Final[Mapping[str, tuple[Column[Any], str]]] = {
    "connected": (_I.c.connected_fold, "<> ''"),
    "account": (_I.c.account_fold, "<> ''"),
    "case": (_I.c.case_fold, "<> ''"),
    "subject": (_I.c.subject_fold, "<> ''"),
    "problem": (_I.c.call_problem_fold, "<> ''"),
    "flag": (_I.c.flagged, "= 1"),
    "notes": (_I.c.has_notes, "= 1"),
    "evaluated": (_I.c.evaluated, "= 1"),
    "score": (_I.c.score, "IS NOT NULL"),
}
_NAMED: Final[Mapping[str, tuple[Column[Any], str, Table, str]]] = {
    "service": (_I.c.service_id, "ix_service", schema.services, "name_fold"),
    "disposition": (_I.c.disposition_id, "ix_disposition", schema.dispositions, "name_fold"),
    "agent": (_I.c.agent_id, "ix_agent", schema.agents, "login_fold"),
    "evaluator": (_I.c.evaluator_id, "ix_evaluator", schema.users, "login_fold"),
}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of an order.

    Attributes:
        where: Which interactions it has; None: all.
        index: The index that it is read from.
        by: What it is ordered by; None: they are equal.
    """

    where: ColumnElement[bool] | None
    index: str
    by: Column[Any] | None = None


def has_index(key: SortKey) -> bool:
    """Return whether an index gives the order of a column."""
    return key.column in _FULL or key.column in _RARE or key.column in _NAMED


def first_ids(
    connection: Connection, key: SortKey, where: ColumnElement[bool], limit: int
) -> list[int]:
    """Return the first ids of those that meet a condition, in the order of one column."""
    found: list[int] = []
    for stretch in _stretches(connection, key):
        if len(found) >= limit:
            break
        found += _read(connection, stretch, where, limit - len(found), down=key.descending)
    return found


def _stretches(connection: Connection, key: SortKey) -> Iterator[_Stretch]:
    if key.column in _COMMON:
        yield from _by_value(connection, key)
    elif key.column in _FULL:
        column, index = _FULL[key.column]
        if not column.nullable:
            yield _Stretch(None, index, column)
            return
        yield _Stretch(column.is_not(None), index, column)
        yield _Stretch(column.is_(None), index)
    elif key.column in _RARE:
        column, present = _RARE[key.column]
        some = _Stretch(
            literal_column(f"interactions.{column.name} {present}"),
            schema.RARE[column.name],
            column,
        )
        if column.nullable:
            none = _Stretch(column.is_(None), _EVERY)
        else:
            none = _Stretch(column == column.type.python_type(), _EVERY)
        # What has no value comes last either way; an empty text is a text.
        first_none = not column.nullable and not key.descending
        yield from (none, some) if first_none else (some, none)
    else:
        yield from _by_name(connection, key)


def _by_value(connection: Connection, key: SortKey) -> Iterator[_Stretch]:
    """Yield a stretch a value, found one after another in the index."""
    column, index = _FULL[key.column]
    order = column.desc() if key.descending else column.asc()
    following = select(column).where(column.is_not(None)).order_by(order).limit(1)
    following = following.with_hint(_I, f"INDEXED BY {index}", "sqlite")
    value = connection.execute(following).scalar()
    while value is not None:
        yield _Stretch(column == value, index)
        beyond = column < value if key.descending else column > value
        value = connection.execute(following.where(beyond)).scalar()
    if column.nullable:
        yield _Stretch(column.is_(None), index)


def _by_name(connection: Connection, key: SortKey) -> Iterator[_Stretch]:
    column, index, table, name = _NAMED[key.column]
    order = table.c[name].desc() if key.descending else table.c[name].asc()
    rows = connection.execute(select(table.c[name], table.c.id).order_by(order)).all()
    for _, group in groupby(rows, key=itemgetter(0)):
        ids = [number for _, number in group]
        where = column == ids[0] if len(ids) == 1 else column.in_(ids)
        yield _Stretch(where, index)
    yield _Stretch(column.is_(None), _EVERY if key.column == "evaluator" else index)


def _read(
    connection: Connection,
    stretch: _Stretch,
    where: ColumnElement[bool],
    limit: int,
    *,
    down: bool,
) -> list[int]:
    by = stretch.by
    if by is None or down:
        return [row[0] for row in connection.execute(_newest(stretch, where, by).limit(limit))]
    statement = _of(stretch, where, by, _I.c.started_us).order_by(by).limit(limit + 1)
    rows = sorted(connection.execute(statement), key=lambda row: (row[1], -row[2], -row[0]))
    if len(rows) <= limit or rows[-1][1] != rows[limit - 1][1]:
        return [row[0] for row in rows[:limit]]
    # The last value goes on beyond what was read: its newest are somewhere in the index.
    last = rows[-1][1]
    whole = [row[0] for row in rows if row[1] != last]
    again = _newest(stretch, where, None).where(by == last).limit(limit - len(whole))
    return whole + [row[0] for row in connection.execute(again)]


def _newest(stretch: _Stretch, where: ColumnElement[bool], by: Column[Any] | None) -> Select[Any]:
    order = [_I.c.started_us.desc(), _I.c.id.desc()]
    return _of(stretch, where).order_by(*([] if by is None else [by.desc()]), *order)


def _of(stretch: _Stretch, where: ColumnElement[bool], *columns: Column[Any]) -> Select[Any]:
    statement = select(_I.c.id, *columns).where(where)
    if stretch.where is not None:
        statement = statement.where(stretch.where)
    return statement.with_hint(_I, f"INDEXED BY {stretch.index}", "sqlite")
