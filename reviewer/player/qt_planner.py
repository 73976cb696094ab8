"""Decides which course playing takes: what is left out, what goes by faster, what is repeated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from reviewer.models.course import EMPTY_COURSE
from reviewer.player.skipping import Saving, SkipMode, Thrift

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reviewer.models.activity import Dull
    from reviewer.models.course import Course
    from reviewer.models.ids import TimelineUs
    from reviewer.models.timeline import Timeline


class QtPlanner(QObject):
    """The course of what is loaded, and what the user wants of it. Made by `QtPlayer`.

    The mode and what is done about gaps outlast the interaction, the rest does not.

    Thread: the window's.
    """

    course_changed = Signal(object)
    """`Saving`: another course was taken, as with each load."""
    dull_changed = Signal()
    """It is known now what need not be listened to."""
    skip_mode_changed = Signal(object)
    """`SkipMode`: whenever it changes."""
    loop_changed = Signal(object)
    """The range repeated, `tuple[TimelineUs, TimelineUs]` or None: whenever it changes."""
    replanned = Signal()
    """For the player: another course is wanted of the same timeline."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timeline: Timeline | None = None
        self._thrift = Thrift()
        self._course: Course = EMPTY_COURSE

    @property
    def course(self) -> Course:
        """What is played, and how fast it goes by."""
        return self._course

    @property
    def skip_mode(self) -> SkipMode:
        """What is done about silence, hold music, ringing and IVR."""
        return self._thrift.mode

    @property
    def dull(self) -> tuple[Dull, ...]:
        """What need not be listened to of what is loaded."""
        return self._thrift.dull

    @property
    def gaps_skipped(self) -> bool:
        """Whether what nothing was recorded of is left out."""
        return self._thrift.skips_gaps

    @property
    def loop(self) -> tuple[TimelineUs, TimelineUs] | None:
        """The range that is repeated."""
        return self._thrift.loop

    @property
    def saving(self) -> Saving:
        """How long listening takes at 1x, and how long it would with nothing left out."""
        whole = self._timeline.duration_us if self._timeline is not None else 0
        return Saving(min(self._course.duration_us, whole), whole)

    @property
    def promised(self) -> Saving:
        """What `saving` would be if dull stretches were skipped."""
        if self._timeline is None:
            return Saving(0, 0)
        return replace(self._thrift, mode=SkipMode.SKIP).saving(self._timeline)

    def set_skip_mode(self, mode: SkipMode) -> None:
        """Choose what is done about silence, hold music, ringing and IVR."""
        if mode is not self._thrift.mode:
            self._take(replace(self._thrift, mode=mode))
            self.skip_mode_changed.emit(mode)

    def set_gaps_skipped(self, *, on: bool) -> None:
        """Leave out what nothing was recorded of, or play it as silence in real time."""
        self._take(replace(self._thrift, skips_gaps=on))

    def set_dull(self, stretches: Iterable[Dull]) -> None:
        """Say what need not be listened to of what is loaded; forgotten with the next load."""
        self._take(replace(self._thrift, dull=tuple(stretches)))
        self.dull_changed.emit()

    def set_loop(self, begin_us: int | None, end_us: int | None = None) -> None:
        """Repeat a range of the timeline; None: no longer."""
        loop = None
        if self._timeline is not None and begin_us is not None and end_us is not None:
            loop = (self._timeline.clamp(begin_us), self._timeline.clamp(end_us))
        if loop is not None and loop[1] <= loop[0]:
            loop = None
        if loop != self._thrift.loop:
            self._take(replace(self._thrift, loop=loop))
            self.loop_changed.emit(loop)

    def take_up(self, timeline: Timeline | None) -> None:
        """Begin with another interaction, or none. For the player."""
        had_loop = self._thrift.loop is not None
        self._timeline = timeline
        self._thrift = replace(self._thrift, dull=(), loop=None)
        self._course = self._thrift.plan(timeline) if timeline is not None else EMPTY_COURSE
        if had_loop:
            self.loop_changed.emit(None)
        self.course_changed.emit(self.saving)

    def _take(self, thrift: Thrift) -> None:
        self._thrift = thrift
        if self._timeline is None:
            return
        course = thrift.plan(self._timeline)
        if course != self._course:
            self._course = course
            self.replanned.emit()
            self.course_changed.emit(self.saving)
