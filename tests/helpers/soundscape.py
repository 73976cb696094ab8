"""Sound whose kinds are known, being put together of them: speech, silence, music, tones."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from reviewer.media.decode import SoundReader
from reviewer.models.activity import ActivityKind
from reviewer.models.bytesource import FileSource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

RATE = 8000
VOICES = Path(__file__).parents[2] / "resources" / "demo" / "voices"
PROMPTS = Path(__file__).parents[3] / "shared" / "realdata" / "2_telephony"
"""Real prompts beside the checkout; the voices of the demo are prompts of the same kind."""


@dataclass(frozen=True)
class Part:
    """A stretch of the whole and what it is."""

    kind: ActivityKind
    begin: int
    end: int


def load(path: Path) -> NDArray[np.float64]:
    """Return a recording at 8 kHz."""
    sound = SoundReader(FileSource(path), rate_hz=RATE)
    parts = []
    while (part := sound.read(RATE * 60)).shape[1]:
        parts.append(part[0])
    sound.close()
    return np.concatenate(parts).astype(np.float64)


def prompts(language: str) -> list[NDArray[np.float64]]:
    """Return real speech in a language, each piece at least 2 s long and without long pauses."""
    found = [load(path) for path in sorted(VOICES.glob(f"{language}-*.gsm"))]
    found += [
        load(path)
        for path in sorted((PROMPTS / f"prompts_{language}").glob("*.gsm"))
        if path.stem != "beep"
    ]
    return [speech for speech in found if len(speech) > 2 * RATE]


def level(sound: NDArray[np.float64], db: float) -> NDArray[np.float64]:
    """Return sound at a level, dB of full scale."""
    return sound / np.sqrt(np.mean(sound**2)) * 10 ** (db / 20) * 32768


def line_noise(choose: np.random.Generator, seconds: float) -> NDArray[np.float64]:
    """Return the noise of a line: white, coloured or with the mains in it."""
    n = round(seconds * RATE)
    noise = choose.normal(size=n)
    match choose.integers(3):
        case 0:
            noise = np.convolve(noise, 0.7 ** np.arange(30), "same")
        case 1:
            t = np.arange(n) / RATE
            noise = 0.3 * noise + np.sin(2 * np.pi * 50 * t) + np.sin(2 * np.pi * 150 * t) / 2
        case _:
            pass
    return level(noise, float(choose.uniform(-62, -32)))


def music(choose: np.random.Generator, seconds: float) -> NDArray[np.float64]:
    """Return chords with a melody over them and a drum, at a random pace and loudness."""
    n = round(seconds * RATE)
    out = np.zeros(n)
    beat = round(RATE * choose.uniform(0.35, 0.7))
    sharp = choose.uniform(0.5, 4)
    for number, at in enumerate(range(0, n, beat)):
        root = 110 * 2 ** (choose.integers(0, 12) / 12)
        notes = [root, root * 1.26, root * 1.5] if number % 2 == 0 else []
        notes.append(root * 2 ** (1 + choose.integers(0, 12) / 12))
        length = min(n - at, 2 * beat)
        t = np.arange(length) / RATE
        shape = np.minimum(1, t * 60) * np.exp(-t * sharp)
        for note in notes:
            for harmonic in range(1, 5):
                tone = np.sin(2 * np.pi * note * harmonic * t + choose.uniform(0, 6))
                out[at : at + length] += shape * tone / harmonic
        drum = min(n - at, RATE // 20)
        out[at : at + drum] += choose.normal(size=drum) * np.exp(-np.arange(drum) / 80)
    return level(out, float(choose.uniform(-32, -16)))


CADENCES = (
    ((425,), 1.0, 4.0),
    ((440, 480), 2.0, 4.0),
    ((400, 450), 0.4, 0.2),
    ((425,), 0.4, 0.4),
    ((480, 620), 0.5, 0.5),
)
"""Ring-back of Russia, America and Britain, busy of Russia and America."""


def ringing(choose: np.random.Generator, seconds: float) -> NDArray[np.float64]:
    """Return ring-back or a busy tone."""
    tones, on, off = CADENCES[choose.integers(len(CADENCES))]
    t = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * tone * t) for tone in tones) / len(tones)
    return tone * (t % (on + off) < on) * 10 ** (choose.uniform(-30, -12) / 20) * 32768


def silence(choose: np.random.Generator, seconds: float) -> NDArray[np.float64]:
    """Return nothing at all, or line noise."""
    if choose.integers(2):
        return line_noise(choose, seconds)
    return np.zeros(round(seconds * RATE))


def put_together(
    speech: Sequence[NDArray[np.float64]], seed: int, pieces: int = 24
) -> tuple[NDArray[np.float64], tuple[Part, ...]]:
    """Return speech and other things by turns, each 2 to 12 s, and what is where (samples)."""
    choose = np.random.default_rng(seed)
    other: tuple[tuple[ActivityKind, Callable[..., NDArray[np.float64]]], ...] = (
        (ActivityKind.SILENCE, silence),
        (ActivityKind.MUSIC, music),
        (ActivityKind.RINGING, ringing),
    )
    sounds, parts, at = [], [], 0
    for number in range(pieces):
        seconds = float(choose.uniform(2, 12))
        if number % 2:
            kind, make = other[number // 2 % 3]
            sound = make(choose, seconds)
        else:
            kind, whole = ActivityKind.SPEECH, speech[choose.integers(len(speech))]
            length = min(len(whole), round(seconds * RATE))
            begin = int(choose.integers(0, len(whole) - length + 1))
            sound = whole[begin : begin + length] * choose.uniform(0.3, 1)
        sounds.append(sound)
        parts.append(Part(kind, at, at + len(sound)))
        at += len(sound)
    return np.concatenate(sounds), tuple(parts)


def coded(sound: NDArray[np.float64], coding: str, rate_hz: int = RATE) -> bytes:
    """Return a WAV of sound `(frames,)` or `(frames, channels)` in a coding of libsndfile."""
    buffer = io.BytesIO()
    samples = np.clip(np.rint(sound), -32768, 32767).astype(np.int16)
    soundfile.write(buffer, samples, rate_hz, format="WAV", subtype=coding)
    return buffer.getvalue()
