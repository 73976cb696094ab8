"""Which part of the interaction is chosen, on the timeline, in the facts and in the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from reviewer.ui.review.loading import position_of, segment_at
from reviewer.ui.turns import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from PySide6.QtGui import QAction

    from reviewer.models.ids import TimelineUs, WallUs
    from reviewer.ui.review.evaluating import Evaluating
    from reviewer.ui.review.layout import ReviewLayout
    from reviewer.ui.review.listening import Listening
    from reviewer.ui.review.loading import Opened


class Choosing(QObject):
    """Keeps areas on one part, and tells when another one is heard.

    What is heard does not change the choice by itself: a digit would score another part than the
    one that was meant.

    Thread: main.

    Attributes:
        number: Number of the chosen part, 0 for none.
    """

    def __init__(
        self, parts: ReviewLayout, evaluating: Evaluating, listening: Listening, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._parts = parts
        self._evaluating = evaluating
        self._listening = listening
        self._opened: Opened | None = None
        self._actions: Mapping[str, QAction] = {}
        self.number = 0
        self._heard = 0
        listening.player.position_changed.connect(self._on_player_position_changed)
        parts.evaluation.heard.clicked.connect(self._choose_heard)
        parts.timeline.row_played.connect(self._on_timeline_row_played)
        parts.timeline.row_chosen.connect(self._on_timeline_row_chosen)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by name."""
        return {
            "review.previous_segment": self._previous,
            "review.next_segment": self._next,
            "review.heard_segment": self._choose_heard,
        }

    def take_actions(self, actions: Mapping[str, QAction]) -> None:
        """Take the page's actions, to say which are possible."""
        self._actions = actions

    # --- what is shown

    def take_up(self, opened: Opened, number: int) -> Generator[None, None, None]:
        """Choose a part of another interaction, or of the same one anew, an area a turn."""
        self._opened = opened
        yield from self._chosen(number)

    def drop(self) -> None:
        """Let go of the interaction."""
        self._opened = None
        self.number = 0
        self._say_heard(0)

    def renew(self, opened: Opened) -> None:
        """Show the facts again: something of the interaction is another, or its wording."""
        self._opened = opened
        self._show_facts()

    def stand_at(self, at_us: WallUs) -> None:
        """Go to an instant, and choose the part that lasts then."""
        if self._opened is not None:
            position = position_of(self._opened, at_us)
            self.choose(segment_at(self._opened, position))
            self._listening.seek(position)

    def choose(self, number: int) -> None:
        """Make a part the chosen one."""
        at_once(self._chosen(number))

    def _chosen(self, number: int) -> Generator[None, None, None]:
        opened = self._opened
        if opened is None:
            return
        self.number = number
        row = opened.scene.row_of(number)
        if row is not None:
            self._parts.timeline.set_chosen(row)
        numbers = [segment.number for segment in opened.interaction.segments]
        self._actions["review.previous_segment"].setEnabled(number != numbers[0])
        self._actions["review.next_segment"].setEnabled(number != numbers[-1])
        self._on_player_position_changed(self._listening.player.position_us)
        yield from self._parts.details.facts_shown(opened, opened.interaction.segment(number))
        yield
        if self.number == number:
            self._evaluating.show_segment(number)
            yield

    def _show_facts(self) -> None:
        opened = self._opened
        if opened is not None:
            self._parts.details.show_facts(opened, opened.interaction.segment(self.number))

    # --- what is heard

    @Slot(object)
    def _on_player_position_changed(self, position_us: TimelineUs) -> None:
        """Say which part is heard, where it is not the chosen one."""
        opened = self._opened
        if opened is None or not self.number:
            return
        lasting = [
            row.segment.number
            for row in opened.timeline.rows
            if row.start_us <= position_us < row.end_us
        ]
        self._say_heard(0 if not lasting or self.number in lasting else lasting[-1])

    def _say_heard(self, number: int) -> None:
        if number != self._heard:
            self._heard = number
            self._parts.evaluation.show_heard(number)

    @Slot()
    def _choose_heard(self) -> None:
        if self._heard:
            self.choose(self._heard)

    # --- steps

    @Slot(int, object)
    def _on_timeline_row_played(self, index: int, position_us: TimelineUs) -> None:
        if self._opened is not None:
            self.choose(self._opened.scene.rows[index].number)
            self._listening.play_from(position_us)

    @Slot(int)
    def _on_timeline_row_chosen(self, index: int) -> None:
        if self._opened is not None:
            self.choose(self._opened.scene.rows[index].number)

    def _previous(self) -> None:
        self._step(-1)

    def _next(self) -> None:
        self._step(1)

    def _step(self, step: int) -> None:
        opened = self._opened
        if opened is None:
            return
        numbers = [segment.number for segment in opened.interaction.segments]
        index = numbers.index(self.number) + step
        if 0 <= index < len(numbers):
            self.choose(numbers[index])
            self._listening.seek(opened.timeline.rows[index].start_us)
