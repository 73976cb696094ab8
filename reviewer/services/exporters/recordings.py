"""Voice, call progress and email: the bytes that were recorded, as they are."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, ClassVar, Final

from reviewer.errors import (
    N_,
    ContentDamagedError,
    ContentGoneError,
    ContentMissingError,
    MediaEmptyError,
    NotFoundError,
)
from reviewer.messages import tr
from reviewer.models.audit import Purpose
from reviewer.models.naming import safe_name
from reviewer.models.recording import PartyRole, RecordingKind, RecordingState
from reviewer.models.settings import Feature
from reviewer.services.exporters.base import Draft, exporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.errors import ReviewerError
    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording
    from reviewer.services.exporters.base import Piece
    from reviewer.storage.store import Session

_CHUNK: Final = 1 << 20
_EXTENSIONS: Final = {
    "audio/wav": ".wav",
    "audio/x-w64": ".w64",
    "audio/x-gsm": ".gsm",
    "audio/gsm": ".gsm",
    "audio/x-sln": ".sln",
    "audio/l16": ".sln",
    "audio/basic": ".ulaw",
    "audio/pcmu": ".ulaw",
    "audio/x-mulaw": ".ulaw",
    "audio/x-alaw-basic": ".alaw",
    "audio/x-alaw": ".alaw",
    "audio/pcma": ".alaw",
    "audio/g722": ".g722",
    "audio/x-au": ".au",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/amr": ".amr",
    "audio/aac": ".aac",
    "audio/aiff": ".aiff",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "message/rfc822": ".eml",
}
_RAW_SLIN: Final = 8000
"""Raw linear sound of this rate is `.sln`; Asterisk names others by their kilohertz: `.sln16`."""


def extension_of(media_type: str) -> str:
    """Return the extension by which programs know a media type; `.bin` where there is none."""
    base, _, parameters = media_type.lower().partition(";")
    extension = _EXTENSIONS.get(base.strip(), ".bin")
    rate = parameters.strip().removeprefix("rate=")
    if extension == ".sln" and rate.isdecimal() and int(rate) != _RAW_SLIN:
        return f".sln{int(rate) // 1000}"
    return extension


class Recorded:
    """What the exporters of recorded bytes share."""

    recorded: ClassVar[frozenset[RecordingKind]]
    feature: ClassVar[Feature | None] = None

    def drafts(self, interaction: Interaction) -> Iterator[Draft | ReviewerError]:
        """Return a file for each recording that is there; see `Exporter.drafts`."""
        for recording in interaction.recordings_of(*self.recorded):
            error = _reason_against(recording)
            yield error if error is not None else _draft(recording)

    def content(self, session: Session, interaction: Interaction, piece: Piece) -> Iterator[bytes]:
        """Yield the recorded bytes, held against the digest of what was stored."""
        recording = next((r for r in interaction.recordings if r.id == piece.recording_id), None)
        if recording is None:
            raise NotFoundError(name=piece.giid)
        name = name_of(recording)
        source = session.content.open(interaction.id, recording, purpose=Purpose.EXPORT)
        try:
            digest = hashlib.sha256()
            offset = 0
            while offset < source.size:
                chunk = source.read_at(offset, _CHUNK)
                if not chunk:
                    raise ContentDamagedError(name=name, reason=N_("it ends before its size"))
                digest.update(chunk)
                offset += len(chunk)
                yield chunk
        finally:
            source.close()
        if recording.sha256 and digest.hexdigest() != recording.sha256:
            raise ContentDamagedError(name=name, reason=N_("its bytes are not what was stored"))


def name_of(recording: Recording) -> str:
    """Return what an error calls a recording."""
    return recording.source_name or recording.kind.value


def error_of(state: RecordingState, name: str) -> ReviewerError | None:
    """Return why content of that state cannot be exported; None if it can."""
    if state is RecordingState.AVAILABLE:
        return None
    if state is RecordingState.MISSING:
        return ContentMissingError(name=name)
    if state is RecordingState.DAMAGED:
        return ContentDamagedError(name=name, reason=N_("its bytes are not what was stored"))
    return ContentGoneError(name=name)


def _reason_against(recording: Recording) -> ReviewerError | None:
    if recording.state is RecordingState.AVAILABLE and recording.object_id is None:
        return MediaEmptyError(name=name_of(recording))
    return error_of(recording.state, name_of(recording))


def _draft(recording: Recording) -> Draft:
    parts = []
    if recording.segment_number is not None:
        parts.append(f"_s{recording.segment_number}")
    if recording.party is not PartyRole.MIXED:
        parts.append(f"_{recording.party.value}")
    if recording.kind is RecordingKind.VOICEMAIL:
        parts.append("_voicemail")
    extension = safe_name(f"x{extension_of(recording.media_type)}")[1:]
    return Draft("".join(parts) + extension, recording, recording.bytes, recording.media_type)


@exporter
class VoiceExporter(Recorded):
    """Recordings of conversations and voicemail, as stored."""

    kind: ClassVar[str] = "voice"
    order: ClassVar[int] = 1
    limit: ClassVar[int] = 100
    recorded: ClassVar[frozenset[RecordingKind]] = frozenset(
        {RecordingKind.VOICE, RecordingKind.VOICE_CHANNEL, RecordingKind.VOICEMAIL}
    )

    def title(self) -> str:
        """Return what the option is called."""
        return tr("Include voice recordings")


@exporter
class CpaExporter(Recorded):
    """What was heard before the answer."""

    kind: ClassVar[str] = "cpa"
    order: ClassVar[int] = 2
    limit: ClassVar[int] = 500
    recorded: ClassVar[frozenset[RecordingKind]] = frozenset({RecordingKind.CPA})
    feature: ClassVar[Feature | None] = Feature.CPA

    def title(self) -> str:
        """Return what the option is called."""
        return tr("Include call progress analysis")


@exporter
class EmailExporter(Recorded):
    """Messages as EML, byte for byte."""

    kind: ClassVar[str] = "email"
    order: ClassVar[int] = 4
    limit: ClassVar[int] = 100
    recorded: ClassVar[frozenset[RecordingKind]] = frozenset({RecordingKind.EMAIL})

    def title(self) -> str:
        """Return what the option is called."""
        return tr("Include emails")
