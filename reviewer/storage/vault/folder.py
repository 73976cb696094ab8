"""A vault in a folder: one file an object, in 256 folders by the name's first two digits."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections import defaultdict, deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    ContentError,
    ContentKeyGoneError,
    ContentMissingError,
    Reason,
    StoreError,
    reason_of,
)
from reviewer.models.ids import ObjectId
from reviewer.storage.atomic import AS_FOLDER, PART, bring_to_disk, replacing, settle
from reviewer.storage.faults import telling
from reviewer.storage.vault.contract import Kept, Stored, is_sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path
    from typing import BinaryIO

    from reviewer.models.bytesource import ByteSource

_CHUNK: Final = 1 << 20
_SMALL_CHUNK: Final = 256 << 10
_SMALL: Final = 16 << 20
"""Content of up to so many bytes is read in smaller pieces, whose memory is used again for the next
instead of being asked of the system anew: that would cost more than the cipher."""
_BEHIND: Final = 4
_ALONE: Final = 128 << 10
"""Up to so many bytes are digested at once: a thread beside would cost more."""
_MOST_OPEN: Final = 32
_MOST_WAITING: Final = 16 << 20
"""Files, and bytes of them, that are brought to the disk together, while as many more come."""
_LOOKED_THROUGH: Final = 8
"""Up to so many files an object asked about, a folder is looked through."""
_NAME: Final = re.compile(r"([0-9a-f]{31}[0-9a-fs])(\.part)?")
_SHARD: Final = re.compile(r"[0-9a-f]{2}")
_CUT: Final = N_("it ends before its size")
_CLOSED: Final = N_("it is closed")


class FolderVault:
    """Objects as files under `folder`; the bytes of an object are its content as it is.

    Args:
        folder: Where the objects are; made when the first is written.
        store: What errors call the store.
    """

    def __init__(self, folder: Path, store: str) -> None:
        self._folder = folder
        self._store = store
        self._lock = threading.Lock()
        self._settling = threading.Lock()
        # What waits, and the threads that put it: whoever brings it to the disk does so for all.
        self._unsettled: dict[Path, set[int]] = {}
        # Folders of objects whose own names are on the disk for certain.
        self._shards: set[Path] = set()
        self._handles: dict[ObjectId, tuple[int, int]] = {}
        self._waiting_bytes = 0
        self._failed: dict[int, OSError] = {}
        # Brings some to the disk while more is put; begun and awaited by whoever has `_settling`.
        self._bringing: threading.Thread | None = None

    def put(self, object_id: ObjectId, source: ByteSource) -> Stored:
        """Write an object; see `Vault.put`."""
        with self.writing(object_id) as file:
            sha256, size = pour(source, file.write)
        return Stored(object_id, sha256, size)

    @contextmanager
    def writing(self, object_id: ObjectId) -> Iterator[BinaryIO]:
        """Give the file that becomes the object's when the block ends, and vanishes if it fails.

        Raises:
            StoreFullError, StoreNotWritableError.
        """
        path = self._path(object_id)
        with telling(self._store):
            self._make_shard(path.parent)
            with replacing(path, mode=AS_FOLDER, later=partial(self._wait, object_id)) as file:
                yield file
            # Another program may have made the folder, and have died before it settled.
            is_there = path.parent in self._shards
            self._note_unsettled(path.parent, *([] if is_there else [self._folder]))
            with self._lock:
                enough = len(self._handles) >= _MOST_OPEN or self._waiting_bytes >= _MOST_WAITING
            if enough:
                self._bring_beside()
                self._raise_own()

    def settle(self) -> None:
        """Bring what was put to the disk: the bytes of all together, then their names.

        What another thread is bringing there just now is waited for.
        """
        with telling(self._store):
            with self._settling:
                with self._lock:
                    folders, self._unsettled = self._unsettled, {}
                self._end_bringing()
                self._bring(self._taken())
                for number, (folder, threads) in enumerate(folders.items(), start=1):
                    with self._failing(threads):
                        settle(folder, fully=number == len(folders))
                        if folder == self._folder:
                            self._shards |= {each for each in folders if each.parent == folder}
            self._raise_own()

    def open(self, object_id: ObjectId, name: str) -> ByteSource:
        """Open an object; see `Vault.open`."""
        if is_sealed(object_id):
            raise ContentKeyGoneError(name=name)
        return self.open_file(object_id, name)

    def open_file(self, object_id: ObjectId, name: str) -> ByteSource:
        """Open an object's file as it is on the disk. Raises ContentError."""
        try:
            return _ObjectSource(self._path(object_id), name)
        except FileNotFoundError:
            raise ContentMissingError(name=name) from None
        except OSError as error:
            raise ContentError(name=name, reason=_reason(error)) from error

    def exists(self, object_id: ObjectId) -> bool:
        """Return whether the object is there; see `Vault.exists`."""
        with _reading(self._store):
            return self._path(object_id).is_file()

    def is_empty(self) -> bool:
        """Return whether nothing was ever put; see `Vault.is_empty`."""
        with telling(self._store):
            try:
                return not any(_SHARD.fullmatch(shard.name) for shard in self._folder.iterdir())
            except FileNotFoundError:
                return True

    def destroy_keys(self, ids: Collection[ObjectId]) -> None:
        """Do nothing: objects in the clear have no keys."""

    def delete(self, object_id: ObjectId) -> None:
        """Remove an object and what an interrupted write of it left."""
        self._forget([object_id])
        with telling(self._store):
            _unlink(f"{self._folder}{os.sep}", object_id, settled=False)

    def delete_all(self, ids: Collection[ObjectId], *, keyless: bool = False) -> set[ObjectId]:
        """Remove objects; see `Vault.delete_all`."""
        self._forget(ids)
        try:
            shards = {shard.name for shard in self._folder.iterdir()}
        except FileNotFoundError:
            shards = set()
        except OSError:
            return set()
        asked: defaultdict[str, list[ObjectId]] = defaultdict(list)
        for object_id in ids:
            asked[object_id[:2]].append(object_id)
        folder = f"{self._folder}{os.sep}"
        left: set[ObjectId] = set()
        names = sorted(shards & asked.keys())
        for name in names:
            for object_id in asked[name]:
                try:
                    _unlink(folder, object_id, settled=keyless)
                except OSError:
                    left.add(object_id)
            try:
                # Else a power cut brings back what nobody knows of any more.
                settle(self._folder / name, fully=name == names[-1])
            except OSError:
                left.update(asked[name])
        return set(ids) - left

    def perhaps_there(self, ids: Collection[ObjectId]) -> set[ObjectId]:
        """Return those of objects of which something may be there, whole or in part.

        Looking through what a folder holds is faster than trying to remove what it does not; one
        that holds very much more than is asked about is not looked through.
        """
        asked: defaultdict[str, set[ObjectId]] = defaultdict(set)
        for object_id in ids:
            asked[object_id[:2]].add(object_id)
        shards = (_perhaps_in(self._folder / name, those) for name, those in asked.items())
        return set[ObjectId]().union(*shards)

    def delete_part(self, object_id: ObjectId) -> None:
        """Remove what an interrupted write of an object left."""
        path = self._path(object_id)
        with telling(self._store), suppress(FileNotFoundError):
            path.with_name(path.name + PART).unlink()
            settle(path.parent)

    def list(self) -> Iterator[Kept]:
        """Yield everything there; files that no vault wrote are left alone."""
        with _reading(self._store):
            if not self._folder.is_dir():
                return
            for shard in self._folder.iterdir():
                if shard.is_dir():
                    yield from _kept_in(shard)

    def _wait(self, object_id: ObjectId, handle: int) -> None:
        self._forget([object_id])
        with self._lock:
            self._handles[object_id] = (handle, threading.get_ident())
            self._waiting_bytes += os.fstat(handle).st_size

    def _note_unsettled(self, *folders: Path) -> None:
        with self._lock:
            for folder in folders:
                self._unsettled.setdefault(folder, set()).add(threading.get_ident())

    def _taken(self) -> Collection[tuple[int, int]]:
        """Return what waits, handles and the threads that put them, for this one to bring."""
        with self._lock:
            waiting, self._handles, self._waiting_bytes = self._handles, {}, 0
        return list(waiting.values())

    def _bring(self, waiting: Collection[tuple[int, int]]) -> None:
        """Bring bytes to the disk, whoever put them; one thread at a time."""
        with self._failing({thread for _, thread in waiting}):
            bring_to_disk(handle for handle, _ in waiting)

    def _bring_beside(self) -> None:
        """Begin to bring what waits to the disk, once what was begun before is there."""
        with self._settling:
            self._end_bringing()
            waiting = self._taken()
            beside = threading.Thread(target=self._bring, args=(waiting,), name="to the disk")
            try:
                beside.start()
            except RuntimeError:
                # The system gives no more threads: what was taken is brought there all the same.
                self._bring(waiting)
            else:
                self._bringing = beside

    def _end_bringing(self) -> None:
        """Wait until what is being brought is there, or told to have failed."""
        if self._bringing is not None:
            self._bringing.join()
            self._bringing = None

    @contextmanager
    def _failing(self, threads: Collection[int]) -> Iterator[None]:
        """Keep an error for the threads whose content it concerns, which hear of it later."""
        try:
            yield
        except OSError as error:
            with self._lock:
                self._failed.update(dict.fromkeys(threads, error))

    def _raise_own(self) -> None:
        """Raise what failed of this thread's content, whoever tried to bring it to the disk."""
        with self._lock:
            error = self._failed.pop(threading.get_ident(), None)
        if error is not None:
            raise error

    def _forget(self, ids: Iterable[ObjectId]) -> None:
        """Close what waits to be brought to the disk and need not be any more."""
        with self._lock:
            handles = [self._handles.pop(each)[0] for each in ids if each in self._handles]
        for handle in handles:
            os.close(handle)

    def _path(self, object_id: ObjectId) -> Path:
        return self._folder / object_id[:2] / object_id

    def _make_shard(self, shard: Path) -> None:
        if shard.is_dir():
            return
        shard.mkdir(parents=True, exist_ok=True)
        self._note_unsettled(self._folder.parent)


class _ObjectSource:
    """A `ByteSource` over one object's file."""

    def __init__(self, path: Path, name: str) -> None:
        self._file = path.open("rb")
        self._name = name
        self._size = self._file.seek(0, 2)

    @property
    def name(self) -> str:
        """What to call the object in an error."""
        return self._name

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`.

        Raises:
            ContentError: The file cannot be read.
        """
        try:
            self._file.seek(offset)
            return self._file.read(length)
        except (OSError, ValueError) as error:
            raise ContentError(name=self._name, reason=_reason(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@contextmanager
def _reading(store: str) -> Iterator[None]:
    """Raise errors of the file system as one that says what of the store cannot be read."""
    try:
        yield
    except OSError as error:
        raise StoreError(store=store, reason=reason_of(error)) from error


def _kept_in(shard: Path) -> Iterator[Kept]:
    for path in shard.iterdir():
        found = _NAME.fullmatch(path.name)
        if not found:
            continue
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        yield Kept(
            ObjectId(found[1]), status.st_size, status.st_mtime_ns // 1000, whole=found[2] is None
        )


def _perhaps_in(shard: Path, ids: set[ObjectId]) -> set[ObjectId]:
    """Return those of objects that a folder may hold; see `FolderVault.perhaps_there`."""
    most = _LOOKED_THROUGH * len(ids)
    try:
        with os.scandir(shard) as entries:
            held = {ObjectId(entry.name.removesuffix(PART)) for entry in islice(entries, most + 1)}
    except FileNotFoundError:
        return set()
    except OSError:
        return ids
    return ids if len(held) > most else ids & held


def _reason(error: OSError | ValueError) -> Reason:
    """Return the clause of a sentence; a ValueError comes of a file that is closed."""
    return reason_of(error) if isinstance(error, OSError) else Reason(_CLOSED)


def chunks(source: ByteSource) -> Iterator[bytes]:
    """Yield the content of `source` from its first byte to its last.

    Raises:
        ContentError: It cannot be read, or ends before its size.
    """
    offset = 0
    size = source.size
    most = _SMALL_CHUNK if size <= _SMALL else _CHUNK
    while offset < size:
        try:
            chunk = source.read_at(offset, min(most, size - offset))
        except OSError as error:
            raise ContentError(name=source.name, reason=_reason(error)) from error
        if not chunk:
            raise ContentError(name=source.name, reason=_CUT)
        offset += len(chunk)
        yield chunk


def _unlink(folder: str, object_id: ObjectId, *, settled: bool) -> None:
    """Remove an object's file and what an interrupted write of it left.

    Of texts, not of paths: for very many, making paths costs more than unlinking, and looking for
    what is not there half as much.
    """
    name = f"{folder}{object_id[:2]}{os.sep}{object_id}"
    try:
        os.unlink(name)  # noqa: PTH108
    except FileNotFoundError:
        settled = False
    if not settled and os.access(name + PART, os.F_OK):
        os.unlink(name + PART)  # noqa: PTH108


def pour(source: ByteSource, write: Callable[[bytes], object]) -> tuple[str, int]:
    """Hand the content of `source` to `write` while its digest is computed.

    Returns:
        The SHA-256 in hex, and the size in bytes.

    Raises:
        ContentError: It cannot be read, or ends before its size; and what `write` raises.
    """
    digest = hashlib.sha256()
    size = 0
    if source.size <= _ALONE:
        for chunk in chunks(source):
            digest.update(chunk)
            size += len(chunk)
            write(chunk)
        return digest.hexdigest(), size
    # The digest takes longest: it is computed beside the rest, a few chunks behind.
    behind: deque[Future[None]] = deque()
    with ThreadPoolExecutor(1, "digest") as beside:
        for chunk in chunks(source):
            behind.append(beside.submit(digest.update, chunk))
            if len(behind) > _BEHIND:
                behind.popleft().result()
            size += len(chunk)
            write(chunk)
    return digest.hexdigest(), size


def digest_of(source: ByteSource) -> tuple[str, int]:
    """Return the SHA-256 of a content in hex, and its size in bytes; raises as `chunks`."""
    return pour(source, len)
