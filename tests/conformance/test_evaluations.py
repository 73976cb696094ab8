"""Scores by categories, in every store."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    CategoryInvalidError,
    EvaluationInvalidError,
    NotFoundError,
    RefusedError,
)
from reviewer.models.changes import Changes
from reviewer.models.ids import InteractionId, WallUs
from reviewer.models.scoring import DEFAULT_CATEGORIES, CategoryScore
from reviewer.models.search import Search
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_segment

if TYPE_CHECKING:
    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Session, Store

GREETING, KNOWLEDGE = DEFAULT_CATEGORIES[:2]


@pytest.fixture
def call(admin: Session) -> Interaction:
    parts = (make_segment(1), make_segment(2, agent=None))
    admin.intake.put([make_incoming(1, segments=parts), make_incoming(2)])
    return admin.interactions.get(make_giid(1))


def names(session: Session) -> list[str]:
    return [category.name for category in session.evaluations.categories()]


def test_categories_at_first(admin: Session) -> None:
    assert tuple(names(admin)) == DEFAULT_CATEGORIES
    assert [c.position for c in admin.evaluations.categories()] == list(range(6))


def test_what_is_saved_comes_back_after_reopening(
    store: Store, admin: Session, call: Interaction, store_factory
) -> None:
    scores = (CategoryScore(GREETING, 9), CategoryScore(KNOWLEDGE, None))
    saved, changes = admin.evaluations.save(call.id, 1, scores, "Хорошо")
    assert (saved.version, saved.scores, saved.note) == (1, scores, "Хорошо")
    assert (saved.evaluator, saved.giid, saved.average) == (ADMIN, call.giid, 9.0)
    assert changes == Changes(
        evaluations=frozenset({saved.id}), evaluations_of=frozenset({call.id})
    )
    assert admin.evaluations.of(call.id) == (saved,)
    again = store_factory.reopen(store).session(ADMIN)
    assert again.evaluations.of(call.id) == (saved,)
    assert again.interactions.rows([call.id])[0].score == 9.0


def test_a_later_one_is_a_new_version(admin: Session, call: Interaction) -> None:
    first, _ = admin.evaluations.save(call.id, 1, [CategoryScore(GREETING, 2)], "first")
    second, _ = admin.evaluations.save(
        call.id, 1, [CategoryScore(GREETING, 5), CategoryScore(KNOWLEDGE, 8)], "second"
    )
    assert (first.version, second.version) == (1, 2)
    assert admin.evaluations.of(call.id) == (first, second)
    (row,) = admin.interactions.rows([call.id])
    assert (row.score, row.evaluator) == (6.5, ADMIN)


def test_evaluators_and_segments_have_versions_of_their_own(admin: Session) -> None:
    parts = (make_segment(1), make_segment(2))
    admin.intake.put([make_incoming(1, segments=parts)])
    call = admin.interactions.get(make_giid(1))
    admin.people.add_user("Second", "Second", ["qm_manager"])
    other = admin.store.session("second")
    for session in (admin, other, admin):
        for number in (1, 2):
            session.evaluations.save(call.id, number, [CategoryScore(GREETING, 5)])
    told = [(e.segment_number, e.evaluator, e.version) for e in admin.evaluations.of(call.id)]
    assert told == [
        (number, login, version)
        for number in (1, 2)
        for login, version in ((ADMIN, 1), (ADMIN, 2), ("Second", 1))
    ]


@pytest.mark.parametrize(
    "scores",
    [
        [],
        [CategoryScore(GREETING, None)],
        [CategoryScore(GREETING, 0)],
        [CategoryScore(GREETING, 10)],
        [CategoryScore("Unknown", 5)],
        [CategoryScore(GREETING, 5), CategoryScore(GREETING, 6)],
    ],
)
def test_scores_that_make_no_sense_are_refused(
    admin: Session, call: Interaction, scores: list[CategoryScore]
) -> None:
    with pytest.raises(EvaluationInvalidError):
        admin.evaluations.save(call.id, 1, scores)
    assert admin.evaluations.of(call.id) == ()
    assert admin.interactions.rows([call.id])[0].score is None


@pytest.mark.parametrize("number", [0, 2, 3])
def test_only_what_somebody_handled_is_evaluated(
    admin: Session, call: Interaction, number: int
) -> None:
    with pytest.raises(EvaluationInvalidError):
        admin.evaluations.save(call.id, number, [CategoryScore(GREETING, 5)])


def test_an_interaction_that_is_not_there(admin: Session) -> None:
    with pytest.raises(NotFoundError):
        admin.evaluations.save(InteractionId(7), 1, [CategoryScore(GREETING, 5)])
    with pytest.raises(NotFoundError):
        admin.evaluations.of(InteractionId(7))


def test_renaming_keeps_old_scores_under_their_names(admin: Session, call: Interaction) -> None:
    saved, _ = admin.evaluations.save(call.id, 1, [CategoryScore(GREETING, 4)])
    before = admin.evaluations.categories()
    renamed = ["Hello", *names(admin)[1:]]
    assert admin.evaluations.rename_categories(renamed) == Changes(categories=True)
    after = admin.evaluations.categories()
    assert [c.name for c in after] == renamed
    assert [c.id for c in after] == [c.id for c in before]
    assert admin.evaluations.of(call.id) == (saved,)
    with pytest.raises(EvaluationInvalidError):
        admin.evaluations.save(call.id, 1, [CategoryScore(GREETING, 4)])
    admin.evaluations.save(call.id, 1, [CategoryScore("Hello", 4)])


def test_the_list_of_categories_grows_and_shrinks(admin: Session) -> None:
    admin.evaluations.rename_categories(["A", "B"])
    assert names(admin) == ["A", "B"]
    admin.evaluations.rename_categories(["B", "A", " C "])
    assert names(admin) == ["B", "A", "C"]
    assert len({c.id for c in admin.evaluations.categories()}) == 3
    assert admin.evaluations.rename_categories(["B", "A", "C"]) == Changes()
    admin.evaluations.rename_categories([])
    assert names(admin) == []


@pytest.mark.parametrize(
    "wrong", [[""], ["  "], ["A", "a"], ["x" * 61], [str(n) for n in range(11)]]
)
def test_names_that_cannot_be_are_refused(admin: Session, wrong: list[str]) -> None:
    with pytest.raises(CategoryInvalidError):
        admin.evaluations.rename_categories(wrong)
    assert tuple(names(admin)) == DEFAULT_CATEGORIES


def test_saving_at_once_makes_versions_without_gaps(admin: Session, call: Interaction) -> None:
    threads = [
        threading.Thread(
            target=admin.evaluations.save, args=(call.id, 1, [CategoryScore(GREETING, 5)])
        )
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [e.version for e in admin.evaluations.of(call.id)] == list(range(1, 13))


def test_evaluations_survive_another_import(admin: Session, call: Interaction) -> None:
    saved, _ = admin.evaluations.save(call.id, 1, [CategoryScore(GREETING, 4)])
    admin.intake.put([make_incoming(1, segments=(make_segment(1),), scenario="Main")])
    assert admin.interactions.get(call.giid).scenario == "Main"
    assert admin.evaluations.of(call.id) == (saved,)
    rows = admin.interactions.search(Search())
    assert [row.score for row in rows if row.id == call.id] == [4.0]


def test_evaluators_are_completed(admin: Session, call: Interaction) -> None:
    assert admin.interactions.complete("evaluator", "") == ()
    admin.evaluations.save(call.id, 1, [CategoryScore(GREETING, 4)])
    (found,) = admin.interactions.complete("evaluator", "AD")
    assert found.value == ADMIN


def test_evaluations_made_elsewhere_keep_their_time(admin: Session, call: Interaction) -> None:
    scores = [CategoryScore(GREETING, 4)]
    at = WallUs(call.ended_us + 5)
    saved, _ = admin.evaluations.save(call.id, 1, scores, at_us=at)
    assert saved.at_us == at
    with pytest.raises(EvaluationInvalidError):
        admin.evaluations.save(call.id, 1, scores, at_us=WallUs(2**60))
    admin.people.add_user("chief", "Chief", ["qm_manager"])
    with pytest.raises(RefusedError):
        admin.store.session("chief").evaluations.save(call.id, 1, scores, at_us=at)
    assert admin.evaluations.of(call.id) == (saved,)
