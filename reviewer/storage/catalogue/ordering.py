"""Sort keys as SQL: by any column of the results, ties by id, newest first.

Imported inside `storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from reviewer.errors import N_, Reason, UsageError
from reviewer.models.columns import CUSTOM
from reviewer.models.folding import fold
from reviewer.storage.catalogue import codes, schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Table

    from reviewer.models.search import SortKey

_I: Final = schema.interactions


def _named(table: Table, name: str, reference: ColumnElement[int]) -> ColumnElement[Any]:
    """Return a column of the row that `reference` names, NULL for none."""
    chosen = select(table.c[name]).where(table.c.id == reference).correlate(_I)
    return chosen.scalar_subquery()


_KEYS: Final[Mapping[str, ColumnElement[Any]]] = {
    "icon": _I.c.channel,
    "started": _I.c.started_us,
    "from": _I.c.from_fold,
    "to": _I.c.to_fold,
    "connected": _I.c.connected_fold,
    "duration": _I.c.duration_us,
    "flag": _I.c.flagged,
    "scenario": _I.c.scenario_fold,
    "service": _named(schema.services, "name_fold", _I.c.service_id),
    "disposition": _named(schema.dispositions, "name_fold", _I.c.disposition_id),
    "notes": _I.c.has_notes,
    "account": _I.c.account_fold,
    "case": _I.c.case_fold,
    "agent": _named(schema.agents, "login_fold", _I.c.agent_id),
    "recording": _I.c.voice_state,
    "sentiment": _I.c.sentiment,
    "sentiment_value": _I.c.sentiment,
    "segments": _I.c.segment_count,
    "subject": _I.c.subject_fold,
    "problem": _I.c.call_problem_fold,
    "giid": _I.c.giid,
    "score": _I.c.score,
    "evaluator": _named(schema.users, "login_fold", _I.c.evaluator_id),
    "evaluated": _I.c.evaluated,
}
# What may be NULL comes last either way: what has no value answers no question of order.
_OPTIONAL: Final = frozenset(
    {"service", "disposition", "agent", "recording", "sentiment", "sentiment_value", "score",
     "evaluator", "tags"}
)  # fmt: skip


def order_by(sort: Sequence[SortKey]) -> list[ColumnElement[Any]]:
    """Return what to order `schema.interactions` by, complete with the tie-break by id.

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
