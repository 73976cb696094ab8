"""The contract of saved sets of criteria: `session.sets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from reviewer.models.changes import Changes
    from reviewer.models.criteria.sets import CriteriaSet, SetEntry
    from reviewer.models.criteria.tree import Block
    from reviewer.models.ids import CriteriaSetId
    from reviewer.models.interaction import Channel


class CriteriaSets(Protocol):
    """Saved sets of criteria: each user's own, and those that others share, to be loaded only.

    A set may be unfinished (a contradiction, a criterion that another channel has): it is kept
    as it is, and refused when it is searched for.
    """

    def all(self) -> tuple[SetEntry, ...]:
        """Return the user's own sets by name, then those that others share, by name.

        Those that the user could not load are told as well, with the reason.
        """
        ...

    def load(self, set_id: CriteriaSetId) -> CriteriaSet:
        """Return a set with its criteria, all of them or none.

        Raises:
            CriteriaSetNotFoundError: It is not there, or not to be seen.
            RestrictedCriterionError: One of its criteria is not offered to the user.
            CriteriaUnreadableError: It was saved by a newer version.
        """
        ...

    def add(self, name: str, channel: Channel | None, criteria: Block) -> tuple[SetEntry, Changes]:
        """Save a new set of the user's, not shared; `channel` None: for all.

        Raises:
            CriteriaSetTakenError: The user has a set of that name, whatever its letter case.
            CriteriaSetInvalidError: The name cannot be used, or there are too many sets.
            CriteriaInvalidError: A condition could never make sense.
            RestrictedCriterionError: A criterion is not offered to the user.
        """
        ...

    def overwrite(
        self, set_id: CriteriaSetId, channel: Channel | None, criteria: Block
    ) -> tuple[SetEntry, Changes]:
        """Give an own set other criteria.

        Raises:
            CriteriaSetNotFoundError, CriteriaInvalidError, RestrictedCriterionError.
            CriteriaSetForeignError: It belongs to somebody else.
            RefusedError: It is shared, and the user lacks `sets.share`.
        """
        ...

    def rename(self, set_id: CriteriaSetId, name: str) -> tuple[SetEntry, Changes]:
        """Give an own set another name. Raises as `add` does for the name, and as `overwrite`."""
        ...

    def share(self, set_id: CriteriaSetId, *, shared: bool) -> tuple[SetEntry, Changes]:
        """Show an own set to everybody, which takes `sets.share`, or to its owner only.

        Raises:
            CriteriaSetNotFoundError, CriteriaSetForeignError, RefusedError.
        """
        ...

    def watch(self, set_id: CriteriaSetId, *, watched: bool) -> tuple[SetEntry, Changes]:
        """Watch a set that the user can load, or not any more; each user for themselves.

        Raises as `load`.
        """
        ...

    def remove(self, set_id: CriteriaSetId) -> Changes:
        """Take an own set away; it can be restored for a day. Raises as `overwrite`."""
        ...

    def restore(self, set_id: CriteriaSetId) -> tuple[SetEntry, Changes]:
        """Bring a set of the user's back as it was when it was removed.

        Raises:
            CriteriaSetNotFoundError: It is gone for good.
            CriteriaSetTakenError: Its name is taken by now.
        """
        ...
