"""What a waveform is drawn from: lowest and highest sample of every hundredth of a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from reviewer.media.decode import open_samples
from reviewer.models.progress import NoProgress

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from reviewer.media.samples import Samples
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.progress import Progress

PEAKS_HZ: Final = 100
# 20 s of telephone sound: some 70 ms of work per part on the slowest codec.
_CHUNK_BINS: Final = 2000


@dataclass(frozen=True, slots=True)
class Peaks:
    """Lowest and highest sample of each of equal stretches.

    Attributes:
        rate_hz: Stretches per second, `PEAKS_HZ`, or fewer in a coarser level.
        low: int16 `(channels, n)`.
        high: int16 `(channels, n)`, >= `low`.
    """

    rate_hz: float
    low: NDArray[np.int16]
    high: NDArray[np.int16]

    @property
    def channels(self) -> int:
        """How many channels."""
        return int(self.low.shape[0])

    def __len__(self) -> int:
        """How many stretches."""
        return int(self.low.shape[1])

    def coarser(self) -> Peaks:
        """Return the same with half as many stretches."""
        return Peaks(self.rate_hz / 2, _halve(self.low, np.minimum), _halve(self.high, np.maximum))

    def pyramid(self) -> tuple[Peaks, ...]:
        """Return this and ever coarser levels, down to at most 256 stretches."""
        levels = [self]
        while len(levels[-1]) > 256:
            levels.append(levels[-1].coarser())
        return tuple(levels)


def level_for(pyramid: tuple[Peaks, ...], pixels_per_s: float) -> Peaks:
    """Return the coarsest level that still has a stretch for every pixel, else the finest."""
    fitting = [level for level in pyramid if level.rate_hz >= pixels_per_s]
    return fitting[-1] if fitting else pyramid[0]


def read_peaks(
    source: ByteSource,
    media_type: str = "",
    *,
    on_part: Callable[[int, Peaks], None] | None = None,
    progress: Progress | None = None,
) -> Peaks:
    """Go through a recording once and return its peaks.

    Args:
        source: The bytes; stays open.
        media_type: Believed for formats without a header.
        on_part: Called for each 20 s with the number of its first stretch, so that a waveform
            can fill in; from this thread.
        progress: Told of bytes' worth done; may stop it.

    Returns:
        Peaks of every channel, `PEAKS_HZ` a second; the last stretch may be shorter.

    Raises:
        MediaEmptyError: There are no bytes at all.
        MediaUnreadableError: It is not sound that is played here.
        ContentError: The bytes cannot be read.
        CancelledError: `progress` stopped it.

    Thread: any; libav works with the interpreter unlocked.
    """
    progress = progress or NoProgress()
    samples = open_samples(source, media_type)
    lows: list[NDArray[np.int16]] = []
    highs: list[NDArray[np.int16]] = []
    try:
        done = 0
        while True:
            progress.raise_if_cancelled()
            low, high = _chunk(samples, done)
            if low.shape[1] == 0:
                break
            lows.append(low)
            highs.append(high)
            if on_part is not None:
                on_part(done, Peaks(PEAKS_HZ, low, high))
            done += low.shape[1]
            total = samples.frames
            progress.report(done, total * PEAKS_HZ // samples.rate_hz if total else None)
            if low.shape[1] < _CHUNK_BINS:
                break
        none = np.zeros((samples.channels, 0), np.int16)
        return Peaks(
            PEAKS_HZ, np.concatenate([none, *lows], axis=1), np.concatenate([none, *highs], axis=1)
        )
    finally:
        samples.close()


def _chunk(samples: Samples, first: int) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Return low and high of up to `_CHUNK_BINS` stretches from number `first` on."""
    rate = samples.rate_hz
    edges = np.arange(first, first + _CHUNK_BINS + 1, dtype=np.int64) * rate // PEAKS_HZ
    start, stop = int(edges[0]), int(edges[-1])
    data = samples.read(start, stop - start)
    if rate % PEAKS_HZ == 0 and data.shape[1] == stop - start:
        bins = data.reshape(data.shape[0], _CHUNK_BINS, rate // PEAKS_HZ)
        return bins.min(axis=2), bins.max(axis=2)
    begins = edges[:-1][edges[:-1] - start < data.shape[1]] - start
    if len(begins) == 0:
        return np.zeros((data.shape[0], 0), np.int16), np.zeros((data.shape[0], 0), np.int16)
    return (
        np.minimum.reduceat(data, begins, axis=1),
        np.maximum.reduceat(data, begins, axis=1),
    )


def _halve(values: NDArray[np.int16], join: np.ufunc) -> NDArray[np.int16]:
    if values.shape[1] % 2:
        values = np.concatenate((values, values[:, -1:]), axis=1)
    return np.asarray(join(values[:, ::2], values[:, 1::2]), np.int16)
