"""Keeping keys of a running program out of files that the system writes by itself."""

from __future__ import annotations

import sys


def refuse_core_dumps() -> None:
    """Ask the system to write no image of this process's memory when it crashes.

    Windows has no such request: what its error reporting writes is the administrator's to switch
    off. A process that already forbids it, or may not, is left as it is.
    """
    if sys.platform == "win32":
        return
    import resource

    # A limit of 1 byte also stops dumps that Linux pipes into a program, which 0 does not.
    limit = 1 if sys.platform.startswith("linux") else 0
    _soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
