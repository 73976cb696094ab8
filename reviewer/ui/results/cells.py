"""What one cell of the results shows: plain values, worded once for each row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from typing_extensions import override


class Look(Enum):
    """How the text of a cell is set."""

    PLAIN = auto()
    STRONG = auto()
    """The first text column."""
    QUIET = auto()
    NUMBER = auto()
    """Right-aligned, tabular figures."""
    LINK = auto()
    MONO = auto()


class Lead(Enum):
    """Where a click on the text of a cell leads."""

    REVIEW = auto()
    TRACE = auto()
    CASE = auto()
    """To all emails of its case."""


@dataclass(frozen=True, slots=True)
class Sign:
    """An icon in a cell.

    Attributes:
        icon: Name for `Theme.pixmap`.
        role: Its colour role.
        label: What it means, for the tooltip and for those who do not see it.
        slot: Its fixed place in the cell, from 0.
        opens: Whether a click on it opens the review.
    """

    icon: str
    role: str
    label: str
    slot: int = 0
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows.

    Attributes:
        text: Its words or figures.
        suffix: Set smaller and quieter after the text: the time zone.
        look: How the text is set.
        signs: Icons, drawn before the text.
        tooltip: Shown on hover; a cell that was cut shows its text otherwise.
        parts: Number of parts that a click opens, 0 for all other cells.
        leads: Where a click on the text leads, None for nowhere.
        marks: What of the text was looked for: from where to before where, in characters.
    """

    text: str = ""
    suffix: str = ""
    look: Look = Look.PLAIN
    signs: tuple[Sign, ...] = ()
    tooltip: str = ""
    parts: int = 0
    leads: Lead | None = None
    marks: tuple[tuple[int, int], ...] = ()

    @override
    def __hash__(self) -> int:
        # Of what cells differ by mostly, since it is asked for each time that one is painted.
        return hash((self.text, self.tooltip, self.signs))

    @property
    def spoken(self) -> str:
        """What it says to those who cannot see icons."""
        words = [sign.label for sign in self.signs if sign.label]
        if self.text:
            words.append(f"{self.text} {self.suffix}".strip())
        return ", ".join(words)


BLANK = Cell()
