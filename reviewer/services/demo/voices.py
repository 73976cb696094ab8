"""The demo's sound material: clips as GSM 06.10 frames, and recordings joined of them.

A recording is planned as an array of frame numbers, 20 ms each, and written by gathering frames;
nothing is decoded, except for the parties' own channels, which are PCM.
"""

from __future__ import annotations

import json
import struct
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reviewer.errors import ResourceMissingError
from reviewer.media.decode import SoundReader
from reviewer.models.bytesource import MemorySource
from reviewer.paths import resource_path

FRAME_US = 20_000
FRAMES_PER_S = 50
_FRAME_BYTES = 33
_FRAME_SAMPLES = 160
RATE_HZ = 8000
_BLOCK_BYTES = 65
# Widths of a frame's 76 parameters in bits. Source: GSM 06.10, table 1.1.
_WIDTHS = (6, 6, 5, 5, 4, 4, 3, 3, *((7, 2, 2, 6, *(3,) * 13) * 4))

Track = NDArray[np.int32]
"""Numbers of frames, one for each 20 ms."""


class Voices:
    """All clips of the demo, and how recordings are made of their frames.

    Raises:
        ResourceMissingError: A file of the material is not there.
    """

    def __init__(self) -> None:
        folder = resource_path("demo", "voices")
        try:
            index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
            files = {voice: (folder / f"{voice}.gsm").read_bytes() for voice in sorted(index)}
        except OSError as error:
            raise ResourceMissingError(name=str(error.filename)) from error
        self._clips: dict[tuple[str, str], Track] = {}
        base = 0
        for voice, data in files.items():
            for clip, (first, count) in index[voice].items():
                numbers = np.arange(base + first, base + first + count, dtype=np.int32)
                self._clips[voice, clip] = numbers
            base += len(data) // _FRAME_BYTES
        joined = np.frombuffer(b"".join(files.values()), np.uint8)
        self._frames = joined.reshape(-1, _FRAME_BYTES)
        self._order = list(self._clips.values())
        self._owners = np.zeros(len(self._frames), np.int32)
        for number, frames in enumerate(self._order):
            self._owners[frames] = number
        self._samples = np.zeros((len(self._frames), _FRAME_SAMPLES), np.int16)
        self._is_decoded = np.zeros(len(self._frames), np.bool_)

    def clip(self, voice: str, name: str) -> Track:
        """Return the frames of a clip, such as `("ru-f1", "hello")` or `("tones", "music")`."""
        return self._clips[voice, name]

    def looped(self, tone: str, frames: int, offset: int = 0) -> Track:
        """Return a tone repeated over so many frames, begun somewhere inside it."""
        loop = self._clips["tones", tone]
        return loop[(np.arange(frames) + offset) % len(loop)]

    def raw(self, track: Track) -> bytes:
        """Return a recording as raw GSM frames of 33 bytes (`audio/x-gsm`)."""
        return self._frames[track].tobytes()

    def wav49(self, track: Track) -> bytes:
        """Return a recording as a WAV of GSM 6.10 in blocks of two frames.

        The track has an even number of frames; see `even`.
        """
        early, late = self._halves
        blocks = np.zeros((len(track) // 2, _BLOCK_BYTES), np.uint8)
        blocks[:, :33] = early[track[0::2]]
        blocks[:, 32:] |= late[track[1::2]]
        data = blocks.tobytes()
        layout = struct.pack("<HHIIHHHH", 0x31, 1, RATE_HZ, 1625, _BLOCK_BYTES, 0, 2, 320)
        fact = struct.pack("<I", len(track) * _FRAME_SAMPLES)
        return _riff((b"fmt ", layout), (b"fact", fact), (b"data", data))

    def pcm(self, track: Track) -> bytes:
        """Return a recording as a WAV of 16-bit PCM, 8000 Hz: a party's own channel."""
        samples = self._decoded(track)
        layout = struct.pack("<HHIIHH", 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)
        return _riff((b"fmt ", layout), (b"data", samples.astype("<i2").tobytes()))

    def samples(self) -> NDArray[np.int16]:
        """Return the samples of all frames: `(frames, 160)`, mono of 8000 Hz."""
        self._decoded(np.arange(len(self._frames), dtype=np.int32))
        return self._samples

    def _decoded(self, track: Track) -> NDArray[np.int16]:
        """Return the samples of a track; each clip is decoded once and by itself."""
        for number in np.unique(self._owners[track[~self._is_decoded[track]]]):
            frames = self._order[number]
            reader = SoundReader(MemorySource(self.raw(frames), "demo"), "audio/x-gsm")
            try:
                samples = reader.read(len(frames) * _FRAME_SAMPLES)
            finally:
                reader.close()
            self._samples[frames] = samples.reshape(-1, _FRAME_SAMPLES)
            self._is_decoded[frames] = True
        return self._samples[track].ravel()

    @cached_property
    def _halves(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """All frames as first and as second half of a block.

        A block packs the bits of each parameter the other way round than a frame does and leaves
        out the frame's leading four bits, so that a second half begins in the middle of a byte.
        """
        order: list[int] = []
        at = 4
        for width in _WIDTHS:
            order.extend(range(at + width - 1, at - 1, -1))
            at += width
        bits = np.unpackbits(self._frames, axis=1)[:, np.array(order)]
        none = np.zeros((len(bits), 4), np.uint8)
        early = np.packbits(np.hstack((bits, none)), axis=1, bitorder="little")
        late = np.packbits(np.hstack((none, bits)), axis=1, bitorder="little")
        return early, late


def empty_wav() -> bytes:
    """Return the 44 bytes of a WAV in which no sound was captured."""
    return _riff(
        (b"fmt ", struct.pack("<HHIIHH", 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)), (b"data", b"")
    )


def _riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WAVE"
    for name, data in chunks:
        body += name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body
