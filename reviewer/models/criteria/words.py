"""How full text is cut into words: one rule for the catalogue's index and for Python.

Imported by the criteria's interpreters and by whoever feeds the full-text index.
"""

from __future__ import annotations

import re
from typing import Final

from reviewer.models.folding import fold
from reviewer.models.stemming import stem

WORD: Final = re.compile(r"[^\W_]+")
"""A word in a folded text."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a text in order; signs, spaces and underscores part them."""
    return tuple(WORD.findall(fold(text)))


def stems_of(text: str) -> frozenset[str]:
    """Return the stems of a text's words: what "contains the words" compares."""
    return frozenset(map(stem, words_of(text)))


def fold_words(text: str | None) -> str:
    """Return the folded words of a text, each with one space before it and after it.

    So a phrase is found only as whole words in this order.
    """
    return phrase_key(words_of(text or ""))


def phrase_key(words: tuple[str, ...]) -> str:
    """Return what to look for in `fold_words` of a text to find these words in this order."""
    return f" {' '.join(words)} " if words else ""
