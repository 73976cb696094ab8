"""Has drafts written to the store a moment after they change, in the background."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Slot
from typing_extensions import override

from reviewer.errors import ReviewerError
from reviewer.ui.page import Keeper
from reviewer.ui.review.drafts import DraftBook, merged

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.ids import Giid
    from reviewer.storage.store import Memory
    from reviewer.ui.review.drafts import DraftKind
    from reviewer.ui.tasks import TaskProgress, TaskRunner

_log = logging.getLogger(__name__)
T = TypeVar("T")
# A power cut loses at most this much of what was entered.
_WRITTEN_AFTER_MS: Final = 1500


class DraftKeeper(Keeper, Generic[T]):
    """The drafts of one kind.

    They may name customers: they are kept in the store, never among the window's settings.

    Thread: main.
    """

    def __init__(
        self, kind: DraftKind[T], runner: TaskRunner, memory: Memory, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._runner = runner
        self._memory = memory
        self._book = DraftBook(kind)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WRITTEN_AFTER_MS)
        self._timer.timeout.connect(self._on_timeout)
        self.recall()

    def recall(self) -> None:
        """Take up what other windows wrote meanwhile."""
        self._book.take_json(self._memory.recall(self._kind.key))

    @property
    @override
    def unsaved(self) -> bool:
        return bool(self._book.changes)

    def get(self, giid: Giid, part: int | str) -> T | None:
        """Return the draft about a part of an interaction, or None."""
        return self._book.get(giid, part)

    def put(self, giid: Giid, part: int | str, draft: T | None) -> None:
        """Keep a draft, or forget it (None)."""
        self._book.put(giid, part, draft)
        if self._book.changes and not self._timer.isActive():
            self._timer.start()

    @override
    def flush(self, then: Callable[[], object] | None = None) -> None:
        """Have what changed written now, in the background; `then` is called when it is."""
        self._timer.stop()
        changes = self._book.changes
        if changes:
            work = partial(_keep, self._kind, self._memory, changes)
            self._runner.write(work, then=partial(self._on_written, then), parent=self)
        elif then is not None:
            then()

    def _on_written(self, then: Callable[[], object] | None, changes: dict[str, T | None]) -> None:
        self._book.written(changes)
        if then is not None:
            then()

    @Slot()
    def _on_timeout(self) -> None:
        self.flush()

    def close(self) -> None:
        """Write what is left: the page ends, or the program and its work in the background."""
        if not self._runner.closed:
            self.flush()
            return
        self._timer.stop()
        changes = self._book.changes
        if not changes:
            return
        try:
            _keep(self._kind, self._memory, changes)
        except ReviewerError as error:
            # Told already, when the same was tried in the background.
            _log.info("drafts were not kept: %s", error.code)


def _keep(
    kind: DraftKind[T],
    memory: Memory,
    changes: dict[str, T | None],
    _progress: TaskProgress | None = None,
) -> dict[str, T | None]:
    memory.keep(kind.key, merged(kind, memory.recall(kind.key), changes))
    return changes
