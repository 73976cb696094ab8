"""Sort keys as SQL: by any column of the results, ties by id, newest first.

Imported inside `storage` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from reviewer.errors import N_, Reason, UsageError
from reviewer.models.columns import CUSTOM
from reviewer.models.folding import fold
from reviewer.storage.catalogue import codes, schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, FromClause, Table

    from reviewer.models.search import SortKey

_I: Final = schema.interactions


@dataclass(frozen=True, slots=True)
class _Named:
    """What stands in another table: joined, not looked up row by row.

    Attributes:
        table: It, under a name that no condition uses.
        name: Its column that is ordered by.
        reference: Column of the interactions that names its rows.
    """

    table: FromClause
    name: str
    reference: ColumnElement[int]


_NAMED: Final[Mapping[str, _Named]] = {
    "service": _Named(schema.services.alias("by_service"), "name_fold", _I.c.service_id),
    "disposition": _Named(
        schema.dispositions.alias("by_disposition"), "name_fold", _I.c.disposition_id
    ),
    "agent": _Named(schema.agents.alias("by_agent"), "login_fold", _I.c.agent_id),
    "evaluator": _Named(schema.users.alias("by_evaluator"), "login_fold", _I.c.evaluator_id),
}
_KEYS: Final[Mapping[str, ColumnElement[Any]]] = {
    "icon": _I.c.channel,
    "started": _I.c.started_us,
    "from": _I.c.from_fold,
    "to": _I.c.to_fold,
    "connected": _I.c.connected_fold,
    "duration": _I.c.duration_us,
    "flag": _I.c.flagged,
    "scenario": _I.c.scenario_fold,
    "notes": _I.c.has_notes,
    "account": _I.c.account_fold,
    "case": _I.c.case_fold,
    "recording": _I.c.voice_state,
    "sentiment": _I.c.sentiment,
    "sentiment_value": _I.c.sentiment,
    "segments": _I.c.segment_count,
    "subject": _I.c.subject_fold,
    "problem": _I.c.call_problem_fold,
    "giid": _I.c.giid,
    "score": _I.c.score,
    "evaluated": _I.c.evaluated,
    "silence": _I.c.silence_share,
    "talkover": _I.c.talkover_share,
}
# What may be NULL comes last either way: what has no value answers no question of order.
_OPTIONAL: Final = frozenset(
    {"service", "disposition", "agent", "recording", "sentiment", "sentiment_value", "score",
     "evaluator", "tags", "silence", "talkover"}
)  # fmt: skip


def ordered_from(sort: Sequence[SortKey]) -> FromClause:
    """Return the interactions with the tables that `order_by` takes names from."""
    joined: FromClause = _I
    for name in dict.fromkeys(key.column for key in sort):
        if name in _NAMED:
            named = _NAMED[name]
            joined = joined.outerjoin(named.table, named.table.c.id == named.reference)
    return joined


def order_by(sort: Sequence[SortKey]) -> list[ColumnElement[Any]]:
    """Return what to order `ordered_from` by, complete with the tie-break by id.

    Raises:
        UsageError: There is no such column, or rows cannot be ordered by it.
    """
    made: list[ColumnElement[Any]] = []
    for key in sort:
        expression = _expression(key.column)
        ordered = expression.desc() if key.descending else expression.asc()
        optional = key.column in _OPTIONAL or key.column.startswith(CUSTOM)
        made.append(ordered.nulls_last() if optional else ordered)
    # What is equal comes newest first.
    newest = () if any(key.column == "started" for key in sort) else (_I.c.started_us.desc(),)
    return [*made, *newest, _I.c.id.desc()]


def _expression(column: str) -> ColumnElement[Any]:
    if column.startswith(CUSTOM):
        return _custom(column[len(CUSTOM) :])
    if column == "tags":
        labels = schema.interaction_labels
        return _least(labels, labels.c.kind == codes.LABEL_TAG)
    if column in _NAMED:
        named = _NAMED[column]
        return named.table.c[named.name]
    if column not in _KEYS:
        raise UsageError(reason=Reason(N_("{key} is not a column to sort by"), key=column))
    return _KEYS[column]


def _custom(name: str) -> ColumnElement[Any]:
    table, fields = schema.interaction_custom, schema.custom_fields
    field = select(fields.c.id).where(fields.c.name_fold == fold(name)).scalar_subquery()
    return _least(table, table.c.field_id == field)


def _least(table: Table, where: ColumnElement[bool]) -> ColumnElement[Any]:
    """Return the least of an interaction's values in a search index, NULL for none."""
    values = select(func.min(table.c.value_fold)).where(table.c.interaction_id == _I.c.id, where)
    return values.correlate(_I).scalar_subquery()
