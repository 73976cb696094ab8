"""What the page of a scenario's trace is asked to open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewer.models.ids import InteractionId
    from reviewer.ui.review.request import ReviewRequest


@dataclass(frozen=True, slots=True)
class TraceRequest:
    """An interaction, and how its review is opened from the trace.

    Attributes:
        review: The interaction, among the results it stands in.
        parent: The page one crumb up.
    """

    review: ReviewRequest
    parent: str = "results"

    @property
    def interaction_id(self) -> InteractionId:
        """Whose trace it is."""
        return self.review.interaction_id
