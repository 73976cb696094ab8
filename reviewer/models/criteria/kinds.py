"""Types of values a criterion can have, the operators of each type, and their names."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Final

from reviewer.messages import ptr, tr
from reviewer.models.criteria.tree import Op

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """What the values of a criterion are, and so which editor, operators and words they have."""

    TEXT = "text"
    PHONE = "phone"
    """An address: a phone number compared by its digits, or any other address."""
    GIID = "giid"
    NAME = "name"
    """A name out of a list that the store knows, offered while typing."""
    NUMBER = "number"
    SHARE = "share"
    """A part of a whole: in percent where it is typed and kept, per mille where it is read."""
    DURATION = "duration"
    MOMENT = "moment"
    CHOICE = "choice"
    FLAG = "flag"
    FULLTEXT = "fulltext"


class Arity(Enum):
    """How many values an operator takes."""

    NONE = (0, 0)
    ONE = (1, 1)
    TWO = (2, 2)
    MANY = (1, None)

    def fits(self, count: int) -> bool:
        """Whether a condition with so many values is complete."""
        least, most = self.value
        return count >= least and (most is None or count <= most)


_TEXT: Final = (Op.IS, Op.ANY_OF, Op.CONTAINS, Op.STARTS, Op.ENDS, Op.PRESENT, Op.EMPTY)
_SCALE: Final = (Op.LT, Op.LE, Op.EQ, Op.GE, Op.GT, Op.BETWEEN)

OPERATORS: Final[Mapping[Kind, tuple[Op, ...]]] = {
    Kind.TEXT: _TEXT,
    Kind.PHONE: _TEXT,
    Kind.GIID: (Op.IS, Op.ANY_OF, Op.STARTS),
    Kind.NAME: (Op.ANY_OF, Op.CONTAINS, Op.STARTS, Op.ENDS, Op.PRESENT, Op.EMPTY),
    Kind.NUMBER: _SCALE,
    Kind.SHARE: _SCALE,
    Kind.DURATION: _SCALE,
    Kind.MOMENT: (Op.WITHIN, Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.GE, Op.LE),
    Kind.CHOICE: (Op.ANY_OF,),
    Kind.FLAG: (Op.YES, Op.NO),
    Kind.FULLTEXT: (Op.MATCHES, Op.PHRASE),
}
"""What each type offers, in the order of the builder's list."""

# What `key:value` means without any further sign.
PLAIN: Final[Mapping[Kind, Op]] = {
    Kind.TEXT: Op.IS,
    Kind.PHONE: Op.IS,
    Kind.GIID: Op.IS,
    Kind.NAME: Op.ANY_OF,
    Kind.NUMBER: Op.EQ,
    Kind.SHARE: Op.EQ,
    Kind.DURATION: Op.EQ,
    Kind.MOMENT: Op.WITHIN,
    Kind.CHOICE: Op.ANY_OF,
    Kind.FLAG: Op.YES,
    Kind.FULLTEXT: Op.MATCHES,
}

TEXTUAL: Final = frozenset({Kind.TEXT, Kind.PHONE, Kind.GIID, Kind.NAME})
ORDERED: Final = frozenset({Kind.NUMBER, Kind.SHARE, Kind.DURATION, Kind.MOMENT})

_NONE: Final = frozenset({Op.EMPTY, Op.PRESENT, Op.YES, Op.NO})
_MANY: Final = frozenset(
    {Op.ANY_OF, Op.CONTAINS, Op.STARTS, Op.ENDS, Op.MATCHES, Op.PHRASE},
)


def arity(op: Op) -> Arity:
    """Return how many values `op` takes."""
    if op in _NONE:
        return Arity.NONE
    if op in _MANY:
        return Arity.MANY
    return Arity.TWO if op is Op.BETWEEN else Arity.ONE


def operator_name(op: Op, kind: Kind) -> str:
    """Return how an operator reads between criterion and value, in the language in force."""
    if kind is Kind.MOMENT:
        special = {
            Op.WITHIN: ptr("operator", "in the period"),
            Op.GE: ptr("operator", "not before"),
            Op.LE: ptr("operator", "not after"),
        }
    elif kind is Kind.DURATION:
        special = {Op.LT: ptr("operator", "shorter than"), Op.GT: ptr("operator", "longer than")}
    elif kind is Kind.FULLTEXT:
        special = {
            Op.MATCHES: ptr("operator", "contains the words"),
            Op.PHRASE: ptr("operator", "contains the phrase"),
        }
    else:
        special = {}
    return special.get(op) or _general_name(op)


def _general_name(op: Op) -> str:
    return {
        Op.IS: ptr("operator", "is"),
        Op.CONTAINS: ptr("operator", "contains"),
        Op.STARTS: ptr("operator", "starts with"),
        Op.ENDS: ptr("operator", "ends with"),
        Op.EMPTY: ptr("operator", "is empty"),
        Op.PRESENT: ptr("operator", "is not empty"),
        Op.LT: ptr("operator", "less than"),
        Op.LE: ptr("operator", "at most"),
        Op.EQ: ptr("operator", "equal to"),
        Op.GE: ptr("operator", "at least"),
        Op.GT: ptr("operator", "more than"),
        Op.BETWEEN: ptr("operator", "between"),
        Op.BEFORE: ptr("operator", "before"),
        Op.AFTER: ptr("operator", "after"),
        Op.WITHIN: ptr("operator", "in"),
        Op.ANY_OF: ptr("operator", "any of"),
        Op.YES: ptr("operator", "yes"),
        Op.NO: ptr("operator", "no"),
        Op.MATCHES: ptr("operator", "contains"),
        Op.PHRASE: ptr("operator", "contains"),
    }[op]


def negated_operator_name(op: Op, kind: Kind) -> str:
    """Return how the opposite of an operator reads, in the language in force."""
    special = {
        Op.IS: ptr("operator", "is not"),
        Op.ANY_OF: ptr("operator", "none of"),
        Op.CONTAINS: ptr("operator", "does not contain"),
        Op.STARTS: ptr("operator", "does not start with"),
        Op.ENDS: ptr("operator", "does not end with"),
        Op.MATCHES: ptr("operator", "does not contain the words"),
        Op.PHRASE: ptr("operator", "does not contain the phrase"),
    }
    return special.get(op) or tr("not {operator}", operator=operator_name(op, kind))
