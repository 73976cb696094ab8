"""Where an export goes, and the work folder in which it remembers how far it is.

A folder is filled in place, each file whole or not at all. A ZIP is packed in one go from a
folder beside it, so that no half ZIP ever is. The work folder holds what is to be done
(`job.json`), the ids (`ids.bin`) and what is done (`done.jsonl`); it goes when all is done.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    ExportDestinationError,
    ExportFullError,
    ExportNoRoomError,
    ReviewerError,
    reason_of,
)
from reviewer.storage.address import content_folder
from reviewer.storage.atomic import PART

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WORK: Final = ".reviewer-export"
UNFINISHED: Final = ".unfinished"
"""Ending of the folder in which the content of a ZIP is gathered."""
_ZIP: Final = ".zip"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where an export goes.

    Attributes:
        target: What was asked for: a folder, or a file ending in `.zip`.
        folder: Where files are written: the target, or a folder beside the ZIP.
    """

    target: Path
    folder: Path

    @property
    def is_zip(self) -> bool:
        """Whether it becomes one ZIP."""
        return self.target != self.folder

    @property
    def work(self) -> Path:
        """The work folder."""
        return self.folder / WORK

    @property
    def record(self) -> Path:
        """The file that says what is to be done; it goes when all is."""
        return self.work / "job.json"

    def path_of(self, name: str) -> Path:
        """Return where the file of that name in the export is written."""
        return self.folder.joinpath(*name.split("/"))

    def others(self) -> bool:
        """Return whether the folder holds anything but a work folder.

        Raises:
            ExportDestinationError: It cannot be looked into.
        """
        with telling(self):
            return self.folder.exists() and any(
                entry.name != WORK for entry in self.folder.iterdir()
            )


def address_of(store_url: str) -> str:
    """Return the one address of a store, however its folder was given."""
    return store_url if "://" in store_url else str(Path(store_url).resolve())


def place_of(destination: Path, store_url: str) -> Place:
    """Return where an export to `destination` goes.

    Raises:
        ExportDestinationError: It lies within the store, or is the wrong kind of thing.
    """
    target = Path(os.path.abspath(destination))  # noqa: PTH100 (links stay what they are)
    inside = content_folder(store_url).resolve()
    if target.is_relative_to(inside) or target.resolve().is_relative_to(inside):
        raise ExportDestinationError(
            destination=str(target), reason=N_("it lies within the store itself")
        )
    if target.suffix.lower() == _ZIP and not target.is_dir():
        return Place(target, target.with_name(target.name + UNFINISHED))
    if target.exists() and not target.is_dir():
        raise ExportDestinationError(
            destination=str(target),
            reason=N_("it is a file; give a folder or a name ending in .zip"),
        )
    return Place(target, target)


def fault_of(error: OSError, place: Place, needed: int = 0) -> ReviewerError:
    """Return what an error of the file system means for an export."""
    if error.errno in _FULL:
        return full(place, needed)
    return ExportDestinationError(destination=str(place.target), reason=reason_of(error))


@contextmanager
def telling(place: Place, needed: int = 0) -> Iterator[None]:
    """Raise errors of the file system as errors of the export."""
    try:
        yield
    except OSError as error:
        raise fault_of(error, place, needed) from error


def full(place: Place, needed: int, *, before: bool = False) -> ExportFullError:
    """Return the error that says how much room is missing, before or while it is written."""
    kind = ExportNoRoomError if before else ExportFullError
    free = free_bytes(place)
    return kind(needed=-(-needed // _MB), free=free // _MB, folder=str(place.folder))


def free_bytes(place: Place) -> int:
    """Return how much room there is where the export goes.

    Raises:
        ExportDestinationError: That cannot be said.
    """
    folder = place.folder
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise ExportDestinationError(
            destination=str(place.target), reason=reason_of(error)
        ) from error


def clear_parts(place: Place, names: Iterable[str]) -> None:
    """Remove what interrupted writes of files of those names left.

    Raises:
        OSError: Something cannot be removed.
    """
    for path in (*(place.path_of(name) for name in names), place.target):
        path.with_name(path.name + PART).unlink(missing_ok=True)


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """Keep other programs from exporting to the same place for the length of a block.

    The system lets go of the lock when the process ends, however it ends.

    Raises:
        ExportDestinationError: Another one does already.
    """
    with telling(place):
        # What is gathered is for nobody else's eyes, unless the folder was there for them.
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.work.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(place.work / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(handle):
            raise ExportDestinationError(
                destination=str(place.target), reason=N_("another export is writing there")
            )
        yield
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
