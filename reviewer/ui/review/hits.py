"""Where the lines of a transcript have what is looked for. No widgets here."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.models.criteria.highlight import marks, occurrences
from reviewer.ui.review.scene import Marker, MarkerKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.criteria.highlight import Mark, Wanted
    from reviewer.models.ids import TimelineUs
    from reviewer.ui.review.transcript_model import TranscriptLine


@dataclass(frozen=True, slots=True)
class Hit:
    """One place: which line, from where to before where in it, and when that is said."""

    row: int
    mark: Mark
    at_us: TimelineUs


def typed_hits(lines: Sequence[TranscriptLine], text: str) -> tuple[Hit, ...]:
    """Return where lines have what was typed, letter case apart."""
    wanted = text.strip()
    return _hits(lines, lambda line: occurrences(line.text, wanted))


def search_hits(lines: Sequence[TranscriptLine], wanted: Wanted) -> tuple[Hit, ...]:
    """Return where lines have what a full-text search looked for: words by stem, phrases."""
    return _hits(lines, lambda line: marks(line.text, wanted))


def _hits(
    lines: Sequence[TranscriptLine], find: Callable[[TranscriptLine], tuple[Mark, ...]]
) -> tuple[Hit, ...]:
    return tuple(
        Hit(row, mark, line.time_of(mark[0]))
        for row, line in enumerate(lines)
        for mark in find(line)
    )


def step_from(hits: Sequence[Hit], position_us: TimelineUs, step: int) -> int | None:
    """Return the hit before (-1) or after (1) a position, round at the ends; None for none."""
    if not hits:
        return None
    times = [hit.at_us for hit in hits]
    if step > 0:
        return bisect_right(times, position_us) % len(hits)
    return (bisect_left(times, position_us) - 1) % len(hits)


def hit_markers(lines: Sequence[TranscriptLine], hits: Sequence[Hit]) -> tuple[Marker, ...]:
    """Return the markers of hits on the timeline."""
    return tuple(Marker(MarkerKind.HIT, hit.at_us, lines[hit.row].text) for hit in hits)
