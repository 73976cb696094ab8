"""Tells the pages what other programs have deleted, so that no window goes on showing its words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Slot

from reviewer.models.changes import Changes

if TYPE_CHECKING:
    from reviewer.errors import ReviewerError
    from reviewer.models.ids import InteractionId
    from reviewer.storage.store import Session
    from reviewer.ui.bus import Bus
    from reviewer.ui.tasks import Task, TaskProgress, TaskRunner

_LOOK_MS: Final = 2_000


class Elsewhere(QObject):
    """Looks every two seconds what lost content, and publishes what the bus did not tell yet.

    Args:
        session: Of the user.
        runner: Looks in the pool.
        bus: Told of it.
        parent: Owner.

    Thread: main.
    """

    def __init__(
        self, session: Session, runner: TaskRunner, bus: Bus, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._bus = bus
        self._told: set[InteractionId] = set()
        self._looking: Task | None = None
        bus.changes_applied.connect(self._on_bus_changes_applied)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        # The first time at once: from then on nothing is missed.
        self._timer.start(0)

    @Slot()
    def look(self) -> None:
        """Look now, unless that is under way, and again in a while."""
        self._timer.setInterval(_LOOK_MS)
        if self._looking is None and not self._runner.closed:
            self._looking = self._runner.read(
                partial(_deleted, self._session),
                then=self._on_looked,
                failed=self._on_not_looked,
                stopped=self._on_not_looked,
                parent=self,
            )

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _on_looked(self, deleted: frozenset[InteractionId]) -> None:
        self._looking = None
        news = deleted - self._told
        self._told.clear()
        self._bus.publish(Changes(recordings_of=news))

    def _on_not_looked(self, _error: ReviewerError | None) -> None:
        """Say nothing: it is told where somebody asks for something, and looked for again."""
        self._looking = None

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: QObject | None) -> None:
        self._told |= changes.recordings_of


def _deleted(session: Session, _progress: TaskProgress) -> frozenset[InteractionId]:
    return frozenset(session.interactions.newly_deleted())
