"""What goes on in recorded sound, and what of an interaction need not be listened to.

`reviewer.media.activity` finds it, the store keeps it, the player skips by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reviewer.models.ids import MediaUs, TimelineUs
from reviewer.models.interaction import StretchKind
from reviewer.models.ranges import common, complement, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reviewer.models.ids import RecordingId
    from reviewer.models.timeline import Piece, Timeline

# Shorter than this nothing is worth a jump.
_LEAST_US: Final = 700_000
# Left of what is dull on each side of what is not, so that no word loses its beginning.
_MARGIN_US: Final = 120_000
# Of a chat: left before a message and after it, and the shortest wait worth a jump.
_AHEAD_US: Final = 1_000_000
_READING_US: Final = 4_000_000
_LEAST_WAIT_US: Final = 3_000_000


class ActivityKind(StrEnum):
    """What a stretch of sound is. Values are stored: never change one."""

    SPEECH = "speech"
    SILENCE = "silence"
    """Nothing but the noise of the line."""
    MUSIC = "music"
    RINGING = "ringing"
    """Ring-back, busy and other tones of the network."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one channel in which the same goes on."""

    kind: ActivityKind
    start_us: MediaUs
    end_us: MediaUs


@dataclass(frozen=True, slots=True)
class Activity:
    """What goes on in one recording.

    Attributes:
        channels: For each channel its runs, ascending, without holes, from 0 to the end.
    """

    channels: tuple[tuple[Run, ...], ...]

    def stretches(self, kinds: frozenset[ActivityKind], channel: int) -> list[tuple[int, int]]:
        """Return where one channel is of one of `kinds`, positions in the recording."""
        return merged((r.start_us, r.end_us) for r in self.channels[channel] if r.kind in kinds)

    def dull(self, kind: ActivityKind) -> list[tuple[int, int]]:
        """Return where the recording as a whole is of a kind that need not be listened to.

        That is where no channel has anything else, silence of another channel apart.
        """
        found: list[tuple[int, int]] | None = None
        for channel in range(len(self.channels)):
            quiet = self.stretches(frozenset({kind, ActivityKind.SILENCE}), channel)
            found = quiet if found is None else common(found, quiet)
        if kind is ActivityKind.SILENCE or not found:
            return found or []
        own = merged(
            (run.start_us, run.end_us)
            for channel in self.channels
            for run in channel
            if run.kind is kind
        )
        return common(found, own)


class DullKind(StrEnum):
    """Why a stretch of an interaction need not be listened to."""

    SILENCE = "silence"
    MUSIC = "music"
    RINGING = "ringing"
    IVR = "ivr"


@dataclass(frozen=True, slots=True)
class Dull:
    """A stretch of the timeline that need not be listened to."""

    kind: DullKind
    start_us: TimelineUs
    end_us: TimelineUs

    @property
    def duration_us(self) -> int:
        """Its length, > 0."""
        return self.end_us - self.start_us


_KINDS: Final = (
    (ActivityKind.MUSIC, DullKind.MUSIC),
    (ActivityKind.RINGING, DullKind.RINGING),
    (ActivityKind.SILENCE, DullKind.SILENCE),
)


def dull_stretches(
    timeline: Timeline, activity: Mapping[RecordingId, Activity]
) -> tuple[Dull, ...]:
    """Return what of an interaction need not be listened to, by start.

    Where several rows sound at once, that is only where each of them is dull. What nothing was
    recorded of is not among it: gaps are crossed or skipped by a setting of their own.

    Args:
        timeline: The interaction.
        activity: Of its recordings, by id; one that is not known yet is listened to.

    Thread: any.
    """
    length = timeline.duration_us
    machine = _ivr(timeline)
    lively: list[tuple[int, int]] = []
    by_kind: dict[DullKind, list[tuple[int, int]]] = {DullKind.IVR: machine}
    for piece in timeline.sound:
        known = activity.get(piece.recording.id)
        covered = common(machine, [(piece.start_us, piece.end_us)])
        for kind, dull_kind in _KINDS if known is not None else ():
            found = placed(known.dull(kind), piece) if known is not None else []
            by_kind.setdefault(dull_kind, []).extend(found)
            covered += found
        lively += common(complement(covered, length), [(piece.start_us, piece.end_us)])
    quiet = complement(lively, length)
    heard = merged((piece.start_us, piece.end_us) for piece in timeline.sound)
    return _labelled(_narrowed(common(quiet, heard), length), by_kind)


def waits(timeline: Timeline, said: Iterable[tuple[int, int]]) -> tuple[Dull, ...]:
    """Return where nobody writes for long, of something written; by start.

    Args:
        timeline: Of the chat.
        said: Where on it each message stands, from when it was sent until it is read.

    Thread: any.
    """
    length = timeline.duration_us
    busy = merged((begin - _AHEAD_US, end + _READING_US) for begin, end in said)
    quiet = common(complement(busy, length), [(0, length)])
    return tuple(
        Dull(DullKind.SILENCE, TimelineUs(begin), TimelineUs(end))
        for begin, end in quiet
        if end - begin >= _LEAST_WAIT_US
    )


def _ivr(timeline: Timeline) -> list[tuple[int, int]]:
    """Return where callers spoke with a machine, by what the source tells."""
    return merged(
        (timeline.to_position(stretch.started_us), timeline.to_position(stretch.ended_us))
        for row in timeline.rows
        for stretch in row.segment.stretches
        if stretch.kind is StretchKind.IVR
    )


def placed(stretches: Iterable[tuple[int, int]], piece: Piece) -> list[tuple[int, int]]:
    """Return stretches of a recording where a piece of it lies on the timeline."""
    shift = piece.start_us - piece.media_start_us
    moved = [(begin + shift, end + shift) for begin, end in stretches]
    return common(moved, [(piece.start_us, piece.end_us)])


def _narrowed(stretches: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return stretches without their margins, the long ones only."""
    found = []
    for begin, end in stretches:
        low = begin + _MARGIN_US if begin > 0 else 0
        high = end - _MARGIN_US if end < length else length
        if high - low >= _LEAST_US:
            found.append((low, high))
    return found


def _labelled(
    stretches: list[tuple[int, int]], by_kind: Mapping[DullKind, list[tuple[int, int]]]
) -> tuple[Dull, ...]:
    """Return each stretch under the kind that makes up most of it."""
    ranges = {kind: merged(found) for kind, found in by_kind.items()}

    def share(kind: DullKind, stretch: tuple[int, int]) -> int:
        return sum(end - begin for begin, end in common(ranges.get(kind, []), [stretch]))

    return tuple(
        Dull(
            max(DullKind, key=lambda kind: share(kind, stretch)),
            TimelineUs(stretch[0]),
            TimelineUs(stretch[1]),
        )
        for stretch in stretches
    )
