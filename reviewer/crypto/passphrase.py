"""From what a person types to a key: Argon2id, with parameters that are written down.

Source of the parameters: RFC 9106, section 4; more memory than its second recommendation, so that
opening a store takes about half a second on an office machine.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.crypto import argon2
from reviewer.crypto.argon2 import SALT_BYTES
from reviewer.crypto.secret import KEY_BYTES, Secret
from reviewer.errors import N_, Reason, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST: Final = 8
"""Characters of the shortest passphrase that is taken."""
_MOST_MEMORY_KIB: Final = 4 << 20
_MOST_PASSES: Final = 64
_MOST_LANES: Final = 64


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a key was derived; stored beside what it opens.

    Attributes:
        salt: Random, of `SALT_BYTES`.
        memory_kib: Memory it takes, KiB.
        passes: Passes over the memory.
        lanes: Parts that may be computed at the same time.
    """

    salt: bytes
    memory_kib: int = 128 << 10
    passes: int = 3
    lanes: int = 4

    @classmethod
    def fresh(cls) -> Derivation:
        """Return today's parameters with a salt of its own."""
        return cls(secrets.token_bytes(SALT_BYTES))

    def derive(self, passphrase: str) -> Secret:
        """Return the key; takes `memory_kib` and about half a second. Thread: any, not the UI's."""
        cost = argon2.Cost(self.memory_kib, self.passes, self.lanes, KEY_BYTES)
        return Secret(argon2.derive(normal(passphrase), self.salt, cost))

    def plain(self) -> dict[str, object]:
        """Return it as JSON values."""
        return {
            "name": "argon2id",
            "version": 19,
            "salt": self.salt.hex(),
            "memory_kib": self.memory_kib,
            "passes": self.passes,
            "lanes": self.lanes,
        }

    @classmethod
    def of_plain(cls, values: Mapping[str, object]) -> Derivation:
        """Return it from JSON values.

        Raises:
            ValueError: It is none, or would take more memory or time than anyone asked for.
        """
        salt, numbers = values.get("salt"), []
        for name, most in (
            ("memory_kib", _MOST_MEMORY_KIB),
            ("passes", _MOST_PASSES),
            ("lanes", _MOST_LANES),
        ):
            number = values.get(name)
            if type(number) is not int or not 1 <= number <= most:
                raise ValueError(name)
            numbers.append(number)
        known = (values.get("name"), values.get("version")) == ("argon2id", 19)
        if not known or not isinstance(salt, str) or len(bytes.fromhex(salt)) < SALT_BYTES:
            raise ValueError
        memory_kib, passes, lanes = numbers
        if memory_kib < 8 * lanes:
            raise ValueError
        return cls(bytes.fromhex(salt), memory_kib, passes, lanes)


def normal(passphrase: str) -> bytes:
    """Return a passphrase as the bytes that count, however the keyboard composed its letters."""
    return unicodedata.normalize("NFC", passphrase).encode(errors="surrogatepass")


def check_passphrase(passphrase: str) -> str:
    """Return a passphrase that may be set.

    Raises:
        UsageError: It is too short, or not text.
    """
    try:
        passphrase.encode()
    except UnicodeEncodeError:
        raise UsageError(reason=N_("the passphrase is not Unicode")) from None
    if len(passphrase) < SHORTEST or not passphrase.strip():
        raise UsageError(
            reason=Reason(N_("the passphrase is shorter than {n} characters"), n=SHORTEST)
        )
    return passphrase
