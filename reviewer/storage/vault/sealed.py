"""A vault of sealed objects, each with a key of its own; those in the clear stay readable."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reviewer.crypto.secret import Secret
from reviewer.crypto.stream import STANDARD, SealedSource, SealingWriter
from reviewer.crypto.wrapping import stream_purpose
from reviewer.errors import ReviewerError
from reviewer.storage.vault.contract import Stored, is_sealed
from reviewer.storage.vault.folder import pour

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import ObjectId
    from reviewer.storage.vault.contract import Kept
    from reviewer.storage.vault.folder import FolderVault
    from reviewer.storage.vault.keeper import KeyKeeper

CONTENT: Final = "content"


class SealedVault:
    """Objects as files under a folder, sealed where their names say so.

    A sealed object is a stream of `reviewer.crypto.stream`, bound to its name and kind; its key
    is with the keeper once `settle` was called. Nothing of its content is ever on the disk in
    the clear.

    Args:
        plain: The files.
        keeper: Keeps the keys.
        kind: What the objects are, so that none stands in for one of another vault.
    """

    def __init__(self, plain: FolderVault, keeper: KeyKeeper, kind: str = CONTENT) -> None:
        self._plain = plain
        self._keeper = keeper
        self._kind = kind
        self._lock = threading.Lock()
        # Held while keys are entered, and destroyed: else a thread that was held up would enter
        # one once more that another has entered, and that was destroyed since.
        self._entering = threading.Lock()
        self._fresh: dict[ObjectId, Secret] = {}

    @property
    def plain(self) -> FolderVault:
        """The files, for a store whose objects are all in the clear."""
        return self._plain

    def put(self, object_id: ObjectId, source: ByteSource) -> Stored:
        """Write an object; see `Vault.put`."""
        if not is_sealed(object_id):
            return self._plain.put(object_id, source)
        key = Secret.random()
        with self._plain.writing(object_id) as file:
            writer = SealingWriter(file, key, self._purpose(object_id))
            sha256, size = pour(source, writer.write)
            writer.finish()
        with self._lock:
            self._fresh[object_id] = key
        return Stored(object_id, sha256, size)

    def settle(self) -> None:
        """Bring to the disk the names of what was put, and the keys."""
        self._plain.settle()
        with self._entering:
            with self._lock:
                fresh = dict(self._fresh)
            if fresh:
                self._keeper.enter(self._kind, fresh)
                with self._lock:
                    for object_id in fresh:
                        self._fresh.pop(object_id, None)

    def open(self, object_id: ObjectId, name: str) -> ByteSource:
        """Open an object; see `Vault.open`."""
        if not is_sealed(object_id):
            return self._plain.open(object_id, name)
        sealed = self._plain.open_file(object_id, name)
        try:
            with self._lock:
                key = self._fresh.get(object_id)
            if key is not None:
                return SealedSource(sealed, key, self._purpose(object_id))
            with self._keeper.data_key(object_id, self._kind, name) as kept:
                return SealedSource(sealed, kept, self._purpose(object_id))
        except BaseException:
            sealed.close()
            raise

    def exists(self, object_id: ObjectId) -> bool:
        """Return whether the object is there."""
        return self._plain.exists(object_id)

    def is_empty(self) -> bool:
        """Return whether nothing was ever put; see `Vault.is_empty`."""
        return self._plain.is_empty()

    def destroy_keys(self, ids: Collection[ObjectId]) -> None:
        """Destroy the keys of objects; see `Vault.destroy_keys`."""
        sealed = [object_id for object_id in ids if is_sealed(object_id)]
        with self._entering:
            self._forget(sealed)
            self._keeper.destroy(sealed)

    def delete(self, object_id: ObjectId) -> None:
        """Remove an object: its key first, so that what is left of it is nothing."""
        if is_sealed(object_id):
            self.destroy_keys([object_id])
        self._plain.delete(object_id)

    def delete_all(self, ids: Collection[ObjectId], *, keyless: bool = False) -> set[ObjectId]:
        """Remove objects whose keys could be destroyed; see `Vault.delete_all`."""
        if keyless:
            return self._plain.delete_all(ids, keyless=True)
        left = ids
        try:
            self.destroy_keys(ids)
        except ReviewerError:
            kept = self._keeper.keys.among([each for each in ids if is_sealed(each)])
            left = [each for each in ids if each not in kept]
        return self._plain.delete_all(left)

    def delete_part(self, object_id: ObjectId) -> None:
        """Remove what an interrupted write of an object left."""
        self._plain.delete_part(object_id)

    def list(self) -> Iterator[Kept]:
        """Yield everything there."""
        for kept in self._plain.list():
            if is_sealed(kept.object_id):
                measured = STANDARD.measure(kept.bytes)
                yield replace(kept, bytes=0 if measured is None else measured[0])
            else:
                yield kept

    def _forget(self, ids: Collection[ObjectId]) -> None:
        """Let go of keys that are not entered yet."""
        with self._lock:
            for object_id in ids if self._fresh else ():
                self._fresh.pop(object_id, None)

    def _purpose(self, object_id: ObjectId) -> bytes:
        return stream_purpose(self._kind.encode(), object_id)
