"""What is done with saved sets in the pools: each function one question, no Qt.

Thread: any.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.errors import CriteriaSetNotFoundError, FileUnusableError, QueryError, reason_of
from reviewer.messages import explain
from reviewer.models.criteria.exchange import MAX_BYTES
from reviewer.models.criteria.sets import CriteriaSet
from reviewer.services.criteria_sets import count_set, export_sets, import_sets
from reviewer.storage.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.models.changes import Changes
    from reviewer.models.criteria.sets import SetEntry
    from reviewer.models.ids import CriteriaSetId
    from reviewer.services.criteria_sets import ImportedSets, SetCounts
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.facets.sets import CriteriaSets
    from reviewer.ui.search.editor import Draft
    from reviewer.ui.tasks import TaskProgress

_BATCH: Final = 6
"""Sets that are counted before their numbers are shown."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What sets find; `problems`: why some could not be counted; `rest`: those still to do."""

    counts: dict[CriteriaSetId, SetCounts]
    problems: dict[CriteriaSetId, str]
    rest: tuple[SetEntry, ...]


def nothing(_progress: TaskProgress) -> None:
    """Take the place of a count that is not wanted any more."""


def read_all(sets: CriteriaSets, _progress: TaskProgress) -> tuple[SetEntry, ...]:
    """Return all sets."""
    return sets.all()


def load(sets: CriteriaSets, set_id: CriteriaSetId, _progress: TaskProgress) -> CriteriaSet:
    """Return a set with its criteria."""
    return sets.load(set_id)


def count(
    sets: CriteriaSets,
    interactions: Interactions,
    entries: tuple[SetEntry, ...],
    progress: TaskProgress,
) -> Counted:
    """Count what the first of some sets find; the rest is for the next time."""
    counts: dict[CriteriaSetId, SetCounts] = {}
    problems: dict[CriteriaSetId, str] = {}
    for entry in entries[:_BATCH]:
        progress.raise_if_cancelled()
        try:
            counts[entry.id] = count_set(sets, interactions, entry, cancel=progress)
        except (QueryError, CriteriaSetNotFoundError) as error:
            problems[entry.id] = explain(error)
    return Counted(counts, problems, entries[_BATCH:])


def add(
    sets: CriteriaSets, name: str, draft: Draft, _progress: TaskProgress
) -> tuple[CriteriaSet, Changes]:
    """Save a draft under a new name."""
    entry, changes = sets.add(name, draft.channel, draft.root)
    return CriteriaSet(entry, draft.root), changes


def rename(
    sets: CriteriaSets, set_id: CriteriaSetId, name: str, _progress: TaskProgress
) -> tuple[SetEntry, Changes]:
    """Give a set another name."""
    return sets.rename(set_id, name)


def overwrite(
    sets: CriteriaSets, set_id: CriteriaSetId, draft: Draft, _progress: TaskProgress
) -> tuple[CriteriaSet, CriteriaSet, Changes]:
    """Save a draft over a set; return what was there, and what is now."""
    before = sets.load(set_id)
    entry, changes = sets.overwrite(set_id, draft.channel, draft.root)
    return before, CriteriaSet(entry, draft.root), changes


def put_back(
    sets: CriteriaSets, before: CriteriaSet, _progress: TaskProgress
) -> tuple[CriteriaSet, Changes]:
    """Take back what `overwrite` did."""
    entry, changes = sets.overwrite(before.entry.id, before.entry.channel, before.criteria)
    return CriteriaSet(entry, before.criteria), changes


def switch(
    change: Callable[[SetEntry], tuple[SetEntry, Changes]], entry: SetEntry, _progress: TaskProgress
) -> tuple[SetEntry, Changes]:
    """Share or watch a set, or not any more."""
    return change(entry)


def remove(
    sets: CriteriaSets, entry: SetEntry, _progress: TaskProgress
) -> tuple[SetEntry, Changes]:
    """Remove a set."""
    return entry, sets.remove(entry.id)


def restore(
    sets: CriteriaSets, set_id: CriteriaSetId, _progress: TaskProgress
) -> tuple[SetEntry, Changes]:
    """Bring a removed set back."""
    return sets.restore(set_id)


def bring_in(sets: CriteriaSets, path: str, progress: TaskProgress) -> ImportedSets:
    """Take the sets of a file in. Raises FileUnusableError."""
    try:
        with Path(path).open("rb") as file:
            # One byte more than is taken, so that a file that is too large is known as such.
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileUnusableError(name=path, reason=reason_of(error)) from error
    return import_sets(sets, data, Path(path).name, cancel=progress)


def take_out(
    sets: CriteriaSets, set_id: CriteriaSetId | None, path: str, _progress: TaskProgress
) -> str:
    """Write a set, or all own ones, to a file; return the file's name."""
    text = export_sets(sets, None if set_id is None else [set_id])
    try:
        with replacing(Path(path)) as file:
            file.write(text.encode())
    except OSError as error:
        raise FileUnusableError(name=path, reason=reason_of(error)) from error
    return Path(path).name
