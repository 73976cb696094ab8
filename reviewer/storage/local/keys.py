"""Encryption and keys of a local store."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from reviewer.crypto.key_file import key_file_text
from reviewer.crypto.passphrase import Derivation, check_passphrase
from reviewer.crypto.recovery import print_recovery, read_recovery
from reviewer.crypto.ring import Lock, LockKind
from reviewer.crypto.secret import Secret
from reviewer.crypto.system_keys import forget_in_system, keep_in_system, kept_in_system
from reviewer.errors import (
    N_,
    FileUnusableError,
    ReviewerError,
    UsageError,
    WrongPassphraseError,
    reason_of,
)
from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.encryption import EncryptionState, KeyInfo, Reencrypted
from reviewer.models.progress import NoProgress
from reviewer.models.requests import Guarded
from reviewer.storage.atomic import flush, settle
from reviewer.storage.catalogue import founding, resealing
from reviewer.storage.local import encryption, settling
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.encryption import (
    Encryption,
    has_earlier_keys,
    is_rolling,
    keeper_of,
)
from reviewer.storage.local.resealing import reseal
from reviewer.storage.local.second_person import require_alone
from reviewer.storage.local.unlocking import is_opener
from reviewer.storage.vault.ring_file import NAME as RING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from reviewer.crypto.ring import KeyRing
    from reviewer.models.access import User
    from reviewer.models.audit import Detail, Event
    from reviewer.models.encryption import SealedKind
    from reviewer.models.progress import Progress
    from reviewer.models.requests import Request
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen
    from reviewer.storage.vault.keeper import KeyKeeper


class LocalKeys:
    """The `Keys` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility
        self._pen = pen

    def state(self) -> EncryptionState:
        """Return how the store is encrypted; see `Keys.state`."""
        self._user.require(Privilege.ADMIN_ENCRYPTION)
        keeper = self._core.keeper
        with self._core.database.read() as connection:
            # As they are now: another program may have changed them.
            sealed = founding.read_settings(connection).sealed
            in_clear = resealing.in_clear(connection, sealed) if keeper is not None else 0
        if keeper is None:
            return EncryptionState(encrypted=False, sealed=sealed)
        keeper.reload()
        ring, counts = keeper.ring, keeper.keys.counts()
        current = ring.current.number
        keys = tuple(
            KeyInfo(
                key.number,
                key.made_us,
                key.destroyed_us,
                counts.get(key.number, 0),
                key.number == current,
            )
            for key in reversed(ring.keys)
        )
        return EncryptionState(
            encrypted=True,
            sealed=sealed,
            keys=keys,
            locks=tuple((lock.kind.value, lock.made_us) for lock in ring.locks),
            ring=str(keeper.ring_path),
            ring_of=str(keeper.belongs_to() or ""),
            in_clear=in_clear,
            outdated=sum(count for number, count in counts.items() if number < current),
            unknown=sum(count for number, count in counts.items() if number > current),
            unfinished=is_rolling(ring),
        )

    def encrypt(
        self,
        passphrase: str,
        sealed: Collection[SealedKind],
        *,
        ring_at: Path | None = None,
        progress: Progress | None = None,
    ) -> tuple[Reencrypted, Changes]:
        """Encrypt the store; see `Keys.encrypt`."""
        self._user.require(Privilege.ADMIN_ENCRYPTION)
        how = Encryption(passphrase, frozenset(sealed), ring_at)
        told = self._changed({"encrypted": 1, "kinds": sorted(kind.value for kind in sealed)})
        with self._telling_of_a_stop(encrypted=True):
            done = encryption.encrypt(
                self._core, how, progress or NoProgress(), told, seen_by=self._visibility
            )
        return done, Changes(settings=True)

    def decrypt(self, *, progress: Progress | None = None) -> tuple[Reencrypted, Changes]:
        """Put the store into the clear; see `Keys.decrypt`."""
        self._keeper()
        self._require_alone(Guarded.DECRYPTION)
        return self.decrypt_for(None, progress=progress)

    def decrypt_for(
        self, asked: Request | None, *, progress: Progress | None = None
    ) -> tuple[Reencrypted, Changes]:
        """Put it into the clear because another asked for it; None: nobody did."""
        self._keeper()
        told = self._changed({"encrypted": 0, **self._persons(asked)})
        with self._telling_of_a_stop(encrypted=False):
            done = encryption.decrypt(
                self._core, progress or NoProgress(), told, seen_by=self._visibility
            )
        return done, Changes(settings=True)

    def set_sealed(self, sealed: Collection[SealedKind]) -> Changes:
        """Choose the kinds that are sealed; see `Keys.set_sealed`."""
        self._keeper()
        if not sealed:
            raise UsageError(reason=N_("choose at least one kind of content"))
        kinds = sorted(kind.value for kind in sealed)
        encryption.set_sealed(self._core, sealed, self._changed({"kinds": kinds}))
        return Changes(settings=True)

    def create(self) -> tuple[KeyInfo, Changes]:
        """Make a new key; see `Keys.create`."""
        keeper = self._keeper()
        with self._core.database.write() as connection:
            key = keeper.change(lambda ring: ring.with_new_key(now_us())).current
            self._pen.write(connection, Act.KEY_CREATED, detail={"key": key.number})
        return KeyInfo(key.number, key.made_us, None, 0, current=True), Changes(settings=True)

    def reencrypt(
        self, *, afresh: bool = False, progress: Progress | None = None
    ) -> tuple[Reencrypted, Changes]:
        """Move all content under the current key; see `Keys.reencrypt`."""
        if afresh:
            self._keeper()
            self._require_alone(Guarded.FRESH_KEYS)
        return self.reencrypt_for(None, afresh=afresh, progress=progress)

    def reencrypt_for(
        self, asked: Request | None, *, afresh: bool = True, progress: Progress | None = None
    ) -> tuple[Reencrypted, Changes]:
        """Move all content because another asked for it; None: nobody did."""
        self._keeper()
        try:
            done = reseal(
                self._core, progress or NoProgress(), afresh=afresh, seen_by=self._visibility
            )
        except BaseException:
            # What it came to stays so.
            self._stopped(Act.REENCRYPTED)
            raise
        self._pen.record(Act.REENCRYPTED, detail={**_told(done), **self._persons(asked)})
        return done, Changes(settings=True)

    def roll(self, *, progress: Progress | None = None) -> tuple[Reencrypted, Changes]:
        """Destroy all earlier keys; see `Keys.roll`."""
        self._keeper()
        self._require_alone(Guarded.KEY_DESTRUCTION)
        return self.roll_for(None, progress=progress)

    def roll_for(
        self, asked: Request | None, *, progress: Progress | None = None
    ) -> tuple[Reencrypted, Changes]:
        """Destroy them because another asked for it, and this user agreed; None: nobody did."""
        self._keeper()
        persons = self._persons(asked)
        destroying: list[int] = []

        def rolled(done: Reencrypted, key: int) -> Event:
            destroying.append(key)
            detail = {**_told(done), "key": key, **persons}
            return self._pen.event(Act.KEYS_ROLLED, detail=detail)

        try:
            done = encryption.roll(
                self._core, progress or NoProgress(), rolled, seen_by=self._visibility
            )
        except BaseException:
            if any(has_earlier_keys(keeper_of(self._core).ring, key) for key in destroying):
                # The log says by now that they are destroyed.
                self._stopped(Act.KEYS_ROLLED)
            raise
        if done.failed:
            # No key was destroyed.
            self._pen.record(Act.REENCRYPTED, detail=_told(done))
        return done, Changes(settings=True)

    # --- locks

    def change_passphrase(self, old: str, new: str) -> None:
        """Give the store another passphrase; see `Keys.change_passphrase`."""
        keeper = self._keeper()
        check_passphrase(new)
        keeper.reload()
        if not is_opener(keeper.ring, old):
            raise WrongPassphraseError(store=self._core.database.store)
        # It takes long on purpose, and others wait for what follows.
        lock = Lock(LockKind.PASSPHRASE, now_us(), Derivation.fresh())
        key = lock.key_of(new)
        self._change_lock(lock.kind, lambda ring: ring.with_lock(lock, key))

    def make_recovery(self) -> str:
        """Return a new recovery key; see `Keys.make_recovery`."""
        self._keeper()
        with Secret.random() as key:
            self._set_lock(LockKind.RECOVERY, key)
            return print_recovery(key)

    def check_recovery(self, text: str) -> bool:
        """Return whether it is the store's recovery key; see `Keys.check_recovery`."""
        keeper = self._keeper()
        keeper.reload()
        return keeper.ring.is_opened_by(LockKind.RECOVERY, read_recovery(text))

    def use_system(self, *, kept: bool) -> None:
        """Let the system's key store open the store; see `Keys.use_system`."""
        keeper = self._keeper()
        ring_id = keeper.ring.ring_id
        if not kept:
            self._change_lock(
                LockKind.SYSTEM,
                lambda ring: ring.without_lock(LockKind.SYSTEM),
                lambda: forget_in_system(ring_id),
            )
            return
        before = kept_in_system(ring_id)
        with Secret.random() as key:
            # First where it is to be kept: what cannot be kept locks nothing.
            keep_in_system(ring_id, key)
            try:
                self._set_lock(LockKind.SYSTEM, key)
            except BaseException:
                if before is None:
                    forget_in_system(ring_id)
                else:
                    keep_in_system(ring_id, before)
                raise

    def make_key_file(self, path: Path) -> None:
        """Write a file that opens the store; see `Keys.make_key_file`."""
        self._keeper()
        if path.absolute().resolve().is_relative_to(self._core.folder.resolve()):
            # A copy of the folder would open itself.
            reason = N_("a key is not kept in the folder of the store that it opens")
            raise FileUnusableError(name=str(path), reason=reason)
        with Secret.random() as key:
            _write_private(path, key_file_text(key))
            try:
                self._set_lock(LockKind.FILE, key)
            except BaseException:
                with suppress(OSError):
                    path.unlink()
                raise

    def move_ring(self, path: Path | None) -> None:
        """Keep the key ring elsewhere; see `Keys.move_ring`."""
        keeper = self._keeper()
        put_back: Callable[[], None] | None = None
        try:
            with self._core.database.write() as connection:
                told = "moved" if keeper.belongs_to() is None else "own"
                self._pen.write(connection, Act.ENCRYPTION_CHANGED, detail={"ring": told})
                put_back = keeper.move_ring((path or self._core.folder / RING).absolute())
        except BaseException:
            if put_back is not None:
                put_back()
            raise

    def _keeper(self) -> KeyKeeper:
        """Return who keeps the keys, for a user who may ask."""
        self._user.require(Privilege.ADMIN_ENCRYPTION)
        return keeper_of(self._core)

    def _require_alone(self, kind: Guarded) -> None:
        """Refuse what destroys keys where that needs a second person."""
        with self._core.database.read() as connection:
            require_alone(connection, kind)

    def _persons(self, asked: Request | None) -> Detail:
        """Return what was asked for, by whom, and who agreed, where somebody asked."""
        if asked is None:
            return {}
        by = {"asked_by": asked.by, "approved_by": self._user.login}
        return {"request": asked.number, **by}

    def _set_lock(self, kind: LockKind, secret: Secret) -> None:
        self._change_lock(kind, lambda ring: ring.with_secret(kind, secret, now_us()))

    def _change_lock(
        self,
        kind: LockKind,
        how: Callable[[KeyRing], KeyRing],
        then: Callable[[], None] | None = None,
    ) -> None:
        """Change a lock of the ring and enter it in the log, both or neither.

        The catalogue is taken first: who holds it is waited for while nothing is changed yet.

        Args:
            kind: Which lock.
            how: Makes the ring that is to be.
            then: Done as the last of it.

        Raises:
            StoreBusyError, StoreFullError and others, and what `then` raises: all is as it was.
        """
        keeper = self._keeper()
        before: list[KeyRing] = []

        def changed(ring: KeyRing) -> KeyRing:
            before.append(ring)
            return how(ring)

        try:
            with self._core.database.write() as connection:
                self._pen.write(connection, Act.ENCRYPTION_CHANGED, detail={"lock": kind.value})
                settling.keep_locks(connection, keeper.change(changed))
                if then is not None:
                    then()
        except BaseException:
            if before:
                keeper.change(lambda ring: ring.with_locks_of(before[0]))
            raise

    def _stopped(self, act: Act) -> None:
        """Enter that what was begun did not come to its end, as far as that can be entered."""
        with suppress(ReviewerError):
            self._pen.record(act, detail={"stopped": 1})

    def _changed(self, detail: Detail) -> Event:
        return self._pen.event(Act.ENCRYPTION_CHANGED, detail=detail)

    @contextmanager
    def _telling_of_a_stop(self, *, encrypted: bool) -> Iterator[None]:
        """Enter that the store did not become what the log says it was to become."""
        try:
            yield
        finally:
            is_now = self._core.keeper is not None
            if is_now is not encrypted:
                with suppress(ReviewerError):
                    self._pen.record(
                        Act.ENCRYPTION_CHANGED, detail={"encrypted": int(is_now), "stopped": 1}
                    )


def _told(done: Reencrypted) -> Detail:
    return {
        "sealed": done.sealed,
        "rewrapped": done.rewrapped,
        "failed": len(done.failed),
    }


def _write_private(path: Path, text: str) -> None:
    """Write a new file that nobody else may read. Raises FileUnusableError."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            flush(file.fileno())
        with suppress(PermissionError):
            settle(path.parent)
    except FileExistsError:
        raise FileUnusableError(name=str(path), reason=N_("something is there already")) from None
    except OSError as error:
        raise FileUnusableError(name=str(path), reason=reason_of(error)) from error
