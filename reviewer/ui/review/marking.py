"""Ties the in and out marks to the keys, the timeline, the loop and the player."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from reviewer.messages import tr
from reviewer.models.ids import TimelineUs
from reviewer.ui.actions import ActionRegistry
from reviewer.ui.review.range_marks import MarkedRange, RangeMarks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction

    from reviewer.player.qt_player import QtPlayer
    from reviewer.ui.review.layout import ReviewLayout
    from reviewer.ui.review.loading import Opened


class Marking(QObject):
    """Marks a range, repeats it, takes the marks back. Thread: main."""

    def __init__(self, player: QtPlayer, parts: ReviewLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._player = player
        self._parts = parts
        self._actions: Mapping[str, QAction] = {}
        self._opened: Opened | None = None
        self.marks = RangeMarks(self)
        self.marks.changed.connect(self._on_marks_changed)
        parts.timeline.edge_dragged.connect(self._on_timeline_edge_dragged)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by name."""
        return {
            "review.mark_in": self._mark_in,
            "review.mark_out": self._mark_out,
            "review.clear_marks": self.marks.clear,
            "review.undo_marks": self.marks.undo,
            "player.loop": self._toggle_loop,
        }

    def take_actions(self, actions: Mapping[str, QAction]) -> None:
        """Get to know the actions, to say which are possible."""
        self._actions = actions
        self._show_possible()

    def take_up(self, opened: Opened | None) -> None:
        """Begin with another interaction, or none; the same one keeps its marks."""
        before = self._opened
        same = (
            before is not None
            and opened is not None
            and before.interaction.id == opened.interaction.id
        )
        self._opened = opened
        if not same:
            self.marks.forget()
        elif not self.marks.marked.is_empty:
            self._on_marks_changed(self.marks.marked)
        self._show_possible()

    def place(self) -> tuple[TimelineUs, TimelineUs | None]:
        """Return the range that is marked, else the present moment."""
        marked = self.marks.marked
        if marked.in_us is not None and marked.out_us is not None:
            return marked.in_us, marked.out_us
        return self._player.position_us, None

    def _mark_in(self) -> None:
        self.marks.set_in(self._player.position_us)

    def _mark_out(self) -> None:
        self.marks.set_out(self._player.position_us)

    def _toggle_loop(self) -> None:
        self.marks.set_loops(on=not self.marks.marked.loops)

    @Slot(object)
    def _on_marks_changed(self, marked: MarkedRange) -> None:
        self._parts.timeline.set_range(marked)
        end = self._opened.timeline.end_us if self._opened is not None else TimelineUs(0)
        planner = self._player.planner
        if marked.loops and not marked.is_empty:
            out = marked.out_us if marked.out_us is not None else end
            planner.set_loop(marked.in_us or 0, out)
        else:
            planner.set_loop(None)
        self._show_possible()

    @Slot(str, object)
    def _on_timeline_edge_dragged(self, edge: str, position_us: TimelineUs) -> None:
        if edge == "in":
            self.marks.set_in(position_us)
        else:
            self.marks.set_out(position_us)

    def _show_possible(self) -> None:
        if not self._actions:
            return
        marked = self.marks.marked
        first = tr("Mark a range first, with I and O")
        for name in ("player.loop", "review.clear_marks"):
            ActionRegistry.forbid(self._actions[name], first if marked.is_empty else "")
        self._actions["player.loop"].setChecked(marked.loops)
        self._actions["review.undo_marks"].setEnabled(self.marks.can_undo)
