"""Rules of evaluations by categories."""

from __future__ import annotations

import pytest

from reviewer.errors import CategoryInvalidError, EvaluationInvalidError
from reviewer.models.ids import EvaluationId, Giid, InteractionId, WallUs
from reviewer.models.scoring import (
    MAX_NOTE,
    CategoryScore,
    Evaluation,
    check_category_names,
    check_scores,
)


def scores(*values):
    return tuple(CategoryScore(f"c{i}", value) for i, value in enumerate(values))


def evaluation(*values):
    return Evaluation(
        EvaluationId(1), InteractionId(1), Giid("G"), 1, "qa", 1, WallUs(0), scores(*values)
    )


def test_accepts_one_to_nine_and_no_score():
    check_scores(scores(1, 9, None), "fine")


@pytest.mark.parametrize("values", [(), (None,), (None, None), (0,), (10, 5), (-1,)])
def test_refuses_no_score_at_all_and_scores_out_of_range(values):
    with pytest.raises(EvaluationInvalidError):
        check_scores(scores(*values), "")


def test_refuses_a_category_twice_and_a_note_too_long():
    with pytest.raises(EvaluationInvalidError):
        check_scores((CategoryScore("Greeting", 5), CategoryScore("greeting", 6)), "")
    with pytest.raises(EvaluationInvalidError):
        check_scores(scores(5), "x" * (MAX_NOTE + 1))


def test_average_leaves_out_what_was_not_scored():
    assert evaluation(4, None, 5).average == 4.5
    assert evaluation(None).average is None


def test_category_names_are_trimmed():
    assert check_category_names((" Tone ", "Speed")) == ("Tone", "Speed")
    assert check_category_names(("x" * 60,)) == ("x" * 60,)


@pytest.mark.parametrize(
    "names",
    [("",), ("  ",), ("x" * 61,), ("Tone", "tone"), tuple(f"n{i}" for i in range(11))],
)
def test_refuses_empty_long_double_and_too_many_names(names):
    with pytest.raises(CategoryInvalidError):
        check_category_names(names)
