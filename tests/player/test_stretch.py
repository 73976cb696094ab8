from __future__ import annotations

import numpy as np
import pytest

from reviewer.player.stretch import Stretcher
from tests.helpers.ear import place_of
from tests.helpers.sound import speech


def over(samples: np.ndarray, place, rate_hz: int = 8000) -> Stretcher:
    def read(start: int, count: int) -> np.ndarray:
        out = np.zeros((1, count), np.float32)
        low, high = max(start, 0), min(start + count, len(samples))
        if low < high:
            out[0, low - start : high - start] = samples[low:high]
        return out

    return Stretcher(read, place, rate_hz)


def vowels(seconds: float, rate_hz: int) -> np.ndarray:
    """Return a voice without words: a gliding pitch with its harmonics."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    pitch = 110 + 40 * np.sin(2 * np.pi * 0.7 * t)
    phase = 2 * np.pi * np.cumsum(pitch) / rate_hz
    voice = sum(np.sin(n * phase) / n for n in range(1, 12))
    return np.asarray(voice * 4000 * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * t)), np.int16)


@pytest.mark.parametrize("rate_hz", [8000, 16000, 44100])
def test_at_the_speed_of_the_input_it_is_the_input(rate_hz: int) -> None:
    samples = speech(2.0, rate_hz)
    stretcher = over(samples, float, rate_hz)
    out = np.concatenate([stretcher.read(at, 700)[0] for at in range(0, rate_hz, 700)])
    np.testing.assert_array_equal(out, samples[: len(out)])


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25, 1.5, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("rate_hz", [8000, 48000])
def test_every_window_lies_within_20_ms_of_its_place(speed: float, rate_hz: int) -> None:
    # Noise: no two moments are alike, so each is found where it is or not at all.
    samples = speech(20.0, rate_hz)
    out = over(samples, lambda frame: frame * speed, rate_hz).read(0, 4 * rate_hz)[0]
    width = rate_hz // 100
    found = []
    for middle in range(10 * width, len(out) - width, 3 * width):
        at = middle - width // 2
        centre = round(middle * speed - width / 2)
        place, alike = place_of(out[at : at + width], samples, centre, rate_hz // 16)
        if alike > 0.9:
            found.append(abs(place - centre) / rate_hz * 1000)
    assert len(found) > 30
    assert max(found) < 8


@pytest.mark.parametrize("speed", [0.5, 1.25, 3.0])
def test_the_pitch_is_kept(speed: float) -> None:
    tone = 9000 * np.sin(2 * np.pi * 440 * np.arange(80_000) / 8000)
    out = over(tone, lambda frame: frame * speed).read(0, 16_000)[0]
    spectrum = np.abs(np.fft.rfft(out * np.hanning(len(out))))
    assert spectrum.argmax() / 2 == pytest.approx(440, abs=1)
    assert np.abs(out[400:]).max() == pytest.approx(9000, rel=0.1)


def test_reading_on_is_seamless_and_the_loudness_stays() -> None:
    samples = vowels(10.0, 8000)
    whole = over(samples, lambda frame: frame * 1.5).read(0, 20_000)
    parts = over(samples, lambda frame: frame * 1.5)
    pieces = [parts.read(at, 123) for at in range(0, 19_000, 123)]
    joined = np.concatenate(pieces, axis=1)
    np.testing.assert_array_equal(joined, whole[:, : joined.shape[1]])
    ratio = np.std(whole) / np.std(samples[:30_000].astype(float))
    assert ratio == pytest.approx(1, abs=0.15)


def test_silence_stays_silent_and_a_jump_is_blended() -> None:
    silence = over(np.zeros(8000), lambda frame: frame * 2).read(0, 3000)
    assert not silence.any()
    steady = np.full(80_000, 1000.0)
    steady[40_000:] = -1000
    jump = over(steady, lambda frame: frame if frame < 4000 else frame + 60_000)
    out = jump.read(0, 8000)[0]
    assert np.abs(np.diff(out)).max() < 100
    np.testing.assert_array_equal(out[[0, 3900, 4200, 7999]], [1000, 1000, -1000, -1000])
