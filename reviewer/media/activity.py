"""What goes on in sound: speech, silence, music, tones of the network. Numpy only, no model.

Three things are looked at, in frames of 64 ms and their halves: whether the level stands out from
the noise of the line; whether almost all energy is in one or two tones that a telephone network
makes; and whether tones stay where they are while others come and go, as in music and never in
speech. The last follows K. Seyerlehner, T. Pohle, M. Schedl, G. Widmer, "Automatic music detection
in television productions" (DAFx 2007): continuous frequency activation.

What is not clearly something else is speech. Imported by `services` and `ui`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from reviewer.media.activity_labels import Features, label
from reviewer.media.decode import open_samples
from reviewer.models.activity import Activity
from reviewer.models.ids import US_PER_S
from reviewer.models.progress import NoProgress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reviewer.models.activity import Run
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.progress import Progress

# A window of 128 ms has a line every 7.8 Hz, whatever the rate; up to 4 kHz are 512.
_WINDOW_S: Final = 0.128
_LINES: Final = 512
_FRAMES_PER_CELL: Final = 8
_LEVELS_HZ: Final = 100
# A line counts as active that stands out from its 21 neighbours by a factor of 1.65.
_AROUND: Final = 21
_STANDS_OUT: Final = 0.5
_BANDS: Final = 8
_CHUNK_S: Final = 20


@dataclass(slots=True)
class _Channel:
    """What was found of one channel so far."""

    rest: NDArray[np.int16]
    levels: list[NDArray[np.float32]] = field(default_factory=list)
    bands: list[NDArray[np.float32]] = field(default_factory=list)
    tones: list[NDArray[np.bool_]] = field(default_factory=list)
    cells: list[NDArray[np.uint8]] = field(default_factory=list)
    active: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((0, _LINES), np.bool_))


class ActivityFinder:
    """Goes through sound part by part and says at the end what went on.

    It keeps some 1.5 kB a second and channel.

    Args:
        rate_hz: Frames per second of the sound, 1000..768000.
        channels: How many.

    Thread: one at a time.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._rate = rate_hz
        self._hop = max(4, round(rate_hz * _WINDOW_S / 2))
        self._bin = max(1, rate_hz // _LEVELS_HZ)
        lines = np.fft.rfftfreq(2 * self._hop, 1 / rate_hz)
        self._lines = min(_LINES, int((lines < 4000).sum()))
        self._window = np.asarray(np.hanning(2 * self._hop) * (512 / self._hop), np.float32)
        self._channels = [_Channel(np.zeros(0, np.int16)) for _ in range(channels)]
        self._frames = 0

    def add(self, samples: NDArray[np.int16]) -> None:
        """Take the next part, `(channels, frames)`."""
        self._frames += samples.shape[1]
        for channel, part in zip(self._channels, samples, strict=True):
            channel.levels.append(self._levels(part))
            data = np.concatenate((channel.rest, part))
            count = len(data) // self._hop - 1
            if count > 0:
                self._look(channel, data[: (count + 1) * self._hop])
                channel.rest = data[count * self._hop :]
            else:
                channel.rest = data

    def finish(self) -> Activity:
        """Return what went on in each channel."""
        return Activity(tuple(self._runs(channel) for channel in self._channels))

    def _levels(self, part: NDArray[np.int16]) -> NDArray[np.float32]:
        """Return the level of each hundredth of a second, dB of full scale."""
        whole = len(part) // self._bin * self._bin
        bins = part[:whole].reshape(-1, self._bin).astype(np.float32)
        bins -= bins.mean(axis=1, keepdims=True)
        power = np.einsum("ij,ij->i", bins, bins) / self._bin
        return np.asarray(10 * np.log10(power + 1e-2) - 90.3, np.float32)

    def _look(self, channel: _Channel, data: NDArray[np.int16]) -> None:
        frames = sliding_window_view(data, 2 * self._hop)[:: self._hop]
        spectra = np.fft.rfft(frames * self._window, axis=1)[:, : self._lines]
        power = np.square(spectra.real) + np.square(spectra.imag)
        if self._lines < _LINES:
            power = np.pad(power, ((0, 0), (0, _LINES - self._lines)))
        channel.bands.append(_band_levels(power))
        channel.tones.append(_network_tones(power))
        active = np.concatenate((channel.active, _standing_out(power)))
        whole = len(active) // _FRAMES_PER_CELL * _FRAMES_PER_CELL
        cells = active[:whole].reshape(-1, _FRAMES_PER_CELL, _LINES)
        channel.cells.append(cells.sum(axis=1, dtype=np.uint8))
        channel.active = active[whole:]

    def _runs(self, channel: _Channel) -> tuple[Run, ...]:
        features = Features(
            levels=np.concatenate([np.zeros(0, np.float32), *channel.levels]),
            level_s=self._bin / self._rate,
            bands=np.concatenate([np.zeros((0, _BANDS), np.float32), *channel.bands]),
            tones=np.concatenate([np.zeros(0, np.bool_), *channel.tones]),
            frame_s=self._hop / self._rate,
            cells=np.concatenate([np.zeros((0, _LINES), np.uint8), *channel.cells]),
            frames_per_cell=_FRAMES_PER_CELL,
        )
        return label(features, self._frames * US_PER_S // self._rate)


def find_activity(
    source: ByteSource, media_type: str = "", *, progress: Progress | None = None
) -> Activity:
    """Go through a recording once and return what goes on in each of its channels.

    Args:
        source: The bytes; stays open.
        media_type: Believed for formats without a header.
        progress: Told of seconds done; may stop it.

    Raises:
        MediaEmptyError: There are no bytes at all.
        MediaUnreadableError: It is not sound that is played here.
        ContentError: The bytes cannot be read.
        CancelledError: `progress` stopped it.

    Thread: any; most of it runs with the interpreter unlocked.
    """
    progress = progress or NoProgress()
    samples = open_samples(source, media_type)
    try:
        finder = ActivityFinder(samples.rate_hz, samples.channels)
        chunk = samples.rate_hz * _CHUNK_S
        done = 0
        while True:
            progress.raise_if_cancelled()
            data = samples.read(done, chunk)
            finder.add(data)
            done += data.shape[1]
            total = samples.frames
            progress.report(done // samples.rate_hz, total and total // samples.rate_hz)
            if data.shape[1] < chunk:
                return finder.finish()
    finally:
        samples.close()


def _band_levels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the level of eight bands of each frame, dB."""
    sums = power.reshape(len(power), _BANDS, -1).sum(axis=2)
    return np.asarray(10 * np.log10(sums + 1.0), np.float32)


def _standing_out(power: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which lines of each frame stand out from their neighbours."""
    logs = np.log1p(np.sqrt(power) / 64)
    half = _AROUND // 2
    sums = np.cumsum(np.pad(logs, ((0, 0), (half + 1, half))), axis=1, dtype=np.float32)
    around = (sums[:, _AROUND:] - sums[:, :-_AROUND]) / _AROUND
    return np.asarray(logs - around > _STANDS_OUT, np.bool_)


# Lines of 300 and 660 Hz: ring-back, busy, dialling and congestion of all countries lie between.
_LOW: Final = 38
_HIGH: Final = 85
_PEAK: Final = 3
# Less would take some vowels for tones, more would miss tones that GSM has coded.
_IN_TONES: Final = 0.84


def _network_tones(power: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which frames have almost all their energy in one or two tones of the network."""
    total = power[:, 4:].sum(axis=1) + 1e3
    inside = power[:, _LOW : _HIGH + 1]
    sums = np.cumsum(np.pad(inside, ((0, 0), (1, 0))), axis=1)
    width = 2 * _PEAK + 1
    around = sums[:, width:] - sums[:, :-width]
    first = around.argmax(axis=1)
    apart = np.abs(np.arange(around.shape[1]) - first[:, None]) > 2 * _PEAK
    both = around.max(axis=1) + np.where(apart, around, 0).max(axis=1)
    return np.asarray(both / total > _IN_TONES, np.bool_)
