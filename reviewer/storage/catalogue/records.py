"""Tags, notes and dispositions that users give, in the tables. Imported inside `storage` only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from reviewer.models.folding import fold
from reviewer.models.ids import InteractionId, NoteId, WallUs
from reviewer.models.interaction import Note
from reviewer.models.remarks import DispositionChange
from reviewer.storage.catalogue import codes, schema, tellings
from reviewer.storage.catalogue.merge import ByHand
from reviewer.storage.catalogue.names import Names
from reviewer.storage.catalogue.reader import read_json

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from reviewer.models.access import User

_I: Final = schema.interactions
_S: Final = schema.segments
_D: Final = schema.dispositions
_H: Final = schema.disposition_changes
_L: Final = schema.interaction_labels
_P: Final = schema.service_dispositions


def touch(connection: Connection, interaction_id: InteractionId, now_us: int) -> None:
    """Say that an interaction was changed: an import that is under way looks at it again."""
    connection.execute(
        _I.update().where(_I.c.id == interaction_id).values(changed_us=now_us)
    )  # fmt: skip


# --- tags --------------------------------------------------------------------------------------


def load_tags(connection: Connection, interaction_id: InteractionId) -> tuple[str, ...]:
    """Return the tags of an interaction."""
    text = connection.execute(select(_I.c.tags).where(_I.c.id == interaction_id)).scalar_one()
    return tuple(read_json(text))


def replace_tags(
    connection: Connection, interaction_id: InteractionId, tags: Sequence[str], now_us: int
) -> None:
    """Replace the tags of an interaction, in its row and in the search index."""
    text = json.dumps(tags, ensure_ascii=False, separators=(",", ":")) if tags else ""
    connection.execute(
        _I.update()
        .where(_I.c.id == interaction_id)
        .values(tags=text, tags_by_hand=1, changed_us=now_us)
    )
    connection.execute(
        _L.delete().where(_L.c.interaction_id == interaction_id, _L.c.kind == codes.LABEL_TAG)
    )
    rows = [
        {"kind": codes.LABEL_TAG, "value_fold": fold(tag), "interaction_id": interaction_id}
        for tag in tags
    ]
    if rows:
        connection.execute(_L.insert(), rows)


# --- notes -------------------------------------------------------------------------------------


def insert_note(
    connection: Connection,
    interaction_id: InteractionId,
    author: User,
    text: str,
    segment_number: int | None,
    now_us: int,
) -> Note:
    """Enter a reviewer's note."""
    name = author.display_name or author.login
    result = connection.execute(
        schema.notes.insert().values(
            interaction_id=interaction_id,
            author=name,
            at_us=now_us,
            text=text,
            segment_number=segment_number,
            by_reviewer=1,
        )
    )
    key = result.inserted_primary_key
    number = NoteId(int(key[0]) if key is not None else 0)
    touch(connection, interaction_id, now_us)
    return Note(name, WallUs(now_us), text, segment_number, by_reviewer=True, id=number)


# --- dispositions ------------------------------------------------------------------------------


def enter_service_dispositions(connection: Connection, pairs: Collection[tuple[int, int]]) -> None:
    """Put dispositions on the lists of their services, where they are not yet."""
    wanted = set(pairs)
    services = sorted({service for service, _ in wanted})
    known = connection.execute(select(_P).where(_P.c.service_id.in_(services)))
    fresh = wanted - {(row.service_id, row.disposition_id) for row in known}
    if fresh:
        connection.execute(
            _P.insert(),
            [{"service_id": service, "disposition_id": one} for service, one in sorted(fresh)],
        )


def has_segment(connection: Connection, interaction_id: InteractionId, number: int) -> bool:
    """Return whether the interaction has a segment of that number."""
    statement = select(_S.c.id).where(_S.c.interaction_id == interaction_id, _S.c.number == number)
    return connection.execute(statement).first() is not None


def dispositions_of(
    connection: Connection, interaction_id: InteractionId, number: int
) -> tuple[str, ...]:
    """Return the list of the service that a segment belonged to, by name."""
    statement = (
        select(_D.c.name)
        .join_from(_S, _P, _P.c.service_id == _S.c.service_id)
        .join(_D, _D.c.id == _P.c.disposition_id)
        .where(_S.c.interaction_id == interaction_id, _S.c.number == number)
        .order_by(_D.c.name_fold, _D.c.name)
    )
    return tuple(connection.execute(statement).scalars())


def change_disposition(
    connection: Connection,
    interaction_id: InteractionId,
    number: int,
    name: str,
    by: User,
    reason: str,
    now_us: int,
) -> bool:
    """Give a segment another disposition and write its history; False where it has it already."""
    former = connection.execute(
        select(_S.c.disposition_id).where(
            _S.c.interaction_id == interaction_id, _S.c.number == number
        )
    ).scalar_one()
    fresh = Names(connection).disposition(name)
    if fresh == former:
        return False
    connection.execute(
        _S.update()
        .where(_S.c.interaction_id == interaction_id, _S.c.number == number)
        .values(disposition_id=fresh)
    )
    last = connection.execute(
        select(func.max(_S.c.number)).where(_S.c.interaction_id == interaction_id)
    ).scalar_one()
    if last == number:
        connection.execute(
            _I.update().where(_I.c.id == interaction_id).values(disposition_id=fresh)
        )
    touch(connection, interaction_id, now_us)
    connection.execute(
        _H.insert().values(
            interaction_id=interaction_id,
            segment_number=number,
            former_id=former,
            fresh_id=fresh,
            user_id=by.id,
            at_us=now_us,
            reason=reason,
        )
    )
    return True


def disposition_history(
    connection: Connection, interaction_id: InteractionId
) -> tuple[DispositionChange, ...]:
    """Return all changes of dispositions, the latest first."""
    former, fresh = _D.alias("former"), _D.alias("fresh")
    users = schema.users
    statement = (
        select(
            _H,
            former.c.name.label("former_name"),
            fresh.c.name.label("fresh_name"),
            users.c.login,
            users.c.display_name,
        )
        .select_from(
            _H.outerjoin(former, former.c.id == _H.c.former_id)
            .outerjoin(fresh, fresh.c.id == _H.c.fresh_id)
            .join(users, users.c.id == _H.c.user_id)
        )
        .where(_H.c.interaction_id == interaction_id)
        .order_by(_H.c.at_us.desc(), _H.c.id.desc())
    )
    return tuple(
        DispositionChange(
            segment_number=row.segment_number,
            former=row.former_name or "",
            fresh=row.fresh_name or "",
            by=row.display_name or row.login,
            at_us=WallUs(row.at_us),
            reason=row.reason,
        )
        for row in connection.execute(statement)
    )


def by_hand(connection: Connection, interaction_id: InteractionId) -> ByHand:
    """Return what users gave an interaction, which an import leaves alone."""
    rows = connection.execute(
        select(_H.c.segment_number, _D.c.name)
        .select_from(_H.outerjoin(_D, _D.c.id == _H.c.fresh_id))
        .where(_H.c.interaction_id == interaction_id)
        .order_by(_H.c.at_us, _H.c.id)
    )
    dispositions = {row.segment_number: row.name or "" for row in rows}
    tags = connection.execute(select(_I.c.tags_by_hand).where(_I.c.id == interaction_id)).scalar()
    marked = tellings.marked_segments(connection, interaction_id)
    return ByHand(dispositions, bool(tags), marked)
