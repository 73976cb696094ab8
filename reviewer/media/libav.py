"""Containers through libav: opened by one named demuxer, over our bytes, and nothing else.

The only place that hands bytes to a demuxer. libav would otherwise guess the format, and some
formats (playlists, `concat`, references in MP4) make it open files and connections of its own.
"""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NoReturn

import av
import numpy as np

from reviewer.errors import N_, MediaUnreadableError, ReviewerError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from av.container import InputContainer
    from numpy.typing import NDArray

    from reviewer.models.bytesource import ByteSource

    _Blocks = Generator[tuple[int, NDArray[np.int16]], None, None]

_READ_BYTES: Final = 65536
_MAX_CHANNELS: Final = 8
_CODECS: Final = frozenset(
    {
        *("aac", "alac", "amr_nb", "amrnb", "amr_wb", "amrwb", "flac", "g722", "g723_1", "g729"),
        *("gsm", "gsm_ms", "mp1", "mp1float", "mp2", "mp2float", "mp3", "mp3float"),
        *("opus", "libopus", "vorbis", "libvorbis", "truespeech"),
    }
)
_CODEC_FAMILIES: Final = ("pcm_", "adpcm_")


class _SourceFile:
    """What libav reads from: a position over a `ByteSource`."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._position = 0

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            size = self._source.size - self._position
        try:
            data = self._source.read_at(self._position, size)
        except ReviewerError as error:
            raise _unnamed(error) from None
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}
        self._position = max(0, base[whence] + offset)
        return self._position

    def tell(self) -> int:
        return self._position


def _unnamed(error: ReviewerError) -> ReviewerError:
    """Return the same error with a text that names no recording.

    Of two in one call PyAV prints the first to standard error, which a desktop may keep in a log.
    """
    kind = type(error)
    quiet = type(kind.__name__, (kind,), {"__str__": lambda self: str(self.code)})
    made: ReviewerError = quiet(**error.fields)
    return made


def _refuse(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError(f"{len(url)} characters, flags {flags}, {len(options)} options")


def open_container(source: ByteSource, demuxer: str) -> InputContainer:
    """Open bytes with the one demuxer named; the caller closes the container.

    Raises:
        MediaUnreadableError: The demuxer cannot make sense of the bytes.
        ContentError: The bytes cannot be read.

    Thread: any; the container belongs to one at a time.
    """
    try:
        return av.open(
            _SourceFile(source),
            mode="r",
            format=demuxer,
            buffer_size=_READ_BYTES,
            metadata_errors="replace",
            io_open=_refuse,
        )
    except (av.FFmpegError, ValueError, PermissionError) as error:
        raise MediaUnreadableError(
            name=source.name, reason=N_("its header is damaged or cut short")
        ) from error


class LibavSamples:
    """Sound of a container or of a codec with packets (MP3, Opus, ADPCM, ...)."""

    # Half a second is enough for a bit reservoir of MP3 and the convergence of Opus and G.722.
    _WARM_UPS_S: Final = (0.5, 5.0)
    # Reading on is cheaper than seeking below this.
    _NEAR_S: Final = 2.0
    # Their seeking goes by an average number of bytes a second, which for ADPCM and MP3 misses
    # by half a second; decoding from the start is exact and the files are small.
    _INEXACT: Final = frozenset({"wav", "w64"})
    # Matroska counts in milliseconds: such steps are rounding, not gaps.
    _JITTER_S: Final = 0.02

    def __init__(self, source: ByteSource, demuxer: str) -> None:
        self._name = source.name
        self._seeks_exactly = demuxer not in self._INEXACT
        self._container = open_container(source, demuxer)
        try:
            self._stream = self._choose_stream()
        except BaseException:
            self._container.close()
            raise
        self._rate = self._stream.codec_context.sample_rate
        self._channels = self._stream.codec_context.channels
        self._origin_s = (self._container.start_time or 0) / 1e6
        self._convert = av.AudioResampler(format="s16p")
        self._decoded = self._forward()
        self._pending: tuple[int, NDArray[np.int16]] | None = None
        self._reached = 0
        self._expected: int | None = 0
        self._frames: int | None = None

    @property
    def rate_hz(self) -> int:
        """Frames per second."""
        return self._rate

    @property
    def channels(self) -> int:
        """How many channels."""
        return self._channels

    @property
    def codec(self) -> str:
        """How it is coded."""
        return str(self._stream.codec_context.name)

    @property
    def frames(self) -> int | None:
        """How many there are, once the end was reached."""
        return self._frames

    def read(self, start: int, count: int) -> NDArray[np.int16]:
        """Return `(channels, count)` from frame `start` on; fewer only at the end."""
        is_far = start > self._reached + self._NEAR_S * self._rate
        if start < self._reached or (is_far and self._seeks_exactly):
            self._jump(start)
        out = np.zeros((self._channels, count), np.int16)
        end = start + count
        filled = 0
        while True:
            if self._pending is None:
                self._pending = next(self._decoded, None)
                if self._pending is None:
                    break
            at, data = self._pending
            stop = at + data.shape[1]
            low, high = max(at, start), min(stop, end)
            if low < high:
                out[:, low - start : high - start] = data[:, low - at : high - at]
            if stop > start:
                filled = max(filled, min(stop, end) - start)
            if stop > end:
                filled = count
                break
            self._pending = None
            if stop == end:
                break
        self._reached = start + filled
        return out[:, :filled]

    def measure(self) -> int:
        """Return how many frames there are, by going through all packets; 0: none decodes.

        Raises:
            ContentError: The bytes cannot be read.
        """
        if not self._decodes():
            return 0
        self._jump(0)
        reached = 0.0
        for packet in self._packets():
            if packet is not None and packet.pts is not None and packet.time_base is not None:
                end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                reached = max(reached, end - self._origin_s)
        frames = round(reached * self._rate)
        # Packets do not tell how much padding the decoder drops: the end is decoded for that.
        self._jump(max(0, frames - self._rate))
        for _ in self._decoded:
            pass
        frames = self._frames or frames
        self._jump(0)
        return frames

    def close(self) -> None:
        """Close the container."""
        self._decoded.close()
        self._container.close()

    def _decodes(self) -> bool:
        self._jump(0)
        return next(self._decoded, None) is not None

    def _choose_stream(self) -> av.AudioStream:
        streams = self._container.streams.audio
        if not streams:
            raise MediaUnreadableError(name=self._name, reason=N_("there is no sound in it"))
        stream = streams[0]
        # A decoder that libav lacks leaves no context, whatever its stubs say.
        codec = getattr(stream.codec_context, "name", "")
        if codec not in _CODECS and not codec.startswith(_CODEC_FAMILIES):
            raise MediaUnreadableError(
                name=self._name, reason=N_("its sound is coded in a way not played here")
            )
        context = stream.codec_context
        if not (1 <= context.channels <= _MAX_CHANNELS and 1 <= context.sample_rate <= 768_000):
            raise MediaUnreadableError(
                name=self._name, reason=N_("its header is damaged or cut short")
            )
        return stream

    def _jump(self, start: int) -> None:
        """Go to where decoding reaches `start`, warmed up if the stream can be sought in."""
        back = self._WARM_UPS_S if self._seeks_exactly else ()
        for warm_up_s in back:
            wanted_s = start / self._rate - warm_up_s
            if wanted_s <= 0:
                break
            self._restart(wanted_s)
            self._pending = next(self._decoded, None)
            if self._pending is not None and self._pending[0] <= start:
                self._reached = start
                return
        # Streams without an index are sought in by guessing, sometimes too far.
        self._restart(0.0)
        self._reached = start

    def _restart(self, at_s: float) -> None:
        self._decoded.close()
        self._pending = None
        # The packets before the origin prime the decoder.
        target_s = at_s + self._origin_s if at_s else min(0.0, self._origin_s)
        target = int(target_s / (self._stream.time_base or 1))
        # Where seeking fails, the time stamps of what follows tell.
        with suppress(av.FFmpegError):
            self._container.seek(target, stream=self._stream, backward=True)
        self._convert = av.AudioResampler(format="s16p")
        self._expected = None if at_s else 0
        self._decoded = self._forward()

    def _forward(self) -> _Blocks:
        """Yield what is decoded from here on: its first frame number, `(channels, n)`."""
        for packet in self._packets():
            try:
                frames = self._stream.codec_context.decode(packet)
            except av.error.InvalidDataError:
                # As every player does: one bad packet is skipped, its time stays silent.
                continue
            except av.FFmpegError:
                break
            for frame in frames:
                yield from self._placed(frame)
        self._frames = self._expected

    def _packets(self) -> Iterator[av.Packet[av.AudioStream] | None]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.FFmpegError):
                # A file cut short ends where it was cut.
                yield None
                return
            if packet.dts is None and packet.size == 0:
                yield None
                return
            yield packet

    def _placed(self, frame: av.AudioFrame) -> _Blocks:
        if frame.sample_rate != self._rate or frame.layout.nb_channels != self._channels:
            return
        at = self._expected
        if frame.pts is not None and frame.time_base is not None:
            told = round((float(frame.pts * frame.time_base) - self._origin_s) * self._rate)
            if at is None or abs(told - at) > self._JITTER_S * self._rate:
                at = told
        at = at or 0
        frame.pts = None
        for part in self._convert.resample(frame):
            data = np.asarray(part.to_ndarray(), np.int16)
            yield at, data
            at += data.shape[1]
        self._expected = at
