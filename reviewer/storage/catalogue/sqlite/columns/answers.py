"""Answers to searches out of the columns: a page, all ids, a count. Imported inside `storage` only.

Blocks are gone through newest first, so that a page of the newest, and a count that is capped,
end as soon as they are full.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from sqlalchemy import select

from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.sqlite.columns import orders
from reviewer.storage.catalogue.sqlite.columns.compiling import Compiler
from reviewer.storage.catalogue.sqlite.columns.sources import ID
from reviewer.storage.catalogue.sqlite.columns.view import View, numbers, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from reviewer.models.search import Search, SortKey
    from reviewer.storage.catalogue.criteria import CompileContext
    from reviewer.storage.catalogue.sqlite.columns.coding import Array
    from reviewer.storage.catalogue.sqlite.columns.contract import Answer, Block
    from reviewer.storage.catalogue.sqlite.columns.orders import Entry
    from reviewer.storage.catalogue.visibility import Visibility


_I: Final = schema.interactions
_WALK: Final = 20
"""So many times as many GIIDs as are wanted are gone along: one in so many may be met."""


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
        self._connection = connection
        self._view = View(connection)
        self._keys = orders.keys_of(connection, sort)
        self._by_start = sort[0].column == "started"
        self._by_giid = sort[0].column == "giid"
        self._down = sort[0].descending
        self._test = Compiler(connection, context).search(search, visibility)

    def page(self, limit: int) -> list[int]:
        """Return the first `limit` ids."""
        if limit <= 0:
            return []
        walked = self._along_giids(limit) if self._by_giid else None
        if walked is not None:
            return walked
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
        told = array("q")
        for found in self._apart():
            told.frombytes(orders.whole(found, self._keys).data.cast("B"))
        return told

    def count(self, cap: int | None) -> int:
        """Return how many there are; not all of them once there are more than `cap`."""
        counted = 0
        for block in self._blocks():
            counted += _rows_met(block, self._answer(block))
            if cap is not None and counted > cap:
                break
        return counted

    def _apart(self) -> Iterator[list[tuple[Block, Array]]]:
        """Yield what was found in order, together those blocks whose rows it may mix."""
        together: list[tuple[Block, Array]] = []
        edge_us = 0
        for block in self._blocks():
            rows = self._found(block)
            if not len(rows):
                continue
            if self._by_start and together and not self._reaches(block, edge_us):
                yield together
                together = []
            if not together:
                edge_us = block.first_us if self._down else block.last_us
            elif self._down:
                edge_us = min(edge_us, block.first_us)
            else:
                edge_us = max(edge_us, block.last_us)
            together.append((block, rows))
        if together:
            yield together

    def _along_giids(self, limit: int) -> list[int] | None:
        """Return the first in the order of the tables' index, None where it tells too few.

        To sort by a column of texts takes all of it: of five million GIIDs 200 MB.
        """
        answers = [(block, self._answer(block)) for block in self._blocks()]
        met_rows = sum(_rows_met(block, answer) for block, answer in answers)
        all_rows = sum(block.size for block in self._view.blocks)
        if met_rows * _WALK < all_rows:
            return None
        every = all(answer is True for _, answer in answers)
        most = limit if every else limit * _WALK
        giid = _I.c.giid.desc() if self._down else _I.c.giid
        walk = list(self._connection.execute(select(_I.c.id).order_by(giid).limit(most)).scalars())
        if every:
            return walk
        asked = np.array(sorted(walk), np.int64)
        met: set[int] = set()
        for block, answer in answers:
            if answer is False:
                continue
            rows = rows_of(block, asked)
            told = rows if answer is True else rows[answer[rows]]
            met.update(numbers(block, ID)[told].tolist())
            block.forget()
        found = [number for number in walk if number in met][:limit]
        return found if len(found) == limit or len(walk) < most else None

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


def _rows_met(block: Block, answer: Answer) -> int:
    """Return how many rows of a block an answer is of."""
    return answer * block.size if isinstance(answer, bool) else int(answer.sum())
