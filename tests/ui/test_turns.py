"""Work on the window's thread, a piece a turn: what comes in between, and how it is given up."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from reviewer.ui.turns import Turns, at_once, laid_out, unveiled, veil

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from PySide6.QtGui import QPaintEvent
    from pytestqt.qtbot import QtBot


@pytest.fixture
def owner(qtbot: QtBot) -> Iterator[QObject]:
    made = QObject()
    yield made
    made.deleteLater()


class Painted(QWidget):
    """Counts its paintings, and what else happened by then."""

    def __init__(self, log: list[str], name: str) -> None:
        super().__init__()
        self._log = log
        self._name = name

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._log.append(f"painted {self._name}")


def test_painting_comes_between_the_pieces(qtbot: QtBot, owner: QObject) -> None:
    log: list[str] = []
    widget = Painted(log, "it")
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitUntil(lambda: bool(log))
    log.clear()

    def work() -> Generator[None, None, None]:
        for number in range(3):
            log.append(f"piece {number}")
            widget.update()
            yield

    turns = Turns(owner)
    turns.start(work())
    qtbot.waitUntil(lambda: not turns.busy and len(log) >= 6)
    assert log == [
        "piece 0",
        "painted it",
        "piece 1",
        "painted it",
        "piece 2",
        "painted it",
    ]


def test_a_clock_that_became_due_during_a_piece_goes_before_the_next(
    qtbot: QtBot, owner: QObject
) -> None:
    log: list[str] = []
    clock = QTimer(owner)
    clock.setInterval(2)
    clock.timeout.connect(lambda: log.append("clock"))
    clock.start()

    def work() -> Generator[None, None, None]:
        for _ in range(5):
            until = time.perf_counter() + 0.006
            while time.perf_counter() < until:
                pass
            log.append("piece")
            yield

    turns = Turns(owner)
    turns.start(work())
    qtbot.waitUntil(lambda: not turns.busy)
    clock.stop()
    pairs = list(pairwise(log[log.index("piece") :]))
    assert ("piece", "clock") in pairs
    assert ("piece", "piece") not in pairs


def test_what_is_given_up_does_no_more_and_cleans_up(qtbot: QtBot, owner: QObject) -> None:
    log: list[str] = []

    def work(name: str, pieces: int) -> Generator[None, None, None]:
        try:
            log.append(f"{name} begins")
            for _ in range(pieces):
                yield
            log.append(f"{name} ends")
        finally:
            log.append(f"{name} cleans up")

    turns = Turns(owner)
    turns.start(work("endless", 10**9))
    qtbot.waitUntil(lambda: bool(log))
    turns.start(work("short", 2))
    qtbot.waitUntil(lambda: not turns.busy)
    assert log == [
        "endless begins",
        "endless cleans up",
        "short begins",
        "short ends",
        "short cleans up",
    ]


def test_a_piece_that_fails_ends_the_work(qtbot: QtBot, owner: QObject) -> None:
    def work() -> Generator[None, None, None]:
        yield
        raise ValueError

    turns = Turns(owner)
    with qtbot.captureExceptions() as caught:
        turns.start(work())
        qtbot.waitUntil(lambda: not turns.busy)
    assert [kind for kind, _, _ in caught] == [ValueError]


def test_all_at_once_gives_what_the_work_comes_to() -> None:
    def work() -> Generator[None, None, int]:
        yield
        yield
        return 7

    assert at_once(work()) == 7


def test_veiled_areas_are_painted_one_a_turn(qtbot: QtBot, owner: QObject) -> None:
    log: list[str] = []
    window = QWidget()
    qtbot.addWidget(window)
    areas = (Painted(log, "left"), Painted(log, "right"))
    layout = QHBoxLayout(window)
    for area in areas:
        layout.addWidget(area)
    veil(areas)
    window.resize(200, 100)
    window.show()
    qtbot.waitExposed(window)

    def work() -> Generator[None, None, None]:
        log.append("shown")
        yield
        log.append("unveiling")
        yield from unveiled(areas)

    turns = Turns(owner)
    turns.start(work())
    qtbot.waitUntil(lambda: not turns.busy and "painted right" in log)
    assert log == ["shown", "unveiling", "painted left", "painted right"]


def test_areas_left_veiled_by_work_given_up_are_painted(qtbot: QtBot) -> None:
    log: list[str] = []
    areas = (Painted(log, "left"), Painted(log, "right"))
    for area in areas:
        qtbot.addWidget(area)
    veil(areas)
    work = unveiled(areas)
    next(work)
    assert [area.updatesEnabled() for area in areas] == [True, False]
    work.close()
    assert [area.updatesEnabled() for area in areas] == [True, True]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Return an empty window."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


def hidden_in(window: QWidget) -> tuple[QWidget, tuple[QWidget, ...]]:
    """Return a hidden holder of two areas and one that is not wanted, in a window that is seen."""
    holder = QWidget(window)
    layout = QHBoxLayout(holder)
    areas = (QWidget(), QWidget(), QWidget())
    for area in areas:
        layout.addWidget(area)
    areas[2].hide()
    holder.hide()
    window.show()
    return holder, areas


def test_areas_are_laid_out_one_a_turn(window: QWidget) -> None:
    holder, areas = hidden_in(window)
    seen = [[area.isVisible() for area in areas] for _ in laid_out(areas, holder.show)]
    assert seen == [[False, False, False], [True, False, False], [True, True, False]]


def test_areas_left_hidden_by_work_given_up_are_shown(window: QWidget) -> None:
    holder, areas = hidden_in(window)
    work = laid_out(areas, holder.show)
    next(work)
    work.close()
    assert [area.isVisible() for area in areas] == [True, True, False]
