"""Sound of one recorded object, from any position, at its own or another rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reviewer.errors import MediaEmptyError
from reviewer.media.libav import LibavSamples
from reviewer.media.resample import Resampler, output_length
from reviewer.media.samples import GsmSamples, PcmLayout, PcmSamples
from reviewer.media.sniff import identify
from reviewer.media.wav import (
    TAG_ALAW,
    TAG_FLOAT,
    TAG_GSM,
    TAG_MULAW,
    WavHeader,
    read_wav_header,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reviewer.media.samples import Samples
    from reviewer.models.bytesource import ByteSource

_WAV_CODECS = {TAG_ALAW: "pcm_alaw", TAG_MULAW: "pcm_mulaw"}
_LAWS = {"pcm_alaw": "alaw", "pcm_mulaw": "mulaw"}


def open_samples(source: ByteSource, media_type: str = "") -> Samples:
    """Return the sound of some bytes at its own rate.

    Args:
        source: Stays open and belongs to the caller.
        media_type: Believed for formats without a header.

    Raises:
        MediaEmptyError: There are no bytes at all.
        MediaUnreadableError: It is not sound that is played here.
        ContentError: The bytes cannot be read.

    Thread: any; what is returned belongs to one at a time.
    """
    if source.size == 0:
        raise MediaEmptyError(name=source.name)
    found = identify(source, media_type)
    if found.raw_codec == "gsm":
        return GsmSamples(source, 0, source.size, microsoft=False)
    if found.raw_codec:
        layout = PcmLayout(
            codec=found.raw_codec,
            rate_hz=found.rate_hz,
            channels=1,
            width=2 if found.raw_codec == "pcm_s16le" else 1,
            offset=0,
            length=source.size,
            law=_LAWS.get(found.raw_codec, ""),
        )
        return PcmSamples(source, layout)
    if found.demuxer == "wav":
        header = read_wav_header(source)
        if header.tag == TAG_GSM and header.channels == 1 and header.rate_hz == 8000:
            return GsmSamples(source, header.data_offset, header.data_bytes, microsoft=True)
        if header.is_pcm:
            return PcmSamples(source, _layout(header))
    return LibavSamples(source, found.demuxer)


def _layout(header: WavHeader) -> PcmLayout:
    width = header.block_bytes // header.channels
    codec = _WAV_CODECS.get(header.tag, "")
    if not codec:
        kind = "f" if header.tag == TAG_FLOAT else ("u" if width == 1 else "s")
        codec = f"pcm_{kind}{width * 8}"
        if width > 1:
            codec += "be" if header.is_big_endian else "le"
    return PcmLayout(
        codec=codec,
        rate_hz=header.rate_hz,
        channels=header.channels,
        width=width,
        offset=header.data_offset,
        length=header.data_bytes,
        is_float=header.tag == TAG_FLOAT,
        is_big_endian=header.is_big_endian,
        law=_LAWS.get(codec, ""),
    )


class SoundReader:
    """Reads the sound of one object, sequentially or from a position, in bounded memory.

    Args:
        source: The bytes; closed with the reader.
        media_type: What the recording is said to be; believed for formats without a header.
        rate_hz: Rate to read at, 1000..192000; None: the recording's own.

    Raises:
        MediaEmptyError: There are no bytes at all.
        MediaUnreadableError: It is not sound that is played here.
        ContentError: The bytes cannot be read.

    Thread: any, one at a time.
    """

    def __init__(
        self, source: ByteSource, media_type: str = "", *, rate_hz: int | None = None
    ) -> None:
        self._source = source
        try:
            self._samples = open_samples(source, media_type)
        except BaseException:
            source.close()
            raise
        self._rate = self._samples.rate_hz
        self._resampler: Resampler | None = None
        self._position = 0
        self._kept = (0, np.zeros((self._samples.channels, 0), np.int16))
        if rate_hz is not None:
            self.rate_hz = rate_hz

    @property
    def native_rate_hz(self) -> int:
        """The recording's own rate."""
        return self._samples.rate_hz

    @property
    def rate_hz(self) -> int:
        """The rate read at; may be set, which goes back to the start."""
        return self._rate

    @rate_hz.setter
    def rate_hz(self, rate_hz: int) -> None:
        native = self._samples.rate_hz
        self._rate = rate_hz
        self._resampler = Resampler(native, rate_hz) if rate_hz != native else None
        self._position = 0

    @property
    def channels(self) -> int:
        """How many channels."""
        return self._samples.channels

    @property
    def codec(self) -> str:
        """How it is coded, by libav's name."""
        return self._samples.codec

    @property
    def frames(self) -> int | None:
        """How many there are at `rate_hz`; None where only reading to the end would tell."""
        frames = self._samples.frames
        return None if frames is None else output_length(frames, self._samples.rate_hz, self._rate)

    @property
    def position(self) -> int:
        """The frame that `read` begins with, at `rate_hz`."""
        return self._position

    def seek(self, frame: int) -> None:
        """Go to a frame, counted at `rate_hz`, >= 0."""
        self._position = max(0, frame)

    def read(self, count: int) -> NDArray[np.int16]:
        """Return the next `(channels, count)`; fewer only at the end.

        Raises:
            ContentError: The bytes cannot be read or not be decoded.
        """
        if self._resampler is None:
            data = self._samples.read(self._position, count)
        else:
            data = self._resampled(self._resampler, count)
        self._position += data.shape[1]
        return data

    def close(self) -> None:
        """Close decoder and bytes; may be called twice."""
        self._samples.close()
        self._source.close()

    def _native(self, start: int, count: int) -> NDArray[np.int16]:
        """Return what `Samples.read` would, without going back to where the last read ended.

        The kernels of two neighbouring reads overlap by some frames, and going back is dear in
        a compressed stream.
        """
        at, kept = self._kept
        again = kept[:, start - at :] if at <= start <= at + kept.shape[1] else None
        if again is None or again.shape[1] >= count:
            data = self._samples.read(start, count)
        else:
            fresh = self._samples.read(start + again.shape[1], count - again.shape[1])
            data = np.concatenate((again, fresh), axis=1)
        self._kept = (start, data)
        return data

    def _resampled(self, resampler: Resampler, count: int) -> NDArray[np.int16]:
        if count <= 0:
            return np.zeros((self.channels, 0), np.int16)
        first, length = resampler.needed(self._position, count)
        begin = max(0, first)
        heard = self._native(begin, first + length - begin)
        native = np.zeros((self.channels, length), np.float32)
        native[:, begin - first : begin - first + heard.shape[1]] = heard
        end = self._samples.frames
        if end is None and heard.shape[1] < first + length - begin:
            end = begin + heard.shape[1]
        if end is not None:
            whole = output_length(end, self._samples.rate_hz, self._rate)
            count = max(0, min(count, whole - self._position))
        out = resampler.convert(native, self._position, count)
        return np.asarray(np.clip(np.rint(out), -32768, 32767), np.int16)
