"""Speech, silence, music and ringing: what is kept and skipped, and how long finding them takes.

    python -m benchmarks.activity [--minutes 60] [--runs 3]

Real prompts in Russian and English are joined with silence, line noise, music and ring tones, so
that what is what is known, and coded as GSM 06.10, mu-law and plain. The peer for the time is
ffmpeg with `silencedetect` alone, in the same run; both in processor time. Needs ffmpeg.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from reviewer.media.activity import find_activity
from reviewer.models.activity import ActivityKind
from reviewer.models.bytesource import FileSource, MemorySource
from tests.helpers import soundscape
from tests.helpers.soundscape import RATE, coded, put_together
from tests.media.test_activity import share, shares

SEEDS = range(10, 16)
KEPT, SKIPPED = 0.95, 0.8


def qualities() -> bool:
    """Print what is kept and skipped; return whether all of it is as it must be."""
    good = True
    dull = (ActivityKind.SILENCE, ActivityKind.MUSIC, ActivityKind.RINGING)
    print(f"{'':14}{'speech kept':>13}" + "".join(f"{f'{k} skipped':>18}" for k in dull))
    for language in ("ru", "en"):
        speech = soundscape.prompts(language)
        for coding in ("GSM610", "ULAW", "PCM_16"):
            found: Counter = Counter()
            for seed in SEEDS:
                sound, parts = put_together(speech, seed)
                activity = find_activity(MemorySource(coded(sound, coding), "call.wav"))
                found += shares(activity.channels[0], parts)
            kept = share(found, ActivityKind.SPEECH, ActivityKind.SPEECH)
            skipped = [share(found, kind, *dull) for kind in dull]
            good = good and kept >= KEPT and min(skipped) >= SKIPPED
            line = "".join(f"{value:17.1%} " for value in skipped)
            print(f"{language} {coding:10}{kept:12.1%} {line}")
    return good


def spent_s(path: Path) -> float:
    """Return the processor time of one run of ours."""
    begun = time.process_time()
    with FileSource(path) as source:
        find_activity(source)
    return time.process_time() - begun


def peer_s(path: Path) -> float:
    """Return the processor time of ffmpeg's silencedetect."""
    before = os.times()
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-af", "silencedetect", "-f", "null", "-"]
    subprocess.run(command, check=True, capture_output=True)
    after = os.times()
    return (
        after.children_user
        + after.children_system
        - before.children_user
        - (before.children_system)
    )


def main() -> int:
    """Measure and print; 1 when a share is too small."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    good = qualities()
    sound, _ = put_together(soundscape.prompts("ru"), 1, pieces=80)
    times = -(-round(options.minutes * 60 * RATE) // len(sound))
    whole = np.tile(sound, times)[: round(options.minutes * 60 * RATE)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.wav"
        path.write_bytes(coded(whole, "GSM610"))
        pairs = [(spent_s(path), peer_s(path)) for _ in range(options.runs)]
    mine, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"\n{options.minutes:.0f} min of GSM 06.10, processor time, median of {options.runs}")
    print(f"  four kinds of activity       {mine:.2f} s ({options.minutes * 60 / mine:.0f}x)")
    print(f"  ffmpeg silencedetect alone   {theirs:.2f} s, ratio {mine / theirs:.2f}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
