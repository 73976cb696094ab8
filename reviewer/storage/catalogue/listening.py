"""Where users stopped listening, in the tables. Imported inside `storage` only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from reviewer.models.ids import WallUs
from reviewer.storage.catalogue import schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reviewer.models.ids import InteractionId, UserId

_T: Final = schema.listening_positions


def load_position(
    connection: Connection, user_id: UserId, interaction_id: InteractionId
) -> WallUs | None:
    """Return the instant that a user heard last, None where nothing is known."""
    statement = select(_T.c.at_us).where(
        _T.c.user_id == user_id, _T.c.interaction_id == interaction_id
    )
    found = connection.execute(statement).scalar()
    return None if found is None else WallUs(found)


def keep_position(
    connection: Connection,
    user_id: UserId,
    interaction_id: InteractionId,
    at_us: WallUs | None,
    now_us: int,
) -> None:
    """Write down the instant that a user heard last, or forget it."""
    connection.execute(
        _T.delete().where(_T.c.user_id == user_id, _T.c.interaction_id == interaction_id)
    )
    if at_us is not None:
        connection.execute(
            _T.insert().values(
                user_id=user_id, interaction_id=interaction_id, at_us=at_us, kept_us=now_us
            )
        )
