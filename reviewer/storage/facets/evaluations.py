"""The contract of scores by categories: `session.evaluations`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.changes import Changes
    from reviewer.models.ids import InteractionId, WallUs
    from reviewer.models.scoring import Category, CategoryScore, Evaluation


class Evaluations(Protocol):
    """Scores by categories, with their history."""

    def categories(self) -> tuple[Category, ...]:
        """Return the categories in their order."""
        ...

    def rename_categories(self, names: Sequence[str]) -> Changes:
        """Replace the list of names; old scores stay under the names they were given with.

        Raises:
            CategoryInvalidError: A name cannot be used; RefusedError: lacks `admin.settings`.
        """
        ...

    def save(
        self,
        interaction_id: InteractionId,
        segment_number: int,
        scores: Sequence[CategoryScore],
        note: str = "",
        *,
        at_us: WallUs | None = None,
    ) -> tuple[Evaluation, Changes]:
        """Save a new version of the session user's evaluation of one segment.

        Args:
            interaction_id: Whose segment.
            segment_number: Which.
            scores: One a category at most.
            note: Free text.
            at_us: When it was made, for those who bring evaluations in; None: now.

        Raises:
            EvaluationInvalidError: No score at all, an unknown category, a segment without an
                agent, an instant to come; RefusedError: lacks `qm.evaluate`, or `import` where
                an instant is given; NotFoundError.
        """
        ...

    def of(self, interaction_id: InteractionId) -> tuple[Evaluation, ...]:
        """Return all versions that the user may see, by segment, evaluator and version.

        Raises:
            NotFoundError: The interaction is unknown or not to be seen. ReasonNeededError: As
            `Interactions.get`.
        """
        ...
