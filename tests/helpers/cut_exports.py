"""Runs the export command in processes of its own and kills them: at a step, or at some moment.

    python -m tests.helpers.cut_exports STORE FOLDER NAME SEED STEPS MOMENTS -- export arguments

A step is a call into the file system beneath the destination: opening, renaming, removing,
making a folder. First one export runs whole and counts its steps; then STEPS exports are killed
each at another step, spread over all, and run again to the end; then MOMENTS exports are killed
at random moments, again and again, until one gets through. Prints one JSON object: where the
exports are, and how often each was killed.
"""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

import reviewer.cli.export  # noqa: F401 (so that no fork has to load it)
from reviewer.cli.main import main

_STEPS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"})
_MOST_CUTS = 12
"""After so many kills of one export, the last run is left alone."""


class _Steps:
    """Counts steps beneath a folder; kills the process at the one asked for."""

    def __init__(self, beneath: str, kill_at: int | None) -> None:
        self.count = 0
        self._beneath = beneath
        self._kill_at = kill_at
        sys.addaudithook(self._saw)

    def _saw(self, event, values):
        if event not in _STEPS or not str(values[0]).startswith(self._beneath):
            return
        self.count += 1
        if self.count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def _child(arguments, beneath, *, kill_at=None, delay_s=None):
    """Run the command in a fork; return its steps (-1: killed) and how long it took."""
    told, tell = os.pipe()
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        status = 70
        try:
            if delay_s is not None:
                killer = threading.Timer(delay_s, os.kill, (os.getpid(), signal.SIGKILL))
                killer.daemon = True
                killer.start()
            steps = _Steps(beneath, kill_at)
            error = io.StringIO()
            code = main(arguments, io.StringIO(), error)
            os.write(tell, json.dumps([code, steps.count, error.getvalue()]).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(pid, 0)
    took_s = time.monotonic() - began
    if os.WIFSIGNALED(status):
        return -1, took_s
    code, steps, error = json.loads(answer)
    if code != 0:
        raise SystemExit(f"{code}: {error}")
    return steps, took_s


def run(store, folder, name, seed, steps, moments, options):
    """Do all of it; return for each export where it is and how often it was killed."""
    rng = random.Random(seed)  # noqa: S311 (moments to kill at)
    made = []

    def arguments(number):
        place = folder / str(number) / name
        return [*options, "--store", store, "--to", str(place)], str(place.parent)

    whole, beneath = arguments(0)
    total, took_s = _child(whole, beneath)
    made.append({"to": whole[-1], "killed": 0})
    for number in range(1, steps + 1):
        command, beneath = arguments(number)
        kill_at = 1 + int((number - 1 + rng.random()) * total / steps)
        killed = int(_child(command, beneath, kill_at=kill_at)[0] < 0)
        _child(command, beneath)
        made.append({"to": command[-1], "killed": killed, "step": kill_at})
    for number in range(steps + 1, steps + moments + 1):
        command, beneath = arguments(number)
        killed = 0
        while (
            _child(
                command,
                beneath,
                delay_s=rng.uniform(0, took_s * 1.2) if killed < _MOST_CUTS else None,
            )[0]
            < 0
        ):
            killed += 1
        _child(command, beneath)
        made.append({"to": command[-1], "killed": killed})
    return {"steps": total, "seconds": took_s, "exports": made}


if __name__ == "__main__":
    place = sys.argv.index("--")
    store_, folder_, name_, *numbers = sys.argv[1:place]
    found = run(store_, Path(folder_), name_, *map(int, numbers), sys.argv[place + 1 :])
    print(json.dumps(found))  # noqa: T201 (it is the answer)
