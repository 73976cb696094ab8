"""An import in a process of its own, for the window: `reviewer import` and what it tells.

So is listening to what came in, which follows: what is brought in is shown before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reviewer.models.changes import Changes
from reviewer.models.error_codec import reason_as_json, reason_from_json
from reviewer.services.import_result import ImportResult
from reviewer.services.importers.base import Rejected
from reviewer.services.own_process import STORE_VARIABLE, run_piped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.ids import InteractionId
    from reviewer.models.progress import Stoppable

_REJECTED_A_LINE = 100
# What was not entered yet is heard again: nobody waits for it, and no window to be closed.
_STOP_LISTENING_S = 2.0


def import_aside(
    store_url: str,
    login: str,
    source: str,
    *,
    system: str = "",
    zone: str = "",
    progress: Stoppable,
    way_in: str = "",
    ticket: str = "",
) -> ImportResult:
    """Bring recordings in as `import_recordings` does, in a process of its own.

    Args:
        store_url: Address of the store.
        login: Who brings them in.
        source: The folder or file.
        system: Name of the system it comes from; see `import_recordings`.
        zone: IANA name of the zone of local times in it; "": the centre's.
        progress: Told how far it is; asks to stop.
        way_in: What opens the store, if it is encrypted: `Store.way_in`.
        ticket: What lets the process be the user, if they have a password: `People.ticket`.

    Raises:
        ProcessError: The process could not be started, or ended without a word.
        As `import_recordings`.

    Thread: a worker's; long.
    """
    gathered = _Gathered()
    how = ["--listen=none", *([f"--system={system}"] if system else [])]
    how += [f"--source-zone={zone}"] if zone else []
    counts = run_piped(
        ("import", "--user", login, *how, "--", source),
        environment={STORE_VARIABLE: store_url},
        progress=progress,
        told=gathered.take,
        way_in=way_in,
        ticket=ticket,
    )
    return gathered.result(counts)


def hear_aside(
    store_url: str, login: str, *, progress: Stoppable, way_in: str = "", ticket: str = ""
) -> Changes:
    """Listen to the calls that imports brought in, as `hear_waiting`, in a process of its own.

    Args:
        store_url: Address of the store.
        login: Who brought them in.
        progress: Told how far it is; asks to stop.
        way_in: What opens the store, if it is encrypted: `Store.way_in`.
        ticket: What lets the process be the user, if they have a password: `People.ticket`.

    Raises:
        As `import_aside`; CancelledError: what was heard stays.

    Thread: a worker's; long.
    """
    gathered = _Gathered()
    run_piped(
        ("import", "--user", login, "--listen=new"),
        environment={STORE_VARIABLE: store_url},
        progress=progress,
        told=gathered.take,
        way_in=way_in,
        ticket=ticket,
        stop_s=_STOP_LISTENING_S,
    )
    return gathered.changes


# --- what is told, on both sides


def changes_as_json(changes: Changes) -> list[list[int]]:
    """Return what a batch changed, as `import_aside` reads it."""
    return [sorted(changes.interactions), sorted(changes.recordings_of)]


def rejected_as_json(rejected: tuple[Rejected, ...]) -> Iterator[list[list[object]]]:
    """Yield what was rejected, as `import_aside` reads it, a line's worth at a time.

    Reading one long line would hold the interpreter's lock, and with it the window.
    """
    for first in range(0, len(rejected), _REJECTED_A_LINE):
        yield [
            [one.item, one.code, reason_as_json(one.reason)]
            for one in rejected[first : first + _REJECTED_A_LINE]
        ]


def counts_as_json(result: ImportResult) -> dict[str, object]:
    """Return what became of all, as `import_aside` reads it."""
    return {
        "kind": result.kind,
        "added": result.added,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "replaced": result.replaced,
    }


class _Gathered:
    """What an import told so far."""

    def __init__(self) -> None:
        self._interactions: set[InteractionId] = set()
        self._recordings_of: set[InteractionId] = set()
        self._rejected: list[Rejected] = []

    def take(self, key: str, value: Any) -> None:
        if key == "changed":
            self._interactions.update(value[0])
            self._recordings_of.update(value[1])
        elif key == "rejected":
            self._rejected += [
                Rejected(item, code, reason_from_json(reason)) for item, code, reason in value
            ]

    @property
    def changes(self) -> Changes:
        return Changes(
            interactions=frozenset(self._interactions),
            recordings_of=frozenset(self._recordings_of),
        )

    def result(self, counts: dict[str, Any]) -> ImportResult:
        return ImportResult(
            **counts,
            rejected=tuple(one for one in self._rejected if not one.is_warning),
            warned=tuple(one for one in self._rejected if one.is_warning),
            changes=self.changes,
        )
