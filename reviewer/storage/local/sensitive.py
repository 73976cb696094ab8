"""What does not just open: users whose role asks for it say why first, and the log has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import ReasonNeededError
from reviewer.models.ids import InteractionId
from reviewer.storage.catalogue import founding
from reviewer.storage.catalogue.reader import load

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.interaction import Interaction
    from reviewer.storage.local.journal import Pen


def require_reason(connection: Connection, user: User, pen: Pen, interaction: Interaction) -> None:
    """Refuse what is sensitive before the session's user has said why.

    Raises:
        ReasonNeededError: They have not.
    """
    if not user.asks_reason or interaction.id in pen.reasons:
        return
    if founding.read_settings(connection).is_sensitive(interaction):
        raise ReasonNeededError


def require_reason_for(
    connection: Connection, user: User, pen: Pen, interaction_id: InteractionId
) -> None:
    """Refuse as `require_reason` an interaction that was not read yet."""
    if user.asks_reason and interaction_id not in pen.reasons:
        interaction = load(connection, interaction_id)
        if interaction is not None:
            require_reason(connection, user, pen, interaction)


def opened_freely(connection: Connection, user: User, pen: Pen, ids: Collection[int]) -> list[int]:
    """Return those of some interactions of which nothing has to be said first."""
    if not user.asks_reason:
        return list(ids)
    settings = founding.read_settings(connection)
    if not settings.sensitive_services and not settings.sensitive_tags:
        return list(ids)
    free = []
    for number in ids:
        interaction = load(connection, InteractionId(number))
        if interaction is not None and (
            number in pen.reasons or not settings.is_sensitive(interaction)
        ):
            free.append(number)
    return free
