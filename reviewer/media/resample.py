"""Sound at another rate. Without memory: a sample's value depends on its position alone.

So a read from the middle equals the same stretch of a read from the start, which a resampler
that carries state over cannot promise. Used by `reviewer.media.decode`.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Zero crossings of the kernel on each side: images are 70 dB down beyond the transition band.
_CROSSINGS: Final = 16
_KAISER_BETA: Final = 7.0
# Rates without a small common ratio (11127 to 48000) take the nearest of so many phases.
_MAX_PHASES: Final = 1024
_SLICE: Final = 8192


class Resampler:
    """Windowed-sinc interpolation between two rates.

    Args:
        from_hz: Rate of what goes in, > 0.
        to_hz: Rate of what comes out, > 0.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        common = gcd(from_hz, to_hz)
        self._num = from_hz // common
        self._den = to_hz // common
        stretch = max(1.0, from_hz / to_hz)
        self._half = int(np.ceil(_CROSSINGS * stretch))
        self._phases = min(self._den, _MAX_PHASES)
        self._kernels = _kernels(self._half, self._phases, stretch)

    def needed(self, start: int, count: int) -> tuple[int, int]:
        """Return which input makes the output `start .. start + count`: first frame, number.

        The first may be negative and the last beyond the end; there is silence there.
        """
        first = start * self._num // self._den - self._half + 1
        last = (start + count - 1) * self._num // self._den + self._half + 1
        return first, max(0, last - first + 1)

    def convert(self, data: NDArray[np.float32], start: int, count: int) -> NDArray[np.float32]:
        """Return `(channels, count)` of output from `data`, the input that `needed` asked for."""
        first, _ = self.needed(start, count)
        out = np.zeros((data.shape[0], count), np.float32)
        for at in range(0, count, _SLICE):
            n = min(_SLICE, count - at)
            position = (start + at + np.arange(n, dtype=np.int64)) * self._num
            whole = position // self._den
            phase = (position - whole * self._den) * self._phases // self._den
            kernels = self._kernels[phase]
            for channel in range(data.shape[0]):
                windows = sliding_window_view(data[channel], 2 * self._half)
                rows = windows[whole - self._half + 1 - first]
                out[channel, at : at + n] = np.einsum("ij,ij->i", rows, kernels)
        return out


def output_length(frames: int, from_hz: int, to_hz: int) -> int:
    """Return how many frames at `to_hz` cover `frames` at `from_hz`."""
    return -(-frames * to_hz // from_hz)


def _kernels(half: int, phases: int, stretch: float) -> NDArray[np.float32]:
    """Return `(phases, 2 * half)`: weights of the neighbours for each position between two."""
    between = np.arange(phases)[:, None] / phases
    distance = np.arange(-half + 1, half + 1)[None, :] - between
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (distance / half) ** 2, 0, 1)))
    weights = np.sinc(distance / stretch) * window
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
