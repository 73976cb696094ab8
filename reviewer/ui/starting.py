"""The time in which the program starts: nothing is done twice that importing does not need.

Entered by the commands that open the window, before they import it. Imports nothing of the window
itself.
"""

from __future__ import annotations

import builtins
import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

import PySide6.QtCore  # noqa: F401 (what replaces the import statement)

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def quick_imports() -> Iterator[None]:
    """Import quickly within, and run the window: collecting garbage is its own business then.

    What modules are made of is no garbage, and looking through it again and again took a tenth of
    the start. `ui/garbage.py` collects while the window lives.

    WORKAROUND PYSIDE-2029: from its import on PySide6 reads the source of every module that is
    imported, and keeps it, to see whether `from __feature__ import` might concern it. Nothing
    here uses that; it took some 100 ms and the memory of all sources. Remove when PySide6 looks
    only where somebody asked for a feature.

    Thread: main, once.
    """
    collecting = gc.isenabled()
    gc.disable()
    statement = builtins.__import__
    builtins.__import__ = vars(builtins).get("__orig_import__", statement)
    try:
        yield
    finally:
        builtins.__import__ = statement
        if collecting:
            gc.enable()
