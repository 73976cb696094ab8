"""Under which GIIDs interactions were told, and by how much of their source.

A source tells of one call under several names: a sound file by the channel that was recorded, the
logs by the channel that called. All of them are kept, so that what is told later, in whichever
order, completes the interaction that is there, and what was deleted does not come back under
another name. Imported inside `storage` only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import select, true

from reviewer.models.ids import Giid, InteractionId
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.bulk import among

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

_K: Final = schema.known_as
_T: Final = schema.tellings
_E: Final = schema.evaluations
_H: Final = schema.disposition_changes


def find(connection: Connection, giids: Collection[Giid]) -> dict[Giid, InteractionId]:
    """Return the interactions that have one of these among their further GIIDs."""
    condition = among(connection, _K.c.giid, list(giids))
    rows = connection.execute(select(_K.c.giid, _K.c.interaction_id).where(condition))
    return {Giid(row.giid): InteractionId(row.interaction_id) for row in rows}


def enter(connection: Connection, names: Iterable[tuple[InteractionId, Collection[Giid]]]) -> None:
    """Note further GIIDs of interactions; one that is another's already stays that one's."""
    rows = [(giid, number) for number, giids in names for giid in giids]
    if not rows:
        return
    mark = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    connection.exec_driver_sql(
        f"INSERT INTO known_as VALUES ({mark}, {mark}) ON CONFLICT DO NOTHING",  # noqa: S608
        rows,
    )


def weights(
    connection: Connection, ids: Collection[InteractionId]
) -> dict[InteractionId, tuple[int, ...]]:
    """Return by how much of their source these interactions were told, where that is known."""
    condition = among(connection, _T.c.interaction_id, list(ids))
    rows = connection.execute(select(_T.c.interaction_id, _T.c.weight).where(condition))
    return {InteractionId(row.interaction_id): tuple(json.loads(row.weight)) for row in rows}


def weigh(connection: Connection, weighed: Iterable[tuple[InteractionId, tuple[int, ...]]]) -> None:
    """Note by how much of their source interactions were told."""
    rows = {number: json.dumps(weight) for number, weight in weighed if weight}
    if not rows:
        return
    connection.execute(_T.delete().where(among(connection, _T.c.interaction_id, list(rows))))
    connection.execute(
        _T.insert(),
        [{"interaction_id": number, "weight": weight} for number, weight in rows.items()],
    )


def heavier(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...]:
    """Return the most that either had of each part of the source."""
    if len(one) != len(two):
        return two or one
    return tuple(max(pair) for pair in zip(one, two, strict=True))


def touched(connection: Connection, ids: Collection[InteractionId]) -> frozenset[InteractionId]:
    """Return those that users did something with, that are or were held, or that lost content.

    Also those that are to lose it, by a request or by a deletion that was interrupted.
    """
    found: set[int] = set()
    notes = schema.notes.c.interaction_id, schema.notes.c.by_reviewer == 1
    tags = schema.interactions.c.id, schema.interactions.c.tags_by_hand == 1
    asked = [notes, tags]
    tables = (
        _E, _H, schema.comments, schema.tombstones, schema.holds, schema.lifted_holds,
        schema.request_items, schema.erasing_left,
    )  # fmt: skip
    asked += [(table.c.interaction_id, true()) for table in tables]
    for column, condition in asked if ids else ():
        query = select(column).where(among(connection, column, list(ids)), condition)
        found.update(connection.execute(query).scalars())
    return frozenset(InteractionId(number) for number in found)


def doomed(connection: Connection, ids: Collection[InteractionId]) -> frozenset[InteractionId]:
    """Return those that lost content, or from which a deletion that was interrupted still deletes.

    What they took in would go as theirs did.
    """
    found: set[int] = set()
    for table in (schema.erasing_left, schema.tombstones) if ids else ():
        column = table.c.interaction_id
        query = select(column).where(among(connection, column, list(ids)))
        found.update(connection.execute(query).scalars())
    return frozenset(map(InteractionId, found))


def marked_segments(connection: Connection, number: InteractionId) -> frozenset[int]:
    """Return the numbers of segments that users evaluated or gave a disposition."""
    found: set[int] = set()
    for table in (_E, _H):
        query = select(table.c.segment_number).where(table.c.interaction_id == number)
        found.update(connection.execute(query.distinct()).scalars())
    return frozenset(found)


def renumber(connection: Connection, number: InteractionId, moved: Mapping[int, int]) -> None:
    """Let what users gave to segments go with them to their new numbers."""
    changed = {former: new for former, new in moved.items() if former != new}
    for table in (_E, _H):
        own = table.c.interaction_id == number
        segment = table.c.segment_number
        for former, new in changed.items():
            # Out of the way first: two segments may change places.
            connection.execute(
                table.update().where(own, segment == former).values(segment_number=-new)
            )
        if changed:
            connection.execute(
                table.update().where(own, segment < 0).values(segment_number=-segment)
            )
