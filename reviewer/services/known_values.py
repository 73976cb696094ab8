"""Which names in criteria the store knows: a service that is not there is told, not searched for.

Thread: any.
"""

from __future__ import annotations

import time
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from reviewer.errors import RestrictedCriterionError
from reviewer.models.criteria.catalogue import criterion
from reviewer.models.criteria.check import CheckContext, check, require
from reviewer.models.criteria.printing import print_node
from reviewer.models.criteria.tree import walk
from reviewer.models.folding import fold

if TYPE_CHECKING:
    from reviewer.models.criteria.tree import Block
    from reviewer.models.interaction import Channel
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.store import Session

_LIKE: Final = 20
"""Values that differ in letter case only, at most: dispositions are told apart by it."""
_OFFERED: Final = 3
_COMPARED: Final = 500
"""Values that a misspelt one is compared with, at most."""
_LONGEST: Final = 60
"""Characters of a value that may be a misspelt one."""


def is_known(interactions: Interactions, key: str, value: str) -> bool:
    """Return whether an interaction that the user may see has this value of a criterion.

    What the user may not ask for counts as known: it is refused for another reason.
    """
    exact = criterion(key).exact
    try:
        found = interactions.complete(key, value, limit=_LIKE if exact else 1)
    except RestrictedCriterionError:
        return True
    if exact:
        return any(completion.value == value for completion in found)
    wanted = fold(value.strip())
    return any(fold(completion.value) == wanted for completion in found)


def require_known(session: Session, criteria: Block, channel: Channel | None) -> tuple[str, ...]:
    """Refuse criteria that make no sense in this store; return what else is to be said of them.

    Raises:
        CriteriaInvalidError: As a search does, and for a service that is not known.
        RestrictedCriterionError: A criterion is not offered to the user.
    """
    context = CheckContext(
        zone=session.settings.zone,
        now_us=time.time_ns() // 1_000,
        channel=channel,
        restricted_ok=session.people.me.sees_restricted_criteria,
        features=session.settings.features,
        knows=lambda key, value: is_known(session.interactions, key, value),
        like=lambda key, value: names_like(session.interactions, key, value),
    )
    require(criteria, context)
    nodes = dict(walk(criteria))
    return tuple(
        f"{print_node(nodes[found.path])}: {found.sentence()}"
        for found in check(criteria, context)
        if found.warning
    )


def names_like(interactions: Interactions, key: str, value: str) -> tuple[str, ...]:
    """Return a few values that are there and like one that is not: parts of it, or misspelt."""
    found = interactions.complete(key, value, limit=_OFFERED)
    if found or len(value) > _LONGEST:
        return tuple(completion.value for completion in found)
    names = {fold(one.value): one.value for one in interactions.complete(key, "", limit=_COMPARED)}
    return tuple(names[name] for name in get_close_matches(fold(value), names, n=_OFFERED))
