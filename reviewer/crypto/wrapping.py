"""Keys under keys: the data key of an object is kept only wrapped by a key of the ring."""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from reviewer.crypto.secret import KEY_BYTES, Secret

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
WRAPPED_BYTES: Final = NONCE_BYTES + KEY_BYTES + TAG_BYTES
"""Size of a wrapped data key."""


class NotOpenedError(Exception):
    """What was wrapped does not open: it was changed, or another key wrapped it."""


def wrap(key: Secret, data: bytes | bytearray, associated: bytes) -> bytes:
    """Return `data` encrypted and authenticated: nonce [12] | ciphertext | tag [16].

    Nonces are random, so one key wraps at most 2**32 times.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key.data).encrypt(nonce, data, associated)


def unwrap(key: Secret, wrapped: bytes, associated: bytes) -> Secret:
    """Return what was wrapped.

    Raises:
        NotOpenedError: It was not wrapped by this key for this purpose.
    """
    if len(wrapped) < NONCE_BYTES + TAG_BYTES:
        raise NotOpenedError
    try:
        data = AESGCM(key.data).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], associated)
    except InvalidTag:
        raise NotOpenedError from None
    return Secret(data)


def derive(key: Secret, purpose: str) -> Secret:
    """Return a key for one purpose out of another of full strength."""
    return expand(key, b"", purpose.encode(), KEY_BYTES)


def expand(key: Secret, salt: bytes, purpose: bytes, length: int) -> Secret:
    """Return `length` bytes derived by HKDF-SHA256 (RFC 5869) from a key of full strength."""
    return Secret(HKDF(SHA256(), length, salt, purpose).derive(key.data))


def wrapping_purpose(ring_key: int, kind: bytes, object_id: str) -> bytes:
    """Return what a wrapped data key is bound to: the ring's key, the kind and the object."""
    return b"iw1\0" + ring_key.to_bytes(4, "big") + kind + object_id.encode()


def stream_purpose(kind: bytes, object_id: str) -> bytes:
    """Return what an object's stream is bound to, so that no other one can take its place."""
    return object_id.encode() + kind
