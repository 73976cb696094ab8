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
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, literal_column, not_, or_, select, true, union_all

from reviewer.models.criteria.catalogue import CUSTOM, criterion
from reviewer.models.criteria.check import CheckContext, require
from reviewer.models.criteria.evaluate import duration_bounds, number_bounds, share_bounds
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.moments import bounds
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.tree import Block, Condition, Join, Node, Op
from reviewer.models.interaction import Channel, Direction
from reviewer.models.recording import RecordingState
from reviewer.models.remarks import RemarkKind
from reviewer.storage.catalogue import codes, schema, side_tables
from reviewer.storage.catalogue.parts import (
    SAME,
    Part,
    TextTest,
    between,
    ids_of,
    linked,
    same,
    simple,
)
from reviewer.storage.catalogue.text_index import texts_of
from reviewer.storage.catalogue.visibility import counting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from sqlalchemy import Column, ColumnElement

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.criteria.evaluate import Bound
    from reviewer.models.settings import Feature

_I: Final = schema.interactions
_E: Final = schema.evaluations
_C: Final = schema.comments
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
        comments: Condition over `schema.comments` of those that the user may see; None: all.
        features: Features of the store that are on; None: criteria of all.
        reasons: Gives all reasons for which content was deleted; asked where one is wanted.
    """

    zone: ZoneInfo
    now_us: int
    dialect: str
    channel: Channel | None
    restricted_ok: bool
    evaluations: ColumnElement[bool] | None = None
    comments: ColumnElement[bool] | None = None
    features: Collection[Feature] | None = None
    reasons: Callable[[], Iterable[str]] = tuple


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
            features=context.features,
        ),
    )


def compile_parts(block: Block, context: CompileContext) -> tuple[Part, ...]:
    """Return criteria as conditions that hold all together. Raises as `compile_block`."""
    require_sensible(block, context)
    root = effective(block)
    return tuple(_Compiler(context).members(root))


def condition_part(condition: Condition, context: CompileContext) -> Part:
    """Return one condition, whether negated or not, that was found sensible before."""
    return _Compiler(context).condition(condition)


class _Compiler:
    def __init__(self, context: CompileContext) -> None:
        self._context = context
        self._index = texts_of(context.dialect)

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
        part = self._block(node) if isinstance(node, Block) else self.condition(node)
        if node.negated:
            part = Part(not_(part.sure))
        return self._of_its_channels(node, part) if isinstance(node, Condition) else part

    def _of_its_channels(self, condition: Condition, part: Part) -> Part:
        """Return a condition, negation included, on the channels that have its criterion."""
        channels = criterion(condition.key).channels
        if self._context.channel is not None or len(channels) == len(Channel):
            # The channel searched has it, or all have.
            return part
        these = _I.c.channel.in_(sorted(map(codes.CHANNELS.code, channels)))
        return Part(and_(these, part.where), part.nullable, part.ids, exact=False)

    def _block(self, block: Block) -> Part:
        parts = [self.node(member) for member in block.members]
        nullable = any(part.nullable for part in parts)
        if len(parts) == 1:
            return parts[0]
        where = [part.where for part in parts]
        known = [simple(part.ids) for part in parts if part.ids is not None]
        if block.join is Join.AND:
            # Those of one member are all that may meet the block.
            return Part(and_(*where), nullable, known[0] if known else None, exact=False)
        if len(known) < len(parts):
            return Part(or_(*where), nullable)
        exact = all(part.exact for part in parts)
        return Part(or_(*where), nullable, union_all(*known), exact)

    def condition(self, condition: Condition) -> Part:
        """Return one condition without its negation."""
        entry = criterion(condition.key)
        match entry.kind:
            case Kind.FLAG:
                part = self._flag(entry)
                return part if condition.op is Op.YES else Part(not_(part.sure))
            case Kind.NUMBER:
                return self._number(entry, condition)
            case Kind.SHARE:
                return self._of_column(_SHARES[entry.field], share_bounds(condition))
            case Kind.DURATION:
                limits = duration_bounds(condition)
                where = between(_DURATIONS[entry.field], *limits)
                if entry.field != "duration":
                    return Part(where)
                return Part(where, ids=same(between(SAME.c.duration_us, *limits)))
            case Kind.MOMENT:
                return self._moment(entry, condition)
            case Kind.CHOICE:
                wanted = [
                    codes.DIRECTIONS.code(Direction(str(value))) for value in condition.values
                ]
                return Part(_I.c.direction.in_(wanted))
            case Kind.FULLTEXT:
                return self._index.said(condition.op, [str(value) for value in condition.values])
            case _:
                return self._text(entry, condition)

    # --- flags, numbers, moments

    def _flag(self, entry: Criterion) -> Part:
        if entry.field == "deleted":
            return Part(side_tables.deleted())
        if entry.field in _STATES:
            return Part(_STATES[entry.field] == _AVAILABLE, nullable=True)
        if entry.field == "evaluated" and self._context.evaluations is not None:
            seen = select(_E.c.interaction_id).where(self._evaluations())
            return linked(seen, _E)
        if entry.field in _REMARKS:
            return self._remarked(_REMARKS[entry.field])
        column = _FLAGS[entry.field]
        if column.name in schema.RARE:
            return Part(column == 1, ids=same(literal_column(f"same.{column.name} = 1")))
        return Part(column == 1)

    def _remarked(self, kind: int) -> Part:
        seen = self._context.comments
        rows = select(_C.c.interaction_id).where(_C.c.kind == kind)
        return linked(rows if seen is None else rows.where(seen), _C)

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
            seen = select(_E.c.interaction_id).where(self._evaluations())
            return Part(between(average, *limits), nullable=True, ids=seen, exact=False)
        return self._of_column(_NUMBERS[entry.field], limits)

    @staticmethod
    def _of_column(column: Column[Any], limits: tuple[Bound, Bound]) -> Part:
        """Return whether a number that may be NULL lies between limits."""
        where = between(column, *limits)
        return Part(where, nullable=True, ids=same(between(SAME.c[column.name], *limits)))

    def _moment(self, entry: Criterion, condition: Condition) -> Part:
        column = _MOMENTS[entry.field]
        texts = [str(value) for value in condition.values]
        low, high = bounds(condition.op, texts, self._context.zone, self._context.now_us)
        parts = []
        if low is not None:
            parts.append(column >= low)
        if high is not None:
            parts.append(column < high)
        return Part(and_(*parts))

    def _evaluations(self) -> ColumnElement[bool]:
        seen = self._context.evaluations
        return counting() if seen is None else and_(counting(), seen)

    # --- texts

    def _text(self, entry: Criterion, condition: Condition) -> Part:
        if condition.op is Op.EMPTY:
            present = self._test(entry, Op.PRESENT, condition)
            return Part(not_(self._where_text(entry, present).sure))
        return self._where_text(entry, self._test(entry, condition.op, condition))

    def _test(self, entry: Criterion, op: Op, condition: Condition) -> TextTest:
        return TextTest(entry, op, condition.values, self._index.start_of)

    def _where_text(self, entry: Criterion, wanted: TextTest) -> Part:
        if entry.field in side_tables.KEYS:
            return side_tables.own(self._index, wanted, *side_tables.KEYS[entry.field])
        if entry.is_custom:
            return side_tables.custom(entry.key[len(CUSTOM) :], wanted)
        if entry.field == "evaluator":
            users = ids_of(schema.users, wanted.holds(schema.users.c.login_fold))
            rows = select(_E.c.interaction_id).where(self._evaluations())
            return linked(rows.where(_E.c.evaluator_id.in_(users)), _E)
        if entry.field == "deletion_reason":
            context = self._context
            return side_tables.deleted_because(context.dialect, wanted, context.reasons())
        return side_tables.ELSEWHERE[entry.field](wanted)


# --- by the names that the catalogue of criteria uses --------------------------------------------

_FLAGS: Final[Mapping[str, Column[int]]] = {
    "voice_signature": _I.c.voice_signature,
    "flagged": _I.c.flagged,
    "km_used": _I.c.km_used,
    "transferred": _I.c.was_transferred,
    "evaluated": _I.c.evaluated,
}
_REMARKS: Final[Mapping[str, int]] = {
    "commented": codes.REMARK_KINDS.code(RemarkKind.COMMENT),
    "bookmarked": codes.REMARK_KINDS.code(RemarkKind.BOOKMARK),
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
_SHARES: Final[Mapping[str, Column[Any]]] = {
    "silence": _I.c.silence_share,
    "talkover": _I.c.talkover_share,
}
_MOMENTS: Final[Mapping[str, ColumnElement[int]]] = {
    "started": _I.c.started_us,
    "ended": _I.c.ended_us,
    "added": _I.c.added_us,
}
