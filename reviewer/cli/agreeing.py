"""Asking whoever sits at the terminal before something that cannot be undone."""

from __future__ import annotations

import sys
from typing import Final

from reviewer.errors import N_, UsageError

_NOBODY: Final = N_("nobody is there to be asked; say --yes if that is wanted")


def has_agreed(word: str) -> bool:
    """Return whether the word asked for was typed.

    Raises:
        UsageError: Nothing can be typed: a script that believed it done would be wrong.
    """
    line = sys.stdin.readline() if sys.stdin else ""
    if not line:
        raise UsageError(reason=_NOBODY)
    return line.strip() == word
