"""Decoded sound at its own rate, from any position: plain numbers and GSM, without a demuxer.

Each class reads `(channels, frames)` int16 from a frame number, exactly. Used by
`reviewer.media.decode`; frames are counted at the recording's own rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import av
import numpy as np

from reviewer.media.g711 import ALAW_TO_INT16, MULAW_TO_INT16

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reviewer.models.bytesource import ByteSource


class Samples(Protocol):
    """Sound as numbers. Thread: one at a time."""

    @property
    def rate_hz(self) -> int:
        """Frames per second."""
        ...

    @property
    def channels(self) -> int:
        """How many channels."""
        ...

    @property
    def codec(self) -> str:
        """How it is coded, by libav's name."""
        ...

    @property
    def frames(self) -> int | None:
        """How many there are; None while that is not known."""
        ...

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        """Return `(channels, count)` from frame `start` on; fewer only at the end.

        Raises:
            ContentError: The bytes cannot be read or not be decoded.
        """
        ...

    def close(self) -> None:
        """Give back the decoder; the bytes belong to whoever opened them."""
        ...


@dataclass(frozen=True, slots=True)
class PcmLayout:
    """How plain samples lie in bytes.

    Attributes:
        codec: libav's name of it.
        width: Bytes of one sample.
        is_float: IEEE numbers, -1..1.
        is_big_endian: The high byte comes first.
        law: `mulaw`, `alaw` or "" for linear.
    """

    codec: str
    rate_hz: int
    channels: int
    width: int
    offset: int
    length: int
    is_float: bool = False
    is_big_endian: bool = False
    law: str = ""


class PcmSamples:
    """Plain numbers: WAV, raw linear and G.711."""

    def __init__(self, source: ByteSource, layout: PcmLayout) -> None:
        self._source = source
        self._layout = layout
        self._block = layout.width * layout.channels
        self._frames = layout.length // self._block

    @property
    def rate_hz(self) -> int:
        """Frames per second."""
        return self._layout.rate_hz

    @property
    def channels(self) -> int:
        """How many channels."""
        return self._layout.channels

    @property
    def codec(self) -> str:
        """How it is coded."""
        return self._layout.codec

    @property
    def frames(self) -> int:
        """How many there are."""
        return self._frames

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        """Return `(channels, count)` from frame `start` on; fewer only at the end."""
        count = max(0, min(count, self._frames - start))
        if count == 0:
            return np.zeros((self.channels, 0), np.int16)
        data = self._source.read_at(self._layout.offset + start * self._block, count * self._block)
        data = data[: len(data) // self._block * self._block]
        return _to_int16(data, self._layout).reshape(-1, self.channels).T

    def close(self) -> None:
        """Nothing is held."""


def _to_int16(data: bytes, layout: PcmLayout) -> NDArray[np.int16]:
    order = ">" if layout.is_big_endian else "<"
    if layout.law:
        table = MULAW_TO_INT16 if layout.law == "mulaw" else ALAW_TO_INT16
        return table[np.frombuffer(data, np.uint8)]
    if layout.is_float:
        numbers = np.frombuffer(data, f"{order}f{layout.width}")
        finite = np.nan_to_num(numbers, nan=0.0, posinf=1.0, neginf=-1.0)
        return np.asarray(np.clip(finite, -1.0, 1.0) * 32767, np.int16)
    if layout.width == 1:
        return np.asarray((np.frombuffer(data, np.uint8).astype(np.int16) - 128) << 8, np.int16)
    if layout.width == 2:
        return np.frombuffer(data, f"{order}i2").astype(np.int16, copy=False)
    # Of 24 and 32 bits the upper 16 are heard.
    octets = np.frombuffer(data, np.uint8).reshape(-1, layout.width)
    upper = octets[:, :2] if layout.is_big_endian else octets[:, -2:]
    return np.ascontiguousarray(upper).view(f"{order}i2")[:, 0].astype(np.int16, copy=False)


class GsmSamples:
    """GSM 06.10, raw (33 bytes for 160 samples) or Microsoft's (65 for 320), 8 kHz mono.

    The blocks go to the decoder without a demuxer, hundreds at a time: that is exact to the
    sample wherever one starts, and more than twice as fast as packet by packet.
    """

    # The decoder carries its state over. Of 4400 random reads of real speech a third differed
    # from a decoding from the start after a warm-up of 100 ms, 21 after 500 ms, none after 1 s,
    # which takes 0.15 ms.
    _WARM_UP_SAMPLES: Final = 8000
    _BATCH_SAMPLES: Final = 160_000

    def __init__(self, source: ByteSource, offset: int, length: int, *, microsoft: bool) -> None:
        self._source = source
        self._offset = offset
        self._codec = "gsm_ms" if microsoft else "gsm"
        self._block_bytes, self._block_samples = (65, 320) if microsoft else (33, 160)
        self._blocks = length // self._block_bytes
        context = av.CodecContext.create(self._codec, "r")
        if not isinstance(context, av.AudioCodecContext):
            raise TypeError(self._codec)
        context.sample_rate = 8000
        context.layout = "mono"
        self._context = context
        self._next_block = 0
        self._at = 0
        self._ready: NDArray[np.int16] = np.zeros(0, np.int16)

    @property
    def rate_hz(self) -> int:
        """Frames per second."""
        return 8000

    @property
    def channels(self) -> int:
        """How many channels."""
        return 1

    @property
    def codec(self) -> str:
        """How it is coded."""
        return self._codec

    @property
    def frames(self) -> int:
        """How many there are in whole blocks."""
        return self._blocks * self._block_samples

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        """Return `(1, count)` from frame `start` on; fewer only at the end."""
        count = max(0, min(count, self.frames - start))
        if not self._at <= start <= self._at + len(self._ready):
            self._jump(start)
        end = start + count
        while self._at + len(self._ready) < end and self._next_block < self._blocks:
            kept = self._ready[start - self._at :]
            missing = end - (self._at + len(self._ready))
            fresh = self._decode(max(missing, 8000))
            self._at, self._ready = start, np.concatenate((kept, fresh)) if len(kept) else fresh
        return self._ready[start - self._at : end - self._at].reshape(1, -1)

    def close(self) -> None:
        """Drop what was decoded ahead."""
        self._ready = np.zeros(0, np.int16)
        self._at = 0
        self._next_block = 0
        self._context.flush_buffers()

    def _jump(self, start: int) -> None:
        self._context.flush_buffers()
        block = start // self._block_samples
        self._next_block = max(0, block - self._WARM_UP_SAMPLES // self._block_samples)
        self._at = self._next_block * self._block_samples
        warm = self._decode(start - self._at + self._block_samples)
        self._ready = warm[start - self._at :]
        self._at = start

    def _decode(self, samples: int) -> NDArray[np.int16]:
        """Return at least `samples` from the next block on, in whole blocks; fewer at the end."""
        blocks = -(-min(samples, self._BATCH_SAMPLES) // self._block_samples)
        blocks = min(blocks, self._blocks - self._next_block)
        data = self._source.read_at(
            self._offset + self._next_block * self._block_bytes, blocks * self._block_bytes
        )
        self._next_block += blocks
        data = data[: len(data) // self._block_bytes * self._block_bytes]
        if not data:
            return np.zeros(0, np.int16)
        decoded = self._context.decode(av.Packet(data))
        return np.concatenate(
            [
                np.frombuffer(memoryview(frame.planes[0]), np.int16)[: frame.samples]
                for frame in decoded
            ]
        )
