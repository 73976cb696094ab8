"""Waveform of a long call: our peaks against `ffmpeg -f s16le` into numpy, in the same run.

Usage: python -m benchmarks.waveform [--minutes 60] [--runs 5] [--file CALL.wav]
Without --file a GSM 6.10 WAV is made of speech-like noise. Needs ffmpeg for the comparison.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from reviewer.media.peaks import PEAKS_HZ, read_peaks
from reviewer.models.bytesource import FileSource

if TYPE_CHECKING:
    from collections.abc import Callable

RATE = 8000
BIN = RATE // PEAKS_HZ


def make_call(path: Path, minutes: float) -> None:
    rng = np.random.default_rng(1)
    with soundfile.SoundFile(
        path, "w", samplerate=RATE, channels=1, format="WAV", subtype="GSM610"
    ) as out:
        for _ in range(int(minutes)):
            noise = np.convolve(rng.normal(size=60 * RATE), np.hanning(10), "same")
            syllables = 0.5 + 0.5 * np.sin(2 * np.pi * 3 * np.arange(60 * RATE) / RATE)
            out.write(np.clip(noise * syllables * 2500, -30000, 30000).astype(np.int16))


def peer(path: Path) -> tuple[np.ndarray, np.ndarray]:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", str(RATE)]
    lows, highs = [], []
    with subprocess.Popen([*command, "-f", "s16le", "-"], stdout=subprocess.PIPE) as process:
        while data := process.stdout.read(2 * BIN * 2000):
            samples = np.frombuffer(data, "<i2")
            bins = samples[: len(samples) // BIN * BIN].reshape(-1, BIN)
            lows.append(bins.min(axis=1))
            highs.append(bins.max(axis=1))
    return np.concatenate(lows), np.concatenate(highs)


def ours(path: Path) -> tuple[np.ndarray, np.ndarray]:
    with FileSource(path) as source:
        peaks = read_peaks(source)
    return peaks.low[0], peaks.high[0]


def first_part_s(path: Path) -> float:
    begun = time.perf_counter()
    arrived: list[float] = []
    with FileSource(path) as source:
        read_peaks(source, on_part=lambda *_: arrived.append(time.perf_counter()))
    return arrived[0] - begun


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.file or Path(folder) / "call.wav"
        if options.file is None:
            make_call(path, options.minutes)
        low, high = ours(path)
        peer_low, peer_high = peer(path)
        n = min(len(low), len(peer_low))
        if not (np.array_equal(low[:n], peer_low[:n]) and np.array_equal(high[:n], peer_high[:n])):
            print("the peaks differ from ffmpeg's")
            return 1
        # Turn by turn, so that both meet the same disturbances.
        times = [
            (seconds(lambda: ours(path)), seconds(lambda: peer(path))) for _ in range(options.runs)
        ]
        mine = statistics.median(t for t, _ in times)
        theirs = statistics.median(t for _, t in times)
        print(f"file                        {path.stat().st_size} bytes, {n} peaks, all equal")
        print(f"reviewer read_peaks         {mine:.3f} s")
        print(f"ffmpeg pipe + numpy         {theirs:.3f} s")
        print(f"ratio                       {mine / theirs:.2f} (target: at most 1.0)")
        print(f"first 20 s to be drawn      {first_part_s(path) * 1000:.1f} ms")
        peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"peak memory of this process {peak_kb // 1024} MB")
    return 0 if mine <= theirs else 1


if __name__ == "__main__":
    sys.exit(main())
