"""Importing pages while the window is shown: what has classes of Qt on its thread, in turns.

WORKAROUND PySide6 6.11: to make a class derived from `QObject` in another thread crashes the
event loop now and then: the main thread asks objects for their meta object without the
interpreter's lock (`MetaObjectBuilder::update`), while that is being made (seen in 1 of 12 starts
on a busy machine). Remove when it holds the lock.
"""

from __future__ import annotations

import dis
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.abc import InspectLoader
    from types import CodeType

_OURS: Final = "reviewer."
_OF_QT: Final = ("reviewer.ui.", "reviewer.player.qt_", "reviewer.app")
"""What may import PySide6; the import contracts see to it."""


def of_qt(name: str) -> bool:
    """Whether a module may have classes of Qt."""
    return name.startswith(_OF_QT)


def import_but_qt(name: str) -> tuple[str, ...]:
    """Import what a module needs, but for what may have classes of Qt.

    Returns:
        Those that are left, the module itself last, each after those that it needs.

    Thread: any.
    """
    order: dict[str, None] = {}
    _enter(name, order, set())
    for needed in order:
        if not of_qt(needed):
            import_module(needed)
    return tuple(needed for needed in order if of_qt(needed))


def in_turns(names: Sequence[str]) -> Iterator[None]:
    """Import modules, one a turn of the event loop. Thread: main."""
    for name in names:
        if name not in sys.modules:
            import_module(name)
            yield


def _enter(name: str, order: dict[str, None], begun: set[str]) -> None:
    if name in begun or name in sys.modules:
        return
    begun.add(name)
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        return  # a name that a package has, and no module
    code = cast("InspectLoader", spec.loader).get_code(name)
    for module, parts in _imported(code) if code is not None else ():
        _enter(module, order, begun)
        found = find_spec(module)
        # To look for a module imports what it is in: packages, which have nothing of their own.
        if found is not None and found.submodule_search_locations is not None:
            for part in parts:
                _enter(f"{module}.{part}", order, begun)
    order[name] = None


def _imported(code: CodeType) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what of the program a module's own lines import: a module, and names out of it."""
    told: object = None
    skip_to = -1
    checking = False
    for line in dis.get_instructions(code):
        if line.offset < skip_to:
            continue
        if checking and "JUMP" in line.opname:
            # What only type checkers read.
            skip_to = int(line.argval)
        checking = line.opname == "LOAD_NAME" and line.argval == "TYPE_CHECKING"
        if line.opname == "LOAD_CONST":
            told = line.argval
        elif line.opname == "IMPORT_NAME" and f"{line.argval}.".startswith(_OURS):
            yield line.argval, told if isinstance(told, tuple) else ()
