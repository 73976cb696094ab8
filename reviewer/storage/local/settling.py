"""What two persons had done with the keys, and nobody could note any more: killed in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.models.audit import Act, AuditQuery, Event
from reviewer.models.ids import WallUs
from reviewer.models.requests import Guarded
from reviewer.storage.catalogue import audit, requests
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.encryption import is_rolling, keeper_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from reviewer.models.audit import AuditEntry
    from reviewer.storage.local.core import Core

_MOST: Final = 1_000


def note_done(core: Core) -> None:
    """Note as agreed to those destructions of keys that came to their end, as the log says.

    Else the same request would let somebody destroy keys once more. What was not ended waits for
    somebody to agree again. Putting a store into the clear needs no note: no request outlives the
    keys that it is about.

    Args:
        core: The store, encrypted.
    """
    if is_rolling(keeper_of(core).ring):
        return
    with core.database.read() as connection:
        if not any(_done(connection)):
            return
    with core.database.write() as connection:
        for entry in list(_done(connection)):
            number, by = entry.detail["request"], str(entry.detail["approved_by"])
            requests.decide(connection, int(str(number)), requests.APPROVED, by, now_us())
            told = {
                "request": number,
                "asked": Guarded.KEY_DESTRUCTION.value,
                "asked_by": entry.detail["asked_by"],
            }
            event = Event(
                WallUs(core.clock()), by, Act.REQUEST_APPROVED, detail=told, origin=entry.origin
            )
            core.journal.write(connection, [event])


def _done(connection: Connection) -> Iterator[AuditEntry]:
    """Give the entries of destructions that were asked for and not noted as agreed to."""
    waiting = {
        one.number
        for one in requests.waiting(connection, "", now_us())
        if one.kind is Guarded.KEY_DESTRUCTION
    }
    if not waiting:
        return
    for entry in audit.read(connection, AuditQuery(acts=(Act.KEYS_ROLLED.value,)), _MOST):
        if entry.detail.get("request") in waiting:
            waiting.remove(int(str(entry.detail["request"])))
            yield entry
