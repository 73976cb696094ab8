"""Cutting stretches out of a recorded screen, so that no picture of them remains.

What is kept is decoded and encoded anew, with a key picture at each border: nothing of the cut
stretches is left in the new bytes, not even as a reference for pictures that follow.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av

from reviewer.errors import N_, ContentDamagedError, MediaUnreadableError
from reviewer.media.codecs import ENCODERS
from reviewer.media.libav import open_container
from reviewer.media.sniff import identify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reviewer.models.bytesource import ByteSource

MEDIA_TYPE: Final = "video/webm"
_MS: Final = Fraction(1, 1000)
_US_PER_MS: Final = 1_000
_GAP_BYTES: Final = 4_096
"""So much at once is left out where it cannot be read."""
_BITS_A_PIXEL_S: Final = 0.35
_LEAST_BITS_S: Final = 200_000
_LONGEST_GROUP: Final = 100
"""Pictures between two key pictures: what scrubbing has to decode at most."""


def cut_video(
    source: ByteSource, keep: Sequence[tuple[int, int]], *, spoilt: bool = False
) -> bytes:
    """Return a WebM of the stretches to keep, one after the other.

    In memory: what is confidential is not written to a disk in the clear.

    Args:
        source: The recording; stays open.
        keep: Stretches [start, end) in it, microseconds, ascending and apart.
        spoilt: It is damaged: what can be read of it is kept. After what cannot, and after each
            stretch that is cut out, pictures begin with the next key picture, since one that is
            made of others may show what was to go.

    Returns:
        The new file's bytes; `keep[i]` begins where the ones before it end together. Empty
        where there is no picture in any of them.

    Raises:
        MediaUnreadableError: It cannot be decoded.
        ContentError: The bytes cannot be read; where it is spoilt, none of them.

    Thread: any.
    """
    readable = _Readable(source) if spoilt else None
    source = source if readable is None else readable
    found = identify(source, "")
    target = io.BytesIO()
    with open_container(source, found.demuxer) as container:
        stream = next(iter(container.streams.video), None)
        if stream is None:
            raise MediaUnreadableError(name=source.name, reason=N_("there are no pictures in it"))
        # Decoded in several threads, pictures come later than what they are made of.
        stream.thread_type = "AUTO" if readable is None else "NONE"
        origin_us = container.start_time or 0
        output: av.container.OutputContainer | None = None
        try:
            pictures = _pictures(container, stream, source.name, readable)
            for frame, at_us, begins in _kept(pictures, origin_us, keep, alone=spoilt):
                if output is None:
                    output = av.open(target, "w", format="webm")
                    encoder = _encoder(output, frame.width, frame.height)
                made = frame.reformat(encoder.width, encoder.height, "yuv420p")
                made.pts, made.time_base = at_us // _US_PER_MS, _MS
                made.pict_type = (
                    av.video.frame.PictureType.I if begins else av.video.frame.PictureType.NONE
                )
                output.mux(encoder.encode(made))
            if output is not None:
                output.mux(encoder.encode(None))
        finally:
            if output is not None:
                output.close()
    return target.getvalue()


def _encoder(
    output: av.container.OutputContainer, width: int, height: int
) -> av.video.stream.VideoStream:
    encoder = output.add_stream("libvpx", rate=25)
    # Chroma is kept for two by two pixels.
    encoder.width, encoder.height = width + width % 2, height + height % 2
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = encoder.codec_context.time_base = _MS
    encoder.bit_rate = max(_LEAST_BITS_S, int(width * height * _BITS_A_PIXEL_S))
    encoder.codec_context.gop_size = _LONGEST_GROUP
    encoder.codec_context.thread_count = ENCODERS
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    return encoder


def _kept(
    pictures: Iterator[av.VideoFrame],
    origin_us: int,
    keep: Sequence[tuple[int, int]],
    *,
    alone: bool,
) -> Iterator[tuple[av.VideoFrame, int, bool]]:
    """Yield pictures to keep, their time in the new file, and whether a stretch begins with them.

    Only those captured within a stretch: the one still shown when it begins is of what is cut.
    `alone`: each stretch begins with a key picture.
    """
    place, before_us, begun = 0, 0, False
    for frame in pictures:
        if frame.pts is None or frame.time_base is None:
            continue
        at_us = int(frame.pts * frame.time_base * 1_000_000) - origin_us
        while place < len(keep) and at_us >= keep[place][1]:
            before_us += keep[place][1] - keep[place][0]
            place, begun = place + 1, False
        if place == len(keep):
            return
        if at_us >= keep[place][0] and (begun or frame.key_frame or not alone):
            yield frame, before_us + at_us - keep[place][0], not begun
            begun = True


def _pictures(
    container: av.container.InputContainer,
    stream: av.video.stream.VideoStream,
    name: str,
    readable: _Readable | None,
) -> Iterator[av.VideoFrame]:
    """Yield what can be decoded; after what cannot, from the next key picture on.

    Raises:
        MediaUnreadableError: Nothing can. ContentError: The bytes cannot be read.
    """
    any_yet, waits = False, False
    trouble: av.FFmpegError | None = None
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                break
            if readable is not None and readable.has_gap_before(packet.pos, packet.size):
                waits = True
            frames = packet.decode()
        except av.error.InvalidDataError as error:
            trouble, waits = error, True
            continue
        except av.FFmpegError as error:
            # Cut short: what there was is kept.
            trouble = error
            break
        for frame in frames:
            waits = waits and not frame.key_frame
            if not waits:
                any_yet = True
                yield frame
    if trouble is not None and not any_yet:
        reason = N_("its pictures cannot be decoded")
        raise MediaUnreadableError(name=name, reason=reason) from trouble


class _Readable:
    """A `ByteSource` over one that is damaged, which has zeros where that cannot be read.

    Args:
        source: The bytes; stays open.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._gaps: set[int] = set()
        self.name = source.name
        self.size = source.size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        end = min(offset + length, self.size)
        parts: list[bytes] = []
        while offset < end:
            stop = min(end, (offset // _GAP_BYTES + 1) * _GAP_BYTES)
            try:
                part = self._source.read_at(offset, stop - offset)
            except ContentDamagedError:
                self._gaps.add(offset)
                part = b""
            parts.append(part.ljust(stop - offset, b"\0"))
            offset = stop
        return b"".join(parts)

    def has_gap_before(self, position: int | None, size: int) -> bool:
        """Return whether there was a gap up to the end of a packet, and forget those."""
        end = self.size if position is None else position + size
        passed = {gap for gap in self._gaps if gap < end}
        self._gaps -= passed
        return bool(passed)

    def close(self) -> None:
        """Leave the source open: it is another's."""
