"""The contract of where a user stopped listening: `session.listening`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from reviewer.models.ids import InteractionId, WallUs


class Listening(Protocol):
    """Where the user left interactions, so that they go on from there. It is the user's own."""

    def position(self, interaction_id: InteractionId) -> WallUs | None:
        """Return the instant that was heard last, None where nothing is known.

        Raises:
            NotFoundError: Unknown, or not to be seen.
        """
        ...

    def keep(self, interaction_id: InteractionId, at_us: WallUs | None) -> None:
        """Keep the instant heard last; None: it was heard to its end, or never begun.

        Raises:
            NotFoundError: Unknown, or not to be seen.
        """
        ...
