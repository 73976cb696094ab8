"""The manual export: plans what is exported, exports it, goes on where it was cut.

Used by window and command line alike: `plan_export` says what there is to do and what is over
the limits, `run_export` does it. Source: results.md, "Manual export".
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reviewer.errors import N_, CancelledError, ExportDestinationError, Reason
from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.progress import NoProgress
from reviewer.services.exporters.base import Failed
from reviewer.services.exporters.job import (
    Job,
    Share,
    count_done,
    discard,
    finish,
    load_job,
    save_job,
)
from reviewer.services.exporters.looking import Looked, Spot, Survey, look_at, survey
from reviewer.services.exporters.place import alone, free_bytes, full, place_of, telling
from reviewer.services.exporters.planning import ExportOptions, ExportPlan, Planner, exporters_for
from reviewer.services.exporters.reasons import require_reasons
from reviewer.services.exporters.running import ExportResult, Run
from reviewer.services.exporters.unfinished import forget_unfinished, note_unfinished

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reviewer.models.audit import Detail
    from reviewer.models.progress import Progress
    from reviewer.models.search import Search
    from reviewer.storage.store import Session

__all__ = [
    "ExportOptions",
    "ExportPlan",
    "ExportResult",
    "Failed",
    "Looked",
    "Share",
    "Spot",
    "Survey",
    "discard_export",
    "exporters_for",
    "look_at",
    "plan_export",
    "ready_export",
    "run_export",
    "survey",
]

_ROW_BYTES: Final = 400
"""What a row of the table takes at most, about: 250 measured with all columns, and some notes."""
_MARGIN_BYTES: Final = 16_000_000
"""Room that is left free, for what the system itself needs."""


def plan_export(
    session: Session,
    what: Search | Sequence[int],
    destination: Path,
    options: ExportOptions | None = None,
    *,
    reason: str = "",
    progress: Progress | None = None,
) -> ExportPlan:
    """Say what an export would do; writes nothing but why, into the audit log.

    Args:
        session: Whose right it is.
        what: A search, or the ids of selected interactions in the order shown.
        destination: A folder that is empty or not there, or a file name ending in `.zip`.
        options: What of them.
        reason: Why what is sensitive among them is opened, where a role of the user asks.
        progress: Told how far it is; asked whether to stop.

    Raises:
        RefusedError: The user lacks `export.manual`.
        ReasonsNeededError: Something sensitive is among them, and no reason was given.
        UsageError: An option makes no sense. QueryError: the search does not.
        ExportDestinationError: It cannot go there.
        CancelledError: Stopped.

    Thread: a worker's; up to seconds, by the number of interactions.
    """
    session.people.me.require(Privilege.EXPORT_MANUAL)
    watch = progress if progress is not None else NoProgress()
    planner = Planner(session, what, options or ExportOptions(), watch, reason)
    place = place_of(destination, session.store.url)
    job = load_job(place)
    if place.is_zip and place.target.exists():
        return planner.finished(place, job)
    if job is not None:
        if job.identity != planner.identity:
            raise ExportDestinationError(
                destination=str(place.target),
                reason=Reason(
                    N_("an unfinished export of something else is in {folder}"),
                    folder=str(place.folder),
                ),
            )
        plan = _sized(ExportPlan(place, job, count_done(place), resumes=True))
        ready_export(session, plan, reason)
        return plan
    if place.others():
        return planner.finished(place, None)
    return _sized(ExportPlan(place, planner.job()))


def ready_export(session: Session, plan: ExportPlan, reason: str = "") -> None:
    """See to it that all of an export opens, as one that goes on in another session.

    Raises:
        ReasonsNeededError, UsageError: As `plan_export`.
    """
    ids = array("q", sorted({piece.interaction_id for piece in plan.job.pieces}))
    require_reasons(session, ids, reason)


def _sized(plan: ExportPlan) -> ExportPlan:
    needed = sum(piece.bytes for piece in plan.job.pieces) + _ROW_BYTES * plan.rows
    if plan.place.is_zip:
        needed *= 2
    return replace(plan, needed_bytes=needed, free_bytes=free_bytes(plan.place))


def run_export(
    session: Session, plan: ExportPlan, *, progress: Progress | None = None
) -> ExportResult:
    """Export what was planned. Cut at any moment and planned and run again, it goes on.

    Until it is finished, what was exported so far is in `plan.place.folder`.

    Raises:
        RefusedError: The user lacks `export.manual`.
        ReasonsNeededError: Something sensitive is among them, and nobody said why.
        ExportDestinationError: It cannot be written, or another export is writing there.
        ExportFullError: No space is left.
        CancelledError: Stopped; it says where what was exported so far is.

    Thread: a worker's; long.
    """
    session.people.me.require(Privilege.EXPORT_MANUAL)
    watch = progress if progress is not None else NoProgress()
    place = plan.place
    if plan.finished:
        with telling(place):
            finish(place)
        forget_unfinished(session, place)
        return ExportResult(
            destination=str(place.target),
            rows=plan.rows,
            files=plan.files,
            bytes=sum(piece.bytes for piece in plan.job.pieces),
            unnamed=plan.job.unnamed,
            already=True,
        )
    if not plan.resumes and plan.needed_bytes + _MARGIN_BYTES > plan.free_bytes:
        raise full(place, plan.needed_bytes, before=True)
    ready_export(session, plan)
    session.audit.report(Act.EXPORTED, detail=_told(plan))
    note_unfinished(session, place)
    run = Run(session, place, watch)
    try:
        with alone(place), telling(place, plan.needed_bytes):
            result = run.go(_agreed(plan))
        with telling(place):
            finish(place)
        forget_unfinished(session, place)
    except CancelledError:
        raise CancelledError(
            resume=Reason(
                N_("What was exported so far is in {folder}; the same export again goes on."),
                folder=str(place.folder),
            )
        ) from None
    return result


def _told(plan: ExportPlan) -> Detail:
    """Return what the audit log tells of an export as a whole."""
    told: dict[str, str | int | list[str]] = {
        "rows": plan.rows,
        "files": plan.files,
        "contents": [share.kind for share in plan.job.shares],
        "table": plan.job.table,
    }
    return told


def discard_export(session: Session, destination: Path) -> bool:
    """Remove an unfinished export and nothing else; return whether there was one.

    Raises:
        ExportDestinationError: It cannot be removed, or another program is writing it.
    """
    place = place_of(destination, session.store.url)
    job = load_job(place)
    if job is None:
        return False
    with alone(place), telling(place):
        discard(place, job)
    forget_unfinished(session, place)
    return True


def _agreed(plan: ExportPlan) -> Job:
    """Return the job that is to be done, written down; what is on the disk counts."""
    place = plan.place
    job = load_job(place)
    if job is not None and job.identity == plan.job.identity:
        return job
    if job is not None or place.others():
        raise ExportDestinationError(
            destination=str(place.target),
            reason=N_("something else was put there meanwhile"),
        )
    save_job(place, plan.job)
    return plan.job
