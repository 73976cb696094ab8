"""Conditions on texts: in an interaction's own row, and in the tables beside it.

Imported inside `storage` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, literal_column, or_, select

from reviewer.models.criteria.tree import Op
from reviewer.models.folding import fold
from reviewer.models.recording import RecordingState
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.bulk import listed_among
from reviewer.storage.catalogue.parts import (
    SAME,
    Part,
    TextTest,
    ids_of,
    indexed,
    linked,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Column, ColumnElement, Connection, Select

    from reviewer.storage.catalogue.text_index import TextIndex

_I: Final = schema.interactions
_S: Final = schema.segments
_A: Final = schema.agents
_T: Final = schema.tombstones


def own(
    index: TextIndex, wanted: TextTest, key: Column[str], reversed_: Column[str] | None = None
) -> Part:
    """Return a condition on a text in the interaction's own row, with the ids its index knows."""
    where = wanted.holds(key, reversed_)
    if wanted.op is Op.CONTAINS:
        return index.containing(wanted, key)
    if wanted.op is Op.PRESENT or (wanted.op is Op.ENDS and reversed_ is None):
        return Part(where)
    twin = None if reversed_ is None else SAME.c[reversed_.name]
    found = wanted.holds(SAME.c[key.name], twin)
    if key.name in schema.RARE:
        # Said in words, since the index over the few that have it cannot tell by itself.
        found = and_(found, literal_column(f"same.{key.name} <> ''"))
    return Part(where, ids=same(found))


@dataclass(frozen=True, slots=True)
class Named:
    """What many interactions have in common, by a name of it.

    Attributes:
        ids: Gives the ids of what the names meant stand for.
        column: Where an interaction, or one of its segments, refers to it.
    """

    ids: Callable[[TextTest], Select[Any]]
    column: Column[Any]

    def part(self, wanted: TextTest) -> Part:
        """Return whether an interaction, or a segment of it, refers to what is meant."""
        meant = self.column.in_(self.ids(wanted))
        if self.column.table is _S:
            return linked(select(_S.c.interaction_id).where(meant), _S)
        known = same(SAME.c[self.column.name].in_(self.ids(wanted)))
        return Part(meant, nullable=True, ids=known)


def _agents(column: Column[str]) -> Callable[[TextTest], Select[Any]]:
    return lambda wanted: ids_of(_A, wanted.holds(column))


def _agents_of_teams(wanted: TextTest) -> Select[Any]:
    teams = ids_of(schema.teams, wanted.holds(schema.teams.c.name_fold))
    return ids_of(_A, _A.c.team_id.in_(teams))


def _services(wanted: TextTest) -> Select[Any]:
    return ids_of(schema.services, wanted.holds(schema.services.c.name_fold))


def _dispositions(wanted: TextTest) -> Select[Any]:
    # Names that differ in letter case are different dispositions.
    table = schema.dispositions
    exact = wanted.op in (Op.IS, Op.ANY_OF)
    return ids_of(
        table, table.c.name.in_(wanted.exact) if exact else wanted.holds(table.c.name_fold)
    )


def custom(name: str, wanted: TextTest) -> Part:
    """Return a condition on a custom field of the centre."""
    table, fields = schema.interaction_custom, schema.custom_fields
    field = ids_of(fields, fields.c.name_fold == fold(name))
    rows = select(table.c.interaction_id).where(table.c.field_id.in_(field))
    return indexed(rows.where(wanted.holds(table.c.value_fold)))


def _label(kind: int) -> Callable[[TextTest], Part]:
    def compiled(wanted: TextTest) -> Part:
        table = schema.interaction_labels
        rows = select(table.c.interaction_id).where(table.c.kind == kind)
        return indexed(rows.where(wanted.holds(table.c.value_fold)))

    return compiled


def deleted() -> ColumnElement[bool]:
    """Return whether content of the interaction was deleted, not by retention."""
    recordings = schema.recordings
    gone = codes.RECORDING_STATES.code(RecordingState.DELETED)
    return or_(
        exists(1)
        .where(recordings.c.interaction_id == _I.c.id, recordings.c.state == gone)
        .correlate(_I),
        exists(1).where(_T.c.interaction_id == _I.c.id, _T.c.by_retention == 0).correlate(_I),
    )


def deletion_reasons(connection: Connection) -> tuple[str, ...]:
    """Return all reasons for which somebody deleted content, not by retention."""
    reasons = select(_T.c.reason).where(_T.c.by_retention == 0).distinct()
    return tuple(connection.execute(reasons).scalars())


def deleted_because(dialect: str, wanted: TextTest, reasons: Iterable[str]) -> Part:
    """Return whether content was deleted for a reason, of all `deletion_reasons`.

    No column has reasons folded: they are compared here, and there are few of them.
    """
    meant = [reason for reason in reasons if wanted.meets(fold(reason))]
    rows = select(_T.c.interaction_id).where(
        _T.c.by_retention == 0, listed_among(dialect, _T.c.reason, meant)
    )
    return linked(rows, _T)


# --- by the names that the catalogue of criteria uses --------------------------------------------

KEYS: Final[Mapping[str, tuple[Column[str], ...]]] = {
    "giid": (_I.c.giid,),
    "from": (_I.c.from_fold, _I.c.from_rev),
    "to": (_I.c.to_fold, _I.c.to_rev),
    "connected": (_I.c.connected_fold,),
    "problem": (_I.c.call_problem_fold,),
    "account": (_I.c.account_fold,),
    "case": (_I.c.case_fold,),
    "thread": (_I.c.thread_fold,),
    "subject": (_I.c.subject_fold,),
}
NAMED: Final[Mapping[str, Named]] = {
    "agent_login": Named(_agents(_A.c.login_fold), _S.c.agent_id),
    "agent_first": Named(_agents(_A.c.first_fold), _S.c.agent_id),
    "agent_last": Named(_agents(_A.c.last_fold), _S.c.agent_id),
    "team": Named(_agents_of_teams, _S.c.agent_id),
    "service": Named(_services, _S.c.service_id),
    "disposition": Named(_dispositions, _I.c.disposition_id),
}
ELSEWHERE: Final[Mapping[str, Callable[[TextTest], Part]]] = {
    **{field: named.part for field, named in NAMED.items()},
    "km_article": _label(codes.LABEL_KM),
    "tag": _label(codes.LABEL_TAG),
}
