"""The queue log: who waited where, who answered, how it ended. Pure; imported by `importer`.

Source: Asterisk's documentation, "Queue Logs"; HOLD and UNHOLD as add-ons write them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.errors import N_, Reason
from reviewer.services.importers.asterisk.clock import uniqueid_us

if TYPE_CHECKING:
    from reviewer.models.ids import WallUs
    from reviewer.services.importers.asterisk.clock import LocalClock

_ROW = re.compile(r"^[\d .:-]{9,30}\|[^|]*\|[^|]*\|[^|]*\|[A-Z_0-9]+\s*(\||$)")


@dataclass(frozen=True, slots=True)
class QueueEvent:
    """One line; `callid` is the uniqueid of the caller's channel."""

    at_us: WallUs
    callid: str
    queue: str
    member: str
    type: str
    data: tuple[str, ...]

    def value(self, index: int) -> str:
        """Return one parameter, "" where there is none."""
        return self.data[index] if index < len(self.data) else ""

    def seconds(self, index: int) -> int | None:
        """Return one parameter as a number, None where it is none."""
        text = self.value(index).strip()
        return int(text) if text.isdigit() and len(text) < 10 else None


def fits(text: str) -> bool:
    """Whether a line looks like one of a queue log."""
    return _ROW.match(text) is not None


def read(text: str, clock: LocalClock) -> QueueEvent | Reason | None:
    """Return the event, what is wrong with the line, or None for what is of no call."""
    fields = [part.strip() for part in text.split("|")]
    if len(fields) < 5:
        return Reason(
            N_("the order of the row's columns is not known (columns: {n})"), n=len(fields)
        )
    callid = "" if fields[1] in ("NONE", "MANAGER", "REALTIME") else fields[1]
    at = clock.instant(fields[0], made_us=uniqueid_us(callid))
    if at is None:
        return Reason(N_("the start “{value}” is not a time"), value=fields[0])
    if not callid:
        return None
    return QueueEvent(
        at_us=at,
        callid=callid,
        queue="" if fields[2] == "NONE" else fields[2],
        member="" if fields[3] == "NONE" else fields[3],
        type=fields[4].upper(),
        data=tuple(fields[5:]),
    )
