"""Which rows of a long result are at hand: pages of rows, the least recently used dropped first.

Knows nothing of Qt. May be imported by `reviewer.ui.results`.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from reviewer.models.ids import InteractionId
    from reviewer.models.search import InteractionRow

PAGE_ROWS = 256
"""Rows fetched together: 0.55 ms in the store, about seven windows full."""
PAGES_KEPT = 32
"""8 192 rows: scrolling back and forth fetches nothing, and memory stays under some 15 MB."""


class PageCache:
    """Rows by their ids, page by page."""

    def __init__(self, kept: int = PAGES_KEPT) -> None:
        self._kept = kept
        self._pages: OrderedDict[int, dict[InteractionId, InteractionRow]] = OrderedDict()
        self._whole: set[int] = set()

    def __len__(self) -> int:
        """Number of pages at hand."""
        return len(self._pages)

    def row(self, position: int, interaction_id: InteractionId) -> InteractionRow | None:
        """Return the row at `position`, None when its page is not at hand or lacks it."""
        number = position // PAGE_ROWS
        page = self._pages.get(number)
        if page is None:
            return None
        self._pages.move_to_end(number)
        return page.get(interaction_id)

    def is_whole(self, number: int) -> bool:
        """Whether the page was fetched: what it lacks is not in the store any more."""
        return number in self._whole

    def put(self, number: int, rows: Iterable[InteractionRow], *, whole: bool = True) -> None:
        """Keep a page; `whole` False for what is only its beginning."""
        self._pages[number] = {row.id: row for row in rows}
        self._pages.move_to_end(number)
        if whole:
            self._whole.add(number)
        while len(self._pages) > self._kept:
            dropped, _ = self._pages.popitem(last=False)
            self._whole.discard(dropped)

    def pages_with(self, *touched: Set[InteractionId]) -> tuple[int, ...]:
        """Return the numbers of the pages at hand that hold any of these interactions.

        The sets are asked, not walked through or joined: an import touches any number.
        """
        return tuple(
            number
            for number, page in self._pages.items()
            if any(ids and any(i in ids for i in page) for ids in touched)
        )

    def clear(self) -> None:
        """Forget everything."""
        self._pages.clear()
        self._whole.clear()
