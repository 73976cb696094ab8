"""Sound faster or slower with its pitch kept, placed to within some milliseconds. Numpy only.

Waveform-similarity overlap-add: windows of 20 ms, each taken where it continues the one before
best, at most 7 ms from where it belongs. So what sounds lies within 20 ms of what should at
every speed up to 3, where libVLC's own stretching (windows of 30 ms and more) is up to 45 ms off.
Used by `reviewer.player.mixer`. Source: W. Verhelst, M. Roelands, "An overlap-add technique based
on waveform similarity (WSOLA)", ICASSP 1993.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_HOP_S: Final = 0.010
_SEARCH_S: Final = 0.007
# Read at once: mixing costs less in large blocks.
_BLOCK_S: Final = 1.0
# The search is done at this rate at most, and made exact afterwards.
_SEARCH_HZ: Final = 16_000
_QUIET: Final = 1.0


class Stretcher:
    """Plays an input along a course that may run faster, slower or jump.

    Where the course goes as fast as the input, what comes out is the input, to the sample;
    where it jumps, the two sides are blended over 10 ms.

    Args:
        read: Returns `(channels, count)` of the input from a frame on, silence outside of it.
        place: Returns which frame of the input belongs to a frame of the output.
        rate_hz: Frames per second of both.
    """

    def __init__(
        self,
        read: Callable[[int, int], NDArray[np.float32]],
        place: Callable[[int], float],
        rate_hz: int,
    ) -> None:
        self._read = read
        self._place = place
        self._hop = max(8, round(rate_hz * _HOP_S))
        self._reach = max(4, round(rate_hz * _SEARCH_S))
        self._block = max(4 * self._hop, round(rate_hz * _BLOCK_S))
        self._step = max(1, rate_hz // _SEARCH_HZ)
        angle = np.pi * (np.arange(self._hop) + 0.5) / self._hop
        self._rise = np.asarray(0.5 - 0.5 * np.cos(angle), np.float32)
        self._fall = self._rise[::-1].copy()
        self._first = 0
        self._data: NDArray[np.float32] | None = None
        self._window = 0
        """Number of the window whose second half comes next; it is centred on `window * hop`."""
        self._start = 0
        """Where that window begins in the input."""
        self._half: NDArray[np.float32] | None = None
        """Its second half, not weighted yet."""
        self._ready: tuple[int, NDArray[np.float32]] | None = None
        """A hop of output and the frame it begins with."""

    def read(self, start: int, count: int) -> NDArray[np.float32]:
        """Return `(channels, count)` of the output from frame `start` on.

        Reading on from where the last read ended is seamless; anywhere else begins anew.
        """
        parts = []
        at, end = start, start + count
        while at < end:
            begin, hop = self._hop_with(at)
            part = hop[:, at - begin : end - begin]
            parts.append(part)
            at += part.shape[1]
        return np.concatenate(parts, axis=1) if parts else self._read(0, 0)

    def _hop_with(self, frame: int) -> tuple[int, NDArray[np.float32]]:
        number = frame // self._hop
        ready = self._ready
        if ready is None or ready[0] != number * self._hop:
            if self._half is None or self._window != number:
                self._begin(number)
            ready = self._ready = (number * self._hop, self._next())
        return ready

    def _begin(self, number: int) -> None:
        """Stand at window `number`, exactly where it belongs."""
        self._window = number
        self._start = round(self._place(number * self._hop)) - self._hop
        self._half = self._input(self._start, 2 * self._hop)[:, self._hop :]

    def _next(self) -> NDArray[np.float32]:
        """Return the hop between this window and the next, and go there."""
        before = self._half if self._half is not None else self._input(0, self._hop)
        wanted = round(self._place((self._window + 1) * self._hop)) - self._hop
        follows = self._start + self._hop
        # Going on is best by definition, and free.
        if wanted != follows:
            wanted += self._shift(before, wanted)
        window = self._input(wanted, 2 * self._hop)
        self._window += 1
        self._start = wanted
        self._half = window[:, self._hop :]
        if wanted == follows:
            return before
        return before * self._fall + window[:, : self._hop] * self._rise

    def _shift(self, before: NDArray[np.float32], wanted: int) -> int:
        """Return by how much another place near `wanted` continues `before` better."""
        reach, hop, step = self._reach, self._hop, self._step
        near = self._input(wanted - reach, hop + 2 * reach).sum(axis=0)
        target = before.sum(axis=0)
        if not np.dot(target, target) > _QUIET * hop:
            return 0
        if step == 1:
            return int(_likeness(near, target).argmax()) - reach
        coarse = int(_likeness(_thin(near, step), _thin(target, step)).argmax()) * step
        low = max(0, coarse - step)
        high = min(2 * reach, coarse + step)
        return low + int(_likeness(near[low : high + hop], target).argmax()) - reach

    def _input(self, start: int, count: int) -> NDArray[np.float32]:
        data = self._data
        if data is None or not self._first <= start <= self._first + data.shape[1] - count:
            self._first = start - self._reach
            data = self._data = self._read(self._first, max(count, self._block) + self._reach)
        offset = start - self._first
        return data[:, offset : offset + count]


def _likeness(near: NDArray[np.float32], target: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each place in `near` how alike what begins there and `target` are."""
    power = np.concatenate((np.zeros(1, np.float64), np.cumsum(np.square(near, dtype=np.float64))))
    energy = power[len(target) :] - power[: -len(target)]
    products = np.correlate(near, target, "valid")
    return np.asarray(products / np.sqrt(np.maximum(energy, 1.0)), np.float32)


def _thin(samples: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Return the means of every `step` samples."""
    whole = len(samples) // step * step
    return np.asarray(samples[:whole].reshape(-1, step).mean(axis=1), np.float32)
