"""Dragging the playhead about: the sound there and the right picture.

    python -m benchmarks.scrubbing [--seconds 300] [--moves 100]

Through the window's player and the picture's widget, with the real libVLC and its memory output,
on GSM sound and VP8 of 1280 x 768 with a key frame every 25 pictures. For each move to a place at
random are told: when the first sample recorded there is due at the sound card, and when the
picture that belongs there has been painted. Limits at the 95th percentile: 30 and 60 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import soundfile

from benchmarks.open_interaction import until
from benchmarks.screen_call import FRAME_US, WatchedView, make_screen, screen_call
from benchmarks.waveform import make_call
from reviewer.app import make_application
from reviewer.models.bytesource import FileSource, MemorySource
from reviewer.models.recording import RecordingKind
from reviewer.models.timeline import lay_out
from reviewer.player.clock import monotonic_us
from reviewer.player.qt_player import QtPlayer
from reviewer.player.qt_video import QtVideo
from reviewer.player.vlc_engine import VlcEngine
from reviewer.ui.theme.theme import Theme
from tests.helpers.ear import Ear, place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.recording import Recording
    from reviewer.player.engine import EngineEvent
    from tests.helpers.ear import Heard

RATE = 8000
SOUND_LIMIT_MS, PICTURE_LIMIT_MS = 30.0, 60.0
_WINDOW = 160
_REST_US = 300_000


class Bench:
    """A player with an ear, and the picture of the same call."""

    def __init__(self, path: Path, screen: bytes) -> None:
        self.engines: list[VlcEngine] = []
        self.player = QtPlayer(self._make)
        self.ear = Ear(self.engines[0])
        self.video = QtVideo(self.player)
        self.view = WatchedView(self.video)
        self.view.resize(960, 576)
        self.view.show()
        samples, _ = soundfile.read(path, dtype="int16")
        self.reference = np.asarray(samples)
        call = screen_call(round(len(samples) / RATE * 1_000_000))
        self.timeline = lay_out(call)

        def opener(recording: Recording) -> ByteSource:
            if recording.kind is RecordingKind.SCREEN:
                return MemorySource(screen, "screen.webm")
            return FileSource(path)

        self.player.load(self.timeline, opener)
        self.video.set_on(on=True)
        self.video.load(self.timeline, opener)
        until(lambda: self.view.painted, "the first picture")

    def _make(self, emit: Callable[[EngineEvent], None]) -> VlcEngine:
        self.engines.append(VlcEngine(emit))
        return self.engines[0]

    def move(self, position_us: int) -> tuple[float, float]:
        """Drag to a place; return after how many ms it was heard, and seen."""
        self.ear.settle()
        self.ear.heard.clear()
        self.view.painted.clear()
        begun = monotonic_us()
        self.player.scrub(position_us)
        number = position_us // FRAME_US
        heard: list[int] = []
        seen: list[int] = []
        compared = 0

        def both() -> bool:
            nonlocal compared
            parts = list(self.ear.heard)
            for part in parts[compared:] if not heard else ():
                if self._is_from(part, position_us):
                    heard.append(part.sounds_us)
                    break
            compared = len(parts)
            seen.extend(p.at_us for p in self.view.painted if p.number == number and not seen)
            return bool(heard and seen)

        until(both, "sound and picture")
        # The next piece of sound may begin when this one has been heard.
        until(lambda: monotonic_us() - begun > _REST_US, "the playhead rests")
        return (heard[0] - begun) / 1000, (seen[0] - begun) / 1000

    def _is_from(self, part: Heard, position_us: int) -> bool:
        if len(part.samples) < _WINDOW:
            return False
        near = position_us * RATE // 1_000_000
        place, alike = place_of(part.samples[:_WINDOW], self.reference, near, RATE // 20)
        return alike > 0.9 and abs(place - near) < RATE // 25


def show(what: str, values: list[float], limit_ms: float) -> bool:
    """Print a line; tell whether the 95th percentile keeps to the limit."""
    ordered = sorted(values)
    high = ordered[int(len(ordered) * 0.95)]
    print(
        f"{what:22} median {statistics.median(ordered):6.1f} ms  95 % {high:6.1f} ms  "
        f"worst {ordered[-1]:6.1f} ms  limit {limit_ms:.0f} ms  ratio {high / limit_ms:.2f}"
    )
    return high <= limit_ms


def main() -> int:
    """Measure and print; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--moves", type=int, default=100)
    options = parser.parse_args()
    Theme.install(make_application(), scheme="light")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "call.wav"
        make_call(path, options.seconds / 60)
        bench = Bench(path, make_screen(options.seconds))
        places = np.random.default_rng(1).uniform(1, options.seconds - 1, options.moves)
        bench.player.begin_scrub()
        moves = [bench.move(round(place * 1_000_000)) for place in places]
        bench.player.end_scrub()
        bench.video.close()
        bench.player.close()
    sound = show("the sound there", [a for a, _ in moves], SOUND_LIMIT_MS)
    picture = show("the right picture", [b for _, b in moves], PICTURE_LIMIT_MS)
    return 0 if sound and picture else 1


if __name__ == "__main__":
    sys.exit(main())
