"""What becomes of an interaction that is brought in once more."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from reviewer.models.erasure import KINDS, What, what_of
from reviewer.models.ids import RecordingId, WallUs
from reviewer.models.interaction import Channel, Outcome
from reviewer.models.letters import gone_messages
from reviewer.models.recording import SOUND_KINDS, RecordingKind, RecordingState
from reviewer.storage.catalogue import letters
from reviewer.storage.catalogue.alignment import align
from reviewer.storage.catalogue.facts import TEXT_KIND

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.models.interaction import Interaction, Message, Note, Segment
    from reviewer.models.recording import Recording
    from reviewer.storage.catalogue.alignment import Aligned

T = TypeVar("T")
P = TypeVar("P", "Message", "Note", "Recording")

_GONE: Final = frozenset({RecordingState.DELETED, RecordingState.EXPIRED})
_CODING_US: Final = 250_000
"""Coders add or cut so much at the ends."""
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
        kept: Names of the newcomer's recordings that were not taken: what is there is longer, or
            can be played.
    """

    interaction: Interaction
    moved: Mapping[int, int]
    kept: tuple[str, ...] = ()


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
    first = told if newer else known
    aligned = align(
        known.segments, told.segments, newer=newer, rough=rough, marked=by_hand.segments
    )
    recordings, kept, places = _recordings(known, told, aligned, newer=newer)
    segments = _with_dispositions(known, aligned, by_hand)
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
        recordings=recordings,
        messages=_messages(known, told, aligned, places, newer=newer),
        notes=_notes(known, told, aligned),
        tombstones=tuple(sorted(stones, key=lambda stone: stone.at_us)),
        **_facts(known, told, by_hand, newer=newer),
    )
    return Merged(merged, aligned.known, kept)


def _facts(
    known: Interaction, told: Interaction, by_hand: ByHand, *, newer: bool
) -> dict[str, Any]:
    """Return what is said of the interaction as a whole, by name of the field."""
    first, second = (told, known) if newer else (known, told)
    facts = {name: getattr(first, name) or getattr(second, name) for name in _FILLED}
    if by_hand.tags:
        facts["tags"] = known.tags
    if RecordingKind.EMAIL in _all_gone(known) or letters.is_first_gone(known):
        # A subject is a part of the message.
        facts["subject"] = known.subject
    if first.outcome is Outcome.UNKNOWN:
        facts["outcome"] = second.outcome
    if first.sentiment is None:
        facts["sentiment"] = second.sentiment
    return facts


def _messages(
    known: Interaction,
    told: Interaction,
    aligned: Aligned,
    places: Mapping[int, int],
    *,
    newer: bool,
) -> tuple[Message, ...]:
    """Return what was said or written; what was deleted of it stays so."""
    ours = _numbered(known.messages, aligned.known)
    if text_is_gone(known):
        return ours
    theirs = _placed(_numbered(told.messages, aligned.told), places)
    if gone_messages(known):
        return letters.joined(known, ours, theirs, newer=newer)
    return (theirs or ours) if newer else (ours or theirs)


def _notes(known: Interaction, told: Interaction, aligned: Aligned) -> tuple[Note, ...]:
    """Return the reviewers' notes, and the agents' as they are told now."""
    ours = _numbered(known.notes, aligned.known)
    theirs = [note for note in _numbered(told.notes, aligned.told) if not note.by_reviewer]
    notes = [note for note in ours if note.by_reviewer]
    notes += theirs or [note for note in ours if not note.by_reviewer]
    return tuple(sorted(notes, key=lambda note: note.at_us))


def _with_dispositions(
    known: Interaction, aligned: Aligned, by_hand: ByHand
) -> tuple[Segment, ...]:
    """Return the segments with the dispositions that users gave them."""
    numbers = {segment.number for segment in known.segments}
    given = {aligned.known[n]: text for n, text in by_hand.dispositions.items() if n in numbers}
    return tuple(
        replace(s, disposition=given.get(s.number, s.disposition)) for s in aligned.segments
    )


def _numbered(parts: tuple[P, ...], numbers: Mapping[int, int]) -> tuple[P, ...]:
    """Return messages, notes or recordings under the numbers that their segments have now."""
    return tuple(
        part
        if part.segment_number is None
        else replace(part, segment_number=numbers.get(part.segment_number, part.segment_number))
        for part in parts
    )


def _placed(messages: tuple[Message, ...], places: Mapping[int, int]) -> tuple[Message, ...]:
    """Return messages that name their files by the places that these have now."""
    return tuple(
        m if m.recording is None else replace(m, recording=places.get(m.recording))
        for m in messages
    )


def replaced(known: Interaction, merged: Interaction) -> dict[RecordingKind, tuple[int, int]]:
    """Return what of the content that is there would be there no more.

    Args:
        known: The interaction as it is.
        merged: What is to take its place; its new content has objects of its own.

    Returns:
        Number of recordings and their bytes, by kind; texts that change count as none, of 0.
    """
    kept = {recording.object_id for recording in merged.recordings}
    found: dict[RecordingKind, tuple[int, int]] = {}
    for recording in known.recordings:
        if recording.object_id is None or recording.object_id in kept:
            continue
        lost = recording.state is RecordingState.MISSING
        if not lost and not any(_same_bytes(recording, now) for now in merged.recordings):
            number, size = found.get(recording.kind, (0, 0))
            found[recording.kind] = (number + 1, size + recording.bytes)
    now = {(message.at_us, message.role, message.text) for message in merged.messages}
    said = {(message.at_us, message.role, message.text) for message in known.messages} <= now
    email = known.channel is Channel.EMAIL
    if not said or (email and known.subject and known.subject != merged.subject):
        found.setdefault(TEXT_KIND[known.channel], (0, 0))
    return found


def text_is_gone(known: Interaction) -> bool:
    """Return whether all that was said or written was deleted, or is not to come in any more."""
    kind = TEXT_KIND[known.channel]
    is_gone = any(stone.kind is kind for stone in known.tombstones) or kind in _all_gone(known)
    return not known.messages and is_gone


def _recordings(
    known: Interaction, told: Interaction, aligned: Aligned, *, newer: bool
) -> tuple[tuple[Recording, ...], tuple[str, ...], Mapping[int, int]]:
    """Return all recordings, those that were there first, in their order; and what was refused.

    At last to which places what arrived came.
    """
    # What was found before and is not told of now was not lost by that.
    merged = list(_numbered(known.recordings, aligned.known))
    all_gone = _all_gone(known)
    arrived = _numbered(told.recordings, aligned.told)
    pairs = _paired(arrived, merged)
    stems = {_stem(r.source_name): r for r in merged if r.is_sound and r.source_name}
    kept: list[str] = []
    places = dict(pairs)
    refused = letters.files_of_gone(known, told, pairs)
    for place, recording in enumerate(arrived):
        if place in refused:
            continue
        if place in pairs:
            before = merged[pairs[place]]
            if _is_worse(before, recording):
                kept.append(recording.source_name)
            elif not _is_copy(before, recording):
                merged[pairs[place]] = _recording(before, recording, newer=newer)
        elif recording.kind not in all_gone:
            other = stems.get(_stem(recording.source_name))
            if other is None or not _is_copy(other, recording):
                places[place] = len(merged)
                merged.append(recording)
    return tuple(merged), tuple(kept), places


def _paired(arrived: Sequence[Recording], there: Sequence[Recording]) -> dict[int, int]:
    """Return where what arrived is already: by bytes, else by name, by stem, by place."""
    pairs: dict[int, int] = {}
    for alike in _ALIKE:
        for place, recording in enumerate(arrived):
            if place in pairs:
                continue
            taken = set(pairs.values())
            for index, other in enumerate(there):
                same = other.kind is recording.kind and other.party is recording.party
                if same and index not in taken and alike(recording, other):
                    pairs[place] = index
                    break
    return pairs


def _same_bytes(one: Recording, two: Recording) -> bool:
    return bool(one.sha256) and one.sha256 == two.sha256


def _same_name(one: Recording, two: Recording) -> bool:
    return bool(one.source_name) and one.source_name == two.source_name


def _same_stem(one: Recording, two: Recording) -> bool:
    return (
        one.is_sound and bool(one.source_name) and _stem(one.source_name) == _stem(two.source_name)
    )


def _same_place(one: Recording, two: Recording) -> bool:
    # What has a name of its own is another recording, wherever it lies.
    unnamed = not one.source_name or not two.source_name
    lies = (one.segment_number, one.started_us) == (two.segment_number, two.started_us)
    return unnamed and lies


_ALIKE: Final = (_same_bytes, _same_name, _same_stem, _same_place)


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _is_worse(before: Recording, told: Recording) -> bool:
    """Whether sound or pictures that are there would be lost by taking what is told now."""
    if not _are_there(before, told) or _same_bytes(before, told):
        return False
    if told.duration_us == 0:
        return before.duration_us > 0 or told.bytes < before.bytes
    return told.duration_us + _CODING_US < before.duration_us


def _is_copy(before: Recording, told: Recording) -> bool:
    """Whether what is told is the same recording in another format, as conversions leave it."""
    return (
        _are_there(before, told)
        and not _same_name(before, told)
        and _same_stem(before, told)
        and before.duration_us > 0
        and abs(before.duration_us - told.duration_us) <= _CODING_US
    )


def _are_there(before: Recording, told: Recording) -> bool:
    kinds = {*SOUND_KINDS, RecordingKind.SCREEN}
    return before.kind in kinds and before.is_there and told.state is RecordingState.AVAILABLE


def _all_gone(known: Interaction) -> frozenset[RecordingKind]:
    """Return the kinds of content that were destroyed as a whole: sound is one, however told."""
    found: set[RecordingKind] = set()
    for stone in known.tombstones:
        if not stone.is_of_all:
            continue
        kinds = KINDS[what_of(stone.kind)]
        if all(r.state in _GONE for r in known.recordings if r.kind in kinds):
            found |= kinds
    if _is_unsaid(known) and any(stone.kind in SOUND_KINDS & found and not stone.by_retention
                                 for stone in known.tombstones):  # fmt: skip
        # Whoever destroyed what was said did so before anybody had written it down.
        found |= KINDS[What.TRANSCRIPT]
    return frozenset(found)


def _is_unsaid(known: Interaction) -> bool:
    """Return whether a call has no transcript."""
    files = KINDS[What.TRANSCRIPT]
    there = known.messages or any(r.kind in files for r in known.recordings)
    return known.channel is Channel.VOICE and not there


def same_recording(recording: Recording, among: Sequence[Recording]) -> bool:
    """Whether a recording is one of these: the same bytes, name or place."""
    return bool(_paired([recording], among))


def _recording(before: Recording, told: Recording, *, newer: bool) -> Recording:
    if before.state in _GONE:
        return before
    if told.state is not RecordingState.AVAILABLE and before.object_id is not None:
        return before
    if _is_same_path(before.source_name, told.source_name):
        told = replace(told, source_name=before.source_name)
    spoilt = before.state in (RecordingState.MISSING, RecordingState.DAMAGED)
    if _same_bytes(before, told) and not spoilt:
        if not newer:
            return before
        if _is_of_another_time(before, told):
            # Others may share what is there: by another clock it is another piece.
            return replace(told, id=before.id)
        return replace(told, id=before.id, object_id=before.object_id)
    if not newer and before.spans:
        # Where it lies in time was told more exactly before.
        told = replace(told, spans=before.spans, segment_number=before.segment_number)
    return replace(told, id=before.id)


def _is_same_path(before: str, told: str) -> bool:
    """Whether two names are of one file, seen from different folders."""
    short, long = sorted((before, told), key=len)
    return bool(short) and long.endswith(f"/{short}")


def _is_of_another_time(before: Recording, told: Recording) -> bool:
    """Whether the same pictures of the screen were captured at another time than was told."""
    starts = {span.media_start_us: span.wall_start_us for span in before.spans}
    return before.kind is RecordingKind.SCREEN and any(
        starts.get(span.media_start_us, span.wall_start_us) != span.wall_start_us
        for span in told.spans
    )


def unidentified(recording: Recording) -> Recording:
    """Return a recording as a newcomer's: without the ids of any store."""
    return replace(recording, id=RecordingId(0), object_id=None)
