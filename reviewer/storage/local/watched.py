"""Bytes of a recording that are read on only while it is there, and its interaction seen."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from reviewer.errors import AccessWithdrawnError, ContentGoneError, NotFoundError, StoreError
from reviewer.models.bytesource import SourceOver
from reviewer.storage.catalogue import access
from reviewer.storage.catalogue.contents import is_taken_away
from reviewer.storage.catalogue.visibility import Visibility

if TYPE_CHECKING:
    from reviewer.models.access import User
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import InteractionId, RecordingId
    from reviewer.storage.local.core import Core

_log = logging.getLogger(__name__)
_AGAIN_S: Final = 10.0
LOOK_S: Final = 1.0
"""How often it is looked whether it is there, and the user still may: a look takes some 0.1 ms."""


class WatchedSource(SourceOver):
    """A `ByteSource` over another, which gives nothing more once its user may not have it.

    Nor once it was deleted, by whichever program: an open file is read on after it is removed.

    One who was signed out elsewhere may go on by logging in again, so that alone stops nothing.

    Args:
        source: The bytes; closed with this.
        core: Of the store.
        user: Who reads, as they were when it was opened.
        interaction_id: Of which interaction it is; recording_id: of which recording.
    """

    def __init__(
        self,
        source: ByteSource,
        core: Core,
        user: User,
        interaction_id: InteractionId,
        recording_id: RecordingId,
    ) -> None:
        super().__init__(source)
        self._core = core
        self._user = user
        self._interaction_id = interaction_id
        self._recording_id = recording_id
        self._due_s = time.monotonic() + LOOK_S

    @override
    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; see `ByteSource.read_at`.

        Raises:
            AccessWithdrawnError: The user is disabled or gone; NotFoundError: they may not see the
            interaction any more; ContentGoneError: it was deleted, or its retention ended.
        """
        if time.monotonic() >= self._due_s:
            self._look()
        return super().read_at(offset, length)

    def _look(self) -> None:
        try:
            # What it raises is found again by the next read, however soon somebody tries that.
            self._require()
        except StoreError as error:
            # Occupied as a whole, or about to be closed: it is looked again, and nobody who listens
            # is kept waiting for that every second.
            self._due_s = time.monotonic() + _AGAIN_S
            _log.info("whether bytes may be read on cannot be told now: %s", error.code)
        else:
            self._due_s = time.monotonic() + LOOK_S

    def _require(self) -> None:
        known = self._user
        with self._core.database.read() as connection:
            if is_taken_away(connection, self._recording_id):
                raise ContentGoneError(name=self.name)
            if access.version(connection) == known.access_version:
                return
            user = access.user_of(connection, known.id)
            if user is None or user.disabled:
                raise AccessWithdrawnError(login=known.login)
            if not Visibility(user).sees(connection, self._interaction_id):
                raise NotFoundError(name=self.name)
        self._user = user
