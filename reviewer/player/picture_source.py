"""Decodes screen video on a thread of its own; of several requests the newest counts.

Knows no Qt and no clock. Used by `qt_video`.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from reviewer.errors import InternalError, ReviewerError
from reviewer.logs import redacted
from reviewer.media.video import Picture, VideoReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.recording import Recording

_log = logging.getLogger(__name__)
# Recordings kept open: the one shown and its neighbours.
_OPEN: Final = 2
# Pictures made ahead of the clock, and how much memory they may take.
_AHEAD: Final = 12
_AHEAD_BYTES: Final = 48 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        session: Number of the interaction it belongs to, as `take_up` returned it.
        recording: Whose picture.
        media_us: Position in it.
        ahead: Whether those that follow are wanted as well.
        step: -1 or 1: not the picture there but when the one before or after it begins.
    """

    session: int
    recording: Recording
    media_us: int
    ahead: bool = False
    step: int = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that was asked for, or one that follows it."""

    wanted: Wanted
    picture: Picture


@dataclass(frozen=True, slots=True)
class Blank:
    """There is no picture from the position asked for up to `until_us`; None: to the end."""

    wanted: Wanted
    until_us: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """All that was asked for is answered."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Stepped:
    """Where the neighbouring picture begins, position in the recording; None: there is none."""

    wanted: Wanted
    media_us: int | None


@dataclass(frozen=True, slots=True)
class Unseen:
    """A recording that cannot be shown."""

    wanted: Wanted
    error: ReviewerError


Answer = Shown | Blank | Stepped | Unseen | Done


class PictureSource:
    """Answers requests for pictures.

    Args:
        emit: Takes the answers, on the source's thread; must return at once.

    Thread: any for requests.
    """

    def __init__(self, emit: Callable[[Answer], None]) -> None:
        self._emit = emit
        self._condition = threading.Condition()
        self._opener: Callable[[Recording], ByteSource] | None = None
        self._wanted: Wanted | None = None
        self._is_closed = False
        self._session = 0
        self._thread: threading.Thread | None = None
        # Touched by the source's thread only.
        self._readers: OrderedDict[Recording, VideoReader] = OrderedDict()
        self._read_session = 0

    def take_up(self, opener: Callable[[Recording], ByteSource] | None) -> int:
        """Serve another interaction, or none; what was asked for before is dropped.

        Returns:
            The number that requests for it carry.
        """
        with self._condition:
            self._opener, self._wanted = opener, None
            self._session += 1
            self._condition.notify()
            return self._session

    def ask(self, wanted: Wanted) -> None:
        """Ask for a picture, in place of what was asked for and is not answered yet."""
        with self._condition:
            if self._is_closed or self._opener is None or wanted.session != self._session:
                return
            self._wanted = wanted
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pictures", daemon=True)
                self._thread.start()
            self._condition.notify()

    def close(self) -> None:
        """End the thread; may be called twice."""
        with self._condition:
            self._is_closed = True
            self._wanted = None
            self._condition.notify()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    # The source's thread

    def _run(self) -> None:
        while (step := self._next()) is not None:
            wanted, opener = step
            if wanted is None or opener is None:
                continue
            try:
                self._answer(wanted, opener)
            except ReviewerError as error:
                self._emit(Unseen(wanted, error))
            except Exception as error:  # noqa: BLE001 (the thread lives on; it is told and logged)
                _log.error("a picture cannot be made\n%s", redacted(error))
                self._emit(Unseen(wanted, InternalError(reason=type(error).__name__)))
            self._emit(Done(wanted))
        self._forget()

    def _next(self) -> tuple[Wanted | None, Callable[[Recording], ByteSource] | None] | None:
        """Wait for a request or another interaction; None at the end."""
        with self._condition:
            self._condition.wait_for(
                lambda: (
                    self._is_closed
                    or self._wanted is not None
                    or self._session != self._read_session
                )
            )
            if self._is_closed:
                return None
            wanted, self._wanted = self._wanted, None
            changed = self._session != self._read_session
            self._read_session = self._session
            opener = self._opener
        if changed:
            self._forget()
        return wanted, opener

    def _answer(self, wanted: Wanted, opener: Callable[[Recording], ByteSource]) -> None:
        reader = self._reader(wanted.recording, opener)
        if wanted.step:
            self._emit(Stepped(wanted, reader.step(wanted.media_us, wanted.step)))
            return
        picture = reader.picture_at(wanted.media_us)
        if picture is None:
            self._emit(Blank(wanted, reader.step(wanted.media_us, 1)))
        room = _AHEAD_BYTES
        for _ in range(_AHEAD if wanted.ahead else 1):
            if picture is None:
                return
            self._emit(Shown(wanted, picture))
            room -= picture.pixels.nbytes
            following = reader.step(picture.start_us, 1) if wanted.ahead and room > 0 else None
            if following is None or self._is_overtaken():
                return
            picture = reader.picture_at(following)

    def _reader(
        self, recording: Recording, opener: Callable[[Recording], ByteSource]
    ) -> VideoReader:
        reader = self._readers.pop(recording, None)
        if reader is None:
            reader = VideoReader(opener(recording))
        self._readers[recording] = reader
        while len(self._readers) > _OPEN:
            self._readers.popitem(last=False)[1].close()
        return reader

    def _is_overtaken(self) -> bool:
        with self._condition:
            return self._is_closed or self._wanted is not None

    def _forget(self) -> None:
        while self._readers:
            self._readers.popitem()[1].close()
