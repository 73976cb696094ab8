"""Ties the evaluation panel to the store: drafts, saving, and what others saved meanwhile."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from reviewer.messages import tr
from reviewer.ui.review.draft_keeper import DraftKeeper
from reviewer.ui.review.drafts import EVALUATIONS, draft_of
from reviewer.ui.review.loading import load_evaluations, save_evaluation
from reviewer.ui.turns import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from reviewer.errors import ReviewerError
    from reviewer.models.changes import Changes
    from reviewer.models.scoring import Evaluation
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.review.evaluation_panel import Entry, EvaluationPanel
    from reviewer.ui.review.loading import Opened


class Evaluating(QObject):
    """Keeps the panel on the chosen segment, saves what is submitted, keeps what is not.

    Thread: main.
    """

    # (opened: Opened) The interaction's evaluations or the categories are others now.
    changed = Signal(object)
    # An evaluation of what is shown was saved, and the next interaction is wanted then.
    next_wanted = Signal()

    def __init__(
        self, shell: Shell, session: Session, panel: EvaluationPanel, page: QWidget
    ) -> None:
        super().__init__(page)
        self._shell = shell
        self._session = session
        self._panel = panel
        self._page = page
        self._opened: Opened | None = None
        self._segment = 0
        self._goes_on = False
        self._action: QAction | None = None
        self._drafts = DraftKeeper(EVALUATIONS, shell.runner, session.memory, self)
        panel.submitted.connect(self._on_panel_submitted)
        panel.edited.connect(self.keep)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by name."""
        return {
            "review.evaluate": self._panel.submit,
            "review.next_after_saving": self._switch_going_on,
        }

    def take_actions(self, actions: Mapping[str, QAction]) -> None:
        """Take the page's actions, to show what is switched on."""
        self._action = actions["review.next_after_saving"]
        self._action.setChecked(self._goes_on)

    def save(self) -> dict[str, object]:
        """Return what to remember, as JSON values."""
        return {"next_after_saving": self._goes_on}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take what `save` gave; ignore what does not fit."""
        self._set_going_on(on=state.get("next_after_saving") is True)

    def _switch_going_on(self) -> None:
        self._set_going_on(on=not self._goes_on)

    def _set_going_on(self, *, on: bool) -> None:
        self._goes_on = on
        if self._action is not None:
            self._action.setChecked(on)

    # --- what is evaluated

    def take_up(self, opened: Opened) -> Generator[None, None, None]:
        """Take up an interaction, in turns; `show_segment` follows."""
        self.keep()
        self._drafts.recall()
        self._opened = opened
        self._segment = 0
        yield from self._filled(opened)

    def drop(self) -> None:
        """Let go of the interaction, keeping what was entered."""
        self.keep()
        self._opened = None
        self._segment = 0

    def show_segment(self, number: int) -> None:
        """Evaluate this segment from now on; what was entered for the one before is kept."""
        self.keep()
        self._segment = number
        self._show()

    @Slot()
    def keep(self) -> None:
        """Put what is entered now into the book of drafts."""
        opened = self._opened
        if opened is not None and self._segment and self._panel.segment_number == self._segment:
            self._drafts.put(opened.interaction.giid, self._segment, self._panel.draft)

    def flush(self, then: Callable[[], object] | None = None) -> None:
        """Have all drafts written to the store now, in the background."""
        self.keep()
        self._drafts.flush(then)

    def close(self) -> None:
        """Write what is left: the page ends, or the program and its work in the background."""
        self.keep()
        self._drafts.close()

    def refresh(self) -> None:
        """Read evaluations and categories anew: somebody changed them."""
        if self._opened is not None:
            self._shell.runner.read(
                partial(load_evaluations, self._session, self._opened.interaction.id),
                then=self._on_read,
                parent=self,
                generation="evaluations",
            )

    # --- internals

    def _filled(self, opened: Opened) -> Generator[None, None, None]:
        return self._panel.interaction_shown(
            opened.categories,
            opened.evaluations,
            opened.zone,
            may_evaluate=opened.may_evaluate,
            may_look=opened.may_look,
            parts=len(opened.interaction.segments),
        )

    def _show(self) -> None:
        opened = self._opened
        segment = opened.interaction.segment(self._segment) if opened is not None else None
        if opened is not None and segment is not None:
            draft = self._drafts.get(opened.interaction.giid, self._segment)
            self._panel.show_segment(segment, opened.me.login, draft)

    def _take(self, categories: tuple[str, ...], evaluations: tuple[Evaluation, ...]) -> None:
        if self._opened is None:
            return
        self._opened = replace(self._opened, categories=categories, evaluations=evaluations)
        at_once(self._filled(self._opened))
        self._show()
        self.changed.emit(self._opened)

    def _on_read(self, found: tuple[tuple[str, ...], tuple[Evaluation, ...]]) -> None:
        self.keep()
        self._take(*found)

    # --- saving

    @Slot(object)
    def _on_panel_submitted(self, entry: Entry) -> None:
        opened = self._opened
        if opened is None:
            return
        self._panel.set_busy(busy=True)
        work = partial(save_evaluation, self._session, opened.interaction.id, self._segment, entry)
        self._shell.runner.write(
            work,
            then=self._on_saved,
            failed=self._on_save_failed,
            parent=self,
            initiator=self._page,
        )

    def _on_saved(self, saved: tuple[Evaluation, Changes]) -> None:
        evaluation, _ = saved
        draft = None
        if self._panel.segment_number == evaluation.segment_number:
            self._panel.forget_unplaced()
            # What was entered while it was being saved is a draft of the next version.
            now = self._panel.entered
            draft = None if now == draft_of(evaluation) else now
        self._drafts.put(evaluation.giid, evaluation.segment_number, draft)
        self._drafts.flush()
        self._panel.set_busy(busy=False)
        opened = self._opened
        seen = opened is not None and evaluation.interaction_id == opened.interaction.id
        if opened is not None and seen:
            self._take(opened.categories, (*opened.evaluations, evaluation))
        if seen and self._panel.segment_number == evaluation.segment_number:
            # A toast would lie over the button, and the line above it says the same.
            self._panel.announce_saved()
        else:
            self._shell.notifier.notify(tr("Evaluation saved"))
        if seen and self._goes_on:
            self.next_wanted.emit()

    def _on_save_failed(self, error: ReviewerError) -> None:
        self._panel.show_failure(error)
