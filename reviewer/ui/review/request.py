"""What the review page is asked to open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.models.ids import InteractionId

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.criteria.tree import Block
    from reviewer.models.ids import WallUs


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """An interaction, and the results it stands among.

    Attributes:
        interaction_id: What to open.
        among: Ids of the results in their order; empty when it was opened by itself.
        shown: Told which of them is shown, first and at each step to a neighbour.
        at_us: The instant to stand at first; None: where the user left it.
        criteria: What the search that led here looked for, None for no search.
        came_from: From which other interaction one came here, None for none.
        came_from_title: What that is called.
    """

    interaction_id: InteractionId
    among: Sequence[InteractionId] | Sequence[int] = field(default=(), repr=False)
    shown: Callable[[InteractionId], object] | None = field(default=None, repr=False, compare=False)
    at_us: WallUs | None = None
    criteria: Block | None = field(default=None, repr=False, compare=False)
    came_from: ReviewRequest | None = field(default=None, repr=False, compare=False)
    came_from_title: str = field(default="", repr=False, compare=False)

    @property
    def index(self) -> int | None:
        """Its place in `among`, from 0; None when it is not in it."""
        try:
            return self.among.index(self.interaction_id)
        except ValueError:
            return None

    def neighbour(self, step: int) -> ReviewRequest | None:
        """Return the request for the result `step` places on, or None at the ends."""
        index = self.index
        if index is None or not 0 <= index + step < len(self.among):
            return None
        return replace(self, interaction_id=InteractionId(self.among[index + step]), at_us=None)


def as_request(argument: object) -> ReviewRequest | None:
    """Return what the page was given as a request; None: nothing else is to be shown."""
    if isinstance(argument, ReviewRequest):
        return argument
    if isinstance(argument, int):
        return ReviewRequest(InteractionId(argument))
    return None
