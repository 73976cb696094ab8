"""What an import takes the place of: refused where that is held, and entered in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.models.audit import Act
from reviewer.models.recording import SOUND_KINDS, RecordingKind
from reviewer.storage.catalogue import erasing, tellings
from reviewer.storage.store import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from sqlalchemy import Connection

    from reviewer.models.audit import Detail, Event
    from reviewer.storage.catalogue.landing import Known
    from reviewer.storage.local.journal import Pen
    from reviewer.storage.store import Landed

    Lost: TypeAlias = Mapping[RecordingKind, tuple[int, int]]
    """Number of recordings and their bytes, by kind."""


def together(parts: Iterable[Lost]) -> Lost:
    """Return what is lost of several interactions that become one."""
    found: dict[RecordingKind, tuple[int, int]] = {}
    for lost in parts:
        for kind, (number, size) in lost.items():
            before = found.get(kind, (0, 0))
            found[kind] = (before[0] + number, before[1] + size)
    return found


def takes_words(lost: Lost) -> bool:
    """Return whether indexes may know words of what is lost."""
    return not SOUND_KINDS.union((RecordingKind.SCREEN,)).issuperset(lost)


def is_held(connection: Connection, known: Known | None, lost: Lost) -> bool:
    """Return whether what would be lost of an interaction is under a legal hold."""
    return known is not None and bool(lost) and bool(erasing.held(connection, [known.id]))


def are_touched(connection: Connection, known: Known | None, absorbed: Collection[Known]) -> bool:
    """Return whether users did something meanwhile with what another is about to take in.

    It was looked at while nobody had. A hold, a score or a comment would go with it; and with the
    other, where its content is to be deleted, what it takes in.
    """
    if not absorbed or known is None:
        return False
    touched = tellings.touched(connection, [other.id for other in absorbed])
    return bool(touched or tellings.doomed(connection, [known.id]))


def events(pen: Pen, landed: Sequence[tuple[Landed, Lost, Collection[Known]]]) -> list[Event]:
    """Return what to enter in the log of what came in.

    How many did, whose content others replaced, and what was taken into another and is not there by
    itself any more.
    """
    outcomes = [result.outcome for result, _, _ in landed]
    counts: Detail = {
        "added": outcomes.count(Outcome.ADDED),
        "updated": outcomes.count(Outcome.UPDATED),
    }
    found = [pen.event(Act.IMPORTED, detail=counts)]
    for result, lost, absorbed in landed:
        for other in absorbed:
            number = result.interaction_id or 0
            found.append(pen.event(Act.TAKEN_IN, number, result.giid, {"was": other.giid}))
        if lost and result.interaction_id is not None:
            detail: Detail = {
                "kinds": sorted(kind.value for kind in lost),
                "recordings": sum(number for number, _ in lost.values()),
                "bytes": sum(size for _, size in lost.values()),
            }
            event = pen.event(Act.CONTENT_REPLACED, result.interaction_id, result.giid, detail)
            found.append(event)
    return found
