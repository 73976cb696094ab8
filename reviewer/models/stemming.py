"""Words reduced to their stems: Russian for Cyrillic letters, English for Latin ones.

One rule for the catalogue's full-text index and for Python. The index must be made anew when
`VERSION` changes, which it does with the library's rules.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Final

import Stemmer

_RULES: Final = 2
VERSION: Final = f"snowball {Stemmer.version()}/{_RULES}"
"""Names what stems are made by."""

_CACHED: Final = 1 << 16
_PASSES: Final = 3
_LONGEST: Final = 64
"""Longer than any word; numbers and codes stay as they are."""


class _Stemmers(threading.local):
    """The library's stemmers may be used by one thread at a time."""

    def __init__(self) -> None:
        self.russian = Stemmer.Stemmer("russian", 0)
        self.english = Stemmer.Stemmer("english", 0)


_STEMMERS: Final = _Stemmers()


@lru_cache(maxsize=_CACHED)
def stem(word: str) -> str:
    """Return the stem of a folded word. Thread: any."""
    if len(word) > _LONGEST or not word.isalpha():
        return word
    stemmer = _STEMMERS.english if word.isascii() else _STEMMERS.russian
    # Until it stays: what is left of "кредиты" is "кредит", and of that less.
    for _ in range(_PASSES):
        shorter = str(stemmer.stemWord(word))
        if not shorter or shorter == word:
            break
        word = shorter
    return word
