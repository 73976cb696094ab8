"""Which piece of screen video belongs to a position of the timeline. Pure.

An agent's login session is recorded in pieces of up to 15 minutes, which overlap any number of
interactions; several agents' sessions may overlap each other. Shown as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewer.models.timeline import Piece, Timeline


@dataclass(frozen=True, slots=True)
class ScreenTrack:
    """The screen video of an interaction.

    Attributes:
        pieces: By start.
        duration_us: Length of the timeline.
    """

    pieces: tuple[Piece, ...] = ()
    duration_us: int = 0

    @classmethod
    def of(cls, timeline: Timeline) -> ScreenTrack:
        """Return the track of a timeline."""
        return cls(timeline.screen, timeline.duration_us)

    def piece_at(self, position_us: int, row: int | None = None) -> Piece | None:
        """Return the piece that is shown at a position.

        Of several, one of segment `row` if there is any, else the one that began last.
        """
        here = [p for p in self.pieces if p.start_us <= position_us < p.end_us]
        own = [p for p in here if row is not None and p.recording.segment_number == row]
        return max(own or here, key=lambda piece: piece.start_us, default=None)

    @property
    def last_us(self) -> int:
        """The last position at which anything can be shown."""
        return max(0, self.duration_us - 1)
