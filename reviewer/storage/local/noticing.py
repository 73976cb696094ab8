"""Bytes of a recording whose damage is noted where it is found, so that lists say so as well."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from typing_extensions import override

from reviewer.errors import ContentDamagedError, ReviewerError
from reviewer.models.bytesource import SourceOver
from reviewer.models.recording import RecordingState
from reviewer.storage.catalogue import upkeep
from reviewer.storage.local.clock import now_us
from reviewer.storage.vault.contract import is_sealed

if TYPE_CHECKING:
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import ObjectId
    from reviewer.storage.local.core import Core


class NoticingSource(SourceOver):
    """A `ByteSource` over another, which has the catalogue note what turns out to be damaged.

    What is sealed is told when it cannot be unsealed; what is in the clear, once all of it was
    read from its beginning to its end, by its digest.

    Args:
        source: The bytes; closed with this.
        core: Of the store.
        object_id: What they are of.
        sha256: Hex digest of what was stored.
    """

    def __init__(self, source: ByteSource, core: Core, object_id: ObjectId, sha256: str) -> None:
        super().__init__(source)
        self._core = core
        self._object_id = object_id
        self._sha256 = sha256
        self._digest = hashlib.sha256()
        self._reached = 0
        self._noted = False

    @override
    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; see `ByteSource.read_at`."""
        try:
            data = super().read_at(offset, length)
        except ContentDamagedError:
            self._note()
            raise
        end = offset + len(data)
        if offset <= self._reached < end and not is_sealed(self._object_id):
            # Decoders look at the beginning, and read on from within what they looked at.
            self._digest.update(memoryview(data)[self._reached - offset :])
            self._reached = end
            if self._reached == self.size and self._digest.hexdigest() != self._sha256:
                self._note()
        return data

    def _note(self) -> None:
        if not self._noted:
            self._noted = True
            note_damaged(self._core, self._object_id)


def note_damaged(core: Core, object_id: ObjectId) -> None:
    """Let the recordings of an object say that it is damaged, as far as that can be noted now."""
    # What cannot be written now is found again, by whoever reads it next.
    with suppress(ReviewerError), core.database.write() as connection:
        upkeep.note_state(connection, object_id, RecordingState.DAMAGED, now_us())
