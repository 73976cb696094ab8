"""Completing the line of criteria while it is typed: keys, words, and values of the store."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from reviewer.models.criteria.offers import Offer, Offers, offers_at, offers_of
from reviewer.models.folding import fold
from reviewer.ui.search.editing import complete
from reviewer.ui.widgets.suggestions import Suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.errors import ReviewerError
    from reviewer.models.criteria.catalogue import Criterion
    from reviewer.models.search import Completion
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.ui.search.line_edit import LineEdit
    from reviewer.ui.tasks import TaskRunner
    from reviewer.ui.widgets.suggestions import Suggestions


class LineCompletion(QObject):
    """Offers under the line what can be meant where the cursor is. Thread: main."""

    def __init__(
        self,
        line: LineEdit,
        suggestions: Suggestions,
        offered: Callable[[], Sequence[Criterion]],
        runner: TaskRunner,
        interactions: Interactions,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._line = line
        self._suggestions = suggestions
        self._offered = offered
        self._runner = runner
        self._interactions = interactions
        self._here: Offers | None = None
        line.set_suggestions(suggestions)
        line.completion_wanted.connect(self._on_line_completion_wanted)
        suggestions.chosen.connect(self._on_suggestions_chosen)

    # --- slots

    @Slot(str, int, bool)
    def _on_line_completion_wanted(self, text: str, cursor: int, asked: bool) -> None:
        here = offers_at(text, cursor, self._offered())
        self._here = here
        is_key = not here.key and here.start == _word_start(text, cursor)
        if is_key and not here.typed and not asked:
            # Before anything is typed a list of all keys would only be in the way.
            self._suggestions.hide()
            return
        self._show(here.offers)
        if here.key:
            self._runner.read(
                partial(complete, self._interactions, here.key, here.typed),
                then=self._on_values,
                parent=self,
                generation="values",
                failed=_nothing_offered,
            )

    def _on_values(self, answer: tuple[str, str, tuple[Completion, ...]]) -> None:
        key, typed, found = answer
        here = self._here
        if here is not None and (here.key, here.typed) == (key, typed) and self._has_focus():
            self._show(offers_of(found))

    @Slot(object)
    def _on_suggestions_chosen(self, line: Suggestion) -> None:
        if self._here is None or not isinstance(line.value, Offer) or not self._has_focus():
            return
        self._line.complete(self._here.start, self._here.end, line.value.text)

    # --- private

    def _show(self, offers: Sequence[Offer]) -> None:
        here = self._here
        if here is None or not self._has_focus():
            return
        if len(offers) == 1 and fold(offers[0].label) == fold(here.typed):
            # All of it is there.
            offers = ()
        lines = [Suggestion(offer, offer.label, note=offer.note) for offer in offers]
        at_px = self._line.place_px(here.start)
        self._suggestions.offer(self._line, lines, here.typed, at_px=at_px, freely=True)

    def _has_focus(self) -> bool:
        field = self._line.focusProxy()
        return field is not None and field.hasFocus()


def _word_start(text: str, cursor: int) -> int:
    """Return where the word begins that ends at `cursor`."""
    start = cursor
    while start and not text[start - 1].isspace() and text[start - 1] not in "()-":
        start -= 1
    return start


def _nothing_offered(_error: ReviewerError) -> None:
    """Offer nothing: what is wrong with the criterion is said at its place."""
