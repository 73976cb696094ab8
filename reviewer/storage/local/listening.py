"""Where a user stopped listening, in a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.storage.catalogue import listening as table
from reviewer.storage.local.clock import now_us

if TYPE_CHECKING:
    from reviewer.models.access import User
    from reviewer.models.ids import InteractionId, WallUs
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core


class LocalListening:
    """The `Listening` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility

    def position(self, interaction_id: InteractionId) -> WallUs | None:
        """Return the instant heard last; see `Listening.position`."""
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction_id)
            return table.load_position(connection, self._user.id, interaction_id)

    def keep(self, interaction_id: InteractionId, at_us: WallUs | None) -> None:
        """Keep the instant heard last; see `Listening.keep`."""
        with self._core.database.write() as connection:
            self._visibility.require(connection, interaction_id)
            table.keep_position(connection, self._user.id, interaction_id, at_us, now_us())
