"""Which rows of a long result are at hand: pages of rows, the least recently used dropped first.

Knows nothing of Qt. May be imported by `reviewer.ui.results`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set

    from reviewer.models.criteria.highlight import Snippet
    from reviewer.models.ids import InteractionId
    from reviewer.models.search import InteractionRow

PAGE_ROWS = 16
"""Rows fetched together at least: less than a window full, so that few are read unseen."""
PAGES_KEPT = 64
"""1 024 rows: scrolling back and forth fetches nothing. A row takes 3 kB, measured."""


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
        """Keep a page; `whole` False for what is only its beginning.

        Lines that were found in the texts of its rows stay until there are others.
        """
        before = self._pages.get(number, {})
        self._pages[number] = {row.id: _with_snippet_of(row, before.get(row.id)) for row in rows}
        self._pages.move_to_end(number)
        if whole:
            self._whole.add(number)
        while len(self._pages) > self._kept:
            dropped, _ = self._pages.popitem(last=False)
            self._whole.discard(dropped)

    def put_snippets(self, number: int, said: Mapping[int, Snippet]) -> None:
        """Keep lines found in the texts of a page's rows, by id."""
        page = self._pages.get(number, {})
        for interaction_id, row in page.items():
            page[interaction_id] = replace(row, snippet=said.get(interaction_id))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of the pages at hand, the one used last at the end."""
        return tuple(self._pages)

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


def _with_snippet_of(row: InteractionRow, before: InteractionRow | None) -> InteractionRow:
    if before is None or before.snippet is None or row.snippet is not None:
        return row
    return replace(row, snippet=before.snippet)
