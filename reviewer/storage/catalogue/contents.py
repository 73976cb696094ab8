"""Which of some interactions have content of certain kinds, and whether it is there.

Imported inside `storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.facts import TRANSCRIPT_KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection

    from reviewer.models.ids import InteractionId, RecordingId
    from reviewer.storage.catalogue.visibility import Visibility

_CHUNK: Final = 500
_I: Final = schema.interactions.c
_R: Final = schema.recordings.c
_T: Final = schema.tombstones.c
_TAKEN: Final = [
    codes.RECORDING_STATES.code(state) for state in (RecordingState.DELETED, RecordingState.EXPIRED)
]
_RANK: Final = {state: rank for rank, state in enumerate(RecordingState)}


def content_states(
    connection: Connection,
    visibility: Visibility,
    ids: Sequence[int],
    kinds: Collection[RecordingKind],
) -> dict[int, RecordingState]:
    """Return the best state of content of `kinds`, by id; ids that have none are left out.

    Messages are content as well, and a tombstone tells of content that has no recording left.
    """
    best: dict[int, RecordingState] = {}
    for first in range(0, len(ids), _CHUNK):
        chunk = list(ids[first : first + _CHUNK])
        for number, state in _told(connection, visibility, chunk, kinds):
            if number not in best or _RANK[state] < _RANK[best[number]]:
                best[number] = state
    return best


def recordings_kept(
    connection: Connection, visibility: Visibility, ids: Sequence[int]
) -> frozenset[RecordingId]:
    """Return which recordings of these interactions were not taken away, by their own ids."""
    found: set[RecordingId] = set()
    for first in range(0, len(ids), _CHUNK):
        recorded = (
            select(_R.id)
            .join_from(schema.interactions, schema.recordings, _I.id == _R.interaction_id)
            .where(_I.id.in_(list(ids[first : first + _CHUNK])), _R.state.not_in(_TAKEN))
        )
        found.update(connection.execute(visibility.limit(recorded)).scalars())
    return frozenset(found)


def buried_after(
    connection: Connection, visibility: Visibility, stone: int | None
) -> tuple[int, frozenset[InteractionId]]:
    """Return the number of the last tombstone, and whose stand after another.

    Args:
        connection: To the catalogue.
        visibility: Of who asks.
        stone: The number of that other; None: nobody's are wanted.
    """
    last = connection.execute(select(func.max(_T.id))).scalar() or 0
    if stone is None or stone >= last:
        return last, frozenset()
    buried = (
        select(_I.id)
        .join_from(schema.interactions, schema.tombstones, _I.id == _T.interaction_id)
        .where(_T.id > stone)
    )
    return last, frozenset(connection.execute(visibility.limit(buried)).scalars())


def is_taken_away(connection: Connection, recording_id: RecordingId) -> bool:
    """Return whether a recording was deleted, or its retention ended."""
    state = connection.execute(select(_R.state).where(_R.id == recording_id)).scalar()
    return state in _TAKEN


def _told(
    connection: Connection,
    visibility: Visibility,
    ids: Sequence[int],
    kinds: Collection[RecordingKind],
) -> Iterator[tuple[int, RecordingState]]:
    wanted = [codes.RECORDING_KINDS.code(kind) for kind in kinds]
    state_of = codes.RECORDING_STATES.to_member
    recorded = (
        select(_R.interaction_id, _R.state)
        .join_from(schema.interactions, schema.recordings, _I.id == _R.interaction_id)
        .where(_I.id.in_(ids), _R.kind.in_(wanted))
    )
    for number, state in connection.execute(visibility.limit(recorded)):
        yield number, state_of[state]
    buried = (
        select(_T.interaction_id, _T.by_retention)
        .join_from(schema.interactions, schema.tombstones, _I.id == _T.interaction_id)
        .where(_I.id.in_(ids), _T.kind.in_(wanted))
    )
    for number, by_retention in connection.execute(visibility.limit(buried)):
        yield number, RecordingState.EXPIRED if by_retention else RecordingState.DELETED
    if set(kinds).isdisjoint(TRANSCRIPT_KINDS):
        return
    texts = select(_I.id, _I.transcript_state).where(
        _I.id.in_(ids), _I.transcript_state.is_not(None)
    )
    for number, state in connection.execute(visibility.limit(texts)):
        yield number, state_of[state]
