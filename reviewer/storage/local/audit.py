"""Reading the audit log of a local store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reviewer.crypto.signing import is_signed
from reviewer.errors import N_, NotFoundError, UsageError
from reviewer.models.access import Privilege
from reviewer.models.audit import (
    REPORTED,
    Act,
    Anchor,
    AuditEntry,
    AuditQuery,
    Fault,
    FaultKind,
    Verification,
    anchor_message,
    check_reported,
)
from reviewer.models.progress import NoProgress
from reviewer.storage.catalogue import audit as table
from reviewer.storage.catalogue.visibility import Visibility
from reviewer.storage.local.login import still_user

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.audit import Detail
    from reviewer.models.ids import InteractionId
    from reviewer.models.progress import Progress
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen

_HISTORY: Final = 1_000
_PAGE: Final = 2_000


class LocalAudit:
    """The `Audit` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility
        self._pen = pen

    def report(
        self, act: Act, interaction_id: InteractionId | None = None, detail: Detail | None = None
    ) -> None:
        """Enter what only the user's side knows of; see `Audit.report`."""
        if act not in REPORTED:
            raise UsageError(reason=N_("the store tells that by itself"))
        check_reported(detail or {})
        if interaction_id is None:
            self._pen.record(act, detail=detail)
            return
        with self._core.database.read() as connection:
            giid = self._visibility.giid(connection, interaction_id)
        if giid is None:
            raise NotFoundError(name=str(interaction_id))
        self._pen.record_once(act, interaction_id, giid, detail, same=str(detail))

    def entries(self, query: AuditQuery, *, limit: int = 100) -> tuple[AuditEntry, ...]:
        """Return the newest entries asked for; see `Audit.entries`."""
        self._user.require(Privilege.AUDIT_VIEW)
        with self._core.database.read() as connection:
            found = () if self._hides(connection, query) else table.read(connection, query, limit)
            shown = _shown(connection, found, self._visibility)
        self._pen.record_once(Act.LOG_VIEWED)
        return shown

    def count(self, query: AuditQuery) -> int:
        """Return how many entries are asked for."""
        self._user.require(Privilege.AUDIT_VIEW)
        with self._core.database.read() as connection:
            return 0 if self._hides(connection, query) else table.count(connection, query)

    def history(self, interaction_id: InteractionId) -> tuple[AuditEntry, ...]:
        """Return all that was done to one interaction; see `Audit.history`."""
        with self._core.database.read() as connection:
            if not self._visibility.sees(connection, interaction_id):
                raise NotFoundError(name=str(interaction_id))
            self._user.require(Privilege.AUDIT_VIEW)
            return table.read(connection, AuditQuery(interaction_id=interaction_id), _HISTORY)

    def export(self, *, progress: Progress | None = None) -> Iterator[AuditEntry]:
        """Yield the whole log in its order; see `Audit.export`."""
        self._user.require(Privilege.AUDIT_VIEW)
        self._pen.record(Act.LOG_EXPORTED)
        return self._walk(progress or NoProgress())

    def _walk(self, progress: Progress) -> Iterator[AuditEntry]:
        after = 0
        while True:
            progress.raise_if_cancelled()
            progress.report(after)
            visibility = self._still()
            with self._core.database.read() as connection:
                found = table.walk(connection, after, _PAGE)
                shown = _shown(connection, found, visibility)
            if not found:
                return
            yield from shown
            after = found[-1].number

    def _still(self) -> Visibility:
        """Return what the user may see now: an export goes on for long.

        Raises:
            AccessWithdrawnError, SignedOutError, RefusedError: They may not go on.
        """
        me = self._user
        now = still_user(self._core, me.id, me.login, me.access_version)
        if now is None:
            return self._visibility
        now.require(Privilege.AUDIT_VIEW)
        return Visibility(now)

    def anchor(self) -> Anchor:
        """Return the log's signed end; see `Audit.anchor`."""
        self._user.require(Privilege.AUDIT_VIEW)
        with self._core.database.read() as connection:
            found = table.anchor(connection, self._core.journal.store_id, self._core.journal.public)
        if found is None:
            raise NotFoundError(name="audit")
        return found

    def verify(
        self, against: Anchor | None = None, *, progress: Progress | None = None
    ) -> Verification:
        """Read the whole log and return what is wrong with it; see `Audit.verify`."""
        self._user.require(Privilege.AUDIT_VIEW)
        journal = self._core.journal
        with self._core.database.read() as connection:
            found = table.verify(
                connection, journal.store_id, journal.signed, against, progress or NoProgress()
            )
        if against is None or (
            against.public == journal.public
            and is_signed(anchor_message(against), against.signature, against.public)
        ):
            return found
        fault = Fault(FaultKind.ANCHOR, against.number)
        return replace(found, faults=tuple(dict.fromkeys((*found.faults, fault))))

    def _hides(self, connection: Connection, query: AuditQuery) -> bool:
        """Return whether entries are asked for on an interaction that may not be seen."""
        asked = query.interaction_id
        return asked is not None and not self._visibility.sees(connection, asked)


def _shown(
    connection: Connection, found: Sequence[AuditEntry], visibility: Visibility
) -> tuple[AuditEntry, ...]:
    """Return entries, those on interactions not to be seen without telling which."""
    if visibility.interactions is None:
        # Also of what is not there any more, as what an import took into another.
        return tuple(found)
    numbers = {int(entry.interaction_id) for entry in found if entry.interaction_id}
    seen = visibility.seen(connection, numbers)
    return tuple(
        entry
        if not entry.interaction_id or int(entry.interaction_id) in seen
        else replace(entry, interaction_id=0, giid="", detail={}, hidden=True)
        for entry in found
    )
