"""What criteria ask of a block of columns, and what a block is. Imported inside `storage` only."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from reviewer.storage.catalogue.sqlite.columns.coding import Column, Mask

Answer: TypeAlias = "Mask | bool"
"""Which rows of a block meet a test: (rows,), or all or none of them."""


class Test(Protocol):
    """A condition on the rows of a block."""

    @property
    def cost(self) -> int:
        """How dear it is, against others: cheap ones are asked first."""
        ...

    def of(self, block: Block) -> Answer:
        """Return which rows meet it."""
        ...


class Leaf(Test, Hashable, Protocol):
    """A test that is equal to another one that asks the same."""


class Block(Protocol):
    """Some interactions, one a row.

    Attributes:
        size: How many rows.
        first_id, last_id: The least and the greatest of their ids.
        first_us, last_us: When the first and the last of them began.
    """

    size: int
    first_id: int
    last_id: int
    first_us: int
    last_us: int

    def column(self, name: str) -> Column:
        """Return one of the columns of `sources`."""
        ...

    def remembered(self, test: Leaf) -> Answer:
        """Return which rows meet a test, without asking it again where that is known."""
        ...

    def forget(self) -> None:
        """Give up what was read, which takes room."""
        ...
