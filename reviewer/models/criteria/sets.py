"""Saved sets of criteria: what is known of one, and which names they may have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, CriteriaSetInvalidError, ReviewerError
from reviewer.models.criteria.tree import Block, Condition, Join, Op

if TYPE_CHECKING:
    from reviewer.models.ids import CriteriaSetId, WallUs
    from reviewer.models.interaction import Channel

MAX_NAME: Final = 200
"""Characters of a name."""
MAX_SETS: Final = 500
"""Sets of one user."""


@dataclass(frozen=True, slots=True)
class SetEntry:
    """What a list of saved sets tells of one.

    Attributes:
        channel: The channel it was saved for; None: all.
        owner: Login of whose it is; `owner_name` as it is shown.
        own: Whether it is the asking user's: others' can be loaded only.
        shared: Whether everybody sees it.
        watched: Whether the asking user watches it.
        changed_us: When its criteria or name were changed last.
        refusal: What loading it would raise; None where it can be loaded.
    """

    id: CriteriaSetId
    name: str
    channel: Channel | None
    owner: str
    owner_name: str
    own: bool
    shared: bool
    watched: bool
    changed_us: WallUs
    refusal: ReviewerError | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """A saved set with its criteria."""

    entry: SetEntry
    criteria: Block


def checked_name(name: str) -> str:
    """Return a name that a set can have, without blanks around it.

    Raises:
        CriteriaSetInvalidError: It is empty, too long, or has characters that nobody can see.
    """
    trimmed = name.strip()
    if not trimmed:
        raise CriteriaSetInvalidError(reason=N_("the name is empty"))
    if len(trimmed) > MAX_NAME:
        raise CriteriaSetInvalidError(reason=N_("the name is longer than 200 characters"))
    if not all(character.isprintable() for character in trimmed):
        raise CriteriaSetInvalidError(reason=N_("the name has characters that cannot be shown"))
    return trimmed


def new_since_yesterday(criteria: Block) -> Block:
    """Return what a watched set newly finds: what came into the store since yesterday began.

    Not what began or ended since: a call of last week that an import brings today is new.
    """
    since = Condition("added", Op.GE, ("yesterday",))
    if criteria.join is Join.AND and not criteria.negated and criteria.enabled:
        return criteria.with_members(*criteria.members, since)
    return Block(members=(criteria, since))
