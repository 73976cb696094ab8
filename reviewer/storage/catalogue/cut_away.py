"""Pieces of screen video of which a part was deleted, so that no import brings it back.

The files that the video came from hold the whole piece for ever. The catalogue notes its digest
and when its first picture was captured; an import that brings it is given what is left of it.
Notes are rows of `meta`: few, and asked for by their key. Imported inside `storage` only.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from reviewer.models.ids import MediaUs, ObjectId, WallUs
from reviewer.models.recording import RecordingKind, RecordingState, Span
from reviewer.storage.catalogue import landing, schema

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from sqlalchemy import Connection

    from reviewer.models.erasure import CutPiece
    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording
    from reviewer.storage.vault.contract import Stored

_META: Final = schema.meta
_R: Final = schema.recordings
_PREFIX: Final = "cut:"


def note(
    connection: Connection,
    old: ObjectId,
    spans: Sequence[Span],
    left: CutPiece | None,
    stored: Stored | None,
) -> None:
    """Note what is left of a piece; call while the tables still refer to it.

    Args:
        connection: One that writes.
        old: The piece.
        spans: Where it lies, as `SharedPiece.spans`.
        left: What is left of it, None: nothing.
        stored: As which object that is.
    """
    value: dict[str, Any] = {"object": None}
    if left is not None and stored is not None:
        value = {
            "object": stored.object_id,
            "bytes": stored.bytes,
            "sha256": stored.sha256,
            "media_type": left.media_type,
            "spans": [[s.media_start_us, s.wall_start_us, s.duration_us] for s in left.spans],
        }
    statement = select(_R.c.sha256).where(_R.c.object_id == old).distinct()
    digests = [each for each in connection.execute(statement).scalars() if each]
    origins = {span.wall_start_us - span.media_start_us for span in spans}
    keys = {_key(digest, origin) for digest in digests for origin in origins}
    # What an earlier cut left is cut once more: its file is still the one before the first.
    notes = select(_META.c.key, _META.c.value).where(_META.c.key.startswith(_PREFIX))
    keys |= {key for key, told in connection.execute(notes) if json.loads(told)["object"] == old}
    connection.execute(_META.delete().where(_META.c.key.in_(sorted(keys))))
    text = json.dumps(value)
    connection.execute(_META.insert(), [{"key": key, "value": text} for key in sorted(keys)])


def as_stored(
    connection: Connection,
    told: Interaction,
    written: Mapping[ObjectId, Recording],
    screens: dict[tuple[str, int], ObjectId],
) -> Interaction:
    """Return an interaction whose screen video refers to the objects that hold it already.

    Args:
        connection: One that writes.
        told: What is to be entered.
        written: Its objects that were just written.
        screens: Pieces of this batch, by digest and instant of the first picture; grows.
    """
    left = without_cut(connection, told, written)
    return landing.sharing_screens(connection, left, written, screens)


def without_cut(
    connection: Connection, told: Interaction, fresh: Container[ObjectId] | None = None
) -> Interaction:
    """Return an interaction whose screen video refers to what is left of pieces that were cut.

    Args:
        connection: Reads.
        told: One with digests of its content.
        fresh: Objects that were just written; None: all are new.
    """

    def left(recording: Recording) -> Recording:
        if (
            recording.kind is not RecordingKind.SCREEN
            or recording.object_id is None
            or (fresh is not None and recording.object_id not in fresh)
        ):
            return recording
        value = _find(connection, recording)
        return recording if value is None else _left(connection, told, recording, value)

    return replace(told, recordings=tuple(left(recording) for recording in told.recordings))


def _find(connection: Connection, recording: Recording) -> dict[str, Any] | None:
    origins = {span.wall_start_us - span.media_start_us for span in recording.spans}
    keys = [_key(recording.sha256, origin) for origin in sorted(origins)]
    found = connection.execute(select(_META.c.value).where(_META.c.key.in_(keys))).scalars().first()
    return None if found is None else json.loads(found)


def _left(
    connection: Connection, told: Interaction, recording: Recording, value: dict[str, Any]
) -> Recording:
    object_id = ObjectId(value["object"] or "")
    if object_id and landing.objects_in_use(connection, [object_id]):
        spans = [Span(MediaUs(a), WallUs(b), length) for a, b, length in value["spans"]]
        here = tuple(
            span
            for span in spans
            if span.wall_start_us < told.ended_us and span.wall_end_us > told.started_us
        )
        if here:
            return replace(
                recording,
                object_id=object_id,
                bytes=value["bytes"],
                sha256=value["sha256"],
                media_type=value["media_type"],
                spans=here,
            )
    return replace(recording, object_id=None, bytes=0, sha256="", state=RecordingState.DELETED)


def _key(sha256: str, origin_us: int) -> str:
    return f"{_PREFIX}{sha256}:{origin_us}"
