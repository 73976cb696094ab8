"""Sound made for tests: speech-like signals, files of every coding, interactions of pieces."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from reviewer.models.bytesource import MemorySource
from reviewer.models.ids import Giid, MediaUs, ObjectId, WallUs
from reviewer.models.interaction import Channel, Direction, Interaction, Segment, SegmentKind
from reviewer.models.recording import PartyRole, Recording, RecordingKind, Span
from reviewer.models.timeline import Timeline, lay_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

T0 = WallUs(1_790_000_000_000_000)


def speech(seconds: float, rate_hz: int = 8000, seed: int = 1) -> NDArray[np.int16]:
    """Return noise in the band and with the syllables of speech: no two moments are alike."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    noise = np.convolve(rng.normal(size=n + 7), np.hanning(8 * rate_hz // 8000 + 2), "same")[:n]
    syllables = 0.55 + 0.45 * np.sin(2 * np.pi * 3.1 * np.arange(n) / rate_hz + seed)
    return np.asarray(np.clip(noise * syllables * 2500, -30000, 30000), np.int16)


def encode(
    samples: NDArray[np.int16],
    rate_hz: int = 8000,
    *,
    container: str = "WAV",
    coding: str = "PCM_16",
) -> bytes:
    """Return a file of samples `(frames,)` or `(frames, channels)`, written by libsndfile."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format=container, subtype=coding)
    return buffer.getvalue()


def decode(data: bytes, *, raw_coding: str = "") -> NDArray[np.int16]:
    """Return the samples of a file as libsndfile reads them: an opinion that is not ours."""
    if raw_coding:
        samples, _ = soundfile.read(
            io.BytesIO(data),
            dtype="int16",
            format="RAW",
            subtype=raw_coding,
            channels=1,
            samplerate=8000,
        )
    else:
        samples, _ = soundfile.read(io.BytesIO(data), dtype="int16")
    return np.asarray(samples, np.int16)


@dataclass
class Scene:
    """An interaction under construction, with the bytes of its recordings.

    Times are seconds from its start.
    """

    seconds: float
    _segments: list[Segment] = field(default_factory=list)
    _recordings: list[Recording] = field(default_factory=list)
    data: dict[str, bytes] = field(default_factory=dict)

    def segment(self, begin: float, end: float) -> int:
        """Add a segment and return its number."""
        number = len(self._segments) + 1
        self._segments.append(
            Segment(number, SegmentKind.HANDLING, _at(begin), _at(end), party="+70000000000")
        )
        return number

    def record(
        self,
        number: int,
        name: str,
        data: bytes,
        *spans: tuple[float, float, float],
        kind: RecordingKind = RecordingKind.VOICE,
        party: PartyRole = PartyRole.MIXED,
        media_type: str = "audio/wav",
    ) -> Recording:
        """Add a recording to a segment; a span is (second in the file, second, length)."""
        recording = Recording(
            kind=kind,
            segment_number=number,
            spans=tuple(
                Span(MediaUs(round(media * 1e6)), _at(wall), round(length * 1e6))
                for media, wall, length in spans
            ),
            media_type=media_type,
            party=party,
            object_id=ObjectId(name),
            source_name=name,
        )
        self._recordings.append(recording)
        self.data[name] = data
        return recording

    def interaction(self) -> Interaction:
        """Return the value."""
        return Interaction(
            giid=Giid("5D0C2C3E-0000-4000-8000-000000000001"),
            channel=Channel.VOICE,
            direction=Direction.INBOUND,
            started_us=T0,
            ended_us=_at(self.seconds),
            segments=tuple(self._segments),
            recordings=tuple(self._recordings),
        )

    def timeline(self) -> Timeline:
        """Return its timeline."""
        return lay_out(self.interaction())

    def open(self, recording: Recording) -> MemorySource:
        """Open the bytes of one recording."""
        return MemorySource(self.data[recording.source_name], recording.source_name)


def _at(seconds: float) -> WallUs:
    return WallUs(T0 + round(seconds * 1e6))


def one_call(data: bytes, seconds: float, media_type: str = "audio/wav") -> Scene:
    """Return an interaction of one segment with one recording that fills it."""
    scene = Scene(seconds)
    number = scene.segment(0, seconds)
    scene.record(number, "call", data, (0, 0, seconds), media_type=media_type)
    return scene
