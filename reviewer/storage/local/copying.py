"""A store in a folder, copied whole: backed up, and restored from a backup.

A copy is made beside its place under another name, every file of it is read back and held against
what was read of the original, and only then is it given its name: a kill at any instant leaves no
half of one. What it was made of stays as it was.

Content is copied first, while others work; it is written once and never changes. Then writers wait
for the catalogue, the keys and what came meanwhile. What is computed of recordings is left out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    FileUnusableError,
    Reason,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreNotWritableError,
    UsageError,
    reason_of,
)
from reviewer.models.copies import ABOUT, SUMS, Copied
from reviewer.storage.atomic import PART, PRIVATE, PRIVATE_FOLDER, make_folder, settle
from reviewer.storage.catalogue import landing, upkeep
from reviewer.storage.catalogue.sqlite import file
from reviewer.storage.catalogue.sqlite.database import SqliteDatabase
from reviewer.storage.faults import fault_of_place, telling
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.content_note import NAME as NOTE
from reviewer.storage.vault.derived import KEY_KIND
from reviewer.storage.vault.key_store import NAME as KEYS
from reviewer.storage.vault.ring_file import NAME as RING
from reviewer.storage.vault.ring_file import RingFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import BinaryIO

    from sqlalchemy import Connection

    from reviewer.models.ids import ObjectId
    from reviewer.models.progress import Progress
    from reviewer.storage.catalogue.upkeep import KeptObject
    from reviewer.storage.local.core import Core

_log = logging.getLogger(__name__)
VAULT: Final = "vault"
UNFINISHED: Final = ".reviewer-part"
"""Ending of a folder in which a copy is made. No folder of anybody else's has it: one goes."""
_CHUNK: Final = 1 << 20
_FORMAT: Final = 1


def back_up(core: Core, target: Path, progress: Progress) -> Copied:
    """Copy a store into a folder that is not there yet; see `Copies.back_up`."""
    database = in_folder(core)
    about = {"format": _FORMAT, "store": core.store_id}
    with unfinished(begin(target, core.folder)) as part:
        copy = Copy(part, target, progress)
        with telling(str(target)):
            wanted = _take_all(copy, core, database)
            copy.write(ABOUT, json.dumps(about).encode() + b"\n")
            copy.finish()
        progress.raise_if_cancelled()
        give_name(part, target)
    ring = ""
    if core.keeper is not None and core.keeper.ring_path != core.folder / RING:
        ring = str(core.keeper.ring_path)
    names = (f"{VAULT}/{one.object_id[:2]}/{one.object_id}" for one in wanted)
    missing = sum(1 for name in names if name not in copy.sums)
    return Copied(len(copy.sums), copy.size_bytes, missing, ring)


def _take_all(copy: Copy, core: Core, database: SqliteDatabase) -> list[KeptObject]:
    """Copy everything of a store that others use; return the objects that it is to have."""
    copy.take_objects(core.folder / VAULT)
    with database.write() as connection:
        # From here on nothing comes in; what goes is on the list of what is to go.
        copy.take_objects(core.folder / VAULT)
        _leave_deleted(copy, core, connection)
        with copy.making(file.NAME) as path:
            database.copy_to(path)
        if core.keeper is not None:
            with core.keeper.keys.alone():
                with copy.making(KEYS) as path:
                    core.keeper.keys.copy_to(path, KEY_KIND)
                copy.take(core.folder / RING, RING)
        take_note(copy, core.folder)
        wanted = [one for one in upkeep.kept_objects(connection) if not one.is_lost]
    copy.count(file.NAME)
    if core.keeper is not None:
        copy.count(KEYS)
    return wanted


def _leave_deleted(copy: Copy, core: Core, connection: Connection) -> None:
    """Let a copy not have what was deleted and could not be removed from the store yet.

    The list of an older catalogue is one of what was due then, and is not followed.
    """
    if core.content_note.is_ahead():
        return
    due = landing.due_pending(connection, now_us())
    copy.leave(set(due) - landing.objects_in_use(connection, due))


def take_note(copy: Copy, folder: Path) -> None:
    """Copy what says how new the content is: without it a copy's may be taken for left behind."""
    with suppress(FileNotFoundError):
        copy.take(folder / NOTE, NOTE)


def restore(
    backup: Path, target: Path, progress: Progress, check: Callable[[Path, str], None]
) -> Copied:
    """Make a store of a backup in a folder that is not there yet, with a key ring of its own.

    Args:
        backup: The folder that `back_up` made; it stays.
        target: Where the store is to be.
        progress: Told how far it is, and stops it.
        check: Called with the copy before it gets its place, and where its key ring was copied
            from if that is kept elsewhere, else "": opens it, asks for the privilege, enters it
            in the log. What it raises is raised, and nothing is left.

    Raises:
        FileUnusableError: It is no backup, or something is at `target`.
        StoreDamagedError: A file of the backup is not what it was; named.
        KeyRingMissingError: The ring, kept elsewhere, is not there.
        StoreFullError, StoreNotWritableError, CancelledError.
    """
    sums = _read_sums(backup)
    with unfinished(begin(target, backup)) as part:
        copy = Copy(part, target, progress)
        with telling(str(target)):
            copy.take_known(backup, sums)
            copy.finish(sums=False)
            # With one ring for two stores, a roll in either would close the other for good.
            other = RingFile(part, str(target)).take_in() if RING in sums else ""
        with _telling_of(target, StoreError):
            check(part, other)
        # Who gives up while it is opened and checked expects to find nothing.
        progress.raise_if_cancelled()
        give_name(part, target)
    return Copied(len(copy.sums), copy.size_bytes, other_ring=other)


def is_encrypted(backup: Path) -> bool:
    """Return whether a backup is of an encrypted store; the file of its ring is as it was.

    Raises:
        FileUnusableError: It is no backup; StoreDamagedError: the file is missing or another.
    """
    digest = _read_sums(backup).get(RING)
    if digest is None:
        return False
    with telling(str(backup)):
        path = backup / RING
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise _damaged(backup, RING)
    return True


@contextmanager
def unfinished(part: Path) -> Iterator[Path]:
    """Remove a copy that is not finished; where that fails, the next to the same place does."""
    try:
        yield part
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        if part.exists():
            _log.warning("an unfinished copy could not be removed: %s", part.name)
        raise


class Copy:
    """The files of a copy as they are written, with their digests. Thread: one."""

    def __init__(self, part: Path, target: Path, progress: Progress) -> None:
        self.part = part
        self._target = target
        self._progress = progress
        (part / VAULT).mkdir(PRIVATE_FOLDER)
        self.sums: dict[str, str] = {}
        self._sizes: dict[str, int] = {}

    @property
    def size_bytes(self) -> int:
        """Of all files that it has by now."""
        return sum(self._sizes[name] for name in self.sums)

    def take_objects(self, vault: Path) -> None:
        """Copy the objects that were not copied yet; let go of those that went meanwhile."""
        found = {f"{VAULT}/{path.parent.name}/{path.name}": path for path in _objects(vault)}
        for number, (name, path) in enumerate(found.items()):
            self._progress.report(number, len(found))
            if name not in self.sums:
                with suppress(FileNotFoundError):
                    self.take(path, name)
        for name in [name for name in self.sums if name not in found]:
            (self.part / name).unlink(missing_ok=True)
            del self.sums[name]

    def leave(self, ids: Iterable[ObjectId]) -> None:
        """Take objects out of the copy again."""
        for name in (f"{VAULT}/{each[:2]}/{each}" for each in ids):
            (self.part / name).unlink(missing_ok=True)
            self.sums.pop(name, None)

    def take(self, source: Path, name: str) -> None:
        """Copy a file.

        Raises:
            FileNotFoundError: It is not there any more; FileUnusableError: it cannot be read.
        """
        with _reading(source):
            read = source.open("rb")
        with read:
            self._write(name, _chunks_of(read, source))

    def take_known(self, folder: Path, sums: Mapping[str, str]) -> None:
        """Copy files of which the digests are known.

        Raises:
            StoreDamagedError: One is missing, or not what it was.
        """
        for number, (name, digest) in enumerate(sums.items()):
            self._progress.report(number, len(sums))
            if name == ABOUT:
                continue
            try:
                self.take(folder / name, name)
            except FileNotFoundError:
                raise _damaged(folder, name) from None
            if self.sums[name] != digest:
                raise _damaged(folder, name)

    def write(self, name: str, data: bytes) -> None:
        """Write a file of its own."""
        self._write(name, iter((data,)))

    @contextmanager
    def making(self, name: str) -> Iterator[Path]:
        """Give the path of a file that something else writes, to be counted once it has."""
        with _telling_of(self._target, StoreFullError, StoreNotWritableError):
            yield self.part / name

    def count(self, name: str) -> None:
        """Take in a file that something else wrote."""
        self.sums[name], self._sizes[name] = self._digest(name)

    def finish(self, *, sums: bool = True) -> None:
        """Read every file back, and bring all of it to the disk.

        Raises:
            StoreDamagedError: One is not what was written.
        """
        for number, (name, digest) in enumerate(self.sums.items()):
            self._progress.report(number, len(self.sums))
            if self._digest(name)[0] != digest:
                raise _damaged(self._target, name)
        if sums:
            lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items()))
            self._write(SUMS, iter((lines.encode(),)))
            del self.sums[SUMS]
        for folder, _, _ in os.walk(self.part):
            settle(Path(folder), fully=False)
        settle(self.part)

    def _write(self, name: str, chunks: Iterator[bytes]) -> None:
        path = self.part / name
        path.parent.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(handle, "wb") as into:
            for chunk in chunks:
                self._progress.raise_if_cancelled()
                digest.update(chunk)
                into.write(chunk)
                size += len(chunk)
            into.flush()
            os.fsync(into.fileno())
        self.sums[name], self._sizes[name] = digest.hexdigest(), size

    def _digest(self, name: str) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with (self.part / name).open("rb") as read:
            while chunk := read.read(_CHUNK):
                self._progress.raise_if_cancelled()
                digest.update(chunk)
                size += len(chunk)
        return digest.hexdigest(), size


@contextmanager
def _telling_of(target: Path, *kinds: type[StoreError]) -> Iterator[None]:
    """Let errors name where a copy is to be, not of what or where it is being made."""
    try:
        yield
    except kinds as error:
        raise type(error)(**{**error.fields, "store": str(target)}) from error


@contextmanager
def _reading(source: Path) -> Iterator[None]:
    """Let errors name what is read, and not what is being written of it."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise FileUnusableError(name=str(source), reason=reason_of(error)) from error


def _chunks_of(read: BinaryIO, source: Path) -> Iterator[bytes]:
    while True:
        with _reading(source):
            chunk = read.read(_CHUNK)
        if not chunk:
            return
        yield chunk


def _objects(vault: Path) -> Iterator[Path]:
    for shard in sorted(vault.iterdir()):
        if shard.is_dir():
            for path in shard.iterdir():
                if path.is_file() and not path.name.endswith(PART):
                    yield path


def in_folder(core: Core) -> SqliteDatabase:
    """Return the catalogue of a store in a folder. Raises UsageError: it is on a server."""
    if not isinstance(core.database, SqliteDatabase):
        reason = N_("a store on a server is copied by the server's own means")
        raise UsageError(reason=reason)
    return core.database


def begin(target: Path, source: Path) -> Path:
    """Make the folder in which a copy is made; what an interrupted one left goes.

    Raises:
        FileUnusableError: Something is at `target`, one lies within the other, or no folder can be
            made there. StoreFullError.
    """
    target = target.absolute()
    inside = target.resolve()
    if inside.is_relative_to(source.resolve()):
        raise FileUnusableError(name=str(target), reason=N_("it lies within the store itself"))
    if source.resolve().is_relative_to(inside):
        raise FileUnusableError(name=str(target), reason=N_("the store itself lies within it"))
    try:
        if target.exists():
            raise FileUnusableError(name=str(target), reason=N_("something is there already"))
        part = target.with_name(target.name + UNFINISHED)
        if part.is_dir():
            shutil.rmtree(part)
        make_folder(part)
    except OSError as error:
        # There is no store there yet that could be missing.
        raise fault_of_place(error, target, str(target)) from error
    return part


def give_name(part: Path, target: Path) -> None:
    """Let a finished copy have its name. Raises StoreNotWritableError and its kin."""
    target = target.absolute()
    with telling(str(target)):
        part.rename(target)
        settle(target.parent)


def _read_sums(backup: Path) -> dict[str, str]:
    """Return name and digest of a backup's files."""
    try:
        about = json.loads((backup / ABOUT).read_bytes())
        text = (backup / SUMS).read_text("utf-8")
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else Reason(N_("it is no backup"))
        raise FileUnusableError(name=str(backup), reason=reason) from error
    lines = text.split("\n")
    is_whole = lines.pop() == ""
    told = (line.partition("  ") for line in lines)
    sums = {name: digest for digest, _, name in told}
    is_ours = isinstance(about, dict) and about.get("format") == _FORMAT
    is_ours = is_ours and is_whole and file.NAME in sums
    if not is_ours or any(_leads_out(name) for name in sums):
        raise FileUnusableError(name=str(backup), reason=N_("it is no backup"))
    return sums


def _leads_out(name: str) -> bool:
    # No name of ours has a backslash, which leads out on Windows only.
    return name.startswith("/") or ".." in name.split("/") or ":" in name or "\\" in name


def _damaged(folder: Path, name: str) -> StoreDamagedError:
    reason = Reason(N_("{name} is not what was written"), name=name)
    return StoreDamagedError(store=str(folder), reason=reason)
