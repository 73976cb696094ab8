"""Writing a file so that it is there whole or not at all; the one place that does it.

Also whom files are for: what holds customers' data is readable by who made it and by nobody else,
until they say otherwise. Windows gives files the rights of their folder, and so does this there.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

PART: Final = ".part"
"""Ending of a file that is being written."""
PRIVATE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
AS_FOLDER: Final = 0o666
"""Mode of what the rights of its folder guard: less what the system's user takes away (umask)."""


@contextmanager
def replacing(path: Path, *, mode: int = PRIVATE) -> Iterator[BinaryIO]:
    """Give a file to write that becomes `path` when the block ends, and vanishes if it fails.

    The bytes are on the disk before the name is; the name itself is only after `settle`. A file
    that is replaced keeps its mode: whom its owner let read it may go on.

    Args:
        path: What is to be there.
        mode: Who may read and write it, if it is not there yet.

    Raises:
        OSError: It cannot be written.
    """
    part = path.with_name(path.name + PART)
    try:
        with open(part, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            if mode != AS_FOLDER:
                _set_mode(file.fileno(), path, mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException as error:
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


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk; Windows does so by itself.

    Raises:
        OSError: The folder cannot be opened.
    """
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
