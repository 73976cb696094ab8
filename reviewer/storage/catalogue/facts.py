"""What an interaction says, as plain values: its fingerprint, its id, and the state of content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from reviewer.models.ids import InteractionId
from reviewer.models.interaction import Channel
from reviewer.models.letters import kept_messages
from reviewer.models.recording import SOUND_KINDS, RecordingKind, RecordingState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reviewer.models.ids import Giid
    from reviewer.models.interaction import Interaction

_NOT_FACTS: Final = frozenset({"id", "object_id"})
_LATER: Final = frozenset({"message", "recording", "approved_by"})
"""Fields that came later: left out where they say nothing, so that fingerprints stay."""
SALT_BITS: Final = 20
"""Of an interaction's id, below the milliseconds of its start."""
_SALT: Final = (1 << SALT_BITS) - 1
_MS_LIMIT: Final = (1 << 42) - 1
"""Milliseconds that fit beside the salt in 63 bits, with room to spare: until the year 2109."""

TRANSCRIPT_KINDS: Final = (RecordingKind.VOICE_TRANSCRIPT, RecordingKind.CHAT_TRANSCRIPT)
TEXT_KIND: Final[Mapping[Channel, RecordingKind]] = {
    Channel.VOICE: RecordingKind.VOICE_TRANSCRIPT,
    Channel.CHAT: RecordingKind.CHAT_TRANSCRIPT,
    Channel.EMAIL: RecordingKind.EMAIL,
}
"""Of what kind of content the messages of an interaction are the text."""


def plain(value: object) -> object:
    """Return a value of `reviewer.models` as lists, texts and numbers, without ids."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        told = ((f.name, getattr(value, f.name)) for f in fields(value))
        return [
            plain(part)
            for name, part in told
            if name not in _NOT_FACTS and not (name in _LATER and part in (None, ""))
        ]
    msg = f"no plain form of {type(value).__name__}"
    raise TypeError(msg)


def fingerprint(interaction: Interaction) -> bytes:
    """Return 32 bytes that differ when the facts, or the digests of the content, differ."""
    line = json.dumps(plain(interaction), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()


def first_id(giid: Giid, started_us: int) -> InteractionId:
    """Return the id an interaction gets unless another has it: see `InteractionId`."""
    salt = int.from_bytes(hashlib.sha256(giid.encode()).digest()[:4], "big") & _SALT
    milliseconds = max(0, min(started_us // 1000, _MS_LIMIT))
    return InteractionId(milliseconds << SALT_BITS | salt)


def next_id(interaction_id: InteractionId) -> InteractionId:
    """Return the id to try after one that is taken, within the same millisecond."""
    salt = (interaction_id + 1) & _SALT
    return InteractionId(interaction_id & ~_SALT | salt)


def content_states(
    interaction: Interaction,
) -> tuple[
    RecordingState | None, RecordingState | None, RecordingState | None, RecordingState | None
]:
    """Return the state of sound, transcript or chat, screen, and email; None where there is none.

    Messages are content as well, and a tombstone tells of content that has no recording left.
    """
    return (
        _state(interaction, SOUND_KINDS),
        _state(interaction, TRANSCRIPT_KINDS),
        _state(interaction, (RecordingKind.SCREEN,)),
        _state(interaction, (RecordingKind.EMAIL,)),
    )


def _state(interaction: Interaction, kinds: Iterable[RecordingKind]) -> RecordingState | None:
    kinds = frozenset(kinds)
    states = {r.state for r in interaction.recordings if r.kind in kinds}
    if kept_messages(interaction) and TEXT_KIND[interaction.channel] in kinds:
        states.add(RecordingState.AVAILABLE)
    for tombstone in interaction.tombstones:
        if tombstone.kind in kinds:
            states.add(RecordingState.EXPIRED if tombstone.by_retention else RecordingState.DELETED)
    for state in RecordingState:
        if state in states:
            return state
    return None
