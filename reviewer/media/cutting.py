"""Cutting stretches out of a recorded screen, so that no picture of them remains.

What is kept is decoded and encoded anew, with a key picture at each border: nothing of the cut
stretches is left in the new bytes, not even as a reference for pictures that follow.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import av

from reviewer.errors import N_, MediaUnreadableError
from reviewer.media.codecs import ENCODERS
from reviewer.media.libav import open_container
from reviewer.media.sniff import identify

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reviewer.models.bytesource import ByteSource

MEDIA_TYPE: Final = "video/webm"
_MS: Final = Fraction(1, 1000)
_US_PER_MS: Final = 1_000
_BITS_A_PIXEL_S: Final = 0.35
_LEAST_BITS_S: Final = 200_000
_LONGEST_GROUP: Final = 100
"""Pictures between two key pictures: what scrubbing has to decode at most."""


def cut_video(source: ByteSource, keep: Sequence[tuple[int, int]]) -> bytes:
    """Return a WebM of the stretches to keep, one after the other.

    In memory: what is confidential is not written to a disk in the clear.

    Args:
        source: The recording; stays open.
        keep: Stretches [start, end) in it, microseconds, ascending and apart.

    Returns:
        The new file's bytes; `keep[i]` begins where the ones before it end together. Empty
        where there is no picture in any of them.

    Raises:
        MediaUnreadableError: It cannot be decoded.
        ContentError: The bytes cannot be read.

    Thread: any.
    """
    found = identify(source, "")
    target = io.BytesIO()
    with open_container(source, found.demuxer) as container:
        stream = next(iter(container.streams.video), None)
        if stream is None:
            raise MediaUnreadableError(name=source.name, reason=N_("there are no pictures in it"))
        stream.thread_type = "AUTO"
        origin_us = container.start_time or 0
        output: av.container.OutputContainer | None = None
        try:
            for frame, at_us, begins in _kept(container, stream, origin_us, keep, source.name):
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
    container: av.container.InputContainer,
    stream: av.video.stream.VideoStream,
    origin_us: int,
    keep: Sequence[tuple[int, int]],
    name: str,
) -> Iterator[tuple[av.VideoFrame, int, bool]]:
    """Yield pictures to keep, their time in the new file, and whether a stretch begins with them.

    Only those captured within a stretch: the one still shown when it begins is of what is cut.
    """
    place, before_us, begun, any_yet = 0, 0, False, False
    try:
        for frame in container.decode(stream):
            if frame.pts is None or frame.time_base is None:
                continue
            at_us = int(frame.pts * frame.time_base * 1_000_000) - origin_us
            while place < len(keep) and at_us >= keep[place][1]:
                before_us += keep[place][1] - keep[place][0]
                place, begun = place + 1, False
            if place == len(keep):
                return
            any_yet = True
            if at_us >= keep[place][0]:
                yield frame, before_us + at_us - keep[place][0], not begun
                begun = True
    except av.FFmpegError as error:
        if not any_yet:
            reason = N_("its pictures cannot be decoded")
            raise MediaUnreadableError(name=name, reason=reason) from error
        # Cut short: what there was is kept.
