"""What is computed of recordings and kept, in a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.derived import FORM_BYTES
from reviewer.models.recording import RecordingState
from reviewer.storage.catalogue import landing
from reviewer.storage.catalogue.reader import load_recording
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.core import GRACE_US, Core
from reviewer.storage.local.sensitive import require_reason_for
from reviewer.storage.vault.derived import name_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.derived import DerivedKind
    from reviewer.models.ids import InteractionId, ObjectId
    from reviewer.models.recording import Recording
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.journal import Pen


class LocalDerived:
    """The `Derived` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility
        self._pen = pen

    def load(
        self, interaction_id: InteractionId, recording: Recording, kind: DerivedKind
    ) -> bytes | None:
        """Return what was kept; see `Derived.load`."""
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction_id)
            require_reason_for(connection, self._user, self._pen, interaction_id)
            object_id = _object(connection, interaction_id, recording)
        return None if object_id is None else self._core.derived.load(object_id, kind)

    def keep(
        self, interaction_id: InteractionId, recording: Recording, kind: DerivedKind, data: bytes
    ) -> None:
        """Keep what was computed; see `Derived.keep`."""
        with self._core.database.read() as connection:
            self._visibility.require(connection, interaction_id)
            object_id = _object(connection, interaction_id, recording)
        before = None if object_id is None else self._core.derived.load(object_id, kind)
        if before is not None and before[:FORM_BYTES] == data[:FORM_BYTES]:
            # It is there, and the same by right: nobody makes others skip what they would hear.
            return
        keep_derived(self._core, interaction_id, recording, kind, data)


def keep_derived(
    core: Core,
    interaction_id: InteractionId,
    recording: Recording,
    kind: DerivedKind,
    data: bytes,
) -> None:
    """Keep what was computed of a recording; nothing, where the content has gone meanwhile.

    While it is written it is on the list of what is to go, so that nothing of content that is
    deleted at this moment outlives a kill.

    Raises:
        StoreBusyError, StoreFullError, StoreNotWritableError.
    """
    with core.database.write() as connection:
        object_id = _object(connection, interaction_id, recording)
        if object_id is None:
            return
        mark = name_of(object_id, kind)
        landing.leave_pending(connection, [mark])
        landing.enter_pending(connection, [mark], now_us() + GRACE_US)
    core.derived.put(object_id, kind, data)
    with core.database.write() as connection:
        used = landing.objects_in_use(connection, [object_id])
        if used:
            landing.leave_pending(connection, [mark])
    if not used:
        core.discard([mark])


def _object(
    connection: Connection, interaction_id: InteractionId, recording: Recording
) -> ObjectId | None:
    """Return the object that holds the content now, None where it is gone."""
    now = load_recording(connection, interaction_id, recording.id)
    if now is None or now.state is not RecordingState.AVAILABLE:
        return None
    return now.object_id
