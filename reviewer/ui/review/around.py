"""Ties the list of the customer's other interactions to the store and to the page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from reviewer.services.related import related, same_customer
from reviewer.ui.review.reading_panel import Reading
from reviewer.ui.review.request import ReviewRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.models.search import InteractionRow
    from reviewer.storage.store import Session
    from reviewer.ui.page import Page, Shell
    from reviewer.ui.review.layout import ReviewLayout
    from reviewer.ui.review.loading import Opened
    from reviewer.ui.tasks import TaskProgress


class AroundCustomer(QObject):
    """Reads who else is this customer, once the page is filled. Thread: main."""

    def __init__(
        self,
        shell: Shell,
        session: Session,
        parts: ReviewLayout,
        page: Page,
        *,
        came_from: Callable[[], tuple[ReviewRequest | None, str]],
    ) -> None:
        """Tie it together; `came_from` tells what the page shows and what that is called."""
        super().__init__(page)
        self._page = page
        self._came_from = came_from
        self._shell = shell
        self._session = session
        self._parts = parts
        self._opened: Opened | None = None
        parts.related.open_asked.connect(self._on_related_open_asked)

    def take_up(self, opened: Opened) -> None:
        """Show the other interactions of this one's customer."""
        same = self._opened is not None and self._opened.interaction.id == opened.interaction.id
        self._opened = opened
        if not same:
            self._show(opened.interaction.id, ())
        self._shell.runner.read(
            partial(_read, self._session, opened.interaction),
            then=self._on_read,
            parent=self,
            generation="related",
        )

    def drop(self) -> None:
        """Let go of the interaction."""
        self._opened = None

    def _on_read(self, found: tuple[InteractionId, tuple[InteractionRow, ...]]) -> None:
        self._show(*found)

    def _show(self, interaction_id: InteractionId, rows: tuple[InteractionRow, ...]) -> None:
        opened = self._opened
        if opened is None or opened.interaction.id != interaction_id:
            return
        known = bool(same_customer(opened.interaction).members)
        self._parts.related.show_related(rows, opened.zone, known=known)
        self._parts.reading.set_count(Reading.CUSTOMER, len(rows))

    @Slot(object, bool)
    def _on_related_open_asked(self, row: InteractionRow, in_window: bool) -> None:
        came_from, title = self._came_from()
        navigator = self._shell.navigator
        if in_window:
            navigator.go_in_window(self._page.name, ReviewRequest(row.id))
        else:
            request = ReviewRequest(row.id, came_from=came_from, came_from_title=title)
            navigator.go(self._page.name, request)


def _read(
    session: Session, interaction: Interaction, progress: TaskProgress
) -> tuple[InteractionId, tuple[InteractionRow, ...]]:
    return interaction.id, related(session, interaction, cancel=progress)
