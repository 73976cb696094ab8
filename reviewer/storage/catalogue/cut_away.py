"""Screen video of which something was deleted, so that no import brings it back.

The files that the video came from hold the whole piece for ever. The catalogue notes its digest,
when its first picture was captured, which stretches of it were deleted and as which object the
rest is kept. An import that brings the file is given that object; where nothing refers to it any
more the file is cut anew, and where it cannot be nothing of it comes in. Where a clock was put
right since, what was deleted moves along. Imported inside `storage` only.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from reviewer.models.erasure import together, without
from reviewer.models.ids import MediaUs, ObjectId, WallUs
from reviewer.models.recording import RecordingKind, RecordingState, Span
from reviewer.storage.catalogue import codes, landing, schema
from reviewer.storage.catalogue.bulk import among, insert_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from sqlalchemy import Connection, Row

    from reviewer.models.erasure import CutPiece
    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording
    from reviewer.storage.catalogue.erasable import Recorded
    from reviewer.storage.vault.contract import Stored

    Key: TypeAlias = tuple[str, int]
    """Digest of a file, and when its first picture was captured."""
    Stretch: TypeAlias = tuple[WallUs, WallUs]

_C: Final = schema.cut_pieces
_I: Final = schema.interactions
_R: Final = schema.recordings
_S: Final = schema.spans
_COLUMNS: Final = ("sha256", "origin_us", "erased", "object_id", "remains")


@dataclass(frozen=True, slots=True)
class CutAnew:
    """A file of screen video that has to be cut before it comes in.

    Attributes:
        key: What it is noted by.
        erased: Stretches of the wall clock that were deleted.
        origins: Instants that its spans count from.
    """

    key: Key
    erased: tuple[Stretch, ...]
    origins: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Noted:
    """What is known of a file by the clock that tells of it now.

    Attributes:
        key: What it is noted by, or is to be.
        erased: What was deleted of it, whatever the clock was then; None: all, or nobody knows.
        object_id: What holds the rest of it by this clock, if anything does.
        remains: How that is told.
    """

    key: Key
    erased: tuple[Stretch, ...] | None
    object_id: ObjectId | None = None
    remains: str = ""


# --- noting --------------------------------------------------------------------------------------


def note(
    connection: Connection,
    old: ObjectId,
    spans: Sequence[Span],
    erased: Sequence[Stretch],
    left: CutPiece | None,
    stored: Stored | None,
) -> None:
    """Note what is left of a piece; call while the tables still refer to it.

    Args:
        connection: One that writes.
        old: The piece.
        spans: Where it lies, as `SharedPiece.spans`.
        erased: What of it goes.
        left: What is left of it, None: nothing.
        stored: As which object that is.
    """
    statement = select(_R.c.sha256).where(_R.c.object_id == old).distinct()
    digests = [each for each in connection.execute(statement).scalars() if each]
    # What an earlier cut left is cut once more: its file is still the one before the first.
    keys = set(_kept_as(connection, [old]).get(old, ()))
    keys |= {(digest, origin) for digest in digests for origin in _origins(spans)}
    object_id, remains = None, ""
    if left is not None and stored is not None:
        object_id, remains = stored.object_id, _told(stored, left.media_type, left.spans)
    _write(connection, {key: (list(erased), object_id, remains) for key in keys})


def note_gone(connection: Connection, rows: Iterable[Recorded]) -> None:
    """Note pieces of which nothing is kept: what lay in the time of their interactions is deleted.

    Args:
        connection: One that writes.
        rows: Recordings of screen video as they were before they went.
    """
    rows = [row for row in rows if row.sha256]
    if not rows:
        return
    ids = {row.interaction_id for row in rows}
    times = {
        row.id: (WallUs(row.started_us), WallUs(row.ended_us))
        for row in connection.execute(
            select(_I.c.id, _I.c.started_us, _I.c.ended_us).where(among(connection, _I.c.id, ids))
        )
    }
    origins: dict[tuple[int, int], set[int]] = defaultdict(set)
    begun = select(_S.c.interaction_id, _S.c.recording_ordinal,
                   (_S.c.wall_start_us - _S.c.media_start_us).label("origin_us"))  # fmt: skip
    for span in connection.execute(begun.where(among(connection, _S.c.interaction_id, ids))):
        origins[span.interaction_id, span.recording_ordinal].add(span.origin_us)
    known = _kept_as(connection, [row.object_id for row in rows if row.object_id is not None])
    erased: dict[Key, list[Stretch]] = defaultdict(list)
    for row in rows:
        own = [(row.sha256, origin) for origin in origins[row.interaction_id, row.ordinal]]
        for key in own if row.object_id is None else known.get(row.object_id, own):
            erased[key].append(times[row.interaction_id])
    _write(connection, {key: (some, None, "") for key, some in erased.items()})


def note_kept(
    connection: Connection, cut: CutAnew, kept: ObjectId, stored: Recording, left: CutPiece
) -> ObjectId | None:
    """Note as which object what was cut anew is kept; return as which it was before."""
    former = _load(connection, [cut.key[0]]).get(cut.key)
    remains = _told(stored, left.media_type, left.spans)
    _write(connection, {cut.key: (list(cut.erased), kept, remains)})
    return None if former is None or not former.object_id else ObjectId(former.object_id)


def _write(
    connection: Connection,
    notes: Mapping[Key, tuple[list[Stretch], ObjectId | None, str]],
) -> None:
    """Write notes; what was deleted before of the same files stays deleted."""
    before = _load(connection, {sha256 for sha256, _ in notes})
    rows = []
    for key, (erased, object_id, remains) in sorted(notes.items()):
        former = _erased(before[key]) if key in before else ()
        told = "" if former is None else json.dumps(together([*former, *erased]))
        rows.append((*key, told, object_id, remains))
    for sha256, origin_us in before.keys() & notes.keys():
        connection.execute(_C.delete().where(_C.c.sha256 == sha256, _C.c.origin_us == origin_us))
    insert_rows(connection, _C, _COLUMNS, rows)


def _load(connection: Connection, digests: Collection[str]) -> dict[Key, Row[Any]]:
    found = connection.execute(select(_C).where(among(connection, _C.c.sha256, digests)))
    return {(row.sha256, row.origin_us): row for row in found}


def _kept_as(connection: Connection, objects: Sequence[ObjectId]) -> dict[ObjectId, list[Key]]:
    """Return what is left of which files, by the objects that hold it."""
    found: dict[ObjectId, list[Key]] = defaultdict(list)
    for row in connection.execute(select(_C).where(among(connection, _C.c.object_id, objects))):
        found[ObjectId(row.object_id)].append((row.sha256, row.origin_us))
    return found


def _told(stored: Stored | Recording, media_type: str, spans: Sequence[Span]) -> str:
    value = {
        "bytes": stored.bytes,
        "sha256": stored.sha256,
        "media_type": media_type,
        "spans": [[s.media_start_us, s.wall_start_us, s.duration_us] for s in spans],
    }
    return json.dumps(value)


def _erased(row: Row[Any]) -> tuple[Stretch, ...] | None:
    """Return what was deleted of a file; None: all of it, or nobody knows."""
    if not row.erased:
        return None
    return tuple((WallUs(start), WallUs(end)) for start, end in json.loads(row.erased))


def _origins(spans: Iterable[Span]) -> set[int]:
    return {span.wall_start_us - span.media_start_us for span in spans}


# --- asking --------------------------------------------------------------------------------------


def is_any_noted(connection: Connection) -> bool:
    """Return whether anything was ever deleted of screen video."""
    return connection.execute(select(_C.c.sha256).limit(1)).first() is not None


def to_cut(connection: Connection, told: Interaction, recording: Recording) -> CutAnew | None:
    """Return how a file of screen video has to be cut before it comes in; None: it need not be.

    Args:
        connection: Reads.
        told: The interaction that brings it.
        recording: With the digest of its content.
    """
    origins = _origins(recording.spans)
    noted = _find(connection, recording.sha256, origins)
    if noted is None or noted.erased is None or noted.object_id is not None:
        return None
    there = [(span.wall_start_us, span.wall_end_us) for span in recording.spans]
    outside = without(there, [(told.started_us, told.ended_us)])
    if not without(without(there, outside), noted.erased):
        return None
    return CutAnew(noted.key, noted.erased, frozenset(origins))


def is_current(connection: Connection, cut: CutAnew) -> bool:
    """Return whether what was cut anew is still what is to be cut, and kept nowhere else."""
    noted = _find(connection, cut.key[0], cut.origins)
    return noted is not None and noted.erased == cut.erased and noted.object_id is None


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

    What would have to be cut anew is left out: see `to_cut`.

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
        noted = _find(connection, recording.sha256, _origins(recording.spans))
        return recording if noted is None else _left(told, recording, noted)

    return replace(told, recordings=tuple(left(recording) for recording in told.recordings))


def within(told: Interaction, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return those of the spans that an interaction's time meets."""
    return tuple(
        span
        for span in spans
        if span.wall_start_us < told.ended_us and span.wall_end_us > told.started_us
    )


def gone(recording: Recording) -> Recording:
    """Return screen video of which nothing comes in."""
    return replace(recording, object_id=None, bytes=0, sha256="", state=RecordingState.DELETED)


def _find(connection: Connection, sha256: str, origins: Collection[int]) -> _Noted | None:
    rows = _load(connection, [sha256])
    if not rows:
        return None
    if not origins:
        # Nobody can tell where in it what was deleted lies.
        return _Noted((sha256, 0), None)
    noted = {origin for _, origin in rows}
    origin = min(noted.intersection(origins) or origins)
    own = rows.get((sha256, origin))
    erased: list[Stretch] | None = []
    for row in rows.values():
        some = _erased(row)
        shift = 0 if row.origin_us in origins else _shift(row.origin_us, origins, noted)
        if some is None or erased is None:
            erased = None
        else:
            erased += [(WallUs(start + shift), WallUs(end + shift)) for start, end in some]
    found = _Noted((sha256, origin), None if erased is None else together(erased))
    if own is None or not _is_kept(connection, own):
        return found
    before = _erased(own)
    if before is not None and (found.erased is None or without(found.erased, before)):
        # More of the file was deleted since, by another clock.
        return found
    return replace(found, object_id=ObjectId(own.object_id), remains=own.remains)


def _shift(noted: int, origins: Collection[int], all_noted: Collection[int]) -> int:
    """Return by how much a clock was put right: what brings most notes where they are told now."""
    return max(
        (origin - noted for origin in sorted(origins)),
        key=lambda shift: sum(origin - shift in all_noted for origin in origins),
    )


def _is_kept(connection: Connection, row: Row[Any]) -> bool:
    """Return whether what is left of a file is an object that is there, and whole."""
    whole = codes.RECORDING_STATES.code(RecordingState.AVAILABLE)
    there = select(_R.c.id).where(_R.c.object_id == row.object_id, _R.c.state == whole).limit(1)
    return bool(row.object_id) and connection.execute(there).first() is not None


def _left(told: Interaction, recording: Recording, noted: _Noted) -> Recording:
    if noted.object_id is not None:
        value = json.loads(noted.remains)
        spans = [Span(MediaUs(a), WallUs(b), length) for a, b, length in value["spans"]]
        here = within(told, spans)
        if here:
            return replace(
                recording,
                object_id=noted.object_id,
                bytes=value["bytes"],
                sha256=value["sha256"],
                media_type=value["media_type"],
                spans=here,
            )
    return gone(recording)
