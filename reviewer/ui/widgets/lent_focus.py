"""Gives the keyboard back to where it stood before its place was disabled or hidden for a while."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import shiboken6

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget


class LentFocus:
    """Knows where the keyboard stood on a page. Thread: main.

    Qt hands it on to whatever comes next, as far as the rail of the window. Whoever went elsewhere
    meanwhile is left there.

    Args:
        page: The page.
        other: Returns where it goes when its place is no more.
    """

    def __init__(self, page: QWidget, other: Callable[[], QWidget]) -> None:
        self._page = page
        self._other = other
        self._stood: QWidget | None = None
        self._lent_to: QWidget | None = None

    @contextmanager
    def lending(self) -> Iterator[None]:
        """Note where it stands, and where it goes by what is done meanwhile."""
        stood, before = self._page.focusWidget(), self._page.window().focusWidget()
        yield
        after = self._page.window().focusWidget()
        # Behind a dialog it is left where nobody can type.
        if stood is before and (after is not before or not _takes_keys(stood)):
            self._stood, self._lent_to = stood, after

    def take_back(self) -> None:
        """Give it back, once its place is there again or has gone for good."""
        stood, lent_to = self._stood, self._lent_to
        self._stood = self._lent_to = None
        if lent_to is None or self._page.window().focusWidget() is not lent_to:
            return
        place = stood if stood is not None and _takes_keys(stood) else self._other()
        place.setFocus()


def _takes_keys(widget: QWidget | None) -> bool:
    there = widget is not None and shiboken6.isValid(widget)
    return widget is not None and there and widget.isVisible() and widget.isEnabled()
