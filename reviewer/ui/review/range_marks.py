"""The in and out marks on the timeline: a range to loop, to comment on, to cut out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from reviewer.models.ids import TimelineUs

_KEPT = 50


@dataclass(frozen=True, slots=True)
class MarkedRange:
    """A range; an end that is not marked is the timeline's own.

    Attributes:
        loops: Whether it is repeated.
    """

    in_us: TimelineUs | None = None
    out_us: TimelineUs | None = None
    loops: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is marked."""
        return self.in_us is None and self.out_us is None

    @property
    def is_whole(self) -> bool:
        """Whether both ends are marked."""
        return self.in_us is not None and self.out_us is not None


NOTHING = MarkedRange()


class RangeMarks(QObject):
    """Holds the marks of one interaction, and what they were before. Thread: main."""

    # (marked: MarkedRange) Others are set.
    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._marked = NOTHING
        self._before: list[MarkedRange] = []

    @property
    def marked(self) -> MarkedRange:
        """What is marked now."""
        return self._marked

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._before)

    def forget(self) -> None:
        """Begin anew, as with another interaction."""
        self._before.clear()
        self._take(NOTHING)

    def set_in(self, position_us: TimelineUs) -> None:
        """Let the range begin here; an end that lies before it goes."""
        end = self._marked.out_us
        kept = end if end is not None and end > position_us else None
        self._set(replace(self._marked, in_us=position_us, out_us=kept))

    def set_out(self, position_us: TimelineUs) -> None:
        """Let the range end here; a beginning that lies after it goes."""
        begin = self._marked.in_us
        kept = begin if begin is not None and begin < position_us else None
        self._set(replace(self._marked, in_us=kept, out_us=position_us))

    def clear(self) -> None:
        """Take the marks away."""
        self._set(NOTHING)

    def set_loops(self, *, on: bool) -> None:
        """Repeat the range, or no longer."""
        if not self._marked.is_empty:
            self._take(replace(self._marked, loops=on))

    def undo(self) -> None:
        """Set the marks as they were before the last change."""
        if self._before:
            self._take(self._before.pop())

    def _set(self, marked: MarkedRange) -> None:
        if marked != self._marked:
            self._before = [*self._before[-_KEPT:], self._marked]
            self._take(marked)

    def _take(self, marked: MarkedRange) -> None:
        if marked != self._marked:
            self._marked = marked
            self.changed.emit(marked)
