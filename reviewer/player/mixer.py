"""The virtual WAV: all sound of a timeline as one file that is made while it is read.

No sealed content reaches the disk in clear: the pieces are decoded, mixed and handed on in
memory, a few seconds at a time. Imported by `qt_player`; knows no engine.
"""

from __future__ import annotations

import struct
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from reviewer.errors import ReviewerError
from reviewer.media.decode import SoundReader
from reviewer.models.ids import US_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Course, Timeline


HEADER_BYTES: Final = 44
_SAMPLE_BYTES: Final = 2
_MIN_RATE_HZ: Final = 8000
_MAX_RATE_HZ: Final = 48000
_MAX_DATA_BYTES: Final = 0xFFFF_FFFF - 1_000_000
# libVLC ends when it has read everything, half a second before the last of it has sounded.
_TAIL_US: Final = 1_000_000
# Bounds the memory of one read whatever the engine asks for.
_MAX_READ_FRAMES: Final = 96_000


@dataclass(frozen=True, slots=True)
class MixSettings:
    """What of each row is heard.

    Attributes:
        muted: Numbers of the rows that are silent.
        solo: If any, only these rows are heard.
        gains: Loudness by row number, 1.0 where none is given.
    """

    muted: frozenset[int] = frozenset()
    solo: frozenset[int] = frozenset()
    gains: tuple[tuple[int, float], ...] = ()

    def gain_of(self, row: int) -> float:
        """Return the factor a row's samples are multiplied by, 0 when it is not heard."""
        if row in self.muted or (self.solo and row not in self.solo):
            return 0.0
        return dict(self.gains).get(row, 1.0)

    def with_muted(self, row: int, muted: bool) -> MixSettings:
        """Return settings in which a row is silent or not."""
        return replace(self, muted=self.muted | {row} if muted else self.muted - {row})

    def with_solo(self, row: int, solo: bool) -> MixSettings:
        """Return settings in which a row is among those heard alone, or not."""
        return replace(self, solo=self.solo | {row} if solo else self.solo - {row})

    def with_gain(self, row: int, gain: float) -> MixSettings:
        """Return settings in which a row has another loudness, 0..4."""
        gains = dict(self.gains)
        gains[row] = max(0.0, min(gain, 4.0))
        return replace(self, gains=tuple(sorted(gains.items())))


class MixDesk:
    """The settings in force, shared by the window that changes and the mixer that follows them.

    Thread: any; the settings are one immutable value.
    """

    def __init__(self) -> None:
        self.settings = MixSettings()


@dataclass(frozen=True, slots=True)
class _Placed:
    """A piece in frames of the mix."""

    row: int
    recording: int
    start: int
    stop: int
    media_start: int


class VirtualWav:
    """All sound along a course as one 16-bit WAV; silence where nothing was recorded.

    Opening reads the header of every recording. A recording that cannot be opened or read is
    reported once and stays silent, and the rest is heard.

    Args:
        timeline: What is heard.
        course: Which stretches of it, one after the other.
        opener: Opens the bytes of one recording; called from the thread that makes this.
        desk: Gains and mutes, followed from read to read.
        on_broken: Called once for each recording that failed, from the reading thread.

    Thread: any, reads are serialised.
    """

    def __init__(
        self,
        timeline: Timeline,
        course: Course,
        opener: Callable[[Recording], ByteSource],
        desk: MixDesk,
        on_broken: Callable[[Recording, ReviewerError], None],
    ) -> None:
        self._desk = desk
        self._on_broken = on_broken
        self._lock = threading.Lock()
        # By number, since hashing a recording of many spans again and again is dear.
        self._recordings = list(dict.fromkeys(piece.recording for piece in timeline.sound))
        self._readers: dict[int, SoundReader] = {}
        self._open_all(opener)
        self._choose_format(course)
        self._placed = self._place(timeline)
        self._frames = self._to_frames(course.duration_us)
        self._tail = self._to_frames(_TAIL_US)
        self._stretches = self._cut(course)
        self._block = self._channels * _SAMPLE_BYTES
        self._header = self._make_header()
        self._position = 0

    @property
    def rate_hz(self) -> int:
        """Frames per second."""
        return self._rate

    @property
    def channels(self) -> int:
        """1 or 2."""
        return self._channels

    @property
    def frames(self) -> int:
        """How many there are, without the second of silence that follows them."""
        return self._frames

    @property
    def size(self) -> int:
        """Number of bytes, with the header."""
        return HEADER_BYTES + (self._frames + self._tail) * self._block

    def read(self, length: int) -> bytes:
        """Return up to `length` bytes from the position on; none at the end."""
        with self._lock:
            data = self._read(self._position, length)
            self._position += len(data)
            return data

    def seek(self, offset: int) -> None:
        """Go to a byte, 0..size."""
        with self._lock:
            self._position = max(0, min(offset, self.size))

    def mix(self, start: int, count: int) -> NDArray[np.int16]:
        """Return `(channels, count)` of the mix from frame `start` on; silence beyond its end."""
        total = np.zeros((self._channels, count), np.float32)
        settings = self._desk.settings
        for at, stop, origin in self._stretches:
            low, high = max(start, at), min(start + count, stop)
            if low < high:
                self._add(total[:, low - start : high - start], origin + low - at, settings)
        return np.asarray(np.clip(np.rint(total), -32768, 32767), np.int16)

    def close(self) -> None:
        """Close all recordings; may be called twice."""
        with self._lock:
            for reader in self._readers.values():
                reader.close()
            self._readers.clear()

    def _open_all(self, opener: Callable[[Recording], ByteSource]) -> None:
        for number, recording in enumerate(self._recordings):
            try:
                self._readers[number] = SoundReader(opener(recording), recording.media_type)
            except ReviewerError as error:
                self._on_broken(recording, error)

    def _choose_format(self, course: Course) -> None:
        readers = self._readers.values()
        rate = max((reader.native_rate_hz for reader in readers), default=_MIN_RATE_HZ)
        self._rate = max(_MIN_RATE_HZ, min(rate, _MAX_RATE_HZ))
        self._channels = min(2, max((reader.channels for reader in readers), default=1))
        needed = self._to_frames(course.duration_us) * self._channels * _SAMPLE_BYTES
        if needed > _MAX_DATA_BYTES:
            self._rate, self._channels = _MIN_RATE_HZ, 1
        for reader in readers:
            if reader.native_rate_hz != self._rate:
                reader.rate_hz = self._rate

    def _place(self, timeline: Timeline) -> list[_Placed]:
        numbers = {recording: number for number, recording in enumerate(self._recordings)}
        return [
            _Placed(
                row=row.segment.number,
                recording=numbers[piece.recording],
                start=self._to_frames(piece.start_us),
                stop=self._to_frames(piece.end_us),
                media_start=self._to_frames(piece.media_start_us),
            )
            for row in timeline.rows
            for piece in row.sound
        ]

    def _cut(self, course: Course) -> list[tuple[int, int, int]]:
        """Return each stretch: its first frame in the mix, the one after, that on the timeline."""
        starts = [self._to_frames(at_us) for at_us in course.starts_us]
        return [
            (at, stop, self._to_frames(begin_us))
            for at, stop, (begin_us, _) in zip(
                starts, [*starts[1:], self._frames], course.stretches, strict=True
            )
        ]

    def _make_header(self) -> bytes:
        data = self.size - HEADER_BYTES
        return struct.pack(
            "<4sI4s4sIHHIIHH4sI",
            b"RIFF",
            data + HEADER_BYTES - 8,
            b"WAVE",
            b"fmt ",
            16,
            1,
            self._channels,
            self._rate,
            self._rate * self._block,
            self._block,
            _SAMPLE_BYTES * 8,
            b"data",
            data,
        )

    def _read(self, offset: int, length: int) -> bytes:
        if offset < HEADER_BYTES:
            return self._header[offset : offset + length]
        first, cut = divmod(offset - HEADER_BYTES, self._block)
        left = self._frames + self._tail - first
        count = min(-(-(cut + length) // self._block), left, _MAX_READ_FRAMES)
        if count <= 0 or length <= 0:
            return b""
        data = np.ascontiguousarray(self.mix(first, count).T).tobytes()
        return data[cut : cut + length]

    def _add(self, total: NDArray[np.float32], at: int, settings: MixSettings) -> None:
        """Add to `total` what sounds from frame `at` of the timeline on."""
        end = at + total.shape[1]
        for placed in self._placed:
            low, high = max(at, placed.start), min(end, placed.stop)
            reader = self._readers.get(placed.recording)
            if low >= high or reader is None:
                continue
            gain = settings.gain_of(placed.row)
            if gain == 0.0:
                continue
            try:
                reader.seek(placed.media_start + low - placed.start)
                data = reader.read(high - low)
            except ReviewerError as error:
                del self._readers[placed.recording]
                reader.close()
                self._on_broken(self._recordings[placed.recording], error)
                continue
            heard = data if data.shape[0] == self._channels else data.mean(axis=0, keepdims=True)
            total[:, low - at : low - at + data.shape[1]] += heard * np.float32(gain)

    def _to_frames(self, duration_us: int) -> int:
        return (duration_us * self._rate + US_PER_S // 2) // US_PER_S
