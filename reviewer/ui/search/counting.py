"""Counting while criteria are edited: the whole set, each condition alone, and by day."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from reviewer.models.criteria.tree import Block
from reviewer.models.search import Search
from reviewer.ui.search.day_bars import DAYS
from reviewer.ui.search.editor import switched_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reviewer.errors import ReviewerError
    from reviewer.models.criteria.tree import Node
    from reviewer.models.interaction import Channel
    from reviewer.models.search import Count, DayCounts
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.ui.tasks import TaskProgress, TaskRunner

# Longer than between two keys of a fast typist, shorter than one notices.
_PAUSE_MS: Final = 200


class LiveCount(QObject):
    """Counts a little after the last change; what is overtaken is interrupted. Thread: main."""

    # The set was counted: (Count, seconds it took: float).
    counted = Signal(object, float)
    # Conditions and blocks were counted: Mapping[Node, Count], by the node switched on.
    nodes_counted = Signal(object)
    # The set was counted by day: DayCounts, None where nothing matches.
    days_counted = Signal(object)
    # Counting began.
    began = Signal()
    # It could not be counted: ReviewerError.
    failed = Signal(object)

    def __init__(
        self, runner: TaskRunner, interactions: Interactions, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._interactions = interactions
        self._search: Search | None = None
        self._whole = True
        self._nodes: tuple[Node, ...] = ()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause_timeout)

    def ask(self, search: Search, nodes: Sequence[Node], *, whole: bool = True) -> None:
        """Count a set, and then each of `nodes` by itself; not `whole`: these only."""
        self._search = search
        self._whole = whole
        self._nodes = tuple(dict.fromkeys(switched_on(node) for node in nodes))
        if not whole:
            self._runner.read(_nothing, parent=self, generation="total")
        self._runner.read(_nothing, parent=self, generation="days")
        self._pause.start()

    def stop(self) -> None:
        """Do not count: the set makes no sense now."""
        self._pause.stop()
        self._search = None
        self._runner.read(_nothing, parent=self, generation="total")
        self._runner.read(_nothing, parent=self, generation="nodes")
        self._runner.read(_nothing, parent=self, generation="days")

    # --- slots

    @Slot()
    def _on_pause_timeout(self) -> None:
        if self._search is None:
            return
        if not self._whole:
            self._count_nodes()
            return
        self.began.emit()
        self._runner.read(
            partial(_count, self._interactions, self._search),
            then=self._on_counted,
            parent=self,
            generation="total",
            failed=self._on_failed,
        )

    def _on_counted(self, answer: tuple[Count, float]) -> None:
        self.counted.emit(*answer)
        self._count_nodes()

    def _count_nodes(self) -> None:
        if self._search is None:
            return
        self._runner.read(
            partial(_count_each, self._interactions, self._search.channel, self._nodes),
            then=self._on_nodes_counted,
            parent=self,
            generation="nodes",
            failed=self._on_failed,
        )

    def _on_nodes_counted(self, counts: Mapping[Node, Count]) -> None:
        self.nodes_counted.emit(counts)
        if self._search is None or not self._whole:
            return
        self._runner.read(
            partial(_count_days, self._interactions, self._search),
            then=self.days_counted.emit,
            parent=self,
            generation="days",
            failed=self._on_failed,
        )

    def _on_failed(self, error: ReviewerError) -> None:
        self.failed.emit(error)


# --- in the pool


def _nothing(_progress: TaskProgress) -> None:
    """Take the place of a count that is not wanted any more."""


def _count(
    interactions: Interactions, search: Search, progress: TaskProgress
) -> tuple[Count, float]:
    started = time.perf_counter()
    count = interactions.count(search, cancel=progress)
    return count, time.perf_counter() - started


def _count_each(
    interactions: Interactions,
    channel: Channel | None,
    nodes: tuple[Node, ...],
    progress: TaskProgress,
) -> dict[Node, Count]:
    counts = {}
    for node in nodes:
        progress.raise_if_cancelled()
        alone = Search(Block(members=(node,)), channel)
        counts[node] = interactions.count(alone, cancel=progress)
    return counts


def _count_days(
    interactions: Interactions, search: Search, progress: TaskProgress
) -> DayCounts | None:
    return interactions.by_day(search, days=DAYS, cancel=progress)
