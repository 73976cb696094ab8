"""Screen video that is brought in although a part of it was deleted: it is cut before it comes in.

The file that it came from still holds all of it; see `catalogue/cut_away.py`.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from reviewer.models.erasure import SharedPiece
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.storage.catalogue import cut_away, erasing_pieces, landing, upkeep
from reviewer.storage.local.opening import opened
from reviewer.storage.vault.contract import Stored
from reviewer.storage.vault.folder import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from sqlalchemy import Connection

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.erasure import CutPiece
    from reviewer.models.ids import InteractionId, ObjectId
    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording
    from reviewer.storage.facets.erasure import Cutter

    Cut: TypeAlias = Mapping[ObjectId, tuple[cut_away.CutAnew, CutPiece]]
    """What was cut, by the objects meant for what is left."""


class BroughtBack:
    """Whole pieces that come in for those as well who have them damaged, or lost them.

    Were there two objects of one piece, deleting it of one interaction would leave it in the
    other's.

    Args:
        connection: One that writes.
        at_us: The instant of what is written.

    Attributes:
        objects: That they referred to before.
        interactions: That have it whole again.
    """

    def __init__(self, connection: Connection, at_us: int) -> None:
        self._connection = connection
        self._at_us = at_us
        self.objects: set[ObjectId] = set()
        self.interactions: set[InteractionId] = set()

    def whole(self, screens: Mapping[tuple[str, int], ObjectId]) -> None:
        """Let them refer to pieces that came in, told by digest and first instant."""
        for (sha256, origin_us), object_id in screens.items():
            twins = landing.spoilt_twins(self._connection, sha256, origin_us)
            landing.refer_to(self._connection, list(twins), object_id)
            self._came(set(twins.values()), object_id)

    def cut(self, former: ObjectId, stored: Recording, left: CutPiece) -> None:
        """Let them refer to what was cut anew of a piece, in the place of what was cut before."""
        kept = stored.object_id
        owners = erasing_pieces.owners(self._connection, [former]).get(former, set())
        for number in sorted(owners) if kept is not None else ():
            spans = erasing_pieces.within(self._connection, number, left.spans)
            if spans and kept is not None:
                now = Stored(kept, stored.sha256, stored.bytes)
                erasing_pieces.replace_piece(self._connection, number, former, now, left, spans)
                self._came({former}, kept)

    def _came(self, former: set[ObjectId], object_id: ObjectId) -> None:
        if former:
            self.objects |= former - {object_id}
            whole = RecordingState.AVAILABLE
            self.interactions |= upkeep.note_state(self._connection, object_id, whole, self._at_us)


class Recutter:
    """Cuts files anew for one import. Several interactions that share one get the same bytes."""

    def __init__(self, cutter: Cutter | None) -> None:
        self._cutter = cutter
        self._last: tuple[cut_away.CutAnew, CutPiece | None] | None = None

    def cut(
        self,
        connection: Connection,
        told: Interaction,
        openers: dict[ObjectId, Callable[[], ByteSource]],
    ) -> tuple[Interaction, Cut]:
        """Return an interaction without what was deleted of its screen video, and what was cut.

        Args:
            connection: Reads.
            told: What is told of it, recordings with the object ids meant for their content.
            openers: How to open the content of each; of what was cut they open what is left.

        Raises:
            ContentError: A file cannot be read, or not be cut.
        """
        cut: dict[ObjectId, tuple[cut_away.CutAnew, CutPiece]] = {}
        if self._cutter is None or not _has_screen(told) or not cut_away.is_any_noted(connection):
            return told, cut
        recordings: list[Recording] = []
        for recording in told.recordings:
            opener = openers.get(recording.object_id) if recording.object_id else None
            if opener is None or recording.kind is not RecordingKind.SCREEN:
                recordings.append(recording)
                continue
            with closing(opened(opener, recording.source_name)) as source:
                anew = cut_away.to_cut(
                    connection, told, replace(recording, sha256=digest_of(source)[0])
                )
                left = None if anew is None else self._left(recording, anew, source, self._cutter)
            spans = () if left is None else cut_away.within(told, left.spans)
            if anew is None:
                recordings.append(recording)
            elif left is None or not spans or recording.object_id is None:
                recordings.append(cut_away.gone(recording))
            else:
                openers[recording.object_id] = left.open
                cut[recording.object_id] = (anew, left)
                recordings.append(replace(recording, spans=spans, media_type=left.media_type))
        return replace(told, recordings=tuple(recordings)), cut

    def _left(
        self,
        recording: Recording,
        anew: cut_away.CutAnew,
        source: ByteSource,
        cutter: Cutter,
    ) -> CutPiece | None:
        if self._last is not None and self._last[0] == anew:
            return self._last[1]
        piece = SharedPiece(
            object_id=recording.object_id or anew.key[0],  # type: ignore[arg-type]  # never looked up
            name=recording.source_name or recording.kind.value,
            media_type=recording.media_type,
            spans=recording.spans,
            erased=anew.erased,
            of=(),
            others=(),
        )
        left = cutter(piece, source)
        self._last = (anew, left)
        return left


def is_current(
    connection: Connection, item: Interaction, written: Mapping[ObjectId, Recording], cut: Cut
) -> bool:
    """Return whether what was written of screen video is still all that may come in of it."""
    return all(cut_away.is_current(connection, anew) for anew, _ in cut.values()) and not any(
        cut_away.to_cut(connection, item, recording)
        for recording in item.recordings
        if recording.kind is RecordingKind.SCREEN
        and recording.object_id in written.keys() - cut.keys()
    )


def note(
    connection: Connection,
    entered: Interaction,
    written: Mapping[ObjectId, Recording],
    cut: Cut,
    back: BroughtBack,
) -> None:
    """Note as which objects what was cut is kept, now that it is entered."""
    for object_id, (anew, left) in cut.items():
        stored = written.get(object_id)
        kept = [
            recording.object_id
            for recording in entered.recordings
            if stored is not None
            and recording.kind is RecordingKind.SCREEN
            and recording.sha256 == stored.sha256
        ]
        if stored is not None and kept and kept[0] is not None:
            former = cut_away.note_kept(connection, anew, kept[0], stored, left)
            if former is not None and former != kept[0]:
                back.cut(former, replace(stored, object_id=kept[0]), left)


def _has_screen(told: Interaction) -> bool:
    return any(recording.kind is RecordingKind.SCREEN for recording in told.recordings)
