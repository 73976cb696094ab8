"""What becomes of an interaction that is brought in once more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from reviewer.models.erasure import KINDS, what_of
from reviewer.models.ids import RecordingId, WallUs
from reviewer.models.interaction import Outcome
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.storage.catalogue.alignment import align
from reviewer.storage.catalogue.facts import TEXT_KIND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording
    from reviewer.storage.catalogue.alignment import Aligned

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
        segments: Numbers of the segments that they evaluated or gave a disposition.
    """

    dispositions: Mapping[int, str] = field(default_factory=dict)
    tags: bool = False
    segments: frozenset[int] = frozenset()

    def renumbered(self, moved: Mapping[int, int]) -> ByHand:
        """Return the same under other numbers of segments."""
        given = {moved[n]: text for n, text in self.dispositions.items() if n in moved}
        marked = frozenset(moved[n] for n in self.segments if n in moved)
        return replace(self, dispositions=given, segments=marked)


@dataclass(frozen=True, slots=True)
class Merged:
    """Two tellings as one.

    Attributes:
        interaction: With the ids of what was there.
        moved: From the numbers of the segments that were there to those of now.
    """

    interaction: Interaction
    moved: Mapping[int, int]


NOTHING: Final = ByHand()


def merge(
    known: Interaction,
    told: Interaction,
    by_hand: ByHand = NOTHING,
    *,
    newer: bool = True,
    rough: bool = False,
) -> Merged:
    """Return what is known together with what is told now.

    The newcomer's word counts, but silence forgets nothing: an empty field keeps what was there,
    segments and recorded content that are there stay, and content that was deleted or expired
    does not come back. Reviewers' notes, tombstones, and what users gave by hand stay.

    Args:
        known: What is there.
        told: What is told now.
        by_hand: What users gave it.
        newer: False where the newcomer was told by less than what is there: then what is there
            counts, and the newcomer only fills it.
        rough: Whether what is there was told by less.
    """
    first, second = (told, known) if newer else (known, told)
    values: dict[str, object] = {
        name: getattr(first, name) or getattr(second, name) for name in _FILLED
    }
    aligned = align(
        known.segments, told.segments, newer=newer, rough=rough, marked=by_hand.segments
    )
    theirs = values["messages"] is told.messages
    values["messages"] = _numbered(values["messages"], aligned.told if theirs else aligned.known)
    ids = {segment.number for segment in known.segments}
    if by_hand.tags:
        values["tags"] = known.tags
    if _text_is_gone(known):
        values["messages"] = _numbered(known.messages, aligned.known)
    if RecordingKind.EMAIL in _all_gone(known):
        # A subject is a part of the message.
        values["subject"] = known.subject
    if first.outcome is Outcome.UNKNOWN:
        values["outcome"] = second.outcome
    if first.sentiment is None:
        values["sentiment"] = second.sentiment
    ours = _numbered(known.notes, aligned.known)
    notes = [note for note in ours if note.by_reviewer]
    notes += [n for n in _numbered(told.notes, aligned.told) if not n.by_reviewer] or [
        n for n in ours if not n.by_reviewer
    ]
    given = {aligned.known[n]: text for n, text in by_hand.dispositions.items() if n in ids}
    segments = tuple(
        replace(s, disposition=given.get(s.number, s.disposition)) for s in aligned.segments
    )
    stones = list(known.tombstones)
    stones += [stone for stone in told.tombstones if stone not in stones]
    merged = replace(
        first,
        id=known.id,
        giid=known.giid,
        source=known.source if known.source.kind == told.source.kind else told.source,
        started_us=WallUs(min(first.started_us, *(s.started_us for s in segments))),
        ended_us=WallUs(max(first.ended_us, *(s.ended_us for s in segments))),
        segments=segments,
        recordings=_recordings(known, told, aligned, newer=newer),
        notes=tuple(sorted(notes, key=lambda note: note.at_us)),
        tombstones=tuple(sorted(stones, key=lambda stone: stone.at_us)),
        **values,  # type: ignore[arg-type]
    )
    return Merged(merged, aligned.known)


def _numbered(parts: Any, numbers: Mapping[int, int]) -> Any:
    """Return messages or notes under the numbers that their segments have now."""
    return tuple(
        part
        if part.segment_number is None
        else replace(part, segment_number=numbers.get(part.segment_number, part.segment_number))
        for part in parts
    )


def _text_is_gone(known: Interaction) -> bool:
    kind = TEXT_KIND[known.channel]
    return not known.messages and any(stone.kind is kind for stone in known.tombstones)


def _recordings(
    known: Interaction, told: Interaction, aligned: Aligned, *, newer: bool
) -> tuple[Recording, ...]:
    """Return all recordings: those that were there first, in their order."""
    # What was found before and is not told of now was not lost by that.
    merged = list(_numbered(known.recordings, aligned.known))
    left = list(merged)
    all_gone = _all_gone(known)
    for recording in _numbered(told.recordings, aligned.told):
        before = same_recording(recording, left)
        if before is not None:
            left.remove(before)
            merged[merged.index(before)] = _recording(before, recording, newer=newer)
        elif recording.kind not in all_gone:
            merged.append(recording)
    return tuple(merged)


def _all_gone(known: Interaction) -> frozenset[RecordingKind]:
    """Return the kinds of content that were destroyed as a whole: sound is one, however told."""
    found: set[RecordingKind] = set()
    for stone in known.tombstones:
        kinds = KINDS[what_of(stone.kind)]
        if all(r.state in _GONE for r in known.recordings if r.kind in kinds):
            found |= kinds
    return frozenset(found)


def same_recording(recording: Recording, among: Sequence[Recording]) -> Recording | None:
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


def _recording(before: Recording, told: Recording, *, newer: bool) -> Recording:
    if before.state in _GONE:
        return before
    if told.state is not RecordingState.AVAILABLE and before.state is RecordingState.AVAILABLE:
        return before
    if told.sha256 and told.sha256 == before.sha256:
        if not newer:
            return before
        return replace(told, id=before.id, object_id=before.object_id)
    if not newer and before.spans:
        # Where it lies in time was told more exactly before.
        told = replace(told, spans=before.spans, segment_number=before.segment_number)
    return replace(told, id=before.id)


def unidentified(recording: Recording) -> Recording:
    """Return a recording as a newcomer's: without the ids of any store."""
    return replace(recording, id=RecordingId(0), object_id=None)
