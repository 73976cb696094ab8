"""What a write changed, for those who show it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewer.models.ids import EvaluationId, InteractionId, UserId


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids by kind, plus flags for what has no id; returned by everything that writes.

    Attributes:
        interactions: Whose facts, segments, notes or tags changed, or that are new.
        recordings_of: Interactions whose recordings were added, deleted or changed state.
        evaluations: Evaluations added or changed.
        evaluations_of: Interactions they belong to.
        comments_of: Interactions whose comments or bookmarks changed.
        users: Users whose names, roles or privileges changed.
        categories: The list of evaluation categories changed.
        criteria_sets: Saved criteria sets changed.
        settings: Settings or features of the store changed.
    """

    interactions: frozenset[InteractionId] = frozenset()
    recordings_of: frozenset[InteractionId] = frozenset()
    evaluations: frozenset[EvaluationId] = frozenset()
    evaluations_of: frozenset[InteractionId] = frozenset()
    comments_of: frozenset[InteractionId] = frozenset()
    users: frozenset[UserId] = frozenset()
    categories: bool = False
    criteria_sets: bool = False
    settings: bool = False

    def __bool__(self) -> bool:
        """Whether anything changed at all."""
        return any(getattr(self, f.name) for f in fields(self))

    def __or__(self, other: Changes) -> Changes:
        """Return both together."""
        return Changes(*(getattr(self, f.name) | getattr(other, f.name) for f in fields(self)))
