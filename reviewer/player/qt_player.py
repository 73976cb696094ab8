"""The player as the window sees it: a QObject with signals over an engine, a clock and a mixer.

Imported by `ui` and `app`. Everything here runs on the window's thread; the engine's events
come over one queued signal.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from reviewer.models.course import EMPTY_COURSE
from reviewer.models.ids import US_PER_S, TimelineUs
from reviewer.player.clock import Clock, VlcClock, WallClock
from reviewer.player.engine import Ended, EngineMissing, Failed, Opened, Sounding
from reviewer.player.mixer import MixDesk, MixSettings, VirtualWav
from reviewer.player.qt_planner import QtPlanner
from reviewer.player.qt_scrub import Scrubber
from reviewer.player.reports import Broke, BrokeReporter, PlayerState

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.errors import ReviewerError
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.course import Course
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Row, Timeline
    from reviewer.player.engine import EngineEvent, SoundEngine


RATES: Final = (0.5, 1.0, 1.25, 1.5, 2.0, 3.0)
_TICK_MS: Final = 33


class QtPlayer(QObject):
    """Plays one interaction at a time.

    Without libVLC it plays silently: the clock runs by real time, `failed` says once per
    interaction what is missing, and everything that follows the clock works.

    Args:
        make_engine: Makes the engine, given where its events go; None: always without sound.
        parent: Owner.

    Thread: the window's.
    """

    position_changed = Signal(object)
    """`TimelineUs`: every 33 ms while playing, and at once after a seek."""
    state_changed = Signal(object)
    """`PlayerState`: whenever it changes."""
    rate_changed = Signal(object)
    """float: whenever it changes."""
    volume_changed = Signal(object)
    """int, 0..100: whenever it changes."""
    row_selected = Signal(object)
    """Number of the row chosen, or None: whenever it changes."""
    mix_changed = Signal(object)
    """`MixSettings`: whenever a row was muted, heard alone or made louder."""
    ended = Signal()
    """The end was reached; the position stays there, paused."""
    recording_failed = Signal(object)
    """`BrokenRecording`: once for each that cannot be heard; the rest plays."""
    failed = Signal(object)
    """`ReviewerError`: there is no sound at all; the clock goes on without."""
    _event_arrived = Signal(object)

    def __init__(
        self,
        make_engine: Callable[[Callable[[EngineEvent], None]], SoundEngine] | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._event_arrived.connect(self._on_event, Qt.ConnectionType.QueuedConnection)
        self._engine = make_engine(self._event_arrived.emit) if make_engine else None
        self._missing: ReviewerError | None = None
        self._state = PlayerState.EMPTY
        self._timeline: Timeline | None = None
        self._opener: Callable[[Recording], ByteSource] | None = None
        self.planner = QtPlanner(self)
        self.planner.replanned.connect(self._on_planner_replanned)
        # The clock counts along this course; both are replaced together.
        self._course: Course = EMPTY_COURSE
        self._clock: Clock = WallClock(0)
        self._load_ticket = self._ticket = 0
        self._is_wanted = False
        self._row: int | None = None
        self._rate = 1.0
        self._volume = 100
        self._desk = MixDesk()
        self._scrubber = Scrubber(self._engine, self) if self._engine is not None else None
        self._is_scrubbing = False
        self._resume_back_us = US_PER_S
        self._has_played = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_tick)

    # What is so

    @property
    def state(self) -> PlayerState:
        """What it is doing."""
        return self._state

    @property
    def timeline(self) -> Timeline | None:
        """What is loaded."""
        return self._timeline

    @property
    def position_us(self) -> TimelineUs:
        """Where it is, on the timeline."""
        return self._course.to_timeline(self._clock.now_us())

    @property
    def rate(self) -> float:
        """Speed."""
        return self._rate

    @property
    def pace(self) -> float:
        """Time of the timeline per real time at this position."""
        return self._rate * self._course.speed_at(self._clock.now_us())

    @property
    def volume(self) -> int:
        """0..100."""
        return self._volume

    @property
    def row(self) -> int | None:
        """Number of the row chosen."""
        return self._row

    @property
    def mix(self) -> MixSettings:
        """Which rows are heard, and how loud."""
        return self._desk.settings

    @property
    def is_scrubbing(self) -> bool:
        """Whether the playhead is being dragged."""
        return self._is_scrubbing

    @property
    def sound_error(self) -> ReviewerError | None:
        """Why there is no sound at all, or None."""
        return self._missing

    # What can be asked for

    def warm_up(self) -> None:
        """Begin to start the engine in the background."""
        if self._engine is not None:
            self._engine.warm_up()

    def load(
        self,
        timeline: Timeline,
        opener: Callable[[Recording], ByteSource],
        *,
        start_us: int = 0,
        play: bool = False,
    ) -> None:
        """Take up an interaction, in place of what was loaded.

        Args:
            timeline: Its timeline.
            opener: Opens the bytes of one recording; called on the engine's thread.
            start_us: Where to stand.
            play: Whether to begin at once.
        """
        self._timeline = timeline
        self._opener = opener
        self._desk.settings = MixSettings()
        self._is_scrubbing = False
        self._has_played = False
        self._is_wanted = play
        self.planner.take_up(timeline)
        if self._row is not None:
            self._row = None
            self.row_selected.emit(None)
        self._take_clock(timeline.clamp(start_us))
        self._begin(timeline, opener)

    def unload(self) -> None:
        """Let go of what is loaded."""
        self._timer.stop()
        self._ticket += 1
        self._timeline = None
        self._opener = None
        self._is_wanted = self._is_scrubbing = False
        self._course, self._clock = EMPTY_COURSE, WallClock(0)
        self.planner.take_up(None)
        if self._engine is not None:
            self._engine.unload()
        self._enter(PlayerState.EMPTY)

    def play(self) -> None:
        """Play from where it stands; at the end, from the beginning."""
        if self._timeline is None or self._is_wanted:
            return
        if self._is_scrubbing:
            self._is_wanted = True
            return
        now = self._clock.now_us()
        if now >= self._course.duration_us:
            self._seek_course(0)
        elif self._has_played and self._resume_back_us:
            self._seek_course(max(0, now - self._resume_back_us))
        self._is_wanted = True
        if self._state is not PlayerState.LOADING:
            self._start()

    def pause(self) -> None:
        """Stand still."""
        self._is_wanted = False
        if self._is_scrubbing:
            self._enter(PlayerState.PAUSED)
            return
        if self._state is not PlayerState.PLAYING:
            return
        self._timer.stop()
        self._clock.pause()
        if self._engine is not None:
            self._engine.pause()
        self._enter(PlayerState.PAUSED)
        self.position_changed.emit(self.position_us)

    def toggle(self) -> None:
        """Play if it stands still, else pause."""
        if self._is_wanted:
            self.pause()
        else:
            self.play()

    def seek(self, position_us: int) -> None:
        """Go to a position of the timeline; the nearest one if it lies outside."""
        if self._timeline is None:
            return
        self._has_played = False
        self._seek_course(self._course.to_course(self._timeline.clamp(position_us)))

    def skip(self, by_us: int) -> None:
        """Go back or on by so much of what is played."""
        self._has_played = False
        now = self._clock.now_us()
        self._seek_course(max(0, min(now + by_us, self._course.duration_us)))

    def begin_scrub(self) -> None:
        """Stand still for a playhead that is dragged; `end_scrub` must follow."""
        if self._timeline is None or self._is_scrubbing:
            return
        self._is_scrubbing = True
        self._has_played = False
        self._timer.stop()
        self._clock.pause()
        if self._engine is not None:
            self._engine.pause()

    def scrub(self, position_us: int) -> None:
        """Go to a position of the timeline and let a short piece of sound be heard from there."""
        if self._timeline is None or not self._is_scrubbing:
            return
        at = self._course.to_course(self._timeline.clamp(position_us))
        self._clock.seek(at)
        if self._scrubber is not None and self._missing is None:
            self._scrubber.move(at)
        self.position_changed.emit(self.position_us)

    def end_scrub(self) -> None:
        """Stand where the playhead was left, and go on if it played before."""
        if not self._is_scrubbing:
            return
        self._is_scrubbing = False
        if self._scrubber is not None:
            self._scrubber.stop()
        self._seek_course(self._clock.now_us())
        if self._state is not PlayerState.LOADING:
            self._settle()

    def set_rate(self, rate: float) -> None:
        """Play faster or slower, 0.25..4, with the pitch kept."""
        rate = max(0.25, min(rate, 4.0))
        if rate == self._rate:
            return
        self._rate = self._desk.rate = rate
        self._clock.set_rate(rate)
        self._refresh()
        self.rate_changed.emit(rate)

    def set_volume(self, percent: int) -> None:
        """Set the volume, 0..100."""
        percent = max(0, min(percent, 100))
        if percent == self._volume:
            return
        self._volume = percent
        if self._engine is not None:
            self._engine.set_volume(percent)
        self.volume_changed.emit(percent)

    def select_row(self, number: int | None) -> None:
        """Choose a row; the position goes to its start unless it lies in the row already."""
        if number == self._row or self._timeline is None:
            return
        self._row = number
        self.row_selected.emit(number)
        row = self._row_of(number)
        if row is not None and not row.start_us <= self.position_us < row.end_us:
            self.seek(row.start_us)

    def mute_row(self, number: int, *, on: bool) -> None:
        """Silence a row or let it be heard again."""
        self._remix(self._desk.settings.with_muted(number, on))

    def solo_row(self, number: int, *, on: bool) -> None:
        """Hear only this row and others so marked, or no longer."""
        self._remix(self._desk.settings.with_solo(number, on))

    def set_row_gain(self, number: int, gain: float) -> None:
        """Make a row louder or softer, 0..4; 1 is as recorded."""
        self._remix(self._desk.settings.with_gain(number, gain))

    def set_resume_back(self, back_us: int) -> None:
        """Set how far playing steps back when it goes on after a pause."""
        self._resume_back_us = max(0, back_us)

    def close(self) -> None:
        """Stop for good; the engine's thread has ended when this returns."""
        self.unload()
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    # How it is done

    def _take_clock(self, position_us: TimelineUs) -> None:
        course = self._course = self._desk.course = self.planner.course
        hears = self._engine is not None and self._missing is None
        length = course.duration_us
        self._clock = VlcClock(length) if hears else WallClock(length)
        self._clock.set_rate(self._rate)
        self._clock.seek(course.to_course(position_us))

    def _begin(self, timeline: Timeline, opener: Callable[[Recording], ByteSource]) -> None:
        self._timer.stop()
        self._ticket += 1
        self._load_ticket = self._ticket
        self.position_changed.emit(self.position_us)
        engine = self._engine if self._missing is None else None
        if engine is None:
            if self._missing is not None:
                self.failed.emit(self._missing)
            self._settle()
            return
        self._enter(PlayerState.LOADING)
        desk, report = self._desk, BrokeReporter(self._event_arrived.emit, self._ticket)
        make = partial(VirtualWav, timeline, opener, desk, report)
        engine.load(self._ticket, make, self._clock.now_us())

    @Slot()
    def _on_planner_replanned(self) -> None:
        """Go on along the new course, from where it stands on the timeline."""
        runs = self._clock.is_running
        self._take_clock(self.position_us)
        if runs:
            self._clock.play()
        self._refresh()
        self.position_changed.emit(self.position_us)

    def _refresh(self) -> None:
        """Let the engine begin anew from the present position, if it has anything."""
        if self._engine is None or self._timeline is None or self._missing is not None:
            return
        if self._clock.is_running:
            # It waits for the new sound.
            self._clock.pause()
            self._clock.play()
        self._ticket += 1
        self._engine.refresh(self._ticket, self._clock.now_us())

    def _settle(self) -> None:
        """Play or stand, as wanted; while the playhead is dragged it stands."""
        if self._is_wanted and not self._is_scrubbing:
            self._start()
        else:
            self._enter(PlayerState.PAUSED)

    def _start(self) -> None:
        self._clock.play()
        self._has_played = True
        if self._engine is not None and self._missing is None:
            self._engine.play()
        self._timer.start()
        self._enter(PlayerState.PLAYING)

    def _seek_course(self, position_us: int) -> None:
        self._clock.seek(position_us)
        if self._engine is not None:
            self._engine.seek(position_us)
        self.position_changed.emit(self.position_us)

    def _remix(self, settings: MixSettings) -> None:
        if settings == self._desk.settings:
            return
        self._desk.settings = settings
        self.mix_changed.emit(settings)
        self._refresh()

    def _row_of(self, number: int | None) -> Row | None:
        rows = self._timeline.rows if self._timeline is not None else ()
        return next((row for row in rows if row.segment.number == number), None)

    def _enter(self, state: PlayerState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    def _go_silent(self, error: ReviewerError) -> None:
        """Go on by real time from where it stands."""
        position = self._clock.now_us()
        self._clock = WallClock(self._course.duration_us)
        self._clock.set_rate(self._rate)
        self._clock.seek(position)
        self.failed.emit(error)
        if self._timeline is None:
            return
        self._settle()

    @Slot()
    def _on_tick(self) -> None:
        now = self._clock.now_us()
        position = self._course.to_timeline(now)
        loop = self.planner.loop
        if loop is not None and position >= loop[1]:
            self._seek_course(self._course.to_course(loop[0]))
            return
        self.position_changed.emit(position)
        if now >= self._course.duration_us:
            self._finish()

    def _finish(self) -> None:
        self._timer.stop()
        self._is_wanted = False
        self._has_played = False
        self._clock.pause()
        self._clock.seek(self._course.duration_us)
        if self._engine is not None:
            self._engine.pause()
        self._enter(PlayerState.PAUSED)
        self.position_changed.emit(self.position_us)
        self.ended.emit()

    @Slot(object)
    def _on_event(self, event: EngineEvent | Broke) -> None:
        if isinstance(event, EngineMissing):
            self._missing = event.error
            self._go_silent(event.error)
        elif event.ticket < (
            self._load_ticket if isinstance(event, Opened | Failed | Broke) else self._ticket
        ):
            return
        elif isinstance(event, Opened):
            self._settle()
        elif isinstance(event, Failed):
            self._go_silent(event.error)
        elif isinstance(event, Ended):
            self._finish()
        elif isinstance(event, Broke):
            self.recording_failed.emit(event.broken)
        elif isinstance(self._clock, VlcClock):
            if isinstance(event, Sounding):
                self._clock.sounding(event.at_us)
            else:
                self._clock.report(event.position_us, event.at_us)
