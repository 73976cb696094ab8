"""Other processes, killed at any instant."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def run_and_kill(command: Sequence[str], after_s: float) -> list[str]:
    """Run a process until it says `begun`, kill it after a while; return the lines it said then."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        # The instant of the kill is what is tried here; a child that ends sooner is not awaited.
        with suppress(subprocess.TimeoutExpired):
            child.wait(after_s)
        child.send_signal(signal.SIGKILL)
        return child.stdout.read().rpartition("\n")[0].splitlines()


def kill_again_and_again(
    base: Path,
    kills: int,
    seed: int,
    *,
    make: Callable[[Path], None],
    command: Callable[[Path], Sequence[str]],
    check: Callable[[Path], None],
    check_end: Callable[[Path], None],
) -> None:
    """Kill a work over and over, so often while it was running; it goes on where it can.

    Args:
        base: Where folders to work in are made.
        kills: How often.
        seed: Of the moments.
        make: Makes a folder to work in.
        command: Works in it, saying `begun` before the first step and `done` at the end.
        check: What must hold after every kill.
        check_end: What must hold when it came to its end.
    """
    chance = random.Random(seed)  # noqa: S311 (moments to kill at)
    takes_s = 0.5
    running = folders = 0
    folder: Path | None = None
    while running < kills or folder is not None:
        if folder is None:
            folder = base / f"work-{folders}"
            make(folder)
            folders += 1
        # The last one is left to come to its end.
        after_s = chance.uniform(0, takes_s) if running < kills else 60.0
        begun = time.monotonic()
        if "done" in run_and_kill(command(folder), after_s):
            takes_s = 0.9 * min(takes_s, time.monotonic() - begun)
            check_end(folder)
            folder = None
            continue
        running += 1
        # Once in a while the whole course is too short a time to reach its end.
        takes_s *= 1.1
        check(folder)
