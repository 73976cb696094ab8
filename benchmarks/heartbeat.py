"""How long the interface thread is ever blocked while an import runs and pages are painted.

    python -m benchmarks.heartbeat [calls] [runs] [where] [turns]

Each run is a process of its own; the last lines tell the longest gap of each. With the word
`where` it also prints what the thread was doing when a beat was late, with `turns` which events
took longest to handle (the figures of such a run are not to be told).

A timer of 5 ms on the interface thread notes the time between two of its beats, while a PBX
folder of `calls` calls is brought in as the window does it (in a process of its own), the results
are scrolled and sorted and an interaction is opened and played. The floor is the same timer in an
idle window; the limit is 50 ms. The peer is the same timer in an empty Qt window that is repainted
as often, with the same import beside it: what it waits for is the machine's.

Each gap is told three times: on the clock; without the time in which the system let other
processes run on the thread's core ("in its own time": what a machine with nothing else to do
shows); and what the thread itself computed. The second less the third is waiting, mostly for the
interpreter's lock.
"""

from __future__ import annotations

import collections
import ctypes
import faulthandler
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import wave
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow

from benchmarks.turn_finder import WatchedApplication
from reviewer.app import Program, make_application
from reviewer.models.progress import Watch
from reviewer.models.search import Search, SortKey
from reviewer.services.demo import DEMO_LOGIN, SHOWCASE_CALL, make_demo
from reviewer.services.import_aside import import_aside
from reviewer.storage.address import open_address
from reviewer.ui.own_store import OwnStore
from reviewer.ui.settings import WindowSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.changes import Changes

LIMIT_MS = 50.0
BEAT_MS = 5
# Turns that are named.
TURN_MS = 18.0
ONCE = "once"
PEER = "peer"
OUTCOME = "outcome "
KINDS = {"wall": "on the clock", "own": "in its own time", "work": "computing"}
ROW = (
    '"acc","7916{n:07d}","600","from-trunk","""Caller {n}"" <7916{n:07d}>","SIP/trunk-{n:x}",'
    '"SIP/201-{n:x}","Dial","SIP/201,20","{start}","{start}","{end}",62,60,"ANSWERED",'
    '"DOCUMENTATION","{unique}.1","","","{unique}.1",{n}\n'
)


def write_source(folder: Path, calls: int) -> None:
    """Write what a PBX leaves behind of so many calls, a second of sound each."""
    (folder / "log" / "cdr-csv").mkdir(parents=True)
    monitor = folder / "monitor"
    monitor.mkdir()
    first = datetime(2026, 11, 1, 9, tzinfo=UTC)
    sound = bytes(16_000)
    with (folder / "log" / "cdr-csv" / "Master.csv").open("w", encoding="utf-8") as file:
        for n in range(calls):
            start = first + timedelta(seconds=70 * n)
            unique = int(start.timestamp())
            file.write(
                ROW.format(
                    n=n,
                    unique=unique,
                    start=start.strftime("%Y-%m-%d %H:%M:%S"),
                    end=(start + timedelta(seconds=62)).strftime("%Y-%m-%d %H:%M:%S"),
                )
            )
            with wave.open(str(monitor / f"{unique}.1.wav"), "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(8000)
                out.writeframes(sound)


class Pulse(NamedTuple):
    """Milliseconds: the clock, the clock less what other processes took, the thread's own work."""

    wall: float
    own: float
    work: float


def waited_of(thread_id: int) -> Callable[[], float]:
    """Return what tells how long a thread was ready to run and not let, in milliseconds.

    Linux only: 0 elsewhere. Read through C with the interpreter's lock held: a file's `read` would
    let the lock go, and each getting it back would be a wait that is not the program's own.
    """
    path = Path(f"/proc/self/task/{thread_id}/schedstat")
    if not path.exists():
        return lambda: 0.0
    library, buffer = ctypes.PyDLL(None), ctypes.create_string_buffer(128)
    file = os.open(path, os.O_RDONLY)

    def waited_ms() -> float:
        library.pread(file, buffer, len(buffer) - 1, ctypes.c_long(0))
        return int(buffer.value.split()[1]) / 1e6

    return waited_ms


class Heart(QObject):
    """Beats, and remembers the time between beats."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.gaps_ms: list[Pulse] = []
        self.watchdog: Watchdog | None = None
        self._waited_ms = waited_of(threading.get_native_id())
        self.last = self._now()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def restart(self) -> None:
        """Forget what was."""
        self.gaps_ms = []
        self.last = self._now()

    def _now(self) -> Pulse:
        wall = time.perf_counter() * 1000
        return Pulse(wall, wall - self._waited_ms(), time.thread_time() * 1000)

    def _beat(self) -> None:
        now = self._now()
        self.gaps_ms.append(Pulse(*(a - b for a, b in zip(now, self.last, strict=True))))
        self.last = now
        if self.watchdog is not None:
            self.watchdog.rearm()

    def say(self, what: str) -> Pulse:
        """Print and return the longest gaps."""
        print(f"  {what}, {len(self.gaps_ms)} beats")
        found = []
        for kind, gaps in zip(KINDS.values(), zip(*self.gaps_ms, strict=True), strict=True):
            ordered = sorted(gaps)
            late = sum(gap > LIMIT_MS for gap in gaps)
            shares = "  ".join(
                f"{share * 100:g} % {ordered[int(len(ordered) * share)]:6.1f}"
                for share in (0.5, 0.99, 0.999)
            )
            print(
                f"    {kind:16} {shares}  longest {ordered[-1]:6.1f} ms  "
                f"above {LIMIT_MS:.0f} ms {late:3}"
            )
            found.append(ordered[-1])
        return Pulse(*found)


class Watchdog:
    """Has the interpreter write down where the interface thread is whenever a beat is late.

    Walking another thread's frames from Python crashes while Qt calls run; faulthandler does not.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile("w+")  # noqa: SIM115 (lives as long as the process)

    def rearm(self) -> None:
        """Begin to wait anew."""
        faulthandler.dump_traceback_later(LIMIT_MS / 1000, file=self._file)

    def say(self, most: int = 10) -> None:
        """Print where late beats were, the most frequent first."""
        faulthandler.cancel_dump_traceback_later()
        self._file.seek(0)
        places: collections.Counter[str] = collections.Counter()
        for dump in self._file.read().split("Timeout (")[1:]:
            main = dump.rsplit("Thread 0x", maxsplit=1)[-1]
            found = re.findall(r'reviewer/([\w/]+\.py)", line (\d+) in (\w+)', main)
            text = " < ".join(f"{name}:{line} {function}" for name, line, function in found[:4])
            places[text or "Qt's own code"] += 1
        for place, times in places.most_common(most):
            print(f"    late {times:3} times at {place}")


class Drill(QObject):
    """Uses the window all the while: scrolls, sorts, opens, plays."""

    def __init__(self, program: Program, source: Path, *, where: bool) -> None:
        super().__init__(program)
        self._program = program
        self._session = program.session
        self._source = source
        self._heart = Heart(self)
        self.watchdog = Watchdog() if where else None
        self._showcase = program.session.interactions.get(SHOWCASE_CALL).id
        self._round = 0
        self._imported = False
        self.floor = self.longest = Pulse(0.0, 0.0, 0.0)
        self.added = 0
        self._timer = QTimer(self)
        self._timer.setInterval(120)
        self._timer.timeout.connect(self._step)
        QTimer.singleShot(1500, self, self._begin)

    def _begin(self) -> None:
        self._heart.restart()
        QTimer.singleShot(2000, self, self._import)

    def _import(self) -> None:
        self.floor = self._heart.say("nothing else going on")
        self._heart.watchdog = self.watchdog
        self._heart.restart()
        self._program.bus.changes_applied.connect(self._on_bus_changes_applied)
        own = self._program.window.findChild(OwnStore)
        own.bring_in(str(self._source))
        self._timer.start()

    def _on_bus_changes_applied(self, changes: Changes, _initiator: object) -> None:
        self.added = len(changes.interactions)
        self._imported = True

    def _step(self) -> None:
        self._round += 1
        window = self._program.window
        turn = self._round % 12
        if turn == 1:
            column = ("started", "duration", "service")[self._round % 3]
            window.go("results", Search(sort=(SortKey(column, descending=True),)))
        elif turn == 8:
            window.go("review", self._showcase)
        elif turn > 8:
            window.current.listening.player.toggle()
        window.current.update()
        if self._imported and self._round > 36:
            self._timer.stop()
            self.longest = self._heart.say("importing, searching, opening, playing")
            if self._heart.watchdog is not None:
                self._heart.watchdog.say()
                self._heart.watchdog = None
            self._program.close()
            QGuiApplication.quit()


def run(calls: int, *, where: bool, turns: bool) -> None:
    """Measure once, and print; the last line is for `main`."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, source = Path(scratch) / "demo", Path(scratch) / "pbx"
        make_demo(folder, as_of=date(2026, 11, 23), language="en")
        write_source(source, calls)
        watched = WatchedApplication(TURN_MS) if turns else None
        app = make_application()
        store = open_address(str(folder))
        settings = WindowSettings(Path(scratch) / "window.ini")
        settings.set_value("sound/arguments", ["--aout=adummy"])
        session = store.session(DEMO_LOGIN)
        program = Program(app, store, session, settings=settings, scheme="light")
        program.session = session
        program.window.resize(1440, 900)
        program.window.show()
        drill = Drill(program, source, where=where)
        app.exec()
        if watched is not None:
            watched.close()
            watched.say()
        print(f"  calls brought in meanwhile: {drill.added}")
        print(OUTCOME + json.dumps([drill.longest, drill.floor]))


def run_peer(calls: int) -> None:
    """Measure an empty window beside the same import once; the last line is for `main`."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, source = Path(scratch) / "demo", Path(scratch) / "pbx"
        make_demo(folder, as_of=date(2026, 11, 23), language="en")
        write_source(source, calls)
        app = QApplication([])
        window = QMainWindow()
        window.resize(1440, 900)
        window.show()
        painting = QTimer(window)
        painting.timeout.connect(window.update)
        painting.start(120)
        bringing = threading.Thread(
            target=import_aside,
            args=(str(folder), DEMO_LOGIN, str(source)),
            kwargs={"progress": Watch()},
        )
        heart = Heart(window)
        watching = QTimer(window)
        watching.timeout.connect(lambda: None if bringing.is_alive() else app.quit())
        QTimer.singleShot(1500, window, bringing.start)
        QTimer.singleShot(1600, window, heart.restart)
        QTimer.singleShot(1700, window, lambda: watching.start(20))
        app.exec()
        print(OUTCOME + json.dumps([heart.say("an empty Qt window beside the same import")]))


def one(*words: str) -> list[Pulse]:
    """Measure once in a process of its own; return its longest gaps."""
    command = [sys.executable, "-m", "benchmarks.heartbeat", *words]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    shown, outcome = told.split(OUTCOME)
    print(shown, end="", flush=True)
    return [Pulse(*pulse) for pulse in json.loads(outcome)]


def main(calls: int = 1500, runs: int = 3, *, where: bool = False, turns: bool = False) -> None:
    """Measure several times, each in a process of its own, and print."""
    words = [word for word, wanted in (("where", where), ("turns", turns)) if wanted]
    longest, floors, peers = [], [], []
    for number in range(runs):
        print(f"run {number + 1} of {runs}, load {os.getloadavg()[0]:.1f}", flush=True)
        pulse, floor = one(ONCE, str(calls), *words)
        longest.append(pulse)
        floors.append(floor)
        peers += one(PEER, str(calls))
    print(f"longest of {runs} runs, limit {LIMIT_MS:.0f} ms; in brackets the idle window, the peer")
    for kind in Pulse._fields:
        mine, idle, bare = (
            [getattr(pulse, kind) for pulse in pulses] for pulses in (longest, floors, peers)
        )
        texts = "  ".join(
            f"{a:6.1f} ({b:.0f}, {c:.0f})" for a, b, c in zip(mine, idle, bare, strict=True)
        )
        ratio = median(mine) / max(median(bare), 0.1)
        print(
            f"  {KINDS[kind]:16} {texts}  medians: {median(mine) / LIMIT_MS:.2f} of the limit, "
            f"{ratio:.1f} of the peer"
        )


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word.isdigit()]
    options = {"where": "where" in sys.argv, "turns": "turns" in sys.argv}
    if ONCE in sys.argv:
        run(int(given[0]), **options)
    elif PEER in sys.argv:
        run_peer(int(given[0]))
    else:
        main(*map(int, given[:2]), **options)
