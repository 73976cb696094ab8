"""Amplitudes of recordings for drawing: filled in from a worker, read by the painter.

No Qt here. A `PeakTrack` belongs to the main thread; a worker only appends to a `PeakInbox`.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reviewer.models.ids import US_PER_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reviewer.media.peaks import Peaks
    from reviewer.models.ids import RecordingId
    from reviewer.ui.review.scene import Wave

PEAK_HZ: Final = 100
_US_PER_BIN: Final = US_PER_S / PEAK_HZ
# Bins that one bin of the next coarser level stands for.
_COARSER: Final = 16
_UNKNOWN: Final = np.float32(-1.0)
# The loudest half per cent are clicks and tones that would make speech small.
_LOUD_SHARE: Final = 99.5


@dataclass(frozen=True, slots=True)
class PeakPart:
    """A stretch of one recording's peaks, as a worker gives it; `first_bin` at 100 a second."""

    recording_id: RecordingId
    first_bin: int
    peaks: Peaks


class PeakInbox:
    """Where workers leave parts until the main thread takes them. Thread: any."""

    def __init__(self) -> None:
        self._parts: deque[PeakPart] = deque()
        self._lock = threading.Lock()

    def put(self, part: PeakPart) -> None:
        """Leave a part."""
        with self._lock:
            self._parts.append(part)

    def take(self) -> tuple[PeakPart, ...]:
        """Take everything that was left."""
        with self._lock:
            parts = tuple(self._parts)
            self._parts.clear()
        return parts


class PeakTrack:
    """Amplitudes 0..1 of one recording, 100 a second and two coarser levels.

    Thread: main.
    """

    def __init__(self) -> None:
        # float32 (channels, bins) from fine to coarse; -1 where nothing is known yet.
        self._levels: list[NDArray[np.float32]] = []

    @property
    def bins(self) -> int:
        """How many hundredths of a second are known, gaps included."""
        return self._levels[0].shape[1] if self._levels else 0

    def add(self, first_bin: int, peaks: Peaks) -> None:
        """Take a part in; parts may come in any order."""
        amplitude = np.maximum(
            np.abs(peaks.low.astype(np.float32)), np.abs(peaks.high.astype(np.float32))
        ) / np.float32(32768)
        channels, count = amplitude.shape
        if count == 0:
            return
        fine = self._levels[0] if self._levels else np.zeros((channels, 0), np.float32)
        fine = _grown(fine, first_bin + count)
        fine[:, first_bin : first_bin + count] = amplitude[: fine.shape[0]]
        levels = [fine]
        for _ in range(2):
            levels.append(_coarser(levels[-1]))
        self._levels = levels

    def loudest(self) -> float:
        """Return the amplitude that all but clicks stay under, 0..1."""
        if not self._levels:
            return 0.0
        known = self._levels[1][self._levels[1] >= 0]
        return float(np.percentile(known, _LOUD_SHARE)) if known.size else 0.0

    def heights(
        self, wave: Wave, left_us: float, per_us: float, columns: int
    ) -> NDArray[np.float32]:
        """Return the amplitude of each column; NaN where nothing was captured or is known.

        Args:
            wave: Which piece and channel.
            left_us: Position of the first column's left edge on the timeline.
            per_us: Width of a column, microseconds.
            columns: How many.
        """
        found = np.full(columns, np.nan, np.float32)
        if not self._levels:
            return found
        bins_per_column = per_us / _US_PER_BIN
        depth = 0
        while depth < 2 and bins_per_column >= _COARSER ** (depth + 1):
            depth += 1
        level, factor = self._levels[depth], _COARSER**depth
        values = self._channel(level, wave.channel)
        edges = left_us + np.arange(columns + 1) * per_us
        inside = (edges[1:] > wave.piece.start_us) & (edges[:-1] < wave.piece.end_us)
        media = edges - wave.piece.start_us + wave.piece.media_start_us
        starts = np.floor(media / (_US_PER_BIN * factor)).astype(np.int64)
        inside &= (starts[:-1] >= 0) & (starts[:-1] < values.shape[0])
        if not inside.any():
            return found
        seen = np.flatnonzero(inside)
        first, last = int(seen[0]), int(seen[-1])
        begins = starts[first : last + 1]
        stop = min(values.shape[0], max(int(starts[last + 1]), int(begins[-1]) + 1))
        most = np.maximum.reduceat(values[:stop], np.minimum(begins, stop - 1))
        most[most < 0] = np.nan
        found[first : last + 1] = most
        return found

    @staticmethod
    def _channel(level: NDArray[np.float32], channel: int | None) -> NDArray[np.float32]:
        if channel is not None and channel < level.shape[0]:
            return np.asarray(level[channel])
        if level.shape[0] == 1:
            return np.asarray(level[0])
        return np.asarray(level.max(axis=0), np.float32)


def _grown(fine: NDArray[np.float32], bins: int) -> NDArray[np.float32]:
    """Return a writable array of at least `bins` columns."""
    if fine.shape[1] >= bins:
        return fine.copy()
    more = np.full((fine.shape[0], bins - fine.shape[1]), _UNKNOWN, np.float32)
    return np.concatenate((fine, more), axis=1)


def _coarser(fine: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the maximum of each `_COARSER` columns."""
    missing = -fine.shape[1] % _COARSER
    if missing:
        fill = np.full((fine.shape[0], missing), _UNKNOWN, np.float32)
        fine = np.concatenate((fine, fill), axis=1)
    return np.asarray(fine.reshape(fine.shape[0], -1, _COARSER).max(axis=2), np.float32)
