"""Scores given as a JSON file, as `reviewer evaluate` takes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reviewer.errors import N_, EvaluationInvalidError, Reason
from reviewer.models.scoring import CategoryScore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.models.scoring import Category


def read_scores(text: str, categories: Sequence[Category]) -> tuple[tuple[CategoryScore, ...], str]:
    """Return scores and note of `{"categories": {"Greeting": 7, "Knowledge": null}, "note": ""}`.

    Names are compared without regard to letter case.

    Raises:
        EvaluationInvalidError: Not JSON of that form, or a category that the store lacks.
            Source: cli.md.
    """
    try:
        stored = json.loads(text)
    except json.JSONDecodeError as error:
        place = Reason(
            N_("the file is not JSON (line {line}, column {column})"),
            line=error.lineno,
            column=error.colno,
        )
        raise EvaluationInvalidError(reason=place) from None
    except (ValueError, RecursionError):
        # A number of more digits than Python converts, or ten thousand brackets.
        raise EvaluationInvalidError(
            reason=N_('the file must hold {"categories": {...}, "note": "..."}')
        ) from None
    if not isinstance(stored, dict) or not isinstance(stored.get("categories"), dict):
        raise EvaluationInvalidError(
            reason=N_('the file must hold {"categories": {...}, "note": "..."}')
        )
    unknown = sorted(set(stored) - {"categories", "note"})
    if unknown:
        raise EvaluationInvalidError(
            reason=Reason(N_("{key} is not known in a file of scores"), key=unknown[0])
        )
    note = stored.get("note", "")
    if not isinstance(note, str):
        raise EvaluationInvalidError(reason=N_("the note must be text"))
    names = {category.name.casefold(): category.name for category in categories}
    scores = []
    for name, score in stored["categories"].items():
        known = names.get(name.casefold())
        if known is None:
            raise EvaluationInvalidError(
                reason=Reason(
                    N_("there is no category {name}; there are: {known}"),
                    name=name,
                    known=", ".join(category.name for category in categories),
                )
            )
        if score is not None and (not isinstance(score, int) or isinstance(score, bool)):
            raise EvaluationInvalidError(reason=N_("scores go from 1 to 9"))
        scores.append(CategoryScore(known, score))
    return tuple(scores), note
