"""A store from the clear to encrypted and back, and from old keys to new ones.

The order of steps makes every one of them survive a kill: what is read by a key is written only
when the key is safe, and a key is given up only when nothing is read by it any more.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reviewer.crypto.passphrase import check_passphrase
from reviewer.crypto.ring import ClosedRing, KeyRing, LockKind
from reviewer.crypto.system_keys import forget_in_system, kept_in_system
from reviewer.errors import (
    N_,
    InternalError,
    KeyRingDamagedError,
    NotEncryptedError,
    ReviewerError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreNotWritableError,
    SystemKeysError,
    UsageError,
)
from reviewer.models.encryption import ALL_SEALED, Reencrypted, SealedKind
from reviewer.models.settings import Feature
from reviewer.storage.catalogue import founding, resealing
from reviewer.storage.catalogue.sqlite import file
from reviewer.storage.catalogue.sqlite.database import SqliteDatabase
from reviewer.storage.faults import telling
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.resealing import reseal, unopened
from reviewer.storage.vault.folder import FolderVault
from reviewer.storage.vault.keeper import KeyKeeper
from reviewer.storage.vault.key_store import NAME as KEYS
from reviewer.storage.vault.ring_file import RingFile
from reviewer.storage.vault.sealed import SealedVault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from sqlalchemy import Connection

    from reviewer.crypto.secret import Secret
    from reviewer.models.audit import Event
    from reviewer.models.progress import Progress
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.catalogue.engine import Database
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
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


def begin(
    folder: Path, store: str, encryption: Encryption, *, seals_catalogue: bool = False
) -> KeyKeeper:
    """Give the store in a folder a new key ring and an empty database of keys.

    Args:
        folder: Where.
        store: What errors call the store.
        encryption: How it is to be encrypted.
        seals_catalogue: Whether its catalogue is encrypted from the beginning.

    Raises:
        UsageError: As `Encryption.check`; FileUnusableError: the ring cannot be kept there.
    """
    encryption.check()
    ring = KeyRing.make(now_us()).sealing_catalogue(sealed=seals_catalogue)
    if encryption.passphrase is not None:
        ring = ring.with_passphrase(encryption.passphrase, now_us())
    if encryption.key_file is not None:
        ring = ring.with_secret(LockKind.FILE, encryption.key_file, now_us())
    with ExitStack() as stack:
        # A ring that was left would have a store in the clear ask for a passphrase.
        stack.callback(_remove, folder, store)
        keeper = KeyKeeper.make(folder, store, ring)
        stack.callback(keeper.close)
        if encryption.ring_at is not None:
            keeper.move_ring(encryption.ring_at.absolute())
        stack.pop_all()
    return keeper


def is_still_clear(path: Path, store: str, ring: KeyRing) -> bool:
    """Return whether a catalogue with a ring beside it is in the clear, as it may be.

    It may where encrypting the store, or putting it into the clear, was interrupted.

    Raises:
        StoreDamagedError: It may not: one in the clear was put in the place of an encrypted one.
    """
    if not file.is_clear(path, by_cipher=True):
        return False
    if ring.seals_catalogue:
        reason = N_("its catalogue is encrypted, and one in the clear was put in its place")
        raise StoreDamagedError(store=store, reason=reason)
    return True


def note_sealed(keeper: KeyKeeper | None) -> None:
    """Note in the ring of an encrypted catalogue that none in the clear may take its place.

    It is noted already but where a program of before the note made the ring, or encrypting was
    interrupted. A ring that cannot be written now is told at the next opening.
    """
    if keeper is not None and not keeper.ring.seals_catalogue:
        with suppress(StoreError):
            keeper.change(lambda ring: ring.sealing_catalogue(sealed=True))


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


def set_sealed(core: Core, sealed: Collection[SealedKind], *told: Event) -> frozenset[SealedKind]:
    """Write down which kinds of content are sealed, and in the log what was done by that.

    Returns:
        Which were before.

    Raises:
        StoreError: As `Core.require_same_keys`; nothing was written.
    """
    with core.database.write() as connection:
        before, settings = _write_sealed(connection, core, sealed)
        core.journal.write(connection, told)
    core.settings = settings
    return before.sealed


def _write_sealed(
    connection: Connection, core: Core, sealed: Collection[SealedKind]
) -> tuple[StoreSettings, StoreSettings]:
    """Write down which kinds of content are sealed; return the settings before and after."""
    core.require_same_keys()
    # As they are now: another program may have changed the rest of them.
    before = founding.read_settings(connection)
    settings = sealing(before, sealed)
    founding.write_settings(connection, settings)
    return before, settings


def encrypt(
    core: Core,
    encryption: Encryption,
    progress: Progress,
    *told: Event,
    seen_by: Visibility | None = None,
) -> Reencrypted:
    """Encrypt a store that is in the clear; see `Keys.encrypt`.

    Args:
        core: The store.
        encryption: How.
        progress: Told how far it is, and stops it.
        told: Entered in the log before anything else.
        seen_by: Who is told the names of what fails; None: whoever owns the files.
    """
    if core.keeper is not None:
        raise UsageError(reason=N_("the store is encrypted already"))
    encryption.check()
    # While the store is in the clear these change nothing; once it is encrypted they are right.
    before = set_sealed(core, encryption.sealed, *told)
    try:
        _begin_keys(core, encryption, progress)
    except BaseException:
        with suppress(ReviewerError):
            set_sealed(core, before)
        raise
    return reseal(core, progress, seen_by=seen_by)


def _begin_keys(core: Core, encryption: Encryption, progress: Progress) -> None:
    """Give a store its keys and encrypt its catalogue.

    All is as it was where that fails; only where it is not known whether the encrypted catalogue is
    on the disk, the keys stay, and open it either way.
    """
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
                    if lone.key is None:
                        # Else it was encrypted, and could not be brought to the disk for certain.
                        _remove(core.folder, core.database.store)
                    raise
                core.keeper, core.vault = keeper, SealedVault(plain, keeper)
                core.database.keys = keeper.catalogue_keys
                note_sealed(keeper)
        else:
            keeper = _begin_on_server(core, encryption)
            core.keeper, core.vault = keeper, SealedVault(plain, keeper)


def _begin_on_server(core: Core, encryption: Encryption) -> KeyKeeper:
    """Give a store its keys while others who have it open wait.

    Whoever encrypts it at the same time would write their keys over these, and their choice of
    what is sealed: what was sealed by then could not be read any more.
    """
    with ExitStack() as stack:
        with core.database.write() as connection:
            _, settings = _write_sealed(connection, core, encryption.sealed)
            keeper = begin(core.folder, core.database.store, encryption)
            stack.callback(_remove, core.folder, core.database.store)
            stack.callback(keeper.close)
        stack.pop_all()
    core.settings = settings
    return keeper


def decrypt(
    core: Core, progress: Progress, *told: Event, seen_by: Visibility | None = None
) -> Reencrypted:
    """Put a store into the clear; see `Keys.decrypt`.

    Args:
        core: The store.
        progress: Told how far it is, and stops it.
        told: Entered in the log before the first byte is in the clear.
        seen_by: As of `encrypt`.
    """
    keeper_of(core).require_own()
    set_sealed(core, (), *told)
    done = reseal(core, progress, unseal=True, seen_by=seen_by)
    while not done.failed and not _end_keys(core, progress):
        # A program that had opened it before brought in more, and that is sealed.
        more = reseal(core, progress, unseal=True, seen_by=seen_by)
        if not more.unsealed and not more.failed:
            raise StoreBusyError(store=core.database.store)
        done = Reencrypted(unsealed=done.unsealed + more.unsealed, failed=more.failed)
    return done


def _end_keys(core: Core, progress: Progress) -> bool:
    """Put the catalogue into the clear and remove the keys; not while they open anything.

    Returns:
        False, with nothing changed, where something is sealed still.
    """
    keeper, vault = keeper_of(core), core.vault
    if not isinstance(vault, SealedVault):
        raise InternalError(reason=type(vault).__name__)
    with core.intake, ExitStack() as stack:
        if isinstance(core.database, SqliteDatabase):
            with core.database.alone() as lone:
                if lone.finds(resealing.ANY_SEALED):
                    return False
                keeper.change(lambda ring: ring.sealing_catalogue(sealed=False))
                try:
                    lone.rewrite(None, core.database.store, progress)
                except BaseException:
                    if lone.key is not None:
                        note_sealed(keeper)
                    raise
                core.database.keys = tuple
        else:
            # Nobody refers to anything sealed until the keys are gone, nor after it.
            connection = stack.enter_context(core.database.write())
            if resealing.any_sealed(connection):
                return False
        core.vault, core.keeper = vault.plain, None
        ring = keeper.ring
        _forget_in_system(ring)
        keeper.close()
        remove_unused_keys(core.database, core.folder, ring)
    return True


def _forget_in_system(ring: KeyRing) -> None:
    """Remove what opens a ring from this machine's key store, where that can be asked.

    A copy of the store that was given a newer secret under the same name keeps it.
    """
    if all(lock.kind is not LockKind.SYSTEM for lock in ring.locks):
        return
    with suppress(SystemKeysError):
        secret = kept_in_system(ring.ring_id)
        if secret is not None and ring.is_opened_by(LockKind.SYSTEM, secret):
            forget_in_system(ring.ring_id)


def remove_unused_keys(database: Database, folder: Path, ring: KeyRing) -> None:
    """Remove the ring and the keys of a store that is in the clear.

    While another program has the store open they stay, and go when it is next opened.

    Args:
        database: Its catalogue.
        folder: Where they are.
        ring: Which; another one is somebody else's. It may be wiped.
    """
    with suppress(StoreBusyError, KeyRingDamagedError), ExitStack() as stack:
        if isinstance(database, SqliteDatabase):
            # With the file that counts now: nobody is encrypting it meanwhile.
            stack.enter_context(database.alone())
            if not file.is_clear(database.path, by_cipher=True):
                return
        there = ClosedRing(RingFile(folder, database.store).read(), database.store)
        if there.ring_id == ring.ring_id:
            _remove(folder, database.store, ring.home)


def remove_left_keys(database: Database, folder: Path) -> None:
    """Remove the keys that putting the store into the clear left when it was killed at its end.

    The ring goes first, and the keys cannot be read without it. They stay where anything is still
    sealed, or is about to be: a ring that was lost may come back.

    Args:
        database: The catalogue of a store that has no ring.
        folder: Where the keys may be.
    """
    left = tuple(folder.glob(KEYS + "*"))
    if not left:
        return
    # Who encrypts the store says so in the catalogue before there are keys, and waits meanwhile.
    with suppress(StoreBusyError, StoreNotWritableError, OSError), database.write() as connection:
        if founding.read_settings(connection).sealed or resealing.any_sealed(connection):
            return
        for path in left:
            path.unlink(missing_ok=True)


def _remove(folder: Path, store: str, home: str = "") -> None:
    ring = RingFile(folder, store)
    with telling(store):
        if ring.is_there:
            ring.remove(keep=ring.shared_with(home) is not None)
        for beside in folder.glob(KEYS + "*"):
            beside.unlink(missing_ok=True)


def roll(
    core: Core,
    progress: Progress,
    tell: Callable[[Reencrypted, int], Event],
    *,
    seen_by: Visibility | None = None,
) -> Reencrypted:
    """Move everything under a new key and destroy earlier ones; see `Keys.roll`.

    One that was interrupted is begun anew: copies may have been made of what it had come to.

    Args:
        core: The store.
        progress: Told how far it is, and stops it.
        tell: Makes of what was done, and the number of the key that stays, what is entered in the
            log before earlier ones are destroyed.
        seen_by: As of `encrypt`.
    """
    keeper = keeper_of(core)
    core.sweep()
    began = keeper.change(lambda ring: ring.with_new_key(now_us()).with_new_catalogue_key())
    number = began.current.number
    rewrapped, broken = keeper.rewrap(progress)
    while not broken and not keeper.keys.retire(number):
        # Another program has entered some meanwhile.
        more, broken = keeper.rewrap(progress)
        rewrapped += more
    if broken:
        return Reencrypted(rewrapped=rewrapped, failed=unopened(core, broken, seen_by))
    done = Reencrypted(rewrapped=rewrapped)
    core.journal.record(tell(done, number))
    # As far as it goes while others have the store open: the content of copies is dead by this.
    destroyed = keeper.change(lambda ring: ring.without_old_keys(number, now_us()))
    with core.intake:
        if isinstance(core.database, SqliteDatabase):
            with core.database.alone() as lone:
                keeper.reload()
                fresh = keeper.ring.catalogue[0]
                if lone.key != fresh:
                    lone.rewrite(fresh, core.database.store, progress)
                keeper.change(lambda ring: ring.with_catalogue_key(fresh))
        else:
            # The server's catalogue is under none of them.
            keeper.change(lambda ring: ring.with_catalogue_key(destroyed.catalogue[0]))
    return done


def is_rolling(ring: KeyRing) -> bool:
    """Return whether a roll was begun and not finished."""
    return len(ring.catalogue) > 1


def has_earlier_keys(ring: KeyRing, number: int) -> bool:
    """Return whether a ring has keys for content yet that are earlier than one."""
    return any(key.number < number and key.secret is not None for key in ring.keys)
