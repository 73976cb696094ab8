"""Opening the recorded bytes of a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import (
    N_,
    ContentDamagedError,
    ContentError,
    ContentGoneError,
    ContentMissingError,
    NotFoundError,
)
from reviewer.models.audit import Purpose
from reviewer.models.bytesource import MemorySource
from reviewer.models.recording import RecordingState
from reviewer.storage.catalogue.reader import load_recording
from reviewer.storage.local.noticing import NoticingSource, note_damaged
from reviewer.storage.local.sensitive import require_reason_for
from reviewer.storage.local.watched import WatchedSource

if TYPE_CHECKING:
    from reviewer.models.access import User
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import Giid, InteractionId, ObjectId
    from reviewer.models.recording import Recording
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen


class LocalContent:
    """The `Content` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._pen = pen
        self._visibility = visibility

    def open(
        self,
        interaction_id: InteractionId,
        recording: Recording,
        *,
        purpose: Purpose = Purpose.PLAY,
    ) -> ByteSource:
        """Open one recording; see `Content.open`.

        What the catalogue says now counts, not what `recording` said when it was read.
        """
        name = recording.source_name or recording.kind.value
        giid, now = self._known(interaction_id, recording, name)
        self._visibility.require_privilege(purpose.takes)
        while True:
            object_id = now.object_id
            if now.state in (RecordingState.DELETED, RecordingState.EXPIRED):
                raise ContentGoneError(name=name)
            if object_id is None:
                if now.is_empty:
                    return MemorySource(b"", name)
                raise ContentMissingError(name=name)
            self._pen.read(purpose, interaction_id, giid)
            try:
                source = self._opened(now, object_id, name)
            except ContentError as error:
                before, (_, now) = now, self._known(interaction_id, recording, name)
                if now.object_id == object_id:
                    self._note(before, error)
                    raise
                # Another program has written it anew just now: it is another object.
            else:
                break
        if now.state is RecordingState.AVAILABLE:
            source = NoticingSource(source, self._core, object_id, now.sha256)
        return WatchedSource(source, self._core, self._user, interaction_id, now.id)

    def _known(
        self, interaction_id: InteractionId, recording: Recording, name: str
    ) -> tuple[Giid, Recording]:
        """Return whose recording it is and what the catalogue says of it now.

        Raises:
            NotFoundError, ReasonNeededError.
        """
        with self._core.database.read() as connection:
            giid = self._visibility.giid(connection, interaction_id)
            if giid is None:
                raise NotFoundError(name=str(interaction_id))
            now = load_recording(connection, interaction_id, recording.id)
            if now is None:
                raise NotFoundError(name=name)
            require_reason_for(connection, self._user, self._pen, interaction_id)
        return giid, now

    def _note(self, recording: Recording, error: ContentError) -> None:
        """Keep what opening found out about a recording."""
        if (
            isinstance(error, ContentDamagedError)
            and recording.state is RecordingState.AVAILABLE
            and recording.object_id is not None
        ):
            note_damaged(self._core, recording.object_id)

    def _opened(self, recording: Recording, object_id: ObjectId, name: str) -> ByteSource:
        source = self._core.vault.open(object_id, name)
        if source.size != recording.bytes:
            source.close()
            raise ContentDamagedError(name=name, reason=N_("its size is not what was stored"))
        return source
