"""What the tables can hold of an interaction, on every engine alike.

PostgreSQL takes no null character into a text and no number beyond its column's; SQLite takes
both, and then finds and compares them in ways of its own. So neither comes further than here.
"""

from __future__ import annotations

import json
import math
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from reviewer.errors import N_, UsageError
from reviewer.models.interaction import StretchKind
from reviewer.storage.catalogue import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from reviewer.models.interaction import Interaction

NUL: Final = "\0"
NUL_SHOWN: Final = "\u2400"
"""What stands for a null character: so it is seen where one was."""

_SMALL: Final = (1 << 15) - 1
_INTEGER: Final = (1 << 31) - 1
_BIG: Final = (1 << 62) - 1
"""Half of what a column takes: the difference of two instants has to fit as well."""
_FIRST: Final = -62_100_000_000_000_000
_LAST: Final = 253_300_000_000_000_000
"""Instants of the years 2 and 9996: what is earlier or later is a date in no time zone."""


def storable(interaction: Interaction) -> Interaction:
    """Return an interaction as it can be kept: null characters shown, no sentiment that is none.

    Raises:
        UsageError: A text is not Unicode, or a number is too large; it would take the others of
            its batch along. Or a date is none.
    """
    try:
        line = json.dumps(facts.plain(interaction), ensure_ascii=False)
        line.encode()
    except UnicodeEncodeError:
        raise UsageError(reason=N_("a text of it is not Unicode")) from None
    if not _fits(interaction):
        raise UsageError(reason=N_("a number in it is too large"))
    if not all(_FIRST <= instant <= _LAST for instant in _instants(interaction)):
        # Whoever is shown it would see an error in its place.
        raise UsageError(reason=N_("a date in it is none"))
    if "NaN" in line or "Infinity" in line or "\\u0000" in line:
        kept: Interaction = _clean(interaction)
        return kept
    return interaction


def refuse_null(texts: Iterable[str | None]) -> None:
    """Refuse texts with a null character.

    Raises:
        UsageError: One has one.
    """
    # Joined: there may be very many, and looking at one by one takes longer.
    if NUL in "".join(filter(None, texts)):
        raise UsageError(reason=N_("a text has a null character in it, which cannot be kept"))


def _clean(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return value.replace(NUL, NUL_SHOWN)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple):
        return tuple(map(_clean, value))
    if is_dataclass(value) and not isinstance(value, type):
        made = {field.name: _clean(getattr(value, field.name)) for field in fields(value)}
        return replace(value, **made)
    return value


def _fits(interaction: Interaction) -> bool:
    return (
        all(abs(number) <= _SMALL for number in _small_numbers(interaction))
        and all(abs(step.order) <= _INTEGER for step in interaction.steps)
        and all(abs(stone.recordings) <= _INTEGER for stone in interaction.tombstones)
        and all(abs(number) <= _BIG for number in _numbers(facts.plain(interaction)))
        and sum(segment.time_in(StretchKind.HOLD) for segment in interaction.segments) <= _BIG
    )


def _instants(interaction: Interaction) -> Iterator[int]:
    """Yield when everything of an interaction was."""
    yield from (interaction.started_us, interaction.ended_us)
    for segment in interaction.segments:
        yield from (segment.started_us, segment.ended_us)
    for recording in interaction.recordings:
        for span in recording.spans:
            yield from (span.wall_start_us, span.wall_end_us)
    yield from (message.at_us for message in interaction.messages)
    yield from (note.at_us for note in interaction.notes)
    yield from (stone.at_us for stone in interaction.tombstones)


def _small_numbers(interaction: Interaction) -> Iterator[int]:
    """Yield how many parts there are of each kind, and the numbers of segments referred to."""
    yield len(interaction.recordings)
    for segment in interaction.segments:
        yield from (segment.number, len(segment.stretches))
        yield from (segment.transferred_to or 0, segment.consultation_of or 0)
    for recording in interaction.recordings:
        yield from (recording.segment_number or 0, len(recording.spans))
    for message in interaction.messages:
        yield message.segment_number or 0
    for note in interaction.notes:
        yield note.segment_number or 0


def _numbers(value: object) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _numbers(item)
