"""Adds to the facts of a conversation what the queue log says of it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.ids import US_PER_MS, US_PER_S, WallUs
from reviewer.models.interaction import TransferKind
from reviewer.services.importers.asterisk.channels import extension_of
from reviewer.services.importers.asterisk.facts import Facts, Handling, Period, Transfer, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.services.importers.asterisk.queue_log import QueueEvent

_SLACK_US = 2 * US_PER_S
"""The log counts whole seconds, cut down; what it tells of may lie this far from it."""
_LEFT = frozenset(
    {"EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY", "JOINEMPTY", "LEAVEEMPTY", "FULL"}
)
_WAITED = {"CONNECT": 0, "EXITWITHKEY": 3}
"""Which parameter says how long the caller waited, where it is not the third."""
_COMPLETED = frozenset({"COMPLETEAGENT", "COMPLETECALLER", "AGENTDUMP"})
_TRANSFERS = {
    "TRANSFER": TransferKind.BLIND,
    "BLINDTRANSFER": TransferKind.BLIND,
    "ATTENDEDTRANSFER": TransferKind.ATTENDED,
}


def facts_of(events: Sequence[QueueEvent]) -> Facts:
    """Return what a queue log alone tells; `events` in order of time, at least one."""
    facts = Facts(events[0].at_us, events[-1].at_us)
    enter = next((event for event in events if event.type == "ENTERQUEUE"), None)
    if enter is not None:
        facts.number = enter.value(1)
    facts.context = "queue"
    return facts


class QueueTelling:
    """Reads one conversation's lines in order and fits them into its facts."""

    def __init__(self, facts: Facts, channels: Mapping[str, str]) -> None:
        self._facts = facts
        self._channels = channels
        self._seen: list[Visit] = []
        self._current: Handling | None = None
        self._held: WallUs | None = None
        self._had_rings = bool(facts.rings)

    def tell(self, events: Sequence[QueueEvent]) -> None:
        """Fit these lines, in order of time, into the facts."""
        for event in events:
            self._take(event)
        facts = self._facts
        facts.ended_us = max([facts.ended_us, *(h.ended_us for h in facts.handlings)])
        if self._held is not None:
            self._facts.holds.append(Period(self._held, self._facts.ended_us))
        if self._seen:
            # The log knows when waiting began and ended; the others only guess it.
            self._facts.visits = self._seen
        self._facts.handlings.sort(key=lambda handling: handling.started_us)
        self._facts.rings.sort()

    def _take(self, event: QueueEvent) -> None:
        kind = event.type
        if kind == "ENTERQUEUE":
            entered = max(event.at_us, self._facts.started_us)
            self._seen.append(Visit(event.queue, entered))
            self._facts.number = self._facts.number or event.value(1)
        elif kind == "CONNECT":
            self._leave(event, "connect")
            self._connect(event)
        elif kind == "ABANDON":
            self._leave(event, "abandon")
        elif kind in _LEFT:
            self._leave(event, "exit")
        elif kind in ("RINGNOANSWER", "RINGCANCELED") and not self._had_rings:
            long_us = (event.seconds(0) or 0) * US_PER_MS
            start = max(self._facts.started_us, event.at_us - long_us)
            self._facts.rings.append(Period(WallUs(start), event.at_us, _extension(event.member)))
        elif kind in _COMPLETED:
            self._complete(event, event.seconds(1))
        elif kind in _TRANSFERS:
            self._hand_on(event)
        elif kind in ("HOLD", "UNHOLD"):
            self._hold(event)

    def _leave(self, event: QueueEvent, result: str) -> None:
        if not self._seen:
            entered = max(self._facts.started_us, self._began(event))
            self._seen.append(Visit(event.queue, WallUs(min(entered, event.at_us))))
        visit = self._seen[-1]
        visit.left_us, visit.result = event.at_us, result

    def _began(self, event: QueueEvent) -> int:
        waited = event.seconds(_WAITED.get(event.type, 2)) or 0
        return event.at_us - waited * US_PER_S

    def _connect(self, event: QueueEvent) -> None:
        handling = self._matching(event)
        if handling is None:
            who = extension_of(self._channels.get(event.value(1), "")) or _extension(event.member)
            rang = event.seconds(2)
            rang_us = None if rang is None else WallUs(event.at_us - rang * US_PER_S)
            handling = Handling(who, [Period(event.at_us, event.at_us)], rang_us)
            self._facts.handlings.append(handling)
            self._current = handling
        else:
            self._current = None
            if handling.is_rough:
                self._make_exact(handling, event)
        handling.queue = event.queue
        name = event.member
        if name and "/" not in name and name != handling.who:
            handling.agent = name
        visit = self._seen[-1]
        visit.left_us = handling.started_us

    def _matching(self, event: QueueEvent) -> Handling | None:
        spoken = [h for h in self._facts.handlings if not h.consulted_by]
        for handling in spoken:
            if event.value(1) and event.value(1) in handling.channels:
                return handling
        near = [h for h in spoken if abs(h.started_us - event.at_us) <= _SLACK_US and not h.agent]
        near = near or [
            h
            for h in spoken
            if h.is_rough and not h.agent and h.started_us <= event.at_us <= h.ended_us
        ]
        return min(near, key=lambda h: abs(h.started_us - event.at_us), default=None)

    def _make_exact(self, handling: Handling, event: QueueEvent) -> None:
        """Let the talk of a call record, which counts the waiting in, begin at the answer."""
        handling.talks[0] = handling.talks[0]._replace(started_us=event.at_us)
        handling.is_rough = False
        rang = event.seconds(2)
        if rang is not None and handling.rang_us is None:
            handling.rang_us = WallUs(event.at_us - rang * US_PER_S)

    def _complete(self, event: QueueEvent, seconds: int | None) -> None:
        if self._current is None:
            return
        start = self._current.started_us
        end = event.at_us if seconds is None else max(start + seconds * US_PER_S, event.at_us)
        self._current.talks[-1] = Period(start, WallUs(end))
        self._current = None

    def _hand_on(self, event: QueueEvent) -> None:
        kind = _TRANSFERS[event.type]
        current = self._current
        self._complete(event, event.seconds(3))
        known = any(
            t.kind is kind and abs(t.at_us - event.at_us) <= _SLACK_US
            for t in self._facts.transfers
        )
        if known:
            return
        by = current.who if current else self._speaking(event)
        target = event.value(0) if kind is TransferKind.BLIND else ""
        at = current.ended_us if current else event.at_us
        self._facts.transfers.append(Transfer(at, kind, by, target))

    def _speaking(self, event: QueueEvent) -> str:
        """Return who of the handlings the log's member is."""
        for handling in self._facts.handlings:
            if not handling.consulted_by and event.member in (handling.agent, handling.who):
                return handling.who
        return _extension(event.member)

    def _hold(self, event: QueueEvent) -> None:
        if event.type == "HOLD":
            self._held = self._held or event.at_us
        elif self._held is not None:
            period = Period(self._held, event.at_us)
            if not any(period.overlap_us(other) for other in self._facts.holds):
                self._facts.holds.append(period)
            self._held = None


def _extension(member: str) -> str:
    return extension_of(member) if "/" in member else member
