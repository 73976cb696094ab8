"""What becomes of an interaction that is brought in once more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeVar

from reviewer.models.erasure import KINDS, what_of
from reviewer.models.ids import RecordingId, SegmentId
from reviewer.models.interaction import Outcome
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.storage.catalogue.facts import TEXT_KIND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.models.interaction import Agent, Interaction, Segment
    from reviewer.models.recording import Recording

T = TypeVar("T")

_GONE: Final = frozenset({RecordingState.DELETED, RecordingState.EXPIRED})
_FILLED: Final = (
    "from_address",
    "to_address",
    "connected_to",
    "from_name",
    "medium",
    "scenario",
    "call_problem",
    "account_number",
    "case_number",
    "thread_id",
    "subject",
    "km_articles",
    "custom",
    "tags",
    "messages",
    "steps",
)
"""What stays as it was where the newcomer says nothing."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """What users gave an interaction: it stays whatever is told of it.

    Attributes:
        dispositions: By number of the segment.
        tags: Whether the tags are theirs.
    """

    dispositions: Mapping[int, str] = field(default_factory=dict)
    tags: bool = False


NOTHING: Final = ByHand()


def merge(known: Interaction, told: Interaction, by_hand: ByHand = NOTHING) -> Interaction:
    """Return what is known together with what is told now.

    The newcomer's word counts, but silence forgets nothing: an empty field keeps what was there,
    recorded content that is there stays, and content that was deleted or expired does not come
    back. Reviewers' notes, tombstones, and what users gave by hand stay.
    """
    values: dict[str, object] = {
        name: getattr(told, name) or getattr(known, name) for name in _FILLED
    }
    if by_hand.tags:
        values["tags"] = known.tags
    if _text_is_gone(known):
        values["messages"] = known.messages
    if RecordingKind.EMAIL in _all_gone(known):
        # A subject is a part of the message.
        values["subject"] = known.subject
    if told.outcome is Outcome.UNKNOWN:
        values["outcome"] = known.outcome
    if told.sentiment is None:
        values["sentiment"] = known.sentiment
    notes = [note for note in known.notes if note.by_reviewer]
    notes += [n for n in told.notes if not n.by_reviewer] or [
        n for n in known.notes if not n.by_reviewer
    ]
    stones = list(known.tombstones)
    stones += [stone for stone in told.tombstones if stone not in stones]
    return replace(
        told,
        id=known.id,
        segments=_segments(known, told, by_hand),
        recordings=_recordings(known, told),
        notes=tuple(sorted(notes, key=lambda note: note.at_us)),
        tombstones=tuple(sorted(stones, key=lambda stone: stone.at_us)),
        **values,  # type: ignore[arg-type]
    )


def with_recordings(known: Interaction, told: Interaction) -> Interaction:
    """Return what is known together with recordings that came alone, which tell little else.

    What is there of them stays as it is known; one that was missing takes its place.
    """
    left = list(known.recordings)
    for recording in told.recordings:
        before = _same(recording, left)
        if before is None:
            stones = {stone.kind for stone in known.tombstones}
            if recording.kind not in stones:
                left.append(recording)
        elif before.state not in {*_GONE, RecordingState.AVAILABLE}:
            placed = replace(recording, id=before.id, segment_number=before.segment_number)
            left[left.index(before)] = placed
    return replace(known, recordings=tuple(left))


def _text_is_gone(known: Interaction) -> bool:
    kind = TEXT_KIND[known.channel]
    return not known.messages and any(stone.kind is kind for stone in known.tombstones)


def _segments(known: Interaction, told: Interaction, by_hand: ByHand) -> tuple[Segment, ...]:
    ids: Mapping[int, SegmentId] = {segment.number: segment.id for segment in known.segments}
    agents = {s.agent.login.casefold(): s.agent for s in known.segments if s.agent is not None}
    return tuple(
        replace(
            segment,
            id=ids.get(segment.number, SegmentId(0)),
            agent=_agent(segment.agent, agents),
            disposition=by_hand.dispositions.get(segment.number, segment.disposition),
        )
        for segment in told.segments
    )


def _agent(agent: Agent | None, known: Mapping[str, Agent]) -> Agent | None:
    if agent is None:
        return None
    before = known.get(agent.login.casefold())
    if before is None:
        return agent
    return replace(
        before,
        first_name=agent.first_name or before.first_name,
        last_name=agent.last_name or before.last_name,
        team=agent.team or before.team,
        extension=agent.extension or before.extension,
    )


def _recordings(known: Interaction, told: Interaction) -> tuple[Recording, ...]:
    left = list(known.recordings)
    all_gone = _all_gone(known)
    merged: list[Recording] = []
    for recording in told.recordings:
        before = _same(recording, left)
        if before is not None:
            left.remove(before)
            merged.append(_recording(before, recording))
        elif recording.kind not in all_gone:
            merged.append(recording)
    # What was found before and is not told of now was not lost by that.
    return (*merged, *left)


def _all_gone(known: Interaction) -> frozenset[RecordingKind]:
    """Return the kinds of content that were destroyed as a whole: sound is one, however told."""
    found: set[RecordingKind] = set()
    for stone in known.tombstones:
        kinds = KINDS[what_of(stone.kind)]
        if all(r.state in _GONE for r in known.recordings if r.kind in kinds):
            found |= kinds
    return frozenset(found)


def _same(recording: Recording, among: Sequence[Recording]) -> Recording | None:
    """Return the recording of before that this one is: the same bytes, name or place."""

    def alike(other: Recording) -> bool:
        return other.kind is recording.kind and other.party is recording.party

    candidates = [other for other in among if alike(other)]
    for other in candidates:
        if recording.sha256 and other.sha256 == recording.sha256:
            return other
    for other in candidates:
        if recording.source_name and other.source_name == recording.source_name:
            return other
    for other in candidates:
        if (other.segment_number, other.started_us) == (
            recording.segment_number,
            recording.started_us,
        ):
            return other
    return None


def _recording(before: Recording, told: Recording) -> Recording:
    if before.state in _GONE:
        return before
    if told.state is not RecordingState.AVAILABLE and before.state is RecordingState.AVAILABLE:
        return before
    if told.sha256 and told.sha256 == before.sha256:
        return replace(told, id=before.id, object_id=before.object_id)
    return replace(told, id=before.id)


def unidentified(recording: Recording) -> Recording:
    """Return a recording as a newcomer's: without the ids of any store."""
    return replace(recording, id=RecordingId(0), object_id=None)
