"""What criteria mean, for one interaction at hand: the interpreter in Python.

The one in SQL (`storage/catalogue/criteria.py`) selects the same, which a property test holds
them to. Negation is of the whole condition: what has no value does not meet it, and so meets its
negation. A condition, negated or not, is met by interactions of the channels that have its
criterion only: calls are not "without a knowledge-base article", they know none. A negated block is
met by all that do not meet the block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from reviewer.models.criteria.catalogue import criterion
from reviewer.models.criteria.kinds import Kind
from reviewer.models.criteria.moments import bounds
from reviewer.models.criteria.normal import effective
from reviewer.models.criteria.reading import Subject
from reviewer.models.criteria.tree import Block, Condition, Join, Node, Op
from reviewer.models.criteria.values import giid_start
from reviewer.models.criteria.words import fold_words, phrase_key, stems_of, words_of
from reviewer.models.folding import fold, fold_address
from reviewer.models.ids import US_PER_S

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.criteria.catalogue import Criterion


def matches(block: Block, subject: Subject, zone: ZoneInfo, now_us: int) -> bool:
    """Return whether an interaction meets criteria that `check` found sensible.

    Args:
        block: The criteria.
        subject: The interaction, with its evaluations.
        zone: The centre's zone, for dates.
        now_us: The present instant, for relative periods.
    """
    return _Asked(subject, zone, now_us).node(effective(block))


@dataclass(frozen=True, slots=True)
class _Asked:
    subject: Subject
    zone: ZoneInfo
    now_us: int

    def node(self, node: Node) -> bool:
        if isinstance(node, Condition):
            has_it = self.subject.interaction.channel in criterion(node.key).channels
            return has_it and self._condition(node) != node.negated
        answers = (self.node(member) for member in node.members)
        return (all(answers) if node.join is Join.AND else any(answers)) != node.negated

    def _condition(self, condition: Condition) -> bool:
        entry = criterion(condition.key)
        value = entry.read(self.subject)
        match entry.kind:
            case Kind.FLAG:
                return bool(value) == (condition.op is Op.YES)
            case Kind.NUMBER:
                low, high = number_bounds(condition)
                return value is not None and low.below(value) and high.above(value)
            case Kind.SHARE:
                low, high = share_bounds(condition)
                return value is not None and low.below(value) and high.above(value)
            case Kind.DURATION:
                low, high = duration_bounds(condition)
                return value is not None and low.below(value) and high.above(value)
            case Kind.MOMENT:
                return self._moment(condition, cast("int", value))
            case Kind.FULLTEXT:
                return _fulltext(condition, cast("tuple[str, ...]", value))
            case _:
                return _texts(entry, condition, cast("tuple[str, ...]", value))

    def _moment(self, condition: Condition, value: int) -> bool:
        texts = [str(text) for text in condition.values]
        low, high = bounds(condition.op, texts, self.zone, self.now_us)
        return (low is None or value >= low) and (high is None or value < high)


# --- numbers -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of what a condition on a number takes; `value` None: no bound."""

    value: float | None = None
    inclusive: bool = True

    def below(self, number: object) -> bool:
        """Whether a number lies above this lower bound."""
        found = cast("float", number)
        return self.value is None or found > self.value or (self.inclusive and found == self.value)

    def above(self, number: object) -> bool:
        """Whether a number lies below this upper bound."""
        found = cast("float", number)
        return self.value is None or found < self.value or (self.inclusive and found == self.value)


_ANY: Final = Bound()
_PER_PERCENT: Final = 10


def number_bounds(condition: Condition) -> tuple[Bound, Bound]:
    """Return between what a condition on a number or duration wants it."""
    values = [float(value) if isinstance(value, str) else value for value in condition.values]
    first, last = values[0], values[-1]
    match condition.op:
        case Op.LT:
            return _ANY, Bound(first, inclusive=False)
        case Op.LE:
            return _ANY, Bound(first)
        case Op.GT:
            return Bound(first, inclusive=False), _ANY
        case Op.GE:
            return Bound(first), _ANY
        case _:
            return Bound(first), Bound(last)


def duration_bounds(condition: Condition) -> tuple[Bound, Bound]:
    """Return between what a condition wants a duration, microseconds.

    Equal to a whole second is what is shown as that second.
    """
    low, high = number_bounds(condition)
    value = int(condition.values[0])
    if condition.op is Op.EQ and value % US_PER_S == 0:
        high = Bound(value + US_PER_S, inclusive=False)
    return low, high


def share_bounds(condition: Condition) -> tuple[Bound, Bound]:
    """Return between what a condition in percent wants a share, per mille.

    Equal to a whole percent is what is shown as that percent. Below there is always a bound: what
    is not known may be kept as a number below 0.
    """
    low, high = (_per_mille(bound) for bound in number_bounds(condition))
    least = low.value
    if condition.op is Op.EQ and least is not None and least % _PER_PERCENT == 0:
        half = _PER_PERCENT // 2
        low, high = Bound(least - half), Bound(least + half, inclusive=False)
    return (Bound(0) if low.value is None or low.value < 0 else low), high


def _per_mille(bound: Bound) -> Bound:
    # Rounded: 1.1 times 10 is a little more than 11.
    value = None if bound.value is None else round(bound.value * _PER_PERCENT, 6)
    return Bound(value, bound.inclusive)


# --- texts -------------------------------------------------------------------------------------


def folded(entry: Criterion, text: str) -> str:
    """Return a text in the form in which values of the criterion are compared."""
    match entry.kind:
        case Kind.PHONE:
            return fold_address(text)
        case Kind.GIID:
            return giid_start(text)
        case _:
            return fold(text)


def compared_op(entry: Criterion, op: Op) -> Op:
    """Return how values are compared: a GIID is always found by its beginning."""
    return Op.STARTS if entry.kind is Kind.GIID else op


def _texts(entry: Criterion, condition: Condition, found: tuple[str, ...]) -> bool:
    op = compared_op(entry, condition.op)
    if op in (Op.PRESENT, Op.EMPTY):
        return any(folded(entry, value) for value in found) == (op is Op.PRESENT)
    wanted = [str(value) for value in condition.values]
    if op in (Op.IS, Op.ANY_OF) and (entry.exact or entry.kind is Kind.CHOICE):
        return any(value in wanted for value in found)
    keys = [folded(entry, value) for value in wanted]
    texts = [folded(entry, value) for value in found]
    return any(alike(op, text, key) for text in texts for key in keys)


def alike(op: Op, text: str, key: str) -> bool:
    """Whether a folded text is like a folded value, by an operator that takes one."""
    match op:
        case Op.CONTAINS:
            return key in text
        case Op.STARTS:
            return text.startswith(key)
        case Op.ENDS:
            return text.endswith(key)
        case _:
            return text == key


def _fulltext(condition: Condition, found: tuple[str, ...]) -> bool:
    values = [str(value) for value in condition.values]
    if condition.op is Op.PHRASE:
        texts = [fold_words(text) for text in found]
        return any(phrase_key(words_of(value)) in text for value in values for text in texts)
    stems = frozenset().union(*map(stems_of, found))
    return any(stems_of(value) <= stems for value in values)


__all__ = [
    "Bound",
    "Subject",
    "alike",
    "compared_op",
    "duration_bounds",
    "folded",
    "matches",
    "number_bounds",
    "share_bounds",
]
