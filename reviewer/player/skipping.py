"""What of an interaction is played, at which pace, and how much time that saves. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reviewer.models.course import Course, plan_course
from reviewer.models.ranges import complement, merged
from reviewer.models.timeline import silent_stretches

if TYPE_CHECKING:
    from reviewer.models.activity import Dull
    from reviewer.models.ids import TimelineUs
    from reviewer.models.timeline import Timeline

FAST_SPEED: Final = 4.0
"""How many times faster dull stretches go by when they are not left out."""
# A loop of which less than this would be left is played as it is.
_LEAST_LOOP_US: Final = 250_000


class SkipMode(StrEnum):
    """What is done about silence, hold music, ringing and IVR. Values are stored in settings."""

    PLAY = "play"
    """They are played like everything else."""
    SKIP = "skip"
    """They are left out."""
    FAST = "fast"
    """They go by at four times the speed."""


@dataclass(frozen=True, slots=True)
class Saving:
    """How long listening takes at 1x, and how long it would without leaving anything out."""

    played_us: int
    whole_us: int

    @property
    def saved_us(self) -> int:
        """What is saved."""
        return self.whole_us - self.played_us


@dataclass(frozen=True, slots=True)
class Thrift:
    """What is asked for about time that need not be spent.

    Attributes:
        mode: What is done about dull stretches.
        dull: Those of what is loaded, by start.
        skips_gaps: Whether what nothing was recorded of is left out, whatever the mode; else it
            is silence in real time.
        loop: The range repeated, if any.
    """

    mode: SkipMode = SkipMode.PLAY
    dull: tuple[Dull, ...] = ()
    skips_gaps: bool = False
    loop: tuple[TimelineUs, TimelineUs] | None = None

    def plan(self, timeline: Timeline) -> Course:
        """Return the course to take along a timeline."""
        gaps = list(silent_stretches(timeline)) if self.skips_gaps else []
        ranges = [(int(dull.start_us), int(dull.end_us)) for dull in self.dull]
        skips = gaps + (ranges if self.mode is SkipMode.SKIP else [])
        if self.loop is not None:
            skips = _sparing(skips, self.loop)
        fast = ranges if self.mode is SkipMode.FAST else []
        return plan_course(timeline, skips, fast=fast, speed=FAST_SPEED)

    def saving(self, timeline: Timeline) -> Saving:
        """Return how long listening takes, and how long it would."""
        played = self.plan(timeline).duration_us
        return Saving(min(played, timeline.duration_us), timeline.duration_us)


def _sparing(skips: list[tuple[int, int]], loop: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the skips, without touching a loop of which they would leave next to nothing."""
    begin, end = loop
    inside = [(max(a, begin) - begin, min(b, end) - begin) for a, b in merged(skips)]
    left = sum(b - a for a, b in complement(inside, end - begin))
    if left >= min(_LEAST_LOOP_US, end - begin):
        return skips
    outside = []
    for a, b in merged(skips):
        outside += [(a, min(b, begin)), (max(a, end), b)]
    return merged(outside)
