"""Evaluations by categories: values and the rules of what can be saved."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from reviewer.errors import N_, CategoryInvalidError, EvaluationInvalidError

if TYPE_CHECKING:
    from reviewer.models.ids import CategoryId, EvaluationId, Giid, InteractionId, WallUs

MIN_SCORE = 1
MAX_SCORE = 9
MAX_CATEGORIES = 10
MAX_CATEGORY_NAME = 60
MAX_NOTE = 20_000

DEFAULT_CATEGORIES = (
    N_("Greeting"),
    N_("Knowledge"),
    N_("Courtesy"),
    N_("Conversation flow"),
    N_("Competence"),
    N_("Empathy"),
)
"""Names at first, English message ids; a new store keeps them in the language it was made in."""


class EvaluationState(StrEnum):
    """Whether an evaluation counts. Values are stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class EvaluationKind(StrEnum):
    """Who evaluates, and what for. Values are stored."""

    NORMAL = "normal"
    SELF = "self"
    CALIBRATION = "calibration"


@dataclass(frozen=True, slots=True)
class Category:
    """One named category; `position` orders them from 0."""

    id: CategoryId
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class CategoryScore:
    """One score, under the name that the category had when it was given; None: no score."""

    category: str
    score: int | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one evaluator thought of one segment; later ones of theirs are later versions.

    Attributes:
        version: From 1, per evaluator and segment.
        at_us: When it was saved.
    """

    id: EvaluationId
    interaction_id: InteractionId
    giid: Giid
    segment_number: int
    evaluator: str
    version: int
    at_us: WallUs
    scores: tuple[CategoryScore, ...]
    note: str = ""
    kind: EvaluationKind = EvaluationKind.NORMAL
    state: EvaluationState = EvaluationState.SUBMITTED

    @property
    def average(self) -> float | None:
        """Mean of the scores given, None when there are none."""
        given = [s.score for s in self.scores if s.score is not None]
        return sum(given) / len(given) if given else None


def check_scores(scores: tuple[CategoryScore, ...], note: str) -> None:
    """Refuse scores that cannot be saved.

    Raises:
        EvaluationInvalidError: No score at all, one outside 1..9, one category twice, or a note
            that is too long. Source: quality.md, "Categories".
    """
    if all(score.score is None for score in scores):
        raise EvaluationInvalidError(reason=N_("no category has a score"))
    names = [score.category.casefold() for score in scores]
    if len(set(names)) != len(names):
        raise EvaluationInvalidError(reason=N_("a category is scored twice"))
    for score in scores:
        if score.score is not None and not MIN_SCORE <= score.score <= MAX_SCORE:
            raise EvaluationInvalidError(reason=N_("scores go from 1 to 9"))
    if len(note) > MAX_NOTE:
        raise EvaluationInvalidError(reason=N_("the note is too long"))


def check_category_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names trimmed, or refuse the list.

    Raises:
        CategoryInvalidError: More than ten, or a name that is empty, too long or there twice.
    """
    trimmed = tuple(name.strip() for name in names)
    if len(trimmed) > MAX_CATEGORIES:
        raise CategoryInvalidError(reason=N_("there can be at most ten categories"))
    if any(not name for name in trimmed):
        raise CategoryInvalidError(reason=N_("the name is empty"))
    if any(len(name) > MAX_CATEGORY_NAME for name in trimmed):
        raise CategoryInvalidError(reason=N_("the name is longer than 60 characters"))
    if len({name.casefold() for name in trimmed}) != len(trimmed):
        raise CategoryInvalidError(reason=N_("there is a category of that name already"))
    return trimmed
