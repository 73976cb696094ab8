"""The messages of an email, one by one: each is its text, the file that holds it, or both."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingKind, RecordingState

if TYPE_CHECKING:
    from reviewer.models.ids import WallUs
    from reviewer.models.interaction import Interaction, Message, Tombstone

_GONE = frozenset({RecordingState.DELETED, RecordingState.EXPIRED})


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of the chain of an email.

    Attributes:
        number: Its place in the chain, from 0.
        message: Place of its text among the messages, None: it is a file alone.
        recording: Place of its file among the recordings, None: it has none.
        at_us: When it was written, None: unknown.
        gone: What is left of it where it was deleted by itself, or where its file is gone.
    """

    number: int
    message: int | None
    recording: int | None
    at_us: WallUs | None = None
    gone: Tombstone | None = field(default=None, compare=False)


def letters_of(interaction: Interaction) -> tuple[Letter, ...]:
    """Return the messages of an email in their order, then files that are no message's."""
    if interaction.channel is not Channel.EMAIL:
        return ()
    pairs: list[tuple[int | None, int | None, WallUs | None]] = [
        (place, message.recording, message.at_us)
        for place, message in enumerate(interaction.messages)
    ]
    linked = {recording for _, recording, _ in pairs}
    pairs += [(None, place, None) for place in _files(interaction) if place not in linked]
    return tuple(
        Letter(number, message, recording, at_us, _gone(interaction, message, recording))
        for number, (message, recording, at_us) in enumerate(pairs)
    )


def kept_messages(interaction: Interaction) -> tuple[Message, ...]:
    """Return the messages, of any channel, that were not deleted one by one."""
    gone = gone_messages(interaction)
    if not gone:
        return interaction.messages
    return tuple(message for place, message in enumerate(interaction.messages) if place not in gone)


def gone_messages(interaction: Interaction) -> dict[int, Tombstone]:
    """Return the tombstones of messages that were deleted one by one, by their places."""
    return {stone.message: stone for stone in interaction.tombstones if stone.message is not None}


def linked(interaction: Interaction) -> Interaction:
    """Return an email whose messages name their files: in order, where there are as many.

    A file that is named is one of an email, and named once; other names are taken away.
    """
    files = _files(interaction) if interaction.channel is Channel.EMAIL else []
    named = [message.recording for message in interaction.messages]
    if not any(place is not None for place in named) and len(files) == len(named):
        named = list(files)
    seen: set[int | None] = set()
    messages = []
    for message, place in zip(interaction.messages, named, strict=True):
        known = place if place in files and place not in seen else None
        seen.add(known)
        messages.append(
            message if message.recording == known else replace(message, recording=known)
        )
    return replace(interaction, messages=tuple(messages))


def _files(interaction: Interaction) -> list[int]:
    return [
        place
        for place, recording in enumerate(interaction.recordings)
        if recording.kind is RecordingKind.EMAIL
    ]


def _gone(interaction: Interaction, message: int | None, recording: int | None) -> Tombstone | None:
    stones = [stone for stone in interaction.tombstones if stone.kind is RecordingKind.EMAIL]
    for stone in stones:
        of_message = message is not None and stone.message == message
        if of_message or (recording is not None and stone.recording == recording):
            return stone
    if recording is None or interaction.recordings[recording].state not in _GONE:
        return None
    return next((stone for stone in reversed(stones) if stone.is_of_all), None)
