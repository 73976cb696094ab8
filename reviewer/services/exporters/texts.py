"""Chats and transcripts of calls: as text to read, and as JSON to work with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final

from reviewer.errors import ContentGoneError
from reviewer.messages import format_instant, format_time, tr
from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.services.exporters.base import Draft, exporter
from reviewer.services.exporters.recordings import Recorded
from reviewer.services.facts import interaction_facts, iso_instant, seconds
from reviewer.services.watermarking import session_watermark
from reviewer.services.wording import name_of_channel, name_of_direction, name_of_party

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from reviewer.errors import ReviewerError
    from reviewer.models.interaction import Interaction, Message
    from reviewer.services.exporters.base import Piece
    from reviewer.storage.store import Session

_TEXT: Final = ".txt"
_JSON: Final = ".json"
_KIND_OF: Final = {
    Channel.VOICE: RecordingKind.VOICE_TRANSCRIPT,
    Channel.CHAT: RecordingKind.CHAT_TRANSCRIPT,
}
_BYTES_OF_A_LINE: Final = 40
"""Time and name before what was said, about."""


@exporter
class TextExporter(Recorded):
    """Two files an interaction: what was said or written, in order.

    Where the messages of a stored transcript could not be read, it is exported as it is.
    """

    kind: ClassVar[str] = "text"
    order: ClassVar[int] = 3
    limit: ClassVar[int] = 500
    recorded: ClassVar[frozenset[RecordingKind]] = frozenset(_KIND_OF.values())

    def title(self) -> str:
        """Return what the option is called."""
        return tr("Include chats and call transcripts")

    def drafts(self, interaction: Interaction) -> Iterator[Draft | ReviewerError]:
        """Return a text and a JSON file, or why there is none; see `Exporter.drafts`."""
        kind = _KIND_OF.get(interaction.channel)
        if kind is None:
            return
        if not interaction.messages:
            yield from super().drafts(interaction)
            return
        state = interaction.content_state(kind)
        if state in (RecordingState.DELETED, RecordingState.EXPIRED):
            yield ContentGoneError(name=kind.value)
            return
        size = sum(len(m.text.encode()) + _BYTES_OF_A_LINE for m in interaction.messages)
        yield Draft(_TEXT, bytes=size, media_type="text/plain;charset=utf-8")
        yield Draft(_JSON, bytes=size * 3, media_type="application/json")

    def content(self, session: Session, interaction: Interaction, piece: Piece) -> Iterator[bytes]:
        """Yield the text, or the JSON."""
        if piece.recording_id:
            yield from super().content(session, interaction, piece)
            return
        if not interaction.messages:
            raise ContentGoneError(name=_KIND_OF[interaction.channel].value)
        by = session_watermark(session)
        if piece.name.endswith(_JSON):
            facts = transcript_facts(interaction)
            if by:
                facts["taken_out_by"] = by
            text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
        else:
            text = tr("Taken out by {who}", who=by) + "\n\n" if by else ""
            text += "".join(f"{line}\n" for line in _lines(interaction, session.settings.zone))
        # A lone half of a surrogate pair can come from a careless source; it is no character.
        yield text.encode(errors="replace")


def transcript_facts(interaction: Interaction) -> dict[str, Any]:
    """Return an interaction with all that was said or written, as plain JSON values."""
    facts = interaction_facts(interaction, ())
    del facts["evaluations"]
    facts["messages"] = [_message(message) for message in interaction.messages]
    return facts


def _message(message: Message) -> dict[str, Any]:
    return {
        "at": iso_instant(message.at_us),
        "ended": None if message.ended_us is None else iso_instant(message.ended_us),
        "role": message.role.value,
        "author": message.author,
        "segment": message.segment_number,
        "sentiment": message.sentiment,
        "text": message.text,
        "words": [
            {
                "text": word.text,
                "at": iso_instant(word.started_us),
                "duration_s": seconds(word.ended_us - word.started_us),
            }
            for word in message.words
        ],
    }


def _lines(interaction: Interaction, zone: ZoneInfo) -> Iterator[str]:
    yield (
        f"{name_of_channel(interaction.channel)}, {name_of_direction(interaction.direction)}, "
        f"{format_instant(interaction.started_us, zone)}"
    )
    sender = interaction.from_address or "—"
    if interaction.from_name:
        sender = f"{sender} ({interaction.from_name})"
    yield f"{sender} → {interaction.to_address or '—'}"
    for segment in interaction.segments:
        names = (segment.agent.display_name if segment.agent else "", segment.service)
        told = ", ".join(name for name in (*names, segment.disposition) if name)
        if told:
            yield f"{segment.number}. {told}"
    yield f"GIID {interaction.giid}"
    yield ""
    for message in interaction.messages:
        who = name_of_party(message.role)
        if message.author:
            who = f"{who} ({message.author})"
        text = message.text.replace("\r\n", "\n").replace("\n", "\n    ")
        yield f"[{format_time(message.at_us, zone)}] {who}: {text}"
