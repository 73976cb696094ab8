"""Ties what is looked for in the transcript to the field, the list, the timeline and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot

from reviewer.models.criteria.highlight import wanted_by
from reviewer.models.criteria.tree import Block
from reviewer.ui.keys import shortcut_text
from reviewer.ui.review.find_bar import FindBar
from reviewer.ui.review.hits import hit_markers, search_hits, step_from, typed_hits
from reviewer.ui.review.reading_panel import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.criteria.highlight import Wanted
    from reviewer.models.ids import TimelineUs
    from reviewer.ui.review.hits import Hit
    from reviewer.ui.review.layout import ReviewLayout
    from reviewer.ui.review.transcript_model import TranscriptLine

MARKERS: Final = "hits"
"""Name of the hits' markers on the timeline."""


class Finding(QObject):
    """Finds what is typed, or what the search that led here looked for. Thread: main."""

    def __init__(
        self,
        parts: ReviewLayout,
        parent: QObject,
        *,
        position: Callable[[], TimelineUs],
        seek: Callable[[TimelineUs], object],
    ) -> None:
        """Tie them; `position` gives the present moment, `seek` goes to one."""
        super().__init__(parent)
        self._parts = parts
        self._position = position
        self._seek = seek
        self._lines: tuple[TranscriptLine, ...] = ()
        self._hits: tuple[Hit, ...] = ()
        self._chosen: int | None = None
        # What the search looked for; the field's words stand for it until they are changed.
        self._wanted: Wanted | None = None
        self.bar = FindBar()
        parts.reading.add_finder(self.bar)
        parts.reading.tab_chosen.connect(self._on_reading_tab_chosen)
        self.bar.textEdited.connect(self._on_bar_text_edited)
        self.bar.stepped.connect(self.step)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """What was found, by line."""
        return self._hits

    @property
    def chosen(self) -> int | None:
        """Which hit one stands on, None before the first step."""
        return self._chosen

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by name."""
        return {
            "review.find": self.focus,
            "review.next_hit": self._next,
            "review.previous_hit": self._previous,
        }

    # --- what is shown

    def take_up(self, lines: tuple[TranscriptLine, ...], criteria: Block | None) -> None:
        """Show the hits of the search that led here, or find what is typed in another text."""
        self._lines, self._chosen = lines, None
        wanted = wanted_by(criteria) if criteria is not None else None
        if wanted:
            self._wanted = wanted
            self.bar.setText(_words_of(criteria))
        elif self._wanted:
            self._wanted = None
            self.bar.clear()
        self.bar.setVisible(bool(lines) and self._parts.reading.tab is Reading.TEXTS)
        self._find()

    def retranslate(self, lines: tuple[TranscriptLine, ...] | None = None) -> None:
        """Word everything again; `lines` are the same ones in another language."""
        self.bar.retranslate(shortcut_text("Ctrl+F"))
        if lines is not None:
            self._lines, self._chosen = lines, None
            self._find()

    def _find(self) -> None:
        if self._wanted:
            self._hits = search_hits(self._lines, self._wanted)
        else:
            self._hits = typed_hits(self._lines, self.bar.text())
        self._parts.timeline.set_markers(MARKERS, hit_markers(self._lines, self._hits))
        self._show()

    def _show(self) -> None:
        self._parts.transcript.show_hits(self._hits, self._chosen)
        self.bar.show_count(self._chosen, len(self._hits))

    # --- steps

    @Slot()
    def focus(self) -> None:
        """Let what is looked for be typed."""
        if self._lines:
            self._parts.reading.choose(Reading.TEXTS)
            self.bar.setFocus()
            self.bar.selectAll()

    def _next(self) -> None:
        self.step(1)

    def _previous(self) -> None:
        self.step(-1)

    @Slot(int)
    def step(self, step: int) -> None:
        """Go to the next hit (1) or the one before (-1), round at the ends."""
        if not self._hits:
            return
        if self._chosen is None:
            # The nearest one from the present moment on, the one being said included.
            at = self._position()
            self._chosen = step_from(self._hits, type(at)(at - 1) if step > 0 else at, step)
        else:
            self._chosen = (self._chosen + step) % len(self._hits)
        if self._chosen is not None:
            self._parts.reading.choose(Reading.TEXTS)
            self._seek(self._hits[self._chosen].at_us)
            self._show()

    # --- slots

    @Slot(str)
    def _on_bar_text_edited(self, _text: str) -> None:
        self._wanted, self._chosen = None, None
        self._find()

    @Slot(object)
    def _on_reading_tab_chosen(self, tab: Reading) -> None:
        self.bar.setVisible(bool(self._lines) and tab is Reading.TEXTS)


def _words_of(criteria: Block | None) -> str:
    """Return what criteria look for in texts, as it was typed."""
    found: list[str] = []
    waiting = [criteria] if criteria is not None else []
    while waiting:
        block = waiting.pop()
        for member in block.members:
            if isinstance(member, Block):
                if not member.negated and member.enabled:
                    waiting.append(member)
            elif member.key == "text" and member.enabled and not member.negated:
                found += [str(value) for value in member.values]
    return " ".join(dict.fromkeys(found))
