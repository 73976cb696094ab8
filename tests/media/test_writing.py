"""Sound and video that were written are what other decoders read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
import soundfile

from reviewer.media.sound_file import vorbis, wav_header, write_wav
from reviewer.media.webm import fitted, write_webm

if TYPE_CHECKING:
    from pathlib import Path

RATE = 8000


def tone(seconds: float, channels: int = 1, hz: float = 440) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    wave = np.sin(2 * np.pi * hz * time) * 12_000
    return np.tile(wave.astype(np.int16), (channels, 1))


def blocks(sound: np.ndarray, size: int = 3000):
    for first in range(0, sound.shape[1], size):
        yield sound[:, first : first + size]


@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_holds_every_sample(channels: int) -> None:
    sound, file = tone(1.3, channels), io.BytesIO()
    write_wav(file, blocks(sound), rate_hz=RATE, channels=channels, frames=sound.shape[1])
    file.seek(0)
    read, rate = soundfile.read(file, dtype="int16", always_2d=True)
    assert rate == RATE
    assert np.array_equal(read.T, sound)


def test_a_length_beyond_what_a_wav_can_say_is_cut() -> None:
    header = wav_header(48_000, 2, 10**10)
    assert int.from_bytes(header[40:44], "little") <= 0xFFFF_FFFF
    assert int.from_bytes(header[4:8], "little") <= 0xFFFF_FFFF


def test_vorbis_sounds_like_what_was_given() -> None:
    sound = tone(3.0, 2)
    read, rate = soundfile.read(
        io.BytesIO(vorbis(blocks(sound, 20_000), rate_hz=RATE, channels=2)), always_2d=True
    )
    assert (rate, read.shape) == (RATE, (sound.shape[1], 2))
    given = sound.T / 32768
    assert np.corrcoef(read[:, 0], given[:, 0])[0, 1] > 0.98


def shade(level: int, width: int = 64, height: int = 48) -> np.ndarray:
    return np.full((height, width, 4), level, np.uint8)


def read_video(path: Path) -> tuple[list[tuple[float, int]], float]:
    with av.open(str(path)) as container:
        frames = [
            (float(frame.time or 0), int(frame.to_ndarray(format="gray").mean()))
            for frame in container.decode(video=0)
        ]
        return frames, float(container.duration or 0) / 1e6


def test_each_picture_is_shown_until_the_next(tmp_path: Path) -> None:
    shown = [(0, shade(40)), (500_000, None), (900_000, shade(200)), (901_000, shade(120))]
    path = tmp_path / "v.webm"
    with path.open("wb") as file:
        write_webm(file, shown, size=(64, 48), duration_us=3_000_000, sound=None)
    frames, duration = read_video(path)
    assert [round(time * 1000) for time, _ in frames] == [0, 500, 900, 901, 2999]
    levels = [level for _, level in frames]
    assert levels == pytest.approx([40, 0, 200, 120, 120], abs=14)
    assert duration == pytest.approx(3.0, abs=0.15)


def test_the_sound_track_is_in_step_and_in_vorbis(tmp_path: Path) -> None:
    sound = tone(2.0)
    sound[:, :RATE] = 0
    path = tmp_path / "v.webm"
    track = vorbis(blocks(sound), rate_hz=RATE, channels=1)
    pictures = [(n * 200_000, shade(20 * n)) for n in range(10)]
    with path.open("wb") as file:
        write_webm(file, pictures, size=(64, 48), duration_us=2_000_000, sound=track)
    with av.open(str(path)) as container:
        assert [s.codec_context.name for s in container.streams] == ["vp8", "vorbis"]
        order = [packet.stream.type for packet in container.demux() if packet.size]
    assert order.index("audio") < len(order) // 2
    with av.open(str(path)) as container:
        heard = np.concatenate(
            [frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)]
        )
    loud = np.flatnonzero(np.abs(heard) > 0.1)
    assert loud[0] / RATE == pytest.approx(1.0, abs=0.02)
    assert len(heard) / RATE == pytest.approx(2.0, abs=0.05)


def test_pictures_of_another_size_are_fitted_in(tmp_path: Path) -> None:
    path = tmp_path / "v.webm"
    with path.open("wb") as file:
        write_webm(file, [(0, shade(200, 40, 80))], size=(81, 61), duration_us=100_000, sound=None)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (80, 60)
    gray = frame.to_ndarray(format="gray")
    assert gray[30, 40] > 150
    assert gray[30, 5] < 30


def test_sizes_are_even_and_bounded() -> None:
    assert fitted((7680, 1080)) == (3840, 540)
    assert fitted((1, 1)) == (2, 2)
