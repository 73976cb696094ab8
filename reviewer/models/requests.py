"""What can be made to need a second person: who asks, who decides, and what is compared.

Values and rules only. The one who asks never decides; whoever decides has the same privilege and
sees all that it is about; what was asked for is fixed, and lapses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_
from reviewer.models.access import Privilege
from reviewer.models.erasure import Loss, Shared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reviewer.models.erasure import RetentionRule, What
    from reviewer.models.ids import WallUs

LAPSE_US: Final = 7 * 24 * 3_600_000_000
"""How long a request waits for a decision."""


class Guarded(StrEnum):
    """What can be made to need a second person. Values are stored: never change one."""

    BULK_DELETION = "bulk-deletion"
    LIFTING_HOLD = "lifting-hold"
    KEY_DESTRUCTION = "key-destruction"
    FEWER_GUARDS = "fewer-guards"
    """Doing one of the others alone again: it needs two wherever one of them does."""

    SHORTER_RETENTION = "shorter-retention"
    """Having rules delete sooner: it needs two where bulk deletion does."""
    DECRYPTION = "decryption"
    """Putting the store into the clear: it needs two where destroying keys does."""
    FRESH_KEYS = "fresh-keys"
    """Writing everything anew under keys of its own: as `DECRYPTION`."""

    @property
    def switch(self) -> Guarded:
        """What the settings say of that this needs two, too."""
        return _SWITCH.get(self, self)

    @property
    def takes(self) -> Privilege:
        """The privilege that both persons need."""
        return _TAKEN[self]


_TAKEN: Final[Mapping[Guarded, Privilege]] = {
    Guarded.BULK_DELETION: Privilege.RECORDS_ERASE,
    Guarded.LIFTING_HOLD: Privilege.RECORDS_HOLD,
    Guarded.KEY_DESTRUCTION: Privilege.ADMIN_ENCRYPTION,
    Guarded.FEWER_GUARDS: Privilege.ADMIN_GRANT,
    Guarded.SHORTER_RETENTION: Privilege.RECORDS_RETENTION,
    Guarded.DECRYPTION: Privilege.ADMIN_ENCRYPTION,
    Guarded.FRESH_KEYS: Privilege.ADMIN_ENCRYPTION,
}
_SWITCH: Final[Mapping[Guarded, Guarded]] = {
    Guarded.SHORTER_RETENTION: Guarded.BULK_DELETION,
    Guarded.DECRYPTION: Guarded.KEY_DESTRUCTION,
    Guarded.FRESH_KEYS: Guarded.KEY_DESTRUCTION,
}
SWITCHED: Final = frozenset({Guarded.BULK_DELETION, Guarded.LIFTING_HOLD, Guarded.KEY_DESTRUCTION})
"""What the centre's settings say of."""
TITLES: Final[Mapping[Guarded, str]] = {
    Guarded.BULK_DELETION: N_("bulk deletion"),
    Guarded.LIFTING_HOLD: N_("lifting a legal hold"),
    Guarded.KEY_DESTRUCTION: N_("destroying keys"),
    Guarded.FEWER_GUARDS: N_("doing without a second person"),
    Guarded.SHORTER_RETENTION: N_("keeping content for a shorter time"),
    Guarded.DECRYPTION: N_("putting the store into the clear"),
    Guarded.FRESH_KEYS: N_("writing the content anew with fresh keys"),
}
"""As message ids."""


@dataclass(frozen=True, slots=True)
class Request:
    """Something that waits for a second person.

    Attributes:
        number: Its own; by, at_us, reason: who asked, when and why.
        what, shared: What is to be deleted, and what becomes of video that others need.
        losses: What would be lost, as it was when it was asked for.
        others: How many others would lose video with them then.
        total: How many interactions it is about.
        fewer: What is not to need a second person any more.
        holds: Digest of each hold that is to be lifted, by interaction: who set it, when and why.
        rules, rules_before: The retention rules that are to be, and those that were then.
        mine: Whether the user of the session asked for it, and so cannot decide.
    """

    number: int
    kind: Guarded
    by: str
    at_us: WallUs
    reason: str
    what: tuple[What, ...] = ()
    shared: Shared = Shared.CUT
    losses: Mapping[What, Loss] = field(default_factory=dict)
    others: int = 0
    total: int = 0
    fewer: tuple[Guarded, ...] = ()
    holds: Mapping[int, str] = field(default_factory=dict)
    rules: tuple[RetentionRule, ...] = ()
    rules_before: tuple[RetentionRule, ...] = ()
    mine: bool = False

    @property
    def lapses_us(self) -> int:
        """When it lapses, microseconds UTC."""
        return self.at_us + LAPSE_US


def is_more(now: Mapping[What, Loss], asked: Mapping[What, Loss]) -> bool:
    """Return whether more would be lost than was asked for, of anything."""
    return any(
        getattr(loss, name) > getattr(asked.get(what, Loss()), name)
        for what, loss in now.items()
        for name in ("interactions", "files", "duration_us", "bytes", "texts")
    )
