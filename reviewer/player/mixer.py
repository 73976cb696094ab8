"""The virtual WAV: all sound of a timeline as one file that is made while it is read.

No sealed content reaches the disk in clear: the pieces are decoded, mixed and handed on in
memory, a few seconds at a time. Imported by `qt_player`; knows no engine.
"""

from __future__ import annotations

import struct
import threading
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from reviewer.errors import ReviewerError
from reviewer.media.decode import SoundReader
from reviewer.models.course import EMPTY_COURSE, Course
from reviewer.models.ids import US_PER_S
from reviewer.player.stretch import Stretcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Timeline


HEADER_BYTES: Final = 44
_SAMPLE_BYTES: Final = 2
_MIN_RATE_HZ: Final = 8000
_MAX_RATE_HZ: Final = 48000
_MAX_DATA_BYTES: Final = 0xFFFF_FFFF - 1_000_000
# libVLC ends when it has read everything, half a second before the last of it has sounded.
_TAIL_US: Final = 1_000_000
# Bounds the memory of one read whatever the engine asks for.
_MAX_READ_FRAMES: Final = 96_000
# The first read after a seek is short, so that sound begins at once; each is twice the last.
_FIRST_READ_US: Final = 100_000
# What is left out is bridged so, without a click.
_BLEND_US: Final = 5_000


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
    """What is asked for, shared by the window that changes it and the mixer that follows.

    Settings are followed at once; course and rate when the stream is begun anew.

    Args:
        course: Which stretches are played.
        rate: How fast, 0.25..4.

    Thread: any; each is one immutable value.
    """

    def __init__(self, course: Course = EMPTY_COURSE, rate: float = 1.0) -> None:
        self.settings = MixSettings()
        self.course = course
        self.rate = rate


@dataclass(frozen=True, slots=True)
class _Placed:
    """A piece in frames of the mix."""

    row: int
    recording: int
    start: int
    stop: int
    media_start: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of the course in frames.

    Attributes:
        start: Its first frame in the stream.
        stop: The frame just after it in the stream.
        origin: The frame of the timeline it begins with.
        pace: Frames of the timeline per frame of the stream.
    """

    start: int
    stop: int
    origin: int
    pace: float


class VirtualWav:
    """All sound along a course as one 16-bit WAV; silence where nothing was recorded.

    Opening reads the header of every recording. A recording that cannot be opened or read is
    reported once and stays silent, and the rest is heard.

    Args:
        timeline: What is heard.
        opener: Opens the bytes of one recording; called from the thread that makes this.
        desk: Course, speed, gains and mutes.
        on_broken: Called once for each recording that failed, from the reading thread.

    Thread: any, reads are serialised.
    """

    def __init__(
        self,
        timeline: Timeline,
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
        self._choose_format(timeline.duration_us)
        self._placed = self._place(timeline)
        self._tail = self._to_frames(_TAIL_US)
        self._block = self._channels * _SAMPLE_BYTES
        self._pace = 1.0
        self._stretches: list[_Stretch] = []
        self._starts: list[int] = []
        self._stretcher: Stretcher | None = None
        self._frames = 0
        self._header = b""
        self._position = 0
        self._next_length = 0
        self.begin()

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
    def pace(self) -> float:
        """Microseconds of the course per microsecond of the stream."""
        return self._pace

    @property
    def size(self) -> int:
        """Number of bytes, with the header."""
        return HEADER_BYTES + (self._frames + self._tail) * self._block

    def begin(self) -> None:
        """Take up the desk's course and speed, and stand at the first byte."""
        with self._lock:
            course, rate = self._desk.course, self._desk.rate
            self._pace = rate
            self._stretches = self._cut(course, rate)
            self._starts = [stretch.start for stretch in self._stretches]
            self._frames = self._stretches[-1].stop if self._stretches else 0
            is_even = all(stretch.pace == 1.0 for stretch in self._stretches)
            self._stretcher = None if is_even else Stretcher(self._heard, self._at, self._rate)
            self._header = self._make_header()
            self._stand(0)

    def read(self, length: int) -> bytes:
        """Return up to `length` bytes from the position on; none at the end."""
        with self._lock:
            data = self._read(self._position, length)
            self._position += len(data)
            return data

    def seek(self, offset: int) -> None:
        """Go to a byte, 0..size."""
        with self._lock:
            self._stand(max(0, min(offset, self.size)))

    def mix(self, start: int, count: int) -> NDArray[np.int16]:
        """Return `(channels, count)` of the stream from frame `start` on; silence beyond its end.

        At speeds other than 1 reading on is seamless, and reading elsewhere begins anew.
        """
        if self._stretcher is not None:
            total = np.zeros((self._channels, count), np.float32)
            there = min(count, self._frames - start)
            if there > 0:
                total[:, :there] = self._stretcher.read(start, there)
        else:
            total = self._straight(start, count)
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

    def _stand(self, offset: int) -> None:
        self._position = offset
        self._next_length = self._to_frames(_FIRST_READ_US)

    def _choose_format(self, longest_us: int) -> None:
        readers = self._readers.values()
        rate = max((reader.native_rate_hz for reader in readers), default=_MIN_RATE_HZ)
        self._rate = max(_MIN_RATE_HZ, min(rate, _MAX_RATE_HZ))
        self._channels = min(2, max((reader.channels for reader in readers), default=1))
        # At the lowest speed it is several times as long.
        needed = 4 * self._to_frames(longest_us) * self._channels * _SAMPLE_BYTES
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

    def _cut(self, course: Course, rate: float) -> list[_Stretch]:
        starts = [self._to_frames(round(at_us / rate)) for at_us in course.starts_us]
        ends = [*starts[1:], self._to_frames(round(course.duration_us / rate))]
        return [
            _Stretch(start, stop, self._to_frames(begin_us), rate * speed)
            for start, stop, (begin_us, _), speed in zip(
                starts, ends, course.stretches, course.speeds, strict=True
            )
        ]

    def _at(self, frame: int) -> float:
        """Return the frame of the timeline that belongs to a frame of the stream."""
        stretch = self._stretches[max(0, bisect_right(self._starts, frame) - 1)]
        return stretch.origin + (frame - stretch.start) * stretch.pace

    def _straight(self, start: int, count: int) -> NDArray[np.float32]:
        """Return a part of the stream where it goes as fast as the timeline."""
        total = np.zeros((self._channels, count), np.float32)
        settings = self._desk.settings
        end = start + count
        first = max(0, bisect_right(self._starts, start) - 1)
        for number in range(first, len(self._stretches)):
            stretch = self._stretches[number]
            if stretch.start >= end:
                break
            low, high = max(start, stretch.start), min(end, stretch.stop)
            if low < high:
                at = stretch.origin + low - stretch.start
                self._add(total[:, low - start : high - start], at, settings)
            if number + 1 < len(self._stretches):
                self._blend(total, start, self._stretches[number + 1])
        return total

    def _blend(self, total: NDArray[np.float32], start: int, into: _Stretch) -> None:
        """Fade what `total` holds before a joint into what precedes the next stretch."""
        length = self._to_frames(_BLEND_US)
        low, high = max(start, into.start - length), min(start + total.shape[1], into.start)
        if low >= high or into.origin < length:
            return
        share = (np.arange(low, high, dtype=np.float32) - (into.start - length) + 0.5) / length
        there = self._heard(into.origin + low - into.start, high - low)
        part = total[:, low - start : high - start]
        part += (there - part) * share

    def _heard(self, at: int, count: int) -> NDArray[np.float32]:
        """Return `(channels, count)` of what sounds from frame `at` of the timeline on."""
        total = np.zeros((self._channels, count), np.float32)
        self._add(total, at, self._desk.settings)
        return total

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
        count = min(-(-(cut + length) // self._block), left, self._next_length)
        self._next_length = min(2 * self._next_length, _MAX_READ_FRAMES)
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
