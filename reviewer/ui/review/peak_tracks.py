"""Amplitudes of recordings for drawing: filled in from a worker, read by the painter.

No Qt here. A `PeakTrack` belongs to the main thread; a worker only appends to a `PeakInbox`.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
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
_COARSER: Final = 4
_LEVELS: Final = 6
# The level from which loudness is read: 16 bins each.
_LOUD_LEVEL: Final = 2
_UNKNOWN: Final = np.float32(-1.0)
# The loudest half per cent are clicks and tones that would make speech small.
_LOUD_SHARE: Final = 0.995


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
    """Amplitudes 0..1 of one recording, 100 a second and ever coarser levels.

    Thread: main. Room is made once, and a part touches only what it covers: a part of 20 s
    costs some 0.1 ms however long the recording is.

    Args:
        bins: Hundredths of a second to expect; more are taken as they come.
    """

    def __init__(self, bins: int = 0) -> None:
        self._expected = bins
        self._known = 0
        self._parts = 0
        # float32 (channels, bins) from fine to coarse; -1 where nothing is known yet.
        self._levels: list[NDArray[np.float32]] = []
        self._loudest: float | None = None

    @property
    def bins(self) -> int:
        """Up to which hundredth of a second something is known."""
        return self._known

    @property
    def parts(self) -> int:
        """How many parts were taken in."""
        return self._parts

    def add(self, first_bin: int, peaks: Peaks) -> None:
        """Take a part in; parts may come in any order."""
        # int32: the lowest sample has no positive twin in 16 bits.
        amplitude = np.maximum(-peaks.low.astype(np.int32), peaks.high.astype(np.int32))
        fresh = np.maximum(amplitude, 0).astype(np.float32) / np.float32(32768)
        channels, count = fresh.shape
        if count == 0:
            return
        self._make_room(channels, first_bin + count)
        fine = self._levels[0]
        rows = min(channels, fine.shape[0])
        fine[:rows, first_bin : first_bin + count] = fresh[:rows]
        begin, end = first_bin, first_bin + count
        for finer, coarser in pairwise(self._levels):
            begin, end = begin // _COARSER, -(-end // _COARSER)
            source = finer[:, begin * _COARSER : end * _COARSER]
            coarser[:, begin:end] = _maximum_of_groups(source, end - begin)
        self._known = max(self._known, first_bin + count)
        self._loudest = None
        self._parts += 1

    def loudest(self) -> float:
        """Return the amplitude that all but clicks stay under, 0..1."""
        if self._loudest is None:
            level = self._levels[_LOUD_LEVEL] if self._levels else np.zeros((1, 0), np.float32)
            known = level[level >= 0]
            # Not by `percentile`: it imports a hundred modules at its first call.
            place = int((known.size - 1) * _LOUD_SHARE)
            self._loudest = float(np.partition(known, place)[place]) if known.size else 0.0
        return self._loudest

    def _make_room(self, channels: int, bins: int) -> None:
        if self._levels and self._levels[0].shape[1] >= bins:
            return
        before = self._levels
        size = max(bins, self._expected, 2 * self._known)
        self._levels = []
        for depth in range(_LEVELS):
            rows = before[0].shape[0] if before else channels
            level = np.full((rows, -(-size // _COARSER**depth)), _UNKNOWN, np.float32)
            if before:
                level[:, : before[depth].shape[1]] = before[depth]
            self._levels.append(level)

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
        while depth < _LEVELS - 1 and bins_per_column >= _COARSER ** (depth + 1):
            depth += 1
        level, factor = self._levels[depth], _COARSER**depth
        values = self._channel(level, wave.channel)
        piece = wave.piece
        seen = _bins_seen(
            (piece.start_us, piece.end_us, piece.media_start_us),
            (left_us, per_us, columns),
            _US_PER_BIN * factor,
            values.shape[0],
        )
        if seen is not None:
            first, begins, stop = seen
            most = np.maximum.reduceat(values[:stop], begins)
            most[most < 0] = np.nan
            found[first : first + most.size] = most
        return found

    @staticmethod
    def _channel(level: NDArray[np.float32], channel: int | None) -> NDArray[np.float32]:
        if channel is not None and channel < level.shape[0]:
            return np.asarray(level[channel])
        if level.shape[0] == 1:
            return np.asarray(level[0])
        return np.asarray(level.max(axis=0), np.float32)


# The channels of a recording are drawn one after the other, at the same place.
@lru_cache(maxsize=4)
def _bins_seen(
    piece_us: tuple[int, int, int],
    columns: tuple[float, float, int],
    bin_us: float,
    bins: int,
) -> tuple[int, NDArray[np.int64], int] | None:
    """Return which bins the columns of a picture stand for.

    Args:
        piece_us: Where a piece starts and ends on the timeline, where it starts in its recording.
        columns: Left edge of the first column and width of each, microseconds; how many.
        bin_us: Length of a bin.
        bins: How many there are.

    Returns:
        The first column that shows something, the first bin of each column from there on, and
        the bin after the last; None where the piece is not seen.
    """
    start_us, end_us, media_start_us = piece_us
    left_us, per_us, count = columns
    edges = left_us + np.arange(count + 1) * per_us
    inside = (edges[1:] > start_us) & (edges[:-1] < end_us)
    starts = np.floor((edges + (media_start_us - start_us)) / bin_us).astype(np.int64)
    inside &= (starts[:-1] >= 0) & (starts[:-1] < bins)
    seen = np.flatnonzero(inside)
    if not seen.size:
        return None
    first, last = int(seen[0]), int(seen[-1])
    stop = min(bins, max(int(starts[last + 1]), int(starts[last]) + 1))
    begins = np.minimum(starts[first : last + 1], stop - 1)
    return first, begins, stop


def _maximum_of_groups(source: NDArray[np.float32], groups: int) -> NDArray[np.float32]:
    """Return the maximum of each `_COARSER` columns; the last group may be shorter."""
    missing = groups * _COARSER - source.shape[1]
    if missing:
        fill = np.full((source.shape[0], missing), _UNKNOWN, np.float32)
        source = np.concatenate((source, fill), axis=1)
    return np.asarray(source.reshape(source.shape[0], groups, _COARSER).max(axis=2), np.float32)
