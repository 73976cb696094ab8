"""What is in a store already of an interaction that is brought in: the rules, and nothing else.

Parts of a source tell of one call under several names. Where they came one by one, the store may
have several interactions that turn out to be one: what nobody has done anything with is then
taken into the first; what users or deletions have touched stays by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from reviewer.errors import ImportClashError
from reviewer.models.folding import fold_address
from reviewer.models.ids import US_PER_S, Giid, InteractionId
from reviewer.models.interaction import Channel
from reviewer.models.letters import gone_messages
from reviewer.storage.catalogue.alignment import same_agent
from reviewer.storage.catalogue.merge import (
    Merged,
    merge,
    same_recording,
    text_is_gone,
    unidentified,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from reviewer.models.interaction import Agent, Interaction
    from reviewer.storage.catalogue.landing import Known
    from reviewer.storage.catalogue.merge import ByHand
    from reviewer.storage.store import Incoming

_ANOTHER_US: Final = 24 * 3600 * US_PER_S
"""Calls that are this far apart are not one, whatever they are called."""


@dataclass(frozen=True, slots=True)
class There:
    """What is there of one newcomer.

    Attributes:
        own: The interaction that it completes, None where it is new.
        absorbed: Others that are the same and have nothing of their own: `own` takes them in.
        beside: Others that are the same, but stay: what they have is not taken twice.
    """

    own: Known | None = None
    absorbed: tuple[Known, ...] = ()
    beside: tuple[Known, ...] = ()


def candidates(
    names: Sequence[Giid], incoming: Incoming, known: Mapping[Giid, Known]
) -> tuple[Known, ...]:
    """Return all that is there under any of an interaction's GIIDs, its own first.

    Args:
        names: All its GIIDs, its own first.
        incoming: What is told of it.
        known: What is there, by each GIID it was asked for by.
    """
    told = incoming.interaction
    found: dict[InteractionId, Known] = {}
    for name in names:
        there = known.get(name)
        if there is None or there.id in found:
            continue
        # A name that was used again another day, as some name their files, is another call's.
        logged = any(incoming.weight[:-1]) and any(there.weight[:-1])
        apart_us = max(told.started_us - there.ended_us, there.started_us - told.ended_us)
        if name == names[0] or not logged or apart_us <= _ANOTHER_US:
            found[there.id] = there
    own = known.get(names[0])
    return tuple(sorted(found.values(), key=lambda one: (one is not own, one.id)))


def chosen(
    found: Sequence[Known],
    marked: Collection[InteractionId],
    doomed: Collection[InteractionId] = (),
) -> There:
    """Return which of several that are one is completed, and what becomes of the others.

    Args:
        found: Those that are there, the preferred one first.
        marked: Those of them that users or deletions have touched.
        doomed: Those of `marked` whose content was deleted, or is still to be: nothing of others
            goes with it.
    """
    if not found:
        return There()
    order = sorted(found, key=lambda one: (one.id in doomed, one.id not in marked))
    rest = order[1:]
    if order[0].id in doomed:
        return There(order[0], beside=tuple(rest))
    return There(
        order[0],
        tuple(one for one in rest if one.id not in marked),
        tuple(one for one in rest if one.id in marked),
    )


def joined(
    before: Sequence[Interaction],
    told: Interaction,
    weights: Sequence[tuple[int, ...]],
    by_hand: ByHand,
) -> Merged:
    """Return what is there, in the first place what is completed, with what is told now.

    Args:
        before: What is completed, and what it absorbs.
        told: The newcomer.
        weights: Of each of `before`, then of the newcomer: see `Incoming.weight`.
        by_hand: What users gave the first.
    """
    own, *others = before
    moved = {segment.number: segment.number for segment in own.segments}
    weight = weights[0]
    for other, other_weight in zip(others, weights[1:], strict=False):
        part = merge(own, _as_new(other), by_hand, newer=False)
        own = part.interaction
        by_hand = by_hand.renumbered(part.moved)
        moved = {former: part.moved[number] for former, number in moved.items()}
        weight = max(weight, other_weight)
    newer, rough = _compared(own, weight, told, weights[-1])
    last = merge(own, told, by_hand, newer=newer, rough=rough)
    numbers = {former: last.moved[number] for former, number in moved.items()}
    return Merged(last.interaction, numbers, last.kept)


def require_same(known: Interaction, told: Interaction) -> None:
    """Refuse a newcomer that is another call under a number that is taken.

    Raises:
        ImportClashError: Caller, agents and sound all differ from what is there.
    """
    callers = {fold_address(known.from_address), fold_address(told.from_address)}
    agents = [_agents(known), _agents(told)]
    recordings = [[r for r in one.recordings if r.is_sound] for one in (known, told)]
    differ = (
        len(callers - {""}) == 2
        and all(agents)
        and not any(same_agent(one, two) for one in agents[0] for two in agents[1])
        and all(recordings)
        and not any(same_recording(one, recordings[0]) for one in recordings[1])
    )
    if differ:
        raise ImportClashError(name=told.source.key or told.giid)


def _agents(interaction: Interaction) -> list[Agent]:
    return [segment.agent for segment in interaction.segments if segment.agent is not None]


def without_those_of(told: Interaction, beside: Sequence[Interaction]) -> Interaction:
    """Return an interaction without the recordings that others have, or had before a deletion.

    Nor with texts, where those of others were deleted: nobody can tell which of them were theirs.
    """
    theirs = [recording for other in beside for recording in other.recordings]
    kept = [n for n, r in enumerate(told.recordings) if not same_recording(r, theirs)]
    places = {place: n for n, place in enumerate(kept)}
    messages = tuple(
        m if m.recording is None else replace(m, recording=places.get(m.recording))
        for m in told.messages
    )
    recordings = tuple(told.recordings[place] for place in kept)
    told = replace(told, recordings=recordings, messages=messages)
    if any(text_is_gone(other) or gone_messages(other) for other in beside):
        # The subject of an email is a part of it.
        subject = "" if told.channel is Channel.EMAIL else told.subject
        return replace(told, messages=(), subject=subject)
    return told


def _as_new(other: Interaction) -> Interaction:
    return replace(
        other,
        recordings=tuple(
            replace(unidentified(recording), object_id=recording.object_id)
            for recording in other.recordings
        ),
    )


def _compared(
    own: Interaction, before: tuple[int, ...], told: Interaction, weight: tuple[int, ...]
) -> tuple[bool, bool]:
    """Return whether the newcomer's word counts, and whether what is there was told by less."""
    if weight and not before:
        # From before weights were kept: whole seconds tell less than microseconds.
        coarse = told.started_us % US_PER_S == 0 and own.started_us % US_PER_S != 0
        return not coarse, False
    return weight >= before, weight > before and any(before)
