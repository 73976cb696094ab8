"""Columns of a block as arrays, and the bytes they are kept in. Imported inside `storage` only."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[Any]"
Mask: TypeAlias = "NDArray[np.bool_]"

MOST: Final = 1 << 16
"""Rows that a block can have: a row is told in 16 bits."""

_MARK: Final = b"\xff"
"""Between texts: no text in UTF-8 has this byte."""
_ALIGNED: Final = 8
_WIDTHS: Final = (np.int8, np.int16, np.int32, np.int64)
_DTYPES: Final = {
    code: np.dtype(name).newbyteorder("<")
    for code, name in enumerate(
        ("i1", "i2", "i4", "i8", "f8", "u2", "u1"),
    )
}
_CODES: Final = {dtype.str: code for code, dtype in _DTYPES.items()}


def packed(*arrays: Array) -> bytes:
    """Return arrays as bytes: their kinds and lengths, then they, each at a multiple of 8."""
    head = np.array(
        [number for a in arrays for number in (_CODES[a.dtype.newbyteorder("<").str], len(a))],
        dtype="<i4",
    )
    parts = [len(arrays).to_bytes(_ALIGNED, "little"), head.tobytes()]
    for one in arrays:
        data = np.ascontiguousarray(one, dtype=one.dtype.newbyteorder("<")).tobytes()
        parts += [data, bytes(-len(data) % _ALIGNED)]
    return b"".join(parts)


def unpacked(data: bytes) -> list[Array]:
    """Return the arrays that `packed` made bytes of, without copying; they cannot be changed."""
    count = int.from_bytes(data[:_ALIGNED], "little")
    head = np.frombuffer(data, "<i4", 2 * count, _ALIGNED).tolist()
    place = _ALIGNED * (1 + count)
    arrays = []
    for code, length in zip(head[::2], head[1::2], strict=True):
        dtype = _DTYPES[code]
        arrays.append(np.frombuffer(data, dtype, length, place))
        size = length * dtype.itemsize
        place += size + -size % _ALIGNED
    return arrays


def narrow(values: Array) -> Array:
    """Return whole numbers in the narrowest type that holds them all."""
    if not len(values):
        return values.astype(np.int8)
    low, high = int(values.min()), int(values.max())
    for width in _WIDTHS:
        limits = np.iinfo(width)
        if limits.min <= low and high <= limits.max:
            return values.astype(width)
    return values


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number a row: (rows,), whole or real; NaN where a real one is missing."""

    values: Array

    @classmethod
    def decoded(cls, data: bytes) -> Numbers:
        """Return what `encoded` made bytes of."""
        return cls(unpacked(data)[0])

    def encoded(self) -> bytes:
        """Return the numbers as bytes."""
        real = self.values.dtype.kind == "f"
        return packed(self.values if real else narrow(self.values))

    def same(self, other: Numbers) -> bool:
        """Return whether both have the same numbers."""
        real = self.values.dtype.kind == "f"
        return bool(np.array_equal(self.values, other.values, equal_nan=real))

    def taken(self, rows: Array) -> Numbers:
        """Return the numbers of some rows, in their order."""
        return Numbers(self.values[rows])

    def followed_by(self, other: Numbers) -> Numbers:
        """Return the numbers of these rows and then of those."""
        return Numbers(np.concatenate((self.values, other.values)))

    def put(self, rows: Array, other: Numbers) -> Numbers:
        """Return the numbers, those of some rows replaced."""
        kind = np.result_type(self.values.dtype, other.values.dtype)
        values = self.values.astype(kind)
        values[rows] = other.values
        return Numbers(values)


class Whole:
    """Keys that are whole numbers: (keys,), rising."""

    def __init__(self, values: Array) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def all(self) -> list[Any]:
        """Return the keys."""
        return list(self.values.tolist())

    def arrays(self) -> list[Array]:
        """Return what they are kept as."""
        return [narrow(self.values)]

    def among(self, wanted: Iterable[int]) -> Array:
        """Return the places of those keys that are among the wanted."""
        asked = np.fromiter(wanted, np.int64)
        return np.flatnonzero(np.isin(self.values, asked))


class Texts:
    """Keys that are texts: UTF-8, rising by code points, each between two marks.

    Args:
        data: Bytes that hold the texts with a mark before, between and after them.
        begin: Where in `data` the first mark is.
        lengths: (keys,): how long each text is.
    """

    def __init__(self, data: bytes, begin: int, lengths: Array) -> None:
        self._data = data
        self._begin = begin
        self._lengths = lengths
        self._end = begin + int(lengths.sum(dtype=np.int64)) + len(lengths) + 1
        self._places: Array | None = None

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> Texts:
        """Return texts that are in order already."""
        lengths = np.fromiter(map(len, texts), np.int32, len(texts))
        return cls(b"".join((_MARK, _MARK.join(texts), _MARK)), 0, lengths)

    @property
    def _starts(self) -> Array:
        """(keys + 1,): where in `data` each text begins, and where another would."""
        if self._places is None:
            self._places = np.full(len(self) + 1, self._begin + 1, np.int64)
            self._places[1:] += np.cumsum(self._lengths, dtype=np.int64)
            self._places += np.arange(len(self) + 1)
        return self._places

    def __len__(self) -> int:
        return len(self._lengths)

    def __getitem__(self, place: int) -> bytes:
        starts = self._starts
        return self._data[starts[place] : starts[place + 1] - 1]

    def all(self) -> list[Any]:
        """Return the texts."""
        return self._data[self._begin + 1 : self._end - 1].split(_MARK) if len(self) else []

    def arrays(self) -> list[Array]:
        """Return what they are kept as: the lengths, and then the bytes."""
        size = self._end - self._begin
        return [narrow(self._lengths), np.frombuffer(self._data, np.uint8, size, self._begin)]

    def among(self, wanted: Iterable[bytes]) -> Array:
        """Return the places of those texts that are among the wanted."""
        found = ((self.first_from(text), text) for text in wanted)
        told = {place for place, text in found if place < len(self) and self[place] == text}
        return np.array(sorted(told), np.intp)

    def first_from(self, text: bytes) -> int:
        """Return the place of the first text that is not below one."""
        return bisect_left(self, text)

    def starting(self, text: bytes) -> Array:
        """Return the places of the texts that begin with one."""
        # No text has the mark, and every continuation is below it.
        return np.arange(self.first_from(text), self.first_from(text + _MARK))

    def ending(self, text: bytes) -> Array:
        """Return the places of the texts that end with one."""
        return self._holding(text + _MARK, len(text))

    def containing(self, text: bytes) -> Array:
        """Return the places of the texts that one is a part of."""
        return self._holding(text, len(text))

    def _holding(self, part: bytes, step: int) -> Array:
        data, end = self._data, self._end
        places = []
        # From the first text on: the mark before it is not its end.
        place = data.find(part, self._begin + 1, end)
        while place >= 0:
            places.append(place)
            place = data.find(part, data.find(_MARK, place + step, end) + 1, end)
        if not places:
            return np.zeros(0, np.intp)
        return np.searchsorted(self._starts, np.array(places), side="right") - 1


Keys: TypeAlias = "Whole | Texts"


class Lists:
    """Under each key the rows that have it; a row may have several keys, or none.

    Args:
        keys: Rising, each once.
        counts: (keys,): how many rows each has, at least one.
        rows: (entries,) uint16: the rows of the first key, then of the next; rising under each.
    """

    def __init__(self, keys: Keys, counts: Array, rows: Array) -> None:
        self.keys = keys
        self.rows = rows
        self._counts = counts
        self._places: Array | None = None
        self._firsts: Array | None = None

    @classmethod
    def of(cls, pairs: Iterable[tuple[Any, int]], *, text: bool) -> Lists:
        """Return lists of pairs of a key and a row, in any order; repeats count once."""
        told = list(pairs)
        rows = np.fromiter((row for _, row in told), np.int64, len(told))
        return cls.each([key for key, _ in told], rows, text=text)

    @classmethod
    def each(cls, keys: Sequence[Any], rows: Array, *, text: bool) -> Lists:
        """Return lists of one key a row of `rows`, (keys,), in any order; repeats count once."""
        told = sorted(set(keys))
        place = {key: number for number, key in enumerate(told)}.__getitem__
        return cls.coded(told, np.fromiter(map(place, keys), np.int64, len(keys)), rows, text=text)

    @classmethod
    def coded(cls, keys: Sequence[Any], codes: Array, rows: Array, *, text: bool) -> Lists:
        """Return lists of entries in any order, each a key's place and a row; repeats count once.

        Args:
            keys: Rising, each once and with a row.
            codes: (entries,): the places of their keys.
            rows: (entries,): their rows.
            text: Whether keys are texts.
        """
        entries = _unique(codes.astype(np.int64) * MOST + rows)
        held = Texts.of([key.encode() for key in keys]) if text else Whole(np.array(keys, np.int64))
        return _sorted(held, entries // MOST, entries % MOST)

    @classmethod
    def decoded(cls, data: bytes) -> Lists:
        """Return what `encoded` made bytes of."""
        counts, rows, *keys = unpacked(data)
        if len(keys) == 1:
            return cls(Whole(keys[0]), counts, rows)
        # The texts are found in the bytes themselves, where they come last.
        size = len(keys[1])
        begin = len(data) - size - (-size % _ALIGNED)
        return cls(Texts(data, begin, keys[0]), counts, rows)

    @property
    def _starts(self) -> Array:
        """(keys + 1,): where the rows of each key begin, and where those of another would."""
        if self._places is None:
            self._places = np.zeros(len(self) + 1, np.int64)
            np.cumsum(self._counts, out=self._places[1:])
        return self._places

    def encoded(self) -> bytes:
        """Return the lists as bytes."""
        return packed(narrow(self._counts), self.rows, *self.keys.arrays())

    def __len__(self) -> int:
        return len(self.keys)

    def same(self, other: Lists) -> bool:
        """Return whether both have the same keys, each with the same rows."""
        return (
            np.array_equal(self._counts, other._counts)
            and np.array_equal(self.rows, other.rows)
            and self.keys.all() == other.keys.all()
        )

    def codes(self) -> Array:
        """Return (entries,): the place of its key for each of `rows`."""
        return np.repeat(np.arange(len(self)), self._counts)

    def under(self, places: Array) -> Array:
        """Return the rows that have one of the keys at these places, with repeats."""
        few = 8
        if len(places) <= few:
            starts = self._starts[places].tolist()
            ends = self._starts[places + 1].tolist()
            parts = [self.rows[a:b] for a, b in zip(starts, ends, strict=True)]
            return np.concatenate([self.rows[:0], *parts])
        wanted = np.zeros(len(self), bool)
        wanted[places] = True
        rows: Array = self.rows[np.repeat(wanted, self._counts)]
        return rows

    def firsts(self, size: int) -> Array:
        """Return (size,): the place of the least key of each row, -1 where it has none."""
        if self._firsts is None or len(self._firsts) != size:
            found = np.full(size, -1, np.int32)
            # Of several the last one written stays.
            found[self.rows[::-1]] = self.codes()[::-1]
            self._firsts = found
        return self._firsts

    def of_rows(self, rows: Array, size: int) -> Lists:
        """Return the lists of some rows, told by their places in `rows`.

        Args:
            rows: Each once; others are left out, and keys that no row has are.
            size: How many rows there are now.
        """
        places = np.full(size, -1)
        places[rows] = np.arange(len(rows))
        moved = places[self.rows]
        kept = moved >= 0
        return _without_unused(self.keys, self.codes()[kept], moved[kept])

    def only(self, mask: Mask) -> Lists:
        """Return the lists without the rows for which a mask, (rows,), is false."""
        kept = mask[self.rows]
        return _without_unused(self.keys, self.codes()[kept], self.rows[kept].astype(np.int64))

    def placed(self, rows: Array) -> Lists:
        """Return the lists with row n being `rows[n]`."""
        return _listed(self.keys, self.codes(), rows[self.rows].astype(np.int64))

    def moved(self, by: int) -> Lists:
        """Return the lists with every row so much further on."""
        return Lists(self.keys, self._counts, (self.rows.astype(np.int64) + by).astype(np.uint16))

    def and_(self, other: Lists) -> Lists:
        """Return both together; no row may have the same key in both."""
        if not len(other):
            return self
        if not len(self):
            return other
        mine, others = self.keys.all(), other.keys.all()
        # Two rising runs: sorting them is one pass.
        together = list(dict.fromkeys(sorted([*mine, *others])))
        place = {key: number for number, key in enumerate(together)}.__getitem__
        first = np.fromiter(map(place, mine), np.int64, len(mine))
        second = np.fromiter(map(place, others), np.int64, len(others))
        text = isinstance(self.keys, Texts)
        keys = Texts.of(together) if text else Whole(np.array(together, np.int64))
        codes = np.concatenate((first[self.codes()], second[other.codes()]))
        return _listed(keys, codes, np.concatenate((self.rows, other.rows)))


def empty(*, text: bool) -> Lists:
    """Return lists without a key."""
    return Lists.of((), text=text)


def mask_of(rows: Array, size: int) -> Mask:
    """Return (size,): whether each row is among `rows`."""
    mask = np.zeros(size, bool)
    mask[rows] = True
    return mask


Column: TypeAlias = "Numbers | Lists"


def _unique(values: Array) -> Array:
    """Return whole numbers rising, each once."""
    # Not numpy's own, which looks for repeats by hashing and is slower at most of these.
    values = np.sort(values)
    first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]


def _listed(keys: Keys, codes: Array, rows: Array) -> Lists:
    """Return lists of entries in any order, each a key's place and a row."""
    entries = np.sort(codes * MOST + rows)
    return _sorted(keys, entries // MOST, entries % MOST)


def _sorted(keys: Keys, codes: Array, rows: Array) -> Lists:
    """Return lists of entries that rise by key and row."""
    return Lists(keys, np.bincount(codes, minlength=len(keys)), rows.astype(np.uint16))


def _without_unused(keys: Keys, codes: Array, rows: Array) -> Lists:
    used = np.bincount(codes, minlength=len(keys)) > 0
    if isinstance(keys, Texts):
        places = np.flatnonzero(used).tolist()
        told = keys if len(places) < len(keys) // 8 else keys.all()
        left: Keys = Texts.of([told[place] for place in places])
    else:
        left = Whole(keys.values[used])
    return _listed(left, (np.cumsum(used) - 1)[codes], rows)
