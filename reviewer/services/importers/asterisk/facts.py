"""What was found out of one conversation, before it is made into segments. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.ids import WallUs
    from reviewer.models.interaction import TransferKind


class Period(NamedTuple):
    """From when to when, and what it was about: a queue, a number, a room."""

    started_us: WallUs
    ended_us: WallUs
    detail: str = ""

    def overlap_us(self, other: Period) -> int:
        """Return how long both last at once, at least 0."""
        low, high = max(self.started_us, other.started_us), min(self.ended_us, other.ended_us)
        return max(0, high - low)


@dataclass(slots=True)
class Handling:
    """Somebody spoke with the caller, or with another agent about the call.

    Attributes:
        who: Extension (or trunk) of the party that was called.
        talks: When they were connected, in order; at least one.
        rang_us: When their telephone began to ring, if known.
        channels: Uniqueids of their channels.
        agent: Name by the queue log, "" where it says none.
        queue: Queue that sent the call, "" where none did.
        consulted_by: Extension of the agent who asked them; "" for a talk with the caller.
        is_rough: The talk began at some time after what is said here.
    """

    who: str
    talks: list[Period]
    rang_us: WallUs | None = None
    channels: frozenset[str] = frozenset()
    agent: str = ""
    queue: str = ""
    consulted_by: str = ""
    is_rough: bool = False

    @property
    def started_us(self) -> WallUs:
        """When the first talk began."""
        return self.talks[0].started_us

    @property
    def ended_us(self) -> WallUs:
        """When the last talk ended."""
        return self.talks[-1].ended_us

    @property
    def whole(self) -> Period:
        """From the first talk's beginning to the last one's end."""
        return Period(self.started_us, self.ended_us)


class Transfer(NamedTuple):
    """Somebody handed the call on: `target` is the number, "" when unknown."""

    at_us: WallUs
    kind: TransferKind
    by: str
    target: str


@dataclass(slots=True)
class Visit:
    """The caller waited in a queue. `result` is how it ended: `connect`, `abandon`, `exit`, ""."""

    queue: str
    entered_us: WallUs
    left_us: WallUs | None = None
    result: str = ""


@dataclass(slots=True)
class Facts:
    """One conversation in words that CEL, call records and queue log share."""

    started_us: WallUs
    ended_us: WallUs
    answered_us: WallUs | None = None
    number: str = ""
    name: str = ""
    dialled: str = ""
    context: str = ""
    caller: str = ""
    account: str = ""
    userfield: str = ""
    dispositions: list[str] = field(default_factory=list)
    handlings: list[Handling] = field(default_factory=list)
    rings: list[Period] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    holds: list[Period] = field(default_factory=list)
    mutes: list[Period] = field(default_factory=list)
    conferences: list[Period] = field(default_factory=list)
    voicemails: list[Period] = field(default_factory=list)


def union(periods: Iterable[Period]) -> list[Period]:
    """Return the periods without overlaps, in order; what touches becomes one."""
    whole: list[Period] = []
    for period in sorted(periods):
        if whole and period.started_us <= whole[-1].ended_us:
            last = whole[-1]
            whole[-1] = last._replace(ended_us=max(last.ended_us, period.ended_us))
        else:
            whole.append(period)
    return whole


def clip(periods: Iterable[Period], by: Iterable[Period]) -> list[Period]:
    """Return the parts of `periods` that lie inside `by`."""
    return [
        Period(max(p.started_us, b.started_us), min(p.ended_us, b.ended_us), p.detail)
        for b in union(by)
        for p in periods
        if p.overlap_us(b) > 0
    ]


def without(periods: Iterable[Period], taken: Iterable[Period]) -> list[Period]:
    """Return the parts of `periods` that lie outside `taken`."""
    left = list(periods)
    for hole in union(taken):
        rest: list[Period] = []
        for period in left:
            if period.overlap_us(hole) == 0:
                rest.append(period)
                continue
            if period.started_us < hole.started_us:
                rest.append(period._replace(ended_us=hole.started_us))
            if hole.ended_us < period.ended_us:
                rest.append(period._replace(started_us=hole.ended_us))
        left = rest
    return sorted(left)
