"""Emails of which single messages were deleted, when they are brought in once more.

What is there keeps its order, so that tombstones go on naming the places of what is gone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reviewer.models.letters import gone_messages, letters_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.interaction import Interaction, Message


def joined(
    known: Interaction, ours: Sequence[Message], told: Sequence[Message], *, newer: bool
) -> tuple[Message, ...]:
    """Return the messages of an email: those that are there, then those that are new.

    Args:
        known: What is there.
        ours: Its messages, as they are to be numbered.
        told: The newcomer's, naming their files by the places that these have now.
        newer: Whether the newcomer's word counts.
    """
    gone = gone_messages(known)
    merged = list(ours)
    for message in told:
        place = _place_of(message, ours)
        if place is None:
            merged.append(message)
        elif newer and place not in gone:
            file = ours[place].recording if message.recording is None else message.recording
            merged[place] = replace(message, recording=file)
    return tuple(merged)


def files_of_gone(known: Interaction, told: Interaction) -> frozenset[int]:
    """Return the places of the newcomer's files whose messages were deleted here."""
    gone = gone_messages(known)
    return frozenset(
        message.recording
        for message in told.messages
        if message.recording is not None and _written_as(message, known.messages) in gone
    )


def is_first_gone(known: Interaction) -> bool:
    """Whether the first message of an email was deleted by itself: its subject went with it."""
    first = next(iter(letters_of(known)), None)
    return first is not None and first.gone is not None and not first.gone.is_of_all


def _place_of(message: Message, among: Sequence[Message]) -> int | None:
    """Return which of the messages that are there one is: by its file, else by when and whose."""
    if message.recording is not None:
        for place, other in enumerate(among):
            if other.recording == message.recording:
                return place
    return _written_as(message, among)


def _written_as(message: Message, among: Sequence[Message]) -> int | None:
    for place, other in enumerate(among):
        if (other.at_us, other.role) == (message.at_us, message.role):
            return place
    return None
