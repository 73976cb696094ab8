"""Playing a sealed recording beside the same recording in the clear.

    python -m benchmarks.sealed_playback [--minutes 60] [--runs 30]

Both out of vaults, through libVLC's memory output, with its instance warm, in turns: opening to
the first sound, and scrubbing, a seek every 0.2 s to the sound there. Beside it what the vaults
alone take: opening, and reading 4 KiB at random places. The limit is 1.2.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import soundfile

from benchmarks.first_sound import Bench
from benchmarks.waveform import make_call
from reviewer.crypto.ring import KeyRing, LockKind
from reviewer.crypto.secret import Secret
from reviewer.models.bytesource import FileSource
from reviewer.player.mixer import MixDesk, VirtualWav
from reviewer.storage.vault.contract import new_object_id
from reviewer.storage.vault.folder import FolderVault
from reviewer.storage.vault.keeper import KeyKeeper
from reviewer.storage.vault.sealed import SealedVault

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.bytesource import ByteSource

LIMIT = 1.2
READS = 2000


class TwoWays(Bench):
    """The bench of the first sound, on content that is opened in either way."""

    open_content: Callable[[], ByteSource]

    def make(self) -> VirtualWav:
        return VirtualWav(
            self.timeline, lambda _: self.open_content(), MixDesk(self.course), lambda *_: None
        )


def beside(what: str, clear: list[float], sealed: list[float], unit: str) -> float:
    """Print a line; return the ratio of the medians."""
    one, other = statistics.median(clear), statistics.median(sealed)
    print(
        f"{what:36s} clear {one:8.2f} {unit}, sealed {other:8.2f} {unit}, ratio {other / one:.2f}"
    )
    return other / one


def played(bench: TwoWays, ways: dict[str, Callable[[], ByteSource]], runs: int) -> list[float]:
    """Measure opening and scrubbing in turns; return the ratios."""
    opened: dict[str, list[float]] = {way: [] for way in ways}
    sought: dict[str, list[float]] = {way: [] for way in ways}
    places = [round(bench.timeline.duration_us * i / (runs + 1)) for i in range(runs)]
    for place in places:
        for way, open_content in ways.items():
            bench.open_content = open_content
            opened[way].append(bench.open_at(place))
            bench.stop()
    for way, open_content in ways.items():
        bench.open_content = open_content
        sought[way] = bench.scrub(places)
        bench.stop()
    return [
        beside("opening to the first sound", opened["clear"], opened["sealed"], "ms"),
        beside("scrubbing, to the sound there", sought["clear"], sought["sealed"], "ms"),
    ]


def vaults_alone(ways: dict[str, Callable[[], ByteSource]]) -> None:
    """Print what opening and reading take without anything around them."""
    chance = random.Random(1)  # noqa: S311 (places to read at)
    opening: dict[str, list[float]] = {way: [] for way in ways}
    reading: dict[str, list[float]] = {way: [] for way in ways}
    for way, open_content in ways.items():
        for _ in range(200):
            begun = time.perf_counter()
            source = open_content()
            opening[way].append((time.perf_counter() - begun) * 1e6)
            source.close()
        with closing(open_content()) as source:
            for _ in range(READS):
                place = chance.randrange(source.size - 4096)
                begun = time.perf_counter()
                source.read_at(place, 4096)
                reading[way].append((time.perf_counter() - begun) * 1e6)
    beside("the vault alone: opening", opening["clear"], opening["sealed"], "us")
    beside("the vault alone: 4 KiB anywhere", reading["clear"], reading["sealed"], "us")


def main() -> int:
    """Measure and print; 1 when a ratio is above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--runs", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "call.wav"
        make_call(path, options.minutes)
        ring = KeyRing.make(0).with_secret(LockKind.FILE, Secret.random(), 0)
        with closing(KeyKeeper.make(folder, "bench", ring)) as keeper:
            vault = SealedVault(FolderVault(folder / "vault", "bench"), keeper)
            names = {"clear": new_object_id(), "sealed": new_object_id(sealed=True)}
            for object_id in names.values():
                with FileSource(path) as source:
                    vault.put(object_id, source)
            vault.settle()
            ways: dict[str, Callable[[], ByteSource]] = {
                way: lambda object_id=object_id: vault.open(object_id, "call")
                for way, object_id in names.items()
            }
            print(f"{options.minutes:.0f} min, {soundfile.info(path).samplerate} Hz, in turns")
            bench = TwoWays(path)
            ratios = played(bench, ways, options.runs)
            bench.engine.close()
            vaults_alone(ways)
    return 0 if max(ratios) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
