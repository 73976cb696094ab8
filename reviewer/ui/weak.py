"""Callables held without keeping their objects alive. Imported by `reviewer.ui`."""

from __future__ import annotations

import weakref
from types import MethodType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def weakly(fn: Callable[..., object] | None) -> Callable[[], Callable[..., object] | None]:
    """Hold a bound method without keeping its object alive; other callables as they are.

    Returns:
        A function that gives the callable, or None once its object is gone.
    """
    if isinstance(fn, MethodType):
        return weakref.WeakMethod(fn)
    return lambda: fn
