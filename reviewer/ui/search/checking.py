"""Whether the draft makes sense, condition by condition, with what the store knows of its names."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from reviewer.models.criteria.check import CheckContext, check
from reviewer.services.known_values import is_known, names_like

if TYPE_CHECKING:
    from reviewer.errors import ReviewerError
    from reviewer.models.criteria.tree import Path
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.store import Session
    from reviewer.ui.search.editor import Draft
    from reviewer.ui.tasks import TaskProgress, TaskRunner


class DraftCheck(QObject):
    """Holds what is wrong with the draft, by place. Thread: main.

    A name counts as known until the store has said that it is not.
    """

    # The store does not know a name that the draft has: check it again.
    learned = Signal()

    def __init__(self, runner: TaskRunner, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._session = session
        self._unknown: dict[tuple[str, str], tuple[str, ...] | None] = {}
        self._asked: dict[tuple[str, str], None] = {}
        self.problems: dict[Path, str] = {}
        """Why the search cannot run."""
        self.warnings: dict[Path, str] = {}
        """What to know of a condition, although it can be searched for."""

    def look(self, draft: Draft) -> None:
        """Find out what is wrong with a draft."""
        self._asked.clear()
        self.problems, self.warnings = {}, {}
        for problem in check(draft.root, self._context(draft)):
            found = self.warnings if problem.warning else self.problems
            found.setdefault(problem.path, problem.sentence())
        if self._asked:
            self._runner.read(
                partial(_ask, self._session.interactions, tuple(self._asked)),
                then=self._on_answered,
                parent=self,
                generation="known",
                failed=_left_open,
            )

    def forget(self) -> None:
        """Ask the store anew: interactions came or changed."""
        self._unknown.clear()

    def _context(self, draft: Draft) -> CheckContext:
        return CheckContext(
            zone=self._session.settings.zone,
            now_us=time.time_ns() // 1_000,
            channel=draft.channel,
            restricted_ok=self._session.people.me.sees_restricted_criteria,
            features=self._session.settings.features,
            knows=self._knows,
            like=lambda key, value: self._unknown.get((key, value)) or (),
        )

    def _knows(self, key: str, value: str) -> bool:
        if (key, value) not in self._unknown:
            self._asked[key, value] = None
        return self._unknown.get((key, value)) is None

    def _on_answered(self, answers: dict[tuple[str, str], tuple[str, ...] | None]) -> None:
        self._unknown.update(answers)
        if any(like is not None for like in answers.values()):
            self.learned.emit()


def _left_open(_error: ReviewerError) -> None:
    """Leave it open whether the names are known: what cannot be read is told by the count."""


def _ask(
    interactions: Interactions, names: tuple[tuple[str, str], ...], progress: TaskProgress
) -> dict[tuple[str, str], tuple[str, ...] | None]:
    """Return for each name that is not known those like it, None for the others."""
    answers: dict[tuple[str, str], tuple[str, ...] | None] = {}
    for key, value in names:
        progress.raise_if_cancelled()
        known = is_known(interactions, key, value)
        answers[key, value] = None if known else names_like(interactions, key, value)
    return answers
