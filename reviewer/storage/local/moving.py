"""A store in a folder, moved elsewhere: renamed, or copied whole and removed where it was.

While there are two of it, each has a note of where the other is: what a kill leaves is told by
`second_of`.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.crypto.ring import ClosedRing
from reviewer.errors import OriginalLeftError, ReviewerError, reason_of
from reviewer.storage.atomic import PRIVATE_FOLDER, replacing, settle
from reviewer.storage.catalogue.sqlite import file
from reviewer.storage.catalogue.sqlite.database import translating
from reviewer.storage.faults import telling
from reviewer.storage.local.content_note import NAME as NOTE
from reviewer.storage.local.copying import (
    UNFINISHED,
    VAULT,
    Copy,
    begin,
    give_name,
    in_folder,
    take_note,
    unfinished,
)
from reviewer.storage.vault.derived import FOLDER as DERIVED
from reviewer.storage.vault.derived import KEY_KIND
from reviewer.storage.vault.key_store import NAME as KEYS
from reviewer.storage.vault.ring_file import NAME as RING
from reviewer.storage.vault.ring_file import RingFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.progress import Progress
    from reviewer.storage.local.core import Core

_SECOND: Final = "moving.json"
"""The note in a folder that there is, or may be, another of its store."""
_ASIDE: Final = ".moved"
"""Ending of a folder that a store was moved from, until it is removed."""
_STAYS: Final = frozenset({errno.EXDEV, errno.EBUSY})
"""What a folder says that cannot be renamed there, or at all, as the root of a disk."""


def move(core: Core, target: Path, progress: Progress) -> None:
    """Move a store elsewhere; see `Copies.move`. Once it is there, it is closed.

    Within a file system its folder is renamed, which is one step. Else it is copied and verified,
    the copy gets its place, and only then the original goes. A link to the folder stays, and leads
    nowhere.
    """
    database = in_folder(core)
    folder = core.folder.resolve()
    with unfinished(begin(target, folder)) as part:
        part.rmdir()
        with core.intake, database.alone() as lone, telling(str(target)):
            progress.raise_if_cancelled()
            renamed = _is_renamed(folder, target)
            left = folder
            if not renamed:
                part.mkdir(PRIVATE_FOLDER)
                with _noted(folder, target):
                    copy = Copy(part, target, progress)
                    copy.take_objects(folder / VAULT)
                    with copy.making(file.NAME) as path, translating(database.store):
                        lone.copy_to(path, database.store)
                    copy.count(file.NAME)
                    if core.keeper is not None:
                        with copy.making(KEYS) as path:
                            core.keeper.keys.copy_to(path, KEY_KIND)
                        copy.count(KEYS)
                        copy.take(folder / RING, RING)
                    take_note(copy, folder)
                    copy.write(_SECOND, _told(folder))
                    copy.finish(sums=False)
                    give_name(part, target)
                left = _put_aside(folder)
    core.close()
    if not renamed:
        _remove_original(folder, left, target)
        with suppress(OSError):
            (target / _SECOND).unlink(missing_ok=True)


@contextmanager
def _noted(folder: Path, target: Path) -> Iterator[None]:
    """Note in a folder where its store is being copied to; an error takes the note back."""
    with replacing(folder / _SECOND) as note:
        note.write(_told(target))
    settle(folder)
    try:
        yield
    except BaseException:
        if not target.exists():
            with suppress(OSError):
                (folder / _SECOND).unlink()
        raise


def _told(other: Path) -> bytes:
    return json.dumps({"other": str(other.absolute())}).encode()


def second_of(core: Core) -> Path | None:
    """Return where what a move that was killed left of the same store is; None: there is nothing.

    It may be all of the store it was moved from, what was to be removed of that, or what it was
    being moved to, finished or not. Where nothing is any more the note of it goes.
    """
    try:
        noted = json.loads((core.folder / _SECOND).read_bytes())
        other = Path(noted["other"])
        beside = [other.with_name(other.name + ending) for ending in (_ASIDE, UNFINISHED)]
    except (OSError, ValueError, TypeError, KeyError):
        return None
    found = next((path for path in beside if path.is_dir()), None)
    if found is None and _is_same(core, other):
        found = other
    if found is None:
        with suppress(OSError):
            (core.folder / _SECOND).unlink()
    return found


def _is_same(core: Core, folder: Path) -> bool:
    """Return whether a folder has the same store, or what is left of it, as far as can be told."""
    if not folder.is_dir() or folder.samefile(core.folder):
        return False
    path = folder / file.NAME
    if not path.is_file():
        return (folder / VAULT).is_dir()
    ring = RingFile(folder, str(folder))
    try:
        if ring.is_there and core.keeper is not None:
            there = ClosedRing(ring.read(), str(folder))
            return there.ring_id == core.keeper.ring.ring_id
    except ReviewerError:
        return True
    return ring.is_there or file.id_in_clear(path) in (core.store_id, None)


def _is_renamed(folder: Path, target: Path) -> bool:
    """Rename a store's folder; return whether that was possible."""
    if os.name == "nt":
        # What is open in it keeps it where it is.
        return False
    try:
        folder.rename(target.absolute())
    except OSError as error:
        if error.errno in _STAYS:
            return False
        raise
    for parent in {target.absolute().parent, folder.parent}:
        # It was moved, whatever is said of that now.
        with suppress(OSError):
            settle(parent)
    return True


def _put_aside(folder: Path) -> Path:
    """Let a folder be no store any more while nobody can come in; return where it is then.

    Whoever waits for the store would work on what is about to go. Where it cannot be done yet, as
    on Windows while it is open, the folder stays as it is.
    """
    try:
        left = folder.rename(folder.with_name(folder.name + _ASIDE))
    except OSError:
        return folder
    with suppress(OSError):
        # By a power cut two stores would be one: what is left of it may have been removed.
        settle(left.parent)
    return left


def _remove_original(folder: Path, left: Path, target: Path) -> None:
    """Remove what a store was moved from, once it is closed.

    Args:
        folder: Where the store was.
        left: Where what is left of it is, as `_put_aside` returned it.
        target: Where the store is now.

    Raises:
        OriginalLeftError: It is there still, as a whole or in part; named.
    """
    try:
        if left == folder:
            # No store any more from here on, whatever stops the rest.
            left = folder.rename(folder.with_name(folder.name + _ASIDE))
            settle(left.parent)
        shutil.rmtree(left)
        settle(left.parent)
    except OSError as error:
        if error.errno == errno.EBUSY and left == folder:
            _empty(folder, target)
            return
        raise OriginalLeftError(store=target, folder=left, reason=reason_of(error)) from error


def _empty(folder: Path, target: Path) -> None:
    """Remove what is a store's in a folder that stays; raises as `_remove_original`."""
    try:
        for name in (f"{file.NAME}*", f"{KEYS}*", RING, NOTE, _SECOND):
            for path in folder.glob(name):
                path.unlink()
        for part in (folder / VAULT, folder / DERIVED):
            if part.exists():
                shutil.rmtree(part)
    except OSError as error:
        raise OriginalLeftError(store=target, folder=folder, reason=reason_of(error)) from error
