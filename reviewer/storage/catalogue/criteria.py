"""What criteria mean, in SQL: conditions over `schema.interactions`.

The interpreter in Python (`models/criteria/evaluate.py`) selects the same, which a property test
holds them to. Everything a user typed is bound; no text of theirs becomes SQL. Imported inside
`storage` only.

How each form is chosen, with figures, is in the design of the store: ranges over folded keys for
beginnings (a LIKE never uses an index), over reversed keys for endings; EXISTS on segments with
agents and services resolved to ids inside; ids out of the search index for fields and labels; an
OR that mixes other tables with columns is a UNION of ids; a negation takes NULL for "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    and_,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
    union,
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
from reviewer.models.criteria.words import phrase_key, words_of
from reviewer.models.folding import after_prefix, fold, reverse
from reviewer.models.interaction import Direction
from reviewer.models.recording import PartyRole, RecordingState
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.visibility import counting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Select, Table

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.evaluate import Bound
    from reviewer.models.interaction import Channel

_I: Final = schema.interactions
_S: Final = schema.segments
_A: Final = schema.agents
_E: Final = schema.evaluations
_M: Final = schema.messages
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
        few: Whether the ids that another table gives are few enough to be gone through one by
            one; None: unknown, each form is chosen by its kind.
    """

    zone: ZoneInfo
    now_us: int
    dialect: str
    channel: Channel | None
    restricted_ok: bool
    evaluations: ColumnElement[bool] | None = None
    few: Callable[[Select[Any]], bool] | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """A condition in SQL.

    Attributes:
        where: It, over `schema.interactions`.
        nullable: Whether it can be NULL, which means no.
        ids: The ids of those that meet it, where another table knows them.
    """

    where: ColumnElement[bool]
    nullable: bool = False
    ids: Select[Any] | None = None

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
    require(
        block,
        CheckContext(
            zone=context.zone,
            now_us=context.now_us,
            channel=context.channel,
            restricted_ok=context.restricted_ok,
        ),
    )
    root = effective(block)
    return _Compiler(context).node(root).where if root.members else true()


class _Compiler:
    def __init__(self, context: CompileContext) -> None:
        self._context = context

    def node(self, node: Node) -> _Part:
        part = self._block(node) if isinstance(node, Block) else self._chosen(node)
        return _Part(not_(part.sure)) if node.negated else part

    def _block(self, block: Block) -> _Part:
        parts = [self.node(member) for member in block.members]
        nullable = any(part.nullable for part in parts)
        if block.join is Join.AND:
            return _Part(and_(*(part.where for part in parts)), nullable)
        elsewhere = [part.ids for part in parts if part.ids is not None]
        here = [part.where for part in parts if part.ids is None]
        if not elsewhere:
            return _Part(or_(*here), nullable)
        if here:
            elsewhere.append(select(_I.c.id).where(or_(*here)).correlate(None))
        ids = elsewhere[0] if len(elsewhere) == 1 else union(*elsewhere)
        return _Part(_I.c.id.in_(ids))

    def _chosen(self, condition: Condition) -> _Part:
        """Return a condition in the form that suits how many interactions meet it."""
        part = self._condition(condition)
        if part.ids is None or self._context.few is None:
            return part
        if self._context.few(part.ids):
            return _Part(_I.c.id.in_(part.ids), ids=part.ids)
        return _Part(part.where, part.nullable)

    def _condition(self, condition: Condition) -> _Part:
        entry = criterion(condition.key)
        match entry.kind:
            case Kind.FLAG:
                part = self._flag(entry)
                return part if condition.op is Op.YES else _Part(not_(part.sure))
            case Kind.NUMBER:
                return self._number(entry, condition)
            case Kind.DURATION:
                column = _DURATIONS[entry.field]
                return _Part(_between(column, *duration_bounds(condition)))
            case Kind.MOMENT:
                return self._moment(entry, condition)
            case Kind.CHOICE:
                wanted = [
                    codes.DIRECTIONS.code(Direction(str(value))) for value in condition.values
                ]
                return _Part(_I.c.direction.in_(wanted))
            case Kind.FULLTEXT:
                return _Part(or_(*(_texts(condition.op, str(v)) for v in condition.values)))
            case _:
                return self._text(entry, condition)

    # --- flags, numbers, moments

    def _flag(self, entry: Criterion) -> _Part:
        if entry.field == "deleted":
            return _Part(_deleted())
        if entry.field in _STATES:
            return _Part(_STATES[entry.field] == _AVAILABLE, nullable=True)
        if entry.field == "evaluated" and self._context.evaluations is not None:
            seen = select(_E.c.interaction_id).where(self._evaluations())
            return _linked(seen, _E)
        return _Part(_FLAGS[entry.field] == 1)

    def _number(self, entry: Criterion, condition: Condition) -> _Part:
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
            return _Part(_between(average, *limits), nullable=True)
        return _Part(_between(_NUMBERS[entry.field], *limits), nullable=True)

    def _moment(self, entry: Criterion, condition: Condition) -> _Part:
        column = _MOMENTS[entry.field]
        texts = [str(value) for value in condition.values]
        low, high = bounds(condition.op, texts, self._context.zone, self._context.now_us)
        parts = []
        if low is not None:
            parts.append(column >= low)
        if high is not None:
            parts.append(column < high)
        return _Part(and_(*parts))

    def _evaluations(self) -> ColumnElement[bool]:
        seen = self._context.evaluations
        return counting() if seen is None else and_(counting(), seen)

    # --- texts

    def _text(self, entry: Criterion, condition: Condition) -> _Part:
        if condition.op is Op.EMPTY:
            present = _Text(entry, Op.PRESENT, condition.values)
            return _Part(not_(self._where_text(entry, present).sure))
        return self._where_text(entry, _Text(entry, condition.op, condition.values))

    def _where_text(self, entry: Criterion, wanted: _Text) -> _Part:
        if entry.field in _KEYS:
            return _Part(wanted.holds(*_KEYS[entry.field]))
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
        self._keys = tuple(dict.fromkeys(folded(entry, text) for text in self.exact))

    def holds(
        self, key: ColumnElement[str], reversed_: ColumnElement[str] | None = None
    ) -> ColumnElement[bool]:
        """Return the condition on a folded column, and on its twin read backwards, if any."""
        match self.op:
            case Op.PRESENT:
                return key != ""
            case Op.CONTAINS:
                return or_(*(key.contains(text, autoescape=True) for text in self._keys))
            case Op.STARTS:
                return or_(*(_begins(key, text) for text in self._keys))
            case Op.ENDS if reversed_ is not None:
                return or_(*(_begins(reversed_, reverse(text)) for text in self._keys))
            case Op.ENDS:
                return or_(*(key.endswith(text, autoescape=True) for text in self._keys))
            case _:
                return key == self._keys[0] if len(self._keys) == 1 else key.in_(self._keys)


def _begins(key: ColumnElement[str], text: str) -> ColumnElement[bool]:
    end = after_prefix(text)
    return key >= text if end is None else and_(key >= text, key < end)


# --- other tables ------------------------------------------------------------------------------


def _linked(rows: Select[Any], table: Table) -> _Part:
    """Return whether one of `rows`, which give the interaction's id, is the interaction's."""
    of_it = rows.where(table.c.interaction_id == _I.c.id).correlate(_I)
    return _Part(exists(of_it), ids=rows.correlate(None))


def _indexed(rows: Select[Any]) -> _Part:
    """Return whether the interaction is among `rows`: an index gives few of them."""
    rows = rows.correlate(None)
    return _Part(_I.c.id.in_(rows), ids=rows)


def _ids_of(table: Table, where: ColumnElement[bool]) -> Select[Any]:
    return select(table.c.id).where(where).correlate(None)


def _of_agent(column: ColumnElement[str]) -> Callable[[_Text], _Part]:
    def compiled(wanted: _Text) -> _Part:
        agents = _ids_of(_A, wanted.holds(column))
        return _linked(select(_S.c.interaction_id).where(_S.c.agent_id.in_(agents)), _S)

    return compiled


def _team(wanted: _Text) -> _Part:
    teams = _ids_of(schema.teams, wanted.holds(schema.teams.c.name_fold))
    agents = _ids_of(_A, _A.c.team_id.in_(teams))
    return _linked(select(_S.c.interaction_id).where(_S.c.agent_id.in_(agents)), _S)


def _service(wanted: _Text) -> _Part:
    services = _ids_of(schema.services, wanted.holds(schema.services.c.name_fold))
    return _linked(select(_S.c.interaction_id).where(_S.c.service_id.in_(services)), _S)


def _disposition(wanted: _Text) -> _Part:
    # Names that differ in letter case are different dispositions.
    table = schema.dispositions
    exact = wanted.op in (Op.IS, Op.ANY_OF)
    ids = _ids_of(
        table, table.c.name.in_(wanted.exact) if exact else wanted.holds(table.c.name_fold)
    )
    return _Part(_I.c.disposition_id.in_(ids), nullable=True)


def _custom(name: str, wanted: _Text) -> _Part:
    table, fields = schema.interaction_custom, schema.custom_fields
    field = _ids_of(fields, fields.c.name_fold == fold(name))
    rows = select(table.c.interaction_id).where(table.c.field_id.in_(field))
    return _indexed(rows.where(wanted.holds(table.c.value_fold)))


def _label(kind: int) -> Callable[[_Text], _Part]:
    def compiled(wanted: _Text) -> _Part:
        table = schema.interaction_labels
        rows = select(table.c.interaction_id).where(table.c.kind == kind)
        return _indexed(rows.where(wanted.holds(table.c.value_fold)))

    return compiled


def _texts(op: Op, value: str) -> ColumnElement[bool]:
    """Return whether the parties said or wrote it: all words, or the phrase."""
    words = words_of(value)
    looked_for = (phrase_key(words),) if op is Op.PHRASE else tuple(dict.fromkeys(words))
    system = codes.ROLES.code(PartyRole.SYSTEM)
    said = (
        exists(1)
        .where(
            _M.c.interaction_id == _I.c.id,
            _M.c.role != system,
            func.instr(func.fold_words(_M.c.text), part) > 0,
        )
        .correlate(_I)
        for part in looked_for
    )
    return and_(_I.c.texts_searchable == 1, *said)


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

_FLAGS: Final[Mapping[str, ColumnElement[int]]] = {
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
_NUMBERS: Final[Mapping[str, ColumnElement[Any]]] = {
    "sentiment": _I.c.sentiment,
    "score": _I.c.score,
    "segments": _I.c.segment_count,
}
_MOMENTS: Final[Mapping[str, ColumnElement[int]]] = {
    "started": _I.c.started_us,
    "ended": _I.c.ended_us,
}
_KEYS: Final[Mapping[str, tuple[ColumnElement[str], ...]]] = {
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
_ELSEWHERE: Final[Mapping[str, Callable[[_Text], _Part]]] = {
    "agent_login": _of_agent(_A.c.login_fold),
    "agent_first": _of_agent(_A.c.first_fold),
    "agent_last": _of_agent(_A.c.last_fold),
    "team": _team,
    "service": _service,
    "disposition": _disposition,
    "km_article": _label(codes.LABEL_KM),
    "tag": _label(codes.LABEL_TAG),
}
