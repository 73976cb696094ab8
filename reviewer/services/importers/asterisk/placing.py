"""Finds when the sound of a recording was captured. Pure; imported by `importer`.

No log says when MixMonitor wrote the first sample. But the length of the file is exact, and
channel events are exact to the millisecond: of the periods in which it may have recorded, the one
as long as the file is it. Measured on calls recorded by Asterisk through Local channels, where
nothing is written while nobody sends sound: the places found so agree with the played prompts,
found again by correlation, within 40 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.ids import US_PER_MS, US_PER_S, MediaUs, WallUs
from reviewer.models.interaction import SegmentKind
from reviewer.models.recording import Span
from reviewer.services.importers.asterisk.facts import Facts, Handling, Period, clip, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reviewer.models.interaction import Segment
    from reviewer.services.importers.asterisk.events import Telling

_FRAME_US = 20 * US_PER_MS
_TOLERANCE_US = 90 * US_PER_MS
"""Some frames at either end: buffers of MixMonitor, blocks of WAV49 (40 ms)."""
_TOLERANCE_SHARE = 400
"""And 1/400 of the length, for the clock of the sender."""
_INSIDE_US = 1_500 * US_PER_MS
"""What whole seconds in call records may differ by."""


def spans_of(
    duration_us: int, facts: Facts, telling: Telling | None, uniqueid: str
) -> tuple[Span, ...]:
    """Return where a recording's sound lies on the wall clock.

    Args:
        duration_us: Length of the sound; 0 gives no span.
        facts: The conversation.
        telling: Its channel events, where there are any.
        uniqueid: The channel that was recorded, "" when unknown.
    """
    if duration_us <= 0:
        return ()
    if telling is not None and uniqueid in telling.channels:
        for periods in _possible(telling, uniqueid):
            if _fits(periods, duration_us):
                return _laid(periods, duration_us)
        running = telling.recorded(uniqueid)
        if running:
            return _one(running[0].started_us, duration_us)
        return _one(_guess_by_events(duration_us, telling, uniqueid), duration_us)
    return _one(_guess(duration_us, facts, uniqueid), duration_us)


def _possible(telling: Telling, uniqueid: str) -> Iterator[list[Period]]:
    """Yield the periods in which a channel may have been recorded, the likeliest first."""
    bridged = telling.bridged(uniqueid)
    recorded = telling.recorded(uniqueid)
    if recorded:
        yield recorded
        yield clip(recorded, bridged)
    yield bridged
    if len(bridged) > 1:
        yield [Period(bridged[0].started_us, bridged[-1].ended_us)]
    sounding = telling.sounding(uniqueid)
    yield clip(sounding, bridged)
    chan = telling.channels[uniqueid]
    ended = telling.ended(chan)
    starts = [
        *(p.started_us for p in bridged[:1]),
        *([chan.answered_us] if chan.answered_us is not None else []),
        chan.made_us,
    ]
    ends = [*(p.ended_us for p in bridged[-1:]), ended]
    for start in starts:
        for end in ends:
            yield [Period(start, end)]
    yield sounding
    for start in (p.started_us for p in sounding[:1]):
        for end in ends:
            yield [Period(start, end)]


def _fits(periods: Sequence[Period], duration_us: int) -> bool:
    total = sum(p.ended_us - p.started_us for p in periods)
    tolerance = max(_TOLERANCE_US, duration_us // _TOLERANCE_SHARE)
    return bool(periods) and abs(total - duration_us) <= tolerance


def _laid(periods: Sequence[Period], duration_us: int) -> tuple[Span, ...]:
    """Lay the sound into periods that are together as long as it is, give or take a frame."""
    spans: list[Span] = []
    media = 0
    for index, period in enumerate(periods):
        left = duration_us - media
        length = period.ended_us - period.started_us
        # Frames are whole: what does not fill one is not in the file.
        length = left if index == len(periods) - 1 else min(left, length // _FRAME_US * _FRAME_US)
        if length > 0:
            spans.append(Span(MediaUs(media), period.started_us, length))
            media += length
    return tuple(spans)


def _one(started_us: WallUs, duration_us: int) -> tuple[Span, ...]:
    return (Span(MediaUs(0), started_us, duration_us),)


def _guess_by_events(duration_us: int, telling: Telling, uniqueid: str) -> WallUs:
    chan = telling.channels[uniqueid]
    bridged = telling.bridged(uniqueid)
    if bridged:
        talk = bridged[-1].ended_us - bridged[0].started_us
        if duration_us <= talk + _INSIDE_US:
            return bridged[0].started_us
    return WallUs(max(chan.made_us, telling.ended(chan) - duration_us))


def _guess(duration_us: int, facts: Facts, uniqueid: str) -> WallUs:
    """Without events: the talk of the recorded channel if it is long enough, else up to the end."""
    spoken = [h for h in facts.handlings if not h.consulted_by]
    for handling in sorted(spoken, key=lambda h: _is_of(h, uniqueid), reverse=True):
        if duration_us <= handling.ended_us - handling.started_us + _INSIDE_US:
            return handling.started_us
    whole = facts.ended_us - facts.started_us
    if duration_us >= whole - _INSIDE_US:
        return facts.started_us
    answered = facts.answered_us
    if answered is not None and duration_us >= facts.ended_us - answered - _INSIDE_US:
        return answered
    return WallUs(max(facts.started_us, facts.ended_us - duration_us))


def _is_of(handling: Handling, uniqueid: str) -> bool:
    return uniqueid in handling.channels


def voicemail_spans(
    duration_us: int, at_us: WallUs, telling: Telling | None, uniqueid: str
) -> tuple[Span, ...]:
    """Return where a message lies: from the end of the tone that asked for it.

    `at_us` is the second that the message's note tells; without events it is all there is.
    """
    if duration_us <= 0:
        return ()
    if telling is not None:
        tones = [
            event.at_us
            for event in telling.events
            if event.type == "STREAM_END"
            and event.uniqueid == uniqueid
            and at_us <= event.at_us < at_us + US_PER_S
        ]
        if tones:
            # The last thing played in that second is the tone; what ended before led to it.
            return _one(tones[-1], duration_us)
    return _one(at_us, duration_us)


def segment_of(
    spans: Sequence[Span], segments: Sequence[Segment], *, of_consultation: bool = False
) -> int | None:
    """Return the segment in which nearly all of the sound lies, None if it is of several.

    A consultation goes on while the handling that it was made from does; `of_consultation` tells
    whose sound it is.
    """
    if len(segments) == 1:
        return segments[0].number
    sound = union(Period(s.wall_start_us, s.wall_end_us) for s in spans)
    total = sum(p.ended_us - p.started_us for p in sound)
    best: tuple[int, int] | None = None
    for segment in segments:
        if (segment.kind is SegmentKind.CONSULTATION) is not of_consultation:
            continue
        inside = Period(segment.started_us, segment.ended_us)
        shared = sum(p.overlap_us(inside) for p in sound)
        if best is None or shared > best[0]:
            best = (shared, segment.number)
    if best is None or total == 0 or best[0] * 100 < total * 95:
        return None
    return best[1]
