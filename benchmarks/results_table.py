"""The table of results over a large store, through the real page of the real window.

    python -m benchmarks.results_table FOLDER [JUMPS]

FOLDER holds a store made by `benchmarks.store_generator` (opening it brings it to this format).
Measured are, from the call that a click or key makes until the rows are painted:

* first rows: a search of everything is opened, limit 100 ms;
* a jump to a random row, of those 30 ms at the median and the 95th percentile;
* another order by a click on the header, its first rows;
* memory: the growth of the process from the empty page to all ids and the jumps, 50 MB.

The floor is the same jump with the rows at hand: what Qt and painting take. Each is told on the
clock and in processor time of the interface thread.
"""

from __future__ import annotations

import gc
import os
import random
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from benchmarks.open_interaction import until
from benchmarks.store_generator import ADMIN
from reviewer.app import Program, make_application
from reviewer.models.search import Search
from reviewer.storage.address import open_address
from reviewer.ui.pages import PAGES
from reviewer.ui.results.model import RowKind
from reviewer.ui.settings import WindowSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.ui.results.page import ResultsPage

FIRST_MS, JUMP_MS, MEMORY_MB = 100.0, 30.0, 50.0
SEED = 7


def memory_mb() -> float:
    """Return the memory of the process that is its own, in megabytes (Linux)."""
    gc.collect()
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith(("Private_Dirty:",)):
            return int(line.split()[1]) / 1024
    return 0.0


class Bench:
    """The page, and what is seen of it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.page: ResultsPage = program.window.page("results")
        self.view, self.model = self.page.view, self.page.model

    def whole(self) -> bool:
        """Whether all rows in view are there and painted."""
        place = self.view.positions_in_view()
        if place is None or not self.view.settled:
            return False
        rows = range(self.model.row_of(place[0]), self.model.row_of(place[1]) + 1)
        return all(self.model.kind(row) is RowKind.INTERACTION for row in rows)

    def at_rest(self) -> bool:
        """Whether nothing is being read or painted any more."""
        return self.page.settled and not self.program.runner.busy

    def timed(self, act: Callable[[], object], seen: Callable[[], bool]) -> tuple[float, float]:
        """Return milliseconds until what `act` asks for is painted: clock, interface thread."""
        begin, begin_cpu = time.perf_counter(), time.thread_time()
        act()
        until(seen, "the rows")
        # What has come is painted in the next turn, before a timer that is set now.
        passed: list[bool] = []
        QTimer.singleShot(0, self.page, lambda: passed.append(True))
        until(lambda: passed and self.view.settled, "painting")
        wall, cpu = time.perf_counter() - begin, time.thread_time() - begin_cpu
        return wall * 1000, cpu * 1000


def say(what: str, times: list[tuple[float, float]], limit_ms: float | None) -> None:
    """Print a line."""
    parts = []
    for kind, values in zip(("clock", "thread"), zip(*times, strict=True), strict=True):
        ordered = sorted(values)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        parts.append(f"{kind} median {statistics.median(ordered):6.1f}  95 % {p95:6.1f} ms")
    limit = f"  limit {limit_ms:.0f} ms" if limit_ms else ""
    print(f"  {what:34} {'   '.join(parts)}{limit}")


def measure(bench: Bench, jumps: int) -> None:
    """Measure and print."""
    model, view, window = bench.model, bench.view, bench.program.window
    before_mb = memory_mb()
    firsts = []
    for _ in range(7):
        window.go("search")
        until(lambda: not bench.program.runner.busy, "being idle")
        generation = model.generation
        firsts.append(
            bench.timed(
                lambda: window.go("results", Search()),
                lambda old=generation: model.generation != old and bench.whole(),
            )
        )
    say("first rows of everything", firsts, FIRST_MS)
    until(bench.at_rest, "all ids")
    print(f"  {model.total} rows, memory {memory_mb() - before_mb:+.0f} MB with all ids")
    chosen = random.Random(SEED)  # noqa: S311 (places to look at)
    places = [chosen.randrange(model.total) for _ in range(jumps)]

    def jump(position: int) -> Callable[[], None]:
        return lambda: view.verticalScrollBar().setValue(position)

    say("jump to a random row", [bench.timed(jump(at), bench.whole) for at in places], JUMP_MS)
    near = [bench.timed(jump(1000 + 30 * (n % 8)), bench.whole) for n in range(jumps)]
    say("the same with the rows at hand", near[8:], None)
    print(f"  memory {memory_mb() - before_mb:+.0f} MB after the jumps  limit {MEMORY_MB:.0f} MB")
    header = view.horizontalHeader()
    sorts = []
    for n in range(6):
        column = (0, 1, 2, 3)[n % 4] + 1
        generation = model.generation
        at = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
        click = header.viewport().rect().center()
        click.setX(at)
        sorts.append(
            bench.timed(
                lambda place=click: QTest.mouseClick(
                    header.viewport(), Qt.MouseButton.LeftButton, pos=place
                ),
                lambda old=generation: model.generation != old and bench.whole(),
            )
        )
        until(bench.at_rest, "all ids in another order")
    say("first rows in another order", sorts, FIRST_MS)


def main(folder: str, jumps: int = 100) -> None:
    """Open the store in the window, and measure."""
    app = make_application()
    with tempfile.TemporaryDirectory() as scratch, closing(open_address(folder)) as store:
        settings = WindowSettings(Path(scratch) / "window.ini")
        settings.set_value("sound/arguments", ["--aout=adummy"])
        session = store.session(ADMIN)
        program = Program(app, store, session, settings=settings, scheme="light")
        program.window.resize(1440, 900)
        program.window.show()
        mine = [entry for entry in PAGES if entry.is_for(session.people.me)]
        until(lambda: len(program.window.pages()) == len(mine), "all pages")
        measure(Bench(program), jumps)
        program.close()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
