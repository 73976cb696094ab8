"""What a command writes when another process of the program runs it, such as the window.

JSON, an object of one key a line, on standard output. The first line of standard input is what
opens the store, if it is encrypted, the second one what lets us be the user, if they have a
password; its end asks to stop. The other side is `reviewer.services.own_process`.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.cli.context import Output
from reviewer.models.error_codec import error_as_json
from reviewer.models.progress import Cancellation

if TYPE_CHECKING:
    from typing import TextIO

_EVERY_S: Final = 0.1
_STDIN: Final = 0
# The window goes first where there is work for both.
_NICER_BY: Final = 5
# Where Linux shares the processor between sessions, niceness counts inside of one only, and this
# process leads its own: it is the session that must be nice.
_SESSION_NICENESS: Final = Path("/proc/self/autogroup")


class PipedOutput(Output):
    """Writes what the other process reads. Thread: main."""

    def __init__(self, stdout: TextIO, stderr: TextIO) -> None:
        super().__init__(stdout, stderr)
        self._stop = Cancellation()

    def listen(self) -> None:
        """Begin to wait for being asked to stop, and give way to the window."""
        _give_way()
        self.way_in = _next_line()
        self.ticket = _next_line()
        threading.Thread(target=self._wait, name="stop", daemon=True).start()

    def tell(self, key: str, value: object) -> None:
        """Write one line."""
        # ASCII only, whatever the encoding of the pipe.
        self._stdout.write(json.dumps({key: value}) + "\n")
        self._stdout.flush()

    def progress(self, title: str) -> PipedProgress:
        """Return what tells how far it is and asks whether to stop."""
        return PipedProgress(self, self._stop)

    def fail(self, error: BaseException) -> None:
        """Tell of an error, which the other side words."""
        self.tell("error", error_as_json(error))

    def _wait(self) -> None:
        # Unbuffered: a buffer's lock held at the end of the interpreter would abort it.
        while os.read(_STDIN, 4096):
            pass
        self._stop.cancel()


def _give_way() -> None:
    """Let the window go first, as far as the system allows it."""
    if sys.platform == "win32":
        return  # the window started this process so
    with contextlib.suppress(OSError):
        niceness = os.nice(_NICER_BY)
        if _SESSION_NICENESS.exists():
            _SESSION_NICENESS.write_text(str(niceness), encoding="ascii")


def _next_line() -> str:
    """Return the next line of standard input; "" where there is none."""
    line = bytearray()
    # Byte by byte, and unbuffered: what follows is for whoever waits for the end.
    while (byte := os.read(_STDIN, 1)) not in (b"", b"\n"):
        line += byte
    return line.decode()


class PipedProgress:
    """Tells how far work is, at most ten times a second."""

    def __init__(self, output: PipedOutput, stop: Cancellation) -> None:
        self._output = output
        self._stop = stop
        self._told_at = 0.0

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say how far it is."""
        if time.monotonic() - self._told_at >= _EVERY_S:
            self._told_at = time.monotonic()
            self._output.tell("progress", [done, total, what])

    def raise_if_cancelled(self) -> None:
        """Stop here if the other side asks to.

        Raises:
            CancelledError: It does, or is gone.
        """
        self._stop.raise_if_cancelled()

    def end(self) -> None:
        """There is no line to take away."""
