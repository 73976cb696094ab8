"""One message of an email: whether it is what the asker took it for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import N_, NotFoundError, UsageError
from reviewer.models.ids import InteractionId
from reviewer.models.letters import can_go_alone, letters_of
from reviewer.storage.catalogue.reader import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from reviewer.models.letters import Letter


def require_letter(connection: Connection, ids: Sequence[int], letter: Letter | None) -> None:
    """Refuse a message that is not, or no longer, the email's.

    Raises:
        NotFoundError: It is not there, or another came in its place.
        UsageError: Several interactions are meant, or it is not known what belongs to it.
    """
    if letter is None or not ids:
        return
    if len(ids) > 1:
        raise UsageError(reason=N_("one message is of one email"))
    email = load(connection, InteractionId(ids[0]))
    if email is None or letter not in letters_of(email):
        raise NotFoundError(name=str(letter.number + 1))
    if not can_go_alone(email, letter):
        raise UsageError(
            reason=N_("it is not known which file belongs to which message: only all can go")
        )
