"""A store from the clear to encrypted and back, and from old keys to new ones.

The order of steps makes every one of them survive a kill: what is read by a key is written only
when the key is safe, and a key is given up only when nothing is read by it any more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reviewer.crypto.passphrase import check_passphrase
from reviewer.crypto.ring import ClosedRing, KeyRing, LockKind
from reviewer.errors import (
    N_,
    InternalError,
    KeyRingDamagedError,
    NotEncryptedError,
    StoreBusyError,
    UsageError,
)
from reviewer.models.encryption import ALL_SEALED, Reencrypted, SealedKind
from reviewer.models.settings import Feature
from reviewer.storage.catalogue import founding
from reviewer.storage.catalogue.sqlite import file
from reviewer.storage.catalogue.sqlite.database import SqliteDatabase
from reviewer.storage.faults import telling
from reviewer.storage.local.core import Core, now_us
from reviewer.storage.local.resealing import reseal, unopened
from reviewer.storage.vault.folder import FolderVault
from reviewer.storage.vault.keeper import KeyKeeper
from reviewer.storage.vault.key_store import NAME as KEYS
from reviewer.storage.vault.ring_file import RingFile
from reviewer.storage.vault.sealed import SealedVault

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from reviewer.crypto.secret import Secret
    from reviewer.models.progress import Progress
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.vault.contract import Vault


@dataclass(frozen=True, slots=True)
class Encryption:
    """How a store is to be encrypted.

    Attributes:
        passphrase: What opens it; None: only its key file does.
        sealed: Kinds of content that are sealed.
        ring_at: Where its key ring is kept; None: in the store's folder.
        key_file: The secret of a key file that opens it, too.
    """

    passphrase: str | None
    sealed: frozenset[SealedKind] = ALL_SEALED
    ring_at: Path | None = None
    key_file: Secret | None = None

    def check(self) -> None:
        """Refuse what would leave a store that nothing opens, or that has nothing sealed.

        Raises:
            UsageError: Nothing would open it, the passphrase cannot be used, or no kind is given.
        """
        if self.passphrase is not None:
            check_passphrase(self.passphrase)
        elif self.key_file is None:
            raise UsageError(reason=N_("an encrypted store needs a passphrase"))
        if not self.sealed:
            raise UsageError(reason=N_("choose at least one kind of content"))


def begin(folder: Path, store: str, encryption: Encryption) -> KeyKeeper:
    """Give the store in a folder a new key ring and an empty database of keys.

    Raises:
        UsageError: As `Encryption.check`; FileUnusableError: the ring cannot be kept there.
    """
    encryption.check()
    ring = KeyRing.make(now_us())
    if encryption.passphrase is not None:
        ring = ring.with_passphrase(encryption.passphrase, now_us())
    if encryption.key_file is not None:
        ring = ring.with_secret(LockKind.FILE, encryption.key_file, now_us())
    keeper = KeyKeeper.make(folder, store, ring)
    try:
        if encryption.ring_at is not None:
            keeper.move_ring(encryption.ring_at.absolute())
    except BaseException:
        keeper.close()
        raise
    return keeper


def catalogue_key(keeper: KeyKeeper | None) -> Secret | None:
    """Return the key of the catalogue's file, None where it is in the clear."""
    return None if keeper is None else keeper.ring.catalogue[0]


def vault_of(plain: FolderVault, keeper: KeyKeeper | None) -> Vault:
    """Return the vault over the files of a store."""
    return plain if keeper is None else SealedVault(plain, keeper)


def keeper_of(core: Core) -> KeyKeeper:
    """Return who keeps the keys of an encrypted store.

    Raises:
        NotEncryptedError: It is in the clear.
    """
    if core.keeper is None:
        raise NotEncryptedError(store=core.database.store)
    return core.keeper


def sealing(settings: StoreSettings, sealed: Collection[SealedKind]) -> StoreSettings:
    """Return settings with other kinds of content that are sealed."""
    features = settings.features - {Feature.ENCRYPTION}
    if sealed:
        features |= {Feature.ENCRYPTION}
    return replace(settings, sealed=frozenset(sealed), features=features)


def set_sealed(core: Core, sealed: Collection[SealedKind]) -> None:
    """Write down which kinds of content are sealed."""
    settings = sealing(core.settings, sealed)
    with core.database.write() as connection:
        founding.write_settings(connection, settings)
    core.settings = settings


def encrypt(core: Core, encryption: Encryption, progress: Progress) -> Reencrypted:
    """Encrypt a store that is in the clear; see `Keys.encrypt`."""
    if core.keeper is not None:
        raise UsageError(reason=N_("the store is encrypted already"))
    encryption.check()
    # While the store is in the clear these change nothing; once it is encrypted they are right.
    set_sealed(core, encryption.sealed)
    plain = core.vault
    if not isinstance(plain, FolderVault):
        raise InternalError(reason=type(plain).__name__)
    with core.intake:
        if isinstance(core.database, SqliteDatabase):
            with core.database.alone() as lone:
                keeper = begin(core.folder, core.database.store, encryption)
                try:
                    lone.rewrite(keeper.ring.catalogue[0], core.database.store, progress)
                except BaseException:
                    keeper.close()
                    raise
        else:
            keeper = begin(core.folder, core.database.store, encryption)
        core.keeper, core.vault = keeper, SealedVault(plain, keeper)
    return reseal(core, progress)


def decrypt(core: Core, progress: Progress) -> Reencrypted:
    """Put a store into the clear; see `Keys.decrypt`."""
    keeper = keeper_of(core)
    set_sealed(core, ())
    done = reseal(core, progress, unseal=True)
    if done.failed:
        return done
    vault = core.vault
    if not isinstance(vault, SealedVault):
        raise InternalError(reason=type(vault).__name__)
    with core.intake:
        if isinstance(core.database, SqliteDatabase):
            with core.database.alone() as lone:
                lone.rewrite(None, core.database.store, progress)
            core.vault, core.keeper = vault.plain, None
            # Alone once more, with the file that counts now: nobody is encrypting it meanwhile.
            with suppress(StoreBusyError), core.database.alone():
                _remove_keys(core, keeper)
        else:
            core.vault, core.keeper = vault.plain, None
            _remove_keys(core, keeper)
    keeper.close()
    return done


def _remove_keys(core: Core, keeper: KeyKeeper) -> None:
    ring = RingFile(core.folder, core.database.store)
    path = core.database.path if isinstance(core.database, SqliteDatabase) else None
    with suppress(KeyRingDamagedError), telling(core.database.store):
        if path is not None and not file.is_clear(path, by_cipher=False):
            return
        if ClosedRing(ring.read(), core.database.store).ring_id == keeper.ring.ring_id:
            ring.remove()
            keeper.keys.close()
            for beside in core.folder.glob(KEYS + "*"):
                beside.unlink(missing_ok=True)


def roll(core: Core, progress: Progress) -> Reencrypted:
    """Move everything under a new key and destroy earlier ones; see `Keys.roll`.

    An interrupted roll is finished with the key it made.
    """
    keeper = keeper_of(core)
    core.sweep()
    if not is_rolling(keeper.ring):
        keeper.change(lambda ring: ring.with_new_key(now_us()).with_new_catalogue_key())
    rewrapped, broken = keeper.rewrap(progress)
    while not broken and not keeper.keys.retire(keeper.ring.current.number):
        # Another program has entered some meanwhile.
        more, broken = keeper.rewrap(progress)
        rewrapped += more
    if broken:
        return Reencrypted(rewrapped=rewrapped, failed=unopened(core, broken))
    with core.intake:
        if isinstance(core.database, SqliteDatabase):
            with core.database.alone() as lone:
                fresh = keeper.ring.catalogue[0]
                if lone.key != fresh:
                    lone.rewrite(fresh, core.database.store, progress)
                keeper.change(lambda ring: ring.without_old_keys(now_us()))
        else:
            keeper.change(lambda ring: ring.without_old_keys(now_us()))
    return Reencrypted(rewrapped=rewrapped)


def is_rolling(ring: KeyRing) -> bool:
    """Return whether a roll was begun and not finished."""
    return len(ring.catalogue) > 1
