"""Scores by categories in a local store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import N_, EvaluationInvalidError, NotFoundError
from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.scoring import check_category_names, check_scores
from reviewer.storage.catalogue import scores as table
from reviewer.storage.local.sensitive import require_reason_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.audit import Detail
    from reviewer.models.ids import InteractionId, WallUs
    from reviewer.models.scoring import Category, CategoryScore, Evaluation
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen


class LocalEvaluations:
    """The `Evaluations` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._pen = pen
        self._user = user
        self._visibility = visibility

    def categories(self) -> tuple[Category, ...]:
        """Return the categories in their order."""
        with self._core.database.read() as connection:
            return table.load_categories(connection)

    def rename_categories(self, names: Sequence[str]) -> Changes:
        """Replace the list of names; see `Evaluations.rename_categories`."""
        self._user.require(Privilege.ADMIN_SETTINGS)
        trimmed = check_category_names(tuple(names))
        with self._core.database.write() as connection:
            before = tuple(category.name for category in table.load_categories(connection))
            if before == trimmed:
                return Changes()
            table.replace_categories(connection, trimmed)
            self._pen.write(connection, Act.CATEGORIES_CHANGED, detail={"count": len(trimmed)})
        return Changes(categories=True)

    def save(
        self,
        interaction_id: InteractionId,
        segment_number: int,
        scores: Sequence[CategoryScore],
        note: str = "",
        *,
        at_us: WallUs | None = None,
    ) -> tuple[Evaluation, Changes]:
        """Save a new version; see `Evaluations.save`."""
        self._user.require(Privilege.QM_EVALUATE)
        instant = self._core.clock()
        if at_us is not None:
            self._user.require(Privilege.IMPORT)
            if at_us > instant:
                raise EvaluationInvalidError(reason=N_("its time is yet to come"))
            instant = at_us
        given = tuple(scores)
        check_scores(given, note)
        with self._core.database.write() as connection:
            giid = self._visibility.giid(connection, interaction_id)
            if giid is None:
                raise NotFoundError(name=str(interaction_id))
            if not table.has_agent(connection, interaction_id, segment_number):
                raise EvaluationInvalidError(reason=N_("nobody handled this segment"))
            known = {category.name for category in table.load_categories(connection)}
            if any(score.category not in known for score in given):
                raise EvaluationInvalidError(reason=N_("there is no such category"))
            evaluation = table.insert_evaluation(
                connection, interaction_id, segment_number, self._user, given, note, instant
            )
            told: Detail = {"segment": segment_number, "version": evaluation.version}
            self._pen.write(connection, Act.EVALUATED, interaction_id, giid, told)
        return evaluation, Changes(
            evaluations=frozenset({evaluation.id}), evaluations_of=frozenset({interaction_id})
        )

    def of(self, interaction_id: InteractionId) -> tuple[Evaluation, ...]:
        """Return all versions that the user may see; see `Evaluations.of`."""
        limit = self._visibility.evaluations
        with self._core.database.read() as connection:
            self._must_see(connection, interaction_id)
            require_reason_for(connection, self._user, self._pen, interaction_id)
            return table.load_evaluations(
                connection,
                table.of_interaction(interaction_id),
                *(() if limit is None else (limit,)),
            )

    def _must_see(self, connection: Connection, interaction_id: InteractionId) -> None:
        if not self._visibility.sees(connection, interaction_id):
            raise NotFoundError(name=str(interaction_id))
