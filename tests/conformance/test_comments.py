"""Comments and bookmarks in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    CommentForeignError,
    CommentNotFoundError,
    NotFoundError,
    RefusedError,
    RemarkInvalidError,
)
from reviewer.models.criteria.line import parse_line
from reviewer.models.ids import CommentId, InteractionId, WallUs
from reviewer.models.remarks import MAX_TEXT, Place, RemarkKind
from reviewer.models.search import Search
from tests.helpers.stores import STARTED_US, make_incoming, make_segment

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store

COMMENT, BOOKMARK = RemarkKind.COMMENT, RemarkKind.BOOKMARK
MOMENT = Place(WallUs(STARTED_US + 5))
RANGE = Place(WallUs(STARTED_US + 1), WallUs(STARTED_US + 9))


@pytest.fixture
def number(admin: Session) -> InteractionId:
    """A call of team Sales."""
    landed, _ = admin.intake.put([make_incoming(1), make_incoming(2)])
    people = admin.people
    people.add_user("olga", "Ольга", ["qm_evaluator"], teams=["Sales"])
    people.add_user("boss", "Boss", ["qm_manager"])
    people.add_user("reader", "Reader", ["manager"])
    people.add_user("other", "Other", ["qm_evaluator"], teams=["Claims"])
    found = landed[0].interaction_id
    assert found is not None
    return found


def count(session: Session, line: str) -> int:
    return session.interactions.count(Search(parse_line(line))).n


def test_what_was_written_is_there_by_place(
    store: Store, admin: Session, number: InteractionId
) -> None:
    olga = store.session("olga")
    made, changes = olga.comments.add(number, COMMENT, MOMENT, "  Грубит \n", public=True)
    assert changes.comments_of == {number}
    assert changes.interactions == frozenset()
    olga.comments.add(number, BOOKMARK, RANGE)
    first, second = olga.comments.of(number)
    assert (first.kind, first.place, first.text, first.public) == (BOOKMARK, RANGE, "", False)
    assert second == made
    assert (made.text, made.author, made.author_name) == ("Грубит", "olga", "Ольга")
    assert made.edited_us is None
    assert admin.comments.of(number) == (made,)


def test_a_private_one_exists_for_its_author_alone(
    store: Store, admin: Session, number: InteractionId
) -> None:
    olga, boss = store.session("olga"), store.session("boss")
    private, _ = olga.comments.add(number, COMMENT, MOMENT, "между нами")
    assert olga.comments.of(number) == (private,)
    for other in (boss, admin):
        assert other.comments.of(number) == ()
        assert count(other, "commented:yes") == 0
        with pytest.raises(CommentNotFoundError):
            other.comments.edit(private.id, "x", public=True)
        with pytest.raises(CommentNotFoundError):
            other.comments.delete(private.id)
    assert count(olga, "commented:yes") == 1
    olga.comments.edit(private.id, "для всех", public=True)
    assert [c.text for c in boss.comments.of(number)] == ["для всех"]
    assert count(boss, "commented:yes") == 1


def test_edited_by_the_author_deleted_by_who_may_erase(
    store: Store, admin: Session, number: InteractionId
) -> None:
    olga, boss = store.session("olga"), store.session("boss")
    made, _ = olga.comments.add(number, COMMENT, MOMENT, "один", public=True)
    edited, changes = olga.comments.edit(made.id, "два", public=True, place=RANGE)
    assert (edited.text, edited.place, edited.id) == ("два", RANGE, made.id)
    assert edited.edited_us is not None
    assert changes.comments_of == {number}
    with pytest.raises(CommentForeignError):
        boss.comments.edit(made.id, "три", public=True)
    with pytest.raises(RefusedError):
        boss.comments.delete(made.id)
    assert boss.comments.of(number) == (edited,)
    assert admin.comments.delete(made.id).comments_of == {number}
    assert olga.comments.of(number) == ()
    own, _ = olga.comments.add(number, BOOKMARK, MOMENT)
    olga.comments.delete(own.id)
    with pytest.raises(CommentNotFoundError):
        olga.comments.delete(own.id)


def test_who_may_not_see_the_interaction_sees_nothing_of_it(
    store: Store, number: InteractionId
) -> None:
    olga, other = store.session("olga"), store.session("other")
    made, _ = olga.comments.add(number, COMMENT, MOMENT, "public", public=True)
    for act in (
        lambda: other.comments.of(number),
        lambda: other.comments.add(number, BOOKMARK, MOMENT),
        lambda: other.comments.delete(made.id),
        lambda: other.comments.edit(made.id, "x", public=True),
        lambda: other.comments.of(InteractionId(12345)),
        lambda: other.comments.delete(CommentId(12345)),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert count(other, "commented:yes") == 0


def test_writing_needs_the_privilege(store: Store, number: InteractionId) -> None:
    reader = store.session("reader")
    with pytest.raises(RefusedError):
        reader.comments.add(number, COMMENT, MOMENT, "x")
    assert reader.comments.of(number) == ()


@pytest.mark.parametrize(
    ("kind", "place", "text"),
    [
        (COMMENT, MOMENT, " \n"),
        (COMMENT, MOMENT, "x" * (MAX_TEXT + 1)),
        (COMMENT, MOMENT, "\ud800"),
        (BOOKMARK, Place(WallUs(9), WallUs(9)), ""),
        (BOOKMARK, Place(WallUs(9), WallUs(8)), ""),
        (BOOKMARK, Place(WallUs(-1)), ""),
    ],
)
def test_what_cannot_be_kept_is_refused(
    admin: Session, number: InteractionId, kind: RemarkKind, place: Place, text: str
) -> None:
    with pytest.raises(RemarkInvalidError):
        admin.comments.add(number, kind, place, text)
    assert admin.comments.of(number) == ()


def test_criteria_tell_comments_from_bookmarks(admin: Session, number: InteractionId) -> None:
    admin.comments.add(number, BOOKMARK, MOMENT)
    found = [
        count(admin, f"{key}:{v}") for key in ("commented", "bookmarked") for v in ("yes", "no")
    ]
    assert found == [0, 2, 1, 1]
    assert count(admin, "закладка:да") == 1


def test_comments_survive_another_import(admin: Session, number: InteractionId) -> None:
    made, _ = admin.comments.add(number, COMMENT, MOMENT, "остаётся")
    again = make_incoming(1, segments=(make_segment(), make_segment(2)), flagged=True)
    admin.intake.put([again])
    assert admin.comments.of(number) == (made,)
