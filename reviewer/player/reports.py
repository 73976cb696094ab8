"""What the player tells the window, beside positions. Imported by `qt_player` and `ui`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.errors import ReviewerError
    from reviewer.models.recording import Recording


class PlayerState(StrEnum):
    """What the player is doing."""

    EMPTY = "empty"
    """Nothing is loaded."""
    LOADING = "loading"
    PAUSED = "paused"
    PLAYING = "playing"


@dataclass(frozen=True, slots=True)
class BrokenRecording:
    """A recording that cannot be heard or seen while the rest can."""

    recording: Recording
    error: ReviewerError


@dataclass(frozen=True, slots=True)
class Broke:
    """What the mixer could not read, on its way to the window's thread."""

    ticket: int
    broken: BrokenRecording


@dataclass(frozen=True, slots=True)
class BrokeReporter:
    """Takes what the mixer could not read to the window's thread by `emit`."""

    emit: Callable[[object], None]
    ticket: int

    def __call__(self, recording: Recording, error: ReviewerError) -> None:
        """Tell that a recording cannot be heard."""
        self.emit(Broke(self.ticket, BrokenRecording(recording, error)))
