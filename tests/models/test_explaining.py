"""Why a user sees an interaction: each privilege, each thing that is missing."""

from __future__ import annotations

import pytest

from reviewer.models.access import Privilege, User
from reviewer.models.explaining import explain_access
from reviewer.models.ids import UserId
from reviewer.models.interaction import Agent
from tests.helpers.stores import make_interaction, make_segment

P = Privilege
CALL = make_interaction(
    segments=(
        make_segment(1, agent=Agent("anna", team="Sales"), service="Cards"),
        make_segment(2, agent=Agent("boris", team="Claims"), service="Loans"),
    )
)


def user(*privileges: Privilege, login: str = "x", **more: object) -> User:
    return User(UserId(7), login, "X", (), frozenset(privileges), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asker", "sees", "said"),
    [
        (user(P.LISTEN_ALL), True, "may listen to everything"),
        (user(P.LISTEN_OWN, login="Boris"), True, "handled segment 2"),
        (
            user(P.LISTEN_TEAMS, teams=frozenset({"Sales"})),
            True,
            "segment 1 was handled in the team",
        ),
        (
            user(P.LISTEN_SERVICES, services=frozenset({"Loans"})),
            True,
            "segment 2 belongs to the ser",
        ),
        (user(P.COMMENT), False, "no role of theirs lets them listen"),
        (user(P.LISTEN_TEAMS), False, "none is assigned"),
        (user(P.LISTEN_TEAMS, teams=frozenset({"Night"})), False, "handled by Claims, Sales"),
        (user(P.LISTEN_SERVICES), False, "none is assigned"),
        (user(P.LISTEN_SERVICES, services=frozenset({"Z"})), False, "belongs to Cards, Loans"),
        (user(P.LISTEN_OWN, login="igor"), False, "handled no segment of it"),
        (user(P.LISTEN_ALL, disabled=True), False, "the user is disabled"),
        (user(P.LISTEN_ALL, must_change_password=True), False, "must change the password"),
    ],
)
def test_each_ground_and_each_lack_is_named(asker: User, sees: bool, said: str) -> None:
    found = explain_access(asker, CALL)
    assert found.sees is sees
    assert any(said in str(why) for why in found.reasons)
