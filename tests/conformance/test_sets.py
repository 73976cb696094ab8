"""Saved sets of criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    CriteriaInvalidError,
    CriteriaSetForeignError,
    CriteriaSetInvalidError,
    CriteriaSetNotFoundError,
    CriteriaSetTakenError,
    CriteriaUnreadableError,
    RefusedError,
    RestrictedCriterionError,
)
from reviewer.models.changes import Changes
from reviewer.models.criteria.line import parse_line
from reviewer.models.criteria.sets import MAX_SETS, new_since_yesterday
from reviewer.models.criteria.tree import Block, Condition, Join, Op
from reviewer.models.ids import CriteriaSetId
from reviewer.models.interaction import Channel
from tests.helpers.stores import ADMIN

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store
    from tests.conformance.conftest import StoreFactory

LONG = parse_line("duration>5m")
FLAGGED = parse_line('flagged:yes (agent:ivanova OR "кредитная карта")')
CHANGED = Changes(criteria_sets=True)
GONE = CriteriaSetId(987_654)


@pytest.fixture
def other(admin: Session, store: Store) -> Session:
    """Somebody who may see everything, but not publish."""
    admin.people.add_user("petrov", "Пётр Петров", ["manager"])
    return store.session("petrov")


@pytest.fixture
def customer(admin: Session, store: Store) -> Session:
    """Somebody to whom criteria marked * are not offered."""
    admin.people.add_user("client", "A client", ["customer"], services=["Support"])
    return store.session("client")


def names(session: Session) -> list[str]:
    return [entry.name for entry in session.sets.all()]


def test_there_are_none_at_first(admin: Session) -> None:
    assert admin.sets.all() == ()


def test_a_set_comes_back_as_it_was_saved(
    store: Store, admin: Session, store_factory: StoreFactory
) -> None:
    off = Block(Join.OR, (Condition("flagged", Op.YES, enabled=False), Block(negated=True)))
    entry, changes = admin.sets.add("  Долгие: 'x'; DROP TABLE  ", Channel.CHAT, off)
    assert changes == CHANGED
    assert (entry.name, entry.channel) == ("Долгие: 'x'; DROP TABLE", Channel.CHAT)
    assert (entry.own, entry.shared, entry.watched) == (True, False, False)
    assert (entry.owner, entry.refusal) == (ADMIN, None)
    again = store_factory.reopen(store).session(ADMIN)
    assert again.sets.all() == (entry,)
    found = again.sets.load(entry.id)
    assert (found.entry, found.criteria) == (entry, off)


def test_a_set_may_be_for_all_channels_and_empty(admin: Session) -> None:
    entry, _ = admin.sets.add("All", None, Block())
    found = admin.sets.load(entry.id)
    assert (found.entry.channel, found.criteria) == (None, Block())


def test_own_sets_are_told_by_name_whatever_its_letter_case(admin: Session) -> None:
    for name in ("ёлка", "Берёза", "ель", "Алоэ"):
        admin.sets.add(name, None, LONG)
    assert names(admin) == ["Алоэ", "Берёза", "ёлка", "ель"]


def test_overwriting_keeps_name_and_sharing(admin: Session) -> None:
    entry, _ = admin.sets.add("Mine", Channel.VOICE, LONG)
    admin.sets.share(entry.id, shared=True)
    later, changes = admin.sets.overwrite(entry.id, Channel.EMAIL, FLAGGED)
    assert changes == CHANGED
    assert (later.id, later.name, later.shared) == (entry.id, "Mine", True)
    assert later.changed_us >= entry.changed_us
    found = admin.sets.load(entry.id)
    assert (found.entry.channel, found.criteria) == (Channel.EMAIL, FLAGGED)


def test_a_name_is_the_users_only_once(admin: Session, other: Session) -> None:
    entry, _ = admin.sets.add("Долгие", None, LONG)
    with pytest.raises(CriteriaSetTakenError):
        admin.sets.add("ДОЛГИЕ ", None, LONG)
    second, _ = admin.sets.add("Second", None, LONG)
    with pytest.raises(CriteriaSetTakenError):
        admin.sets.rename(second.id, "долгие")
    renamed, changes = admin.sets.rename(entry.id, "долгие")
    assert (renamed.name, changes) == ("долгие", CHANGED)
    other.sets.add("Долгие", None, LONG)
    assert names(admin) == ["Second", "долгие"]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "\ud800", "a\u202eb", "x" * 201])
def test_names_that_cannot_be_shown_are_refused(admin: Session, name: str) -> None:
    with pytest.raises(CriteriaSetInvalidError):
        admin.sets.add(name, None, LONG)
    entry, _ = admin.sets.add("fine", None, LONG)
    with pytest.raises(CriteriaSetInvalidError):
        admin.sets.rename(entry.id, name)
    assert names(admin) == ["fine"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "=cmd|' /C calc'!A0", "x" * 200, "🎧 <b>"])
def test_a_name_is_no_more_than_a_name(admin: Session, name: str) -> None:
    entry, _ = admin.sets.add(name, None, LONG)
    assert admin.sets.load(entry.id).entry.name == name


def test_what_could_never_be_searched_for_is_not_kept(admin: Session) -> None:
    nonsense = [
        Condition("nonsense", Op.YES),
        Condition("duration", Op.GT, ("soon",)),
        Condition("subject", Op.CONTAINS, ("x" * 2_001,)),
        Condition("flagged", Op.PHRASE, enabled=False),
    ]
    for condition in nonsense:
        with pytest.raises(CriteriaInvalidError):
            admin.sets.add("Wrong", None, Block(members=(condition,)))
    assert admin.sets.all() == ()


def test_what_makes_no_sense_now_or_here_is_kept(admin: Session) -> None:
    unfinished = parse_line("started:2024-05-02..2024-05-01 subject:x service:Nobody")
    entry, _ = admin.sets.add("Unfinished", Channel.VOICE, unfinished)
    assert admin.sets.load(entry.id).criteria == unfinished


def test_sets_are_the_users_own_until_shared(admin: Session, other: Session) -> None:
    entry, _ = admin.sets.add("Mine", None, LONG)
    assert other.sets.all() == ()
    for attempt in (
        lambda: other.sets.load(entry.id),
        lambda: other.sets.overwrite(entry.id, None, LONG),
        lambda: other.sets.rename(entry.id, "x"),
        lambda: other.sets.share(entry.id, shared=True),
        lambda: other.sets.watch(entry.id, watched=True),
        lambda: other.sets.remove(entry.id),
        lambda: other.sets.restore(entry.id),
        lambda: other.sets.load(GONE),
    ):
        with pytest.raises(CriteriaSetNotFoundError):
            attempt()


def test_shared_sets_are_loaded_by_all_and_changed_by_none(admin: Session, other: Session) -> None:
    entry, _ = admin.sets.add("Контроль", Channel.VOICE, LONG)
    shared, changes = admin.sets.share(entry.id, shared=True)
    assert (shared.shared, changes) == (True, CHANGED)
    other.sets.add("Я", None, LONG)
    mine, found = other.sets.all()
    assert (mine.name, mine.own) == ("Я", True)
    assert (found.id, found.own, found.shared, found.owner) == (entry.id, False, True, ADMIN)
    assert other.sets.load(entry.id).criteria == LONG
    for attempt in (
        lambda: other.sets.overwrite(entry.id, None, FLAGGED),
        lambda: other.sets.rename(entry.id, "x"),
        lambda: other.sets.share(entry.id, shared=False),
        lambda: other.sets.remove(entry.id),
    ):
        with pytest.raises(CriteriaSetForeignError):
            attempt()
    copy, _ = other.sets.add("Контроль", Channel.VOICE, LONG)
    assert copy.own
    admin.sets.share(entry.id, shared=False)
    assert names(other) == ["Контроль", "Я"]


def test_sharing_takes_the_privilege(admin: Session, other: Session) -> None:
    entry, _ = other.sets.add("Mine", None, LONG)
    with pytest.raises(RefusedError):
        other.sets.share(entry.id, shared=True)
    assert admin.sets.all() == ()
    other.sets.share(entry.id, shared=False)
    other.sets.rename(entry.id, "Still mine")
    other.sets.remove(entry.id)


def test_watching_is_each_users_own(admin: Session, other: Session) -> None:
    entry, _ = admin.sets.add("Mine", None, LONG)
    admin.sets.share(entry.id, shared=True)
    watched, changes = other.sets.watch(entry.id, watched=True)
    assert (watched.watched, changes) == (True, CHANGED)
    other.sets.watch(entry.id, watched=True)
    assert [e.watched for e in admin.sets.all()] == [False]
    assert [e.watched for e in other.sets.all()] == [True]
    admin.sets.share(entry.id, shared=False)
    admin.sets.share(entry.id, shared=True)
    assert [e.watched for e in other.sets.all()] == [False]


def test_a_removed_set_can_be_brought_back_as_it_was(admin: Session, other: Session) -> None:
    entry, _ = admin.sets.add("Mine", Channel.EMAIL, FLAGGED)
    admin.sets.share(entry.id, shared=True)
    other.sets.watch(entry.id, watched=True)
    assert admin.sets.remove(entry.id) == CHANGED
    assert names(admin) == names(other) == []
    with pytest.raises(CriteriaSetNotFoundError):
        admin.sets.load(entry.id)
    with pytest.raises(CriteriaSetNotFoundError):
        admin.sets.remove(entry.id)
    with pytest.raises(CriteriaSetNotFoundError):
        other.sets.restore(entry.id)
    back, changes = admin.sets.restore(entry.id)
    assert (back.name, back.shared, changes) == ("Mine", True, CHANGED)
    assert admin.sets.load(entry.id).criteria == FLAGGED
    assert [e.watched for e in other.sets.all()] == [True]
    with pytest.raises(CriteriaSetNotFoundError):
        admin.sets.restore(entry.id)


def test_the_name_of_a_removed_set_is_free(admin: Session) -> None:
    first, _ = admin.sets.add("Mine", None, LONG)
    admin.sets.remove(first.id)
    second, _ = admin.sets.add("Mine", None, FLAGGED)
    with pytest.raises(CriteriaSetTakenError):
        admin.sets.restore(first.id)
    admin.sets.remove(second.id)
    admin.sets.restore(first.id)
    assert admin.sets.load(first.id).criteria == LONG


def test_restricted_criteria_are_refused_whole_and_said_so(
    admin: Session, customer: Session
) -> None:
    plain, _ = admin.sets.add("Plain", None, LONG)
    off = Block(members=(*LONG.members, Condition("flagged", Op.YES, enabled=False)))
    secret, _ = admin.sets.add("Secret", None, off)
    for entry in (plain, secret):
        admin.sets.share(entry.id, shared=True)
    first, second = customer.sets.all()
    assert first.refusal is None
    assert isinstance(second.refusal, RestrictedCriterionError)
    assert customer.sets.load(plain.id).criteria == LONG
    for attempt in (
        lambda: customer.sets.load(secret.id),
        lambda: customer.sets.watch(secret.id, watched=True),
        lambda: customer.sets.add("Mine", None, off),
    ):
        with pytest.raises(RestrictedCriterionError, match="was flagged"):
            attempt()
    mine, _ = customer.sets.add("Mine", None, LONG)
    with pytest.raises(RestrictedCriterionError):
        customer.sets.overwrite(mine.id, None, FLAGGED)
    assert customer.sets.load(mine.id).criteria == LONG
    assert customer.sets.watch(secret.id, watched=False)[1] == CHANGED


def test_there_is_an_end_to_how_many_there_are(admin: Session) -> None:
    for number in range(MAX_SETS):
        admin.sets.add(f"{number}", None, Block())
    with pytest.raises(CriteriaSetInvalidError, match="500"):
        admin.sets.add("one more", None, Block())
    admin.sets.remove(admin.sets.all()[0].id)
    admin.sets.add("one more", None, Block())


def test_what_is_new_since_yesterday_is_searched_for_as_anything_else() -> None:
    assert new_since_yesterday(LONG) == parse_line("duration>5m added>=yesterday")
    either = parse_line("flagged:yes OR duration>5m")
    assert new_since_yesterday(either) == parse_line(
        "(flagged:yes OR duration>5m) added>=yesterday"
    )
    assert new_since_yesterday(Block()) == parse_line("added>=yesterday")


def test_a_set_of_a_newer_version_is_told_and_refused(admin: Session, store: Store) -> None:
    entry, _ = admin.sets.add("Newer", None, LONG)
    assert admin.sets.load(entry.id)
    raise_version(store, entry.id)
    (found,) = admin.sets.all()
    assert isinstance(found.refusal, CriteriaUnreadableError)
    with pytest.raises(CriteriaUnreadableError):
        admin.sets.load(entry.id)
    admin.sets.remove(entry.id)


def raise_version(store: Store, set_id: CriteriaSetId) -> None:
    from reviewer.storage.catalogue import schema

    table = schema.criteria_sets
    with store._core.database.write() as connection:  # type: ignore[attr-defined]
        text = '{"version":99,"criteria":{}}'
        connection.execute(table.update().where(table.c.id == set_id).values(criteria=text))
