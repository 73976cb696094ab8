"""How much of a call nobody speaks, and how much of it several speak at once.

Both are shares of its talk: what was recorded of it, without what a part waited for (queue, menu,
ringing, hold, the agent's work after it, the stage before the answer) and without the music and
the tones of the network that were heard. Found once, kept in the catalogue, searched for.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from reviewer.models.activity import ActivityKind, placed
from reviewer.models.interaction import StretchKind
from reviewer.models.ranges import common, complement, merged
from reviewer.models.recording import RecordingKind

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

    from reviewer.models.activity import Activity
    from reviewer.models.ids import RecordingId
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Piece, Row, Timeline

_Finds: TypeAlias = "Callable[[Activity], list[tuple[int, int]]]"
WHOLE: Final = 1_000
"""A share of all: shares are whole numbers, per mille."""
# Shorter than this, one begins while the other ends: taking turns, and what finding speech adds.
_LEAST_AT_ONCE_US: Final = 500_000
_SPEECH: Final = frozenset({ActivityKind.SPEECH})
_NO_TALK: Final = frozenset(
    {
        StretchKind.CPA,
        StretchKind.QUEUE,
        StretchKind.RINGING,
        StretchKind.IVR,
        StretchKind.HOLD,
        StretchKind.WRAP_UP,
    }
)


@dataclass(frozen=True, slots=True)
class Shares:
    """What is known of a call's talk, per mille; None: it cannot be told, or is not known yet.

    Attributes:
        silence: Of its talk, where nobody speaks for about a second or longer.
        talkover: Of the talk that was recorded with the parties apart, where two or more of them
            speak at once; None where all are in one channel.
    """

    silence: int | None = None
    talkover: int | None = None


UNKNOWN: Final = Shares()


def to_hear(timeline: Timeline) -> tuple[Recording, ...]:
    """Return the recordings whose activity `shares_of` takes, each once; none: there is no talk."""
    pieces = (piece for row in timeline.rows for piece in (*row.sound, *row.waves))
    return tuple(dict.fromkeys(piece.recording for piece in pieces if _counts(piece)))


def shares_of(timeline: Timeline, activity: Mapping[RecordingId, Activity]) -> Shares:
    """Return the shares of an interaction of which what is there was listened to.

    Args:
        timeline: The interaction.
        activity: Of the recordings of `to_hear`, by id; if that of one that is heard is missing,
            nothing can be told.

    Thread: any.
    """
    talk = silent = apart = at_once = 0
    for row in timeline.rows:
        heard = [piece for piece in row.sound if _counts(piece)]
        if any(piece.recording.id not in activity for piece in heard):
            return UNKNOWN
        spoken = _talk(row, heard, timeline, activity)
        lively = _stretches(heard, activity, _lively)
        talk += _length(spoken)
        silent += _length(common(spoken, complement(lively, timeline.duration_us)))
        covered, together = _together(row, timeline, activity)
        apart += _length(common(spoken, covered))
        at_once += _length(common(spoken, together))
    return Shares(_share(silent, talk), _share(at_once, apart))


def _counts(piece: Piece) -> bool:
    return piece.recording.kind is not RecordingKind.CPA


def _share(part: int, whole: int) -> int | None:
    return (part * WHOLE * 2 + whole) // (2 * whole) if whole > 0 else None


def _length(stretches: Iterable[tuple[int, int]]) -> int:
    return sum(end - begin for begin, end in stretches)


def _talk(
    row: Row, heard: list[Piece], timeline: Timeline, activity: Mapping[RecordingId, Activity]
) -> list[tuple[int, int]]:
    """Return where a part's talk was recorded."""
    waiting: list[tuple[int, int]] = [
        (timeline.to_position(stretch.started_us), timeline.to_position(stretch.ended_us))
        for stretch in row.segment.stretches
        if stretch.kind in _NO_TALK
    ]
    waiting += _stretches(heard, activity, lambda known: known.dull(ActivityKind.MUSIC))
    waiting += _stretches(heard, activity, lambda known: known.dull(ActivityKind.RINGING))
    recorded = merged((piece.start_us, piece.end_us) for piece in heard)
    return common(recorded, complement(waiting, timeline.duration_us))


def _stretches(
    heard: list[Piece],
    activity: Mapping[RecordingId, Activity],
    of: _Finds,
) -> list[tuple[int, int]]:
    """Return stretches that are found in recordings, where they lie on the timeline."""
    found = (placed(of(activity[piece.recording.id]), piece) for piece in heard)
    return merged(stretch for stretches in found for stretch in stretches)


def _lively(known: Activity) -> list[tuple[int, int]]:
    """Return where some channel of a recording is not silent."""
    silence = frozenset({ActivityKind.SILENCE})
    return merged(
        (run.start_us, run.end_us)
        for runs in known.channels
        for run in runs
        if run.kind not in silence
    )


def _together(
    row: Row, timeline: Timeline, activity: Mapping[RecordingId, Activity]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return where parties were recorded apart, and where several of them speak at once.

    A recording of several channels has a party in each; a channel of its own is its party's.
    """
    covered: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
    speech: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
    for piece in row.waves:
        recording = piece.recording
        known = activity.get(recording.id)
        if known is None or not _counts(piece):
            continue
        own = recording.kind is RecordingKind.VOICE_CHANNEL
        if not own and len(known.channels) < 2:
            continue
        for channel in range(len(known.channels)):
            party = recording.party if own else _party(recording, channel)
            covered[party].append((piece.start_us, piece.end_us))
            speech[party] += placed(known.stretches(_SPEECH, channel), piece)
    long = [
        (begin, end) for begin, end in _twice(speech.values()) if end - begin >= _LEAST_AT_ONCE_US
    ]
    return _twice(covered.values()), long


def _party(recording: Recording, channel: int) -> Hashable:
    """Return whose a channel of a recording is: of several, each has its own where none is told."""
    parties = recording.channel_parties
    return parties[channel] if channel < len(parties) else (recording.party, channel)


def _twice(ranges: Iterable[list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return what at least two of several lists of ranges cover."""
    found: list[tuple[int, int]] = []
    before: list[tuple[int, int]] = []
    for each in ranges:
        mine = merged(each)
        found += common(before, mine)
        before = merged([*before, *mine])
    return merged(found)
