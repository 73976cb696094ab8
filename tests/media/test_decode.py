from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from reviewer.errors import MediaEmptyError, MediaUnreadableError
from reviewer.media.decode import SoundReader
from reviewer.models.bytesource import MemorySource
from tests.helpers.sound import decode, encode, speech

LAWS = {"raw GSM": "GSM610", "raw mu-law": "ULAW", "raw A-law": "ALAW"}


def reader(data: bytes, name: str = "call", rate_hz: int | None = None) -> SoundReader:
    return SoundReader(MemorySource(data, name), rate_hz=rate_hz)


def raw(coding: str) -> bytes:
    return encode(speech(7.04), container="RAW", coding=coding)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        *(
            (f"{coding}", data, decode(data))
            for coding in ("PCM_16", "PCM_24", "PCM_32", "PCM_U8", "ULAW", "ALAW", "GSM610")
            for data in [encode(speech(7.04), coding=coding)]
        ),
        ("big-endian", encode(speech(7.04), container="AIFF"), speech(7.04)),
        ("raw.gsm", raw("GSM610"), decode(raw("GSM610"), raw_coding="GSM610")),
        ("raw.ulaw", raw("ULAW"), decode(raw("ULAW"), raw_coding="ULAW")),
        ("raw.al", raw("ALAW"), decode(raw("ALAW"), raw_coding="ALAW")),
        ("raw.sln", raw("PCM_16"), speech(7.04)),
        ("FLAC", encode(speech(7.04), container="FLAC"), speech(7.04)),
    ],
)
def test_every_read_is_exact_to_the_sample(name: str, data: bytes, expected: np.ndarray) -> None:
    sound = reader(data, name)
    choose = np.random.default_rng(7)
    for _ in range(60):
        start, count = choose.integers(len(expected) + 500), choose.integers(1, 9000)
        sound.seek(start)
        got = sound.read(count)
        np.testing.assert_array_equal(got[0], expected[start : start + count])
    sound.close()


@pytest.mark.parametrize("coding", ["PCM_16", "GSM610"])
def test_reading_on_equals_reading_at_once(coding: str) -> None:
    data = encode(speech(9.0), coding=coding)
    whole = reader(data).read(100_000)
    sound = reader(data)
    parts = [sound.read(count) for count in (1, 319, 320, 7, 4096, 30_000, 100_000)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=1), whole)


@pytest.mark.parametrize(
    ("container", "coding", "worst"),
    [("MP3", "MPEG_LAYER_III", 900), ("OGG", "VORBIS", 40), ("WAV", "IMA_ADPCM", 0)],
)
def test_seeking_in_compressed_streams_lands_where_it_should(
    container: str, coding: str, worst: int
) -> None:
    data = encode(speech(8.0, 16000), 16000, container=container, coding=coding)
    whole = reader(data).read(200_000)[0].astype(int)
    sound = reader(data)
    choose = np.random.default_rng(5)
    for _ in range(25):
        start = choose.integers(16000 * 7)
        sound.seek(start)
        got = sound.read(3000)[0]
        assert np.abs(got - whole[start : start + 3000]).max() <= worst


@pytest.mark.parametrize("coding", ["PCM_16", "GSM610", "IMA_ADPCM"])
@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 48000])
def test_a_read_at_another_rate_does_not_depend_on_where_one_began(
    coding: str, rate_hz: int
) -> None:
    data = encode(speech(4.0), coding=coding)
    whole = reader(data, rate_hz=rate_hz).read(rate_hz * 6)
    assert whole.shape[1] == pytest.approx(4.0 * rate_hz, rel=0.02)
    sound = reader(data, rate_hz=rate_hz)
    choose = np.random.default_rng(3)
    for _ in range(20):
        start, count = choose.integers(rate_hz * 4), choose.integers(1, rate_hz)
        sound.seek(start)
        got = sound.read(count)[0].astype(int)
        assert np.abs(got - whole[0, start : start + count]).max(initial=0) <= 1


@pytest.mark.parametrize(("from_hz", "to_hz"), [(8000, 16000), (44100, 8000), (11127, 48000)])
def test_a_tone_keeps_its_pitch_and_loudness_at_another_rate(from_hz: int, to_hz: int) -> None:
    tone = 12000 * np.sin(2 * np.pi * 440 * np.arange(2 * from_hz) / from_hz)
    got = reader(encode(tone.astype(np.int16), from_hz), rate_hz=to_hz).read(2 * to_hz)[0]
    expected = 12000 * np.sin(2 * np.pi * 440 * np.arange(len(got)) / to_hz)
    middle = slice(to_hz // 4, -to_hz // 4)
    assert np.abs(got[middle] - expected[middle]).max() < 60


def test_what_a_lower_rate_cannot_hold_is_gone() -> None:
    tone = 12000 * np.sin(2 * np.pi * 6000 * np.arange(32000) / 16000)
    got = reader(encode(tone.astype(np.int16), 16000), rate_hz=8000).read(16000)[0]
    assert np.abs(got[200:-200]).max() < 12


def test_channels_stay_apart() -> None:
    left, right = speech(2.0, seed=1), speech(2.0, seed=2)
    got = reader(encode(np.stack([left, right], axis=1))).read(20_000)
    np.testing.assert_array_equal(got, np.stack([left, right]))


def test_numbers_that_are_none_are_silence() -> None:
    data = encode(np.zeros(100, np.int16), coding="FLOAT")
    broken = data[:-400] + np.array([np.nan, np.inf, -np.inf, 2.0] * 25, "<f4").tobytes()
    assert reader(broken).read(4)[0].tolist() == [0, 32767, -32767, 32767]


def test_no_bytes_are_no_sound() -> None:
    with pytest.raises(MediaEmptyError, match="no sound was captured"):
        reader(b"", "call.gsm")


def test_what_cannot_be_opened_is_closed() -> None:
    class Watched(MemorySource):
        is_closed = False

        def close(self) -> None:
            self.is_closed = True

    source = Watched(b"a conversation", "call.wav")
    with pytest.raises(MediaUnreadableError):
        SoundReader(source)
    assert source.is_closed


@pytest.mark.parametrize("container", ["WAV", "MP3", "OGG", "FLAC", "AIFF"])
def test_damaged_bytes_never_break_more_than_the_sound(container: str) -> None:
    coding = {"MP3": "MPEG_LAYER_III", "OGG": "VORBIS", "WAV": "GSM610"}.get(container, "PCM_16")
    rate = 8000 if container == "WAV" else 16000
    whole = encode(speech(3.0, rate), rate, container=container, coding=coding)
    choose = np.random.default_rng(11)
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(8):
            data[choose.integers(len(data))] = choose.integers(256)
        del data[choose.integers(len(data)) :]
        # Either it says that it cannot, or it gives what it can.
        with suppress(MediaUnreadableError):
            sound = SoundReader(MemorySource(bytes(data), "call"))
            sound.seek(choose.integers(48000))
            assert sound.read(5000).shape[1] <= 5000
            sound.close()
