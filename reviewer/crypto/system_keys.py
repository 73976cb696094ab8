"""The system's key store (Windows, macOS, Secret Service), where the machine has one.

One entry a ring: a random secret that opens it, so that a store opens without its passphrase for
whoever is signed in to this machine.
"""

from __future__ import annotations

import binascii
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from reviewer.crypto.secret import KEY_BYTES, Secret
from reviewer.errors import N_, SystemKeysError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVICE: Final = "Reviewer"


def keep_in_system(ring_id: str, secret: Secret) -> None:
    """Put a ring's secret into the system's key store.

    Raises:
        SystemKeysError: There is none on this machine, or it refuses.
    """
    with _telling() as keyring:
        keyring.set_password(_SERVICE, ring_id, secret.data.hex())
        if keyring.get_password(_SERVICE, ring_id) != secret.data.hex():
            raise SystemKeysError(reason=N_("it did not keep what it was given"))


def kept_in_system(ring_id: str) -> Secret | None:
    """Return a ring's secret, None where the system's key store has none.

    May show a question of the system's own. Raises as `keep_in_system`.
    """
    with _telling() as keyring:
        text = keyring.get_password(_SERVICE, ring_id)
    try:
        data = binascii.unhexlify(text or "")
    except (ValueError, binascii.Error):
        return None
    return Secret(data) if len(data) == KEY_BYTES else None


def forget_in_system(ring_id: str) -> None:
    """Remove a ring's secret; absent is as good. Raises as `keep_in_system`."""
    with _telling() as keyring:
        if keyring.get_password(_SERVICE, ring_id) is not None:
            keyring.delete_password(_SERVICE, ring_id)


class _Keyring:
    """What of `keyring` is used."""

    def __init__(self) -> None:
        # Imported here: it looks through every installed package for back ends.
        import keyring

        self.set_password = keyring.set_password
        self.get_password = keyring.get_password
        self.delete_password = keyring.delete_password


@contextmanager
def _telling() -> Iterator[_Keyring]:
    try:
        from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError
    except ImportError:
        raise SystemKeysError(reason=N_("the package keyring is not installed")) from None
    try:
        yield _Keyring()
    except (NoKeyringError, InitError):
        raise SystemKeysError(reason=N_("this machine has none")) from None
    except KeyringLocked:
        raise SystemKeysError(reason=N_("it is locked")) from None
    except KeyringError as error:
        # Without its words, which come from the system.
        raise SystemKeysError(reason=N_("it answered with an error")) from error
