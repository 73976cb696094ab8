"""Pieces of screen video in the tables: whose they are, and other content in their place.

Imported inside `storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from reviewer.models.erasure import SharedPiece, without
from reviewer.models.ids import Giid, InteractionId, MediaUs, ObjectId, WallUs
from reviewer.models.recording import RecordingKind, RecordingState, Span
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.erasing import chunks, giids

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from sqlalchemy import Connection

    from reviewer.models.erasure import CutPiece
    from reviewer.storage.catalogue.erasable import Recorded
    from reviewer.storage.vault.contract import Stored

    Stretch: TypeAlias = tuple[WallUs, WallUs]

_I: Final = schema.interactions
_R: Final = schema.recordings
_P: Final = schema.spans
_SCREEN: Final = codes.RECORDING_KINDS.code(RecordingKind.SCREEN)
_THERE: Final = [
    codes.RECORDING_STATES.code(state)
    for state in (RecordingState.AVAILABLE, RecordingState.DAMAGED, RecordingState.MISSING)
]
"""Of what is lost the key is there, and the file may turn up: it is as much theirs."""


def owners(connection: Connection, objects: Sequence[ObjectId]) -> dict[ObjectId, set[int]]:
    """Return which interactions refer to each piece."""
    found: dict[ObjectId, set[int]] = {}
    for first in range(0, len(objects), 500):
        part = list(objects[first : first + 500])
        rows = connection.execute(
            select(_R.c.object_id, _R.c.interaction_id).where(
                _R.c.object_id.in_(part), _R.c.kind == _SCREEN, _R.c.state.in_(_THERE)
            )
        )
        for object_id, number in rows:
            found.setdefault(ObjectId(object_id), set()).add(number)
    return found


def piece(
    connection: Connection,
    object_id: ObjectId,
    row: Recorded,
    *,
    of: Sequence[int],
    others: Sequence[int],
    hidden: int,
    held: Sequence[int],
) -> SharedPiece:
    """Return what is known of a piece that a recording of an interaction to delete from is of.

    Args:
        connection: Reads.
        object_id: The piece.
        row: The recording.
        of: Its interactions to delete from.
        others: The others that may be told of.
        hidden: How many more there are.
        held: Those of all others that are under a legal hold: what they show of it stays.
    """
    # An interaction may refer to a part of a piece only: the piece is where all of them see it.
    spans: dict[int, Span] = {}
    for span in _spans(connection, object_id):
        known = spans.get(span.media_start_us)
        if known is None or known.duration_us < span.duration_us:
            spans[span.media_start_us] = span
    names = giids(connection, others)
    return SharedPiece(
        object_id=object_id,
        name=row.source_name or RecordingKind.SCREEN.value,
        media_type=row.media_type,
        spans=tuple(spans[start] for start in sorted(spans)),
        erased=without(times(connection, of), times(connection, held)),
        of=tuple(InteractionId(number) for number in of),
        others=tuple(
            (InteractionId(number), Giid(name)) for number, name in zip(others, names, strict=True)
        ),
        hidden_others=hidden,
        held=bool(held),
        state=codes.RECORDING_STATES.member(row.state),
    )


def _spans(connection: Connection, object_id: ObjectId) -> list[Span]:
    rows = connection.execute(
        select(_P.c.media_start_us, _P.c.wall_start_us, _P.c.duration_us)
        .join_from(
            _P,
            _R,
            (_R.c.interaction_id == _P.c.interaction_id) & (_R.c.ordinal == _P.c.recording_ordinal),
        )
        .where(_R.c.object_id == object_id)
    )
    return [Span(MediaUs(media), WallUs(wall), length) for media, wall, length in rows]


def digests(connection: Connection, object_id: ObjectId) -> set[str]:
    """Return what recordings say that the digest of a piece's content is."""
    return set(connection.execute(select(_R.c.sha256).where(_R.c.object_id == object_id)).scalars())


def times(connection: Connection, ids: Sequence[int]) -> list[tuple[WallUs, WallUs]]:
    """Return from when to when interactions lasted."""
    found: list[tuple[WallUs, WallUs]] = []
    for part in chunks(ids):
        statement = select(_I.c.started_us, _I.c.ended_us).where(_I.c.id.in_(part))
        found += [(WallUs(start), WallUs(end)) for start, end in connection.execute(statement)]
    return found


def needed(connection: Connection, number: int, spans: Sequence[Span]) -> list[Stretch]:
    """Return the stretches of spans that lie in the time of an interaction."""
    there = [(span.wall_start_us, span.wall_end_us) for span in spans]
    return list(without(there, without(there, times(connection, [number]))))


def within(connection: Connection, number: int, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return those of the spans that an interaction's time meets."""
    ((start, end),) = times(connection, [number])
    return tuple(s for s in spans if s.wall_start_us < end and s.wall_end_us > start)


def replace_piece(
    connection: Connection,
    number: int,
    old: ObjectId,
    stored: Stored,
    left: CutPiece,
    spans: Sequence[Span],
) -> None:
    """Let an interaction refer to what is left of a piece."""
    ordinals = connection.execute(
        select(_R.c.ordinal).where(_R.c.interaction_id == number, _R.c.object_id == old)
    ).scalars()
    for ordinal in list(ordinals):
        here = (_R.c.interaction_id == number) & (_R.c.ordinal == ordinal)
        connection.execute(
            _R.update()
            .where(here)
            .values(
                object_id=stored.object_id,
                bytes=stored.bytes,
                sha256=stored.sha256,
                media_type=left.media_type,
                started_us=spans[0].wall_start_us,
                duration_us=sum(span.duration_us for span in spans),
            )
        )
        connection.execute(
            _P.delete().where(_P.c.interaction_id == number, _P.c.recording_ordinal == ordinal)
        )
        connection.execute(
            _P.insert(),
            [
                {
                    "interaction_id": number,
                    "recording_ordinal": ordinal,
                    "ordinal": place,
                    "media_start_us": span.media_start_us,
                    "wall_start_us": span.wall_start_us,
                    "duration_us": span.duration_us,
                }
                for place, span in enumerate(spans)
            ],
        )
