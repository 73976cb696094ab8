"""Which decoders the media libraries of this machine have of those we need; how many encode."""

from __future__ import annotations

from typing import Final

import av.codec

ENCODERS: Final = 1
"""Threads that encode one video. Several of libvpx wait for each other by spinning: on a machine
that has other things to do, encoding takes up to twenty times as long, all of it at full load."""

_NEEDED = (
    "gsm",
    "gsm_ms",
    "pcm_s16le",
    "pcm_mulaw",
    "pcm_alaw",
    "g722",
    "opus",
    "vorbis",
    "mp3",
    "vp8",
    "vp9",
)


def missing_decoders() -> tuple[str, ...]:
    """Return the names of decoders that are needed and not there. Thread: any."""
    return tuple(name for name in _NEEDED if name not in av.codec.codecs_available)
