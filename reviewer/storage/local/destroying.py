"""Destroying what a deletion lets go, beside the transactions with which it goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from reviewer.errors import ReviewerError
from reviewer.storage.catalogue import landing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from concurrent.futures import Future

    from reviewer.models.ids import ObjectId
    from reviewer.storage.local.core import Core


class Destroying:
    """Destroys objects that committed transactions have let go, some at a time.

    It takes a third of a deletion, and mostly waits for the system, as the next transaction does
    for the database: so it is done in a thread. Only what one transaction let go waits for it,
    for whoever hands over more waits for what came before.

    Attributes:
        objects: All that were handed over.

    Args:
        core: The store's.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._beside = ThreadPoolExecutor(1, "destroying")
        self._going: Future[set[ObjectId]] | None = None
        self._gone: set[ObjectId] = set()
        self.objects: set[ObjectId] = set()

    def begin(self, objects: Sequence[ObjectId]) -> None:
        """Destroy objects: it is begun at once, and ended when more are handed over, or by `end`.

        They are deleted whether that can be done now: they are on the list of what is to go.
        """
        if not objects:
            return
        self._wait()
        self.objects.update(objects)
        try:
            self._going = self._beside.submit(self._destroy, objects)
        except RuntimeError:
            # The system gives no more threads, or the program is about to end.
            self._gone |= self._destroy(objects)

    def gone(self) -> Collection[ObjectId]:
        """Return those of which nothing is left, and which the list of what is to go still has."""
        return frozenset(self._gone)

    def left(self, gone: Collection[ObjectId]) -> None:
        """Hear that some are not on that list any more: the transaction is committed."""
        self._gone.difference_update(gone)

    def end(self) -> None:
        """Wait until all are destroyed, and take them off the list of what is to go."""
        try:
            self._wait()
        finally:
            self._beside.shutdown()
        if self._gone:
            with suppress(ReviewerError), self._core.database.write() as connection:
                landing.leave_pending(connection, self._gone)

    def _wait(self) -> None:
        if self._going is not None:
            going, self._going = self._going, None
            self._gone |= going.result()

    def _destroy(self, objects: Sequence[ObjectId]) -> set[ObjectId]:
        try:
            return self._core.destroy(objects)
        except ReviewerError:
            # The end of the run tries once more, and tells.
            return set()
