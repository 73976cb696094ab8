"""Opening what a link or a GIID leads to, wherever it came from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from reviewer.models.audit import Purpose
from reviewer.models.timeline import lay_out
from reviewer.services.links import follow_link
from reviewer.ui.review.request import ReviewRequest

if TYPE_CHECKING:
    from reviewer.storage.store import Session
    from reviewer.ui.page import Navigator
    from reviewer.ui.tasks import TaskRunner


class Following(QObject):
    """Thread: main; the store is asked in the pool."""

    def __init__(
        self, runner: TaskRunner, session: Session, navigator: Navigator, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._session = session
        self._navigator = navigator

    @Slot(str)
    def follow(self, text: str) -> None:
        """Open an interaction, or say that there is none; the one asked last wins."""
        work = partial(_find, self._session, text)
        self._runner.read(work, then=self._on_found, parent=self, generation="follow")

    def _on_found(self, request: ReviewRequest) -> None:
        self._navigator.go("review", request)


def _find(session: Session, text: str, _progress: object) -> ReviewRequest:
    ident, position_us = follow_link(session, text)
    if position_us is None:
        return ReviewRequest(ident)
    timeline = lay_out(session.interactions.get_by_id(ident, purpose=Purpose.PREPARE))
    return ReviewRequest(ident, at_us=timeline.to_wall(timeline.clamp(position_us)))
