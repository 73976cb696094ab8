"""What playing costs: the window at work on a call, against a bare libVLC with the same sound.

    python -m benchmarks.playing_cost [--seconds 20] [--rounds 3] [--minutes 60]

Processor time per second of play, each in a process of its own, turn by turn. The window is the
real one, 1440 x 900, with the review page's timeline and clocks moving, playing to nowhere in
real time; libVLC plays the file by itself, as `vlc --aout=adummy` would. The limit is 5 % of a
core above libVLC.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.open_interaction import bring_in, until
from benchmarks.waveform import make_call

LIMIT_PERCENT = 5.0
_CALM_S, _CALM_SHARE = 3, 0.02
_SETTLED_MS, _STALLED_S = 1000, 30.0


def bare(path: Path, seconds: float) -> float:
    """Play the file by libVLC alone; return the share of a core in percent."""
    import vlc

    instance = vlc.Instance(["--no-xlib", "--quiet", "--aout=adummy"])
    player = instance.media_player_new()
    player.set_media(instance.media_new(str(path)))
    heard, over = threading.Event(), threading.Event()

    def moved(event: vlc.Event) -> None:
        at_ms = event.u.new_time
        if at_ms >= _SETTLED_MS:
            heard.set()
        if at_ms >= _SETTLED_MS + seconds * 1000:
            over.set()

    player.event_manager().event_attach(vlc.EventType.MediaPlayerTimeChanged, moved)
    player.play()
    if not heard.wait(_STALLED_S):
        raise TimeoutError("libVLC does not play")
    begun, used = time.monotonic(), time.process_time()
    if not over.wait(seconds + _STALLED_S):
        raise TimeoutError("libVLC does not play on")
    share = (time.process_time() - used) / (time.monotonic() - begun)
    player.stop()
    return share * 100


def window(folder: Path, seconds: float) -> float:
    """Play the call in the window; return the share of a core in percent."""
    from PySide6.QtCore import QEventLoop, QTimer

    from benchmarks.first_sound import interaction_of
    from reviewer.app import Program, make_application
    from reviewer.player.reports import PlayerState
    from reviewer.services.demo import DEMO_LOGIN
    from reviewer.storage.address import open_address
    from reviewer.ui.settings import WindowSettings

    store = open_address(str(folder / "demo"))
    session = store.session(DEMO_LOGIN)
    call = session.interactions.get(interaction_of(1).giid).id
    settings = WindowSettings(folder / "window.ini")
    settings.set_value("sound/arguments", ["--aout=adummy"])
    program = Program(make_application(), store, session, settings=settings, scheme="light")
    program.window.resize(1440, 900)
    sys.excepthook = sys.__excepthook__
    page = program.window.page("review")
    program.window.show()
    program.window.go("review", call)
    until(lambda: page.opened is not None and page.listening.playable, "opening")
    until(lambda: page.settled and not program.runner.busy, "resting")
    player = page.listening.player

    def share_of(seconds: float) -> float:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        begun, used = time.monotonic(), time.process_time()
        loop.exec()
        return (time.process_time() - used) / (time.monotonic() - begun)

    # Pages are made ahead, and pauses are looked for, when there is nothing else to do.
    calm = 0
    while calm < _CALM_S:
        calm = calm + 1 if share_of(1) < _CALM_SHARE else 0
    player.play()
    until(lambda: player.position_us > 1_000_000, "playing")
    share = share_of(seconds)
    if player.state is not PlayerState.PLAYING:
        raise RuntimeError(player.state)
    program.close()
    return share * 100


def prepare(folder: Path, minutes: float) -> None:
    """Make the sound, and a demo store with it."""
    from reviewer.services.demo import DEMO_LOGIN, make_demo
    from reviewer.storage.address import open_address

    make_call(folder / "call.wav", minutes)
    make_demo(folder / "demo", as_of=date(2026, 11, 23), language="en")
    with open_address(str(folder / "demo")) as store:
        bring_in(store.session(DEMO_LOGIN), folder / "call.wav")


def in_a_process(what: str, folder: Path, seconds: float) -> float:
    command = [sys.executable, "-m", "benchmarks.playing_cost", "--one", what]
    told = subprocess.run(
        [*command, "--folder", str(folder), "--seconds", str(seconds)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(told.stdout.split()[-1])


def main() -> int:
    """Measure and print; 1 when the limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--one", choices=("bare", "window"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one == "bare":
        print(bare(options.folder / "call.wav", options.seconds))
        return 0
    if options.one == "window":
        print(window(options.folder, options.seconds))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        prepare(folder, options.minutes)
        rounds = [
            tuple(in_a_process(what, folder, options.seconds) for what in ("bare", "window"))
            for _ in range(options.rounds)
        ]
    alone = statistics.median(a for a, _ in rounds)
    ours = statistics.median(b for _, b in rounds)
    above = statistics.median(b - a for a, b in rounds)
    print(f"libVLC alone    {alone:5.1f} % of a core")
    print(f"the window      {ours:5.1f} %")
    print(f"above libVLC    {above:5.1f} %  limit {LIMIT_PERCENT:.0f} %")
    return 0 if above <= LIMIT_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
