"""Which columns are shown, in which order and how wide: remembered per user and channel.

Knows nothing of Qt. May be imported by `reviewer.ui.results`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Place:
    """One column in the table; `width_px` None until the user has changed it."""

    key: str
    shown: bool
    width_px: int | None = None


@dataclass(frozen=True, slots=True)
class TableLayout:
    """The columns from left to right, hidden ones included; the first one never moves."""

    places: tuple[Place, ...]

    @classmethod
    def at_first(cls, keys: Sequence[tuple[str, bool]]) -> TableLayout:
        """Return the layout of (key, shown at first), in the catalogue's order."""
        return cls(tuple(Place(key, shown) for key, shown in keys))

    @property
    def shown(self) -> tuple[str, ...]:
        """Keys of what is shown, left to right."""
        return tuple(place.key for place in self.places if place.shown)

    def with_shown(self, key: str, shown: bool) -> TableLayout:
        """Return the layout with a column shown or hidden; the first one stays shown."""
        first = self.places[0].key
        return TableLayout(
            tuple(
                replace(p, shown=shown or key == first) if p.key == key else p for p in self.places
            )
        )

    def with_width(self, key: str, width_px: int) -> TableLayout:
        """Return the layout with a column's width as the user set it."""
        return TableLayout(
            tuple(replace(p, width_px=width_px) if p.key == key else p for p in self.places)
        )

    def moved(self, key: str, to: int) -> TableLayout:
        """Return the layout with a column at index `to`, at least 1, among all columns."""
        others = [place for place in self.places if place.key != key]
        mine = next(place for place in self.places if place.key == key)
        if mine is self.places[0]:
            return self
        others.insert(max(1, to), mine)
        return TableLayout(tuple(others))

    # --- what is remembered

    def as_json(self, before: object = None) -> list[list[object]]:
        """Return it as JSON values.

        What was stored `before` of columns that these results do not have stays, after the
        column that it stood after.
        """
        known = {place.key for place in self.places}
        made: list[list[object]] = [[p.key, p.shown, p.width_px] for p in self.places]
        previous = ""
        for item in before if isinstance(before, list) else []:
            place = _place(item)
            if place is None:
                continue
            if place.key not in known:
                at = next((i for i, one in enumerate(made) if one[0] == previous), len(made) - 1)
                made.insert(at + 1, [place.key, place.shown, place.width_px])
                known.add(place.key)
            previous = place.key
        return made

    def from_json(self, stored: object) -> TableLayout:
        """Return what was stored, made to fit the columns that there are now.

        Columns that are gone are left out, new ones come where the catalogue has them.
        """
        known = {place.key: place for place in self.places}
        kept: list[Place] = []
        for item in stored if isinstance(stored, list) else []:
            place = _place(item)
            if place is not None and place.key in known:
                kept.append(place)
                del known[place.key]
        if not kept:
            return self
        first = self.places[0].key
        order = [place.key for place in self.places]
        for key, place in known.items():
            before = order[: order.index(key)]
            at = 1 + max((i for i, p in enumerate(kept) if p.key in before), default=-1)
            kept.insert(at, place)
        kept.sort(key=lambda place: place.key != first)
        return TableLayout((replace(kept[0], shown=True), *kept[1:]))


def _place(item: object) -> Place | None:
    if not isinstance(item, list) or len(item) != 3:
        return None
    key, shown, width = cast("list[object]", item)
    if not isinstance(key, str) or not isinstance(shown, bool):
        return None
    sane = isinstance(width, int) and not isinstance(width, bool) and 0 < width < 10_000
    return Place(key, shown, cast("int", width) if sane else None)


def fitted(
    wishes: Sequence[tuple[int, int, bool]], room_px: int, stretch: int | None
) -> tuple[int, ...]:
    """Return the widths of the shown columns in `room_px`, px.

    Args:
        wishes: For each column its width, its least width, and whether it may be narrowed
            (not where the user set the width).
        room_px: Width of the table.
        stretch: Index of the column that takes what is left over.

    Where there is too little room, columns that may are narrowed in proportion to what they can
    give; when that is not enough the table scrolls, and none is narrowed.
    """
    widths = [width for width, _, _ in wishes]
    missing = sum(widths) - room_px
    if missing <= 0:
        if stretch is not None:
            widths[stretch] -= missing
        return tuple(widths)
    gives = [width - least if free else 0 for width, least, free in wishes]
    total = sum(gives)
    if total < missing:
        return tuple(widths)
    taken = 0
    for i, give in enumerate(gives):
        part = give * missing // total
        widths[i] -= part
        taken += part
    for i, give in enumerate(gives):
        if taken < missing and give:
            widths[i] -= 1
            taken += 1
    return tuple(widths)
