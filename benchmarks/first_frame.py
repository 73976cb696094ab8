"""Through the window: from the command to open a call to its screen's first picture.

    python -m benchmarks.first_frame [--seconds 60] [--runs 15]

On a demo store with a call brought in whose screen was recorded, VP8 of 1280 x 768 with a key
frame every 25 pictures, through the real review page with *Show the video* on. The instant told
is the one at which the widget has painted the picture that belongs to where one stands. The limit
is 200 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.open_interaction import until
from benchmarks.screen_call import WatchedView, make_screen, screen_call
from benchmarks.waveform import make_call
from reviewer.app import Program, make_application
from reviewer.models.bytesource import FileSource, MemorySource
from reviewer.player.clock import monotonic_us
from reviewer.services.demo import DEMO_LOGIN, SHOWCASE_CALL, make_demo
from reviewer.storage.address import open_address
from reviewer.storage.store import Incoming
from reviewer.ui.review import video_panel
from reviewer.ui.settings import WindowSettings

if TYPE_CHECKING:
    from reviewer.models.ids import InteractionId
    from reviewer.storage.store import Session

LIMIT_MS = 200


def bring_in(session: Session, path: Path, screen: bytes, seconds: int) -> InteractionId:
    """Bring the call with its screen in; return its id."""
    openers = {0: lambda: FileSource(path), 1: lambda: MemorySource(screen, "screen.webm")}
    landed, _ = session.intake.put([Incoming(screen_call(seconds * 1_000_000), openers)])
    found = landed[0].interaction_id
    if found is None:
        raise RuntimeError(landed)
    return found


def times_to_picture(
    program: Program, call: InteractionId, other: InteractionId, runs: int
) -> list[float]:
    """Open the call again and again; return after how many ms its picture was painted."""
    page = program.window.page("review")
    program.window.show()
    until(lambda: not program.runner.busy, "starting")
    page.watching.video.set_on(on=True)
    view = page.watching.panel.view
    found = []
    for _ in range(runs):
        program.window.go("review", other)
        until(lambda: page.opened and page.opened.interaction.id == other, "the other one")
        until(lambda: page.settled and not program.runner.busy, "resting")
        view.painted.clear()
        begun = monotonic_us()
        program.window.go("review", call)
        # What was shown before is let go of at once: whatever is painted now is the call's.
        until(lambda: view.painted, "the first picture")
        found.append((view.painted[0].at_us - begun) / 1000)
        until(lambda: page.settled and not program.runner.busy, "resting")
    return found


def main() -> int:
    """Measure and print; 1 when the median is above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    video_panel.VideoView = WatchedView  # type: ignore[misc]  # the page makes this one
    with tempfile.TemporaryDirectory() as scratch:
        folder, path = Path(scratch) / "demo", Path(scratch) / "call.wav"
        make_demo(folder, as_of=date(2026, 11, 23), language="en")
        make_call(path, options.seconds / 60)
        store = open_address(str(folder))
        session = store.session(DEMO_LOGIN)
        call = bring_in(session, path, make_screen(options.seconds), options.seconds)
        other = session.interactions.get(SHOWCASE_CALL).id
        settings = WindowSettings(Path(scratch) / "window.ini")
        settings.set_value("sound/arguments", ["--aout=adummy"])
        program = Program(make_application(), store, session, settings=settings, scheme="light")
        program.window.resize(1440, 900)
        sys.excepthook = sys.__excepthook__
        found = sorted(times_to_picture(program, call, other, options.runs))
        program.close()
    median = statistics.median(found)
    print(
        f"opening to the first picture: median {median:.1f} ms  "
        f"95 % {found[int(len(found) * 0.95)]:.1f} ms  worst {found[-1]:.1f} ms  "
        f"limit {LIMIT_MS} ms  ratio {median / LIMIT_MS:.2f}"
    )
    return 0 if median <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
