"""What was recorded: objects in the vault and where their content lies in time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reviewer.models.ids import MediaUs, ObjectId, RecordingId, WallUs


class RecordingKind(StrEnum):
    """What kind of content an object holds. Values are stored: never change one."""

    VOICE = "voice"
    """All parties in one file."""
    VOICE_CHANNEL = "voice_channel"
    """One party in a file of its own."""
    CPA = "cpa"
    """Call progress analysis: what was heard before the answer."""
    VOICEMAIL = "voicemail"
    SCREEN = "screen"
    VOICE_TRANSCRIPT = "voice_transcript"
    CHAT_TRANSCRIPT = "chat_transcript"
    EMAIL = "email"


SOUND_KINDS = frozenset(
    {RecordingKind.VOICE, RecordingKind.VOICE_CHANNEL, RecordingKind.CPA, RecordingKind.VOICEMAIL}
)


class RecordingState(StrEnum):
    """Whether the content is there. Values are stored."""

    AVAILABLE = "available"
    EXPIRED = "expired"
    """Its retention ended."""
    DELETED = "deleted"
    """Somebody deleted it; a tombstone says who and why."""
    MISSING = "missing"
    """Its file was never found where it came from, or the store's own is lost or unreadable."""
    DAMAGED = "damaged"
    """Its file can be opened, and is not what was stored: what can be read of it is played."""


class PartyRole(StrEnum):
    """Whose voice, message or channel something is. Values are stored."""

    AGENT = "agent"
    CUSTOMER = "customer"
    CONSULTED = "consulted"
    SYSTEM = "system"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one object that was captured without interruption.

    A recording that was paused and resumed into the same file has several spans.

    Attributes:
        media_start_us: Where the stretch begins in the object.
        wall_start_us: When its first sample or frame was captured.
        duration_us: Its length, the same in both times, >= 0.
    """

    media_start_us: MediaUs
    wall_start_us: WallUs
    duration_us: int

    @property
    def wall_end_us(self) -> WallUs:
        """The instant just after the stretch."""
        return WallUs(self.wall_start_us + self.duration_us)


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded object: a file's worth of sound, pictures, transcript or message.

    Attributes:
        id: 0 until it is stored.
        kind: What it holds.
        segment_number: The segment it belongs to, or None: the interaction as a whole, or a
            login session that overlaps it.
        spans: Where its content lies on the wall clock, ascending; empty when unknown or when
            the object holds no sound or picture at all.
        media_type: What the bytes are, as `audio/wav`, `audio/x-gsm`, `audio/x-sln;rate=8000`,
            `audio/basic` (raw mu-law 8000 Hz), `video/webm`, `application/json`,
            `message/rfc822`.
        party: Whose it is; `MIXED` when all are in it.
        channel_parties: For sound of several channels, the party of each; empty otherwise.
        object_id: Its name in the vault, None when the content is gone or never was.
        bytes: Size of the content.
        sha256: Hex digest of the content, empty when unknown.
        state: Whether the content is there.
        source_name: Its name where it came from.
    """

    kind: RecordingKind
    segment_number: int | None
    spans: tuple[Span, ...]
    media_type: str
    party: PartyRole = PartyRole.MIXED
    channel_parties: tuple[PartyRole, ...] = ()
    object_id: ObjectId | None = None
    bytes: int = 0
    sha256: str = ""
    state: RecordingState = RecordingState.AVAILABLE
    source_name: str = ""
    id: RecordingId = RecordingId(0)

    @property
    def started_us(self) -> WallUs | None:
        """When its content begins, if known."""
        return self.spans[0].wall_start_us if self.spans else None

    @property
    def duration_us(self) -> int:
        """How much was captured, without the gaps."""
        return sum(span.duration_us for span in self.spans)

    @property
    def is_there(self) -> bool:
        """Whether there is something to play, whole or not."""
        return self.state in (RecordingState.AVAILABLE, RecordingState.DAMAGED)

    @property
    def is_empty(self) -> bool:
        """Whether the object is there but nothing was captured in it."""
        return self.state is RecordingState.AVAILABLE and self.duration_us == 0

    @property
    def is_sound(self) -> bool:
        """Whether the player can let it be heard."""
        return self.kind in SOUND_KINDS
