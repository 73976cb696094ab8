"""The catalogue of privileges and the ready-made roles."""

from __future__ import annotations

from reviewer.models.access import CATALOGUE, READY_MADE_ROLES, Privilege, User
from reviewer.models.ids import UserId


def user(*privileges):
    return User(UserId(1), "u", "U", (), frozenset(privileges))


def role(key):
    return next(role for role in READY_MADE_ROLES if role.key == key)


def test_every_privilege_has_one_entry():
    assert set(CATALOGUE) == set(Privilege)
    assert all(entry.key is key and entry.title for key, entry in CATALOGUE.items())


def test_administrator_has_all_and_the_evaluator_what_the_page_says():
    assert role("administrator").privileges == frozenset(Privilege)
    assert role("qm_evaluator").privileges == {
        Privilege.LISTEN_TEAMS,
        Privilege.COMMENT,
        Privilege.QM_EVALUATE,
        Privilege.CLIP,
        Privilege.OFFLINE,
    }
    assert Privilege.QM_SELF not in role("qm_manager").privileges
    assert Privilege.QM_CALIBRATE in role("qm_manager").privileges


def test_restricted_criteria_are_withheld_from_assigned_services_alone():
    assert not user(Privilege.LISTEN_SERVICES).sees_restricted_criteria
    assert not user(Privilege.LISTEN_SERVICES, Privilege.DOWNLOAD).sees_restricted_criteria
    assert user(Privilege.LISTEN_SERVICES, Privilege.LISTEN_TEAMS).sees_restricted_criteria
    assert user(Privilege.LISTEN_ALL).sees_restricted_criteria


def test_may_asks_for_any_of_those_named():
    assert user(Privilege.CLIP).may(Privilege.DOWNLOAD, Privilege.CLIP)
    assert not user().may(Privilege.CLIP)
