"""Writing a file so that it is there whole or not at all; the one place that does it.

Also whom files are for: what holds customers' data is readable by who made it and by nobody else,
until they say otherwise. Windows gives files the rights of their folder, and so does this there.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

PART: Final = ".part"
"""Ending of a file that is being written."""
PRIVATE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
AS_FOLDER: Final = 0o666
"""Mode of what the rights of its folder guard: less what the system's user takes away (umask)."""
_NOT_FOR_FOLDERS: Final = frozenset({errno.EINVAL, errno.EBADF})
"""What `fsync` says where a file system brings no folders to the disk when it is asked to."""
DURABLY: Final = ("PRAGMA synchronous=FULL", "PRAGMA fullfsync=ON")
"""What makes SQLite bring each commit to the disk as `flush` does; the latter concerns macOS."""


@contextmanager
def replacing(
    path: Path, *, mode: int = PRIVATE, later: Callable[[int], None] | None = None
) -> Iterator[BinaryIO]:
    """Give a file to write that becomes `path` when the block ends, and vanishes if it fails.

    The bytes are on the disk before the name is; the name itself is only after `settle`. A file
    that is replaced keeps its mode: whom its owner let read it may go on.

    Args:
        path: What is to be there.
        mode: Who may read and write it, if it is not there yet.
        later: Takes a handle of the file, whose bytes are then not on the disk before the name
            is: whoever gives this brings many there together (`bring_to_disk`), which takes a
            fraction of the time, before anything refers to them. Windows, which renames nothing
            that is open, does not ask.

    Raises:
        OSError: It cannot be written.
    """
    part = path.with_name(path.name + PART)
    handle = -1
    try:
        with open(part, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            if mode != AS_FOLDER:
                _set_mode(file.fileno(), path, mode)
            yield file
            file.flush()
            if later is None or sys.platform == "win32":
                flush(file.fileno())
            else:
                handle = os.dup(file.fileno())
        part.replace(path)
        if later is not None and handle >= 0:
            later(handle)
    except BaseException as error:
        if handle >= 0:
            os.close(handle)
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename == os.fspath(part):
            # Whoever asked knows the file by this name only.
            error.filename = os.fspath(path)
        raise


def make_private(path: Path) -> None:
    """Make an empty file that is readable by nobody else, for a library to fill.

    Raises:
        OSError: It is there already, or cannot be made.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))


def guard_folder(path: Path) -> None:
    """Close a folder to everybody but its owner, where it is ours and has such rights."""
    if sys.platform != "win32":
        with suppress(OSError):
            path.chmod(PRIVATE_FOLDER)


def inode(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of its name; None: it is not there.

    Raises:
        OSError: That cannot be told.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _set_mode(handle: int, path: Path, mode: int) -> None:
    """Give an open file the mode of the one it is to replace, or a new one's."""
    if sys.platform == "win32":
        return
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(path.stat().st_mode)
    if stat.S_IMODE(os.fstat(handle).st_mode) != mode:
        # What has no rights of its own, a stick for one, refuses.
        with suppress(OSError):
            os.fchmod(handle, mode)


def flush(handle: int) -> None:
    """Bring to the disk what was written through a handle, or the names in an open folder.

    macOS leaves it in the memory of the disk itself, which a power cut empties, unless it is asked
    for more than `fsync`; not all file systems there can do that.

    Raises:
        OSError: It is not there.
    """
    if sys.platform == "darwin":
        from fcntl import F_FULLFSYNC, fcntl

        with suppress(OSError):
            fcntl(handle, F_FULLFSYNC)
            return
    os.fsync(handle)


def bring_to_disk(handles: Iterable[int]) -> None:
    """Bring to the disk what was written through handles, and close them all.

    The memory of the disk is emptied once, with the last of them.

    Raises:
        OSError: Not all of it is there.
    """
    failed: OSError | None = None
    waiting = [*handles]
    for number, handle in enumerate(waiting, start=1):
        try:
            if number == len(waiting):
                flush(handle)
            else:
                os.fsync(handle)
        except OSError as error:
            failed = error
        finally:
            os.close(handle)
    if failed is not None:
        raise failed


def settle(folder: Path, *, fully: bool = True) -> None:
    """Bring the names in a folder to the disk; Windows does so by itself, and some servers.

    Args:
        folder: Which.
        fully: Whether the memory of the disk is emptied, see `flush`; of many folders it need be
            with the last only.

    Raises:
        OSError: The folder cannot be opened, or the names are not there.
    """
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if fully:
            flush(handle)
        else:
            os.fsync(handle)
    except OSError as error:
        if error.errno not in _NOT_FOR_FOLDERS:
            raise
    finally:
        os.close(handle)


def make_folder(path: Path, mode: int = PRIVATE_FOLDER) -> None:
    """Make a folder, those above it as needed, and bring their names to the disk.

    Those above have the rights that the system gives them.

    Raises:
        OSError: It cannot be made.
    """
    missing: list[Path] = []
    above = path
    while not above.exists():
        missing.append(above)
        above = above.parent
    path.mkdir(mode, parents=True, exist_ok=True)
    for made in missing:
        # What may be written into and not read cannot be brought to the disk by whoever may.
        with suppress(PermissionError):
            settle(made.parent)
