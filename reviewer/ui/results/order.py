"""The order of the results: what a click on a title makes of it, and how it is remembered."""

from __future__ import annotations

from reviewer.models.search import NEWEST_FIRST, SortKey


def resorted(sort: tuple[SortKey, ...], column: str, *, extend: bool) -> tuple[SortKey, ...]:
    """Return the order after a click on a column's title.

    A click sorts by the column, another one turns it round; with `extend` (shift) the column
    becomes the second key, or turns round where it is one already.
    """
    own = next((key for key in sort if key.column == column), None)
    # Dates are looked for from the newest back, everything else from its beginning.
    fresh = SortKey(column, descending=column == "started")
    turned = SortKey(column, descending=not own.descending) if own is not None else fresh
    if extend and sort:
        if own is not None:
            return tuple(turned if key is own else key for key in sort)
        return (sort[0], fresh)
    if own is not None and sort[0] is own:
        return (turned,)
    return (fresh,)


def sort_from_json(stored: object, sortable: set[str]) -> tuple[SortKey, ...]:
    """Return the order that was stored, newest first where it makes no sense now."""
    keys = []
    for item in stored if isinstance(stored, list) else []:
        if not isinstance(item, list) or len(item) != 2 or item[0] not in sortable:
            return NEWEST_FIRST
        keys.append(SortKey(str(item[0]), descending=bool(item[1])))
    return tuple(keys) or NEWEST_FIRST
