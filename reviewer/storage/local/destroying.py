"""Destroying what the transactions of a deletion let go, and taking it off the list of such."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from reviewer.errors import ReviewerError
from reviewer.storage.catalogue import landing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reviewer.models.ids import ObjectId
    from reviewer.storage.local.core import Core


class Destroying:
    """Destroys objects that committed transactions have let go.

    What is gone leaves the list of what is to go in the next transaction of the deletion, or at
    the end: a transaction of its own each time costs more. Doing it in a thread beside the next
    transaction won nothing: both hold the interpreter's lock too often.

    Attributes:
        objects: All that were handed over.

    Args:
        core: The store's.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._gone: set[ObjectId] = set()
        self.objects: set[ObjectId] = set()

    def destroy(self, objects: Sequence[ObjectId]) -> None:
        """Destroy objects, keys first; they are deleted whether that can be done now."""
        self.objects.update(objects)
        # They are on the list of what is to go: the end of the run tries once more, and tells.
        with suppress(ReviewerError):
            self._gone |= self._core.destroy(objects)

    def gone(self) -> Collection[ObjectId]:
        """Return those of which nothing is left, and which the list of what is to go still has."""
        return frozenset(self._gone)

    def left(self, gone: Collection[ObjectId]) -> None:
        """Hear that some are not on that list any more: the transaction is committed."""
        self._gone.difference_update(gone)

    def end(self) -> None:
        """Take what is gone off the list of what is to go."""
        if self._gone:
            with suppress(ReviewerError), self._core.database.write() as connection:
                landing.leave_pending(connection, self._gone)
