"""Other interactions of the same customer: by number, address or account, of any channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.models.folding import fold_address
from reviewer.models.interaction import Channel, Direction
from reviewer.models.search import Search

if TYPE_CHECKING:
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Cancellation
    from reviewer.models.search import InteractionRow
    from reviewer.storage.store import Session

MOST: Final = 50
"""So many are listed, the newest; more are found by searching."""
_NATIONAL: Final = 10
"""Digits of a number without its country: +7 916..., 8 916... and 916... are one customer."""


def customer_address(interaction: Interaction) -> str:
    """Return the number or address of the customer, "" where there is none of the outside."""
    if interaction.channel is not Channel.VOICE:
        inbound = interaction.direction is not Direction.OUTBOUND
        return interaction.from_address if inbound else interaction.to_address
    match interaction.direction:
        case Direction.INBOUND:
            return interaction.from_address
        case Direction.OUTBOUND:
            return interaction.to_address
        case _:
            return ""


def same_customer(interaction: Interaction) -> Block:
    """Return criteria for the customer's interactions; without members: nothing is known."""
    members: list[Condition] = []
    address = customer_address(interaction)
    key = fold_address(address)
    if key:
        long = key.isdigit() and len(key) >= _NATIONAL
        op, value = (Op.ENDS, key[-_NATIONAL:]) if long else (Op.IS, address)
        members += [Condition(field, op, (value,)) for field in ("from", "to")]
    if interaction.account_number:
        members.append(Condition("account", Op.IS, (interaction.account_number,)))
    return Block(Join.OR, tuple(members))


def related(
    session: Session,
    interaction: Interaction,
    *,
    limit: int = MOST,
    cancel: Cancellation | None = None,
) -> tuple[InteractionRow, ...]:
    """Return other interactions of the same customer that the user may see, newest first.

    Raises:
        CancelledError: `cancel` was used meanwhile.

    Thread: any.
    """
    criteria = same_customer(interaction)
    if not criteria.members:
        return ()
    rows = session.interactions.search(Search(criteria), limit=limit + 1, cancel=cancel)
    return tuple(row for row in rows if row.id != interaction.id)[:limit]
