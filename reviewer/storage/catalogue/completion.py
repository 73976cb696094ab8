"""Values that a criterion can take, as they are in the store.

Only values of interactions that the user may see are told. Imported inside `storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, func, literal_column, not_, select

from reviewer.models.folding import after_prefix, fold, fold_address
from reviewer.models.search import Completion
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.reader import read_json, read_pairs
from reviewer.storage.catalogue.visibility import counting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Column, ColumnElement, Connection, Select, Table

    from reviewer.storage.catalogue.visibility import Visibility

_I: Final = schema.interactions
_S: Final = schema.segments
_A: Final = schema.agents
_T: Final = schema.teams
_CUSTOM: Final = "custom."
_NO_LABEL: Final[ColumnElement[str]] = literal_column("''")

_OF_INTERACTION: Final[Mapping[str, tuple[Column[Any], Column[Any]]]] = {
    "from": (_I.c.from_address, _I.c.from_fold),
    "to": (_I.c.to_address, _I.c.to_fold),
    "connected": (_I.c.connected_to, _I.c.connected_fold),
    "problem": (_I.c.call_problem, _I.c.call_problem_fold),
    "account": (_I.c.account_number, _I.c.account_fold),
    "case": (_I.c.case_number, _I.c.case_fold),
    "thread": (_I.c.thread_id, _I.c.thread_fold),
    "subject": (_I.c.subject, _I.c.subject_fold),
}
"""Criteria whose values stand in the interactions themselves: the value, and its folded twin."""
_OF_AGENT: Final[Mapping[str, tuple[Column[Any], Column[Any]]]] = {
    "agent.first": (_A.c.first_name, _A.c.first_fold),
    "agent.last": (_A.c.last_name, _A.c.last_fold),
}
_ADDRESSES: Final = frozenset({"from", "to", "connected"})
_LABELS: Final[Mapping[str, int]] = {"km.article": codes.LABEL_KM, "tag": codes.LABEL_TAG}


def complete(
    connection: Connection, visibility: Visibility, key: str, text: str, limit: int
) -> tuple[Completion, ...]:
    """Return values of the criterion `key` that begin with `text`, then those that contain it.

    Agents are also found by their names, first or last.
    A criterion without values of its own in the store, such as a date, has none.
    """
    wanted = fold_address(text) if key in _ADDRESSES else fold(text.strip())
    if key.startswith(_CUSTOM):
        return _custom(connection, visibility, key.removeprefix(_CUSTOM), wanted, limit)
    if key in _LABELS:
        return _labels(connection, visibility, key, wanted, limit)
    if key == "deleted.reason":
        return _reasons(connection, visibility, wanted, limit)
    columns = _columns(visibility, key)
    if columns is None:
        return ()
    rows = _matching(connection, columns, columns.selected_columns["folded"], wanted, limit)
    if key == "agent" and wanted and len(rows) < limit:
        # People know an agent by name; the login is what is searched for.
        called = _A.c.first_fold + " " + _A.c.last_fold + " " + _A.c.first_fold
        named = columns.where(called.contains(wanted, autoescape=True))
        named = named.where(not_(_A.c.login_fold.contains(wanted, autoescape=True)))
        rows += connection.execute(named.order_by(_A.c.login_fold).limit(limit - len(rows)))
    return tuple(Completion(row.value, row.label) for row in rows)


def _columns(visibility: Visibility, key: str) -> Select[Any] | None:
    """Return the distinct values of a criterion: `value`, `folded` and `label`."""
    if key in _OF_INTERACTION:
        return visibility.limit(_distinct(*_OF_INTERACTION[key]))
    if key == "agent":
        name = func.trim(_A.c.first_name + " " + _A.c.last_name)
        values = _distinct(_A.c.login, _A.c.login_fold, name)
        return values.where(_seen(visibility, _S.c.agent_id == _A.c.id))
    if key in _OF_AGENT:
        values = _distinct(*_OF_AGENT[key])
        return values.where(_seen(visibility, _S.c.agent_id == _A.c.id))
    if key == "team":
        values = _distinct(_T.c.name, _T.c.name_fold).join_from(_T, _A, _A.c.team_id == _T.c.id)
        return values.where(_seen(visibility, _S.c.agent_id == _A.c.id))
    if key == "service":
        table = schema.services
        values = _distinct(table.c.name, table.c.name_fold)
        return values.where(_seen(visibility, _S.c.service_id == table.c.id))
    if key == "disposition":
        table = schema.dispositions
        values = _distinct(table.c.name, table.c.name_fold)
        used = visibility.limit(select(1).where(_I.c.disposition_id == table.c.id))
        return values.where(exists(used))
    if key == "evaluator":
        table = schema.users
        values = _distinct(table.c.login, table.c.login_fold, table.c.display_name)
        return values.where(exists(_evaluated_by(visibility)))
    return None


def _distinct(value: Any, folded: Any, label: Any = _NO_LABEL) -> Select[Any]:
    return select(value.label("value"), folded.label("folded"), label.label("label")).distinct()


def _evaluated_by(visibility: Visibility) -> Select[Any]:
    table = schema.evaluations
    made = select(1).join_from(table, _I, _I.c.id == table.c.interaction_id)
    made = made.where(table.c.evaluator_id == schema.users.c.id, counting())
    if visibility.evaluations is not None:
        made = made.where(visibility.evaluations)
    return visibility.limit(made)


def custom_fields(connection: Connection, visibility: Visibility) -> tuple[str, ...]:
    """Return the names of the custom fields that interactions which may be seen have, by name."""
    field, table = schema.custom_fields, schema.interaction_custom
    used = select(1).where(table.c.field_id == field.c.id)
    if visibility.interactions is not None:
        used = visibility.limit(used.join_from(table, _I, _I.c.id == table.c.interaction_id))
    statement = select(field.c.name).where(exists(used)).order_by(field.c.name_fold)
    return tuple(connection.execute(statement).scalars())


def _seen(visibility: Visibility, link: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether a segment of an interaction that may be seen is linked so."""
    if visibility.interactions is None:
        return exists(select(1).select_from(_S).where(link))
    statement = select(1).join_from(_S, _I, _I.c.id == _S.c.interaction_id)
    return exists(visibility.limit(statement.where(link)))


def _matching(
    connection: Connection, statement: Select[Any], folded: Any, wanted: str, limit: int
) -> list[Any]:
    begins: ColumnElement[bool] = folded > ""
    if wanted:
        end = after_prefix(wanted)
        begins = folded >= wanted if end is None else and_(folded >= wanted, folded < end)
    ordered = statement.order_by(folded)
    rows = list(connection.execute(ordered.where(begins).limit(limit)))
    if wanted and len(rows) < limit:
        contains = and_(folded.contains(wanted, autoescape=True), not_(begins))
        rows += connection.execute(ordered.where(contains).limit(limit - len(rows)))
    return rows


def _custom(
    connection: Connection, visibility: Visibility, name: str, wanted: str, limit: int
) -> tuple[Completion, ...]:
    table, field = schema.interaction_custom, schema.custom_fields
    key = fold(name)
    fields = select(field.c.id).where(field.c.name_fold == key)
    statement = _indexed(visibility, table, table.c.field_id.in_(fields))
    rows = _matching(connection, statement, table.c.value_fold, wanted, limit)
    told = _told(connection, rows, _I.c.custom)
    return tuple(
        _shown(row.value_fold, (v for n, v in read_pairs(told[row.number]) if fold(n) == key))
        for row in rows
    )


def _reasons(
    connection: Connection, visibility: Visibility, wanted: str, limit: int
) -> tuple[Completion, ...]:
    table = schema.tombstones
    told = select(table.c.reason).join_from(table, _I, _I.c.id == table.c.interaction_id)
    told = visibility.limit(told.where(table.c.by_retention == 0).distinct())
    found = sorted((fold(reason), reason) for reason in connection.execute(told).scalars())
    begins = [reason for key, reason in found if key and key.startswith(wanted)]
    contains = [reason for key, reason in found if wanted in key and not key.startswith(wanted)]
    return tuple(Completion(reason) for reason in (*begins, *contains)[:limit])


def _labels(
    connection: Connection, visibility: Visibility, key: str, wanted: str, limit: int
) -> tuple[Completion, ...]:
    table = schema.interaction_labels
    statement = _indexed(visibility, table, table.c.kind == _LABELS[key])
    rows = _matching(connection, statement, table.c.value_fold, wanted, limit)
    told = _told(connection, rows, _I.c.km_articles if key == "km.article" else _I.c.tags)
    return tuple(_shown(row.value_fold, read_json(told[row.number])) for row in rows)


def _indexed(visibility: Visibility, table: Table, where: ColumnElement[bool]) -> Select[Any]:
    """Return the folded values of a search index, each with an interaction that has it."""
    number = func.min(table.c.interaction_id).label("number")
    statement = select(table.c.value_fold, number).where(where).group_by(table.c.value_fold)
    if visibility.interactions is None:
        return statement
    return visibility.limit(statement.join(_I, _I.c.id == table.c.interaction_id))


def _told(connection: Connection, rows: list[Any], column: Column[Any]) -> dict[int, str]:
    numbers = [row.number for row in rows]
    found = connection.execute(select(_I.c.id, column).where(_I.c.id.in_(numbers)))
    return {row[0]: row[1] for row in found}


def _shown(folded: str, values: Iterable[str]) -> Completion:
    """Return the value as it was written, by what it is folded to."""
    return Completion(next((value for value in values if fold(value) == folded), folded))
