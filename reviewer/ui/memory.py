"""Memory that is given back to the system once it is free, where its allocator would keep it."""

from __future__ import annotations

import ctypes
import sys
from typing import Final

# Of glibc's malloc.h.
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_THRESHOLD: Final = -3
_LARGE_BYTES: Final = 4 << 20
_FREE_BYTES: Final = 1 << 20


def _libc() -> ctypes.CDLL | None:
    """Return the C library where it is one that keeps what was freed; others give it back."""
    if sys.platform != "linux":
        return None
    found = ctypes.CDLL(None)
    return found if hasattr(found, "mallopt") and hasattr(found, "malloc_trim") else None


def give_large_back() -> None:
    """Have large blocks mapped by themselves, so that they go once they are freed.

    glibc raises its limit with what was freed: arrays of all ids, 8 MB a million, then stay for
    others of their size, a set of them for every thread. Thread: main, once.
    """
    libc = _libc()
    if libc is not None:
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, _FREE_BYTES)


def give_back() -> None:
    """Give back what is free between blocks that are not.

    Thread: any; takes milliseconds, without the interpreter's lock.
    """
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(ctypes.c_size_t(0))
