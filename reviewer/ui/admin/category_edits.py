"""What can be done to the list of categories, applied to what the store holds at that moment.

Each edit names the category it means, so that what somebody else changed meanwhile stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.errors import N_, CategoryInvalidError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reviewer.models.changes import Changes
    from reviewer.storage.facets.evaluations import Evaluations
    from reviewer.ui.tasks import TaskProgress

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What an edit left behind.

    Attributes:
        changes: For the bus.
        before: The names before the edit.
        names: The names after it.
    """

    changes: Changes
    before: Names
    names: Names


def names_of(evaluations: Evaluations, _progress: TaskProgress) -> Names:
    """Return the names in their order. Thread: a pool's."""
    return tuple(category.name for category in evaluations.categories())


def write_names(
    evaluations: Evaluations, edit: Callable[[Names], Sequence[str]], progress: TaskProgress
) -> Written:
    """Apply an edit to the list in the store. Thread: the writer's.

    Raises:
        CategoryInvalidError: A name cannot be used, or the category to be renamed is gone;
            RefusedError: the user lacks `admin.settings`.
    """
    before = names_of(evaluations, progress)
    changes = evaluations.rename_categories(edit(before))
    return Written(changes, before, names_of(evaluations, progress))


def renamed(old: str, new: str, names: Names) -> Names:
    """Return the names with one replaced.

    Raises:
        CategoryInvalidError: It is not there any more.
    """
    if old not in names:
        raise CategoryInvalidError(reason=N_("somebody has removed or renamed it meanwhile"))
    at = names.index(old)
    return (*names[:at], new, *names[at + 1 :])


def inserted(at: int, name: str, names: Names) -> Names:
    """Return the names with a new one at a position, or at the end of a shorter list."""
    return (*names[:at], name, *names[at:])


def removed(name: str, names: Names) -> Names:
    """Return the names without one."""
    return tuple(other for other in names if other != name)


def moved(name: str, step: int, names: Names) -> Names:
    """Return the names with one moved up (-1) or down (1); at the end it stays."""
    if name not in names:
        return names
    return inserted(max(names.index(name) + step, 0), name, removed(name, names))
