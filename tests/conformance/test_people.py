"""Users and roles, in every store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reviewer.errors import (
    AccessWithdrawnError,
    LastAdministratorError,
    NotFoundError,
    RefusedError,
    UnknownUserError,
    UsageError,
    UserInUseError,
)
from reviewer.models.access import LISTENING, Privilege, UserChange
from reviewer.models.audit import AuditQuery
from reviewer.models.ids import UserId
from reviewer.models.scoring import CategoryScore
from reviewer.models.search import Search
from tests.helpers.people import GOOD, acts, add, refreshed
from tests.helpers.stores import ADMIN, make_giid, make_incoming

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.storage.store import Session, Store


# --- changing users ------------------------------------------------------------------------------


def test_everything_of_a_user_can_be_changed(admin: Session, store: Store) -> None:
    user = add(admin, "anna", "agent", teams=("Sales",))
    change = UserChange("Анна", ("supervisor",), ("Claims",), ("Cards",), "Sales", "101")
    changed, changes = admin.people.change_user(user.id, change)
    assert changes.users == {user.id}
    assert refreshed(admin, user) == changed
    assert (changed.display_name, changed.roles) == ("Анна", ("supervisor",))
    assert (changed.teams, changed.services) == ({"Claims"}, {"Cards"})
    assert (changed.team, changed.extension) == ("Sales", "101")
    assert store.session("anna").people.me == changed
    again, _ = admin.people.change_user(user.id, UserChange(extension=""))
    assert (again.extension, again.team, again.roles) == ("", "Sales", ("supervisor",))


def test_a_disabled_user_does_not_exist_for_logging_in(admin: Session, store: Store) -> None:
    user = add(admin, "anna", "agent")
    admin.people.change_user(user.id, UserChange(disabled=True))
    with pytest.raises(UnknownUserError):
        store.session("anna")
    admin.people.change_user(user.id, UserChange(disabled=False))
    assert store.session("anna").people.me.login == "anna"


def test_somebody_always_stays_who_may_grant(admin: Session) -> None:
    me = admin.people.me
    second = add(admin, "second", "administrator")
    admin.people.change_user(me.id, UserChange(roles=("agent", "administrator")))
    admin.people.change_user(second.id, UserChange(disabled=True))
    last: tuple[Callable[[], object], ...] = (
        lambda: admin.people.change_user(me.id, UserChange(disabled=True)),
        lambda: admin.people.change_user(me.id, UserChange(roles=("agent",))),
        lambda: admin.people.change_role("administrator", {Privilege.ADMIN_USERS}),
        lambda: admin.people.change_role("administrator", ()),
    )
    for act in last:
        with pytest.raises(LastAdministratorError):
            act()
    assert refreshed(admin, me).roles == ("agent", "administrator")
    admin.people.change_user(second.id, UserChange(disabled=False))
    admin.people.change_user(me.id, UserChange(roles=("agent",)))


def test_a_user_who_left_something_is_disabled_not_removed(admin: Session, store: Store) -> None:
    admin.intake.put([make_incoming(1)])
    idle, busy = add(admin, "idle", "agent"), add(admin, "busy", "qm_manager")
    interaction = admin.interactions.get(make_giid(1))
    evaluations = store.session("busy").evaluations
    evaluations.save(interaction.id, 1, [CategoryScore("Greeting", 5)])
    admin.people.remove_user(idle.id)
    assert "idle" not in {user.login for user in admin.people.users()}
    for user in (busy, admin.people.me):
        with pytest.raises(UserInUseError):
            admin.people.remove_user(user.id)
    with pytest.raises(NotFoundError):
        admin.people.remove_user(UserId(12345))


def test_nobody_hands_out_more_than_they_have(admin: Session, store: Store) -> None:
    admin.people.add_role("Desk", {Privilege.ADMIN_USERS, Privilege.LISTEN_OWN})
    add(admin, "desk", "desk")
    boss = add(admin, "boss", "administrator")
    agent = add(admin, "agent1")
    desk = store.session("desk")
    me = desk.people.me
    desk.people.change_user(agent.id, UserChange(display_name="New", roles=("desk",)))
    refused: tuple[Callable[[], object], ...] = (
        lambda: desk.people.add_user("x", "X", ["administrator"]),
        lambda: desk.people.change_user(agent.id, UserChange(roles=("administrator",))),
        lambda: desk.people.change_user(me.id, UserChange(teams=("Sales",))),
        lambda: desk.people.change_user(me.id, UserChange(services=("Cards",))),
        lambda: desk.people.change_user(boss.id, UserChange(disabled=True)),
        lambda: desk.people.set_password(boss.id, GOOD),
        lambda: desk.people.add_role("More", set(Privilege)),
        lambda: desk.people.change_role("desk", set(Privilege)),
        lambda: desk.people.remove_role("desk"),
    )
    for act in refused:
        with pytest.raises(RefusedError):
            act()
    assert refreshed(admin, agent).roles == ("desk",)


def test_nobody_sees_more_through_an_account_they_can_use(admin: Session, store: Store) -> None:
    """Neither by a password they set, nor by a login, a role or letting somebody in again."""
    admin.intake.put([make_incoming(1)])
    (segment,) = admin.interactions.get(make_giid(1)).segments
    assert segment.agent is not None
    powers = (*LISTENING - {Privilege.LISTEN_ALL}, Privilege.ADMIN_USERS)
    desk_role, _ = admin.people.add_role("Desk", powers)
    limited, _ = admin.people.add_role("Limited", {Privilege.LISTEN_SERVICES})
    own, _ = admin.people.add_role("Own", {Privilege.LISTEN_OWN})
    add(admin, "desk", desk_role.key)
    victim = add(admin, "victim", limited.key, services=(segment.service,))
    out = add(admin, "out", limited.key, services=(segment.service,))
    bare = add(admin, "bare", services=(segment.service,))
    admin.people.change_user(out.id, UserChange(disabled=True))
    agent = add(admin, segment.agent.login)
    desk = store.session("desk").people
    refused: tuple[Callable[[], object], ...] = (
        lambda: desk.set_password(victim.id, GOOD),
        lambda: desk.set_password(victim.id, ""),
        lambda: desk.change_user(out.id, UserChange(disabled=False)),
        lambda: desk.change_user(bare.id, UserChange(roles=(limited.key,))),
        lambda: desk.change_user(agent.id, UserChange(roles=(own.key,))),
    )
    for act in refused:
        with pytest.raises(RefusedError):
            act()
    assert refreshed(admin, bare).roles == ()
    admin.people.remove_user(agent.id)
    with pytest.raises(RefusedError):
        desk.add_user(segment.agent.login.upper(), "Me", [own.key])
    # What leads to nothing more is theirs to give.
    other = desk.add_user("new.agent", "New", [own.key])[0]
    desk.set_password(other.id, GOOD)
    desk.add_user(segment.agent.login, "No own", [])
    # Who sees the agent may give them a login.
    admin.people.change_user(desk.me.id, UserChange(teams=(segment.agent.team,)))
    seeing = store.session("desk").people
    (kept,) = (one for one in seeing.users() if one.login == segment.agent.login)
    seeing.change_user(kept.id, UserChange(roles=(own.key,)))


def test_without_the_privilege_people_are_not_to_be_asked_for(admin: Session, store: Store) -> None:
    user = add(admin, "anna", "supervisor")
    anna = store.session("anna").people
    refused: tuple[Callable[[], object], ...] = (
        anna.users,
        anna.roles,
        lambda: anna.change_user(user.id, UserChange(display_name="X")),
        lambda: anna.remove_user(user.id),
        lambda: anna.set_password(user.id, GOOD),
        lambda: anna.unlock(user.id),
        lambda: anna.add_role("X", ()),
    )
    for act in refused:
        with pytest.raises(RefusedError):
            act()


# --- roles ---------------------------------------------------------------------------------------


def test_roles_are_made_changed_and_removed(admin: Session, store: Store) -> None:
    role, changes = admin.people.add_role("Аудитор", {Privilege.AUDIT_VIEW})
    assert changes
    assert (role.title, role.ready_made) == ("Аудитор", False)
    user = add(admin, "anna", role.key)
    assert store.session("anna").people.me.privileges == {Privilege.AUDIT_VIEW}
    changed, _ = admin.people.change_role(role.key, {Privilege.LISTEN_ALL}, "Слушатель")
    assert (changed.title, changed.privileges) == ("Слушатель", {Privilege.LISTEN_ALL})
    assert store.session("anna").people.me.privileges == {Privilege.LISTEN_ALL}
    with pytest.raises(UsageError):
        admin.people.remove_role(role.key)
    admin.people.change_user(user.id, UserChange(roles=()))
    admin.people.remove_role(role.key)
    assert role.key not in {other.key for other in admin.people.roles()}
    for bad in (lambda: admin.people.remove_role("agent"), lambda: admin.people.add_role(" ", ())):
        with pytest.raises(UsageError):
            bad()
    with pytest.raises(UsageError):
        admin.people.add_role("AGENT", ())
    with pytest.raises(NotFoundError):
        admin.people.change_role("no_such", ())


def test_two_roles_of_other_alphabets_do_not_meet(admin: Session) -> None:
    first, _ = admin.people.add_role("Один", ())
    second, _ = admin.people.add_role("Два", ())
    assert first.key != second.key
    assert [role.title for role in admin.people.roles()][-2:] == ["Один", "Два"]


def test_what_was_changed_of_people_is_in_the_log(admin: Session) -> None:
    user = add(admin, "anna", "agent")
    admin.people.change_user(user.id, UserChange(display_name="Secret Name", extension="999"))
    admin.people.set_password(user.id, GOOD)
    role, _ = admin.people.add_role("R", {Privilege.AUDIT_VIEW})
    admin.people.change_role(role.key, ())
    admin.people.remove_role(role.key)
    admin.people.remove_user(user.id)
    assert acts(admin)[-7:] == [
        "user.added",
        "user.changed",
        "password.changed",
        "role.added",
        "role.changed",
        "role.deleted",
        "user.changed",
    ]
    (entry,) = admin.audit.entries(AuditQuery(acts=("role.added",)))
    assert entry.detail == {"role": "r", "privileges": ["audit.view"]}
    assert entry.login == ADMIN


# --- what is changed while sessions are open -----------------------------------------------------


def test_an_open_session_may_what_its_user_may_now(admin: Session, store: Store) -> None:
    admin.intake.put([make_incoming(1)])
    user = add(admin, "anna", "manager")
    session = store.session("anna")
    facets = (session.interactions, session.content, session.people)
    assert session.interactions.count(Search()).n == 1
    role, _ = admin.people.add_role("Nothing", ())
    admin.people.change_user(user.id, UserChange(roles=(role.key,)))
    assert facets[0].count(Search()).n == 0
    with pytest.raises(NotFoundError):
        session.interactions.get(make_giid(1))
    assert not session.people.me.privileges
    admin.people.change_role(role.key, {Privilege.LISTEN_ALL, Privilege.ADMIN_USERS})
    assert session.interactions.get(make_giid(1)).giid == make_giid(1)
    assert facets[2].users()
    admin.people.change_user(user.id, UserChange(disabled=True))
    for call in (
        lambda: session.interactions.count(Search()),
        lambda: facets[0].get(make_giid(1)),
        lambda: session.people.change_password("", GOOD),
        session.people.ticket,
    ):
        with pytest.raises(AccessWithdrawnError):
            call()
    admin.people.change_user(user.id, UserChange(disabled=False))
    assert session.interactions.count(Search()).n == 1


def test_nobody_sees_through_another_user_what_they_do_not_see(
    admin: Session, store: Store
) -> None:
    role, _ = admin.people.add_role("Desk", {Privilege.ADMIN_USERS, Privilege.LISTEN_TEAMS})
    add(admin, "desk", role.key, teams=("Sales",))
    other = add(admin, "other", teams=("Claims",))
    boss = add(admin, "boss", "administrator")
    desk = store.session("desk")
    for act in (
        lambda: desk.people.add_user("x", "X", [role.key], teams=["Claims"]),
        # Another team, whatever it looks like.
        lambda: desk.people.add_user("x", "X", [role.key], teams=["sales"]),
        lambda: desk.people.add_user("x", "X", [role.key], services=["Cards"]),
        lambda: desk.people.change_user(other.id, UserChange(teams=("Claims", "Night"))),
        lambda: desk.people.change_user(other.id, UserChange(services=("Cards",))),
        lambda: desk.people.remove_user(boss.id),
    ):
        with pytest.raises(RefusedError):
            act()
    desk.people.add_user("x", "X", [role.key], teams=["Sales"])
    desk.people.change_user(other.id, UserChange(teams=("Claims", "Sales")))
