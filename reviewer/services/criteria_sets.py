"""What users do with saved criteria sets beyond one call of the store.

Finding one by its name, taking them from store to store, counting what is new in those that are
watched. Thread: any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.errors import (
    N_,
    CriteriaSetInvalidError,
    CriteriaSetNotFoundError,
    QueryError,
    Reason,
    UsageError,
)
from reviewer.models.changes import Changes
from reviewer.models.criteria.exchange import BadSet, ReadSet, read_sets, write_sets
from reviewer.models.criteria.sets import MAX_NAME, MAX_SETS, new_since_yesterday
from reviewer.models.folding import fold
from reviewer.models.search import Search

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reviewer.models.criteria.sets import CriteriaSet, SetEntry
    from reviewer.models.ids import CriteriaSetId
    from reviewer.models.progress import Cancellation
    from reviewer.models.search import Count
    from reviewer.storage.facets.interactions import Interactions
    from reviewer.storage.facets.sets import CriteriaSets


def find_set(entries: Sequence[SetEntry], name: str) -> SetEntry:
    """Return the set of a name, whatever its letter case: an own one before others'.

    Where several people share one of the name, `LOGIN/NAME` says whose.

    Raises:
        CriteriaSetNotFoundError: There is none.
        UsageError: Several people share one of the name.
    """
    wanted = fold(name.strip())
    own = [entry for entry in entries if entry.own and fold(entry.name) == wanted]
    if own:
        return own[0]
    found = [entry for entry in entries if fold(entry.name) == wanted]
    found = found or [e for e in entries if fold(f"{e.owner}/{e.name}") == wanted]
    if not found:
        raise CriteriaSetNotFoundError(name=name)
    if len(found) > 1:
        known = ", ".join(f"{entry.owner}/{entry.name}" for entry in found)
        raise UsageError(
            reason=Reason(N_("several people share a set of this name: {known}"), known=known)
        )
    return found[0]


def export_sets(sets: CriteriaSets, ids: Iterable[CriteriaSetId] | None = None) -> str:
    """Return sets (None: all of the user's own) as the text of a file. Raises as `load`."""
    if ids is None:
        ids = [entry.id for entry in sets.all() if entry.own]
    return write_sets(sets.load(set_id) for set_id in ids)


@dataclass(frozen=True, slots=True)
class ImportedSets:
    """What became of the sets of a file.

    Attributes:
        added: New ones, with the names they have now.
        unchanged: Names of those that are here already, with the same criteria.
        rejected: Those that cannot be taken, with the reason.
        changes: What was written.
    """

    added: tuple[SetEntry, ...]
    unchanged: tuple[str, ...]
    rejected: tuple[BadSet, ...]
    changes: Changes


def import_sets(
    sets: CriteriaSets, data: bytes, file: str, *, cancel: Cancellation | None = None
) -> ImportedSets:
    """Take the sets of a file in. Nothing is overwritten: a name that is taken gets a number.

    Args:
        sets: Where to.
        data: The file's bytes.
        file: What errors call it.
        cancel: Stops between two sets; those taken stay.

    Raises:
        FileUnusableError: It is no file of criteria sets.
        CancelledError, StoreError and its kinds.
    """
    added: list[SetEntry] = []
    unchanged: list[str] = []
    rejected: list[BadSet] = []
    changes = Changes()
    own = {fold(entry.name): entry for entry in sets.all() if entry.own}
    for item in read_sets(data, file):
        if cancel is not None:
            cancel.raise_if_cancelled()
        if isinstance(item, BadSet):
            rejected.append(item)
            continue
        try:
            name = _free_name(sets, own, item)
            if name is None:
                unchanged.append(item.name)
                continue
            entry, changed = sets.add(name, item.channel, item.criteria)
        except (CriteriaSetInvalidError, QueryError) as error:
            rejected.append(BadSet(item.name, error))
            continue
        own[fold(entry.name)] = entry
        added.append(entry)
        changes |= changed
    return ImportedSets(tuple(added), tuple(unchanged), tuple(rejected), changes)


def _free_name(sets: CriteriaSets, own: dict[str, SetEntry], item: ReadSet) -> str | None:
    """Return a name that is not taken; None where the same set is there already."""
    for number in range(1, MAX_SETS + 2):
        suffix = f" ({number})" if number > 1 else ""
        name = item.name[: MAX_NAME - len(suffix)].rstrip() + suffix
        taken = own.get(fold(name))
        if taken is None:
            return name
        if taken.refusal is None:
            there = sets.load(taken.id)
            if (there.entry.channel, there.criteria) == (item.channel, item.criteria):
                return None
    raise CriteriaSetInvalidError(reason=N_("there are 500 sets already"))


def search_of(found: CriteriaSet) -> Search:
    """Return the search that a set is."""
    return Search(found.criteria, found.entry.channel)


def news_of(found: CriteriaSet) -> Search:
    """Return the search for what is new since yesterday in a set."""
    return Search(new_since_yesterday(found.criteria), found.entry.channel)


@dataclass(frozen=True, slots=True)
class SetCounts:
    """How many a set finds; `news`: since yesterday, None where it is not watched."""

    total: Count
    news: Count | None = None


def count_set(
    sets: CriteriaSets,
    interactions: Interactions,
    entry: SetEntry,
    *,
    cancel: Cancellation | None = None,
) -> SetCounts:
    """Count what a set finds, and what is new in it if it is watched.

    Raises:
        QueryError: It makes no sense as it is; and as `CriteriaSets.load`.
        CancelledError: `cancel` was used meanwhile.
    """
    found = sets.load(entry.id)
    total = interactions.count(search_of(found), cancel=cancel)
    news = interactions.count(news_of(found), cancel=cancel) if entry.watched else None
    return SetCounts(total, news)
