"""From opening a call to its first sound, and from a seek to the sound there.

Plays through libVLC's memory output, with its instance warm, as the window does. "Sounds" is the
instant libVLC would hand the first sample to the sound card.

Usage: python -m benchmarks.first_sound [--minutes 60] [--runs 20]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import soundfile

from benchmarks.waveform import RATE, make_call
from reviewer.models.bytesource import FileSource
from reviewer.models.course import plan_course
from reviewer.models.ids import Giid, MediaUs, WallUs
from reviewer.models.interaction import Channel, Direction, Interaction, Segment, SegmentKind
from reviewer.models.recording import Recording, RecordingKind, Span
from reviewer.models.timeline import Timeline, lay_out
from reviewer.player.clock import monotonic_us
from reviewer.player.mixer import MixDesk, VirtualWav
from reviewer.player.vlc_engine import VlcEngine
from tests.helpers.ear import Ear, Heard, place_of

START = WallUs(1_790_000_000_000_000)
TARGET_MS = 150
_WINDOW = 160


def interaction_of(length_us: int) -> Interaction:
    """Return a call of one part with one recording of that length."""
    recording = Recording(
        kind=RecordingKind.VOICE,
        segment_number=1,
        spans=(Span(MediaUs(0), START, length_us),),
        media_type="audio/wav",
        source_name="call",
    )
    end = WallUs(START + length_us)
    return Interaction(
        giid=Giid("5D0C2C3E-0000-4000-8000-000000000001"),
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        started_us=START,
        ended_us=end,
        segments=(Segment(1, SegmentKind.HANDLING, START, end),),
        recordings=(recording,),
    )


def timeline_of(length_us: int) -> Timeline:
    return lay_out(interaction_of(length_us))


class Bench:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.timeline = timeline_of(round(soundfile.info(path).duration * 1_000_000))
        self.reference, _ = soundfile.read(path, dtype="int16")
        self.course = plan_course(self.timeline)
        self.engine = VlcEngine(lambda _event: None)
        self.ear = Ear(self.engine)
        self.ear.settle()

    def make(self) -> VirtualWav:
        return VirtualWav(
            self.timeline, lambda _: FileSource(self.path), MixDesk(self.course), lambda *_: None
        )

    def first_due_ms(self, begun_us: int) -> float:
        while not self.ear.heard:
            self.ear.more.wait()
            self.ear.more.clear()
        return (self.ear.heard[0].sounds_us - begun_us) / 1000

    def open_at(self, position_us: int) -> float:
        self.ear.heard.clear()
        begun = monotonic_us()
        self.engine.load(1, self.make, position_us)
        self.engine.play()
        return self.first_due_ms(begun)

    def seek_to(self, position_us: int) -> float:
        self.ear.heard.clear()
        begun = monotonic_us()
        self.engine.seek(position_us)
        # What was on its way from the place before is handed on still, due some 400 ms later.
        compared = 0
        while True:
            parts = list(self.ear.heard)
            for part in parts[compared:]:
                if self.is_from(part, position_us):
                    return (part.sounds_us - begun) / 1000
            compared = len(parts)
            self.ear.more.wait()
            self.ear.more.clear()

    def is_from(self, part: Heard, position_us: int) -> bool:
        """Whether what was heard was recorded there, or at most 40 ms after."""
        near = position_us * RATE // 1_000_000
        if len(part.samples) < _WINDOW:
            return False
        place, alike = place_of(part.samples[:_WINDOW], self.reference, near, RATE // 20)
        return alike > 0.9 and abs(place - near) < RATE // 25

    def scrub(self, places: list[int]) -> list[float]:
        """Play, and seek about with a little sound between; return the times to the sound there."""
        self.open_at(0)
        self.hear_on(500_000)
        sought = []
        for place in [*places[1::2], *places[::-2]]:
            sought.append(self.seek_to(place))
            self.hear_on(200_000)
        return sought

    def hear_on(self, for_us: int) -> None:
        """Return when so much has been handed on since the first sound."""
        while self.ear.heard[-1].due_us - self.ear.heard[0].due_us < for_us:
            self.ear.more.wait()
            self.ear.more.clear()

    def stop(self) -> None:
        self.engine.unload()
        self.ear.settle()


def show(what: str, values: list[float]) -> None:
    ordered = sorted(values)
    print(
        f"{what:34s} median {statistics.median(ordered):6.1f} ms, "
        f"95 % {ordered[int(len(ordered) * 0.95)]:6.1f} ms, worst {ordered[-1]:6.1f} ms"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.wav"
        make_call(path, options.minutes)
        begun = time.perf_counter()
        bench = Bench(path)
        print(
            f"{'starting libVLC, once':34s}        {(time.perf_counter() - begun) * 1000:6.1f} ms"
        )
        places = [
            round(bench.timeline.duration_us * i / (options.runs + 1)) for i in range(options.runs)
        ]
        opened = []
        for place in places:
            opened.append(bench.open_at(place))
            bench.stop()
        sought = bench.scrub(places)
        bench.engine.close()
    show(f"opening {options.minutes:.0f} min, to first sound", opened)
    show("seeking, to the sound there", sought)
    ratio = statistics.median(opened) / TARGET_MS
    print(f"opening against its target of {TARGET_MS} ms: {ratio:.2f}")
    return 0 if ratio <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
