"""The header of a WAV file, read with distrust. Imported by the decoder and the probe.

Lengths in headers lie: recorders that were cut off leave 0 or 0xFFFFFFFF, copies are cut short.
What counts is where the data begin and how many bytes there are.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, MediaUnreadableError, Reason

if TYPE_CHECKING:
    from reviewer.models.bytesource import ByteSource

TAG_PCM: Final = 0x0001
TAG_FLOAT: Final = 0x0003
TAG_ALAW: Final = 0x0006
TAG_MULAW: Final = 0x0007
TAG_GSM: Final = 0x0031
_TAG_EXTENSIBLE: Final = 0xFFFE
_UNKNOWN_LENGTH: Final = 0xFFFFFFFF
# Of hostile files: real ones have a handful.
_MAX_CHUNKS: Final = 1000
_MAX_CHANNELS: Final = 64


@dataclass(frozen=True, slots=True)
class WavHeader:
    """What a WAV file says of itself, as far as it is true.

    Attributes:
        tag: Format tag; that of the sub-format when the header is an extensible one.
        channels: 1..64.
        rate_hz: Samples per second and channel, 1..768000.
        block_bytes: Bytes of the smallest unit that can be decoded, >= 1.
        bits: Bits per sample, 0 for compressed formats.
        is_big_endian: Sizes and samples have their high byte first (RIFX).
        data_offset: Where the samples begin.
        data_bytes: How many bytes of samples there are in truth, >= 0.
    """

    tag: int
    channels: int
    rate_hz: int
    block_bytes: int
    bits: int
    is_big_endian: bool
    data_offset: int
    data_bytes: int

    @property
    def is_pcm(self) -> bool:
        """Whether a sample is a plain number of a size handled here."""
        width = self.block_bytes // self.channels
        if self.block_bytes % self.channels:
            return False
        if self.tag == TAG_FLOAT:
            return width in (4, 8)
        if self.tag in (TAG_ALAW, TAG_MULAW):
            return width == 1
        return self.tag == TAG_PCM and width in (1, 2, 3, 4)


def read_wav_header(source: ByteSource) -> WavHeader:
    """Return the header of a WAV, RIFX or RF64 file.

    Raises:
        MediaUnreadableError: The header is cut short or says nothing usable.
        ContentError: The bytes cannot be read.

    Thread: any. Source: Microsoft/IBM "Multimedia Programming Interface", EBU Tech 3306 (RF64).
    """
    order = ">" if source.read_at(0, 4) == b"RIFX" else "<"
    offset = 12
    fmt: bytes | None = None
    long_data_bytes: int | None = None
    for _ in range(_MAX_CHUNKS):
        head = source.read_at(offset, 8)
        if len(head) < 8:
            break
        kind = head[:4]
        (length,) = struct.unpack(order + "I", head[4:])
        offset += 8
        if kind == b"ds64":
            sizes = source.read_at(offset, 16)
            if len(sizes) == 16:
                long_data_bytes = struct.unpack("<Q", sizes[8:])[0]
        elif kind == b"fmt ":
            fmt = source.read_at(offset, min(length, 64))
        elif kind == b"data":
            if fmt is None:
                break
            if length == _UNKNOWN_LENGTH and long_data_bytes is not None:
                length = long_data_bytes
            return _header(source, fmt, order, offset, length)
        offset += length + (length & 1)
    if fmt is not None and len(fmt) >= 16:
        return _header(source, fmt, order, source.size, 0)
    raise _unreadable(source, N_("its WAV header is cut short"))


def _header(
    source: ByteSource, fmt: bytes, order: str, data_offset: int, declared: int
) -> WavHeader:
    if len(fmt) < 16:
        raise _unreadable(source, N_("its WAV header is cut short"))
    tag, channels, rate, _, block, bits = struct.unpack(order + "HHIIHH", fmt[:16])
    if tag == _TAG_EXTENSIBLE and len(fmt) >= 26:
        (tag,) = struct.unpack(order + "H", fmt[24:26])
    if not 1 <= channels <= _MAX_CHANNELS or not 1 <= rate <= 768_000:
        raise _unreadable(source, N_("its WAV header makes no sense"))
    return WavHeader(
        tag=tag,
        channels=channels,
        rate_hz=rate,
        block_bytes=max(1, block),
        bits=bits,
        is_big_endian=order == ">",
        data_offset=data_offset,
        data_bytes=_true_length(source, data_offset, declared),
    )


def _true_length(source: ByteSource, offset: int, declared: int) -> int:
    there = max(0, source.size - offset)
    if declared == 0 and there >= 8:
        # A recorder writes 0 first and the length at the end; if it never came to that, the
        # sound is there. If chunks follow, the file is complete and was empty.
        following = source.read_at(offset, 4)
        if not (following.isascii() and following.decode("ascii").isprintable()):
            return there
    return min(declared, there)


def _unreadable(source: ByteSource, reason: str) -> MediaUnreadableError:
    return MediaUnreadableError(name=source.name, reason=Reason(reason))
