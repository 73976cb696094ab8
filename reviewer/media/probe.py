"""What some bytes hold: format, codec, rate and a duration that is true.

The duration is what can be decoded, not what a header claims. Imported by importers and exports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import av

from reviewer.errors import MediaUnreadableError
from reviewer.media.decode import open_samples
from reviewer.media.libav import LibavSamples, open_container
from reviewer.media.sniff import identify, media_type_of
from reviewer.models.ids import US_PER_S

if TYPE_CHECKING:
    from av.container import InputContainer

    from reviewer.models.bytesource import ByteSource


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What some bytes hold.

    Attributes:
        media_type: As it is kept with a recording.
        codec: libav's name of the sound's coding, "" when there is no sound track.
        rate_hz: Of the sound, 0 without.
        channels: Of the sound, 0 without.
        duration_us: What can be decoded; 0: nothing was captured.
        video_codec: libav's name of the pictures' coding, "" when there are none.
        width: Of the pictures, pixels.
        height: Of the pictures, pixels.
    """

    media_type: str
    codec: str
    rate_hz: int
    channels: int
    duration_us: int
    video_codec: str = ""
    width: int = 0
    height: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was captured."""
        return self.duration_us == 0


def probe(source: ByteSource, media_type: str = "") -> MediaInfo:
    """Return what some bytes hold.

    Reads the header of WAV and of formats without a header; everything else is gone through
    packet by packet, without decoding more than its beginning. No bytes at all are an empty
    recording, not an error.

    Args:
        source: The bytes; stays open.
        media_type: Believed for formats without a header.

    Raises:
        MediaUnreadableError: It is neither sound nor video that is played here; the reason says
            what it is.
        ContentError: The bytes cannot be read.

    Thread: any.
    """
    if source.size == 0:
        return MediaInfo(media_type or media_type_of(source), "", 0, 0, 0)
    found = identify(source, media_type)
    try:
        samples = open_samples(source, media_type)
    except MediaUnreadableError:
        if not found.media_type.startswith("video/"):
            raise
        pictures = _pictures(source, found.demuxer, found.media_type)
        if pictures is None:
            raise
        return pictures
    try:
        frames = samples.frames
        if frames is None and isinstance(samples, LibavSamples):
            frames = samples.measure()
        duration = (frames or 0) * US_PER_S // samples.rate_hz
        info = MediaInfo(
            found.media_type, samples.codec, samples.rate_hz, samples.channels, duration
        )
    finally:
        samples.close()
    if not found.media_type.startswith("video/"):
        return info
    pictures = _pictures(source, found.demuxer, found.media_type)
    if pictures is None:
        return info
    return MediaInfo(
        info.media_type,
        info.codec,
        info.rate_hz,
        info.channels,
        max(info.duration_us, pictures.duration_us),
        pictures.video_codec,
        pictures.width,
        pictures.height,
    )


def _pictures(source: ByteSource, demuxer: str, media_type: str) -> MediaInfo | None:
    """Return what the video track holds, None when there is none that can be shown."""
    with open_container(source, demuxer) as container:
        context = next((stream.codec_context for stream in container.streams.video), None)
        if context is None:
            return None
        return MediaInfo(
            media_type,
            "",
            0,
            0,
            _video_length(container),
            context.name,
            context.width,
            context.height,
        )


def _video_length(container: InputContainer) -> int:
    stream = container.streams.video[0]
    frame_us = int(US_PER_S / stream.average_rate) if stream.average_rate else 0
    reached = 0
    try:
        for packet in container.demux(stream):
            if packet.pts is None or packet.time_base is None:
                continue
            length = int((packet.duration or 0) * packet.time_base * US_PER_S) or frame_us
            reached = max(reached, int(packet.pts * packet.time_base * US_PER_S) + length)
    except av.FFmpegError:
        # A file cut short lasts until where it was cut.
        return max(0, reached - (container.start_time or 0))
    return max(0, reached - (container.start_time or 0))
