"""From criteria to tests of blocks. Imported inside `storage` only."""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

import numpy as np
from sqlalchemy import select

from reviewer.models.criteria.catalogue import CUSTOM, criterion
from reviewer.models.criteria.evaluate import (
    Bound,
    duration_bounds,
    number_bounds,
    share_bounds,
)
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.moments import bounds
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.tree import Block, Condition, Join, Node, Op
from reviewer.models.criteria.words import stems_of
from reviewer.models.folding import fold
from reviewer.models.interaction import Channel, Direction
from reviewer.models.recording import RecordingState
from reviewer.storage.catalogue import codes, fulltext, schema, side_tables
from reviewer.storage.catalogue.criteria import condition_part, require_sensible
from reviewer.storage.catalogue.parts import TextTest
from reviewer.storage.catalogue.sqlite.columns import sources
from reviewer.storage.catalogue.sqlite.columns.asking import (
    All,
    AnyOf,
    Began,
    Between,
    Ids,
    Like,
    Not,
    OneOf,
    Phrase,
    Remembered,
    Said,
    Under,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import CompoundSelect, Connection, Select

    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.search import Search
    from reviewer.storage.catalogue.criteria import CompileContext
    from reviewer.storage.catalogue.sqlite.columns.coding import Array
    from reviewer.storage.catalogue.sqlite.columns.contract import Test
    from reviewer.storage.catalogue.visibility import Visibility

Statement: TypeAlias = "Select[Any] | CompoundSelect[Any]"

_I: Final = schema.interactions
_FEW: Final = 1_000
"""So many ids out of an index are cheaper than a look at a column of every block."""
_MOST_ASKED: Final = 24
"""Conditions whose ids are asked for: more would take longer than it saves."""
_AVAILABLE: Final = codes.RECORDING_STATES.code(RecordingState.AVAILABLE)

_WHOLE: Final[Mapping[str, tuple[str, int]]] = {
    "voice_signature": ("voice_signature", 1),
    "flagged": ("flagged", 1),
    "km_used": ("km_used", 1),
    "transferred": ("was_transferred", 1),
    "evaluated": ("evaluated", 1),
    "recording": ("voice_state", _AVAILABLE),
    "screen": ("screen_state", _AVAILABLE),
    "deleted": (sources.DELETED, 1),
}
_SCALES: Final[Mapping[str, str]] = {
    "duration": "duration_us",
    "hold": "hold_us",
    "ended": "ended_us",
    "added": "added_us",
    "sentiment": "sentiment",
    "score": "score",
    "segments": "segment_count",
    "silence": "silence_share",
    "talkover": "talkover_share",
}
_LIMITS: Final = {Kind.DURATION: duration_bounds, Kind.SHARE: share_bounds}
_TEXTS: Final[Mapping[str, str]] = {
    name: columns[0].name for name, columns in side_tables.KEYS.items()
} | {
    "km_article": sources.label(codes.LABEL_KM),
    "tag": sources.label(codes.LABEL_TAG),
}
_OF_SEGMENTS: Final[Mapping[str, str]] = {
    "agent_id": sources.AGENTS,
    "service_id": sources.SERVICES,
}
_READ_BACKWARDS: Final = frozenset({"from", "to"})
_OF_EVALUATIONS: Final = frozenset({"evaluated", "score"})


class Compiler:
    """Turns the criteria of one search into a test."""

    def __init__(self, connection: Connection, context: CompileContext) -> None:
        self._connection = connection
        self._context = context
        self._asked = 0

    def search(self, search: Search, visibility: Visibility) -> Test:
        """Return the test of a search, limited to what may be seen.

        Raises:
            CriteriaInvalidError, RestrictedCriterionError: See `criteria.compile_block`.
        """
        require_sensible(search.criteria, self._context)
        tests = [self._node(effective(search.criteria))]
        if search.channel is not None:
            tests.append(OneOf("channel", (codes.CHANNELS.code(search.channel),)))
        if visibility.interactions is not None:
            agents = Under(sources.AGENTS, self._numbers(visibility.agents))
            services = Under(sources.SERVICES, self._numbers(visibility.services))
            tests.append(AnyOf((agents, services)))
        return All(tests)

    def _node(self, node: Node) -> Test:
        if isinstance(node, Block):
            members = [self._node(member) for member in node.members]
            test: Test = All(members) if node.join is Join.AND else AnyOf(members)
            return Not(test) if node.negated else test
        test = self._condition(node)
        return self._of_its_channels(node, Not(test) if node.negated else test)

    def _of_its_channels(self, condition: Condition, test: Test) -> Test:
        """Return a condition, negation included, on the channels that have its criterion."""
        channels = criterion(condition.key).channels
        if self._context.channel is not None or len(channels) == len(Channel):
            return test
        others = [codes.CHANNELS.code(other) for other in Channel if other not in channels]
        # One comparison a channel is quicker than looking among several.
        return All([*(Not(OneOf("channel", (other,))) for other in others), test])

    def _condition(self, condition: Condition) -> Test:
        entry = criterion(condition.key)
        if condition.op is Op.NO:
            return Not(self._condition(Condition(condition.key, Op.YES)))
        if condition.op is Op.EMPTY:
            return Not(self._condition(Condition(condition.key, Op.PRESENT)))
        limited = self._context.evaluations is not None and entry.field in _OF_EVALUATIONS
        if entry.kind is Kind.FLAG and entry.field in _WHOLE and not limited:
            name, value = _WHOLE[entry.field]
            return OneOf(name, (value,))
        if entry.field in _SCALES and not limited:
            return self._scale(entry, condition)
        if entry.field == "started":
            return Began(*self._instants(condition))
        if entry.field == "direction":
            told = [codes.DIRECTIONS.code(Direction(str(value))) for value in condition.values]
            return OneOf("direction", tuple(told))
        if entry.kind is Kind.FULLTEXT:
            return self._said(condition)
        return self._text(entry, condition) or self._of_tables(condition)

    def _scale(self, entry: Criterion, condition: Condition) -> Test:
        name = _SCALES[entry.field]
        if entry.kind is Kind.MOMENT:
            low, high = self._instants(condition)
            return Between(name, *_half_open(low, high))
        limits = _LIMITS.get(entry.kind, number_bounds)
        return Between(name, *limits(condition))

    def _instants(self, condition: Condition) -> tuple[int | None, int | None]:
        texts = [str(value) for value in condition.values]
        return bounds(condition.op, texts, self._context.zone, self._context.now_us)

    # --- words, texts, names

    def _said(self, condition: Condition) -> Test:
        values = [str(value) for value in condition.values]
        if condition.op is Op.MATCHES:
            wanted = (tuple(stem.encode() for stem in stems_of(value)) for value in values)
            return Remembered(Said(tuple(wanted)))
        query = fulltext.phrase_query(values)
        few = self._few(fulltext.matching("text_words", query))
        if few is not None:
            return few

        def within(first: int, last: int) -> Array:
            return self._ids(fulltext.matching("text_words", query, (first, last)))

        return Remembered(Phrase(query, within))

    def _text(self, entry: Criterion, condition: Condition) -> Test | None:
        """Return a test of texts, or of what names stand for; None: no column has them."""
        wanted = TextTest(entry, condition.op, condition.values)
        named = side_tables.NAMED.get(entry.field)
        if named is not None:
            told = self._numbers(named.ids(wanted))
            if named.column.name not in _OF_SEGMENTS:
                return OneOf(named.column.name, tuple(sorted(told)))
            return Under(_OF_SEGMENTS[named.column.name], told)
        name = self._custom(entry) if entry.is_custom else _TEXTS.get(entry.field)
        if name is None:
            return None
        keys = tuple(key.encode() for key in wanted.keys)
        test = Remembered(Like(name, wanted.op, keys))
        quick = wanted.op in (Op.IS, Op.ANY_OF, Op.STARTS)
        if not quick and not (wanted.op is Op.ENDS and entry.field in _READ_BACKWARDS):
            return test
        ids = condition_part(condition, self._context).ids
        return (None if ids is None else self._few(ids)) or test

    def _custom(self, entry: Criterion) -> str:
        fields = schema.custom_fields
        name = fold(entry.key[len(CUSTOM) :])
        field = select(fields.c.id).where(fields.c.name_fold == name)
        return sources.custom(self._connection.execute(field).scalar() or 0)

    # --- asking the tables

    def _of_tables(self, condition: Condition) -> Test:
        part = condition_part(condition, self._context)
        if part.ids is None:
            statement: Statement = select(_I.c.id).where(part.where)
        elif part.exact:
            statement = part.ids
        else:
            statement = select(_I.c.id).where(_I.c.id.in_(part.ids), part.where)
        return Ids(lambda: self._ids(statement))

    def _few(self, ids: Statement) -> Test | None:
        """Return a test of the ids that a query gives, where they are few."""
        if self._asked >= _MOST_ASKED:
            return None
        self._asked += 1
        found = self._ids(ids.limit(_FEW + 1), unique=False)
        if len(found) > _FEW:
            return None
        known = np.unique(found)
        return Ids(lambda: known)

    def _ids(self, statement: Statement, *, unique: bool = True) -> Array:
        with closing(self._connection.execute(statement)) as result:
            # From the driver's cursor: a row object each would cost three times the query.
            cursor = cast("Iterable[tuple[int]]", result.cursor)
            found = np.fromiter(chain.from_iterable(cursor), np.int64)
        return np.unique(found) if unique else found

    def _numbers(self, statement: Select[Any] | None) -> frozenset[int]:
        if statement is None:
            return frozenset()
        return frozenset(self._connection.execute(statement).scalars())


def _half_open(low: int | None, high: int | None) -> tuple[Bound, Bound]:
    return Bound(low), Bound(high, inclusive=False)
