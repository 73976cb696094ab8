"""Writing WebM: pictures as VP8, each shown until the next, with a sound track in Vorbis."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import av
import numpy as np

from reviewer.errors import InternalError
from reviewer.media.codecs import ENCODERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    Shown = Iterable[tuple[int, NDArray[np.uint8] | None]]
    """Since when a picture is shown, microseconds, ascending; uint8 `(height, width, 4)` as blue,
    green, red, unused; None for black."""

_TICKS: Final = Fraction(1, 1000)
_US_PER_TICK: Final = 1000
_OPTIONS: Final = {"deadline": "good", "cpu-used": "5", "crf": "12", "auto-alt-ref": "0"}
_BITS_PER_S: Final = 1_500_000
# So that players find any place fast: a whole picture at least so often.
_KEY_EVERY: Final = 50
_LARGEST: Final = (3840, 2160)


def write_webm(
    file: BinaryIO,
    pictures: Shown,
    *,
    size: tuple[int, int],
    duration_us: int,
    sound: bytes | None,
) -> None:
    """Write a WebM file.

    Args:
        file: Where to, open for writing and seeking.
        pictures: What is shown; others than of `size` are fitted into it.
        size: Width and height, pixels.
        duration_us: How long the last picture is shown at the least.
        sound: Ogg Vorbis, or None.

    Raises:
        OSError: It cannot be written. Whatever `pictures` raises.

    Thread: any.
    """
    width, height = fitted(size)
    try:
        with av.open(file, mode="w", format="webm") as container:
            video: Any = container.add_stream("libvpx", options=_OPTIONS)
            video.width, video.height, video.pix_fmt = width, height, "yuv420p"
            video.codec_context.time_base = _TICKS
            video.codec_context.framerate = Fraction(10)
            video.bit_rate = _BITS_PER_S
            video.gop_size = _KEY_EVERY
            video.codec_context.thread_count = ENCODERS
            packets = _sound_packets(container, sound)
            for packet in _video_packets(video, pictures, width, height, duration_us):
                # What sounds before a picture comes before it.
                for heard in packets.until(packet):
                    container.mux(heard)
                container.mux(packet)
            for heard in packets.rest():
                container.mux(heard)
    except av.error.FFmpegError as error:
        if isinstance(error, OSError) and error.errno and error.errno > 0:
            raise OSError(error.errno, error.strerror) from error
        raise InternalError(reason=type(error).__name__) from error


def fitted(size: tuple[int, int]) -> tuple[int, int]:
    """Return a size that can be encoded: even, and not larger than a 4K screen."""
    width, height = size
    scale = min(1.0, _LARGEST[0] / max(1, width), _LARGEST[1] / max(1, height))
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


def _video_packets(
    stream: VideoStream, pictures: Shown, width: int, height: int, duration_us: int
) -> Iterator[Any]:
    last_tick = -1
    last: av.VideoFrame | None = None
    for at_us, pixels in pictures:
        tick = max(last_tick + 1, at_us // _US_PER_TICK)
        last = _frame(pixels, width, height)
        last.pts, last.time_base = tick, _TICKS
        last_tick = tick
        yield from stream.encode(last)
    end = duration_us // _US_PER_TICK
    if last is not None and end > last_tick + 1:
        # Again at the very end: else players stop at the last change of the picture.
        last.pts = end - 1
        yield from stream.encode(last)
    yield from stream.encode(None)


def _frame(pixels: NDArray[np.uint8] | None, width: int, height: int) -> av.VideoFrame:
    """Return a picture in the middle of a black one of that size, as large as fits."""
    if pixels is None:
        black = np.zeros((height, width, 4), np.uint8)
        return _planar(av.VideoFrame.from_ndarray(black, format="bgra"), width, height)
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="bgra")
    if (frame.width, frame.height) == (width, height):
        return _planar(frame, width, height)
    scale = min(width / frame.width, height / frame.height)
    wide, high = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    small = frame.reformat(width=wide, height=high, format="bgra").to_ndarray()
    whole = np.zeros((height, width, 4), np.uint8)
    top, left = (height - high) // 2, (width - wide) // 2
    whole[top : top + high, left : left + wide] = small
    return _planar(av.VideoFrame.from_ndarray(whole, format="bgra"), width, height)


def _planar(frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
    return frame.reformat(width=width, height=height, format="yuv420p")


class _SoundPackets:
    """Packets of a sound track, copied as they are, handed out by their time."""

    def __init__(self, packets: Iterator[Any], stream: Any) -> None:
        self._packets = packets
        self._stream = stream
        self._next: Any = None

    def until(self, picture: Any) -> Iterator[Any]:
        limit = float(picture.pts * picture.time_base) if picture.pts is not None else 0.0
        while (packet := self._peek()) is not None:
            if packet.pts is not None and float(packet.pts * packet.time_base) > limit:
                return
            yield self._take()

    def rest(self) -> Iterator[Any]:
        while self._peek() is not None:
            yield self._take()

    def _peek(self) -> Any:
        if self._next is None:
            self._next = next(self._packets, None)
        return self._next

    def _take(self) -> Any:
        packet, self._next = self._next, None
        packet.stream = self._stream
        return packet


def _sound_packets(container: Any, sound: bytes | None) -> _SoundPackets:
    if sound is None:
        return _SoundPackets(iter(()), None)
    source: Any = av.open(io.BytesIO(sound), format="ogg")
    stream = source.streams.audio[0]
    track = container.add_stream_from_template(stream)
    return _SoundPackets((p for p in source.demux(stream) if p.size), track)
