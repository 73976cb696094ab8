"""The way playing takes along a timeline: what is played, what is left out, what goes by faster.

Pure. Read by the player, the mixer and everything that shows how long listening takes.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NewType

from reviewer.models.ids import TimelineUs
from reviewer.models.ranges import common, complement, merged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.timeline import Timeline

CourseUs = NewType("CourseUs", int)
"""A position in what is played: microseconds of it since its beginning, skips left out."""


@dataclass(frozen=True, slots=True)
class Course:
    """Stretches of a timeline, played one after the other.

    Attributes:
        stretches: First position and the one just after the last, each longer than 0, ascending,
            not overlapping each other.
        starts_us: Where each begins in the course.
        duration_us: Length of the whole.
        speeds: How many times faster than the rest each goes by; 1.0 for what is listened to.
    """

    stretches: tuple[tuple[TimelineUs, TimelineUs], ...]
    starts_us: tuple[CourseUs, ...]
    duration_us: int
    speeds: tuple[float, ...]

    def to_timeline(self, position_us: CourseUs) -> TimelineUs:
        """Return the position on the timeline that is played at `position_us`."""
        if not self.stretches:
            return TimelineUs(0)
        i = max(0, bisect_right(self.starts_us, position_us) - 1)
        begin, end = self.stretches[i]
        passed = max(0, position_us - self.starts_us[i])
        if self.speeds[i] != 1.0:
            passed = round(passed * self.speeds[i])
        return TimelineUs(min(begin + passed, end))

    def to_course(self, position_us: TimelineUs) -> CourseUs:
        """Return when `position_us` is played; for what is skipped, when playing goes on."""
        i = bisect_right(self.stretches, position_us, key=lambda stretch: stretch[0]) - 1
        if i < 0:
            return CourseUs(0)
        begin, end = self.stretches[i]
        passed = min(position_us, end) - begin
        if self.speeds[i] != 1.0:
            passed = round(passed / self.speeds[i])
        return CourseUs(self.starts_us[i] + passed)

    def speed_at(self, position_us: CourseUs) -> float:
        """Return how many times faster than the rest goes by what is played at `position_us`."""
        if not self.stretches:
            return 1.0
        return self.speeds[max(0, bisect_right(self.starts_us, position_us) - 1)]


EMPTY_COURSE = Course((), (), 0, ())


def plan_course(
    timeline: Timeline,
    skips: Iterable[tuple[int, int]] = (),
    *,
    fast: Iterable[tuple[int, int]] = (),
    speed: float = 4.0,
) -> Course:
    """Return the course along a timeline.

    If nothing would be left, nothing is left out.

    Args:
        timeline: What is played.
        skips: Stretches to leave out, in any order.
        fast: Stretches that go by faster, in any order; what is skipped as well is left out.
        speed: How many times faster.

    Thread: any.
    """
    kept = complement(skips, timeline.duration_us)
    if not kept and timeline.duration_us > 0:
        kept = [(0, timeline.duration_us)]
    pieces: list[tuple[int, int, float]] = []
    quick = merged(fast)
    for begin, end in kept:
        reached = begin
        for low, high in common(quick, [(begin, end)]):
            if low > reached:
                pieces.append((reached, low, 1.0))
            pieces.append((low, high, speed))
            reached = high
        if reached < end:
            pieces.append((reached, end, 1.0))
    lengths = [
        end - begin if pace == 1.0 else max(1, round((end - begin) / pace))
        for begin, end, pace in pieces
    ]
    starts = list(accumulate(lengths, initial=0))
    return Course(
        stretches=tuple((TimelineUs(begin), TimelineUs(end)) for begin, end, _ in pieces),
        starts_us=tuple(CourseUs(start) for start in starts[:-1]),
        duration_us=starts[-1],
        speeds=tuple(pace for _, _, pace in pieces),
    )
