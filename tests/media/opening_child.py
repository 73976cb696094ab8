"""Opens files as recordings, sound and video, as the review page does; run under a tracer.

Prints a line of JSON a file. Before and after each it tries to open a file that says so, which is
what the trace is cut by.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from pathlib import Path

from reviewer.errors import ReviewerError
from reviewer.media.activity import find_activity
from reviewer.media.peaks import read_peaks
from reviewer.media.probe import probe
from reviewer.media.video import VideoReader
from reviewer.messages import explain
from reviewer.models.bytesource import MemorySource
from reviewer.models.course import plan_course
from reviewer.player.mixer import MixDesk, VirtualWav
from tests.helpers.sound import Scene, encode, speech

MOST_BYTES = 8 << 20


def peak_kb() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def mark(words: str) -> None:
    with suppress(FileNotFoundError):
        Path(f"/marker/{words}").open().close()


def heard(data: bytes, name: str) -> int:
    """Return how many bytes of the sound of a recording came, at its beginning and its end."""
    scene = Scene(60.0)
    scene.record(scene.segment(0, 60), name, data, (0, 0, 60))
    failures: list[ReviewerError] = []
    timeline = scene.timeline()
    wav = VirtualWav(
        timeline, scene.open, MixDesk(plan_course(timeline, [])), lambda _, e: failures.append(e)
    )
    got = 0
    for at in (0, wav.size // 2, max(0, wav.size - 20_000)):
        wav.seek(at)
        while got < MOST_BYTES and (part := wav.read(1 << 16)):
            got += len(part)
    wav.close()
    if failures:
        raise failures[0]
    return got


def seen(data: bytes, name: str) -> int:
    """Return how many pictures of a video came."""
    video = VideoReader(MemorySource(data, name))
    try:
        places = (0, 1_000_000, 60_000_000, 0)
        return sum(video.picture_at(place) is not None for place in places)
    finally:
        video.close()


def outcome(work, data: bytes, name: str) -> str:
    try:
        work(data, name)
    except ReviewerError as error:
        return explain(error)
    return "ok"


WORK = {
    "sound": heard,
    "video": seen,
    "waveform": lambda data, name: read_peaks(MemorySource(data, name)),
    "activity": lambda data, name: find_activity(MemorySource(data, name)),
    "facts": lambda data, name: probe(MemorySource(data, name)),
}


def main() -> None:
    # What is imported and opened only once.
    for work in WORK.values():
        outcome(work, encode(speech(1.0)), "first.wav")
    for number, path in enumerate(map(Path, sys.argv[1:])):
        data, before = path.read_bytes(), peak_kb()
        began = time.process_time()
        mark(f"begin-{number}")
        told = {kind: outcome(work, data, path.name) for kind, work in WORK.items()}
        mark(f"end-{number}")
        told |= {"seconds": time.process_time() - began, "grown_kb": peak_kb() - before}
        sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
