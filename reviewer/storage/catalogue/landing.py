"""The tables' part of bringing interactions in: what is there, and what is entered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, literal_column, select

from reviewer.errors import StoreBusyError
from reviewer.models.ids import Giid, InteractionId, ObjectId
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.storage.catalogue import codes, schema, tellings
from reviewer.storage.catalogue.bulk import among, insert_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording

_CHUNK: Final = 500
_CONDEMNED_US: Final = 0
"""Up to this instant is what is being destroyed, due at the instant of the other sign."""
_LOST_US: Final = -(1 << 62)
"""Due at this instant is what was lost when it was deleted, should it turn up."""
_I: Final = schema.interactions
_R: Final = schema.recordings
_P: Final = schema.pending_unlink
_S: Final = schema.spans
_SCREEN: Final = str(codes.RECORDING_KINDS.code(RecordingKind.SCREEN))


@dataclass(frozen=True, slots=True)
class Known:
    """An interaction that is there.

    Attributes:
        id: Its id.
        giid: Its own GIID, which may not be the one it was asked for by.
        fingerprint: That of what was last told of it.
        changed_us: When it was last changed, by whatever.
        weight: By how much of its source it was told: see `Incoming.weight`.
    """

    id: InteractionId
    giid: Giid
    started_us: int
    ended_us: int
    fingerprint: bytes
    changed_us: int
    weight: tuple[int, ...] = ()


def find_known(connection: Connection, giids: Collection[Giid]) -> dict[Giid, Known]:
    """Return those of `giids` that are there, whether as their own GIID or a further one."""
    found: dict[Giid, Known] = {}
    wanted = list(giids)
    for first in range(0, len(wanted), _CHUNK):
        chunk = wanted[first : first + _CHUNK]
        others = tellings.find(connection, chunk)
        columns = (
            _I.c.giid, _I.c.id, _I.c.started_us, _I.c.ended_us, _I.c.fingerprint, _I.c.changed_us
        )  # fmt: skip
        condition = _I.c.giid.in_(chunk) | among(connection, _I.c.id, set(others.values()))
        rows = list(connection.execute(select(*columns).where(condition)))
        weights = tellings.weights(connection, [InteractionId(row.id) for row in rows])
        by_id: dict[int, Known] = {}
        for row in rows:
            number = InteractionId(row.id)
            by_id[number] = Known(
                number, Giid(row.giid), row.started_us, row.ended_us, bytes(row.fingerprint),
                row.changed_us, weights.get(number, ()),
            )  # fmt: skip
        found |= {giid: by_id[number] for giid, number in others.items()}
        found |= {known.giid: known for known in by_id.values() if known.giid in set(chunk)}
    return found


def screen_object(connection: Connection, sha256: str, origin_us: int) -> ObjectId | None:
    """Return the object that holds a piece of screen video already, if one does.

    Args:
        connection: Reads.
        sha256: Of the piece.
        origin_us: When its first picture was captured. The same pictures of another time are
            another piece: it is cut, kept and deleted by itself.
    """
    begins = (_S.c.interaction_id == _R.c.interaction_id) & (_S.c.recording_ordinal == _R.c.ordinal)
    found = connection.execute(
        select(_R.c.object_id)
        .join_from(_R, _S, begins)
        .where(
            _R.c.sha256 == sha256,
            _S.c.wall_start_us - _S.c.media_start_us == origin_us,
            # A literal, so that the index over screen recordings alone is used.
            _R.c.kind == literal_column(_SCREEN),
            _R.c.state == codes.RECORDING_STATES.code(RecordingState.AVAILABLE),
            _R.c.object_id.is_not(None),
        )
        .limit(1)
    ).scalar()
    return None if found is None else ObjectId(found)


def spoilt_twins(connection: Connection, sha256: str, origin_us: int) -> dict[int, ObjectId]:
    """Return who has a piece of screen video damaged, or lost it, and as which object."""
    begins = (_S.c.interaction_id == _R.c.interaction_id) & (_S.c.recording_ordinal == _R.c.ordinal)
    spoilt = (RecordingState.MISSING, RecordingState.DAMAGED)
    found = connection.execute(
        select(_R.c.id, _R.c.object_id)
        .join_from(_R, _S, begins)
        .where(
            _R.c.sha256 == sha256,
            _S.c.wall_start_us - _S.c.media_start_us == origin_us,
            _R.c.kind == literal_column(_SCREEN),
            _R.c.state.in_([codes.RECORDING_STATES.code(state) for state in spoilt]),
            _R.c.object_id.is_not(None),
        )
        .distinct()
    )
    return {number: ObjectId(object_id) for number, object_id in found}


def refer_to(connection: Connection, recordings: Collection[int], object_id: ObjectId) -> None:
    """Let recordings refer to another object that holds the same."""
    these = among(connection, _R.c.id, recordings)
    connection.execute(_R.update().where(these).values(object_id=object_id))


def sharing_screens(
    connection: Connection,
    interaction: Interaction,
    written: Mapping[ObjectId, Recording],
    screens: dict[tuple[str, int], ObjectId],
) -> Interaction:
    """Let screen video that is in the store already be that object.

    The same pictures captured at another time are another piece. `screens`: those of this batch,
    by digest and instant of the first picture.
    """

    def shared(recording: Recording) -> Recording:
        fresh = recording.object_id in written
        if recording.kind is not RecordingKind.SCREEN or not fresh or recording.object_id is None:
            return recording
        if not recording.spans:
            return recording
        first = recording.spans[0]
        piece = (recording.sha256, first.wall_start_us - first.media_start_us)
        there = screens.get(piece) or screen_object(connection, *piece)
        if there is None:
            screens[piece] = recording.object_id
            return recording
        return replace(recording, object_id=there)

    return replace(interaction, recordings=tuple(shared(r) for r in interaction.recordings))


def objects_in_use(connection: Connection, ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return those of `ids` that recordings refer to."""
    rows = connection.execute(select(_R.c.object_id).where(among(connection, _R.c.object_id, ids)))
    return {ObjectId(value) for value in rows.scalars()}


def enter_pending(connection: Connection, ids: Iterable[ObjectId], due_us: int) -> None:
    """Note that these objects are to go at `due_us`, unless they are made part of something."""
    enter_pending_since(connection, dict.fromkeys(ids, due_us))


def enter_pending_since(connection: Connection, since: Mapping[ObjectId, int]) -> None:
    """Note that these objects are to go, each at its instant, unless made part of something."""
    insert_rows(connection, _P, ("object_id", "due_us"), since.items())


def pending_among(connection: Connection, ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return those of these objects that are on that list, due or awaited."""
    rows = connection.execute(select(_P.c.object_id).where(among(connection, _P.c.object_id, ids)))
    return {ObjectId(value) for value in rows.scalars()}


def leave_pending(connection: Connection, ids: Collection[ObjectId]) -> int:
    """Take objects off that list, those that are lost excepted; return how many were on it."""
    these = among(connection, _P.c.object_id, ids)
    statement = delete(_P).where(these, _P.c.due_us != _LOST_US)
    return connection.execute(statement).rowcount


def make_part(connection: Connection, ids: Collection[ObjectId], store: str) -> None:
    """Take objects off that list that became part of something.

    Raises:
        StoreBusyError: Somebody took one for left behind, and has destroyed it or is about to.
    """
    alive = delete(_P).where(among(connection, _P.c.object_id, ids), _P.c.due_us > _CONDEMNED_US)
    if connection.execute(alive).rowcount != len(ids):
        raise StoreBusyError(store=store)


def condemn(connection: Connection, now_us: int) -> tuple[set[ObjectId], set[ObjectId]]:
    """Note of what is due that it goes now, so that nobody makes it part of anything any more.

    Returns:
        The objects that are due, and those of them that recordings refer to: they stay.
    """
    due = set(due_pending(connection, now_us))
    return due, condemn_these(connection, due)


def condemn_these(connection: Connection, ids: Collection[ObjectId]) -> set[ObjectId]:
    """Note of objects that they go now, whenever due; return those that recordings refer to."""
    used = objects_in_use(connection, ids)
    these = among(connection, _P.c.object_id, set(ids) - used)
    alive = _P.c.due_us > _CONDEMNED_US
    connection.execute(_P.update().where(these, alive).values(due_us=-_P.c.due_us))
    return used


def due_pending(connection: Connection, now_us: int) -> list[ObjectId]:
    """Return the objects that are due to go."""
    due = _P.c.due_us.between(_LOST_US + 1, now_us)
    rows = connection.execute(select(_P.c.object_id).where(due))
    return [ObjectId(value) for value in rows.scalars()]


def since_due(connection: Connection, now_us: int) -> set[int]:
    """Return since which instants objects are due to go; 0: nobody knows since when."""
    due = _P.c.due_us.between(_LOST_US + 1, now_us)
    return {abs(value) for value in connection.execute(select(_P.c.due_us).where(due)).scalars()}


def await_lost(connection: Connection, ids: Iterable[ObjectId]) -> None:
    """Note that these objects, whose files are lost, are to go if they ever turn up."""
    enter_pending(connection, ids, _LOST_US)


def awaited(connection: Connection) -> list[ObjectId]:
    """Return the objects that are to go if they turn up."""
    rows = connection.execute(select(_P.c.object_id).where(_P.c.due_us == _LOST_US))
    return [ObjectId(value) for value in rows.scalars()]


def make_due(connection: Connection, ids: Collection[ObjectId], now_us: int) -> None:
    """Note that these objects turned up, and are to go now."""
    these = among(connection, _P.c.object_id, ids)
    connection.execute(_P.update().where(these).values(due_us=now_us))
