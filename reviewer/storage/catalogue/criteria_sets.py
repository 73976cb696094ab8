"""Saved criteria sets in the tables. Imported inside `storage` only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, exists, func, or_, select

from reviewer.errors import N_, CriteriaUnreadableError
from reviewer.models.criteria.codec import from_json, to_json
from reviewer.models.folding import fold
from reviewer.models.ids import CriteriaSetId, UserId, WallUs
from reviewer.storage.catalogue import codes, schema

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

    from reviewer.models.criteria.tree import Block
    from reviewer.models.interaction import Channel

_C: Final = schema.criteria_sets
_W: Final = schema.criteria_set_watchers
_U: Final = schema.users


@dataclass(frozen=True, slots=True)
class Stored:
    """A row of the table, with its owner; `watched` by the user it was read for."""

    id: CriteriaSetId
    owner_id: UserId
    owner: str
    owner_name: str
    name: str
    channel: Channel | None
    text: str
    shared: bool
    watched: bool
    changed_us: WallUs

    def criteria(self) -> Block:
        """Return its criteria.

        Raises:
            CriteriaUnreadableError: They were written by a newer version, or are damaged.
        """
        try:
            return from_json(json.loads(self.text))
        except (ValueError, RecursionError):
            raise CriteriaUnreadableError(
                position=0, reason=N_("this is no set of criteria")
            ) from None


def visible(connection: Connection, user: UserId) -> tuple[Stored, ...]:
    """Return the user's own sets by name, then those that others share, by name."""
    seen = or_(_C.c.owner_id == user, _C.c.shared == 1)
    own_first = case((_C.c.owner_id == user, 0), else_=1)
    return _load(connection, user, seen, own_first, _C.c.name_fold, _C.c.id)


def find(connection: Connection, user: UserId, set_id: int) -> Stored | None:
    """Return a set that the user may see; None for none."""
    seen = and_(_C.c.id == set_id, or_(_C.c.owner_id == user, _C.c.shared == 1))
    return next(iter(_load(connection, user, seen)), None)


def find_removed(connection: Connection, user: UserId, set_id: int) -> Stored | None:
    """Return a set of the user's that was removed and is still to be had."""
    removed = and_(_C.c.id == set_id, _C.c.owner_id == user, _C.c.removed_us > 0)
    rows = connection.execute(_statement(user).where(removed)).all()
    return _stored(rows[0]) if rows else None


def is_taken(connection: Connection, user: UserId, name: str, *, but: int = 0) -> bool:
    """Return whether the user has another set of that name, whatever its letter case."""
    found = select(_C.c.id).where(
        _C.c.owner_id == user,
        _C.c.name_fold == fold(name),
        _C.c.removed_us == 0,
        _C.c.id != but,
    )
    return connection.execute(found).first() is not None


def number_of(connection: Connection, user: UserId) -> int:
    """Return how many sets a user has."""
    statement = select(func.count()).where(_C.c.owner_id == user, _C.c.removed_us == 0)
    return int(connection.execute(statement).scalar_one())


def insert(
    connection: Connection,
    user: UserId,
    name: str,
    channel: Channel | None,
    criteria: Block,
    now_us: int,
) -> CriteriaSetId:
    """Enter a new set; return its id."""
    values = {
        "owner_id": user,
        "name": name,
        "name_fold": fold(name),
        "removed_us": 0,
        **_content(channel, criteria, now_us),
    }
    key = connection.execute(_C.insert().values(**values)).inserted_primary_key
    return CriteriaSetId(int(key[0]) if key is not None else 0)


def overwrite(
    connection: Connection,
    set_id: int,
    channel: Channel | None,
    criteria: Block,
    now_us: int,
) -> None:
    """Give a set other criteria."""
    _update(connection, set_id, **_content(channel, criteria, now_us))


def rename(connection: Connection, set_id: int, name: str, now_us: int) -> None:
    """Give a set another name."""
    _update(connection, set_id, name=name, name_fold=fold(name), changed_us=now_us)


def share(connection: Connection, set_id: int, *, shared: bool) -> None:
    """Show a set to everybody or to its owner only; others do not watch what they cannot see."""
    _update(connection, set_id, shared=int(shared))
    if not shared:
        owner = select(_C.c.owner_id).where(_C.c.id == set_id).scalar_subquery()
        connection.execute(_W.delete().where(_W.c.set_id == set_id, _W.c.user_id != owner))


def watch(connection: Connection, user: UserId, set_id: int, *, watched: bool) -> None:
    """Let a user watch a set, or not any more."""
    connection.execute(_W.delete().where(_W.c.set_id == set_id, _W.c.user_id == user))
    if watched:
        connection.execute(_W.insert().values(set_id=set_id, user_id=user))


def remove(connection: Connection, set_id: int, now_us: int, kept_us: int) -> None:
    """Take a set away; it can be brought back for `kept_us`. Older ones go for good."""
    _update(connection, set_id, removed_us=now_us)
    connection.execute(_C.delete().where(_C.c.removed_us > 0, _C.c.removed_us < now_us - kept_us))


def restore(connection: Connection, set_id: int) -> None:
    """Bring a removed set back."""
    _update(connection, set_id, removed_us=0)


def _content(channel: Channel | None, criteria: Block, now_us: int) -> dict[str, object]:
    return {
        "channel": codes.CHANNELS.code_or_none(channel),
        "criteria": json.dumps(to_json(criteria), ensure_ascii=False, separators=(",", ":")),
        "changed_us": now_us,
    }


def _update(connection: Connection, set_id: int, **values: object) -> None:
    connection.execute(_C.update().where(_C.c.id == set_id).values(**values))


def _statement(user: UserId) -> Any:
    watched = exists(1).where(_W.c.set_id == _C.c.id, _W.c.user_id == user).correlate(_C)
    return select(
        _C,
        _U.c.login,
        _U.c.display_name,
        case((watched, 1), else_=0).label("watched"),
    ).join_from(_C, _U, _U.c.id == _C.c.owner_id)


def _load(
    connection: Connection, user: UserId, where: ColumnElement[bool], *order: ColumnElement[Any]
) -> tuple[Stored, ...]:
    rows = connection.execute(_statement(user).where(where, _C.c.removed_us == 0).order_by(*order))
    return tuple(_stored(row) for row in rows)


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        id=CriteriaSetId(row.id),
        owner_id=UserId(row.owner_id),
        owner=row.login,
        owner_name=row.display_name or row.login,
        name=row.name,
        channel=codes.CHANNELS.member_or_none(row.channel),
        text=row.criteria,
        shared=row.shared == 1,
        watched=row.watched == 1,
        changed_us=WallUs(row.changed_us),
    )
