"""Saved criteria sets of a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    CriteriaSetForeignError,
    CriteriaSetInvalidError,
    CriteriaSetNotFoundError,
    CriteriaSetTakenError,
    ReviewerError,
)
from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.criteria.check import require_offered, require_sound
from reviewer.models.criteria.sets import MAX_SETS, CriteriaSet, SetEntry, checked_name
from reviewer.storage.catalogue import criteria_sets as table
from reviewer.storage.local.clock import now_us

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.audit import Detail
    from reviewer.models.criteria.tree import Block
    from reviewer.models.ids import CriteriaSetId
    from reviewer.models.interaction import Channel
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen

_KEPT_US: Final = 24 * 3_600 * 1_000_000
"""How long a removed set can be brought back."""
_CHANGED: Final = Changes(criteria_sets=True)


class LocalCriteriaSets:
    """The `CriteriaSets` of one user of a local store."""

    def __init__(self, core: Core, user: User, pen: Pen) -> None:
        self._core = core
        self._pen = pen
        self._user = user

    def all(self) -> tuple[SetEntry, ...]:
        """Return own sets, then those shared by others; see `CriteriaSets.all`."""
        with self._core.database.read() as connection:
            return tuple(map(self._entry, table.visible(connection, self._user.id)))

    def load(self, set_id: CriteriaSetId) -> CriteriaSet:
        """Return a set with its criteria; see `CriteriaSets.load`."""
        with self._core.database.read() as connection:
            stored = self._seen(connection, set_id)
        return CriteriaSet(self._entry(stored), self._criteria(stored))

    def add(self, name: str, channel: Channel | None, criteria: Block) -> tuple[SetEntry, Changes]:
        """Save a new set; see `CriteriaSets.add`."""
        name = checked_name(name)
        require_sound(criteria, restricted_ok=self._user.sees_restricted_criteria)
        with self._core.database.write() as connection:
            self._must_be_free(connection, name)
            if table.number_of(connection, self._user.id) >= MAX_SETS:
                raise CriteriaSetInvalidError(reason=N_("there are 500 sets already"))
            set_id = table.insert(
                connection, self._user.id, name, channel, criteria, self._core.clock()
            )
            return self._entry(self._seen(connection, set_id)), _CHANGED

    def overwrite(
        self, set_id: CriteriaSetId, channel: Channel | None, criteria: Block
    ) -> tuple[SetEntry, Changes]:
        """Give an own set other criteria; see `CriteriaSets.overwrite`."""
        require_sound(criteria, restricted_ok=self._user.sees_restricted_criteria)
        with self._core.database.write() as connection:
            self._own(connection, set_id)
            table.overwrite(connection, set_id, channel, criteria, now_us())
            self._tell_of_shared(connection, set_id)
            return self._entry(self._seen(connection, set_id)), _CHANGED

    def rename(self, set_id: CriteriaSetId, name: str) -> tuple[SetEntry, Changes]:
        """Give an own set another name; see `CriteriaSets.rename`."""
        name = checked_name(name)
        with self._core.database.write() as connection:
            self._own(connection, set_id)
            self._must_be_free(connection, name, but=set_id)
            table.rename(connection, set_id, name, now_us())
            self._tell_of_shared(connection, set_id)
            return self._entry(self._seen(connection, set_id)), _CHANGED

    def share(self, set_id: CriteriaSetId, *, shared: bool) -> tuple[SetEntry, Changes]:
        """Show an own set to everybody, or not any more; see `CriteriaSets.share`."""
        with self._core.database.write() as connection:
            self._own(connection, set_id, published=shared)
            table.share(connection, set_id, shared=shared)
            told: Detail = {"set": int(set_id), "shared": int(shared)}
            self._pen.write(connection, Act.SET_SHARED, detail=told)
            return self._entry(self._seen(connection, set_id)), _CHANGED

    def watch(self, set_id: CriteriaSetId, *, watched: bool) -> tuple[SetEntry, Changes]:
        """Watch a set, or not any more; see `CriteriaSets.watch`."""
        with self._core.database.write() as connection:
            stored = self._seen(connection, set_id)
            if watched:
                self._criteria(stored)
            table.watch(connection, self._user.id, set_id, watched=watched)
            return self._entry(self._seen(connection, set_id)), _CHANGED

    def remove(self, set_id: CriteriaSetId) -> Changes:
        """Take an own set away; see `CriteriaSets.remove`."""
        with self._core.database.write() as connection:
            self._own(connection, set_id, published=False)
            table.remove(connection, set_id, now_us(), _KEPT_US)
            self._pen.write(connection, Act.SET_DELETED, detail={"set": int(set_id)})
        return _CHANGED

    def restore(self, set_id: CriteriaSetId) -> tuple[SetEntry, Changes]:
        """Bring a removed set back; see `CriteriaSets.restore`."""
        with self._core.database.write() as connection:
            stored = table.find_removed(connection, self._user.id, set_id)
            if stored is None:
                raise CriteriaSetNotFoundError(name=str(set_id))
            self._must_be_free(connection, stored.name)
            table.restore(connection, set_id)
            return self._entry(self._seen(connection, set_id)), _CHANGED

    # --- private

    def _seen(self, connection: Connection, set_id: CriteriaSetId) -> table.Stored:
        stored = table.find(connection, self._user.id, set_id)
        if stored is None:
            raise CriteriaSetNotFoundError(name=str(set_id))
        return stored

    def _own(
        self, connection: Connection, set_id: CriteriaSetId, *, published: bool | None = None
    ) -> None:
        """Refuse to change what is somebody else's, or what others see without the privilege.

        Args:
            connection: To read with.
            set_id: Which.
            published: Whether others see the outcome; None: if they see it now.
        """
        stored = self._seen(connection, set_id)
        if stored.owner_id != self._user.id:
            raise CriteriaSetForeignError(name=stored.name, owner=stored.owner_name)
        if stored.shared if published is None else published:
            self._user.require(Privilege.SETS_SHARE)

    def _tell_of_shared(self, connection: Connection, set_id: CriteriaSetId) -> None:
        """Enter that what others see was changed; one's own sets are one's own matter."""
        if self._seen(connection, set_id).shared:
            self._pen.write(connection, Act.SET_CHANGED, detail={"set": int(set_id)})

    def _must_be_free(self, connection: Connection, name: str, *, but: int = 0) -> None:
        if table.is_taken(connection, self._user.id, name, but=but):
            raise CriteriaSetTakenError(name=name)

    def _criteria(self, stored: table.Stored) -> Block:
        criteria = stored.criteria()
        require_offered(criteria, restricted_ok=self._user.sees_restricted_criteria)
        return criteria

    def _entry(self, stored: table.Stored) -> SetEntry:
        refusal: ReviewerError | None = None
        try:
            self._criteria(stored)
        except ReviewerError as error:
            refusal = error
        return SetEntry(
            id=stored.id,
            name=stored.name,
            channel=stored.channel,
            owner=stored.owner,
            owner_name=stored.owner_name,
            own=stored.owner_id == self._user.id,
            shared=stored.shared,
            watched=stored.watched,
            changed_us=stored.changed_us,
            refusal=refusal,
        )
