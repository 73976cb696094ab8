"""Answers to searches out of the columns: a page, all ids, a count. Imported inside `storage` only.

Blocks are gone through newest first, so that a page of the newest, and a count that is capped,
end as soon as they are full.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, cast

import numpy as np

from reviewer.storage.catalogue.sqlite.columns import orders
from reviewer.storage.catalogue.sqlite.columns.compiling import Compiler
from reviewer.storage.catalogue.sqlite.columns.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from reviewer.models.search import Search, SortKey
    from reviewer.storage.catalogue.criteria import CompileContext
    from reviewer.storage.catalogue.sqlite.columns.asking import Answer
    from reviewer.storage.catalogue.sqlite.columns.coding import Array
    from reviewer.storage.catalogue.sqlite.columns.orders import Entry
    from reviewer.storage.catalogue.sqlite.columns.view import Block
    from reviewer.storage.catalogue.visibility import Visibility


class Answers:
    """Answers one search."""

    def __init__(
        self,
        connection: Connection,
        search: Search,
        context: CompileContext,
        visibility: Visibility,
        sort: Sequence[SortKey],
    ) -> None:
        self._view = View(connection)
        self._keys = orders.keys_of(connection, sort)
        self._by_start = sort[0].column == "started"
        self._down = sort[0].descending
        self._test = Compiler(connection, context).search(search, visibility)

    def page(self, limit: int) -> list[int]:
        """Return the first `limit` ids."""
        if limit <= 0:
            return []
        best: list[Entry] = []
        for block in self._blocks():
            if self._by_start and len(best) == limit and not self._reaches(block, best[-1][0]):
                break
            rows = self._found(block)
            if len(best) == limit:
                rows = orders.before(block, rows, self._keys, best[-1])
            if len(rows):
                chosen = orders.first(block, rows, self._keys, limit)
                best += orders.entries(block, chosen, self._keys)
                best = orders.ordered(best, self._keys)[:limit]
        return [entry[-1] for entry in best]

    def ids(self) -> array[int]:
        """Return all ids in order."""
        found = [(block, rows) for block in self._blocks() if len(rows := self._found(block))]
        told = array("q")
        told.frombytes(orders.whole(found, self._keys).tobytes())
        return told

    def count(self, cap: int | None) -> int:
        """Return how many there are; not all of them once there are more than `cap`."""
        counted = 0
        for block in self._blocks():
            answer = self._answer(block)
            counted += answer * block.size if isinstance(answer, bool) else int(answer.sum())
            if cap is not None and counted > cap:
                break
        return counted

    def _blocks(self) -> Iterator[Block]:
        """Yield the blocks in the order of starts, the newest first unless asked otherwise."""
        if self._by_start and not self._down:
            ordered = sorted(self._view.blocks, key=lambda block: block.first_us)
        else:
            ordered = sorted(self._view.blocks, key=lambda block: block.last_us, reverse=True)
        for block in ordered:
            self._view.raise_if_cancelled()
            yield block
            block.forget()

    def _reaches(self, block: Block, start_us: int) -> bool:
        """Return whether a row of a block may come before one that began at an instant."""
        return block.last_us >= start_us if self._down else block.first_us <= start_us

    def _answer(self, block: Block) -> Answer:
        answer = self._test.of(block)
        living = None if answer is False else self._view.living(block)
        return answer if living is None else living & answer

    def _found(self, block: Block) -> Array:
        answer = self._answer(block)
        if isinstance(answer, bool):
            return np.arange(block.size if answer else 0)
        return cast("Array", np.flatnonzero(answer))
