"""Errors of the file system, told as errors of the store. Imported inside `storage` only."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    ReviewerError,
    StoreError,
    StoreFullError,
    StoreNotFoundError,
    StoreNotWritableError,
    reason_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


def fault_of(error: OSError, store: str) -> ReviewerError:
    """Return what an error of the file system means for the store at `store`."""
    if error.errno in _FULL:
        return StoreFullError(store=store)
    if error.errno in _REFUSED:
        return StoreNotWritableError(store=store)
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return StoreNotFoundError(store=store)
    return StoreError(store=store, reason=reason_of(error))


@contextmanager
def telling(store: str) -> Iterator[None]:
    """Raise errors of the file system as errors of the store at `store`."""
    try:
        yield
    except OSError as error:
        raise fault_of(error, store) from error
