"""Writing sound: a WAV of known length, and Ogg Vorbis. Imported by services."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Final

import numpy as np
import soundfile

from reviewer.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from numpy.typing import NDArray

    Blocks = Iterable[NDArray[np.int16]]
    """Sound piece by piece, each int16 `(channels, count)`."""

_BYTES: Final = 2
_HEADER: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")
_LONGEST: Final = 0xFFFF_FFFF - _HEADER.size
# libsndfile's encoder keeps what it is given at once on its stack.
_VORBIS_FRAMES: Final = 4096
_QUALITY: Final = 0.4


def wav_header(rate_hz: int, channels: int, frames: int) -> bytes:
    """Return the header of a WAV file of 16-bit samples; lengths beyond 4 GiB are cut to it."""
    block = channels * _BYTES
    data = min(frames * block, _LONGEST - _LONGEST % block)
    return _HEADER.pack(
        b"RIFF",
        data + _HEADER.size - 8,
        b"WAVE",
        b"fmt ",
        16,
        1,
        channels,
        rate_hz,
        rate_hz * block,
        block,
        _BYTES * 8,
        b"data",
        data,
    )


def write_wav(file: BinaryIO, blocks: Blocks, *, rate_hz: int, channels: int, frames: int) -> None:
    """Write a WAV file of 16-bit samples; `file` need not be seekable.

    Raises:
        OSError: It cannot be written. Whatever `blocks` raises.
    """
    file.write(wav_header(rate_hz, channels, frames))
    for block in blocks:
        file.write(np.ascontiguousarray(block.T).astype("<i2", copy=False).tobytes())


def vorbis(blocks: Blocks, *, rate_hz: int, channels: int) -> bytes:
    """Return sound as Ogg Vorbis, made in memory: it may be a customer's.

    Raises:
        Whatever `blocks` raises.
    """
    made = io.BytesIO()
    try:
        with soundfile.SoundFile(
            made, "w", rate_hz, channels, subtype="VORBIS", format="OGG", compression_level=_QUALITY
        ) as file:
            for block in blocks:
                rows = np.ascontiguousarray(block.T)
                for first in range(0, len(rows), _VORBIS_FRAMES):
                    file.write(rows[first : first + _VORBIS_FRAMES])
    except soundfile.SoundFileError as error:
        raise InternalError(reason=type(error).__name__) from error
    return made.getvalue()
