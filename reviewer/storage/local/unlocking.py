"""Opening the key ring of an encrypted store with whatever opens it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from reviewer.crypto.recovery import is_recovery, read_recovery
from reviewer.crypto.ring import ClosedRing, LockKind
from reviewer.crypto.secret import Secret
from reviewer.crypto.system_keys import kept_in_system
from reviewer.errors import StoreLockedError, SystemKeysError, UsageError, WrongPassphraseError
from reviewer.storage.vault.ring_file import RingFile

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypeAlias

    from reviewer.crypto.ring import KeyRing

    Opener: TypeAlias = "str | Secret | None"


def open_ring(folder: Path, store: str, opener: Opener) -> KeyRing:
    """Open the ring of the store in a folder.

    Args:
        folder: The store's.
        store: What errors call the store.
        opener: Its passphrase or recovery key as typed, or what `Store.way_in` gave; or the
            secret of its key file; None: the system's key store, if it was ever put there.

    Raises:
        StoreLockedError: Nothing was given, and the system's key store has nothing.
        WrongPassphraseError: It does not open. UsageError: The recovery key is mistyped.
        KeyRingMissingError, KeyRingDamagedError.

    Thread: any but the window's; a passphrase takes half a second.
    """
    closed = ClosedRing(RingFile(folder, store).read(), store)
    if isinstance(opener, Secret):
        return closed.open(LockKind.FILE, opener)
    if opener is not None:
        return _open_with_text(closed, opener)
    if closed.lock(LockKind.SYSTEM) is not None:
        # Without it, or if it refuses, there is still the passphrase.
        with suppress(SystemKeysError, WrongPassphraseError):
            secret = kept_in_system(closed.ring_id)
            if secret is not None:
                return closed.open(LockKind.SYSTEM, secret)
    raise StoreLockedError(store=store)


def _open_with_text(closed: ClosedRing, text: str) -> KeyRing:
    ring = closed.open_by_way_in(text)
    if ring is not None:
        return ring
    if is_recovery(text) and closed.lock(LockKind.RECOVERY) is not None:
        mistyped: UsageError | None = None
        try:
            return closed.open(LockKind.RECOVERY, read_recovery(text))
        except UsageError as error:
            mistyped = error
        except WrongPassphraseError:
            pass
        # It may be a passphrase that looks like one.
        try:
            return closed.open(LockKind.PASSPHRASE, text)
        except WrongPassphraseError:
            if mistyped is not None:
                raise mistyped from None
            raise
    return closed.open(LockKind.PASSPHRASE, text)


def is_opener(ring: KeyRing, text: str) -> bool:
    """Return whether a text is the ring's passphrase or its recovery key."""
    if ring.is_opened_by(LockKind.PASSPHRASE, text):
        return True
    if not is_recovery(text):
        return False
    with suppress(UsageError):
        return ring.is_opened_by(LockKind.RECOVERY, read_recovery(text))
    return False
