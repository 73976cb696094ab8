from __future__ import annotations

import pytest

from reviewer.errors import MediaUnreadableError
from reviewer.media.sniff import UNKNOWN, identify, media_type_of
from reviewer.models.bytesource import MemorySource
from tests.helpers.sound import encode, speech

GSM = b"\xd5" + bytes(32)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("call.bin", encode(speech(0.1)), "audio/wav"),
        ("call.mp3", encode(speech(0.1)), "audio/wav"),
        ("call", encode(speech(0.1), container="RF64"), "audio/wav"),
        ("call", encode(speech(0.1), container="W64"), "audio/x-w64"),
        ("call", encode(speech(0.1), container="AIFF"), "audio/aiff"),
        ("call", encode(speech(0.1), container="AU"), "audio/x-au"),
        ("call", encode(speech(0.1), container="FLAC"), "audio/flac"),
        ("call", encode(speech(0.1), container="OGG", coding="VORBIS"), "audio/ogg"),
        ("call", encode(speech(0.1), container="MP3", coding="MPEG_LAYER_III"), "audio/mpeg"),
        ("call.gsm", GSM, "audio/x-gsm"),
        ("CALL.GSM", GSM, "audio/x-gsm"),
        ("call.gsm", b"\x00" * 33, UNKNOWN),
        ("call.ulaw", b"\xff\x7f" * 9, "audio/basic"),
        ("call.pcm", b"\xff\x7f" * 9, "audio/basic"),
        ("call.al", b"\xd5\x55" * 9, "audio/x-alaw-basic"),
        ("call.g722", b"\xfa\xda" * 9, "audio/g722"),
        ("call.sln", b"\x01\x00" * 9, "audio/x-sln;rate=8000"),
        ("call.sln16", b"\x01\x00" * 9, "audio/x-sln;rate=16000"),
        ("folder.sln/call", b"\x01\x00" * 9, UNKNOWN),
        ("C:\\calls\\call.ul", b"\xff\x7f" * 9, "audio/basic"),
        ("call", b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
        ("call", b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", "video/x-matroska"),
        ("call", b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        ("call", b"DKIF\x00\x00", "video/x-ivf"),
        ("call.wav", b"RIFF\x10\x00\x00\x00AVI LIST", UNKNOWN),
        ("call.wav", "Здравствуйте".encode(), UNKNOWN),
        ("call.sln", b"#EXTM3U\n#EXT-X-VERSION:3\n", UNKNOWN),
        ("call", b"\xff\xff\xff\xff\xff", UNKNOWN),
        ("call", b"", UNKNOWN),
    ],
)
def test_the_type_follows_from_content_and_only_headerless_formats_from_the_name(
    name: str, data: bytes, expected: str
) -> None:
    assert media_type_of(MemorySource(data, name)) == expected


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        ("audio/x-sln; rate=16000", "audio/x-sln;rate=16000"),
        ("audio/L16;rate=24000", "audio/x-sln;rate=24000"),
        ("audio/x-sln", "audio/x-sln;rate=8000"),
        ("AUDIO/PCMU", "audio/basic"),
        ("audio/pcma;rate=8000", "audio/x-alaw-basic"),
        ("video/webm", UNKNOWN),
    ],
)
def test_a_hint_counts_for_headerless_formats(hint: str, expected: str) -> None:
    assert media_type_of(MemorySource(b"\x01\x02" * 50, "a"), hint) == expected


def test_content_is_believed_before_a_hint() -> None:
    source = MemorySource(encode(speech(0.1)), "a.ulaw")
    assert media_type_of(source, "audio/basic") == "audio/wav"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"RIFF\x10\x00\x00\x00AVI LIST", "AVI video"),
        (b"#EXTM3U\nhttp://127.0.0.1/x.ts\n", "playlist"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist"),
        (b"<?xml version='1.0'?><MPD/>", "XML"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04\x14", "ZIP"),
        (b"\xff\xd8\xff\xe0", "picture"),
        ("Разговор записан".encode() * 60, "text"),
        (b"\x00\x01\x02\x03", "format is not known"),
    ],
)
def test_what_is_refused_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(MediaUnreadableError, match=reason):
        identify(MemorySource(data, "call.wav"), "audio/wav")
