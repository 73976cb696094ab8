"""The contract of a sound engine: commands go in, immutable events come out by one callback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.errors import ReviewerError


class SoundStream(Protocol):
    """A WAV file that need not exist: what an engine plays. Thread: the engine's own."""

    @property
    def size(self) -> int:
        """Number of bytes."""
        ...

    @property
    def pace(self) -> float:
        """Microseconds of what is played per microsecond of the stream."""
        ...

    def begin(self) -> None:
        """Take up the course and the speed asked for by now, and stand at the first byte."""
        ...

    def read(self, length: int) -> bytes:
        """Return up to `length` bytes from the position on; none at the end."""
        ...

    def seek(self, offset: int) -> None:
        """Go to a byte."""
        ...

    def close(self) -> None:
        """Give back what is held open; may be called twice."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """What was loaded can be played."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Sounding:
    """Sound runs since `at_us` of the monotonic time."""

    ticket: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Reported:
    """`position_us` of what is played was heard at `at_us` of the monotonic time."""

    ticket: int
    position_us: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Ended:
    """Everything was played."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing is heard: what was loaded cannot be opened, or the output stopped."""

    ticket: int
    error: ReviewerError


@dataclass(frozen=True, slots=True)
class EngineMissing:
    """The engine itself cannot be started; it will not play anything."""

    error: ReviewerError


EngineEvent: TypeAlias = Opened | Sounding | Reported | Ended | Failed | EngineMissing


class SoundEngine(Protocol):
    """Plays one stream at a time; positions are those of what is played, not of the stream.

    Every command returns at once and is carried out in order on a thread of the engine's own;
    of several seeks in a row only the last one is. Each `load` and `refresh` has a ticket, which
    the events after it carry, so that earlier ones can be told apart. Thread: any.
    """

    def warm_up(self) -> None:
        """Begin to start what takes long, in the background."""
        ...

    def load(self, ticket: int, make: Callable[[], SoundStream], start_us: int) -> None:
        """Drop what is loaded, make a stream on the engine's thread, stand at `start_us`.

        A `ReviewerError` out of `make` becomes `Failed`.
        """
        ...

    def play(self) -> None:
        """Let it sound from the present position on."""
        ...

    def pause(self) -> None:
        """Fall silent and keep the position."""
        ...

    def seek(self, position_us: int) -> None:
        """Go to a position."""
        ...

    def refresh(self, ticket: int, position_us: int) -> None:
        """Begin the stream anew at a position: it sounds different or goes faster now.

        Events from then on carry the new ticket.
        """
        ...

    def set_volume(self, percent: int) -> None:
        """Set the volume, 0..100."""
        ...

    def unload(self) -> None:
        """Drop what is loaded."""
        ...

    def close(self) -> None:
        """Stop and end the engine's thread; returns when it has ended. May be called twice."""
        ...
