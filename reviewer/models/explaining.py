"""Why a user sees an interaction, or does not: for administrators only.

The meaning of visibility in Python; a test asserts that it is the one the store goes by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reviewer.errors import N_, Reason
from reviewer.models.access import LISTENING, Privilege, User
from reviewer.models.folding import fold

if TYPE_CHECKING:
    from reviewer.models.interaction import Interaction, Segment

    Why: TypeAlias = "str | Reason"
    """A clause as message id, or with fields."""

_P = Privilege


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a user sees an interaction, and why.

    Attributes:
        user: Whom it is about.
        sees: Whether they do, once they are logged in.
        reasons: Why, or why not: at least one.
    """

    user: User
    sees: bool
    reasons: tuple[Why, ...]


def explain_access(user: User, interaction: Interaction) -> Explanation:
    """Say whether a user sees an interaction, and why."""
    grounds = tuple(_grounds(user, interaction))
    bars = tuple(_bars(user))
    if grounds and not bars:
        return Explanation(user, sees=True, reasons=grounds)
    return Explanation(user, sees=False, reasons=bars or tuple(_lacks(user, interaction)))


def _bars(user: User) -> list[Why]:
    if user.disabled:
        return [N_("the user is disabled")]
    if user.must_change_password:
        return [N_("the user must change the password first")]
    return []


def _grounds(user: User, interaction: Interaction) -> list[Why]:
    if user.may(_P.LISTEN_ALL):
        return [N_("may listen to everything")]
    grounds: list[Why] = []
    for segment in interaction.segments:
        agent = segment.agent
        if agent is not None and _is_own(user, segment):
            grounds.append(Reason(N_("handled segment {number}"), number=segment.number))
        if agent is not None and user.may(_P.LISTEN_TEAMS) and agent.team in user.teams:
            template = N_("segment {number} was handled in the team {team}, which is assigned")
            grounds.append(Reason(template, number=segment.number, team=agent.team))
        if user.may(_P.LISTEN_SERVICES) and segment.service in user.services:
            template = N_("segment {number} belongs to the service {service}, which is assigned")
            grounds.append(Reason(template, number=segment.number, service=segment.service))
    return grounds


def _is_own(user: User, segment: Segment) -> bool:
    agent = segment.agent
    own = agent is not None and fold(agent.login) == fold(user.login)
    return own and user.may(_P.LISTEN_OWN)


def _lacks(user: User, interaction: Interaction) -> list[Why]:
    """Return what each of the user's privileges to listen comes to here."""
    if not user.privileges & LISTENING:
        return [N_("no role of theirs lets them listen to anything")]
    lacks: list[Why] = []
    if user.may(_P.LISTEN_TEAMS):
        there = {s.agent.team for s in interaction.segments if s.agent is not None}
        if not user.teams:
            lacks.append(N_("may listen to assigned teams, and none is assigned"))
        else:
            template = N_("the teams assigned are {assigned}; it was handled by {there}")
            lacks.append(Reason(template, assigned=_names(user.teams), there=_names(there)))
    if user.may(_P.LISTEN_SERVICES):
        found = {s.service for s in interaction.segments}
        if not user.services:
            lacks.append(N_("may listen to assigned services, and none is assigned"))
        else:
            template = N_("the services assigned are {assigned}; it belongs to {there}")
            lacks.append(Reason(template, assigned=_names(user.services), there=_names(found)))
    if user.may(_P.LISTEN_OWN):
        lacks.append(N_("may listen to what they handled themselves, and handled no segment of it"))
    return lacks


def _names(names: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(name for name in names if name)) or "–"
