"""The contract of what is kept how long: legal holds and retention rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.changes import Changes
    from reviewer.models.erasure import Hold, LiftedHold, RetentionRule, What
    from reviewer.models.ids import InteractionId


class Keeping(Protocol):
    """Legal holds, which nothing deletes; retention rules, by which content expires."""

    def holds(self) -> tuple[Hold, ...]:
        """Return all holds on interactions that the user may see, newest first."""
        ...

    def hold_of(self, interaction_id: InteractionId) -> Hold | None:
        """Return the hold on an interaction, if any. Raises NotFoundError."""
        ...

    def lifted(self) -> tuple[LiftedHold, ...]:
        """Return all lifted holds on interactions that the user may see, the last lifted first."""
        ...

    def lifted_of(self, interaction_id: InteractionId) -> tuple[LiftedHold, ...]:
        """Return the lifted holds of an interaction, the last first. Raises NotFoundError."""
        ...

    def hold(self, ids: Sequence[int], reason: str) -> Changes:
        """Put interactions under a legal hold; those that are stay as they are.

        Raises:
            RefusedError: Lacks `records.hold`; ReasonMissingError.
        """
        ...

    def lift(self, ids: Sequence[int], reason: str) -> Changes:
        """Lift the holds on interactions. Raises as `hold`."""
        ...

    def rules(self) -> tuple[RetentionRule, ...]:
        """Return the retention rules. Raises RefusedError without `records.retention`."""
        ...

    def set_rules(self, rules: Sequence[RetentionRule]) -> Changes:
        """Replace the retention rules.

        Raises:
            RefusedError: Lacks `records.retention`; RetentionInvalidError.
            SecondPersonError: Something would end sooner, and bulk deletion needs a second person:
                see `Requests.ask_retention`.
        """
        ...

    def due(self) -> tuple[tuple[What, tuple[int, ...]], ...]:
        """Return whose content has reached its end, by kind; held ones are left out.

        Raises:
            RefusedError: Lacks `records.retention`.
        """
        ...
