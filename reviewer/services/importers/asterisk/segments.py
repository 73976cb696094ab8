"""Makes the segments of an interaction out of what is known of its conversation. Pure.

Source: "Words" of the product's specification: a segment is one handling by one agent or a
consultation; what leads to it are its stretches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reviewer.models.ids import US_PER_S, WallUs
from reviewer.models.interaction import (
    Agent,
    Direction,
    Segment,
    SegmentKind,
    Stretch,
    StretchKind,
    TransferKind,
)
from reviewer.services.importers.asterisk.channels import is_extension
from reviewer.services.importers.asterisk.facts import (
    Facts,
    Handling,
    Period,
    Transfer,
    Visit,
    clip,
    union,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_SLIGHT_US = US_PER_S
"""What the telephone system takes between two steps is no stretch of its own."""
_SLACK_US = 2 * US_PER_S


@dataclass(eq=False, slots=True)
class _Part:
    """A segment on its way: numbered last, when all are there."""

    segment: Segment
    handling: Handling | None = None
    next: _Part | None = None
    of: _Part | None = None


class Builder:
    """Builds the segments of one conversation."""

    def __init__(self, facts: Facts, direction: Direction) -> None:
        self._facts = facts
        self._direction = direction
        self._main = [h for h in facts.handlings if not h.consulted_by]
        self._party = facts.dialled if direction is Direction.OUTBOUND else facts.number
        self._parts: list[_Part] = []

    def build(self) -> tuple[Segment, ...]:
        """Return the segments, numbered from 1 by start."""
        if self._main:
            for index in range(len(self._main)):
                self._parts.append(self._handled(index))
            for asked in (h for h in self._facts.handlings if h.consulted_by):
                self._parts.append(self._asked(asked))
            for transfer in self._facts.transfers:
                self._hand_on(transfer)
            self._end()
        else:
            self._parts.append(self._alone())
        return self._numbered()

    # --- one handling ------------------------------------------------------------------------

    def _handled(self, index: int) -> _Part:
        handling = self._main[index]
        before = self._parts[index - 1] if index else None
        start = self._facts.started_us
        if before is not None:
            start = min(handling.started_us, max(before.segment.ended_us, start))
        end = max(handling.ended_us, self._handed_us(index))
        whole = Period(start, end)
        holds = self._holds(handling, whole)
        lead = Period(start, handling.started_us)
        by_attended = any(
            t.kind is TransferKind.ATTENDED and abs(t.at_us - handling.started_us) <= _SLACK_US
            for t in self._facts.transfers
        )
        stretches = [
            *_as(StretchKind.TALK, without(handling.talks, holds)),
            *_as(StretchKind.HOLD, holds),
            *_as(StretchKind.MUTE, clip(self._facts.mutes, handling.talks)),
            *([] if by_attended else self._lead(lead, handling, first=before is None)),
        ]
        outbound = self._direction is Direction.OUTBOUND and before is None
        segment = Segment(
            number=0,
            kind=SegmentKind.HANDLING,
            started_us=start,
            ended_us=end,
            agent=_agent(handling),
            party=self._party,
            service=handling.queue or self._queue_before(lead),
            connected_to=self._facts.dialled if outbound else handling.who,
            stretches=_ordered(stretches),
        )
        return _Part(segment, handling)

    def _handed_us(self, index: int) -> WallUs:
        """Return when this handling was handed on, which may be after its last word."""
        handling = self._main[index]
        following = self._main[index + 1 :]
        limit = following[0].started_us + _SLACK_US if following else self._facts.ended_us
        handed = [
            t.at_us
            for t in self._facts.transfers
            if t.by == handling.who and handling.started_us <= t.at_us <= limit
        ]
        asked = [
            h.ended_us
            for h in self._facts.handlings
            if h.consulted_by == handling.who and handling.started_us <= h.started_us
        ]
        latest = max([*handed, *(a for a in asked if a <= limit)], default=handling.ended_us)
        return max(latest, handling.ended_us)

    def _holds(self, handling: Handling, whole: Period) -> list[Period]:
        """Return when the caller waited: by signal, parked, or while the agent asked another."""
        marked = [p for p in self._facts.holds if p.detail in ("", handling.who)]
        asked = [
            Period(_began(h), h.ended_us)
            for h in self._facts.handlings
            if h.consulted_by == handling.who
        ]
        talk = Period(handling.started_us, whole.ended_us)
        gaps = without([talk], handling.talks)
        gaps = [p for p in gaps if p.ended_us - p.started_us >= _SLIGHT_US // 10]
        return [
            p._replace(detail="")
            for p in union([*clip(marked, [talk]), *clip(asked, [talk]), *gaps])
        ]

    # --- what leads to a handling ------------------------------------------------------------

    def _lead(self, lead: Period, handling: Handling | None, *, first: bool) -> list[Stretch]:
        rings = clip(self._facts.rings, [lead])
        if handling is not None and handling.rang_us is not None:
            start = max(lead.started_us, handling.rang_us)
            if start < lead.ended_us:
                called = first and self._direction is Direction.OUTBOUND
                detail = self._facts.dialled if called else handling.who
                rings.append(Period(WallUs(start), lead.ended_us, detail))
        queued = clip(self._waits(), [lead])
        mail = clip(self._facts.voicemails, [lead])
        parked = clip([p._replace(detail="") for p in self._facts.holds if not p.detail], [lead])
        stretches = [
            *_as(StretchKind.QUEUE, queued),
            *_as(StretchKind.RINGING, rings),
            *_as(StretchKind.VOICEMAIL, mail),
            *_as(StretchKind.HOLD, parked),
        ]
        answered = self._facts.answered_us
        if answered is not None and self._direction is not Direction.OUTBOUND:
            menu = Period(WallUs(max(lead.started_us, answered)), lead.ended_us)
            taken = [*queued, *rings, *mail, *parked]
            if not first:
                taken.append(Period(lead.started_us, WallUs(lead.started_us + 1)))
            stretches += _as(StretchKind.IVR, _long(without([menu], taken)))
        return stretches

    def _waits(self) -> list[Period]:
        return [
            Period(visit.entered_us, self._left(visit), visit.queue) for visit in self._facts.visits
        ]

    def _left(self, visit: Visit) -> WallUs:
        answers = [h.started_us for h in self._main if h.started_us >= visit.entered_us]
        first = min(answers, default=self._facts.ended_us)
        return first if visit.left_us is None else WallUs(min(first, visit.left_us))

    def _queue_before(self, lead: Period) -> str:
        names = [v.queue for v in self._facts.visits if lead.started_us <= v.entered_us]
        inside = [v.queue for v in self._facts.visits if v.entered_us <= lead.ended_us]
        return next((name for name in reversed(inside) if name in names), "")

    # --- consultations and transfers ---------------------------------------------------------

    def _asked(self, asked: Handling) -> _Part:
        start = _began(asked)
        own = self._part_of(asked.consulted_by, start)
        handed = [
            t.at_us
            for t in self._facts.transfers
            if t.by == asked.consulted_by and asked.started_us <= t.at_us
        ]
        end = max(asked.ended_us, start)
        if handed and abs(min(handed) - end) <= _SLACK_US:
            end = min(handed)
        ringing = [Period(start, asked.started_us, asked.who)] if start < asked.started_us else []
        segment = Segment(
            number=0,
            kind=SegmentKind.CONSULTATION,
            started_us=start,
            ended_us=end,
            agent=own.segment.agent if own else Agent(asked.consulted_by),
            party=asked.who,
            connected_to=asked.who,
            stretches=_ordered(
                [
                    *_as(StretchKind.RINGING, ringing),
                    *_as(StretchKind.TALK, clip(asked.talks, [Period(start, end)])),
                ]
            ),
        )
        return _Part(segment, None, of=own)

    def _part_of(self, who: str, at_us: WallUs) -> _Part | None:
        """Return the handling that this party was in at an instant, or the last before it."""
        mine = [
            p
            for p in self._parts
            if p.handling is not None
            and p.handling.started_us <= at_us + US_PER_S
            and who in ("", p.handling.who)
        ]
        return mine[-1] if mine else None

    def _hand_on(self, transfer: Transfer) -> None:
        own = self._part_of(transfer.by, transfer.at_us) or self._part_of("", transfer.at_us)
        if own is None or own.next is not None:
            return
        later = [
            p
            for p in self._parts
            if p.handling is not None
            and p is not own
            and p.handling.started_us >= transfer.at_us - _SLACK_US
        ]
        named = [p for p in later if p.handling is not None and p.handling.who == transfer.target]
        target = named[0] if named else later[0] if later else self._unattended(transfer, own)
        own.segment = replace(own.segment, transfer=transfer.kind)
        own.next = target

    def _unattended(self, transfer: Transfer, own: _Part) -> _Part:
        """Return a segment for a call that was handed on to no agent: a menu, or nobody came."""
        start = max(own.segment.ended_us, transfer.at_us)
        whole = Period(start, max(start, self._facts.ended_us))
        lead = self._lead(whole, None, first=False)
        waited = any(s.kind in (StretchKind.RINGING, StretchKind.QUEUE) for s in lead)
        if not waited:
            lead = [
                *(s for s in lead if s.kind is StretchKind.VOICEMAIL),
                *_as(
                    StretchKind.IVR,
                    without([whole._replace(detail=transfer.target)], self._facts.voicemails),
                ),
            ]
        segment = Segment(
            number=0,
            kind=SegmentKind.HANDLING if waited else SegmentKind.IVR,
            started_us=start,
            ended_us=whole.ended_us,
            party=self._party,
            service=self._queue_before(whole),
            connected_to="" if waited else transfer.target,
            stretches=_ordered(lead),
        )
        part = _Part(segment)
        self._parts.append(part)
        return part

    # --- the end, and calls that nobody took -------------------------------------------------

    def _end(self) -> None:
        """Add what followed the last agent to the last segment: a survey, a queue again."""
        last = max(self._parts, key=lambda part: (part.segment.ended_us, part.segment.started_us))
        rest = Period(last.segment.ended_us, self._facts.ended_us)
        if last.handling is None or rest.ended_us <= rest.started_us:
            return
        conferences = clip(self._facts.conferences, [rest])
        if conferences:
            self._parts.append(self._conference(Period(conferences[0].started_us, rest.ended_us)))
            return
        following = self._lead(rest, None, first=True)
        ended = rest.ended_us if following or rest.ended_us - rest.started_us < _SLIGHT_US else None
        last.segment = replace(
            last.segment,
            ended_us=last.segment.ended_us if ended is None else ended,
            stretches=_ordered([*last.segment.stretches, *following]),
        )

    def _alone(self) -> _Part:
        facts = self._facts
        whole = Period(facts.started_us, facts.ended_us)
        if facts.conferences:
            return self._conference(whole)
        lead = self._lead(whole, None, first=True)
        waited = facts.rings or facts.visits or facts.voicemails
        served = facts.answered_us is not None and not waited
        if served and not lead:
            lead = _as(StretchKind.IVR, [whole])
        segment = Segment(
            number=0,
            kind=SegmentKind.IVR if served else SegmentKind.HANDLING,
            started_us=whole.started_us,
            ended_us=whole.ended_us,
            party=self._party,
            service=self._queue_before(whole),
            connected_to=facts.dialled if served else "",
            stretches=_ordered(lead),
        )
        return _Part(segment)

    def _conference(self, whole: Period) -> _Part:
        rooms = clip(self._facts.conferences, [whole])
        room = rooms[0] if rooms else self._facts.conferences[0]
        answered = self._facts.answered_us
        menu = Period(max(whole.started_us, answered or room.started_us), room.started_us)
        own = self._direction is not Direction.INBOUND and is_extension(self._facts.caller)
        segment = Segment(
            number=0,
            kind=SegmentKind.CONFERENCE,
            started_us=whole.started_us,
            ended_us=whole.ended_us,
            agent=Agent(self._facts.caller, extension=self._facts.caller) if own else None,
            party=self._facts.number,
            connected_to=room.detail,
            stretches=_ordered(
                [
                    *_as(StretchKind.IVR, _long([menu])),
                    *_as(StretchKind.TALK, rooms or [room]),
                ]
            ),
        )
        return _Part(segment)

    def _numbered(self) -> tuple[Segment, ...]:
        order = sorted(self._parts, key=lambda part: part.segment.started_us)
        number = {id(part): index for index, part in enumerate(order, 1)}
        return tuple(
            replace(
                part.segment,
                number=number[id(part)],
                transferred_to=number[id(part.next)] if part.next else None,
                consultation_of=number[id(part.of)] if part.of else None,
            )
            for part in order
        )


def _agent(handling: Handling) -> Agent:
    extension = handling.who if is_extension(handling.who) else ""
    return Agent(handling.agent or handling.who, extension=extension)


def _began(handling: Handling) -> WallUs:
    """Return when somebody began to be asked: when their telephone began to ring."""
    rang = handling.rang_us
    return handling.started_us if rang is None else min(rang, handling.started_us)


def _as(kind: StretchKind, periods: Iterable[Period]) -> list[Stretch]:
    return [
        Stretch(kind, p.started_us, p.ended_us, p.detail)
        for p in periods
        if p.ended_us > p.started_us
    ]


def _long(periods: Iterable[Period]) -> list[Period]:
    return [p for p in periods if p.ended_us - p.started_us >= _SLIGHT_US]


def _ordered(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    return tuple(sorted(stretches, key=lambda s: (s.started_us, s.ended_us, s.kind.value)))
