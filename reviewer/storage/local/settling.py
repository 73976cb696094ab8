"""What was done with the keys and nobody could note any more: killed in between.

The ring is a file of its own: what is done with it is there before the catalogue says so.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from reviewer.errors import StoreBusyError
from reviewer.models.audit import Act, AuditQuery, Event
from reviewer.models.ids import WallUs
from reviewer.models.requests import Guarded
from reviewer.storage.catalogue import audit, founding, requests
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.encryption import is_rolling, keeper_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from reviewer.crypto.ring import KeyRing
    from reviewer.models.audit import AuditEntry
    from reviewer.storage.local.core import Core

_MOST: Final = 1_000
_LOCKS: Final = "ring_locks"
"""Key in `meta` of the locks that the log tells of."""


def keep_locks(connection: Connection, ring: KeyRing) -> None:
    """Note which locks a ring has, in the transaction that enters in the log what was changed."""
    founding.replace_meta(connection, _LOCKS, _told(ring))


def note_locks(core: Core) -> None:
    """Enter in the log what opens the store and was set or taken away unnoted.

    Nobody knows by whom: whoever was killed did it, or a ring was put in the place of this one.

    Args:
        core: The store, encrypted.
    """
    keeper = keeper_of(core)
    with core.database.read() as connection:
        kept = founding.read_meta(connection, _LOCKS)
    if kept == _told(keeper.ring):
        return
    # Who is just changing one is waited for; where that takes long, the next opening looks again.
    with suppress(StoreBusyError), core.database.write() as connection:
        keeper.reload()
        known = json.loads(founding.read_meta(connection, _LOCKS) or "{}")
        now = json.loads(_told(keeper.ring))
        if known.get("ring") == now["ring"]:
            kinds = sorted(dict(known["locks"].items() ^ now["locks"].items()))
            events = [
                Event(
                    WallUs(core.clock()),
                    "",
                    Act.ENCRYPTION_CHANGED,
                    detail={"lock": kind, "found": 1},
                )
                for kind in kinds
            ]
            core.journal.write(connection, events)
        keep_locks(connection, keeper.ring)


def _told(ring: KeyRing) -> str:
    locks = {lock.kind.value: lock.made_us for lock in ring.locks}
    return json.dumps({"ring": ring.ring_id, "locks": locks}, sort_keys=True)


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
