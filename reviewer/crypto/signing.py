"""Signatures: Ed25519, for the head of the audit chain and for certificates."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from reviewer.crypto.secret import Secret


class Signer:
    """Signs with one private key. Thread: any.

    Args:
        private: The key, 32 bytes, as `new_signing_key` made it.
    """

    def __init__(self, private: Secret) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private.data)

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes: what others verify with."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes."""
        return self._key.sign(message)


def new_signing_key() -> Secret:
    """Return a fresh private key."""
    return Secret(Ed25519PrivateKey.generate().private_bytes_raw())


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """Return whether the owner of a public key signed exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
