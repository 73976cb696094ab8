"""Looking before an export: which content there is, and what lies where it is to go."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from reviewer.errors import N_, ExportDestinationError
from reviewer.models.access import Privilege
from reviewer.models.recording import RecordingState
from reviewer.models.search import Count
from reviewer.services.exporters import base
from reviewer.services.exporters.job import count_done, load_job, pages
from reviewer.services.exporters.manifest import read_manifest
from reviewer.services.exporters.place import address_of, alone, place_of, telling
from reviewer.services.exporters.planning import ExportPlan
from reviewer.storage.facets.interactions import COUNT_CAP

if TYPE_CHECKING:
    from array import array
    from pathlib import Path

    from reviewer.models.progress import Progress
    from reviewer.storage.store import Session


@dataclass(frozen=True, slots=True)
class Survey:
    """How many interactions have one kind of content.

    Attributes:
        kind: Key of the exporter.
        there: Those whose content is there, counted up to a cap.
        gone: Those whose content is deleted, expired or missing, of those looked at.
    """

    kind: str
    there: Count
    gone: int


def survey(
    session: Session, ids: array[int], kind: str, progress: Progress, *, cap: int = COUNT_CAP
) -> Survey:
    """Count the interactions that have the content of an exporter.

    Args:
        session: Whose right it is.
        ids: Interactions in the order shown.
        kind: Key of the exporter.
        progress: Asked whether to stop.
        cap: Counting ends beyond this.

    Raises:
        UsageError: There is no such exporter. CancelledError.

    Thread: a worker's; some 5 ms a thousand interactions.
    """
    recorded = base.exporter_of(kind).recorded
    there = gone = 0
    for page in pages(ids):
        progress.raise_if_cancelled()
        states = session.interactions.content_states(page, recorded)
        found = sum(state is RecordingState.AVAILABLE for state in states.values())
        there += found
        gone += len(states) - found
        if there > cap:
            return Survey(kind, Count(cap, capped=True), gone)
    return Survey(kind, Count(there), gone)


class Spot(Enum):
    """What lies where an export is to go."""

    FREE = auto()
    """Nothing: it can go there."""
    UNFINISHED = auto()
    """An export that was cut and can go on."""
    FINISHED = auto()
    """A finished export; the very same one is not made again, another one cannot go there."""
    TAKEN = auto()
    """Other files."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a destination told; `plan` goes on with an unfinished export."""

    spot: Spot
    plan: ExportPlan | None = None


def look_at(session: Session, destination: Path) -> Looked:
    """Say what lies where an export is to go; writes nothing.

    Raises:
        RefusedError: The user lacks `export.manual`.
        ExportDestinationError: Nothing can go there, an export is writing there, or an unfinished
            one of another user or another store is there.

    Thread: a worker's.
    """
    session.people.me.require(Privilege.EXPORT_MANUAL)
    place = place_of(destination, session.store.url)
    job = load_job(place)
    if job is not None:
        mine = (address_of(session.store.url), session.people.me.login)
        if (job.about.get("store"), job.about.get("user")) != mine:
            raise ExportDestinationError(
                destination=str(place.target),
                reason=N_("an unfinished export of another user or store is there"),
            )
        # One that is being written just now is nobody's to go on with.
        with alone(place):
            pass
        return Looked(Spot.UNFINISHED, ExportPlan(place, job, count_done(place), resumes=True))
    there = place.target.exists() if place.is_zip else place.others()
    if not there and not (place.is_zip and place.others()):
        return Looked(Spot.FREE)
    with telling(place):
        return Looked(Spot.TAKEN if read_manifest(place) is None else Spot.FINISHED)
