from __future__ import annotations

import struct

import pytest

from reviewer.errors import ContentDamagedError, MediaUnreadableError
from reviewer.media.probe import probe
from reviewer.models.bytesource import MemorySource
from tests.helpers.sound import encode, speech

WAV = encode(speech(2.0))


def wav_header(*, tag: int = 1, channels: int = 1, rate: int = 8000, data: int = 0) -> bytes:
    fmt = struct.pack("<HHIIHH", tag, channels, rate, rate * 2, 2, 16)
    return b"RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00" + fmt + b"data" + struct.pack("<I", data)


@pytest.mark.parametrize(
    ("name", "data", "codec", "rate", "channels", "duration_us"),
    [
        ("whole", WAV, "pcm_s16le", 8000, 1, 2_000_000),
        ("cut in half", WAV[: 44 + 16000], "pcm_s16le", 8000, 1, 1_000_000),
        ("cut mid-sample", WAV[: 44 + 15999], "pcm_s16le", 8000, 1, 999_875),
        ("length never written", wav_header() + b"\x01\x80" * 8000, "pcm_s16le", 8000, 1, 10**6),
        (
            "length unknown",
            wav_header(data=0xFFFFFFFF) + bytes(16000),
            "pcm_s16le",
            8000,
            1,
            1_000_000,
        ),
        ("header only", wav_header(), "pcm_s16le", 8000, 1, 0),
        ("header and tags", wav_header() + b"LIST\x04\x00\x00\x00INFO", "pcm_s16le", 8000, 1, 0),
        ("no data chunk", WAV[:36], "pcm_s16le", 8000, 1, 0),
        ("GSM", encode(speech(2.0), coding="GSM610"), "gsm_ms", 8000, 1, 2_000_000),
        ("GSM cut", encode(speech(2.0), coding="GSM610")[:-30], "gsm_ms", 8000, 1, 1_960_000),
        ("mu-law", encode(speech(2.0), coding="ULAW"), "pcm_mulaw", 8000, 1, 2_000_000),
        (
            "24 bit",
            encode(speech(1.0, 48000), 48000, coding="PCM_24"),
            "pcm_s24le",
            48000,
            1,
            10**6,
        ),
        ("float", encode(speech(1.0), coding="FLOAT"), "pcm_f32le", 8000, 1, 1_000_000),
        ("stereo", encode(speech(2.0).reshape(-1, 2)), "pcm_s16le", 8000, 2, 1_000_000),
        ("big-endian", encode(speech(1.0), container="AIFF"), "pcm_s16be", 8000, 1, 1_000_000),
        (
            "MP3",
            encode(speech(2.0, 16000), 16000, container="MP3", coding="MPEG_LAYER_III"),
            "mp3float",
            16000,
            1,
            2_000_000,
        ),
        (
            "Vorbis",
            encode(speech(2.0, 16000), 16000, container="OGG", coding="VORBIS"),
            "vorbis",
            16000,
            1,
            2_000_000,
        ),
        ("ADPCM", encode(speech(2.0), coding="IMA_ADPCM"), "adpcm_ima_wav", 8000, 1, 2_000_000),
        ("nothing.wav", b"", "", 0, 0, 0),
    ],
)
def test_the_duration_is_what_can_be_decoded(
    name: str, data: bytes, codec: str, rate: int, channels: int, duration_us: int
) -> None:
    info = probe(MemorySource(data, name))
    assert (info.codec, info.rate_hz, info.channels) == (codec, rate, channels)
    # Compressed formats end with their last block or packet, which may be longer than what was
    # put in.
    slack_us = 80_000 if codec.startswith(("adpcm", "mp3", "vorbis")) else 0
    assert duration_us <= info.duration_us <= duration_us + slack_us
    assert info.is_empty == (duration_us == 0)


@pytest.mark.parametrize(
    ("name", "data", "media_type", "duration_us"),
    [
        ("a.gsm", b"\xd5" + bytes(32), "audio/x-gsm", 20_000),
        ("a.gsm", (b"\xd5" + bytes(32)) * 50 + b"\xd5" * 11, "audio/x-gsm", 1_000_000),
        ("a.ulaw", bytes(8000), "audio/basic", 1_000_000),
        ("a.sln16", bytes(32000), "audio/x-sln;rate=16000", 1_000_000),
        ("a.g722", bytes(8000), "audio/g722", 1_000_000),
    ],
)
def test_headerless_formats_are_measured_by_their_size(
    name: str, data: bytes, media_type: str, duration_us: int
) -> None:
    info = probe(MemorySource(data, name))
    assert (info.media_type, info.duration_us) == (media_type, duration_us)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40", "cut short"),
        (b"RIFF\x24\x00\x00\x00WAVE", "cut short"),
        (wav_header(channels=0) + bytes(100), "makes no sense"),
        (wav_header(channels=60000) + bytes(100), "makes no sense"),
        (wav_header(rate=0) + bytes(100), "makes no sense"),
        (b"RIFF\x24\x00\x00\x00WAVE" + b"junk\x00\x00\x00\x00" * 5000, "cut short"),
        (b"OggS" + bytes(500), "damaged or cut short"),
        (b"\x1aE\xdf\xa3" + bytes(500), "damaged or cut short"),
        (b"a conversation", "text"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(MediaUnreadableError, match=reason):
        probe(MemorySource(data, "call.wav"))


def test_a_wav_is_probed_from_its_header_alone() -> None:
    class Counting(MemorySource):
        read = 0

        def read_at(self, offset: int, length: int) -> bytes:
            data = super().read_at(offset, length)
            self.read += len(data)
            return data

    source = Counting(encode(speech(60.0), coding="GSM610"), "call.wav")
    assert probe(source).duration_us == 60_000_000
    assert source.read < 2048


@pytest.mark.parametrize("coding", ["PCM_16", "GSM610", "IMA_ADPCM"])
def test_damage_found_while_reading_keeps_its_name(coding: str) -> None:
    class Damaged(MemorySource):
        def read_at(self, offset: int, length: int) -> bytes:
            raise ContentDamagedError(name=self.name, reason="a block was changed")

    with pytest.raises(ContentDamagedError, match="call 7"):
        probe(Damaged(encode(speech(1.0), coding=coding), "call 7"))
