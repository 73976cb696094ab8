"""Hears what libVLC plays: its memory output instead of a sound card, with the time it is due."""

from __future__ import annotations

import ctypes
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import vlc

from reviewer.player.clock import monotonic_us

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reviewer.player.vlc_engine import VlcEngine


@dataclass(frozen=True)
class Heard:
    """Some samples and the monotonic instant at which the first of them sounds."""

    due_us: int
    samples: NDArray[np.int16]
    handed_us: int
    """When it was handed on; what is handed on late sounds then."""

    @property
    def sounds_us(self) -> int:
        """When the first of them can sound at the earliest."""
        return max(self.due_us, self.handed_us)


class Ear:
    """Put on an engine before it plays; `heard` grows from libVLC's thread."""

    def __init__(self, engine: VlcEngine, rate_hz: int = 8000) -> None:
        self.heard: list[Heard] = []
        self.more = threading.Event()
        """Set whenever something was heard."""
        self.rate_hz = rate_hz
        self._engine = engine
        self._ahead_us = _ahead_us()
        self._callback = vlc.CallbackDecorators.AudioPlayCb(self._on_play)
        engine._post(self._put_on)

    def settle(self) -> None:
        """Return when the engine has carried out everything it was told so far."""
        done = threading.Event()
        self._engine._post(done.set)
        done.wait()

    def _put_on(self) -> None:
        player = self._engine._player
        vlc.libvlc_audio_set_callbacks(player, self._callback, None, None, None, None, None)
        vlc.libvlc_audio_set_format(player, b"S16N", self.rate_hz, 1)

    def _on_play(self, _data: int, samples: int, count: int, due: int) -> None:
        heard = np.ctypeslib.as_array((ctypes.c_int16 * count).from_address(samples)).copy()
        self.heard.append(Heard(due + self._ahead_us, heard, monotonic_us()))
        self.more.set()


def _ahead_us() -> int:
    """Return by how much our clock is ahead of libVLC's, which goes as fast: the closest of looks.

    Each look may be held up between the two clocks where the machine is busy.
    """
    looks = []
    for _ in range(200):
        before_us, theirs_us, after_us = monotonic_us(), vlc.libvlc_clock(), monotonic_us()
        looks.append((after_us - before_us, (before_us + after_us) // 2 - theirs_us))
    return min(looks)[1]


def place_of(
    samples: NDArray[np.int16], reference: NDArray[np.int16], near: int, reach: int
) -> tuple[int, float]:
    """Return where `samples` lie in `reference`, within `reach` of `near`, and how alike, 0..1."""
    start = max(0, near - reach)
    there = reference[start : near + reach + len(samples)].astype(float)
    wanted = samples.astype(float)
    products = np.correlate(there, wanted, "valid")
    power = np.convolve(there**2, np.ones(len(wanted)), "valid")
    alike = products / np.sqrt(np.maximum(power * (wanted @ wanted), 1e-9))
    best = int(alike.argmax())
    return start + best, float(alike[best])
