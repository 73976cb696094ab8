"""What criteria mean, in SQL: conditions over `schema.interactions`.

The interpreter in Python (`models/criteria/evaluate.py`) selects the same, which a property test
holds them to. Everything a user typed is bound; no text of theirs becomes SQL. Imported inside
`storage` only.

How each form is chosen, with figures, is in the design of the store: ranges over folded keys for
beginnings (a LIKE never uses an index), over reversed keys for endings; EXISTS on segments with
agents and services resolved to ids inside; ids out of an index where it knows them, those of an
OR as a UNION; a negation takes NULL for "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import (
    Select,
    and_,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)

from reviewer.models.criteria.catalogue import CUSTOM, criterion
from reviewer.models.criteria.check import CheckContext, require
from reviewer.models.criteria.evaluate import (
    compared_op,
    duration_bounds,
    folded,
    number_bounds,
)
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.moments import bounds
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.tree import Block, Condition, Join, Node, Op
from reviewer.models.folding import after_prefix, fold, reverse
from reviewer.models.interaction import Direction
from reviewer.models.recording import RecordingState
from reviewer.storage.catalogue import codes, fulltext, schema
from reviewer.storage.catalogue.visibility import counting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from sqlalchemy import Column, ColumnElement, CompoundSelect, Table

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.evaluate import Bound
    from reviewer.models.interaction import Channel

Ids: TypeAlias = "Select[Any] | CompoundSelect[Any]"
"""A query of ids of interactions, with repeats."""

_I: Final = schema.interactions
_SAME: Final = schema.interactions.alias("same")
"""For the ids that an index of the interactions themselves knows."""
_S: Final = schema.segments
_A: Final = schema.agents
_E: Final = schema.evaluations
_AVAILABLE: Final = codes.RECORDING_STATES.code(RecordingState.AVAILABLE)


@dataclass(frozen=True, slots=True)
class CompileContext:
    """For whom, where and when criteria are compiled.

    Attributes:
        zone: The centre's zone, for dates.
        now_us: The present instant, for relative periods.
        dialect: `sqlite` or `postgresql`.
        channel: The channel searched, whose criteria may be used; None: all.
        restricted_ok: Whether the user is offered restricted criteria.
        evaluations: Condition over `schema.evaluations` of those that the user may see; None:
            all of them.
        few: Gives the ids that an index knows in a form to go through them one by one, None
            where they are too many; without it each form is chosen by its kind.
    """

    zone: ZoneInfo
    now_us: int
    dialect: str
    channel: Channel | None
    restricted_ok: bool
    evaluations: ColumnElement[bool] | None = None
    few: Callable[[Ids], Select[Any] | None] | None = None


@dataclass(frozen=True, slots=True)
class Stream:
    """A query of a table of `fulltext`, whose ids come newest first.

    Attributes:
        table: Its name.
        query: In the language of FTS5.
        exact: Whether what it finds meets the condition; else it only may.
    """

    table: str
    query: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A condition in SQL.

    Attributes:
        where: It, over `schema.interactions`.
        nullable: Whether it can be NULL, which means no.
        ids: The ids of those that meet it, where an index knows them; with repeats.
        exact: Whether all of `ids` meet it; else they only may, and no others do.
        stream: What finds it in one of the tables of `fulltext`.
        span: From which instant on, and before which one, all that meet it began.
        branches: The members of an OR.
    """

    where: ColumnElement[bool]
    nullable: bool = False
    ids: Ids | None = None
    exact: bool = True
    stream: Stream | None = None
    span: tuple[int | None, int | None] = (None, None)
    branches: tuple[Part, ...] = ()

    @property
    def sure(self) -> ColumnElement[bool]:
        """The condition, false where it would be NULL."""
        return func.coalesce(self.where, false()) if self.nullable else self.where


def compile_block(block: Block, context: CompileContext) -> ColumnElement[bool]:
    """Return criteria as a condition over `schema.interactions`.

    Raises:
        CriteriaInvalidError: A condition makes no sense.
        RestrictedCriterionError: A criterion is not offered to the user.
    """
    require_sensible(block, context)
    root = effective(block)
    return _Compiler(context).node(root).where if root.members else true()


def require_sensible(block: Block, context: CompileContext) -> None:
    """Refuse criteria that make no sense or are not offered. Raises as `compile_block`."""
    require(
        block,
        CheckContext(
            zone=context.zone,
            now_us=context.now_us,
            channel=context.channel,
            restricted_ok=context.restricted_ok,
        ),
    )


def compile_parts(block: Block, context: CompileContext) -> tuple[Part, ...]:
    """Return criteria as conditions that hold all together. Raises as `compile_block`."""
    require_sensible(block, context)
    root = effective(block)
    return tuple(_Compiler(context).members(root))


class _Compiler:
    def __init__(self, context: CompileContext) -> None:
        self._context = context

    def members(self, block: Block) -> Iterator[Part]:
        """Yield what must hold all together; blocks joined by AND are taken apart."""
        if block.negated or block.join is Join.OR:
            yield self.node(block)
            return
        for member in block.members:
            if isinstance(member, Block):
                yield from self.members(member)
            else:
                yield self.node(member)

    def node(self, node: Node) -> Part:
        part = self._block(node) if isinstance(node, Block) else self._condition(node)
        if node.negated:
            return Part(not_(self._chosen(part).sure))
        return part

    def _block(self, block: Block) -> Part:
        parts = [self.node(member) for member in block.members]
        nullable = any(part.nullable for part in parts)
        if len(parts) == 1:
            return parts[0]
        chosen = [self._chosen(part) for part in parts]
        where = [part.where for part in chosen]
        known = [_simple(part.ids) for part in chosen if part.ids is not None]
        if block.join is Join.AND:
            # Those of one member are all that may meet the block; the few, if there are such.
            few = (c.ids for c, part in zip(chosen, parts, strict=True) if c is not part)
            ids = next(few, known[0] if known else None)
            return Part(and_(*where), nullable, ids, exact=False)
        if len(known) < len(parts):
            return Part(or_(*where), nullable, branches=tuple(parts))
        exact = all(part.exact for part in parts)
        return Part(or_(*where), nullable, union_all(*known), exact, branches=tuple(parts))

    def _chosen(self, part: Part) -> Part:
        """Return a condition in the form that suits how many interactions meet it."""
        if part.ids is None or self._context.few is None:
            return part
        few = self._context.few(part.ids)
        if few is None:
            return part
        where = _I.c.id.in_(few)
        if part.exact:
            return Part(where, ids=few)
        # Still NULL where it was, which a negation around it has to know.
        return Part(and_(where, part.where), part.nullable, few, exact=False)

    def _condition(self, condition: Condition) -> Part:
        entry = criterion(condition.key)
        match entry.kind:
            case Kind.FLAG:
                part = self._flag(entry)
                return part if condition.op is Op.YES else Part(not_(part.sure))
            case Kind.NUMBER:
                return self._number(entry, condition)
            case Kind.DURATION:
                limits = duration_bounds(condition)
                where = _between(_DURATIONS[entry.field], *limits)
                if entry.field != "duration":
                    return Part(where)
                return Part(where, ids=_same(_between(_SAME.c.duration_us, *limits)))
            case Kind.MOMENT:
                return self._moment(entry, condition)
            case Kind.CHOICE:
                wanted = [
                    codes.DIRECTIONS.code(Direction(str(value))) for value in condition.values
                ]
                return Part(_I.c.direction.in_(wanted))
            case Kind.FULLTEXT:
                return _said(condition.op, [str(value) for value in condition.values])
            case _:
                return self._text(entry, condition)

    # --- flags, numbers, moments

    def _flag(self, entry: Criterion) -> Part:
        if entry.field == "deleted":
            return Part(_deleted())
        if entry.field in _STATES:
            return Part(_STATES[entry.field] == _AVAILABLE, nullable=True)
        if entry.field == "evaluated" and self._context.evaluations is not None:
            seen = select(_E.c.interaction_id).where(self._evaluations())
            return _linked(seen, _E)
        column = _FLAGS[entry.field]
        if column.name in schema.RARE:
            return Part(column == 1, ids=_same(literal_column(f"same.{column.name} = 1")))
        return Part(column == 1)

    def _number(self, entry: Criterion, condition: Condition) -> Part:
        limits = number_bounds(condition)
        if entry.field == "score" and self._context.evaluations is not None:
            average = (
                select(_E.c.average)
                .where(_E.c.interaction_id == _I.c.id, self._evaluations())
                .order_by(_E.c.at_us.desc(), _E.c.id.desc())
                .limit(1)
                .correlate(_I)
                .scalar_subquery()
            )
            return Part(_between(average, *limits), nullable=True)
        column = _NUMBERS[entry.field]
        where = _between(column, *limits)
        return Part(where, nullable=True, ids=_same(_between(_SAME.c[column.name], *limits)))

    def _moment(self, entry: Criterion, condition: Condition) -> Part:
        column = _MOMENTS[entry.field]
        texts = [str(value) for value in condition.values]
        low, high = bounds(condition.op, texts, self._context.zone, self._context.now_us)
        parts = []
        if low is not None:
            parts.append(column >= low)
        if high is not None:
            parts.append(column < high)
        span = (low, high) if entry.field == "started" else (None, None)
        return Part(and_(*parts), span=span)

    def _evaluations(self) -> ColumnElement[bool]:
        seen = self._context.evaluations
        return counting() if seen is None else and_(counting(), seen)

    # --- texts

    def _text(self, entry: Criterion, condition: Condition) -> Part:
        if condition.op is Op.EMPTY:
            present = _Text(entry, Op.PRESENT, condition.values)
            return Part(not_(self._where_text(entry, present).sure))
        return self._where_text(entry, _Text(entry, condition.op, condition.values))

    def _where_text(self, entry: Criterion, wanted: _Text) -> Part:
        if entry.field in _KEYS:
            return _own(wanted, *_KEYS[entry.field])
        if entry.is_custom:
            return _custom(entry.key[len(CUSTOM) :], wanted)
        if entry.field == "evaluator":
            users = _ids_of(schema.users, wanted.holds(schema.users.c.login_fold))
            rows = select(_E.c.interaction_id).where(self._evaluations())
            return _linked(rows.where(_E.c.evaluator_id.in_(users)), _E)
        return _ELSEWHERE[entry.field](wanted)


# --- comparing ---------------------------------------------------------------------------------


def _between(value: ColumnElement[Any], low: Bound, high: Bound) -> ColumnElement[bool]:
    parts = []
    if low.value is not None:
        parts.append(value >= low.value if low.inclusive else value > low.value)
    if high.value is not None:
        parts.append(value <= high.value if high.inclusive else value < high.value)
    return and_(*parts)


class _Text:
    """What a text must be like, for any column that holds folded texts."""

    def __init__(self, entry: Criterion, op: Op, values: tuple[object, ...]) -> None:
        self.op = compared_op(entry, op)
        self.exact = tuple(str(value) for value in values)
        self.keys = tuple(dict.fromkeys(folded(entry, text) for text in self.exact))

    def holds(
        self, key: ColumnElement[str], reversed_: ColumnElement[str] | None = None
    ) -> ColumnElement[bool]:
        """Return the condition on a folded column, and on its twin read backwards, if any."""
        match self.op:
            case Op.PRESENT:
                return key != ""
            case Op.CONTAINS:
                return or_(*(key.contains(text, autoescape=True) for text in self.keys))
            case Op.STARTS:
                return or_(*(_begins(key, text) for text in self.keys))
            case Op.ENDS if reversed_ is not None:
                return or_(*(_begins(reversed_, reverse(text)) for text in self.keys))
            case Op.ENDS:
                return or_(*(key.endswith(text, autoescape=True) for text in self.keys))
            case _:
                return key == self.keys[0] if len(self.keys) == 1 else key.in_(self.keys)


def _begins(key: ColumnElement[str], text: str) -> ColumnElement[bool]:
    end = after_prefix(text)
    return key >= text if end is None else and_(key >= text, key < end)


def _same(where: ColumnElement[bool]) -> Select[Any]:
    return select(_SAME.c.id).where(where).correlate(None)


def _own(wanted: _Text, key: Column[str], reversed_: Column[str] | None = None) -> Part:
    """Return a condition on a text in the interaction's own row, with the ids its index knows."""
    where = wanted.holds(key, reversed_)
    if wanted.op is Op.CONTAINS:
        table, query = fulltext.part_table(key.name), fulltext.part_query(wanted.keys)
        if table is None or query is None:
            return Part(where)
        candidates = fulltext.matching(table, query)
        ids = select(_SAME.c.id).where(
            _SAME.c.id.in_(candidates), wanted.holds(_SAME.c[key.name])
        )  # fmt: skip
        return Part(where, ids=ids, stream=Stream(table, query, exact=False))
    if wanted.op is Op.PRESENT or (wanted.op is Op.ENDS and reversed_ is None):
        return Part(where)
    twin = None if reversed_ is None else _SAME.c[reversed_.name]
    same = wanted.holds(_SAME.c[key.name], twin)
    if key.name in schema.RARE:
        # Said in words, since the index over the few that have it cannot tell by itself.
        same = and_(same, literal_column(f"same.{key.name} <> ''"))
    return Part(where, ids=select(_SAME.c.id).where(same))


# --- other tables ------------------------------------------------------------------------------


def _linked(rows: Select[Any], table: Table) -> Part:
    """Return whether one of `rows`, which give the interaction's id, is the interaction's."""
    of_it = rows.where(table.c.interaction_id == _I.c.id).correlate(_I)
    return Part(exists(of_it), ids=rows.correlate(None))


def _indexed(rows: Select[Any]) -> Part:
    """Return whether the interaction is among `rows`: an index gives few of them."""
    rows = rows.correlate(None)
    return Part(_I.c.id.in_(rows), ids=rows)


def _simple(ids: Ids) -> Select[Any]:
    """Return ids in a form that can be part of a UNION: SQLite knows no UNION inside of one."""
    return ids if isinstance(ids, Select) else select(ids.subquery().c[0])


def _ids_of(table: Table, where: ColumnElement[bool]) -> Select[Any]:
    return select(table.c.id).where(where).correlate(None)


def _of_agent(column: ColumnElement[str]) -> Callable[[_Text], Part]:
    def compiled(wanted: _Text) -> Part:
        agents = _ids_of(_A, wanted.holds(column))
        return _linked(select(_S.c.interaction_id).where(_S.c.agent_id.in_(agents)), _S)

    return compiled


def _team(wanted: _Text) -> Part:
    teams = _ids_of(schema.teams, wanted.holds(schema.teams.c.name_fold))
    agents = _ids_of(_A, _A.c.team_id.in_(teams))
    return _linked(select(_S.c.interaction_id).where(_S.c.agent_id.in_(agents)), _S)


def _service(wanted: _Text) -> Part:
    services = _ids_of(schema.services, wanted.holds(schema.services.c.name_fold))
    return _linked(select(_S.c.interaction_id).where(_S.c.service_id.in_(services)), _S)


def _disposition(wanted: _Text) -> Part:
    # Names that differ in letter case are different dispositions.
    table = schema.dispositions
    exact = wanted.op in (Op.IS, Op.ANY_OF)
    ids = _ids_of(
        table, table.c.name.in_(wanted.exact) if exact else wanted.holds(table.c.name_fold)
    )
    same = _same(_SAME.c.disposition_id.in_(ids))
    return Part(_I.c.disposition_id.in_(ids), nullable=True, ids=same)


def _custom(name: str, wanted: _Text) -> Part:
    table, fields = schema.interaction_custom, schema.custom_fields
    field = _ids_of(fields, fields.c.name_fold == fold(name))
    rows = select(table.c.interaction_id).where(table.c.field_id.in_(field))
    return _indexed(rows.where(wanted.holds(table.c.value_fold)))


def _label(kind: int) -> Callable[[_Text], Part]:
    def compiled(wanted: _Text) -> Part:
        table = schema.interaction_labels
        rows = select(table.c.interaction_id).where(table.c.kind == kind)
        return _indexed(rows.where(wanted.holds(table.c.value_fold)))

    return compiled


def _said(op: Op, values: list[str]) -> Part:
    """Return whether the parties said or wrote it: all words, or the phrase."""
    if op is Op.PHRASE:
        stream = Stream("text_words", fulltext.phrase_query(values), exact=True)
    else:
        stream = Stream("text_stems", fulltext.stems_query(values), exact=True)
    ids = fulltext.matching(stream.table, stream.query)
    return Part(_I.c.id.in_(ids), ids=ids, stream=stream)


def _deleted() -> ColumnElement[bool]:
    recordings, stones = schema.recordings, schema.tombstones
    deleted = codes.RECORDING_STATES.code(RecordingState.DELETED)
    return or_(
        exists(1)
        .where(recordings.c.interaction_id == _I.c.id, recordings.c.state == deleted)
        .correlate(_I),
        exists(1)
        .where(stones.c.interaction_id == _I.c.id, stones.c.by_retention == 0)
        .correlate(_I),
    )


# --- by the names that the catalogue of criteria uses --------------------------------------------

_FLAGS: Final[Mapping[str, Column[int]]] = {
    "voice_signature": _I.c.voice_signature,
    "flagged": _I.c.flagged,
    "km_used": _I.c.km_used,
    "transferred": _I.c.was_transferred,
    "evaluated": _I.c.evaluated,
}
_STATES: Final[Mapping[str, ColumnElement[int]]] = {
    "recording": _I.c.voice_state,
    "screen": _I.c.screen_state,
}
_DURATIONS: Final[Mapping[str, ColumnElement[int]]] = {
    "duration": _I.c.duration_us,
    "hold": _I.c.hold_us,
}
_NUMBERS: Final[Mapping[str, Column[Any]]] = {
    "sentiment": _I.c.sentiment,
    "score": _I.c.score,
    "segments": _I.c.segment_count,
}
_MOMENTS: Final[Mapping[str, ColumnElement[int]]] = {
    "started": _I.c.started_us,
    "ended": _I.c.ended_us,
}
_KEYS: Final[Mapping[str, tuple[Column[str], ...]]] = {
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
_ELSEWHERE: Final[Mapping[str, Callable[[_Text], Part]]] = {
    "agent_login": _of_agent(_A.c.login_fold),
    "agent_first": _of_agent(_A.c.first_fold),
    "agent_last": _of_agent(_A.c.last_fold),
    "team": _team,
    "service": _service,
    "disposition": _disposition,
    "km_article": _label(codes.LABEL_KM),
    "tag": _label(codes.LABEL_TAG),
}
