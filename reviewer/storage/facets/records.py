"""The contract of what users change in the facts of an interaction: `session.records`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.changes import Changes
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Note
    from reviewer.models.remarks import DispositionChange


class Records(Protocol):
    """Tags, notes and dispositions that users give; another import does not undo them.

    Each raises NotFoundError where the interaction is unknown or not to be seen.
    """

    def set_tags(self, interaction_id: InteractionId, tags: Sequence[str]) -> Changes:
        """Replace the tags of an interaction; each is kept once, whatever its letter case.

        Raises:
            RemarkInvalidError: A tag cannot be used. RefusedError: Lacks `comment`.
        """
        ...

    def add_note(
        self, interaction_id: InteractionId, text: str, segment_number: int | None = None
    ) -> tuple[Note, Changes]:
        """Add a reviewer's note.

        Raises:
            RemarkInvalidError: No words, or too many. RefusedError: Lacks `comment`.
        """
        ...

    def dispositions(self, interaction_id: InteractionId, segment_number: int) -> tuple[str, ...]:
        """Return the dispositions of the service that a part belonged to, by name."""
        ...

    def change_disposition(
        self,
        interaction_id: InteractionId,
        segment_number: int,
        disposition: str,
        reason: str = "",
    ) -> Changes:
        """Give a part another disposition out of its service's; the former one is kept.

        Raises:
            RefusedError: Lacks `disposition.change`.
            DispositionInvalidError: The service does not have it.
            RemarkInvalidError: The reason is too long.
        """
        ...

    def disposition_history(self, interaction_id: InteractionId) -> tuple[DispositionChange, ...]:
        """Return all changes of dispositions, the latest first.

        Raises:
            RefusedError: Lacks `disposition.change` and `audit.view`. ReasonNeededError: As
            `Interactions.get`.
        """
        ...
