"""Errors of the file system and of SQLite, told as errors of the store.

Imported inside `storage` only.
"""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    FileUnusableError,
    ReviewerError,
    StoreBusyError,
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreNotFoundError,
    StoreNotWritableError,
    reason_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NOT_WRITABLE: Final = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    }
)


def fault_of(error: OSError, store: str) -> ReviewerError:
    """Return what an error of the file system means for the store at `store`."""
    if error.errno in _FULL:
        return StoreFullError(store=store)
    if error.errno in _REFUSED:
        return StoreNotWritableError(store=store)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return StoreNotFoundError(store=store)
    return StoreError(store=store, reason=reason_of(error))


def fault_of_place(error: OSError, path: Path, store: str) -> ReviewerError:
    """Return what an error means where something is to be that is not there yet.

    Args:
        error: Of the file system.
        path: Where.
        store: What is full, where that is it.
    """
    if error.errno in _FULL:
        return StoreFullError(store=store)
    if isinstance(error, FileExistsError):
        # What the path leads through is a file.
        error = NotADirectoryError(errno.ENOTDIR, "")
    return FileUnusableError(name=str(path), reason=reason_of(error))


@contextmanager
def telling(store: str) -> Iterator[None]:
    """Raise errors of the file system as errors of the store at `store`."""
    try:
        yield
    except OSError as error:
        raise fault_of(error, store) from error


def sqlite_fault(code: int, store: str) -> ReviewerError | None:
    """Return what an error code of SQLite means for the store at `store`, None for a mistake."""
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusyError(store=store)
        case sqlite3.SQLITE_FULL:
            return StoreFullError(store=store)
        case sqlite3.SQLITE_NOTADB:
            return StoreDamagedError(store=store, reason=N_("it is not a database"))
        case sqlite3.SQLITE_CORRUPT:
            return StoreDamagedError(store=store, reason=N_("a part of it cannot be read"))
        case known if known in _NOT_WRITABLE:
            return StoreNotWritableError(store=store)
    return None
