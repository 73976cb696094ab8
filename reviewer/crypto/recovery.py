"""The recovery key: a second way into an encrypted store, printed and put into a safe.

    ABCD-EFGH-...-WXYZ: 14 groups of 4 letters and digits

256 random bits and 24 bits of a checksum in base 32, in an alphabet without I, L, O and U. Read
whatever was typed: small letters, blanks, O for 0, I or L for 1, Cyrillic letters of Latin looks.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from reviewer.crypto.secret import KEY_BYTES, Secret
from reviewer.errors import N_, Reason, UsageError

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SUM_BYTES: Final = 3
_GROUP: Final = 4
LETTERS: Final = (KEY_BYTES + _SUM_BYTES) * 8 // 5
"""Letters and digits of a recovery key."""
_READ_AS: Final = str.maketrans("OILАВСЕНКМОРТХ", "011ABCEHKM0PTX")
_SEPARATORS: Final = re.compile(r"[\s\u00ad\u2010-\u2015\u2212_.-]+")


def print_recovery(key: Secret) -> str:
    """Return a recovery key as it is written down."""
    number = int.from_bytes(key.data + _sum_of(key), "big")
    letters = "".join(_ALPHABET[number >> 5 * i & 31] for i in reversed(range(LETTERS)))
    return "-".join(letters[i : i + _GROUP] for i in range(0, LETTERS, _GROUP))


def is_recovery(text: str) -> bool:
    """Return whether a text has the form of a recovery key, mistyped or not."""
    letters = _letters_of(text)
    return len(letters) == LETTERS and all(letter in _ALPHABET for letter in letters)


def read_recovery(text: str) -> Secret:
    """Return the key of what was typed.

    Raises:
        UsageError: It is no recovery key, or mistyped.
    """
    letters = _letters_of(text)
    if len(letters) != LETTERS:
        raise UsageError(
            reason=Reason(
                N_("a recovery key has {n} letters and digits, this one has {found}"),
                n=LETTERS,
                found=len(letters),
            )
        )
    number = 0
    for letter in letters:
        value = _ALPHABET.find(letter)
        if value < 0:
            raise UsageError(reason=N_("a recovery key has Latin letters and digits only"))
        number = number << 5 | value
    data = number.to_bytes(KEY_BYTES + _SUM_BYTES, "big")
    key = Secret(data[:KEY_BYTES])
    if _sum_of(key) != data[KEY_BYTES:]:
        raise UsageError(reason=N_("the recovery key is mistyped: its checksum does not agree"))
    return key


def _letters_of(text: str) -> str:
    return _SEPARATORS.sub("", text).upper().translate(_READ_AS)


def _sum_of(key: Secret) -> bytes:
    return hashlib.sha256(b"reviewer recovery key 1\0" + key.data).digest()[:_SUM_BYTES]
