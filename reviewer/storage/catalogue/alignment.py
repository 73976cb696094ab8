"""Which segments of two tellings of one interaction are the same, and both tellings as one.

What users gave to a segment hangs on its number, so a segment that is there is found again by
when it was and who handled it, and none is lost because a newcomer does not know it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from reviewer.models.ids import US_PER_S, SegmentId
from reviewer.models.interaction import SegmentKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from reviewer.models.interaction import Agent, Segment

_SLACK_US: Final = 2 * US_PER_S
"""Instants that are this near may be the same, told in whole seconds by one of the two."""
_SAME: Final = 3
_MAYBE: Final = 2
_UNNAMED: Final = 1
_OTHER: Final = 0


@dataclass(frozen=True, slots=True)
class Aligned:
    """Segments of two tellings as one row of segments.

    Attributes:
        segments: All of them, numbered from 1 by start.
        known: From the numbers that were there to those of now.
        told: The same of the newcomer's numbers.
    """

    segments: tuple[Segment, ...]
    known: Mapping[int, int]
    told: Mapping[int, int]


def align(
    known: Sequence[Segment],
    told: Sequence[Segment],
    *,
    newer: bool,
    rough: bool = False,
    marked: Collection[int] = (),
) -> Aligned:
    """Return the segments of both tellings, each once.

    Args:
        known: What is there.
        told: What is told now.
        newer: Whether the newcomer's word counts; else it only fills what is not known.
        rough: Whether what is there was told by less: parts of it that nobody handled, which
            the newcomer tells otherwise, then go.
        marked: Numbers of segments that users gave something: they never go.
    """
    moved = newer and _is_moved(known, told)
    pairs = {s.number: s.number for s in known} if moved else _pairs(known, told)
    of_told = {number: former for former, number in pairs.items()}
    parts: list[_Part] = []
    for segment in told if newer else known:
        number = segment.number
        other = of_told.get(number) if newer else pairs.get(number)
        rest = known if newer else told
        parts.append(
            _Part(
                segment,
                None if other is None else rest[other - 1],
                known=other if newer else number,
                told=number if newer else other,
            )
        )
    if newer:
        for segment in known:
            stays = segment.number in marked or not (rough and _is_retold(segment, told))
            if segment.number not in pairs and stays:
                parts.append(_Part(segment, None, known=segment.number))
    else:
        parts += [
            _Part(segment, None, told=segment.number)
            for segment in told
            if segment.number not in of_told and _is_news(segment, known)
        ]
    parts.sort(key=lambda part: part.segment.started_us)
    return _numbered(parts, known, told, newer=newer)


def same_agent(one: Agent | None, two: Agent | None) -> int:
    """Return how surely two are one person: 3 surely, 2 maybe, 1 one is not named, 0 not."""
    if one is None or two is None:
        return _SAME if one is two else _UNNAMED
    if one.login.casefold() == two.login.casefold():
        return _SAME
    numbers = {agent.extension for agent in (one, two)}
    if len(numbers) == 1 and "" not in numbers:
        return _SAME
    for agent, other in ((one, two), (two, one)):
        if agent.login == other.extension or (is_number(agent) and not other.extension):
            return _SAME if agent.login == other.extension else _MAYBE
    return _OTHER


def is_number(agent: Agent) -> bool:
    """Whether nothing is known of an agent but the extension."""
    return agent.login == agent.extension


def named(agent: Agent | None, other: Agent | None) -> Agent | None:
    """Return an agent with what another telling knows of the same person."""
    if agent is None or other is None or not same_agent(agent, other):
        return agent or other
    best, rest = (other, agent) if is_number(agent) and not is_number(other) else (agent, other)
    return replace(
        best,
        first_name=best.first_name or rest.first_name,
        last_name=best.last_name or rest.last_name,
        team=best.team or rest.team,
        extension=best.extension or rest.extension,
    )


@dataclass(slots=True)
class _Part:
    """A segment with what the other telling says of it, and its number in either."""

    segment: Segment
    other: Segment | None
    known: int | None = None
    told: int | None = None


def _pairs(known: Sequence[Segment], told: Sequence[Segment]) -> dict[int, int]:
    """Return the newcomer's number of each segment that is there and that it knows."""
    scored = sorted(
        (
            (score, -abs(one.number - two.number), -one.number, one, two)
            for one in known
            for two in told
            if (score := _likeness(one, two)) is not None
        ),
        key=lambda entry: entry[:3],
        reverse=True,
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for *_, one, two in scored:
        if one.number not in pairs and two.number not in taken:
            pairs[one.number] = two.number
            taken.add(two.number)
    return pairs


def _likeness(one: Segment, two: Segment) -> tuple[int, float] | None:
    """Return how much two segments are alike, None where they cannot be the same."""
    asked = SegmentKind.CONSULTATION
    if (one.kind is asked) is not (two.kind is asked):
        return None
    near = (
        abs(one.started_us - two.started_us) <= _SLACK_US
        and abs(one.ended_us - two.ended_us) <= _SLACK_US
    )
    who = same_agent(one.agent, two.agent)
    overlap = _overlap_us(one, two)
    if overlap <= 0 and abs(one.started_us - two.started_us) > _SLACK_US:
        return None
    if who is _OTHER and not (near and one.kind is two.kind):
        return None
    longer = max(one.duration_us, two.duration_us, 1)
    return who, (2.0 if near else 0.0) + overlap / longer


def _is_moved(known: Sequence[Segment], told: Sequence[Segment]) -> bool:
    """Whether the newcomer tells the same at another time: by a clock that was put right, say."""
    if len(known) != len(told) or not known:
        return False
    by = told[0].started_us - known[0].started_us
    return abs(by) > _SLACK_US and all(
        one.number == two.number
        and one.kind is two.kind
        and same_agent(one.agent, two.agent) != _OTHER
        and abs(two.started_us - one.started_us - by) <= _SLACK_US
        and abs(two.ended_us - one.ended_us - by) <= _SLACK_US
        for one, two in zip(known, told, strict=True)
    )


def _overlap_us(one: Segment, two: Segment) -> int:
    return min(one.ended_us, two.ended_us) - max(one.started_us, two.started_us)


def _is_retold(segment: Segment, told: Sequence[Segment]) -> bool:
    """Whether the newcomer tells otherwise of a time in which nobody handled the contact."""
    covered = sum(max(0, _overlap_us(segment, other)) for other in told)
    return segment.agent is None and covered + _SLACK_US >= segment.duration_us


def _is_news(segment: Segment, known: Sequence[Segment]) -> bool:
    """Whether the newcomer tells of a time of which nothing is known."""
    covered = sum(max(0, _overlap_us(segment, other)) for other in known)
    return segment.agent is not None and covered * 2 < segment.duration_us


def _numbered(
    parts: list[_Part], known: Sequence[Segment], told: Sequence[Segment], *, newer: bool
) -> Aligned:
    of_known = {part.known: n for n, part in enumerate(parts, 1) if part.known is not None}
    of_told = {part.told: n for n, part in enumerate(parts, 1) if part.told is not None}
    whole = [part.segment for part in parts]
    for numbers, segments in ((of_known, known), (of_told, told)):
        for segment in segments:
            if segment.number not in numbers:
                best = max(range(len(whole)), key=lambda n: _overlap_us(whole[n], segment))
                numbers[segment.number] = best + 1
    merged: list[Segment] = []
    ids = {segment.number: segment.id for segment in known}
    for number, part in enumerate(parts, 1):
        from_told = part.known is None or (newer and part.told is not None)
        own, others = (of_told, of_known) if from_told else (of_known, of_told)
        segment = _pointing(part.segment, own)
        if part.other is not None:
            segment = _filled(segment, _pointing(part.other, others))
        kept = SegmentId(0) if part.known is None else ids[part.known]
        merged.append(replace(segment, number=number, id=kept))
    return Aligned(tuple(merged), of_known, of_told)


def _pointing(segment: Segment, numbers: Mapping[int, int]) -> Segment:
    """Return a segment whose references are numbers of now."""
    handed, asked = segment.transferred_to, segment.consultation_of
    return replace(
        segment,
        transferred_to=None if handed is None else numbers.get(handed),
        consultation_of=None if asked is None else numbers.get(asked),
    )


def _filled(segment: Segment, other: Segment) -> Segment:
    """Return a segment with what the other telling knows where this one says nothing."""
    handed = segment if segment.transfer is not None else other
    return replace(
        segment,
        # A part of another kind names somebody for another reason.
        agent=named(segment.agent, other.agent) if segment.kind is other.kind else segment.agent,
        party=segment.party or other.party,
        service=segment.service or other.service,
        disposition=segment.disposition or other.disposition,
        connected_to=segment.connected_to or other.connected_to,
        stretches=segment.stretches or other.stretches,
        transfer=handed.transfer,
        transferred_to=handed.transferred_to,
        consultation_of=segment.consultation_of or other.consultation_of,
    )
