"""The sound engine of the product: one libVLC player. The only module that imports `vlc`.

libVLC plays a stream of ours through media callbacks, so it opens nothing itself. Its own
threads only leave notes in a queue; what may block runs on one thread of the engine.
"""

from __future__ import annotations

import ctypes
import importlib
import itertools
import logging
import queue
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from reviewer.errors import N_, Reason, ReviewerError, SoundEngineMissingError, SoundOutputError
from reviewer.logs import redacted
from reviewer.player.clock import monotonic_us
from reviewer.player.engine import (
    Ended,
    EngineMissing,
    Failed,
    Opened,
    Reported,
    Sounding,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.player.engine import EngineEvent, SoundStream

_log = logging.getLogger(__name__)

# libVLC does not start with an option it does not know, and this one it knows under X11 only.
_PLATFORM_ARGUMENTS: Final = ("--no-xlib",) if sys.platform.startswith("linux") else ()
# By itself libVLC reads 16 MB ahead after every start and most seeks, which are all decoded and
# mixed: 0.2 s of a core. Without the second option the first has no effect.
_READ_AHEAD: Final = ("--prefetch-buffer-size=256", "--prefetch-read-size=65536")
DEFAULT_ARGUMENTS: Final = (
    *_PLATFORM_ARGUMENTS,
    *("--quiet", "--no-video", "--no-spu"),
    *_READ_AHEAD,
)
_OLDEST: Final = 3
# What libVLC reports is the end of the 50 ms block it has just handed on. Measured through the
# memory output by finding what sounded in what was recorded: 49.5 +- 0.5 ms.
_BLOCK_US: Final = 50_000
_FULL_PERCENT: Final = 100
_CLOSE_TIMEOUT_S: Final = 5.0


@dataclass(slots=True)
class _Loaded:
    """What is loaded: touched by the engine's thread only."""

    ticket: int
    key: int
    stream: SoundStream
    position_us: int
    """Where to begin once it is started."""
    is_started: bool = False
    is_paused: bool = False
    has_sounded: bool = False
    """Whether libVLC had buffered since the start, and so can be paused."""
    has_reported: bool = False
    is_resuming: bool = False


class VlcEngine:
    """Plays one stream at a time through libVLC. See `reviewer.player.engine.SoundEngine`.

    Args:
        emit: Takes the events, on threads of the engine's; must return at once.
        arguments: Of libVLC, after the fixed ones; `--aout=adummy` plays to nowhere in real time.
    """

    def __init__(self, emit: Callable[[EngineEvent], None], arguments: Sequence[str] = ()) -> None:
        self._emit = emit
        self._arguments = [*DEFAULT_ARGUMENTS, *arguments]
        self._commands: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sound-engine", daemon=True)
        self._is_closed = False
        self._start_lock = threading.Lock()
        # Only the engine's thread touches what follows, except that libVLC's input thread looks
        # up streams by key.
        self._vlc: Any = None
        self._instance: Any = None
        self._player: Any = None
        self._callbacks: tuple[Any, ...] = ()
        self._loaded: _Loaded | None = None
        self._streams: dict[int, SoundStream] = {}
        self._keys = itertools.count(1)
        self._volume = 100
        self._is_missing = False
        self._echo_ms = -1
        self._seek_number = self._refresh_number = 0
        self._number_lock = threading.Lock()

    # Commands

    def warm_up(self) -> None:
        """Begin to load libVLC and make its instance, which takes 160 to 430 ms."""
        self._post(lambda: None)

    def load(self, ticket: int, make: Callable[[], SoundStream], start_us: int) -> None:
        """Drop what is loaded and make a stream on the engine's thread."""
        self._post(lambda: self._load(ticket, make, start_us))

    def play(self) -> None:
        """Let it sound from the present position on."""
        self._post(self._play)

    def pause(self) -> None:
        """Fall silent and keep the position."""
        self._post(self._pause)

    def seek(self, position_us: int) -> None:
        """Go to a position; of several in a row only the last is carried out."""
        with self._number_lock:
            self._seek_number += 1
            number = self._seek_number
        self._post(lambda: self._seek(position_us, number))

    def refresh(self, ticket: int, position_us: int) -> None:
        """Begin the stream anew at `position_us`; of several in a row only the last does."""
        with self._number_lock:
            self._refresh_number += 1
            number = self._refresh_number
        self._post(lambda: self._refresh(ticket, position_us, number))

    def set_volume(self, percent: int) -> None:
        """Set the volume, 0..100."""
        self._post(lambda: self._set_volume(percent))

    def unload(self) -> None:
        """Drop what is loaded."""
        self._post(self._drop)

    def close(self) -> None:
        """Stop and end the engine's thread."""
        with self._start_lock:
            if self._is_closed:
                return
            self._is_closed = True
            is_running = self._thread.is_alive()
        if is_running:
            self._commands.put(None)
            self._thread.join(_CLOSE_TIMEOUT_S)
            if self._thread.is_alive():
                _log.error("libVLC did not stop within %s s", _CLOSE_TIMEOUT_S)

    def _post(self, command: Callable[[], None]) -> None:
        with self._start_lock:
            if self._is_closed:
                return
            self._commands.put(command)
            if not self._thread.is_alive():
                self._thread.start()

    # The engine's thread

    def _run(self) -> None:
        try:
            self._start_libvlc()
        except SoundEngineMissingError as error:
            self._is_missing = True
            self._emit(EngineMissing(error))
        while (command := self._commands.get()) is not None:
            if not self._is_missing:
                command()
        self._drop()
        if self._player is not None:
            self._player.release()
        if self._instance is not None:
            self._instance.release()
        self._player = self._instance = None

    def _start_libvlc(self) -> None:
        self._vlc, _version = _load_libvlc()
        self._instance = self._vlc.Instance(self._arguments)
        if self._instance is None:
            raise SoundEngineMissingError(reason=N_("it does not start"))
        self._player = self._instance.media_player_new()
        self._callbacks = self._make_callbacks()
        events = self._player.event_manager()
        kinds = self._vlc.EventType
        events.event_attach(kinds.MediaPlayerBuffering, self._on_buffering)
        events.event_attach(kinds.MediaPlayerPlaying, self._on_playing)
        events.event_attach(kinds.MediaPlayerTimeChanged, self._on_time_changed)
        events.event_attach(kinds.MediaPlayerEndReached, self._on_end_reached)
        events.event_attach(kinds.MediaPlayerEncounteredError, self._on_error)

    def _load(self, ticket: int, make: Callable[[], SoundStream], start_us: int) -> None:
        self._drop()
        try:
            stream = make()
        except ReviewerError as error:
            self._emit(Failed(ticket, error))
            return
        key = next(self._keys)
        self._streams[key] = stream
        self._loaded = _Loaded(ticket, key, stream, start_us)
        self._emit(Opened(ticket))

    def _drop(self) -> None:
        loaded, self._loaded = self._loaded, None
        if loaded is None:
            return
        self._player.stop()
        del self._streams[loaded.key]
        loaded.stream.close()

    def _play(self) -> None:
        loaded = self._loaded
        if loaded is None:
            return
        if loaded.is_started:
            if loaded.is_paused:
                loaded.is_paused, loaded.is_resuming = False, True
                self._player.set_pause(0)
        else:
            self._start(loaded)

    def _start(self, loaded: _Loaded) -> None:
        loaded.stream.begin()
        media = self._instance.media_new_callbacks(*self._callbacks, ctypes.c_void_p(loaded.key))
        # Whatever is mixed into it, it is read as a WAV and nothing else.
        media.add_option(":demux=wav")
        media.add_option(f":start-time={loaded.position_us / loaded.stream.pace / 1e6:.3f}")
        self._player.set_media(media)
        media.release()
        loaded.is_started, loaded.is_paused = True, False
        loaded.has_sounded = loaded.has_reported = False
        if self._player.play() != 0:
            self._fail(loaded)

    def _pause(self) -> None:
        loaded = self._loaded
        if loaded is None or not loaded.is_started:
            return
        if loaded.has_sounded:
            loaded.is_paused = True
            self._player.set_pause(1)
        else:
            # libVLC takes a pause while it is still opening for a stop.
            self._player.stop()
            loaded.is_started = False

    def _seek(self, position_us: int, number: int) -> None:
        loaded = self._loaded
        if loaded is None or number != self._seek_number:
            return
        loaded.position_us = position_us
        if loaded.is_started and not loaded.has_sounded:
            # Now and then libVLC forgets a seek that comes while it is still opening.
            self._player.stop()
            self._start(loaded)
        elif loaded.is_started:
            self._echo_ms = round(position_us / loaded.stream.pace / 1000)
            self._player.set_time(self._echo_ms)

    def _refresh(self, ticket: int, position_us: int, number: int) -> None:
        loaded = self._loaded
        if loaded is None or number != self._refresh_number:
            return
        loaded.position_us, loaded.ticket = position_us, ticket
        if not loaded.is_started:
            return
        # libVLC keeps what it has read ahead; seeking would play that. Starting anew takes no
        # longer: 10 to 20 ms to the first sound.
        was_playing = not loaded.is_paused
        self._player.stop()
        loaded.is_started = False
        if was_playing:
            self._start(loaded)

    def _set_volume(self, percent: int) -> None:
        self._volume = max(0, min(percent, 100))
        self._apply_volume()

    def _apply_volume(self) -> None:
        self._player.audio_set_volume(self._volume)

    def _finish(self, key: int) -> None:
        loaded = self._loaded
        if loaded is not None and loaded.key == key:
            self._player.stop()
            loaded.is_started = False
            self._emit(Ended(loaded.ticket))

    def _fail(self, loaded: _Loaded) -> None:
        self._player.stop()
        loaded.is_started = False
        reason = N_("libVLC reported an error")
        self._emit(Failed(loaded.ticket, SoundOutputError(reason=reason)))

    def _fail_key(self, key: int) -> None:
        if self._loaded is not None and self._loaded.key == key:
            self._fail(self._loaded)

    # libVLC's threads: they may only leave notes

    def _on_buffering(self, event: Any) -> None:
        # After a start or a seek; however busy the machine is, sound begins 10 ms later.
        loaded = self._loaded
        if loaded is not None and event.u.new_cache >= _FULL_PERCENT:
            at_us = monotonic_us()
            loaded.has_sounded = True
            # Each start makes a new output, and some begin at full volume.
            self._post(self._apply_volume)
            self._emit(Sounding(loaded.ticket, at_us))

    def _on_playing(self, _event: Any) -> None:
        loaded = self._loaded
        if loaded is not None and loaded.is_resuming:
            loaded.is_resuming = False
            self._emit(Sounding(loaded.ticket, monotonic_us()))

    def _on_time_changed(self, event: Any) -> None:
        at_us = monotonic_us()
        loaded = self._loaded
        time_ms = event.u.new_time
        if loaded is None or time_ms == self._echo_ms:
            # After `set_time` libVLC at once repeats what it was told; that is no report.
            return
        if not loaded.has_reported:
            # On a busy machine the output comes into being only after the buffer is full.
            loaded.has_reported = True
            self._post(self._apply_volume)
        position_us = round(max(0, time_ms * 1000 - _BLOCK_US) * loaded.stream.pace)
        self._emit(Reported(loaded.ticket, position_us, at_us))

    def _on_end_reached(self, _event: Any) -> None:
        loaded = self._loaded
        if loaded is not None:
            key = loaded.key
            self._post(lambda: self._finish(key))

    def _on_error(self, _event: Any) -> None:
        loaded = self._loaded
        if loaded is not None:
            key = loaded.key
            self._post(lambda: self._fail_key(key))

    def _note(self, doing: str, error: Exception) -> None:
        """Log a failure from the engine's own thread."""
        told = redacted(error)
        self._post(lambda: _log.error("libVLC was told of a failure while %s\n%s", doing, told))

    def _make_callbacks(self) -> tuple[Any, ...]:
        """Return the four C functions that read a stream; they outlive every medium.

        The opaque pointer is a number into `_streams`, so that C never holds a Python object.
        No exception may cross into C: whatever happens, it is told -1.
        """
        kinds = self._vlc.CallbackDecorators

        @kinds.MediaOpenCb  # type: ignore[untyped-decorator]  # of ctypes
        def on_open(key: int, data: Any, size: Any) -> int:
            try:
                stream = self._streams[key]
                stream.seek(0)
                data[0] = key
                size[0] = stream.size
            except Exception as error:  # noqa: BLE001 (none may cross into C)
                self._note("opening a stream", error)
                return -1
            return 0

        @kinds.MediaReadCb  # type: ignore[untyped-decorator]  # of ctypes
        def on_read(key: int, buffer: Any, length: int) -> int:
            try:
                data = self._streams[key].read(length)
                ctypes.memmove(buffer, data, len(data))
            except Exception as error:  # noqa: BLE001 (none may cross into C)
                self._note("reading a stream", error)
                return -1
            return len(data)

        @kinds.MediaSeekCb  # type: ignore[untyped-decorator]  # of ctypes
        def on_seek(key: int, offset: int) -> int:
            try:
                self._streams[key].seek(offset)
            except Exception as error:  # noqa: BLE001 (none may cross into C)
                self._note("seeking in a stream", error)
                return -1
            return 0

        @kinds.MediaCloseCb  # type: ignore[untyped-decorator]  # of ctypes
        def on_close(_key: int) -> None:
            """Nothing to do: the stream belongs to the engine's thread."""

        return on_open, on_read, on_seek, on_close


def libvlc_version() -> str:
    """Return the version of the libVLC that is found here.

    Raises:
        SoundEngineMissingError: There is none, or it is too old.
    """
    _module, version = _load_libvlc()
    return version


def _load_libvlc() -> tuple[Any, str]:
    try:
        module = importlib.import_module("vlc")
        version = str(module.libvlc_get_version().decode())
    except (ImportError, OSError, NameError, AttributeError, SystemExit) as error:
        # python-vlc has all these ways to say that the library is not there.
        raise SoundEngineMissingError(reason=N_("it is not installed")) from error
    if int(version.split(".", maxsplit=1)[0]) < _OLDEST:
        reason = Reason(N_("version {version} is too old"), version=version)
        raise SoundEngineMissingError(reason=reason)
    return module, version.split(maxsplit=1)[0]
