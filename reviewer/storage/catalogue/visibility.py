"""What a user may see, as conditions that are joined to every query.

Imported inside `storage` only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, bindparam, exists, false, or_, select

from reviewer.errors import NotFoundError
from reviewer.models.access import Privilege, User
from reviewer.models.folding import fold
from reviewer.models.ids import Giid, InteractionId
from reviewer.models.scoring import EvaluationKind, EvaluationState
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.bulk import among

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Connection, Select

_I: Final = schema.interactions
_S: Final = schema.segments.alias("limits")
"""Under another name, so that a query over segments can be limited too."""
_E: Final = schema.evaluations
_C: Final = schema.comments
_K: Final = schema.known_as
_COUNTING: Final = and_(
    _E.c.kind == codes.EVALUATION_KINDS.code(EvaluationKind.NORMAL),
    _E.c.state == codes.EVALUATION_STATES.code(EvaluationState.SUBMITTED),
)
"""Evaluations that make an interaction's score."""


class Visibility:
    """The limits of one user."""

    def __init__(self, user: User) -> None:
        self._user = user
        self.agents: Final = _agents(user)
        """Ids of the agents whose interactions may be seen; None: of none for being theirs."""
        self.services: Final = _services(user)
        """Ids of the services whose interactions may be seen; None: of none for being theirs."""
        self.interactions: Final = _interactions(user)
        """Condition over `schema.interactions`; None: everything."""
        self.ids: Final = _ids(user)
        """Ids of the interactions that may be seen, with repeats; None: everything."""
        self.evaluations: Final = _evaluations(user)
        """Condition over `schema.evaluations`; None: all those of visible interactions."""
        self.comments: Final = or_(_C.c.public == 1, _C.c.author_id == user.id)
        """Condition over `schema.comments`: a private one is its author's alone."""
        self._scores: Final = self._score_statement()

    def require_privilege(self, privilege: Privilege | None) -> None:
        """Refuse what the user may not do whatever they see; None: what everybody may.

        Raises:
            RefusedError: They lack the privilege.
        """
        if privilege is not None:
            self._user.require(privilege)

    @property
    def restricted_ok(self) -> bool:
        """Whether criteria marked * are offered."""
        return self._user.sees_restricted_criteria

    def limit(self, statement: Select[Any]) -> Select[Any]:
        """Return a statement that reads `schema.interactions`, limited to what may be seen."""
        return statement if self.interactions is None else statement.where(self.interactions)

    def sees(self, connection: Connection, interaction_id: int) -> bool:
        """Return whether the interaction is there and may be seen."""
        statement = self.limit(select(_I.c.id).where(_I.c.id == interaction_id))
        return connection.execute(statement).first() is not None

    def require(self, connection: Connection, interaction_id: int) -> Giid:
        """Return the GIID of an interaction; refuse one that is not there or may not be seen.

        Raises:
            NotFoundError: Either; the same sentence for both.
        """
        giid = self.giid(connection, interaction_id)
        if giid is None:
            raise NotFoundError(name=str(interaction_id))
        return giid

    def sees_agent(self, connection: Connection, login: str) -> bool:
        """Return whether all interactions of the agent of a login may be seen; True: there is none.

        The user is taken not to see everything.
        """
        agents = schema.agents
        hidden = select(agents.c.id).where(agents.c.login_fold == fold(login))
        if self.agents is not None:
            hidden = hidden.where(agents.c.id.not_in(self.agents))
        return connection.execute(hidden).first() is None

    def seen(self, connection: Connection, ids: Collection[int]) -> frozenset[int]:
        """Return those of the ids that are there and may be seen."""
        statement = self.limit(select(_I.c.id).where(among(connection, _I.c.id, ids)))
        return frozenset(connection.execute(statement).scalars().all())

    def giid(self, connection: Connection, interaction_id: int) -> Giid | None:
        """Return the GIID of an interaction, None where it may not be seen."""
        statement = self.limit(select(_I.c.giid).where(_I.c.id == interaction_id))
        found = connection.execute(statement).scalar()
        return None if found is None else Giid(found)

    def find(self, connection: Connection, giid: Giid) -> InteractionId | None:
        """Return the id of the interaction of that GIID if it may be seen.

        Where none is called so, of the one that an import knows by it as well, such as one that has
        taken in what was: links to that, and holds on it, are of this one.
        """
        own = select(_I.c.id).where(_I.c.giid == giid)
        also = select(_K.c.interaction_id).where(_K.c.giid == giid, ~own.exists())
        statement = self.limit(select(_I.c.id).where(or_(_I.c.giid == giid, _I.c.id.in_(also))))
        found = connection.execute(statement).scalar()
        return None if found is None else InteractionId(found)

    def scores(
        self, connection: Connection, ids: Sequence[int]
    ) -> dict[int, tuple[float | None, str]]:
        """Return average and evaluator of the latest evaluation that the user may see, by id."""
        if not ids:
            return {}
        rows = connection.execute(self._scores, {"numbers": list(ids)})
        # In ascending order: the latest stays.
        return {row.interaction_id: (row.average, row.login) for row in rows}

    def _score_statement(self) -> Select[Any]:
        statement = (
            select(_E.c.interaction_id, _E.c.average, schema.users.c.login)
            .join_from(_E, schema.users, schema.users.c.id == _E.c.evaluator_id)
            .where(_E.c.interaction_id.in_(bindparam("numbers", expanding=True)), _COUNTING)
            .order_by(_E.c.at_us, _E.c.id)
        )
        return statement if self.evaluations is None else statement.where(self.evaluations)


def counting() -> ColumnElement[bool]:
    """Return the condition on evaluations that make an interaction's score."""
    return _COUNTING


def _agents(user: User) -> Select[Any] | None:
    agents: list[ColumnElement[bool]] = []
    if user.may(Privilege.LISTEN_OWN):
        agents.append(schema.agents.c.login_fold == fold(user.login))
    if user.may(Privilege.LISTEN_TEAMS) and user.teams:
        teams = select(schema.teams.c.id).where(schema.teams.c.name.in_(sorted(user.teams)))
        agents.append(schema.agents.c.team_id.in_(teams))
    return select(schema.agents.c.id).where(or_(*agents)) if agents else None


def _services(user: User) -> Select[Any] | None:
    if not (user.may(Privilege.LISTEN_SERVICES) and user.services):
        return None
    names = schema.services.c.name.in_(sorted(user.services))
    return select(schema.services.c.id).where(names)


def _segments(user: User) -> ColumnElement[bool] | None:
    """Return the condition over segments whose interactions may be seen; None: everything."""
    if user.may(Privilege.LISTEN_ALL):
        return None
    agents, services = _agents(user), _services(user)
    parts: list[ColumnElement[bool]] = []
    if agents is not None:
        parts.append(_S.c.agent_id.in_(agents))
    if services is not None:
        parts.append(_S.c.service_id.in_(services))
    return or_(false(), *parts)


def _interactions(user: User) -> ColumnElement[bool] | None:
    seen = _segments(user)
    if seen is None:
        return None
    return exists(1).where(_S.c.interaction_id == _I.c.id, seen).correlate(_I)


def _ids(user: User) -> Select[Any] | None:
    seen = _segments(user)
    return None if seen is None else select(_S.c.interaction_id).where(seen)


def _evaluations(user: User) -> ColumnElement[bool] | None:
    if user.may(Privilege.QM_VIEW_ALL):
        return None
    own = _E.c.evaluator_id == user.id
    if not user.may(Privilege.QM_OWN):
        return own
    me = select(schema.agents.c.id).where(schema.agents.c.login_fold == fold(user.login))
    of_me = (
        exists(1)
        .where(
            _S.c.interaction_id == _E.c.interaction_id,
            _S.c.number == _E.c.segment_number,
            _S.c.agent_id.in_(me),
        )
        .correlate(_E)
    )
    return or_(own, and_(of_me, _COUNTING))
