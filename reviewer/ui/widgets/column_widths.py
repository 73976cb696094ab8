"""How wide the columns of a table are, so that no word is cut while there is room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

LEAST_PX: Final = 60
"""No column becomes narrower for want of room."""


def column_widths(
    needed: Sequence[int], usual: Sequence[int], room: int, *, whole: Collection[int] = ()
) -> list[int]:
    """Return the width of each column.

    Args:
        needed: What the longest text of each takes, px.
        usual: How wide each is with room to spare, px; 0: it takes what is left, as the last does
            where none is so.
        room: What there is for all, px.
        whole: Places of those that are of no use when cut.

    Where the texts do not fit, the longest columns are cut first, all to the same width.
    """
    if not needed:
        return []
    widths = _between(needed, [max(pair) for pair in zip(needed, usual, strict=True)], room)
    if sum(widths) > room:
        cut = [place for place in range(len(widths)) if place not in whole]
        left = room - sum(widths[place] for place in whole)
        most = max(_cut_at([widths[place] for place in cut], left), LEAST_PX)
        for place in cut:
            widths[place] = min(widths[place], most)
    spare = max(room - sum(widths), 0)
    taking = [place for place, width in enumerate(usual) if not width] or [len(usual) - 1]
    for place in taking:
        widths[place] += spare // len(taking)
    widths[taking[-1]] += spare % len(taking)
    return widths


def _between(least: Sequence[int], most: Sequence[int], room: int) -> list[int]:
    """Return widths that share what is left beyond the least, as far as each has use for it."""
    wanted = sum(most) - sum(least)
    spare = max(min(room - sum(least), wanted), 0)
    return [
        low + ((high - low) * spare // wanted if wanted else 0)
        for low, high in zip(least, most, strict=True)
    ]


def _cut_at(widths: Sequence[int], room: int) -> int:
    """Return the width to which the longest are cut so that all fit."""
    left = sorted(widths)
    while left:
        most = room // len(left)
        if left[0] > most:
            return most
        room -= left.pop(0)
    return room
