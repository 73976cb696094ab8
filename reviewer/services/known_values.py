"""Which names in criteria the store knows: a service that is not there is told, not searched for.

Thread: any.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from reviewer.errors import RestrictedCriterionError
from reviewer.messages import tr
from reviewer.models.criteria.catalogue import criterion
from reviewer.models.criteria.check import CheckContext, check, require
from reviewer.models.criteria.printing import print_node
from reviewer.models.criteria.tree import Block, Condition, walk
from reviewer.models.folding import fold

if TYPE_CHECKING:
    from reviewer.models.criteria.tree import Node
    from reviewer.models.interaction import Channel
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.store import Session

_LIKE: Final = 20
"""Values that differ in letter case only, at most: dispositions are told apart by it."""
_OFFERED: Final = 3


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
    )
    require(criteria, context)
    nodes = dict(walk(criteria))
    warnings = (problem for problem in check(criteria, context) if problem.warning)
    return tuple(
        f"{print_node(node)}: {found.sentence()}{_like(session.interactions, node)}"
        for found, node in ((found, nodes[found.path]) for found in warnings)
    )


def _like(interactions: Interactions, node: Node) -> str:
    """Return values that are there, and like those of a condition that are not."""
    if not isinstance(node, Condition):
        return ""
    asked = map(str, node.values)
    values = [value for value in asked if not is_known(interactions, node.key, value)]
    found = [interactions.complete(node.key, value, limit=_OFFERED) for value in values]
    names = [one.value for each in found for one in each]
    return "; " + tr("there is: {names}", names=", ".join(names)) if names else ""
