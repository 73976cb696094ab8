"""Where the user stopped listening to an interaction: kept in the store, gone back to."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject

from reviewer.errors import NotFoundError
from reviewer.models.ids import US_PER_S, TimelineUs, WallUs

if TYPE_CHECKING:
    from reviewer.errors import ReviewerError
    from reviewer.models.ids import InteractionId
    from reviewer.player.qt_player import QtPlayer
    from reviewer.storage.store import Session
    from reviewer.ui.page import Page, Shell
    from reviewer.ui.review.loading import Opened

_BEGUN_US: Final = 3 * US_PER_S
"""Who left before this has not begun, who left as near to the end has heard it."""
_BEFORE_US: Final = US_PER_S
"""How much of what was heard last is heard again."""


class Resuming(QObject):
    """Keeps the position when an interaction is left. Thread: main; the store is written aside."""

    def __init__(self, shell: Shell, session: Session, player: QtPlayer, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self._shell = shell
        self._session = session
        self._player = player
        self._kept: tuple[InteractionId, WallUs | None] | None = None

    def take_up(self, opened: Opened) -> None:
        """Know what is kept of an interaction that begins to be shown."""
        self._kept = (opened.interaction.id, opened.left_at_us)

    def keep(self, opened: Opened | None, *, playable: bool, at_once: bool = False) -> None:
        """Keep where it stands now, if that is another place than before.

        Args:
            opened: What is left, None for nothing.
            playable: Whether it has a position at all.
            at_once: Before this returns, as when the program ends and its pools with it.
        """
        if opened is None or not playable:
            return
        at_us = place_left(opened, self._player.position_us)
        kept = (opened.interaction.id, at_us)
        if kept == self._kept:
            return
        if at_once:
            # What was left may be erased, or be seen no more, by now.
            with suppress(NotFoundError):
                self._session.listening.keep(*kept)
            self._kept = kept
            return
        self._shell.runner.write(
            partial(_keep, self._session, *kept),
            then=partial(self._on_kept, kept),
            failed=self._on_failed,
            parent=self._page,
        )

    def _on_kept(self, kept: tuple[InteractionId, WallUs | None], _nothing: None) -> None:
        if self._kept is not None and self._kept[0] == kept[0]:
            self._kept = kept

    def _on_failed(self, error: ReviewerError) -> None:
        # What was left may be erased, or be seen no more: then there is nothing to keep.
        if not isinstance(error, NotFoundError):
            self._shell.presenter.present(error)


def _keep(
    session: Session, interaction_id: InteractionId, at_us: WallUs | None, _progress: object
) -> None:
    session.listening.keep(interaction_id, at_us)


def place_left(opened: Opened, position_us: TimelineUs) -> WallUs | None:
    """Return the instant to go on from; None: it was heard to its end, or never begun."""
    if not _BEGUN_US <= position_us <= opened.timeline.duration_us - _BEGUN_US:
        return None
    return opened.timeline.to_wall(position_us)


def place_to_resume(opened: Opened) -> WallUs | None:
    """Return where to go on, a little before what was heard last; None: at the beginning."""
    at_us = opened.left_at_us
    return None if at_us is None else WallUs(at_us - _BEFORE_US)
