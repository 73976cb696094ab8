"""What an interaction is: its parts, parties, messages, steps and notes, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from reviewer.models.ids import Giid, InteractionId, NoteId, SegmentId, WallUs
from reviewer.models.recording import PartyRole, Recording, RecordingKind, RecordingState


class Channel(StrEnum):
    """Over what the contact came. Values are stored."""

    VOICE = "voice"
    CHAT = "chat"
    EMAIL = "email"


class Direction(StrEnum):
    """Who began it. Values are stored."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class SegmentKind(StrEnum):
    """What a part of an interaction is. Values are stored."""

    HANDLING = "handling"
    CONSULTATION = "consultation"
    CONFERENCE = "conference"
    IVR = "ivr"


class StretchKind(StrEnum):
    """What goes on during a stretch of a segment. Values are stored."""

    CPA = "cpa"
    QUEUE = "queue"
    RINGING = "ringing"
    IVR = "ivr"
    TALK = "talk"
    HOLD = "hold"
    MUTE = "mute"
    VOICEMAIL = "voicemail"
    WRAP_UP = "wrap_up"


class TransferKind(StrEnum):
    """How a segment handed the contact on. Values are stored."""

    BLIND = "blind"
    ATTENDED = "attended"


class Outcome(StrEnum):
    """What became of a call; not an agent's disposition. Values are stored."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    CONGESTION = "congestion"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Agent:
    """An employee of the centre as the interactions name them."""

    login: str
    first_name: str = ""
    last_name: str = ""
    team: str = ""
    extension: str = ""

    @property
    def display_name(self) -> str:
        """First and last name, or the login where there is no name."""
        return f"{self.first_name} {self.last_name}".strip() or self.login


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a segment on the wall clock; `detail` names its queue, menu or prompt."""

    kind: StretchKind
    started_us: WallUs
    ended_us: WallUs
    detail: str = ""

    @property
    def duration_us(self) -> int:
        """Its length, >= 0."""
        return max(0, self.ended_us - self.started_us)


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of an interaction.

    Attributes:
        number: From 1, by start.
        kind: Handling by an agent, consultation, conference or IVR.
        agent: Who handled it; None for IVR and for calls nobody took.
        party: The other side: the customer's number, or who was consulted.
        service: Service or campaign it belonged to, "" when none.
        disposition: Outcome code that the agent gave, "" when none.
        connected_to: Number, name or address of the party that answered, "" when unknown.
        stretches: What went on when, by start; they may overlap (mute in talk).
        transfer: How it handed the contact on, if it did.
        transferred_to: Number of the segment it handed on to.
        consultation_of: For a consultation, the number of the segment it was made from.
        id: 0 until it is stored.
    """

    number: int
    kind: SegmentKind
    started_us: WallUs
    ended_us: WallUs
    agent: Agent | None = None
    party: str = ""
    service: str = ""
    disposition: str = ""
    connected_to: str = ""
    stretches: tuple[Stretch, ...] = ()
    transfer: TransferKind | None = None
    transferred_to: int | None = None
    consultation_of: int | None = None
    id: SegmentId = SegmentId(0)

    @property
    def duration_us(self) -> int:
        """Its length, >= 0."""
        return max(0, self.ended_us - self.started_us)

    def time_in(self, kind: StretchKind) -> int:
        """Return how long stretches of `kind` lasted in all, microseconds."""
        return sum(s.duration_us for s in self.stretches if s.kind is kind)


class Word(NamedTuple):
    """One word of an utterance with its time, when the recogniser gave it.

    A tuple: an hour's call has ten thousand.
    """

    text: str
    started_us: WallUs
    ended_us: WallUs


@dataclass(frozen=True, slots=True)
class Message:
    """A chat message, an utterance of a call's transcript, or an email of a case.

    Attributes:
        at_us: When it was sent or begun.
        ended_us: When an utterance ended; None for what has no length.
        role: Whose it is; system events have `PartyRole.SYSTEM` and are not searched.
        author: Name shown for the party.
        text: What was said or written.
        segment_number: The segment it belongs to, if known.
        sentiment: -1..1, if known.
        words: Words with times, if known.
        recording: Of an email, place among `Interaction.recordings` of the file that holds it.
    """

    at_us: WallUs
    role: PartyRole
    author: str
    text: str
    ended_us: WallUs | None = None
    segment_number: int | None = None
    sentiment: float | None = None
    words: tuple[Word, ...] = ()
    recording: int | None = None


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """One executed block of the call-flow script."""

    order: int
    at_us: WallUs
    duration_us: int
    scenario: str
    block_type: str
    block_title: str
    block_id: int
    exit_taken: str

    @property
    def is_choice(self) -> bool:
        """Whether the block was left by what the customer pressed: `1`, `2#`."""
        return bool(self.exit_taken) and not self.exit_taken.strip("0123456789*#")

    @property
    def is_abnormal(self) -> bool:
        """Whether the block was left otherwise than by its normal exit or a choice."""
        usual = self.exit_taken.casefold() in ("normal exit", "") or self.is_choice
        return not usual


@dataclass(frozen=True, slots=True)
class Note:
    """Free text by the agent, or by a reviewer."""

    author: str
    at_us: WallUs
    text: str
    segment_number: int | None = None
    by_reviewer: bool = False
    id: NoteId = NoteId(0)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What remains of deleted or expired content: what, who, when, why.

    Attributes:
        message: Place among `Interaction.messages` of the one message of an email that is gone.
        recording: Place among `Interaction.recordings` of its file. Both None: all of the kind.
        approved_by: Who agreed, "" where nobody had to.
    """

    kind: RecordingKind
    at_us: WallUs
    by: str
    reason: str
    by_retention: bool = False
    recordings: int = 0
    bytes: int = 0
    message: int | None = None
    recording: int | None = None
    approved_by: str = ""

    @property
    def is_of_all(self) -> bool:
        """Whether all content of the kind was destroyed, not one message alone."""
        return self.message is None and self.recording is None


@dataclass(frozen=True, slots=True)
class Source:
    """Where an imported interaction came from: kind of source, its system, its own id."""

    kind: str
    system: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One contact of a customer with the centre, with everything that belongs to it.

    Attributes:
        segments: At least one, numbered from 1 by start.
        from_address: Inbound voice the caller's number; outbound and internal the extension;
            chat the sender's IP address; email the sender's address.
        to_address: Original destination.
        connected_to: The party that answered first.
        outcome: What became of a call.
        medium: Chats: web, sms, telegram ...; else "".
        scenario: Name of the first scenario used.
        call_problem: Type of problem the agent reported, "" when none.
        km_articles: Knowledge-base articles used.
        sentiment: Average, -1..1.
        custom: Custom reporting fields, name and value.
        id: 0 until it is stored.
    """

    giid: Giid
    channel: Channel
    direction: Direction
    started_us: WallUs
    ended_us: WallUs
    segments: tuple[Segment, ...]
    from_address: str = ""
    to_address: str = ""
    connected_to: str = ""
    from_name: str = ""
    outcome: Outcome = Outcome.UNKNOWN
    medium: str = ""
    flagged: bool = False
    voice_signature: bool = False
    scenario: str = ""
    call_problem: str = ""
    account_number: str = ""
    case_number: str = ""
    thread_id: str = ""
    subject: str = ""
    km_articles: tuple[str, ...] = ()
    sentiment: float | None = None
    custom: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    source: Source = field(default_factory=lambda: Source("native"))
    recordings: tuple[Recording, ...] = ()
    messages: tuple[Message, ...] = ()
    steps: tuple[ScenarioStep, ...] = ()
    notes: tuple[Note, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    id: InteractionId = InteractionId(0)

    @property
    def duration_us(self) -> int:
        """From arrival or start to end, >= 0."""
        return max(0, self.ended_us - self.started_us)

    @property
    def service(self) -> str:
        """The last segment's service."""
        return self.segments[-1].service

    @property
    def disposition(self) -> str:
        """The last segment's disposition."""
        return self.segments[-1].disposition

    @property
    def agent(self) -> Agent | None:
        """The last segment's agent."""
        return self.segments[-1].agent

    @property
    def was_transferred(self) -> bool:
        """Whether any segment handed the contact on."""
        return any(segment.transfer is not None for segment in self.segments)

    def segment(self, number: int) -> Segment | None:
        """Return the segment of that number, or None."""
        for segment in self.segments:
            if segment.number == number:
                return segment
        return None

    def recordings_of(self, *kinds: RecordingKind) -> tuple[Recording, ...]:
        """Return the recordings of these kinds."""
        return tuple(r for r in self.recordings if r.kind in kinds)

    def content_state(self, *kinds: RecordingKind) -> RecordingState | None:
        """Return the best state among recordings of these kinds, None where there are none."""
        states = {recording.state for recording in self.recordings_of(*kinds)}
        for state in RecordingState:
            if state in states:
                return state
        return None
