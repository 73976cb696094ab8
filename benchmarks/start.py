"""Start of the program on the demo store: to the usable window, beside an empty Qt window.

    python -m benchmarks.start [runs]

Prints medians over fresh processes of: imports done, window built, first paint, usable (painted
and nothing left to do in the background), each counted from the start of the process. The floor
is a process that shows an empty QMainWindow; the limit is 1.5 s to the usable window.
"""

from __future__ import annotations

import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from reviewer.services.demo import DEMO_LOGIN, make_demo

LIMIT_MS = 1_500
ROOT = Path(__file__).resolve().parent.parent

FLOOR = """
import sys, time, json
started = float(sys.argv[1])
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
class Painted(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(json.dumps({"usable": time.time() - started}))
        app.quit()
window = Painted()
window.resize(1440, 900)
window.show()
app.exec()
"""

CHILD = """
import sys, time, json
started, store_url, settings_path = float(sys.argv[1]), sys.argv[2], sys.argv[3]
figures = {}
def mark(name):
    figures.setdefault(name, time.time() - started)
from pathlib import Path
import reviewer.cli.main, reviewer.cli.open
from reviewer.ui.starting import quick_imports
quick = quick_imports()
quick.__enter__()
from PySide6.QtCore import QEvent, QObject, QTimer
from reviewer.app import Program, make_application
from reviewer.storage.address import open_address
from reviewer.ui.settings import WindowSettings
DEMO_LOGIN = sys.argv[4]
mark("imports")
app = make_application()
store = open_address(store_url)
session = store.session(DEMO_LOGIN)
mark("store")
settings = WindowSettings(Path(settings_path))
settings.set_value("sound/arguments", ["--aout=adummy"])
program = Program(app, store, session, settings=settings, scheme="light")
mark("window")
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, lambda: mark("painted"))
        return False
watch = Watch()
app.installEventFilter(watch)
program.window.resize(1440, 900)
program.window.show()
def poll():
    if "painted" in figures and not program.runner.busy:
        mark("usable")
        program.close()
        app.quit()
timer = QTimer()
timer.timeout.connect(poll)
timer.start(1)
app.exec()
print(json.dumps(figures))
"""


def run(code: str, *arguments: str) -> dict[str, float]:
    """Run a child process and return its marks in seconds."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(
        [sys.executable, "-c", code, str(time.time()), *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(runs: int = 7) -> None:
    """Measure and print."""
    # As the setup leaves it, whatever this environment says of writing byte code.
    compileall.compile_dir(ROOT / "reviewer", quiet=1)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "demo"
        make_demo(folder, as_of=date(2026, 11, 23), language="en")
        arguments = (str(folder), str(Path(scratch) / "window.ini"), DEMO_LOGIN)
        run(CHILD, *arguments)
        ours, floor = [], []
        for _ in range(runs):
            ours.append(run(CHILD, *arguments))
            floor.append(run(FLOOR))
    least = statistics.median(figures["usable"] for figures in floor) * 1000
    print(f"start on the demo store, median of {runs} processes, from the process's start")
    for name in ("imports", "store", "window", "painted", "usable"):
        values = sorted(figures[name] * 1000 for figures in ours)
        print(f"  {name:8} {statistics.median(values):7.0f} ms  ({values[0]:.0f}-{values[-1]:.0f})")
    usable = statistics.median(figures["usable"] for figures in ours) * 1000
    print(f"  floor: an empty Qt window {least:.0f} ms; ratio {usable / least:.2f}")
    print(f"  limit {LIMIT_MS} ms; ratio {usable / LIMIT_MS:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
