"""Make the voices of the demo store, once: `python tools/make_demo_voices.py [SOUNDS_FOLDER]`.

Reads the prompts named in `resources/demo/voices/{ru,en}.toml` from the Debian packages
asterisk-core-sounds-ru-gsm and asterisk-core-sounds-en-gsm, makes further voices of them by
shifting pitch and formants at the same tempo, synthesises tones and hold music, and writes all of
it as raw GSM 06.10 frames (33 bytes, 20 ms) with an index. Calls are later composed by joining
frames, without decoding anything.
"""

from __future__ import annotations

import io
import json
import sys
import tomllib
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import soundfile
from av.filter import Graph
from numpy.typing import NDArray

RATE = 8000
FRAME = 160
FRAME_BYTES = 33
FOLDERS = {"ru": "ru_RU_f_IvrvoiceRU", "en": "en_US_f_Allison"}
VOICES = {"f1": 0.0, "f2": 2.4, "m1": -4.4, "m2": -6.2}
"""Voices and by how many semitones they differ from the prompts' own."""
QUIET = 10 ** (-46 / 20)
OUT = Path(__file__).resolve().parent.parent / "resources" / "demo" / "voices"
Samples = NDArray[np.float64]


def decode(frames: bytes) -> Samples:
    """Return the samples of raw GSM frames, -1..1."""
    samples, _ = soundfile.read(
        io.BytesIO(frames),
        format="RAW",
        subtype="GSM610",
        samplerate=RATE,
        channels=1,
        dtype="float64",
    )
    return np.asarray(samples)


def encode(samples: Samples) -> bytes:
    """Return raw GSM frames of samples, padded to whole frames."""
    padded = np.concatenate([samples, np.zeros(-len(samples) % FRAME)])
    buffer = io.BytesIO()
    soundfile.write(buffer, padded, RATE, format="RAW", subtype="GSM610")
    return buffer.getvalue()[: len(padded) // FRAME * FRAME_BYTES]


def trim(frames: bytes) -> bytes:
    """Return the frames without the silence around the words, but for two at each end."""
    samples = decode(frames)
    count = len(frames) // FRAME_BYTES
    levels = np.abs(samples[: count * FRAME].reshape(-1, FRAME)).max(axis=1)
    loud = np.flatnonzero(levels > QUIET)
    if not len(loud):
        return frames
    first, last = max(0, int(loud[0]) - 2), min(count, int(loud[-1]) + 4)
    return frames[first * FRAME_BYTES : last * FRAME_BYTES]


def shift(samples: Samples, semitones: float) -> Samples:
    """Return the samples in another voice at nearly the same tempo."""
    factor = 2 ** (semitones / 12)
    # Between the two, tempo changes a little too: people do not all speak equally fast.
    tempo = 1 / factor * (1.04 if semitones > 0 else 0.98)
    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=RATE, format="s16", layout="mono", time_base=Fraction(1, RATE)
    )
    chain = [
        source,
        graph.add("asetrate", str(round(RATE * factor))),
        graph.add("aresample", str(RATE)),
        graph.add("atempo", f"{tempo:.5f}"),
        graph.add("aformat", "sample_fmts=s16:channel_layouts=mono"),
        graph.add("abuffersink"),
    ]
    for before, after in pairwise(chain):
        before.link_to(after)
    graph.configure()
    pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
    frame.sample_rate = RATE
    graph.push(frame)
    graph.push(None)
    out = []
    while True:
        try:
            out.append(graph.pull().to_ndarray().ravel())
        except (av.error.EOFError, av.error.BlockingIOError):
            break
    return np.concatenate(out).astype(np.float64) / 32767


def tone(*parts: tuple[tuple[float, ...], float], level: float = 0.08) -> Samples:
    """Return tones one after another; a part is its frequencies and its seconds."""
    out = []
    for frequencies, seconds in parts:
        t = np.arange(int(seconds * RATE)) / RATE
        wave = sum((np.sin(2 * np.pi * f * t) for f in frequencies), np.zeros(len(t)))
        out.append(wave * level)
    return np.concatenate(out)


def music(rng: np.random.Generator) -> Samples:
    """Return half a minute of plucked chords, made here: the centre's hold music."""
    chords = ((220, 277.2, 329.6), (185, 220, 277.2), (146.8, 220, 293.7), (164.8, 246.9, 329.6))
    beat = RATE * 4 // 10
    out = np.zeros(beat * 8 * 10)
    for bar in range(10):
        for step in range(8):
            chord = chords[bar % 4]
            pitch = chord[(step * 2 + bar) % 3] * (2 if step % 4 in (1, 2) else 1)
            t = np.arange(min(RATE, len(out) - (bar * 8 + step) * beat)) / RATE
            pluck = sum(np.sin(2 * np.pi * pitch * k * t) / k**1.6 for k in (1, 2, 3))
            start = (bar * 8 + step) * beat
            out[start : start + len(t)] += pluck * np.exp(-t * 3.2) * (0.05 + 0.015 * rng.random())
    return out


def keyboard(rng: np.random.Generator) -> Samples:
    """Return four seconds of somebody typing, far from the microphone."""
    out = noise(rng, 4.0)
    at = 0.2
    while at < 3.9:
        click = rng.normal(0, 0.03, 90) * np.exp(-np.arange(90) / 18)
        start = int(at * RATE)
        out[start : start + 90] += click
        at += rng.choice([0.11, 0.14, 0.17, 0.22, 0.45])
    return out


def noise(rng: np.random.Generator, seconds: float) -> Samples:
    """Return the hum of a line on which nobody speaks."""
    white = rng.normal(0, 1, int(seconds * RATE))
    return np.convolve(white, np.ones(6) / 6, mode="same") * 0.0012


def tones() -> dict[str, Samples]:
    """Return everything that is not speech."""
    rng = np.random.default_rng(20_26)
    return {
        "noise": noise(rng, 8.0),
        "keyboard": keyboard(rng),
        "music": music(rng),
        "ring_ru": tone(((425,), 1.0), ((), 4.0)),
        "ring_en": tone(((400, 450), 0.4), ((), 0.2), ((400, 450), 0.4), ((), 2.0), level=0.05),
        "busy": tone(((425,), 0.36), ((), 0.36)),
        "beep": tone(((1000,), 0.3)),
    }


def main() -> None:
    """Write the voices and their index."""
    sounds = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/asterisk/sounds")
    index: dict[str, dict[str, list[int]]] = {}
    for language, folder in FOLDERS.items():
        with (OUT / f"{language}.toml").open("rb") as file:
            spoken = tomllib.load(file)
        names = [*spoken["clips"], *(f"digits/{n}" for n in spoken["digits"])]
        clips = {name: trim((sounds / folder / f"{name}.gsm").read_bytes()) for name in names}
        for voice, semitones in VOICES.items():
            made = clips
            if semitones:
                made = {n: encode(shift(decode(c), semitones)) for n, c in clips.items()}
            index[f"{language}-{voice}"] = write(f"{language}-{voice}", made)
    index["tones"] = write("tones", {name: encode(wave) for name, wave in tones().items()})
    text = json.dumps(index, separators=(",", ":"), sort_keys=True)
    (OUT / "index.json").write_text(text.replace("},", "},\n") + "\n", encoding="utf-8")


def write(name: str, clips: dict[str, bytes]) -> dict[str, list[int]]:
    """Write clips behind one another; return where each is: first frame and number of frames."""
    places = {}
    start = 0
    for clip, frames in clips.items():
        places[clip] = [start, len(frames) // FRAME_BYTES]
        start += len(frames) // FRAME_BYTES
    (OUT / f"{name}.gsm").write_bytes(b"".join(clips.values()))
    print(f"{name}: {start / 50:.0f} s, {start * FRAME_BYTES / 1024:.0f} KiB")
    return places


if __name__ == "__main__":
    main()
