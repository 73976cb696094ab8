"""A command of this program in a process of its own, beside the window.

Long work that computes shares the interpreter's lock with the window, which stutters then; in a
process of its own it does not, and a crash of it does not take the window along. The two speak
JSON, an object of one key a line, on the process's standard output: `progress`, `result` or
`error`, and what the command has to tell in between. The end of its standard input asks the
process to stop; so it stops as well when the window is gone.

The address of the store goes by the environment, never by arguments, which every user of a machine
sees; what opens an encrypted store by the first line of its standard input, and what lets the
process be the same user by the second one, which nobody else sees at all.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import reviewer
from reviewer.errors import N_, CancelledError, ProcessError, Reason, reason_of
from reviewer.models.error_codec import error_from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from reviewer.models.progress import Stoppable

PIPED: Final = "--piped"
"""The option that makes a command speak so (see `reviewer.cli.piped`)."""
STORE_VARIABLE: Final = "REVIEWER_STORE"
SECRET_VARIABLES: Final = frozenset(
    {
        "REVIEWER_PASSPHRASE",
        "REVIEWER_NEW_PASSPHRASE",
        "REVIEWER_PASSWORD",
        "REVIEWER_NEW_PASSWORD",
    }
)
"""What opens a store and lets users in, where it is given by the environment: for this process."""
_PACKAGE_ROOT: Final = Path(reviewer.__file__).resolve().parent.parent
# Work that is asked to stop ends within a second; what does not is stuck in the system.
_STOP_S: Final = 10.0


def program_command() -> tuple[str, ...]:
    """Return the command line of this program, installed or frozen, without arguments."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    # -P: modules are never taken from the folder that the user happens to be in.
    return (sys.executable, "-P", "-m", "reviewer")


def program_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment in which `program_command` finds this very program."""
    path = os.pathsep.join(p for p in (str(_PACKAGE_ROOT), os.environ.get("PYTHONPATH")) if p)
    # Secrets are for this process alone; another one is given what it needs by its pipe.
    ours = {name: value for name, value in os.environ.items() if name not in SECRET_VARIABLES}
    return {**ours, "PYTHONPATH": path, **(more or {})}


def run_piped(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    progress: Stoppable,
    told: Callable[[str, Any], object],
    way_in: str = "",
    ticket: str = "",
    stop_s: float = _STOP_S,
) -> Any:
    """Run a command in a process of its own until it ends.

    Args:
        arguments: The command and its arguments.
        environment: Variables for the process, beside our own.
        progress: Told how far it is; when it is cancelled, the process is asked to stop.
        told: Takes what the command tells in between: (key, value).
        way_in: What opens the store, if it is encrypted: `Store.way_in`.
        ticket: What lets the process be the user, if they have a password: `People.ticket`.
        stop_s: How long it may go on after it was asked to stop; it is ended then.

    Returns:
        What the command came to.

    Raises:
        ProcessError: It could not be started, or ended without saying what became of it.
        CancelledError: It was stopped.
        ReviewerError: The command failed so.

    Thread: a worker's; as long as the command runs.
    """
    process = _started(arguments, environment)
    _let_in(process, way_in, ticket)
    ending = threading.Timer(stop_s, process.kill)
    ending.daemon = True

    def let_go() -> None:
        if process.stdin is not None and not process.stdin.closed:
            process.stdin.close()
            ending.start()

    unhook = progress.on_cancel(let_go)
    last: dict[str, Any] = {}
    try:
        for line in process.stdout or ():
            for key, value in json.loads(line).items():
                if key == "progress":
                    progress.report(*value)
                elif key in ("result", "error"):
                    last = {key: value}
                else:
                    told(key, value)
    finally:
        unhook()
        let_go()
        code = process.wait()
        ending.cancel()
        if process.stdout is not None:
            process.stdout.close()
    return _outcome(last, code, progress)


def _let_in(process: subprocess.Popen[bytes], way_in: str, ticket: str) -> None:
    if process.stdin is not None:
        # One that has ended already says so by itself.
        with contextlib.suppress(OSError):
            process.stdin.write(f"{way_in}\n{ticket}\n".encode())
            process.stdin.flush()


def _outcome(last: Mapping[str, Any], code: int, progress: Stoppable) -> Any:
    if "result" in last:
        return last["result"]
    if "error" in last:
        raise error_from_json(last["error"])
    try:
        progress.raise_if_cancelled()
    except CancelledError as stopped:
        # It did not even get to say that it stopped.
        raise stopped from None
    if code < 0:
        raise ProcessError(reason=Reason(N_("it was ended by signal {number}"), number=-code))
    raise ProcessError(reason=Reason(N_("its exit code was {code}"), code=code))


def _started(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    windows = (
        getattr(subprocess, "CREATE_NO_WINDOW", 0)
        | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    )
    try:
        return subprocess.Popen(  # noqa: S603 (our own program)
            [*program_command(), PIPED, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What it has to say comes by the pipe; the interpreter's own words may hold data.
            stderr=subprocess.DEVNULL,
            env=program_environment(environment),
            creationflags=windows,
            # Ctrl+C in a terminal is for the window, which asks the process to stop.
            start_new_session=True,
        )
    except OSError as error:
        raise ProcessError(reason=reason_of(error)) from error
