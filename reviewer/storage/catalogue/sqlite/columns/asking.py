"""Criteria as tests of whole blocks: which rows of a block meet a condition.

The third interpreter of criteria beside SQL and Python, held equal to them by a property test.
What no column knows is asked of the tables: their ids are a test as well, so a new criterion
works before it is fast. Imported inside `storage` only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np

from reviewer.models.criteria.tree import Op
from reviewer.storage.catalogue.sqlite.columns import sources
from reviewer.storage.catalogue.sqlite.columns.coding import mask_of
from reviewer.storage.catalogue.sqlite.columns.view import lists, numbers, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.criteria.evaluate import Bound
    from reviewer.storage.catalogue.sqlite.columns.coding import Array, Mask, Texts, Whole
    from reviewer.storage.catalogue.sqlite.columns.contract import Answer, Block, Leaf, Test

# --- together ----------------------------------------------------------------------------------


class All:
    """Holds where all its tests do; without tests, always."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._tests = sorted(tests, key=lambda test: test.cost)
        self.cost = sum(test.cost for test in tests)

    def of(self, block: Block) -> Answer:
        """Return which rows meet it; once no row is left, nothing more is asked."""
        mask: Answer = True
        for test in self._tests:
            found = test.of(block)
            if found is False:
                return False
            if found is True:
                continue
            mask = found if mask is True else mask & found
            if not np.any(mask):
                return False
        return mask


class AnyOf:
    """Holds where one of its tests does."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._tests = sorted(tests, key=lambda test: test.cost)
        self.cost = sum(test.cost for test in tests)

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        mask: Answer = False
        for test in self._tests:
            found = test.of(block)
            if found is True:
                return True
            if found is not False:
                mask = found if mask is False else mask | found
        return mask


class Not:
    """Holds where a test does not."""

    def __init__(self, test: Test) -> None:
        self._test = test
        self.cost = test.cost

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        found = self._test.of(block)
        return (not found) if isinstance(found, bool) else ~found


# --- columns -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Between:
    """A number lies between two bounds; one that is missing does not."""

    name: str
    low: Bound
    high: Bound
    cost: int = 1

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        values = numbers(block, self.name)
        mask: Answer = True
        low, high = self.low, self.high
        if low.value is not None:
            mask = values >= low.value if low.inclusive else values > low.value
        if high.value is not None:
            below = values <= high.value if high.inclusive else values < high.value
            mask = below if mask is True else mask & below
        return mask


@dataclass(frozen=True, slots=True)
class Began:
    """It began from one instant on, and before another."""

    low_us: int | None
    high_us: int | None
    cost: int = 0

    def of(self, block: Block) -> Answer:
        """Return which rows meet it, without a look at them where all or none do."""
        low = block.first_us if self.low_us is None else self.low_us
        high = block.last_us + 1 if self.high_us is None else self.high_us
        if low <= block.first_us and block.last_us < high:
            return True
        if block.last_us < low or high <= block.first_us:
            return False
        starts = numbers(block, "started_us")
        return (starts >= low) & (starts < high)


@dataclass(frozen=True, slots=True)
class OneOf:
    """A whole number is one of some."""

    name: str
    values: tuple[int, ...]
    cost: int = 1

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        if not self.values:
            return False
        held = numbers(block, self.name)
        if len(self.values) == 1:
            return cast("Mask", held == self.values[0])
        return np.isin(held, np.array(self.values))


@dataclass(frozen=True, slots=True)
class Under:
    """A row is in the lists under one of some whole numbers."""

    name: str
    values: frozenset[int]
    cost: int = 2

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        if not self.values:
            return False
        found = lists(block, self.name)
        if not len(found):
            return False
        return _mask(block, found.under(cast("Whole", found.keys).among(self.values)))


@dataclass(frozen=True, slots=True)
class Like:
    """One of a row's texts is like one of some: equal, beginning, ending or holding it."""

    name: str
    op: Op
    keys: tuple[bytes, ...]
    cost: int = 10

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        found = lists(block, self.name)
        if not len(found):
            return False
        texts = cast("Texts", found.keys)
        if self.op is Op.PRESENT:
            return _mask(block, found.rows)
        if self.op in (Op.CONTAINS, Op.STARTS, Op.ENDS):
            find: Callable[[bytes], Array] = {
                Op.CONTAINS: texts.containing, Op.STARTS: texts.starting, Op.ENDS: texts.ending
            }[self.op]  # fmt: skip
            places = [find(key) for key in self.keys]
            told = places[0] if len(places) == 1 else np.unique(np.concatenate(places))
        else:
            told = texts.among(self.keys)
        return _mask(block, found.under(told))


@dataclass(frozen=True, slots=True)
class Said:
    """All stems of one of some sets of them were said."""

    stems: tuple[tuple[bytes, ...], ...]
    cost: int = 20

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        mask: Answer = False
        for stems in self.stems:
            if not stems:
                return True
            told = _mask(block, _with_all(block, stems))
            if told is not False:
                mask = told if mask is False else mask | told
        return mask


def _with_all(block: Block, stems: Sequence[bytes]) -> Array:
    """Return the rows in which all of some stems were said."""
    found = []
    for stem in stems:
        held = lists(block, sources.words(stem))
        place = cast("Texts", held.keys).among((stem,))
        if not len(place):
            return held.rows[:0]
        found.append(held.under(place))
    # The rarest first: what is left is few.
    found.sort(key=len)
    rows = found[0]
    for more in found[1:]:
        rows = rows[mask_of(more, block.size)[rows]]
    return rows


@dataclass(frozen=True, slots=True)
class Remembered:
    """A dear test whose answers are kept: while a set is edited, most of it stays the same."""

    test: Leaf
    cost: int = 10

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        return block.remembered(self.test)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words were said in an order, which the index of words tells for a range of ids.

    Attributes:
        query: What the index is asked.
        ids: Asks it for the ids from one to another, rising.
    """

    query: str
    ids: Callable[[int, int], Array] = field(compare=False)
    cost: int = 50

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        return _mask(block, rows_of(block, self.ids(block.first_id, block.last_id)))


class Ids:
    """It is one of some interactions.

    Args:
        ids: Gives all their ids, rising; asked when they are first needed.
    """

    def __init__(self, ids: Callable[[], Array]) -> None:
        self._ids = cache(ids)
        self.cost = 5

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        return _mask(block, rows_of(block, self._ids()))


def _mask(block: Block, rows: Array) -> Answer:
    return mask_of(rows, block.size) if len(rows) else False
