"""How text is folded before it is compared: one rule for the catalogue and for Python.

Imported by whatever stores or compares searched text; a change here needs a migration of every
folded column.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_PHONE: Final = re.compile(r"[\d\s+()\u00a0\u202f\u2010-\u2015-]+", re.ASCII)
_NOT_DIGITS: Final = re.compile(r"[^0-9]+")
_LAST: Final = 0x10FFFF
_SURROGATES: Final = range(0xD800, 0xE000)


def fold(text: str) -> str:
    """Return `text` without differences of letter case, of ё and е, and of composition."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFC", text).casefold()
    return unicodedata.normalize("NFC", folded).replace("ё", "е")


def fold_address(text: str) -> str:
    """Return a phone number as its digits alone; anything else (IP, email, name) as `fold` does.

    A dot does not make a phone number, so that part of an IP address stays part of it.
    """
    stripped = text.strip()
    if _PHONE.fullmatch(stripped):
        digits = _NOT_DIGITS.sub("", stripped)
        if digits:
            return digits
    return fold(stripped)


def reverse(folded: str) -> str:
    """Return a folded text read backwards, so that "ends with" becomes "starts with"."""
    return folded[::-1]


def after_prefix(prefix: str) -> str | None:
    """Return the least text above all texts that begin with `prefix`, by code points.

    None where there is no such text (an empty prefix, or one of the last code point alone).
    `prefix <= x < after_prefix(prefix)` is what an index can answer.
    """
    while prefix:
        code = ord(prefix[-1]) + 1
        if code in _SURROGATES:
            code = _SURROGATES.stop
        if code <= _LAST:
            return prefix[:-1] + chr(code)
        prefix = prefix[:-1]
    return None
