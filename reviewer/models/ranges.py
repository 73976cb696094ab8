"""Ranges of whole numbers: what several cover together, what both cover, what none does.

Each range is its first number and the one just after its last. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges in ascending order with those that touch or overlap made one."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(ranges):
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def complement(ranges: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return what of `0 .. length` none of the ranges covers, ascending."""
    left = []
    reached = 0
    for begin, end in merged(ranges):
        stop = min(begin, length)
        if stop > reached:
            left.append((reached, stop))
        reached = max(reached, end)
    if reached < length:
        left.append((reached, length))
    return left


def common(
    first: Sequence[tuple[int, int]], second: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return what both of two lists of ascending, separate ranges cover."""
    found = []
    i = j = 0
    while i < len(first) and j < len(second):
        begin, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if begin < end:
            found.append((begin, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return found
