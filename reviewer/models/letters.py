"""The messages of an email, one by one: each is its text, the file that holds it, or both."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingKind, RecordingState

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def can_go_alone(interaction: Interaction, letter: Letter) -> bool:
    """Whether it is known what belongs to a message: no file, or text, may be its unnamed part."""
    if letter.message is not None and letter.recording is not None:
        return True
    messages = interaction.messages
    named = {message.recording for message in messages}
    loose = [
        place
        for place in _files(interaction)
        if place not in named and interaction.recordings[place].state not in _GONE
    ]
    gone = gone_messages(interaction)
    bare = [n for n, m in enumerate(messages) if m.recording is None and n not in gone]
    return not loose or not bare


def linked(interaction: Interaction) -> Interaction:
    """Return an email whose messages name their files, where times or names of these tell which.

    A file that is named is one of an email, and named once; other names are taken away.
    """
    files = _files(interaction) if interaction.channel is Channel.EMAIL else []
    named = [message.recording for message in interaction.messages]
    if not any(place is not None for place in named):
        recordings = [interaction.recordings[place] for place in files]
        found = files_by_message(
            [message.at_us for message in interaction.messages],
            [recording.started_us for recording in recordings],
            [recording.source_name for recording in recordings],
        )
        named = [files[one] for one in found] or named
    seen: set[int | None] = set()
    messages = []
    for message, place in zip(interaction.messages, named, strict=True):
        known = place if place in files and place not in seen else None
        seen.add(known)
        messages.append(
            message if message.recording == known else replace(message, recording=known)
        )
    return replace(interaction, messages=tuple(messages))


def files_by_message(
    written_us: Sequence[int], began_us: Sequence[int | None], names: Sequence[str]
) -> list[int]:
    """Return which file is each message's; empty: nothing tells.

    Their times tell where they are the messages' own, else their names where these differ in one
    number that counts on: they count in the order in which the messages were written.

    Args:
        written_us: When the messages were written.
        began_us: Times of the files, None: unknown.
        names: Names of the files.
    """
    if len(written_us) != len(names):
        return []
    if len(names) == 1:
        return [0]
    order = sorted(range(len(names)), key=lambda place: written_us[place])
    times: list[int | None] = [written_us[place] for place in order]
    if len(set(times)) == len(times) and set(times) == set(began_us):
        files = [began_us.index(at_us) for at_us in times]
    else:
        files = _counted(names)
    found = dict(zip(order, files, strict=False))
    return [found[place] for place in range(len(order))] if files else []


def _counted(names: Sequence[str]) -> list[int]:
    """Return the places of names in the order of the one number that they differ in, or nothing."""
    parts = [re.split(r"(\d+)", name) for name in names]
    if len({len(one) for one in parts}) != 1:
        return []
    differ = [n for n, column in enumerate(zip(*parts, strict=True)) if len(set(column)) > 1]
    if len(differ) != 1 or differ[0] % 2 == 0:
        return []
    numbers = [int(one[differ[0]]) for one in parts]
    order = sorted(range(len(names)), key=lambda place: numbers[place])
    first = numbers[order[0]]
    counts = [numbers[place] - first for place in order] == list(range(len(names)))
    return order if counts else []


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
