"""Cycles with Qt objects die on the window's thread, whatever thread allocates."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from reviewer.ui.garbage import GarbageTimer


class Loop(QObject):
    """In a cycle with itself; notes the thread it dies on."""

    died_on: list[int] = []  # noqa: RUF012 (shared on purpose)

    def __init__(self) -> None:
        super().__init__()
        self.me = self

    def __del__(self) -> None:
        self.died_on.append(threading.get_ident())


@pytest.fixture
def timer(qtbot):
    Loop.died_on.clear()
    gc.collect()
    gc.enable()
    timer = GarbageTimer()
    yield timer
    timer.close()


def allocate():
    kept = [[] for _ in range(200_000)]
    assert kept


def test_a_worker_that_allocates_collects_nothing(timer, qtbot):
    Loop()
    worker = threading.Thread(target=allocate)
    worker.start()
    worker.join()
    assert Loop.died_on == []
    qtbot.waitUntil(lambda: bool(Loop.died_on), timeout=5_000)
    assert Loop.died_on == [threading.get_ident()]


def test_what_outlived_one_collection_goes_with_the_next(timer, qtbot):
    kept = Loop()
    gc.collect(0)
    del kept
    qtbot.waitUntil(lambda: bool(Loop.died_on), timeout=5_000)


def test_closing_gives_collection_back(timer):
    assert not gc.isenabled()
    timer.settle()
    assert gc.get_freeze_count() > 0
    timer.close()
    timer.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
