"""Argon2id, one computation at a time in the whole process.

The library computes the lanes in threads of its own, and two computations at once wait for each
other's for ever, or say that there is no memory. So everybody takes turns here.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SALT_BYTES: Final = 16

_TURN: Final = threading.Lock()
"""One for the process, as what it guards is: the library's threads."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a computation takes.

    Attributes:
        memory_kib: Memory, KiB.
        passes: Passes over the memory.
        lanes: Parts that are computed at the same time.
        length: Of the outcome, bytes.
    """

    memory_kib: int
    passes: int
    lanes: int
    length: int


def derive(secret: bytes, salt: bytes, cost: Cost) -> bytes:
    """Return what Argon2id makes of a secret, `cost.length` bytes. Thread: any, not the UI's."""
    with _TURN:
        return _argon2id(salt, cost).derive(secret)


def make_hash(secret: bytes, cost: Cost) -> str:
    """Return the customary text form (PHC) of a hash, salted anew. Thread: any, not the UI's."""
    with _TURN:
        return _argon2id(secrets.token_bytes(SALT_BYTES), cost).derive_phc_encoded(secret)


def hash_matches(secret: bytes, kept: str) -> bool:
    """Return whether a hash in that form was made of a secret. Thread: any, not the UI's."""
    with _TURN:
        try:
            Argon2id.verify_phc_encoded(secret, kept)
        except InvalidKey:
            return False
        return True


def _argon2id(salt: bytes, cost: Cost) -> Argon2id:
    return Argon2id(
        salt=salt,
        length=cost.length,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
