"""The tree of conditions that a search is: plain frozen values.

Values are kept as the user means them, not as numbers at one moment: a date is an ISO text in
the centre's zone (`2023-10-05`, `2023-10-05T13:50`) or the name of a relative period (`today`,
`last7d`), and is resolved when the search runs. So a saved set means the same next week, and the
one-line form comes back exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Scalar: TypeAlias = str | int | float
"""Text, date and choice values are `str`; durations `int` microseconds; numbers `int | float`."""


class Join(StrEnum):
    """How a block joins its members."""

    AND = "and"
    OR = "or"


class Op(StrEnum):
    """Every operator there is; a criterion's type says which it takes. Values are stored."""

    IS = "is"
    CONTAINS = "contains"
    STARTS = "starts"
    ENDS = "ends"
    EMPTY = "empty"
    PRESENT = "present"
    LT = "lt"
    LE = "le"
    EQ = "eq"
    GE = "ge"
    GT = "gt"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    WITHIN = "within"
    """In a relative period, or on a day, month or year."""
    ANY_OF = "any_of"
    YES = "yes"
    NO = "no"
    MATCHES = "matches"
    """Full text: all words, stemmed."""
    PHRASE = "phrase"
    """Full text: these words in this order."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One criterion with operator and values.

    Attributes:
        key: Key in the catalogue, English (`agent`, `custom.Region`).
        op: Operator.
        values: None for yes, no, empty, present; two for between; one for comparisons and
            `is`; one or more for the others.
        negated: Holds for what the condition does not hold for, empty values included, of the
            channels that have the criterion.
        enabled: Whether it counts at all.
    """

    key: str
    op: Op
    values: tuple[Scalar, ...] = ()
    negated: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """Members joined by AND or OR; without an enabled member it is neutral."""

    join: Join = Join.AND
    members: tuple[Node, ...] = field(default=())
    negated: bool = False
    enabled: bool = True

    def with_members(self, *members: Node) -> Block:
        """Return the block with other members."""
        return replace(self, members=members)


Node: TypeAlias = Condition | Block

EVERYTHING = Block()
"""The empty set of criteria: matches every interaction."""

MAX_DEPTH = 20
"""Blocks inside of each other, below the root."""
MAX_TEXT = 2_000
"""Characters of one value."""
MAX_CONDITIONS = 300
"""Conditions and blocks of one set: databases refuse expressions that are much larger."""
MAX_VALUES = 1_000
"""Values of one condition."""
MAX_PATTERNS = 50
"""Values of one condition that is more than equality: each is a comparison of its own."""
MAX_VALUES_IN_ALL = 5_000

Path: TypeAlias = tuple[int, ...]
"""Where a node stands: the index of each member on the way from the root, () for the root."""


def walk(node: Node, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Yield a node and everything below it with its path, from the top; no limit of depth."""
    waiting: list[tuple[Path, Node]] = [(path, node)]
    while waiting:
        here, found = waiting.pop()
        yield here, found
        if isinstance(found, Block):
            waiting.extend(
                ((*here, index), found.members[index])
                for index in reversed(range(len(found.members)))
            )


def conditions(node: Node) -> Iterator[Condition]:
    """Yield the enabled conditions that lie in enabled blocks."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if not found.enabled:
            continue
        if isinstance(found, Block):
            waiting.extend(reversed(found.members))
        else:
            yield found
