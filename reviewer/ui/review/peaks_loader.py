"""Brings the waveforms of an interaction: computed in the pool, drawn as they fill in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from reviewer.errors import CancelledError, ReviewerError
from reviewer.models.ids import US_PER_S
from reviewer.ui.review.peak_tracks import PEAK_HZ, PeakInbox, PeakPart, PeakTrack
from reviewer.ui.review.waves import loudness_gain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from reviewer.media.peaks import Peaks
    from reviewer.models.ids import RecordingId
    from reviewer.models.recording import Recording
    from reviewer.services.derive import Deriving
    from reviewer.ui.review.scene import Wave
    from reviewer.ui.tasks import Task, TaskProgress, TaskRunner

# New parts are drawn ten times a second: each costs a whole repaint of the timeline.
_TAKE_MS: Final = 100
# Tracks kept for going back and forth; an hour of two channels takes 3 MB.
_KEPT: Final = 48


@dataclass(frozen=True, slots=True)
class _Outcome:
    recording: Recording
    error: ReviewerError | None


class PeaksLoader(QObject):
    """Keeps the peaks of what is shown and fills them in.

    Thread: main.
    """

    # More of a waveform can be drawn now.
    filled = Signal()
    # (recording: Recording, error: ReviewerError) Its content cannot be read.
    recording_failed = Signal(object, object)
    # All that was asked for has been read or has failed.
    finished = Signal()

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._inbox = PeakInbox()
        self._tracks: dict[RecordingId, PeakTrack] = {}
        self._whole: set[RecordingId] = set()
        self._tasks: list[Task] = []
        self._waiting = 0
        self._gain = 1.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TAKE_MS)
        self._timer.timeout.connect(self._on_timer_timeout)

    @property
    def busy(self) -> bool:
        """Whether waveforms are still being read."""
        return self._waiting > 0

    def load(self, recordings: Iterable[Recording], deriving: Deriving) -> None:
        """Read the peaks of these recordings, in this order; what is known is kept.

        Args:
            recordings: Whose waveforms are drawn, the most wanted first.
            deriving: Where they come from; called in the pool.
        """
        self.stop()
        for recording in recordings:
            if recording.id in self._whole:
                continue
            self._forget_oldest()
            bins = recording.duration_us * PEAK_HZ // US_PER_S
            self._tracks[recording.id] = PeakTrack(bins)
            self._waiting += 1
            work = partial(_read, recording, deriving, self._inbox)
            self._tasks.append(self._runner.read(work, then=self._on_read, parent=self))
        self._measure()
        if self._waiting:
            self._timer.start()

    def stop(self) -> None:
        """Give up what is being read."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._waiting = 0
        self._timer.stop()

    def heights(
        self, wave: Wave, left_us: float, us_per_column: float, columns: int
    ) -> NDArray[np.float32] | None:
        """Return the heights of a wave's columns (see `row_painter.WaveHeights`)."""
        track = self._tracks.get(wave.piece.recording.id)
        if track is None or track.bins == 0:
            return None
        heights = track.heights(wave, left_us, us_per_column, columns)
        heights *= np.float32(self._gain)
        return np.minimum(heights, np.float32(1.0), out=heights)

    def stamp(self, wave: Wave) -> object:
        """Return what changes with a wave's heights (see `row_painter.WaveHeights`)."""
        track = self._tracks.get(wave.piece.recording.id)
        return (id(track), track.parts, self._gain) if track is not None else None

    # --- coming in

    @Slot()
    def _on_timer_timeout(self) -> None:
        if self._take():
            self.filled.emit()

    def _take(self) -> bool:
        parts = self._inbox.take()
        for part in parts:
            track = self._tracks.get(part.recording_id)
            if track is not None:
                track.add(part.first_bin, part.peaks)
        if parts:
            self._measure()
        return bool(parts)

    def _on_read(self, outcome: _Outcome) -> None:
        self._waiting = max(0, self._waiting - 1)
        self._take()
        if outcome.error is None:
            self._whole.add(outcome.recording.id)
        else:
            self._tracks.pop(outcome.recording.id, None)
            self.recording_failed.emit(outcome.recording, outcome.error)
        if self._waiting == 0:
            self._timer.stop()
            self._tasks.clear()
            self.finished.emit()
        self.filled.emit()

    def _measure(self) -> None:
        loudest = max((track.loudest() for track in self._tracks.values()), default=0.0)
        self._gain = loudness_gain(loudest)

    def _forget_oldest(self) -> None:
        while len(self._tracks) >= _KEPT:
            oldest = next(iter(self._tracks))
            del self._tracks[oldest]
            self._whole.discard(oldest)


def _read(
    recording: Recording,
    deriving: Deriving,
    inbox: PeakInbox,
    progress: TaskProgress,
) -> _Outcome:
    """Read one recording's peaks in the pool; an unreadable one is a value, not a failure."""

    def on_part(first_bin: int, peaks: Peaks) -> None:
        inbox.put(PeakPart(recording.id, first_bin, peaks))

    try:
        deriving.peaks(recording, on_part=on_part, progress=progress)
    except CancelledError:
        raise
    except ReviewerError as error:
        if error.is_bug:
            raise
        return _Outcome(recording, error)
    return _Outcome(recording, None)
