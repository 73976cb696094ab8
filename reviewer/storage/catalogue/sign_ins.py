"""Where users are signed in, in the tables. Imported inside `storage` only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from reviewer.models.access import SignIn
from reviewer.models.ids import WallUs
from reviewer.storage.catalogue import schema

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

_S: Final = schema.sign_ins


def enter(
    connection: Connection, number: int, user_id: int, origin: str, process: int, now_us: int
) -> None:
    """Enter that a user is signed in somewhere, under a number that never was another's."""
    connection.execute(
        _S.insert().values(
            id=number,
            user_id=user_id,
            origin=origin,
            process=process,
            began_us=now_us,
            seen_us=now_us,
        )
    )


def touch(connection: Connection, number: int, now_us: int) -> None:
    """Note that something was done there."""
    connection.execute(_S.update().where(_S.c.id == number).values(seen_us=now_us))


def is_there(connection: Connection, number: int) -> bool:
    """Return whether somebody is still signed in there."""
    return connection.execute(select(_S.c.id).where(_S.c.id == number)).first() is not None


def load(connection: Connection, user_id: int | None, here: Collection[int]) -> tuple[SignIn, ...]:
    """Return where a user is signed in, None: everybody; what was used last first."""
    users = schema.users
    statement = (
        select(_S, users.c.login)
        .join_from(_S, users, users.c.id == _S.c.user_id)
        .order_by(_S.c.seen_us.desc(), _S.c.id.desc())
    )
    if user_id is not None:
        statement = statement.where(_S.c.user_id == user_id)
    return tuple(
        SignIn(
            row.id,
            row.login,
            row.origin,
            WallUs(row.began_us),
            WallUs(row.seen_us),
            is_here=row.id in here,
        )
        for row in connection.execute(statement)
    )


def of_program(connection: Connection, ending: str) -> list[tuple[int, int]]:
    """Return number and process of those whose origin ends so."""
    rows = connection.execute(select(_S.c.id, _S.c.process, _S.c.origin))
    return [(row.id, row.process) for row in rows if row.origin.endswith(ending)]


def remove(connection: Connection, numbers: Collection[int]) -> None:
    """Sign out where these are."""
    if numbers:
        connection.execute(_S.delete().where(_S.c.id.in_(list(numbers))))


def remove_of(connection: Connection, user_id: int, *, but: int = 0) -> int:
    """Sign a user out everywhere but in one place; return in how many."""
    return connection.execute(_S.delete().where(_S.c.user_id == user_id, _S.c.id != but)).rowcount


def remove_unused(connection: Connection, before_us: int) -> None:
    """Forget those that nothing was heard of since an instant."""
    connection.execute(_S.delete().where(_S.c.seen_us < before_us))
