"""Pictures of a recorded screen: the one that is shown at any position, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import av
import numpy as np

from reviewer.errors import N_, MediaEmptyError, MediaUnreadableError
from reviewer.media.libav import open_container
from reviewer.media.sniff import identify
from reviewer.media.video_index import VideoIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from reviewer.models.bytesource import ByteSource

_CODECS: Final = frozenset(
    {
        *("vp8", "libvpx", "vp9", "libvpx-vp9", "av1", "libdav1d", "libaom-av1"),
        *("h264", "hevc", "mpeg4", "mjpeg", "theora"),
    }
)
# Four screens of 4K side by side. The decoder is held to it too: a single packet can claim
# another size than the header.
_MOST_PIXELS: Final = 40_000_000
# Decoded pictures kept: over a group of 25 at 1280x720, so that steps back are at once.
_KEPT_BYTES: Final = 64 << 20
_EARLY_US: Final = 500_000
# Pictures decoded at once: with more, the one wanted would come later.
_DECODERS: Final = 3
# Before giving up on a place to begin at.
_TRIES: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture of a video, ready to be painted.

    Attributes:
        start_us: Since when it is shown, position in the recording.
        end_us: When the next follows.
        pixels: uint8 `(height, width, 4)`: blue, green, red, unused.
        aspect: Width of a pixel divided by its height.
    """

    start_us: int
    end_us: int
    pixels: NDArray[np.uint8]
    aspect: float = 1.0

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.pixels.shape[0])


class VideoReader:
    """Reads pictures of one recording at any position.

    Args:
        source: The bytes; closed with the reader.

    Raises:
        MediaEmptyError: There are no bytes at all.
        MediaUnreadableError: There are no pictures in it that are shown here.
        ContentError: The bytes cannot be read.

    Thread: any, one at a time.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._containers: list[InputContainer] = []
        try:
            self._format = self._demuxer()
            self._container, self._stream = self._open(self._format)
            # Of its own, so that going through it moves no position.
            self._index = VideoIndex(*self._open(self._format))
        except BaseException:
            self.close()
            raise
        self._origin_us = self._container.start_time or 0
        ratio = float(self._stream.sample_aspect_ratio or 1)
        self._aspect = ratio if 0.1 < ratio < 10 else 1.0
        self._kept: OrderedDict[int, av.VideoFrame] = OrderedDict()
        self._kept_bytes = 0
        self._packets: Iterator[av.Packet[VideoStream]] | None = None
        self._reached_us = -1
        """Time of the last picture that was decoded since `_packets` was begun."""

    def picture_at(self, position_us: int) -> Picture | None:
        """Return the picture shown at a position, None where there is none.

        There is none long after the last, nor more than half a second before the first: sound
        may begin a little earlier than pictures do.

        Raises:
            MediaUnreadableError: Not one picture before it can be decoded.
            ContentError: The bytes cannot be read.
        """
        wanted = self._index.picture_at(position_us)
        if wanted is None:
            wanted = self._index.after(position_us)
            if wanted is None or wanted - position_us > _EARLY_US:
                return None
        end = self._index.end_of(wanted)
        if position_us >= end:
            return None
        frame = self._kept.get(wanted)
        if frame is None:
            frame = self._decode(wanted)
        else:
            self._kept.move_to_end(wanted)
        return Picture(wanted, end, _pixels(frame), self._aspect)

    def step(self, position_us: int, by: int) -> int | None:
        """Return when the picture before (-1) or after (1) that at a position begins.

        None where there is no other.
        """
        if by > 0:
            return self._index.after(position_us)
        here = self._index.picture_at(position_us)
        return self._index.before(here) if here is not None else None

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        for container in self._containers:
            container.close()
        self._containers.clear()
        self._source.close()

    def _demuxer(self) -> str:
        if self._source.size == 0:
            raise MediaEmptyError(name=self._source.name)
        demuxer = identify(self._source).demuxer
        if not demuxer:
            raise self._unreadable(N_("there are no pictures in it"))
        return demuxer

    def _open(self, demuxer: str) -> tuple[InputContainer, VideoStream]:
        container = open_container(self._source, demuxer)
        self._containers.append(container)
        if not container.streams.video:
            raise self._unreadable(N_("there are no pictures in it"))
        stream = container.streams.video[0]
        context = stream.codec_context
        if getattr(context, "name", "") not in _CODECS:
            raise self._unreadable(N_("its pictures are coded in a way not shown here"))
        if context.width * context.height > _MOST_PIXELS:
            raise self._unreadable(N_("its pictures are too large to be shown"))
        context.options = {"max_pixels": str(_MOST_PIXELS)}
        # Those from the key up to the one wanted are decoded side by side; one that is asked
        # for costs the beginning of the next two besides.
        context.thread_type = "FRAME"
        context.thread_count = _DECODERS
        return container, stream

    def _unreadable(self, reason: str) -> MediaUnreadableError:
        return MediaUnreadableError(name=self._source.name, reason=reason)

    def _decode(self, wanted: int) -> av.VideoFrame:
        """Return the picture that begins at `wanted`, or the last before it that is whole."""
        key = self._index.key_at(wanted)
        is_ahead = self._packets is not None and self._reached_us < wanted
        # Beginning anew at a key costs a seek besides: go on unless that is nearer.
        if not is_ahead or (key is not None and key > self._reached_us):
            self._begin(key)
        best: av.VideoFrame | None = None
        left = self._index.same(wanted)
        for packet in self._packets or ():
            for frame in self._frames_of(packet):
                time_us = self._time_of(frame)
                self._keep(time_us, frame)
                if time_us <= wanted:
                    best = frame
                self._reached_us = max(self._reached_us, time_us)
                left -= time_us == wanted
            if self._reached_us > wanted or left <= 0:
                break
        else:
            self._packets = None
        if best is None:
            best = self._last_before(wanted)
        if best is None:
            raise self._unreadable(N_("its pictures are damaged"))
        if self._time_of(best) != wanted:
            self._keep(wanted, best)
        return best

    def _begin(self, key: int | None) -> None:
        """Stand at a picture that needs no other; where that fails, at an earlier one."""
        for _ in range(_TRIES):
            if key is None:
                break
            packets = self._seek(key)
            first = next(packets, None)
            if first is not None and first.is_keyframe and self._position(first.pts) <= key:
                self._packets = _after(first, packets)
                return
            key = self._index.before(key)
            key = self._index.key_at(key) if key is not None else None
        self._packets = self._seek(0)

    def _seek(self, position_us: int) -> Iterator[av.Packet[VideoStream]]:
        target = int((position_us + self._origin_us) / 1_000_000 / (self._stream.time_base or 1))
        self._reached_us = -1
        try:
            self._container.seek(target, stream=self._stream, backward=True)
        except av.FFmpegError:
            # Some files can only be read from their beginning.
            self._containers.remove(self._container)
            self._container.close()
            self._container, self._stream = self._open(self._format)
        return self._demux()

    def _demux(self) -> Iterator[av.Packet[VideoStream]]:
        try:
            yield from self._container.demux(self._stream)
        except av.FFmpegError:
            # A file cut short ends where it was cut.
            return

    def _frames_of(self, packet: av.Packet[VideoStream]) -> list[av.VideoFrame]:
        try:
            return self._stream.codec_context.decode(packet)
        except av.FFmpegError:
            # As every player does: a bad picture is left out, the one before it stays.
            return []

    def _position(self, pts: int | None) -> int:
        time_s = float((pts or 0) * (self._stream.time_base or 0))
        return max(0, round(time_s * 1_000_000) - self._origin_us)

    def _time_of(self, frame: av.VideoFrame) -> int:
        return self._position(frame.pts)

    def _keep(self, time_us: int, frame: av.VideoFrame) -> None:
        before = self._kept.pop(time_us, None)
        if before is not None:
            self._kept_bytes -= _bytes_of(before)
        self._kept[time_us] = frame
        self._kept_bytes += _bytes_of(frame)
        while self._kept_bytes > _KEPT_BYTES and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= _bytes_of(oldest)

    def _last_before(self, wanted: int) -> av.VideoFrame | None:
        earlier = [time_us for time_us in self._kept if time_us <= wanted]
        return self._kept[max(earlier)] if earlier else None


def _after(
    first: av.Packet[VideoStream], rest: Iterator[av.Packet[VideoStream]]
) -> Iterator[av.Packet[VideoStream]]:
    yield first
    yield from rest


def _bytes_of(frame: av.VideoFrame) -> int:
    return frame.width * frame.height * 3 // 2


def _pixels(frame: av.VideoFrame) -> NDArray[np.uint8]:
    return np.asarray(frame.to_ndarray(format="bgra"), np.uint8)
