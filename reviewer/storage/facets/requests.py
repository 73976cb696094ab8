"""The contract of requests for a second person: `session.requests`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from reviewer.models.changes import Changes
    from reviewer.models.erasure import Erased, RetentionRule, Shared, What
    from reviewer.models.ids import InteractionId
    from reviewer.models.progress import Progress
    from reviewer.models.requests import Guarded, Request
    from reviewer.storage.facets.erasure import Cutter


class Requests(Protocol):
    """What waits for a second person: asked for by one user, decided by another.

    Both need the privilege of what is to be done (`Guarded.takes`); what its asker may not ask for
    any more is as if it were not there.
    """

    def pending(self) -> tuple[Request, ...]:
        """Return what waits, oldest first: one's own, and what one may decide.

        That is what one has the privilege for, where one may see all of it.
        """
        ...

    def items(self, number: int) -> tuple[InteractionId, ...]:
        """Return the interactions that a request is about. Raises NotFoundError."""
        ...

    def ask_erase(
        self, ids: Sequence[int], what: Collection[What], reason: str, *, shared: Shared
    ) -> tuple[Request, Changes]:
        """Ask for a deletion; what would be lost is kept with it.

        Raises:
            RefusedError: As `Erasure.erase`. ReasonMissingError. UsageError: Nothing would go.
        """
        ...

    def ask_lift(self, ids: Sequence[int], reason: str) -> tuple[Request, Changes]:
        """Ask for holds to be lifted.

        Raises:
            RefusedError: Lacks `records.hold`. ReasonMissingError. UsageError: None is held.
        """
        ...

    def ask_roll(self, reason: str) -> tuple[Request, Changes]:
        """Ask for all earlier keys to be destroyed.

        Raises:
            RefusedError: Lacks `admin.encryption`. ReasonMissingError.
        """
        ...

    def ask_decrypt(self, reason: str) -> tuple[Request, Changes]:
        """Ask for the store to be put into the clear. Raises as `ask_roll`."""
        ...

    def ask_fresh(self, reason: str) -> tuple[Request, Changes]:
        """Ask for the content to be written anew with fresh keys. Raises as `ask_roll`."""
        ...

    def ask_retention(self, rules: Sequence[RetentionRule], reason: str) -> tuple[Request, Changes]:
        """Ask for retention rules by which something ends sooner; all rules, as they are to be.

        Raises:
            RefusedError: Lacks `records.retention`. ReasonMissingError, RetentionInvalidError.
            UsageError: Nothing would end sooner.
        """
        ...

    def ask_fewer(self, fewer: Collection[Guarded], reason: str) -> tuple[Request, Changes]:
        """Ask for things not to need a second person any more.

        Raises:
            RefusedError: Lacks `admin.grant`. ReasonMissingError. UsageError: None needs one.
        """
        ...

    def approve(
        self,
        number: int,
        *,
        cutter: Cutter | None = None,
        progress: Progress | None = None,
    ) -> tuple[Erased, Changes]:
        """Agree, and have it done at once; what is deleted names both persons.

        A deletion that is interrupted goes on as others do: see `Erasure.unfinished`.

        Raises:
            NotFoundError: It does not wait (any more), or not all of it may be seen.
            RefusedError: Lacks the privilege. OwnRequestError: One asked for it oneself.
            DependentError: Whoever asked had a hand in one's account, or it is newer.
            MoreLostError: More would be lost by now than was asked for.
            OtherHoldError: A hold was set anew meanwhile; OtherRulesError: rules were changed.
        """
        ...

    def refuse(self, number: int, reason: str = "") -> Changes:
        """Refuse it, or take one's own back.

        Raises:
            NotFoundError: As `approve`. RefusedError: Lacks the privilege.
        """
        ...
