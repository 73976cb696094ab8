"""Reads what the results show, in the background: first rows, count, all ids, pages, parts."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from reviewer.messages import tr
from reviewer.models.audit import Purpose
from reviewer.models.criteria.highlight import wanted_by
from reviewer.models.search import Count, Search
from reviewer.ui.memory import give_back

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Mapping

    from reviewer.errors import ReviewerError
    from reviewer.models.criteria.highlight import Snippet
    from reviewer.models.criteria.tree import Block
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.models.search import InteractionRow
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.ui.results.model import ResultsModel, Wording
    from reviewer.ui.tasks import Task, TaskProgress, TaskRunner

T = TypeVar("T")
FIRST_ROWS = 100
"""Shown at once; everything else follows."""
# Pages asked for and not yet begun: what was in view last is what is wanted.
_PAGES_WAITING = 24
# A window has two or three of them, a large one five.
_PAGES_TOGETHER = 6
# Reads at a time: the interpreter runs one of them, more only delay the newest.
_READS_AT_ONCE = 2
# Once a view stands still, as much before and after it is read as well.
_AHEAD_AFTER_MS = 150
_PAGES_AHEAD = 4
# How long the first rows are given to be painted: reading all ids takes the interpreter from them.
_REST_AFTER_MS = 30


class ResultsLoader(QObject):
    """Fills a `ResultsModel` through the task runner. Thread: main."""

    # The first rows of a new search are shown.
    began = Signal()
    # How many there are, as far as known: (Count, whether it is exact).
    counted = Signal(object, bool)
    # A read failed: ReviewerError.
    failed = Signal(object)

    def __init__(
        self,
        runner: TaskRunner,
        interactions: Interactions,
        model: ResultsModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._interactions = interactions
        self._model = model
        self._generation = 0
        self._search = Search()
        self._wording: Wording | None = None
        self._tasks: list[Task] = []
        self._exact = False
        self._snippets_shown = False
        self._unsaid: list[int] = []
        self._waiting: list[int] = []
        self._in_flight: list[tuple[int, ...]] = []
        self._in_view: tuple[int, ...] = ()
        self._ahead = QTimer(self)
        self._ahead.setSingleShot(True)
        self._ahead.setInterval(_AHEAD_AFTER_MS)
        self._ahead.timeout.connect(self._on_ahead_timeout)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_AFTER_MS)
        self._rest.timeout.connect(self._on_rest_timeout)
        model.pages_wanted.connect(self._on_model_pages_wanted)

    # --- public

    @property
    def settled(self) -> bool:
        """Whether everything was asked for that a search brings; its tasks may run still."""
        return not self._rest.isActive()

    @property
    def search(self) -> Search:
        """What is shown, or on its way."""
        return self._search

    def start(self, search: Search, wording: Wording, *, keep_rows: bool = False) -> None:
        """Search anew; a search under way is stopped.

        Args:
            search: What to look for.
            wording: Makes the cells of what is found.
            keep_rows: Show the old rows until the new ones are there, as for another order.
        """
        self.stop()
        self._generation += 1
        self._search, self._wording = search, wording
        self._exact = False
        if not keep_rows:
            self._model.start(self._generation, wording)
        fn = partial(_first_rows, self._interactions, search, self._generation)
        self._read(fn, self._on_first, title=tr("Searching"))

    def show_snippets(self, on: bool) -> None:
        """Read lines around what was found in texts, or no longer."""
        turned_on = on and not self._snippets_shown
        self._snippets_shown = on
        if turned_on:
            for number in reversed(self._model.pages_at_hand):
                self._read_snippets(number)

    def stop(self) -> None:
        """Give up what is being read: a running query is interrupted."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._waiting.clear()
        self._unsaid.clear()
        self._in_flight.clear()
        self._ahead.stop()
        self._rest.stop()

    def read_parts(self, position: int) -> None:
        """Read an interaction and show its parts."""
        fn = partial(
            _whole,
            self._interactions,
            self._model.interaction_id(position),
            (self._model.generation, position),
        )
        self._read(fn, self._on_whole)

    # --- slots

    def _on_first(self, answer: tuple[int, tuple[InteractionRow, ...]]) -> None:
        generation, rows = answer
        whole = len(rows) < FIRST_ROWS
        if generation != self._model.generation:
            self._model.start(generation, self._wording)
        self._model.show_first(generation, rows, all_=whole)
        # One page after the other, from the top: what is in view is not kept waiting by the rest.
        self._unsaid = list(reversed(self._model.pages_at_hand))
        self._read_next_snippets()
        if whole:
            self._exact = True
            self.began.emit()
            self.counted.emit(Count(len(rows)), True)
            return
        self.began.emit()
        self.counted.emit(Count(len(rows), capped=True), False)
        self._rest.start()

    def _on_count(self, answer: tuple[int, Count]) -> None:
        generation, count = answer
        if generation == self._generation and not self._exact:
            self.counted.emit(count, not count.capped)

    def _on_ids(self, answer: tuple[int, array[int]]) -> None:
        generation, ids = answer
        if generation != self._generation:
            return
        self._model.show_all(generation, ids)
        self._exact = True
        self.counted.emit(Count(len(ids)), True)

    @Slot(int, object)
    def _on_model_pages_wanted(self, generation: int, numbers: tuple[int, ...]) -> None:
        if generation != self._model.generation:
            return
        self._want(numbers)
        self._in_view = numbers
        self._ahead.start()

    @Slot()
    def _on_rest_timeout(self) -> None:
        count = partial(_count, self._interactions, self._search, self._generation)
        self._read(count, self._on_count)
        ids = partial(_ids, self._interactions, self._search, self._generation)
        self._read(ids, self._on_ids, title=tr("Reading all results"))

    @Slot()
    def _on_ahead_timeout(self) -> None:
        if self._in_flight:
            self._ahead.start()
            return
        first, last = min(self._in_view), max(self._in_view)
        before = range(first - _PAGES_AHEAD, first)
        after = range(last + 1, last + 1 + _PAGES_AHEAD)
        self._want(self._model.absent((*before, *after)))

    def _on_pages(self, answer: tuple[int, dict[int, tuple[InteractionRow, ...]]]) -> None:
        generation, pages = answer
        numbers = tuple(pages)
        if numbers in self._in_flight:
            self._in_flight.remove(numbers)
        self._model.take_pages(generation, pages)
        if generation == self._model.generation:
            for number in pages:
                self._read_snippets(number)
        self._read_pages()

    def _on_snippets(self, answer: tuple[tuple[int, int], Mapping[int, Snippet]]) -> None:
        (generation, number), said = answer
        self._model.take_snippets(generation, number, said)
        if generation == self._model.generation:
            self._read_next_snippets()

    def _on_whole(self, answer: tuple[tuple[int, int], Interaction]) -> None:
        (generation, position), whole = answer
        self._model.open_parts(generation, position, whole)

    def _on_failed(self, error: ReviewerError) -> None:
        # Which of the pages failed is not told; those that were not read are asked for again.
        self._in_flight.clear()
        self.failed.emit(error)

    # --- private

    def _want(self, numbers: tuple[int, ...]) -> None:
        for number in numbers:
            if number in self._waiting:
                self._waiting.remove(number)
            if not any(number in some for some in self._in_flight):
                self._waiting.append(number)
        # What is wanted at once, as after a change, is wanted as a whole.
        del self._waiting[: -max(_PAGES_WAITING, len(numbers))]
        self._read_pages()

    def _read_pages(self) -> None:
        while self._waiting and len(self._in_flight) < _READS_AT_ONCE:
            last = self._waiting[-1]
            near = [n for n in self._waiting if abs(n - last) < _PAGES_TOGETHER]
            numbers = tuple(near[-_PAGES_TOGETHER:])
            self._waiting = [n for n in self._waiting if n not in numbers]
            self._in_flight.append(numbers)
            pages = {number: self._model.page_ids(number) for number in numbers}
            fn = partial(_pages, self._interactions, pages, self._model.generation)
            self._read(fn, self._on_pages)

    def _read_next_snippets(self) -> None:
        if self._unsaid:
            self._read_snippets(self._unsaid.pop())

    def _read_snippets(self, number: int) -> None:
        ids = self._model.page_ids(number)
        if self._snippets_shown and ids and wanted_by(self._search.criteria):
            answers = (self._model.generation, number)
            fn = partial(_snippets, self._interactions, ids, self._search.criteria, answers)
            self._read(fn, self._on_snippets)

    def _read(
        self, fn: Callable[[TaskProgress], T], then: Callable[[T], object], title: str = ""
    ) -> None:
        running = self._runner.tasks
        self._tasks = [task for task in self._tasks if task in running]
        self._tasks.append(
            self._runner.read(fn, then=then, parent=self, failed=self._on_failed, title=title)
        )


# --- in the pool


def _first_rows(
    interactions: Interactions,
    search: Search,
    generation: int,
    progress: TaskProgress,
) -> tuple[int, tuple[InteractionRow, ...]]:
    return generation, interactions.search(search, limit=FIRST_ROWS, cancel=progress)


def _count(
    interactions: Interactions,
    search: Search,
    generation: int,
    progress: TaskProgress,
) -> tuple[int, Count]:
    return generation, interactions.count(search, cancel=progress)


def _ids(
    interactions: Interactions,
    search: Search,
    generation: int,
    progress: TaskProgress,
) -> tuple[int, array[int]]:
    found = interactions.ids(search, cancel=progress)
    # On its way to one array it was several.
    give_back()
    return generation, found


def _pages(
    interactions: Interactions,
    pages: dict[int, tuple[InteractionId, ...]],
    generation: int,
    progress: TaskProgress,
) -> tuple[int, dict[int, tuple[InteractionRow, ...]]]:
    """Read pages in one question; return their rows by their numbers."""
    progress.raise_if_cancelled()
    found = {row.id: row for row in interactions.rows(tuple(chain.from_iterable(pages.values())))}
    return generation, {
        number: tuple(found[one] for one in ids if one in found) for number, ids in pages.items()
    }


def _snippets(
    interactions: Interactions,
    ids: tuple[InteractionId, ...],
    criteria: Block,
    answers: tuple[int, int],
    progress: TaskProgress,
) -> tuple[tuple[int, int], Mapping[int, Snippet]]:
    progress.raise_if_cancelled()
    return answers, interactions.snippets(ids, criteria, cancel=progress)


def _whole(
    interactions: Interactions,
    interaction_id: InteractionId,
    answers: tuple[int, int],
    progress: TaskProgress,
) -> tuple[tuple[int, int], Interaction]:
    progress.raise_if_cancelled()
    return answers, interactions.get_by_id(interaction_id, purpose=Purpose.PREPARE)
