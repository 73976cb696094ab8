"""Columns and answers of late, kept in memory up to a size. Imported inside `storage` only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable

LIMIT_BYTES: Final = 64 << 20
"""Those of two million interactions that are asked about most; a larger store reads the rest."""


@dataclass(slots=True)
class _Kept:
    value: object
    size: int
    used: int


class Cache:
    """Columns of blocks, and which of their rows meet a test: by the block's stamp, and what it is.

    A block that is written gets another stamp, so what is found is what is stored. What a search
    has read itself it does not put out again: of a store that is larger than the room for it the
    newest blocks stay, instead of each search putting out what the next one begins with.

    Thread: any.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._kept: OrderedDict[tuple[int, Hashable], _Kept] = OrderedDict()
        self._size = 0
        self._search = 0
        self._stamps: frozenset[int] = frozenset()
        self._turn = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """How much room the columns take as they are stored."""
        return self._size

    def begin(self, stamps: Collection[int]) -> int:
        """Tell that a search begins that sees these blocks; return its number."""
        with self._turn:
            self._search += 1
            if self._stamps != (now := frozenset(stamps)):
                self._stamps = now
                for key in [key for key in self._kept if key[0] not in now]:
                    self._size -= self._kept.pop(key).size
            return self._search

    def get(self, search: int, stamp: int, what: Hashable) -> object | None:
        """Return what was kept, None where it was not."""
        with self._turn:
            kept = self._kept.get((stamp, what))
            if kept is None:
                return None
            kept.used = search
            self._kept.move_to_end((stamp, what))
            return kept.value

    def put(self, search: int, stamp: int, what: Hashable, value: object, size: int) -> None:
        """Keep something of `size` bytes if there is room, or older ones make room."""
        with self._turn:
            if (stamp, what) in self._kept or stamp not in self._stamps:
                return
            while self._size + size > self._limit and self._kept:
                key, oldest = next(iter(self._kept.items()))
                if oldest.used >= search:
                    return
                del self._kept[key]
                self._size -= oldest.size
            if self._size + size <= self._limit:
                self._kept[stamp, what] = _Kept(value, size, search)
                self._size += size

    def clear(self) -> None:
        """Give all up."""
        with self._turn:
            self._kept.clear()
            self._size = 0
