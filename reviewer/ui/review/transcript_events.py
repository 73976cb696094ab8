"""What happened in a call, told between its utterances: holds, consultations, transfers, gaps.

A source that tells of it in messages of its own is left to say it. No widgets here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.messages import format_duration, tr
from reviewer.models.interaction import Channel, SegmentKind, StretchKind
from reviewer.models.recording import PartyRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.ids import TimelineUs
    from reviewer.models.interaction import Interaction, Segment
    from reviewer.models.timeline import Row, Timeline

_LEAST_GAP_US: Final = 1_000_000
"""Shorter breaks of a recording are not worth a line."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One thing that happened; `sign` is the icon and colour role of its kind."""

    at_us: TimelineUs
    words: str
    sign: tuple[str, str]


HOLD: Final = ("pause", "hold")
CONSULTATION: Final = ("users", "consult")
TRANSFER: Final = ("phone-forwarded", "agent")
IVR: Final = ("bot", "ivr")
GAP: Final = ("ban", "gap")
AFTER: Final = ("clipboard-check", "muted")


def events_of(interaction: Interaction, timeline: Timeline) -> tuple[CallEvent, ...]:
    """Return what happened in a call, by time, in the language in force. Thread: any."""
    if interaction.channel is not Channel.VOICE:
        return ()
    if any(message.role is PartyRole.SYSTEM for message in interaction.messages):
        return ()
    found: list[CallEvent] = []
    for row in timeline.rows:
        found += _of_row(row, interaction, timeline)
    return tuple(sorted(found, key=lambda event: event.at_us))


def _of_row(row: Row, interaction: Interaction, timeline: Timeline) -> Iterator[CallEvent]:
    segment = row.segment
    yield from _of_kind(row)
    for stretch in segment.stretches:
        begin = timeline.clamp(timeline.to_position(stretch.started_us))
        end = timeline.clamp(timeline.to_position(stretch.ended_us))
        length = format_duration(stretch.duration_us)
        match stretch.kind:
            case StretchKind.HOLD:
                yield CallEvent(begin, tr("The customer is put on hold"), HOLD)
                yield CallEvent(end, tr("Hold ended after {length}", length=length), HOLD)
            case StretchKind.IVR:
                menu = tr("IVR: {menu}", menu=stretch.detail) if stretch.detail else tr("IVR")
                yield CallEvent(begin, menu, IVR)
            case StretchKind.QUEUE:
                queue = tr("In the queue {queue}", queue=stretch.detail)
                words = queue if stretch.detail else tr("In the queue")
                yield CallEvent(begin, words, IVR)
            case StretchKind.VOICEMAIL:
                yield CallEvent(begin, tr("The caller leaves a voice message"), IVR)
            case StretchKind.WRAP_UP:
                yield CallEvent(begin, tr("After-call work, {length}", length=length), AFTER)
    yield from _handing_on(row, interaction)
    for gap in row.gaps:
        if gap.duration_us >= _LEAST_GAP_US:
            length = format_duration(gap.duration_us)
            yield CallEvent(gap.start_us, tr("Not recorded for {length}", length=length), GAP)


def _of_kind(row: Row) -> Iterator[CallEvent]:
    segment = row.segment
    other = _other(segment)
    if segment.kind is SegmentKind.CONSULTATION:
        begun = tr("Consultation with {who}", who=other) if other else tr("Consultation")
        ended = tr("Consultation with {who} ended", who=other)
        yield CallEvent(row.start_us, begun, CONSULTATION)
        yield CallEvent(row.end_us, ended if other else tr("Consultation ended"), CONSULTATION)
    elif segment.kind is SegmentKind.CONFERENCE:
        with_ = tr("Conference with {who}", who=other) if other else tr("Conference")
        yield CallEvent(row.start_us, with_, CONSULTATION)
        yield CallEvent(row.end_us, tr("Conference ended"), CONSULTATION)


def _other(segment: Segment) -> str:
    return segment.connected_to or segment.party


def _handing_on(row: Row, interaction: Interaction) -> Iterator[CallEvent]:
    segment = row.segment
    if segment.transfer is None:
        return
    target = interaction.segment(segment.transferred_to or 0)
    agent = target.agent.display_name if target is not None and target.agent is not None else ""
    words = tr("Transferred to {who}", who=agent) if agent else tr("Transferred")
    yield CallEvent(row.end_us, words, TRANSFER)
