"""The open ring of a store together with the wrapped keys of its objects.

Several programs may have a store open: the ring's file and the database of keys are the truth,
and what is in memory is read anew where a key is not in it.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from reviewer.crypto.stream import BROKEN
from reviewer.crypto.wrapping import NotOpenedError
from reviewer.errors import (
    ContentDamagedError,
    ContentKeyGoneError,
    ContentKeyUnknownError,
    KeyRingOlderError,
    ReviewerError,
    SharedRingError,
    StoreBusyError,
    StoreError,
)
from reviewer.storage.vault.key_store import NAME as KEYS
from reviewer.storage.vault.key_store import KeyStore, OutdatedKeyError, WrappedKey
from reviewer.storage.vault.ring_file import RingFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from reviewer.crypto.ring import KeyRing
    from reviewer.crypto.secret import Secret
    from reviewer.models.ids import ObjectId
    from reviewer.models.progress import Progress

_TRIES: Final = 3
_BATCH: Final = 500


class KeyKeeper:
    """Gives out, takes in, rewraps and destroys the keys of a store's objects. Thread: any.

    Args:
        folder: The store's.
        store: What errors call the store.
        ring: Its ring, opened.

    Raises:
        StoreDamagedError: The database of keys is missing or damaged.
    """

    def __init__(self, folder: Path, store: str, ring: KeyRing) -> None:
        self._store = store
        self._folder = folder
        self._file = RingFile(folder, store)
        self._keys = KeyStore(folder / KEYS, store)
        self._ring = ring
        self._lock = threading.RLock()

    @classmethod
    def make(cls, folder: Path, store: str, ring: KeyRing) -> KeyKeeper:
        """Give a store that has none a ring and an empty database of keys."""
        KeyStore.make(folder / KEYS, store).close()
        RingFile(folder, store).begin(ring.document())
        return cls(folder, store, ring)

    @property
    def ring(self) -> KeyRing:
        """The ring as it was last read."""
        return self._ring

    @property
    def ring_path(self) -> Path:
        """Where the ring is kept."""
        return self._file.path

    @property
    def keys(self) -> KeyStore:
        """The database of wrapped keys."""
        return self._keys

    # --- keys of objects

    def data_key(self, object_id: ObjectId, kind: str, name: str) -> Secret:
        """Return the key of an object; `name` is what errors call it.

        Raises:
            ContentKeyGoneError: It was destroyed, or what wrapped it was.
            ContentKeyUnknownError: The ring is an older copy, without what wrapped it.
            ContentDamagedError: It is not the key that was kept for this object.
        """
        found, ring = self._keys.get(object_id), self._ring
        if found is not None and not isinstance(found.ring_key, int):
            # Whoever may change the file can put anything there.
            raise ContentDamagedError(name=name, reason=BROKEN)
        for _ in range(_TRIES):
            if found is None or ring.has(found.ring_key):
                break
            self.reload()
            ring = self._ring
            if not ring.has(found.ring_key):
                # Another program may have wrapped it anew meanwhile and destroyed what did before.
                found = self._keys.get(object_id)
        if found is not None and found.ring_key > ring.current.number:
            raise ContentKeyUnknownError(name=name)
        if found is None or not ring.has(found.ring_key):
            raise ContentKeyGoneError(name=name)
        try:
            return ring.unwrap(found.ring_key, found.key, kind.encode(), object_id)
        except NotOpenedError:
            raise ContentDamagedError(name=name, reason=BROKEN) from None

    def enter(self, kind: str, keys: Mapping[ObjectId, Secret]) -> None:
        """Keep the keys of new objects, wrapped, all or none, durably.

        Raises:
            StoreError: They could not be kept; the objects are not to be used. KeyRingOlderError:
            The ring is an older copy, whose keys wrap no more.
        """
        for _ in range(_TRIES):
            ring = self._ring
            try:
                self._keys.put(_wrapped(ring, key, kind, each) for each, key in keys.items())
            except OutdatedKeyError:
                # Another program has made a new key and is destroying the one we know.
                self.reload()
            else:
                return
        self._require_newest()
        raise StoreBusyError(store=self._store)

    def destroy(self, ids: Collection[ObjectId]) -> None:
        """Destroy the keys of objects, in one step."""
        self._keys.destroy(ids)

    # --- the ring

    def change(self, how: Callable[[KeyRing], KeyRing]) -> KeyRing:
        """Replace the ring by what `how` makes of it, for all programs, durably.

        Raises:
            StoreNotWritableError, StoreFullError, StoreBusyError: it is as it was.
            WrongPassphraseError: Another program has changed the lock it was opened by.
            SharedRingError: As `require_own`. KeyRingOlderError: keys are in use that it lacks.
        """
        with self._lock, self._keys.alone():
            self.reload()
            self.require_own()
            self._require_newest()
            ring = self._at_home(how(self._ring))
            self._file.write(ring.document())
            self._ring = ring
            return ring

    def _require_newest(self) -> None:
        newest = self._keys.newest()
        if newest > self._ring.current.number:
            # Numbers would be used again, and neither ring open everything any more.
            raise KeyRingOlderError(store=self._store, ring=self._file.path, number=newest)

    def move_ring(self, target: Path) -> Callable[[], None]:
        """Keep the ring's file elsewhere from now on; return what puts it back.

        A ring that belongs to another store stays where it is, and this one has its own then.
        See `RingFile.move`.
        """
        with self._lock, self._keys.alone():
            self.reload()
            shared = self.belongs_to() is not None
            self._remove_left(target)
            inside, home = target.parent == self._folder, self._ring.home
            ring = self._ring.at_home("" if inside else str(self._folder))
            moved_back = self._file.move(target, ring.document(), keep=shared)
            self._ring = ring

        def put_back() -> None:
            with self._lock, self._keys.alone():
                # Another program may have changed it meanwhile.
                self.reload()
                ring = self._ring.at_home(home)
                moved_back(ring.document())
                self._ring = ring

        return put_back

    def _remove_left(self, target: Path) -> None:
        """Remove a copy of this ring that moving it there left when it was killed halfway."""
        if target == self._file.path or not target.is_file():
            return
        with suppress(ReviewerError, OSError):
            left = self._ring.reopened(target.read_bytes(), self._store)
            if left.home and left.ring_id == self._ring.ring_id and self._file.is_at(left.home):
                target.unlink()

    def belongs_to(self) -> Path | None:
        """Return the folder of the store that the ring belongs to where this is a copy of it."""
        return self._file.shared_with(self._ring.home)

    def require_own(self) -> None:
        """Refuse to change a ring, or remove it, that belongs to another store.

        Raises:
            SharedRingError: The folder was copied while its ring was kept elsewhere.
        """
        other = self.belongs_to()
        if other is not None:
            raise SharedRingError(store=self._store, other=other, ring=self._file.path)

    def note_home(self) -> None:
        """Note where the store is in a ring that is kept elsewhere, as after it was moved.

        What cannot be written now, or belongs to another store, stays as it is.
        """
        if self._at_home(self._ring).home != self._ring.home:
            with suppress(StoreError):
                self.change(lambda ring: ring)

    def _at_home(self, ring: KeyRing) -> KeyRing:
        """Return a ring that notes this store's folder, if it is kept elsewhere."""
        if self._file.path.parent == self._folder:
            return ring.at_home("")
        return ring if self._file.is_at(ring.home) else ring.at_home(str(self._folder))

    def reload(self) -> None:
        """Read the ring that other programs may have changed. Raises as `change`."""
        with self._lock:
            self._ring = self._ring.reopened(self._file.read(), self._store)

    def catalogue_keys(self) -> tuple[Secret, ...]:
        """Return what the catalogue's file may be under now, newest first; raises as `reload`."""
        self.reload()
        return self._ring.catalogue

    def rewrap(self, progress: Progress) -> tuple[int, list[ObjectId]]:
        """Wrap every key by the ring's current one; can be stopped, and goes on when called again.

        Returns:
            How many were wrapped anew, and the objects whose key opens nothing.

        Raises:
            CancelledError; StoreError.
        """
        self.reload()
        number = self._ring.current.number
        total = sum(count for key, count in self._keys.counts().items() if key < number)
        done = 0
        broken: list[ObjectId] = []
        while True:
            progress.raise_if_cancelled()
            progress.report(done, total)
            found = self._keys.older_than(number, _BATCH + len(broken))
            fresh: list[WrappedKey] = []
            for old in found:
                if old.object_id in broken:
                    continue
                try:
                    key = self._ring.unwrap(old.ring_key, old.key, old.kind.encode(), old.object_id)
                except NotOpenedError:
                    broken.append(old.object_id)
                else:
                    fresh.append(_wrapped(self._ring, key, old.kind, old.object_id))
            if fresh:
                try:
                    self._keys.replace(fresh)
                except OutdatedKeyError:
                    # Another program is destroying the one we wrap by.
                    self.reload()
                    number = self._ring.current.number
                else:
                    done += len(fresh)
            elif len(found) <= len(broken):
                return done, broken

    def close(self) -> None:
        """Close the database of keys and overwrite the keys in memory; may be called twice."""
        self._keys.close()
        self._ring.wipe()


def _wrapped(ring: KeyRing, key: Secret, kind: str, object_id: ObjectId) -> WrappedKey:
    number, wrapped = ring.wrap(key, kind.encode(), object_id)
    return WrappedKey(object_id, kind, number, wrapped)
