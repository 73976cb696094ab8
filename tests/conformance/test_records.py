"""Tags, notes and dispositions that users give, in every store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    DispositionInvalidError,
    NotFoundError,
    RefusedError,
    RemarkInvalidError,
)
from reviewer.models.criteria.line import parse_line
from reviewer.models.search import Search
from tests.helpers.stores import make_incoming, make_segment

if TYPE_CHECKING:
    from reviewer.models.ids import InteractionId
    from reviewer.models.interaction import Interaction
    from reviewer.storage.store import Incoming, Session, Store

PARTS = (
    make_segment(1, disposition="Solved"),
    make_segment(2, disposition="Refused"),
    make_segment(3, service="Claims", disposition="Escalated"),
)


@pytest.fixture
def number(admin: Session) -> InteractionId:
    """A call of two parts of service Support and one of Claims."""
    landed, _ = admin.intake.put([incoming(), make_incoming(2)])
    people = admin.people
    people.add_user("boss", "Boss", ["qm_manager"])
    people.add_user("olga", "Ольга", ["qm_evaluator"], teams=["Sales"])
    people.add_user("reader", "Reader", ["manager"])
    people.add_user("other", "Other", ["supervisor"], teams=["Claims"])
    found = landed[0].interaction_id
    assert found is not None
    return found


def incoming(**values: object) -> Incoming:
    return make_incoming(1, segments=PARTS, **values)  # type: ignore[arg-type]


def count(session: Session, line: str) -> int:
    return session.interactions.count(Search(parse_line(line))).n


def get(session: Session, number: InteractionId) -> Interaction:
    return session.interactions.get_by_id(number)


# --- tags


def test_tags_are_kept_found_and_offered(admin: Session, number: InteractionId) -> None:
    changes = admin.records.set_tags(number, [" Важно ", "первый  звонок", "ВАЖНО"])
    assert changes.interactions == {number}
    assert get(admin, number).tags == ("Важно", "первый звонок")
    assert count(admin, "tag:важно") == 1
    assert [c.value for c in admin.interactions.complete("tag", "ва")] == ["Важно"]
    (row,) = admin.interactions.rows([number])
    assert row.tags == ("Важно", "первый звонок")
    assert not admin.records.set_tags(number, ["Важно", "первый звонок"])
    admin.records.set_tags(number, [])
    assert count(admin, "tag:*") == 0
    assert admin.interactions.complete("tag", "") == ()


@pytest.mark.parametrize(
    "tags", [[""], ["a,b"], ["x" * 61], [f"t{n}" for n in range(51)], ["\ud800"]]
)
def test_tags_that_cannot_be_used_are_refused(
    admin: Session, number: InteractionId, tags: list[str]
) -> None:
    with pytest.raises(RemarkInvalidError):
        admin.records.set_tags(number, tags)
    assert get(admin, number).tags == ()


def test_another_import_leaves_tags_that_users_set(admin: Session, number: InteractionId) -> None:
    admin.intake.put([incoming(tags=("from the source",))])
    assert get(admin, number).tags == ("from the source",)
    admin.records.set_tags(number, ["ours"])
    admin.intake.put([incoming(tags=("another",), flagged=True)])
    found = get(admin, number)
    assert (found.tags, found.flagged) == (("ours",), True)


# --- notes


def test_a_reviewers_note_stays_beside_the_agents(admin: Session, number: InteractionId) -> None:
    note, changes = admin.records.add_note(number, " Хороший пример ", 2)
    assert changes.interactions == {number}
    assert (note.text, note.segment_number, note.by_reviewer) == ("Хороший пример", 2, True)
    assert get(admin, number).notes == (note,)
    admin.intake.put([incoming(flagged=True)])
    assert get(admin, number).notes[0].text == "Хороший пример"
    with pytest.raises(RemarkInvalidError):
        admin.records.add_note(number, "  ")
    with pytest.raises(NotFoundError):
        admin.records.add_note(number, "x", 9)


# --- dispositions


def test_a_disposition_is_chosen_from_its_services_list(
    admin: Session, number: InteractionId
) -> None:
    assert admin.records.dispositions(number, 1) == ("Refused", "Solved")
    assert admin.records.dispositions(number, 3) == ("Escalated",)
    for name in ("Escalated", "", "nonsense", "solved"):
        with pytest.raises(DispositionInvalidError):
            admin.records.change_disposition(number, 1, name)
    with pytest.raises(NotFoundError):
        admin.records.change_disposition(number, 9, "Solved")


def test_a_change_keeps_what_was_before(store: Store, number: InteractionId) -> None:
    boss = store.session("boss")
    landed, _ = store.session("admin").intake.put(
        [make_incoming(3, segments=(make_segment(3 - 2, service="Claims", disposition="Closed"),))]
    )
    assert landed[0].error is None
    changes = boss.records.change_disposition(number, 3, "Closed", " ошибка ")
    assert changes.interactions == {number}
    found = get(boss, number)
    assert (found.disposition, found.segments[0].disposition) == ("Closed", "Solved")
    assert count(boss, "disposition:Closed") == 2
    assert count(boss, "disposition:Escalated") == 0
    assert not boss.records.change_disposition(number, 3, "Closed")
    boss.records.change_disposition(number, 1, "Refused")
    latest, first = boss.records.disposition_history(number)
    assert (latest.segment_number, latest.former, latest.fresh) == (1, "Solved", "Refused")
    assert (first.former, first.fresh, first.by, first.reason) == (
        "Escalated",
        "Closed",
        "Boss",
        "ошибка",
    )
    assert first.at_us <= latest.at_us


def test_another_import_does_not_undo_a_change(admin: Session, number: InteractionId) -> None:
    admin.records.change_disposition(number, 2, "Solved")
    admin.intake.put([incoming(flagged=True)])
    found = get(admin, number)
    assert [s.disposition for s in found.segments] == ["Solved", "Solved", "Escalated"]
    assert found.flagged
    again = replace(incoming(), interaction=replace(incoming().interaction, flagged=True))
    landed, _ = admin.intake.put([again])
    assert landed[0].outcome == "unchanged"


# --- who may


def test_each_act_needs_its_privilege(store: Store, number: InteractionId) -> None:
    reader, olga = store.session("reader"), store.session("olga")
    for act in (
        lambda: reader.records.set_tags(number, ["x"]),
        lambda: reader.records.add_note(number, "x"),
        lambda: reader.records.change_disposition(number, 1, "Refused"),
        lambda: reader.records.disposition_history(number),
        lambda: olga.records.change_disposition(number, 1, "Refused"),
        lambda: olga.records.disposition_history(number),
    ):
        with pytest.raises(RefusedError):
            act()
    assert olga.records.set_tags(number, ["x"])
    assert get(reader, number).disposition == "Escalated"


def test_what_is_not_to_be_seen_is_not_there(store: Store, number: InteractionId) -> None:
    other = store.session("other")
    for act in (
        lambda: other.records.set_tags(number, ["x"]),
        lambda: other.records.add_note(number, "x"),
        lambda: other.records.dispositions(number, 1),
        lambda: other.records.change_disposition(number, 1, "Refused"),
        lambda: other.records.disposition_history(number),
        lambda: other.listening.position(number),
        lambda: other.listening.keep(number, None),
    ):
        with pytest.raises(NotFoundError):
            act()


# --- where one stopped


def test_where_one_stopped_is_each_users_own(
    store: Store, admin: Session, number: InteractionId
) -> None:
    at = get(admin, number).started_us
    assert admin.listening.position(number) is None
    admin.listening.keep(number, at)
    assert admin.listening.position(number) == at
    assert store.session("boss").listening.position(number) is None
    admin.intake.put([incoming(flagged=True)])
    assert admin.listening.position(number) == at
    admin.listening.keep(number, None)
    assert admin.listening.position(number) is None
