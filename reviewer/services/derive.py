"""Waveform and activity of recordings: as they were kept in the store, else computed and kept.

Needs no Qt. May be imported by `reviewer.ui`.
"""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from reviewer.errors import ContentError, StoreBusyError, StoreFullError, StoreNotWritableError
from reviewer.media.activity import find_activity
from reviewer.media.packing import pack_activity, pack_peaks, unpack_activity, unpack_peaks
from reviewer.media.peaks import read_peaks
from reviewer.models.activity import dull_stretches, waits
from reviewer.models.audit import Purpose
from reviewer.models.derived import DerivedKind
from reviewer.models.shares import shares_of, to_hear

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.media.peaks import Peaks
    from reviewer.models.activity import Activity, Dull
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.ids import InteractionId, RecordingId
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Progress
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Timeline
    from reviewer.storage.store import Session

_log = logging.getLogger(__name__)


class Deriving(Protocol):
    """Where waveform and activity of an interaction's recordings come from. Thread: any."""

    def peaks(
        self,
        recording: Recording,
        *,
        on_part: Callable[[int, Peaks], None] | None = None,
        progress: Progress | None = None,
    ) -> Peaks:
        """Return a recording's peaks; see `reviewer.media.peaks.read_peaks`."""
        ...

    def activity(self, recording: Recording, *, progress: Progress | None = None) -> Activity:
        """Return what goes on in a recording; see `reviewer.media.activity.find_activity`."""
        ...


class Derivations:
    """The `Deriving` of one interaction of a store.

    Each raises ContentError and its kinds where the content cannot be read, even if what was
    computed of it is at hand; NotFoundError; CancelledError where `progress` stopped it.
    """

    def __init__(self, session: Session, interaction_id: InteractionId) -> None:
        self._session = session
        self._interaction_id = interaction_id

    def peaks(
        self,
        recording: Recording,
        *,
        on_part: Callable[[int, Peaks], None] | None = None,
        progress: Progress | None = None,
    ) -> Peaks:
        """Return a recording's peaks; see `Deriving.peaks`."""
        with closing(self._open(recording)) as source:
            kept = self._load(recording, DerivedKind.PEAKS)
            found = unpack_peaks(kept) if kept is not None else None
            if found is not None:
                if on_part is not None:
                    on_part(0, found)
                return found
            found = read_peaks(source, recording.media_type, on_part=on_part, progress=progress)
        self._keep(recording, DerivedKind.PEAKS, pack_peaks(found))
        return found

    def activity(self, recording: Recording, *, progress: Progress | None = None) -> Activity:
        """Return what goes on in a recording; see `Deriving.activity`."""
        with closing(self._open(recording)) as source:
            kept = self._load(recording, DerivedKind.ACTIVITY)
            found = unpack_activity(kept) if kept is not None else None
            if found is not None:
                return found
            found = find_activity(source, recording.media_type, progress=progress)
        self._keep(recording, DerivedKind.ACTIVITY, pack_activity(found))
        return found

    def pauses(
        self, interaction: Interaction, timeline: Timeline, *, progress: Progress | None = None
    ) -> tuple[Dull, ...]:
        """Return what of the interaction need not be listened to, or waited for in a chat.

        A recording that cannot be read counts as one that is to be listened to.
        """
        if not timeline.sound:
            said = [timeline.to_position(message.at_us) for message in interaction.messages]
            return waits(timeline, [(at_us, at_us) for at_us in said]) if said else ()
        known: dict[RecordingId, Activity] = {}
        for recording in dict.fromkeys(piece.recording for piece in timeline.sound):
            try:
                known[recording.id] = self.activity(recording, progress=progress)
            except ContentError as error:
                _log.info("what goes on in a recording cannot be told: %s", error.code)
        return dull_stretches(timeline, known)

    def hear(
        self, interaction: Interaction, timeline: Timeline, *, progress: Progress | None = None
    ) -> None:
        """Have the store know how much of a call is silence and talk-over, if it waits for it.

        Most of it was computed for `pauses`. A call of which a recording cannot be read goes on
        waiting, for whoever finds out why.
        """
        hearing = self._session.hearing
        if not timeline.sound or not hearing.awaits(interaction.id):
            return
        try:
            known = {r.id: self.activity(r, progress=progress) for r in to_hear(timeline)}
            hearing.keep(interaction, shares_of(timeline, known))
        except ContentError as error:
            _log.info("a call cannot be listened to: %s", error.code)
        except (StoreBusyError, StoreFullError, StoreNotWritableError) as error:
            _log.info("what was heard of a call is not kept: %s", error.code)

    def _open(self, recording: Recording) -> ByteSource:
        content = self._session.content
        return content.open(self._interaction_id, recording, purpose=Purpose.PREPARE)

    def _load(self, recording: Recording, kind: DerivedKind) -> bytes | None:
        return self._session.derived.load(self._interaction_id, recording, kind)

    def _keep(self, recording: Recording, kind: DerivedKind, data: bytes) -> None:
        try:
            self._session.derived.keep(self._interaction_id, recording, kind, data)
        except (StoreBusyError, StoreFullError, StoreNotWritableError) as error:
            # It is at hand all the same, and is computed again next time.
            _log.info("what was computed of a recording is not kept: %s", error.code)
