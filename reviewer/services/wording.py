"""Names of stored choices in the language in force: for window, command line and exports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.messages import ntr, ptr, tr
from reviewer.models.interaction import (
    Channel,
    Direction,
    Outcome,
    SegmentKind,
    StretchKind,
    TransferKind,
)
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState

if TYPE_CHECKING:
    from enum import StrEnum


def _pick(names: dict[StrEnum, str], value: StrEnum) -> str:
    return names.get(value, value.value)


def name_of_channel(channel: Channel) -> str:
    """Return what an interaction of this channel is called."""
    return _pick(
        {
            Channel.VOICE: tr("Phone call"),
            Channel.CHAT: tr("Chat"),
            Channel.EMAIL: tr("Email"),
        },
        channel,
    )


def name_of_direction(direction: Direction) -> str:
    """Return inbound, outbound or internal."""
    return _pick(
        {
            Direction.INBOUND: tr("inbound"),
            Direction.OUTBOUND: tr("outbound"),
            Direction.INTERNAL: tr("internal"),
        },
        direction,
    )


def name_of_outcome(outcome: Outcome) -> str:
    """Return what became of a call."""
    return _pick(
        {
            Outcome.ANSWERED: tr("answered"),
            Outcome.ABANDONED: tr("abandoned"),
            Outcome.NO_ANSWER: tr("no answer"),
            Outcome.BUSY: tr("busy"),
            Outcome.CONGESTION: tr("congestion"),
            Outcome.FAILED: tr("failed"),
            Outcome.UNKNOWN: tr("result unknown"),
        },
        outcome,
    )


def name_of_segment_kind(kind: SegmentKind) -> str:
    """Return what a segment is."""
    return _pick(
        {
            SegmentKind.HANDLING: tr("Handling"),
            SegmentKind.CONSULTATION: tr("Consultation"),
            SegmentKind.CONFERENCE: tr("Conference"),
            SegmentKind.IVR: tr("IVR"),
        },
        kind,
    )


def name_of_stretch_kind(kind: StretchKind) -> str:
    """Return what goes on during a stretch."""
    return _pick(
        {
            StretchKind.CPA: tr("call progress"),
            StretchKind.QUEUE: tr("in queue"),
            StretchKind.RINGING: tr("ringing"),
            StretchKind.IVR: tr("IVR"),
            StretchKind.TALK: tr("conversation"),
            StretchKind.HOLD: tr("hold"),
            StretchKind.MUTE: tr("muted"),
            StretchKind.VOICEMAIL: tr("voicemail"),
            StretchKind.WRAP_UP: tr("after-call work"),
        },
        kind,
    )


def name_of_transfer(kind: TransferKind) -> str:
    """Return how a segment handed the contact on."""
    return _pick(
        {
            TransferKind.BLIND: tr("blind transfer"),
            TransferKind.ATTENDED: tr("transfer after consultation"),
        },
        kind,
    )


def name_of_recording_kind(kind: RecordingKind) -> str:
    """Return what an object holds."""
    return _pick(
        {
            RecordingKind.VOICE: tr("voice recording"),
            RecordingKind.VOICE_CHANNEL: tr("one party's voice"),
            RecordingKind.CPA: tr("call progress recording"),
            RecordingKind.VOICEMAIL: tr("voicemail message"),
            RecordingKind.SCREEN: tr("screen recording"),
            RecordingKind.VOICE_TRANSCRIPT: tr("call transcript"),
            RecordingKind.CHAT_TRANSCRIPT: tr("chat record"),
            RecordingKind.EMAIL: tr("email message"),
        },
        kind,
    )


def name_of_recording_state(state: RecordingState) -> str:
    """Return whether the content is there."""
    return _pick(
        {
            RecordingState.AVAILABLE: tr("available"),
            RecordingState.EXPIRED: tr("its retention ended"),
            RecordingState.DELETED: tr("deleted"),
            RecordingState.MISSING: tr("file missing or unreadable"),
            RecordingState.DAMAGED: tr("file damaged"),
        },
        state,
    )


def names_of_persons(by: str, approved_by: str) -> str:
    """Return who did something, with who agreed where that takes a second person."""
    if not approved_by:
        return by
    return tr("{who}, agreed by {other}", who=by, other=approved_by)


def name_of_party(role: PartyRole) -> str:
    """Return whose voice or message something is."""
    return _pick(
        {
            PartyRole.AGENT: ptr("party", "Agent"),
            PartyRole.CUSTOMER: ptr("party", "Customer"),
            PartyRole.CONSULTED: ptr("party", "Colleague"),
            PartyRole.SYSTEM: ptr("party", "System"),
            PartyRole.MIXED: ptr("party", "All parties"),
        },
        role,
    )


def words_of_older_ring(unknown: int) -> str:
    """Return that a store's key ring is an older copy; `unknown`: objects under keys it lacks."""
    return ntr(
        "The key ring is an older copy: {n} object is under a key that it does not have. Put the "
        "newest copy in its place.",
        "The key ring is an older copy: {n} objects are under keys that it does not have. Put the "
        "newest copy in its place.",
        unknown,
    )
