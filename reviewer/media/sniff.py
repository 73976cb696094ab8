"""Which format some bytes are in, and which few of libav's demuxers may ever see them.

Recognised by content; only formats without any header of their own (raw GSM, G.711, ...) are
taken by media type or by the ending of the name. May be imported by everything above `models`.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, MediaUnreadableError, Reason

if TYPE_CHECKING:
    from reviewer.models.bytesource import ByteSource

UNKNOWN: Final = "application/octet-stream"
_HEAD_BYTES: Final = 512


@dataclass(frozen=True, slots=True)
class MediaFormat:
    """A format that may be opened.

    Attributes:
        media_type: As it is kept with a recording, with its parameters.
        demuxer: The one demuxer of libav that may read it, "" when none is used.
        raw_codec: For formats without a header: `pcm_s16le`, `pcm_mulaw`, `pcm_alaw`, `gsm`,
            `g722`; else "".
        rate_hz: Of a raw format; 0 when its header says it.
    """

    media_type: str
    demuxer: str = ""
    raw_codec: str = ""
    rate_hz: int = 0


WAV: Final = MediaFormat("audio/wav", "wav")
_GSM = MediaFormat("audio/x-gsm", raw_codec="gsm", rate_hz=8000)
_MULAW = MediaFormat("audio/basic", raw_codec="pcm_mulaw", rate_hz=8000)
_ALAW = MediaFormat("audio/x-alaw-basic", raw_codec="pcm_alaw", rate_hz=8000)
_G722 = MediaFormat("audio/g722", "g722", rate_hz=16000)
_MATROSKA = "matroska,webm"
_MP4 = "mov,mp4,m4a,3gp,3g2,mj2"


def _sln(rate_hz: int) -> MediaFormat:
    return MediaFormat(f"audio/x-sln;rate={rate_hz}", raw_codec="pcm_s16le", rate_hz=rate_hz)


# Where the bytes stand, what they are, what that is. The first that fits decides.
_MAGIC: Final[tuple[tuple[int, bytes, MediaFormat], ...]] = (
    (8, b"WAVE", WAV),
    (24, b"wave\xf3\xac", MediaFormat("audio/x-w64", "w64")),
    (4, b"ftyp", MediaFormat("video/mp4", _MP4)),
    (0, b"OggS", MediaFormat("audio/ogg", "ogg")),
    (0, b"fLaC", MediaFormat("audio/flac", "flac")),
    (0, b".snd", MediaFormat("audio/x-au", "au")),
    (0, b"#!AMR", MediaFormat("audio/amr", "amr")),
    (0, b"DKIF", MediaFormat("video/x-ivf", "ivf")),
    (0, b"ID3", MediaFormat("audio/mpeg", "mp3")),
)
_AIFF: Final = MediaFormat("audio/aiff", "aiff")
_MP3: Final = MediaFormat("audio/mpeg", "mp3")
_AAC: Final = MediaFormat("audio/aac", "aac")

_RAW_BY_TYPE: Final = {
    "audio/x-gsm": _GSM,
    "audio/gsm": _GSM,
    "audio/basic": _MULAW,
    "audio/pcmu": _MULAW,
    "audio/x-mulaw": _MULAW,
    "audio/pcma": _ALAW,
    "audio/x-alaw": _ALAW,
    "audio/x-alaw-basic": _ALAW,
    "audio/g722": _G722,
}
_RAW_BY_ENDING: Final = {
    ".gsm": _GSM,
    ".ulaw": _MULAW,
    ".ul": _MULAW,
    ".pcm": _MULAW,
    ".mu": _MULAW,
    ".alaw": _ALAW,
    ".al": _ALAW,
    ".g722": _G722,
    ".sln": _sln(8000),
    ".raw": _sln(8000),
    **{f".sln{k}": _sln(k * 1000) for k in (12, 16, 24, 32, 48, 96, 192)},
    ".sln44": _sln(44100),
}

# What is sometimes found in place of a recording.
_FOREIGN: Final[tuple[tuple[int, bytes, str], ...]] = (
    (8, b"AVI ", N_("it is an AVI video, which is not among the formats played here")),
    (0, b"#EXTM3U", N_("it is a playlist that points to other files, not a recording")),
    (0, b"[playlist]", N_("it is a playlist that points to other files, not a recording")),
    (0, b"ffconcat", N_("it is a playlist that points to other files, not a recording")),
    (0, b"<?xml", N_("it is an XML document, not a recording")),
    (0, b"%PDF", N_("it is a PDF document, not a recording")),
    (0, b"PK\x03\x04", N_("it is a ZIP archive, not a recording")),
    (0, b"\x1f\x8b", N_("it is a gzip archive, not a recording")),
    (0, b"\xff\xd8\xff", N_("it is a picture, not a recording")),
    (0, b"\x89PNG", N_("it is a picture, not a recording")),
    (0, b"GIF8", N_("it is a picture, not a recording")),
)


def media_type_of(source: ByteSource, hint: str = "") -> str:
    """Return the media type of some bytes, `application/octet-stream` when it is none of ours.

    Args:
        source: The bytes; up to 512 of them are read. The ending of its name counts for formats
            without a header.
        hint: Media type given by whoever brought the bytes; counts for formats without a header.

    Raises:
        ContentError: The bytes cannot be read.

    Thread: any.
    """
    found = _recognised(source.read_at(0, _HEAD_BYTES), source.name, hint)
    return found.media_type if found is not None else UNKNOWN


def identify(source: ByteSource, media_type: str = "") -> MediaFormat:
    """Return the format of some bytes that are to be opened.

    Args:
        source: At least one byte.
        media_type: What a recording is said to be; believed for formats without a header only.

    Raises:
        MediaUnreadableError: It is nothing that may be opened; the reason names what it is.
        ContentError: The bytes cannot be read.

    Thread: any.
    """
    head = source.read_at(0, _HEAD_BYTES)
    found = _recognised(head, source.name, media_type)
    if found is None:
        raise MediaUnreadableError(name=source.name, reason=Reason(_what_instead(head)))
    return found


def _recognised(head: bytes, name: str, hint: str) -> MediaFormat | None:
    found = _by_magic(head)
    if found is not None or _foreign(head) is not None:
        return found
    raw = _raw(name, hint)
    if raw is _GSM and head and head[0] >> 4 != 0xD:
        # Every frame of GSM 06.10 in a file begins with this signature.
        return None
    return raw


def _by_magic(head: bytes) -> MediaFormat | None:
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        return WAV if head[8:12] == b"WAVE" else None
    for offset, magic, found in _MAGIC:
        if head.startswith(magic, offset):
            return found
    if head.startswith(b"\x1aE\xdf\xa3"):
        is_webm = b"webm" in head[:64]
        return MediaFormat("video/webm" if is_webm else "video/x-matroska", _MATROSKA)
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return _AIFF
    return _mpeg(head)


def _mpeg(head: bytes) -> MediaFormat | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    layer = head[1] >> 1 & 3
    if head[1] & 0xF6 == 0xF0:
        return _AAC
    # Reserved values of version, layer, bit rate and sampling rate are no frame header.
    is_frame = head[1] >> 3 & 3 != 1 and layer != 0 and head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3
    return _MP3 if is_frame else None


def _raw(name: str, hint: str) -> MediaFormat | None:
    kind, _, parameters = hint.partition(";")
    kind = kind.strip().lower()
    if kind in ("audio/x-sln", "audio/l16"):
        return _sln(_rate_of(parameters))
    if kind in _RAW_BY_TYPE:
        return _RAW_BY_TYPE[kind]
    return _RAW_BY_ENDING.get(PurePosixPath(name.replace("\\", "/")).suffix.lower())


def _rate_of(parameters: str) -> int:
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "rate" and value.strip().isdecimal():
            return min(max(int(value), 1000), 192_000)
    return 8000


def _foreign(head: bytes) -> str | None:
    for offset, magic, reason in _FOREIGN:
        if head.startswith(magic, offset):
            return reason
    return None


def _what_instead(head: bytes) -> str:
    known = _foreign(head)
    if known is not None:
        return known
    if _is_text(head):
        return N_("it is text, not a recording")
    return N_("its format is not known")


def _is_text(head: bytes) -> bool:
    try:
        # The last character may be cut off.
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c in "\r\n\t\ufeff" for c in text)
