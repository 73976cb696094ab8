"""What comes first in an order by any columns, and all of it. Imported inside `storage` only.

Within a block an order is of numbers, however it is of texts outside of it: texts under a block's
keys have their places. What is first in a block is found without sorting all of it; what was
first in several is put in order by the values themselves. Ties are ordered by start and id,
newest first, and what has no value comes last either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, cast

import numpy as np
from sqlalchemy import select

from reviewer.models.columns import CUSTOM
from reviewer.models.folding import fold
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.ordering import order_by
from reviewer.storage.catalogue.sqlite.columns import sources
from reviewer.storage.catalogue.sqlite.columns.view import lists, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from reviewer.models.search import SortKey
    from reviewer.storage.catalogue.sqlite.columns.coding import Array, Texts
    from reviewer.storage.catalogue.sqlite.columns.contract import Block

_NUMBERS: Final[Mapping[str, str]] = {
    "icon": "channel",
    "started": "started_us",
    "duration": "duration_us",
    "flag": "flagged",
    "notes": "has_notes",
    "recording": "voice_state",
    "sentiment": "sentiment",
    "sentiment_value": "sentiment",
    "segments": "segment_count",
    "score": "score",
    "evaluated": "evaluated",
    "silence": "silence_share",
    "talkover": "talkover_share",
}
_TEXTS: Final[Mapping[str, str]] = {
    "from": "from_fold",
    "to": "to_fold",
    "connected": "connected_fold",
    "scenario": "scenario_fold",
    "account": "account_fold",
    "case": "case_fold",
    "subject": "subject_fold",
    "problem": "call_problem_fold",
    "giid": "giid",
}
_NAMED: Final[Mapping[str, tuple[str, Table, str]]] = {
    "service": ("service_id", schema.services, "name_fold"),
    "disposition": ("disposition_id", schema.dispositions, "name_fold"),
    "agent": ("agent_id", schema.agents, "login_fold"),
    "evaluator": ("evaluator_id", schema.users, "login_fold"),
}
_OPTIONAL: Final = frozenset(
    {"recording", "sentiment", "sentiment_value", "score", "silence", "talkover"}
)
_LAST: Final = np.inf


class Key(Protocol):
    """One of the columns of an order."""

    @property
    def descending(self) -> bool:
        """Whether the greatest comes first."""
        ...

    def ranks(self, block: Block, rows: Array) -> Array:
        """Return (rows,): numbers that rise in the order of a block, `_LAST` for no value."""
        ...

    def values(self, block: Block, rows: Array) -> list[Any]:
        """Return what can be compared with rows of other blocks, None for no value."""
        ...

    def rank(self, block: Block, value: Any) -> Any:
        """Return the rank that a value of another block has in this one, or one between."""
        ...

    def across(self, found: Sequence[tuple[Block, Array]]) -> Array:
        """Return numbers that rise in the order of all rows of several blocks together."""
        ...


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of the row; missing ones are told where they may be."""

    name: str
    descending: bool
    optional: bool = False

    def ranks(self, block: Block, rows: Array) -> Array:
        values = numbers(block, self.name)[rows]
        if values.dtype.kind == "f":
            ranks = -values if self.descending else values
            return np.where(np.isnan(ranks), _LAST, ranks)
        wide = values.astype(np.int64)
        ranks = -wide if self.descending else wide
        return np.where(values == sources.NONE, _LAST, ranks) if self.optional else ranks

    def rank(self, block: Block, value: Any) -> Any:
        return _ranked(value, self.descending)

    def values(self, block: Block, rows: Array) -> list[Any]:
        told = numbers(block, self.name)[rows]
        if not self.optional:
            return list(told.tolist())
        missing = np.isnan(told) if told.dtype.kind == "f" else told == sources.NONE
        pairs = zip(told.tolist(), missing.tolist(), strict=True)
        return [None if none else value for value, none in pairs]

    def across(self, found: Sequence[tuple[Block, Array]]) -> Array:
        return _each(found, self.ranks)


@dataclass(frozen=True, slots=True)
class _Named:
    """The name of what a number stands for: its place among all names, -1 for none."""

    name: str
    descending: bool
    places: Array

    def _places(self, block: Block, rows: Array) -> Array:
        return self.places[numbers(block, self.name)[rows]]

    def ranks(self, block: Block, rows: Array) -> Array:
        places = self._places(block, rows)
        return np.where(places < 0, _LAST, -places if self.descending else places)

    def rank(self, block: Block, value: Any) -> Any:
        return _ranked(value, self.descending)

    def values(self, block: Block, rows: Array) -> list[Any]:
        return [None if place < 0 else place for place in self._places(block, rows).tolist()]

    def across(self, found: Sequence[tuple[Block, Array]]) -> Array:
        return _each(found, self.ranks)


@dataclass(frozen=True, slots=True)
class _Text:
    """The least text of a row; without one it is empty, or has no value where that may be."""

    name: str
    descending: bool
    optional: bool = False

    def _ranked(self, places: Array) -> Array:
        ranks = -places if self.descending else places
        return np.where(places < 0, _LAST, ranks) if self.optional else ranks

    def ranks(self, block: Block, rows: Array) -> Array:
        return self._ranked(lists(block, self.name).firsts(block.size)[rows])

    def rank(self, block: Block, value: Any) -> Any:
        if value == b"":
            return _ranked(-1, self.descending)
        if value is None:
            return _LAST
        keys = cast("Texts", lists(block, self.name).keys)
        place = keys.first_from(value)
        there = place < len(keys) and keys[place] == value
        return _ranked(place if there else place - 0.5, self.descending)

    def values(self, block: Block, rows: Array) -> list[Any]:
        held = lists(block, self.name)
        keys = cast("Texts", held.keys)
        none = None if self.optional else b""
        places = held.firsts(block.size)[rows].tolist()
        return [none if place < 0 else keys[place] for place in places]

    def across(self, found: Sequence[tuple[Block, Array]]) -> Array:
        texts = sorted({text for block, _ in found for text in lists(block, self.name).keys.all()})
        place = {text: number for number, text in enumerate(texts)}.__getitem__

        def ranks(block: Block, rows: Array) -> Array:
            held = lists(block, self.name)
            # At the end what stands for none, which is where -1 points.
            places = np.fromiter((*map(place, held.keys.all()), -1), np.int64, len(held) + 1)
            return places[held.firsts(block.size)[rows]]

        return self._ranked(_each(found, ranks))


def keys_of(connection: Connection, sort: Sequence[SortKey]) -> list[Key]:
    """Return the columns of an order, complete with start and id.

    Raises:
        UsageError: There is no such column, or rows cannot be ordered by it.
    """
    order_by(sort)
    keys = [_key(connection, key) for key in sort]
    if all(key.column != "started" for key in sort):
        keys.append(_Number("started_us", descending=True))
    return [*keys, _Number(sources.ID, descending=True)]


def _key(connection: Connection, key: SortKey) -> Key:
    down = key.descending
    if key.column in _NUMBERS:
        return _Number(_NUMBERS[key.column], down, optional=key.column in _OPTIONAL)
    if key.column in _TEXTS:
        return _Text(_TEXTS[key.column], down)
    if key.column in _NAMED:
        name, table, column = _NAMED[key.column]
        rows = connection.execute(select(table.c.id, table.c[column])).all()
        order = {text: place for place, text in enumerate(sorted({row[1] for row in rows}))}
        # At the end what NULL stands for, which is where -1 points.
        places = np.full(max((row[0] for row in rows), default=0) + 2, -1)
        for number, text in rows:
            places[number] = order[text]
        return _Named(name, down, places)
    if key.column == "tags":
        return _Text(sources.label(codes.LABEL_TAG), down, optional=True)
    fields = schema.custom_fields
    name = fold(key.column[len(CUSTOM) :])
    field = connection.execute(select(fields.c.id).where(fields.c.name_fold == name)).scalar()
    return _Text(sources.custom(field or 0), down, optional=True)


def _ranked(value: Any, descending: bool) -> float:
    if value is None:
        return _LAST
    return float(-value if descending else value)


def _each(found: Sequence[tuple[Block, Array]], ranks: Callable[[Block, Array], Array]) -> Array:
    parts = []
    for block, rows in found:
        parts.append(ranks(block, rows))
        block.forget()
    return np.concatenate(parts)


# --- the first ---------------------------------------------------------------------------------

Entry: TypeAlias = "tuple[Any, ...]"
"""The values of an order's columns for one interaction; the last is its id."""


def first(block: Block, rows: Array, keys: Sequence[Key], count: int) -> Array:
    """Return those `count` of some rows of a block that come first, in no order."""
    if len(rows) <= count:
        return rows
    ranks = keys[0].ranks(block, rows)
    edge = np.partition(ranks, count - 1)[count - 1]
    sure, ties = rows[ranks < edge], rows[ranks == edge]
    return np.concatenate((sure, first(block, ties, keys[1:], count - len(sure))))


def before(block: Block, rows: Array, keys: Sequence[Key], last: Entry) -> Array:
    """Return those of some rows of a block that come before an entry of another one."""
    if not len(rows) or not keys:
        return rows[:0]
    ranks = keys[0].ranks(block, rows)
    edge = keys[0].rank(block, last[0])
    sure, ties = rows[ranks < edge], rows[ranks == edge]
    return np.concatenate((sure, before(block, ties, keys[1:], last[1:])))


def entries(block: Block, rows: Array, keys: Sequence[Key]) -> list[Entry]:
    """Return what some rows are put in order by."""
    return list(zip(*(key.values(block, rows) for key in keys), strict=True))


def ordered(found: list[Entry], keys: Sequence[Key]) -> list[Entry]:
    """Return entries in order."""
    for place in range(len(keys) - 1, -1, -1):
        some = [entry for entry in found if entry[place] is not None]
        some.sort(key=itemgetter(place), reverse=keys[place].descending)
        found = some + [entry for entry in found if entry[place] is None]
    return found


def whole(found: Sequence[tuple[Block, Array]], keys: Sequence[Key]) -> Array:
    """Return the ids of all rows of several blocks in order."""
    if not found:
        return np.zeros(0, np.int64)
    ids = _each(found, lambda block, rows: numbers(block, sources.ID)[rows])
    return ids[np.lexsort([key.across(found) for key in reversed(keys)])]
