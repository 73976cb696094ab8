"""The screen's picture at the player's position, as the window sees it.

Imported by `ui` and `app`. Pictures are decoded on a thread of their own and follow the clock of
the sound: the one shown is the last that began at or before the position.
"""

from __future__ import annotations

from bisect import insort
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from reviewer.models.ids import TimelineUs
from reviewer.player.picture_source import (
    Blank,
    Done,
    PictureSource,
    Stepped,
    Unseen,
    Wanted,
)
from reviewer.player.reports import BrokenRecording, PlayerState
from reviewer.player.screen import ScreenTrack

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.media.video import Picture
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Piece, Timeline
    from reviewer.player.picture_source import Answer
    from reviewer.player.qt_player import QtPlayer

# With fewer ready for what comes next, more are asked for.
_FEW: Final = 4
# What was asked for so long before the clock is still worth waiting for.
_SOON_US: Final = 1_000_000
# Of pictures that were made ahead, at most so much is kept.
_READY_BYTES: Final = 64 << 20
# A frame step to just before a piece looks for its last picture.
_JUST_US: Final = 1


class VideoState(StrEnum):
    """What the picture's area shows."""

    OFF = "off"
    """Nothing: video is not asked for, or there is none in the interaction."""
    WAITING = "waiting"
    """The first picture is being made."""
    SHOWN = "shown"
    NONE_HERE = "none here"
    """Nothing was recorded of the screen at this position."""
    FAILED = "failed"
    """What was recorded here cannot be shown; `error` says why."""


class QtVideo(QObject):
    """The picture that belongs to what a player plays.

    Args:
        player: Whose position it follows.
        parent: Owner.

    Thread: the window's.
    """

    changed = Signal()
    """There is another picture, or another state."""
    recording_failed = Signal(object)
    """`BrokenRecording`: once for each that cannot be shown."""
    _answered = Signal(object)

    def __init__(self, player: QtPlayer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)
        self._source = PictureSource(self._answered.emit)
        self._track = ScreenTrack()
        self._opener: Callable[[Recording], ByteSource] | None = None
        self._is_on = False
        self._state = VideoState.OFF
        self._session = 0
        self._asked: Wanted | None = None
        self._piece: Piece | None = None
        self._picture: Picture | None = None
        # Of the present piece's recording, by start.
        self._ready: list[Picture] = []
        self._blanks: list[tuple[int, int]] = []
        self._broken: dict[Recording, BrokenRecording] = {}
        self._edge = QTimer(self)
        self._edge.setSingleShot(True)
        self._edge.setTimerType(Qt.TimerType.PreciseTimer)
        self._edge.timeout.connect(self._on_edge_timeout)
        player.position_changed.connect(self._on_player_position_changed)
        player.row_selected.connect(self._on_player_row_selected)

    # What is so

    @property
    def is_available(self) -> bool:
        """Whether anything of the interaction's screens was recorded."""
        return bool(self._track.pieces)

    @property
    def is_on(self) -> bool:
        """Whether the picture is asked for."""
        return self._is_on

    @property
    def state(self) -> VideoState:
        """What is shown."""
        return self._state

    @property
    def error(self) -> BrokenRecording | None:
        """What cannot be shown here, and why."""
        return self._broken.get(self._piece.recording) if self._piece is not None else None

    def picture(self) -> Picture | None:
        """Return what is to be painted now: the last picture at or before the position.

        The one before stays while the right one is being made.
        """
        self._choose()
        return self._picture

    # What can be asked for

    def load(self, timeline: Timeline, opener: Callable[[Recording], ByteSource]) -> None:
        """Take up the screens of an interaction; `opener` is called on a thread of its own."""
        self._reset(ScreenTrack.of(timeline), opener)

    def unload(self) -> None:
        """Let go of what is loaded."""
        self._reset(ScreenTrack(), None)

    def set_on(self, *, on: bool) -> None:
        """Show the picture, or do without; what is not shown is not read either."""
        if on != self._is_on:
            self._is_on = on
            self._reset(self._track, self._opener)

    def step(self, by: int) -> None:
        """Stand still and go to the picture before (-1) or after (1)."""
        if self._state is VideoState.OFF:
            return
        self._player.pause()
        position = self._player.position_us
        piece = self._track.piece_at(position, self._player.row)
        if piece is None:
            self._step_over(position, by)
            return
        self._ask(Wanted(self._session, piece.recording, piece.media_at(position), step=by))

    def close(self) -> None:
        """Stop for good; its thread has ended when this returns."""
        self.unload()
        self._source.close()

    # How it is done

    def _reset(self, track: ScreenTrack, opener: Callable[[Recording], ByteSource] | None) -> None:
        self._track, self._opener = track, opener
        self._asked = self._piece = self._picture = None
        self._ready.clear()
        self._blanks.clear()
        self._broken.clear()
        self._edge.stop()
        is_used = self._is_on and bool(track.pieces)
        self._session = self._source.take_up(opener if is_used else None)
        self._state = VideoState.WAITING if is_used else VideoState.OFF
        if is_used:
            self._choose()
        self.changed.emit()

    @Slot(object)
    def _on_player_position_changed(self, _position_us: object) -> None:
        if self._state is not VideoState.OFF and self._choose():
            self.changed.emit()

    @Slot(object)
    def _on_player_row_selected(self, _row: object) -> None:
        if self._state is not VideoState.OFF and self._choose():
            self.changed.emit()

    @Slot()
    def _on_edge_timeout(self) -> None:
        if self._choose():
            self.changed.emit()

    def _choose(self) -> bool:
        """Find what is to be shown now, ask for what is missing; tell whether it changed."""
        if self._state is VideoState.OFF:
            return False
        before = self._state, self._picture
        # The last picture stays when playing has reached the end.
        position = TimelineUs(min(self._player.position_us, self._track.last_us))
        piece = self._track.piece_at(position, self._player.row)
        if piece is not self._piece:
            self._take_piece(piece)
        if piece is None:
            self._show(None, VideoState.NONE_HERE)
        elif piece.recording in self._broken:
            self._show(None, VideoState.FAILED)
        else:
            self._choose_at(piece.media_at(position), piece)
        self._watch_edge()
        return before != (self._state, self._picture)

    def _take_piece(self, piece: Piece | None) -> None:
        before, self._piece = self._piece, piece
        if piece is None or before is None or piece.recording is not before.recording:
            self._ready.clear()
            self._blanks.clear()
            self._asked = None

    def _choose_at(self, media_us: int, piece: Piece) -> None:
        if any(begin <= media_us < end for begin, end in self._blanks):
            self._show(None, VideoState.NONE_HERE)
            return
        past = [p for p in self._ready if p.start_us <= media_us]
        if past:
            self._show(past[-1], VideoState.SHOWN)
            self._ready = _run_of(self._ready[len(past) - 1 :])
        elif self._picture is None:
            self._show(None, VideoState.WAITING)
        is_right = bool(past) and media_us < past[-1].end_us
        wanted = self._missing(media_us, piece, is_right=is_right)
        if wanted is not None and wanted != self._asked:
            self._ask(wanted)

    def _show(self, picture: Picture | None, state: VideoState) -> None:
        self._picture, self._state = picture, state

    def _missing(self, media_us: int, piece: Piece, *, is_right: bool) -> Wanted | None:
        """Return what is to be asked for, None: nothing, or what was asked for will do."""
        plays = self._player.state is PlayerState.PLAYING and not self._player.is_scrubbing
        asked = self._asked
        if is_right:
            following_us = self._ready[-1].end_us
            enough = len(self._ready) > _FEW or following_us >= _end_of(piece)
            if not plays or enough or asked is not None:
                return None
            return Wanted(self._session, piece.recording, following_us, ahead=True)
        if asked is not None and asked.ahead and plays:
            late_us = media_us - asked.media_us
            if 0 <= late_us < _SOON_US * self._player.rate:
                return None
        return Wanted(self._session, piece.recording, media_us, ahead=plays)

    def _ask(self, wanted: Wanted) -> None:
        self._asked = wanted
        self._source.ask(wanted)

    def _watch_edge(self) -> None:
        """Wake up when the picture gives way to the next, between two ticks of the player."""
        self._edge.stop()
        piece, picture = self._piece, self._picture
        if piece is None or picture is None or self._player.state is not PlayerState.PLAYING:
            return
        left_us = picture.end_us - piece.media_at(self._player.position_us)
        left_ms = int(left_us / self._player.pace / 1000) + 1
        if 0 < left_ms < 1000:
            self._edge.start(left_ms)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        wanted = answer.wanted
        if wanted.session != self._session:
            return
        before = self._state, self._picture
        if isinstance(answer, Done):
            if self._asked is wanted:
                self._asked = None
        elif isinstance(answer, Unseen):
            self._fail(answer)
        elif isinstance(answer, Stepped):
            self._step_to(wanted, answer.media_us)
        elif self._piece is not None and self._piece.recording is wanted.recording:
            if isinstance(answer, Blank):
                until_us = answer.until_us
                end_us = until_us if until_us is not None else _end_of(self._piece)
                self._blanks.append((wanted.media_us, end_us))
            else:
                self._add(answer.picture)
        self._choose()
        if before != (self._state, self._picture):
            self.changed.emit()

    def _add(self, picture: Picture) -> None:
        if any(ready.start_us == picture.start_us for ready in self._ready):
            return
        insort(self._ready, picture, key=lambda ready: ready.start_us)
        if self._player.is_scrubbing:
            # While the playhead is dragged the nearest there is follows it at once.
            self._show(picture, VideoState.SHOWN)
        while sum(ready.pixels.nbytes for ready in self._ready) > _READY_BYTES:
            if self._ready[0] is self._picture or len(self._ready) == 1:
                break
            del self._ready[0]

    def _fail(self, answer: Unseen) -> None:
        recording = answer.wanted.recording
        if recording not in self._broken:
            self._broken[recording] = BrokenRecording(recording, answer.error)
            self.recording_failed.emit(self._broken[recording])

    def _step_to(self, wanted: Wanted, media_us: int | None) -> None:
        piece = self._piece
        if piece is None or piece.recording is not wanted.recording:
            return
        target = None if media_us is None else piece.start_us + media_us - piece.media_start_us
        if target is None or not piece.start_us <= target < piece.end_us:
            edge = piece.end_us if wanted.step > 0 else piece.start_us - _JUST_US
            self._step_over(edge, wanted.step)
            return
        self._player.seek(target)

    def _step_over(self, position_us: int, by: int) -> None:
        """Go over a stretch without video to the nearest picture beyond it."""
        if by > 0:
            starts = [p.start_us for p in self._track.pieces if p.start_us >= position_us]
            if starts:
                self._player.seek(min(starts))
            return
        ends = [p.end_us for p in self._track.pieces if p.start_us <= position_us]
        if ends:
            self._player.seek(min(max(ends) - _JUST_US, position_us))


def _run_of(pictures: list[Picture]) -> list[Picture]:
    """Return the first picture and those that follow it without a hole."""
    run = pictures[:1]
    for picture in pictures[1:]:
        if picture.start_us != run[-1].end_us:
            break
        run.append(picture)
    return run


def _end_of(piece: Piece) -> int:
    return piece.media_start_us + piece.duration_us
