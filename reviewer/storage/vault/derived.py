"""What was computed of objects of a vault: it lives as long as its object, and no longer.

A derived object lies under a name that follows from that of its object, so no table knows it and
nothing of it is left when its object goes; the name can be turned back, so one whose object is
gone can be told. It is sealed if its object is, with a key of its own.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from reviewer.errors import ContentError, StoreBusyError
from reviewer.models.bytesource import MemorySource
from reviewer.models.derived import DerivedKind
from reviewer.models.ids import ObjectId
from reviewer.storage.vault.folder import FolderVault
from reviewer.storage.vault.sealed import SealedVault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from reviewer.storage.vault.contract import Kept, Vault
    from reviewer.storage.vault.keeper import KeyKeeper

FOLDER: Final = "derived"
KEY_KIND: Final = "derived"
# The last digit of a name says whether the object is sealed and stays where it is.
_TURNED: Final = 31
_TURNS: Final = {DerivedKind.PEAKS: 1, DerivedKind.ACTIVITY: 2}
_SUM_BYTES: Final = 4


class DerivedVault:
    """What was computed of objects, as files beside the vault. Thread: any.

    Args:
        folder: The store's; what is derived lies in a folder of its own in it.
        store: What errors call the store.
        keeper: Keeps the keys of an encrypted store; None: it is in the clear.
    """

    def __init__(self, folder: Path, store: str, keeper: KeyKeeper | None) -> None:
        self._folder = folder / FOLDER
        self._store = store
        self._files = {kind: FolderVault(self._folder / kind.value, store) for kind in DerivedKind}
        self._vaults: dict[DerivedKind, Vault] = {
            kind: files if keeper is None else SealedVault(files, keeper, KEY_KIND)
            for kind, files in self._files.items()
        }

    def load(self, object_id: ObjectId, kind: DerivedKind) -> bytes | None:
        """Return what was kept of an object; None: nothing, or it is damaged."""
        try:
            source = self._vaults[kind].open(name_of(object_id, kind), kind.value)
            try:
                return _checked(source.read_at(0, source.size))
            finally:
                source.close()
        except ContentError:
            return None

    def put(self, object_id: ObjectId, kind: DerivedKind, data: bytes) -> None:
        """Keep what was computed of an object, in place of what was kept before.

        Raises:
            StoreFullError, StoreNotWritableError.
        """
        vault = self._vaults[kind]
        summed = zlib.crc32(data).to_bytes(_SUM_BYTES, "big") + data
        vault.put(name_of(object_id, kind), MemorySource(summed, kind.value))
        vault.settle()

    def names_of(self, ids: Collection[ObjectId]) -> list[ObjectId]:
        """Return the names of all that may be kept of objects."""
        if not self._folder.is_dir():
            return []
        return [name for kind in self._vaults for name in names_of(ids, kind)]

    def forget(self, ids: Collection[ObjectId], *, keyless: bool = False) -> None:
        """Destroy what was computed of objects: the keys of all in one step, then the bytes.

        `keyless`: The keys are destroyed already.

        Raises:
            StoreBusyError, StoreFullError, StoreNotWritableError: A part of it may be left.
        """
        if not ids or not self._folder.is_dir():
            return
        for kind, files in self._files.items():
            if not (keyless and files.is_empty()):
                self._destroy(kind, set(names_of(ids, kind)), keyless=keyless)

    def remove(self, names: Collection[ObjectId]) -> None:
        """Destroy what lies under these names of its own; raises as `forget`."""
        if names and self._folder.is_dir():
            for kind in self._vaults:
                self._destroy(kind, set(names))

    def list(self) -> Iterator[tuple[DerivedKind, ObjectId, Kept]]:
        """Yield everything there: its kind, of which object it is, what was found."""
        for kind, vault in self._vaults.items():
            for kept in vault.list():
                yield kind, object_of(kept.object_id, kind), kept

    def _destroy(self, kind: DerivedKind, names: set[ObjectId], *, keyless: bool = False) -> None:
        vault = self._vaults[kind]
        if not keyless:
            vault.destroy_keys(names)
        there = self._files[kind].perhaps_there(names)
        if there and vault.delete_all(there) != there:
            raise StoreBusyError(store=self._store)


def _checked(summed: bytes) -> bytes | None:
    """Return what was kept without its sum, None if they do not agree."""
    known, data = summed[:_SUM_BYTES], summed[_SUM_BYTES:]
    return data if zlib.crc32(data).to_bytes(_SUM_BYTES, "big") == known else None


def name_of(object_id: ObjectId, kind: DerivedKind) -> ObjectId:
    """Return the name under which what was computed of an object is kept.

    Another one than the object's, for keys are kept by name.
    """
    (name,) = names_of([object_id], kind)
    return name


def names_of(ids: Collection[ObjectId], kind: DerivedKind) -> list[ObjectId]:
    """Return the same for very many."""
    return _turned(ids, _TURNS[kind])


def object_of(name: ObjectId, kind: DerivedKind) -> ObjectId:
    """Return of which object it is; the reverse of `name_of`."""
    (object_id,) = _turned([name], _TURNED - _TURNS[kind])
    return object_id


def _turned(names: Collection[ObjectId], by: int) -> list[ObjectId]:
    return [ObjectId(f"{name[by:_TURNED]}{name[:by]}{name[_TURNED:]}") for name in names]
