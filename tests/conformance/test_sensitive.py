"""What is sensitive opens to who says why, where their role asks for it; in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.errors import NotFoundError, ReasonNeededError, RefusedError, UsageError
from reviewer.models.access import Privilege, UserChange
from reviewer.models.audit import MAX_OPENING_REASON, Act, AuditQuery, Purpose
from reviewer.models.criteria.line import parse_line
from reviewer.models.derived import DerivedKind
from reviewer.models.ids import InteractionId
from reviewer.models.recording import PartyRole
from reviewer.models.search import Search
from reviewer.models.settings import SettingsChange
from tests.helpers.stores import make_incoming, make_segment

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store


def ident(landed, place: int) -> InteractionId:
    number = landed[place].interaction_id
    assert number is not None
    return number


@pytest.fixture
def ids(admin: Session) -> tuple[InteractionId, InteractionId]:
    """A call of the sensitive service VIP, and another one."""
    vip = make_incoming(1, segments=(make_segment(1, service="VIP"),))
    landed, _ = admin.intake.put([vip, make_incoming(2)])
    admin.centre.change(SettingsChange(sensitive_services=("vip",), sensitive_tags=("Жалоба",)))
    return ident(landed, 0), ident(landed, 1)


@pytest.fixture
def asked(admin: Session, store: Store) -> Session:
    """A user who may much, and is asked why."""
    role, _ = admin.people.add_role(
        "Asked",
        {
            *(Privilege.LISTEN_ALL, Privilege.COMMENT, Privilege.DISPOSITION_CHANGE),
            Privilege.ADMIN_SETTINGS,
        },
        asks_reason=True,
    )
    admin.people.add_user("vera", "Vera", [role.key])
    return store.session("vera")


def test_it_opens_once_the_reason_is_in_the_log(asked: Session, admin: Session, ids) -> None:
    vip, other = ids
    assert asked.interactions.get_by_id(other).id == other
    call = admin.interactions.get_by_id(vip)
    for read in (
        lambda: asked.interactions.get_by_id(vip),
        lambda: asked.interactions.get_by_id(vip, purpose=Purpose.PREPARE),
        lambda: asked.interactions.get(call.giid),
        lambda: asked.content.open(vip, call.recordings[0]),
        lambda: asked.derived.load(vip, call.recordings[0], DerivedKind.PEAKS),
        # What others wrote of it tells what was said.
        lambda: asked.comments.of(vip),
        lambda: asked.evaluations.of(vip),
        lambda: asked.records.disposition_history(vip),
    ):
        with pytest.raises(ReasonNeededError):
            read()
    query = AuditQuery(interaction_id=vip, logins=("vera",))
    assert admin.audit.entries(query) == ()
    asked.interactions.give_reason(vip, "  жалоба\n клиента ")
    assert asked.interactions.get_by_id(vip) == call
    asked.content.open(vip, call.recordings[0]).close()
    assert (asked.comments.of(vip), asked.evaluations.of(vip)) == ((), ())
    given = [entry for entry in admin.audit.entries(query) if entry.act == Act.REASON_GIVEN]
    assert [entry.detail for entry in given] == [{"reason": "жалоба клиента"}]


def test_a_reason_says_something_and_is_of_what_may_be_seen(asked: Session, ids) -> None:
    for reason in ("", " \n", "x" * (MAX_OPENING_REASON + 1)):
        with pytest.raises(UsageError):
            asked.interactions.give_reason(ids[0], reason)
    with pytest.raises(ReasonNeededError):
        asked.interactions.get_by_id(ids[0])
    with pytest.raises(NotFoundError):
        asked.interactions.give_reason(InteractionId(10**9), "a complaint")


def test_one_reason_opens_many_and_is_in_the_log_for_each(
    asked: Session, admin: Session, ids
) -> None:
    vip, other = ids
    landed, _ = admin.intake.put([make_incoming(3, segments=(make_segment(1, service="VIP"),))])
    second = ident(landed, 0)
    every = [vip, other, second, 10**9]
    assert set(asked.interactions.asking_reason(every)) == {vip, second}
    assert admin.interactions.asking_reason(every) == ()
    with pytest.raises(UsageError):
        asked.interactions.give_reasons([vip, second], " ")
    asked.interactions.give_reasons([vip, second, 10**9], "a  complaint")
    assert asked.interactions.asking_reason(every) == ()
    assert asked.interactions.get_by_id(second).id == second
    given = admin.audit.entries(AuditQuery(acts=(Act.REASON_GIVEN.value,)))
    assert {entry.interaction_id for entry in given} == {vip, second}
    assert {entry.detail["reason"] for entry in given} == {"a complaint"}


def test_names_of_what_is_sensitive_are_not_told_to_everybody(
    asked: Session, admin: Session, store: Store, ids
) -> None:
    """They are of services and tags that a client, say, may never see."""
    admin.people.add_user("client", "Client", ["customer"], services=["Support"])
    client = store.session("client")
    for told in (client.settings, client.centre.settings(), client.store.settings):
        assert (told.sensitive_services, told.sensitive_tags) == ((), ())
    for told in (asked.settings, asked.centre.settings()):
        assert (told.sensitive_services, told.sensitive_tags) == (("vip",), ("Жалоба",))
    with pytest.raises(ReasonNeededError):
        asked.interactions.get_by_id(ids[0])


def test_the_next_session_is_asked_anew(asked: Session, store: Store, ids) -> None:
    asked.interactions.give_reason(ids[0], "a complaint")
    with pytest.raises(ReasonNeededError):
        store.session("vera").interactions.get_by_id(ids[0])


def test_a_tag_makes_it_sensitive_and_stays(asked: Session, admin: Session, ids) -> None:
    other = ids[1]
    admin.records.set_tags(other, ["жалоба", "два"])
    with pytest.raises(ReasonNeededError):
        asked.interactions.get_by_id(other)
    with pytest.raises(RefusedError):
        asked.records.set_tags(other, ["два"])
    asked.records.set_tags(other, ["Жалоба"])
    admin.records.set_tags(other, [])
    assert asked.interactions.get_by_id(other).tags == ()


def test_who_is_asked_does_not_switch_it_off(asked: Session, ids) -> None:
    for change in (SettingsChange(sensitive_services=()), SettingsChange(sensitive_tags=())):
        with pytest.raises(RefusedError):
            asked.centre.change(change)


@pytest.mark.parametrize("flag", ["asks_reason", "watermark"])
def test_nobody_gets_round_it_by_an_account_that_is_not_asked(
    admin: Session, store: Store, flag: str
) -> None:
    rights = {Privilege.LISTEN_ALL, Privilege.ADMIN_USERS}
    keeps, _ = admin.people.add_role("Keeps", rights, **{flag: True})
    marked, _ = admin.people.add_role("Marked", {Privilege.LISTEN_ALL}, **{flag: True})
    plain, _ = admin.people.add_role("Plain", {Privilege.LISTEN_ALL})
    admin.people.add_user("keeps", "Keeps", [keeps.key])
    free, _ = admin.people.add_user("free", "Free", [plain.key])
    bound, _ = admin.people.add_user("bound", "Bound", [plain.key, marked.key])
    people = store.session("keeps").people
    for act in (
        lambda: people.add_user("other", "Other", [plain.key]),
        lambda: people.change_user(bound.id, UserChange(roles=(plain.key,))),
        lambda: people.set_password(free.id, "correct horse battery"),
    ):
        with pytest.raises(RefusedError):
            act()
    assert {user.login for user in people.users()} >= {"free", "bound"}
    assert "other" not in {user.login for user in people.users()}
    people.add_user("like", "Like", [marked.key])
    people.set_password(bound.id, "correct horse battery")


def test_lines_of_what_was_said_are_not_shown_before(admin: Session, store: Store, asked) -> None:
    from reviewer.models.interaction import Message
    from tests.helpers.stores import STARTED_US

    said = (Message(STARTED_US, PartyRole.CUSTOMER, "", "верните деньги"),)
    vip = make_incoming(1, segments=(make_segment(1, service="VIP"),), messages=said)
    landed, _ = admin.intake.put([vip])
    admin.centre.change(SettingsChange(sensitive_services=("VIP",)))
    number, criteria = ident(landed, 0), parse_line("text:деньги")
    assert admin.interactions.snippets([number], criteria)
    assert asked.interactions.snippets([number], criteria) == {}
    asked.interactions.give_reason(number, "a complaint")
    assert asked.interactions.snippets([number], criteria)
    assert asked.interactions.count(Search(criteria)).n == 1
