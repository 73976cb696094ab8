"""Writing a file so that it is there whole or not at all; the one place that does it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

PART: Final = ".part"
"""Ending of a file that is being written."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write that becomes `path` when the block ends, and vanishes if it fails.

    The bytes are on the disk before the name is; the name itself is only after `settle`.

    Raises:
        OSError: It cannot be written.
    """
    part = path.with_name(path.name + PART)
    try:
        with part.open("wb") as file:
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
