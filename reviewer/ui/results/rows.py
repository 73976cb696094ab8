"""Where rows of parts lie between the rows of interactions: a flattened tree by arithmetic.

Knows nothing of Qt. May be imported by `reviewer.ui.results`.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

HEAD = -1
"""Part number of an interaction's own row."""


class RowMap:
    """Row <-> (position, part) for `total` interactions, a few of which are opened.

    A position is an interaction's place in the order found, from 0; its parts, when shown,
    follow its own row and are numbered from 0. Opening costs the number of opened ones, looking
    up its logarithm: none of it depends on `total`.
    """

    def __init__(self, total: int = 0) -> None:
        self._total = total
        self._parts: dict[int, int] = {}
        self._open: list[int] = []
        self._before: list[int] = []

    @property
    def total(self) -> int:
        """Number of interactions."""
        return self._total

    @property
    def rows(self) -> int:
        """Number of rows in all, parts included."""
        return self._total + (self._before[-1] if self._before else 0)

    @property
    def opened(self) -> tuple[int, ...]:
        """Positions whose parts are shown, ascending."""
        return tuple(self._open)

    def grow(self, total: int) -> None:
        """Append interactions, so that there are `total`."""
        self._total = total

    def is_open(self, position: int) -> bool:
        """Whether the parts of that interaction are shown."""
        return position in self._parts

    def parts_of(self, position: int) -> int:
        """Return how many rows of parts it shows, 0 when closed."""
        return self._parts.get(position, 0)

    def open(self, position: int, parts: int) -> None:
        """Show `parts` rows under an interaction."""
        self._parts[position] = parts
        self._index()

    def close(self, position: int) -> None:
        """Hide the rows under an interaction."""
        self._parts.pop(position, None)
        self._index()

    def row_of(self, position: int, part: int = HEAD) -> int:
        """Return the row of an interaction, or of one of its parts."""
        opened_above = bisect_right(self._open, position - 1)
        above = self._before[opened_above - 1] if opened_above else 0
        return position + above + part + 1

    def locate(self, row: int) -> tuple[int, int]:
        """Return the position and part (`HEAD` for the interaction itself) shown at `row`."""
        # The first opened interaction whose block of parts ends after `row` decides.
        low, high = 0, len(self._open)
        while low < high:
            middle = (low + high) // 2
            if self._open[middle] + self._before[middle] < row:
                low = middle + 1
            else:
                high = middle
        above = self._before[low - 1] if low else 0
        if low < len(self._open):
            position = self._open[low]
            head = position + above
            if row > head:
                return position, row - head - 1
        return row - above, HEAD

    def _index(self) -> None:
        self._open = sorted(self._parts)
        self._before = list(accumulate(self._parts[position] for position in self._open))
