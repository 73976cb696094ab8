"""Numbers under which the catalogue keeps the values of enumerations.

A number once given is never changed nor given again: databases hold it. Only the catalogue and
its readers import this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

from reviewer.models.interaction import (
    Channel,
    Direction,
    Outcome,
    SegmentKind,
    StretchKind,
    TransferKind,
)
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.remarks import RemarkKind
from reviewer.models.scoring import EvaluationKind, EvaluationState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

T = TypeVar("T", bound="StrEnum")


class Codes(Generic[T]):
    """The numbers of one enumeration, both ways.

    Raises:
        ValueError: A member has no number, or two have the same.
    """

    def __init__(self, kind: type[T], numbers: Mapping[T, int]) -> None:
        if set(numbers) != set(kind) or len(set(numbers.values())) != len(numbers):
            msg = f"codes of {kind.__name__} are incomplete or not unique"
            raise ValueError(msg)
        self.to_code: Final[Mapping[T, int]] = dict(numbers)
        self.to_member: Final[Mapping[int, T]] = {code: m for m, code in numbers.items()}

    def code(self, member: T) -> int:
        """Return the number of a member."""
        return self.to_code[member]

    def code_or_none(self, member: T | None) -> int | None:
        """Return the number of a member, None for None."""
        return None if member is None else self.to_code[member]

    def member(self, code: int) -> T:
        """Return the member of a number."""
        return self.to_member[code]

    def member_or_none(self, code: int | None) -> T | None:
        """Return the member of a number, None for None."""
        return None if code is None else self.to_member[code]


CHANNELS = Codes(Channel, {Channel.VOICE: 1, Channel.CHAT: 2, Channel.EMAIL: 3})
DIRECTIONS = Codes(Direction, {Direction.INBOUND: 1, Direction.OUTBOUND: 2, Direction.INTERNAL: 3})
OUTCOMES = Codes(
    Outcome,
    {
        Outcome.UNKNOWN: 0,
        Outcome.ANSWERED: 1,
        Outcome.ABANDONED: 2,
        Outcome.NO_ANSWER: 3,
        Outcome.BUSY: 4,
        Outcome.CONGESTION: 5,
        Outcome.FAILED: 6,
    },
)
SEGMENT_KINDS = Codes(
    SegmentKind,
    {
        SegmentKind.HANDLING: 1,
        SegmentKind.CONSULTATION: 2,
        SegmentKind.CONFERENCE: 3,
        SegmentKind.IVR: 4,
    },
)
STRETCH_KINDS = Codes(
    StretchKind,
    {
        StretchKind.CPA: 1,
        StretchKind.QUEUE: 2,
        StretchKind.RINGING: 3,
        StretchKind.IVR: 4,
        StretchKind.TALK: 5,
        StretchKind.HOLD: 6,
        StretchKind.MUTE: 7,
        StretchKind.VOICEMAIL: 8,
        StretchKind.WRAP_UP: 9,
    },
)
TRANSFERS = Codes(TransferKind, {TransferKind.BLIND: 1, TransferKind.ATTENDED: 2})
RECORDING_KINDS = Codes(
    RecordingKind,
    {
        RecordingKind.VOICE: 1,
        RecordingKind.VOICE_CHANNEL: 2,
        RecordingKind.CPA: 3,
        RecordingKind.VOICEMAIL: 4,
        RecordingKind.SCREEN: 5,
        RecordingKind.VOICE_TRANSCRIPT: 6,
        RecordingKind.CHAT_TRANSCRIPT: 7,
        RecordingKind.EMAIL: 8,
    },
)
RECORDING_STATES = Codes(
    RecordingState,
    {
        RecordingState.AVAILABLE: 1,
        RecordingState.EXPIRED: 2,
        RecordingState.DELETED: 3,
        RecordingState.MISSING: 4,
        RecordingState.DAMAGED: 5,
    },
)
ROLES = Codes(
    PartyRole,
    {
        PartyRole.AGENT: 1,
        PartyRole.CUSTOMER: 2,
        PartyRole.CONSULTED: 3,
        PartyRole.SYSTEM: 4,
        PartyRole.MIXED: 5,
    },
)
EVALUATION_KINDS = Codes(
    EvaluationKind,
    {EvaluationKind.NORMAL: 1, EvaluationKind.SELF: 2, EvaluationKind.CALIBRATION: 3},
)
EVALUATION_STATES = Codes(EvaluationState, {EvaluationState.DRAFT: 1, EvaluationState.SUBMITTED: 2})
REMARK_KINDS = Codes(RemarkKind, {RemarkKind.COMMENT: 1, RemarkKind.BOOKMARK: 2})

LABEL_KM: Final = 1
"""`interaction_labels.kind` of a knowledge-base article."""
LABEL_TAG: Final = 2
"""`interaction_labels.kind` of a tag."""
