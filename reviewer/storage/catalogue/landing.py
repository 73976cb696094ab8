"""The tables' part of bringing interactions in: what is there, and what is entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, literal_column, select

from reviewer.models.ids import Giid, InteractionId, ObjectId
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.bulk import among, insert_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

_CHUNK: Final = 500
_I: Final = schema.interactions
_R: Final = schema.recordings
_P: Final = schema.pending_unlink
_S: Final = schema.spans
_K: Final = schema.known_as
_SCREEN: Final = str(codes.RECORDING_KINDS.code(RecordingKind.SCREEN))


@dataclass(frozen=True, slots=True)
class Known:
    """An interaction that is there.

    Attributes:
        id: Its id.
        fingerprint: That of what was last told of it.
        changed_us: When it was last changed, by whatever.
    """

    id: InteractionId
    fingerprint: bytes
    changed_us: int


def find_known(connection: Connection, giids: Collection[Giid]) -> dict[Giid, Known]:
    """Return those of `giids` that are there."""
    found: dict[Giid, Known] = {}
    wanted = list(giids)
    for first in range(0, len(wanted), _CHUNK):
        rows = connection.execute(
            select(_I.c.giid, _I.c.id, _I.c.fingerprint, _I.c.changed_us).where(
                _I.c.giid.in_(wanted[first : first + _CHUNK])
            )
        )
        for row in rows:
            found[Giid(row.giid)] = Known(
                InteractionId(row.id), bytes(row.fingerprint), row.changed_us
            )
    return found


def find_named(connection: Connection, giids: Collection[Giid]) -> dict[Giid, Giid]:
    """Return the GIIDs of the interactions that these are further ones of."""
    found: dict[Giid, Giid] = {}
    wanted = list(giids)
    for first in range(0, len(wanted), _CHUNK):
        rows = connection.execute(
            select(_K.c.giid, _I.c.giid)
            .join_from(_K, _I, _I.c.id == _K.c.interaction_id)
            .where(_K.c.giid.in_(wanted[first : first + _CHUNK]))
        )
        found.update((Giid(row[0]), Giid(row[1])) for row in rows)
    return found


def came_partly(connection: Connection, number: InteractionId) -> bool:
    """Return whether only recordings of an interaction came so far."""
    of_it = select(_K.c.giid).where(_K.c.interaction_id == number, _K.c.partly == 1)
    return connection.execute(of_it).first() is not None


def enter_names(
    connection: Connection, number: InteractionId, giids: Collection[Giid], *, partly: bool
) -> None:
    """Note under which GIIDs parts of an interaction come.

    Args:
        connection: Writes.
        number: The interaction.
        giids: Of its parts; those that stand for something already stay with that.
        partly: Whether these are all that came; False: the whole has come.
    """
    if not partly:
        whole = delete(_K).where(_K.c.interaction_id == number, _K.c.partly == 1)
        connection.execute(whole)
    if giids:
        there = find_named(connection, giids)
        rows = [(giid, number, int(partly)) for giid in giids if giid not in there]
        insert_rows(connection, _K, ("giid", "interaction_id", "partly"), rows)


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


def objects_in_use(connection: Connection, ids: Collection[ObjectId]) -> set[ObjectId]:
    """Return those of `ids` that recordings refer to."""
    rows = connection.execute(select(_R.c.object_id).where(among(connection, _R.c.object_id, ids)))
    return {ObjectId(value) for value in rows.scalars()}


def enter_pending(connection: Connection, ids: Iterable[ObjectId], due_us: int) -> None:
    """Note that these objects are to go at `due_us`, unless they are made part of something."""
    rows = [(object_id, due_us) for object_id in ids]
    insert_rows(connection, _P, ("object_id", "due_us"), rows)


def leave_pending(connection: Connection, ids: Collection[ObjectId]) -> int:
    """Take objects off that list; return how many were on it."""
    statement = delete(_P).where(among(connection, _P.c.object_id, ids))
    return connection.execute(statement).rowcount


def due_pending(connection: Connection, now_us: int) -> list[ObjectId]:
    """Return the objects that are due to go."""
    rows = connection.execute(select(_P.c.object_id).where(_P.c.due_us <= now_us))
    return [ObjectId(value) for value in rows.scalars()]
