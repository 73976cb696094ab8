"""Objects in the tables by whether they are sealed, and other objects in their place.

Imported inside `storage` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, bindparam, case, false, func, or_, select

from reviewer.models.encryption import SealedKind, sealed_kind
from reviewer.models.ids import ObjectId, RecordingId
from reviewer.models.recording import RecordingKind
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.object_names import NAMED, is_told, name_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Connection

    from reviewer.storage.catalogue.visibility import Visibility

_I: Final = schema.interactions
_R: Final = schema.recordings
_SEALED: Final = _R.c.object_id.like("%s")
_SMS: Final = "sms"
_CHUNK: Final = 500

ANY_SEALED: Final = select(_R.c.id).where(_SEALED).limit(1)
"""Finds something where a recording refers to an object that is sealed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An object that may have to be written anew.

    Attributes:
        recording: One of the recordings that refer to it.
        object_id: Its name.
        name: What errors call it.
        sha256: Digest of its content.
    """

    recording: RecordingId
    object_id: ObjectId
    name: str
    sha256: str


def in_clear(connection: Connection, kinds: Collection[SealedKind]) -> int:
    """Return how many objects of these kinds are in the clear."""
    statement = (
        select(func.count(_R.c.object_id.distinct()))
        .join_from(_R, _I, _I.c.id == _R.c.interaction_id)
        .where(_R.c.object_id.is_not(None), ~_SEALED, _of_kinds(kinds))
    )
    return int(connection.execute(statement).scalar_one())


def any_sealed(connection: Connection) -> bool:
    """Return whether any object that a recording refers to is sealed."""
    return connection.execute(ANY_SEALED).first() is not None


def candidates(
    connection: Connection,
    after: RecordingId,
    limit: int,
    kinds: Collection[SealedKind],
    *,
    sealed: bool,
    seen_by: Visibility | None = None,
) -> list[Candidate]:
    """Return recordings after one, by id, whose objects are in the clear or sealed.

    Args:
        connection: To read with.
        after: Where to go on.
        limit: How many at most.
        kinds: Of which kinds of content.
        sealed: Whether those that are sealed are asked for, or those in the clear.
        seen_by: Who is told what they are called; None: whoever owns the files.
    """
    rows = connection.execute(
        select(_R.c.id, _R.c.sha256, *NAMED, is_told(seen_by))
        .join_from(_R, _I, _I.c.id == _R.c.interaction_id)
        .where(
            _R.c.id > after,
            _R.c.object_id.is_not(None),
            _SEALED if sealed else ~_SEALED,
            _of_kinds(kinds),
        )
        .order_by(_R.c.id)
        .limit(limit)
    )
    return [
        Candidate(
            RecordingId(row.id),
            ObjectId(row.object_id),
            name_of(row),
            row.sha256,
        )
        for row in rows
    ]


def names_of(
    connection: Connection, ids: Collection[ObjectId], seen_by: Visibility | None = None
) -> dict[ObjectId, str]:
    """Return what errors call objects; those that nothing refers to are called by their names."""
    names = {object_id: str(object_id) for object_id in ids}
    statement = (
        select(*NAMED, is_told(seen_by))
        .join_from(_R, _I, _I.c.id == _R.c.interaction_id)
        .where(_R.c.object_id.in_(bindparam("ids", expanding=True)))
    )
    wanted = list(ids)
    for first in range(0, len(wanted), _CHUNK):
        for row in connection.execute(statement, {"ids": wanted[first : first + _CHUNK]}):
            names[ObjectId(row.object_id)] = name_of(row)
    return names


def replace_object(connection: Connection, old: ObjectId, new: ObjectId, now_us: int) -> bool:
    """Let every recording of one object refer to another with the same content.

    Returns:
        False, with nothing changed, where nothing refers to it any more.
    """
    numbers = set(
        connection.execute(
            select(_R.c.interaction_id).where(_R.c.object_id == old).with_for_update()
        ).scalars()
    )
    if not numbers:
        return False
    connection.execute(_R.update().where(_R.c.object_id == old).values(object_id=new))
    # An import that has read one of them meanwhile reads it again.
    later = case((_I.c.changed_us >= now_us, _I.c.changed_us + 1), else_=now_us)
    connection.execute(_I.update().where(_I.c.id.in_(numbers)).values(changed_us=later))
    return True


def _of_kinds(kinds: Collection[SealedKind]) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = []
    is_sms = func.lower(_I.c.medium) == _SMS
    for kind in RecordingKind:
        of_kind = _R.c.kind == codes.RECORDING_KINDS.code(kind)
        usual, by_sms = sealed_kind(kind, ""), sealed_kind(kind, _SMS)
        if usual in kinds and by_sms in kinds:
            parts.append(of_kind)
        elif usual in kinds:
            parts.append(and_(of_kind, ~is_sms))
        elif by_sms in kinds:
            parts.append(and_(of_kind, is_sms))
    return or_(false(), *parts)
