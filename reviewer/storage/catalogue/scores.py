"""Categories and evaluations in the tables."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select

from reviewer.models.folding import fold
from reviewer.models.ids import CategoryId, EvaluationId, Giid, InteractionId, WallUs
from reviewer.models.scoring import (
    Category,
    CategoryScore,
    Evaluation,
    EvaluationKind,
    EvaluationState,
)
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.visibility import counting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from reviewer.models.access import User

_C: Final = schema.categories
_E: Final = schema.evaluations
_P: Final = schema.evaluation_scores
_I: Final = schema.interactions

_NEXT_VERSION: Final = select(func.coalesce(func.max(_E.c.version), 0) + 1).where(
    _E.c.interaction_id == bindparam("interaction"),
    _E.c.segment_number == bindparam("segment"),
    _E.c.evaluator_id == bindparam("evaluator"),
    _E.c.kind == bindparam("kind"),
)

_LATEST: Final = (
    select(_E.c.average, _E.c.evaluator_id)
    .where(_E.c.interaction_id == bindparam("interaction"), counting())
    .order_by(_E.c.at_us.desc(), _E.c.id.desc())
    .limit(1)
)


def load_categories(connection: Connection) -> tuple[Category, ...]:
    """Return the categories in their order."""
    rows = connection.execute(select(_C).order_by(_C.c.position))
    return tuple(Category(CategoryId(row.id), row.name, row.position) for row in rows)


def replace_categories(connection: Connection, names: Sequence[str]) -> None:
    """Replace the list; the one at a position keeps its id under its new name."""
    known = load_categories(connection)
    connection.execute(_C.delete())
    rows: list[dict[str, object]] = [
        {"name": name, "name_fold": fold(name), "position": position}
        for position, name in enumerate(names)
    ]
    spare = max((category.id for category in known), default=0)
    for position, row in enumerate(rows):
        row["id"] = known[position].id if position < len(known) else spare + 1 + position
    if rows:
        connection.execute(_C.insert(), rows)


def insert_evaluation(
    connection: Connection,
    interaction_id: InteractionId,
    segment_number: int,
    evaluator: User,
    scores: Sequence[CategoryScore],
    note: str,
    now_us: int,
) -> Evaluation:
    """Enter a new version of an evaluation and make it the interaction's latest."""
    kind, state = EvaluationKind.NORMAL, EvaluationState.SUBMITTED
    version = connection.execute(
        _NEXT_VERSION,
        {
            "interaction": interaction_id,
            "segment": segment_number,
            "evaluator": evaluator.id,
            "kind": codes.EVALUATION_KINDS.code(kind),
        },
    ).scalar_one()
    giid = connection.execute(select(_I.c.giid).where(_I.c.id == interaction_id)).scalar_one()
    evaluation = Evaluation(
        id=EvaluationId(0),
        interaction_id=interaction_id,
        giid=Giid(giid),
        segment_number=segment_number,
        evaluator=evaluator.login,
        version=int(version),
        at_us=WallUs(now_us),
        scores=tuple(scores),
        note=note,
        kind=kind,
        state=state,
    )
    result = connection.execute(
        _E.insert().values(
            interaction_id=interaction_id,
            segment_number=segment_number,
            evaluator_id=evaluator.id,
            kind=codes.EVALUATION_KINDS.code(kind),
            state=codes.EVALUATION_STATES.code(state),
            version=evaluation.version,
            at_us=now_us,
            note=note,
            average=evaluation.average,
        )
    )
    key = result.inserted_primary_key
    number = EvaluationId(int(key[0]) if key is not None else 0)
    connection.execute(
        _P.insert(),
        [
            {"evaluation_id": number, "ordinal": i, "category": s.category, "score": s.score}
            for i, s in enumerate(scores)
        ],
    )
    refresh_score(connection, interaction_id)
    return load_evaluations(connection, _E.c.id == number)[0]


def refresh_score(connection: Connection, interaction_id: InteractionId) -> None:
    """Write the latest counting evaluation into the interaction's row."""
    values = score_columns(connection, interaction_id)
    connection.execute(_I.update().where(_I.c.id == interaction_id).values(**values))


def score_columns(connection: Connection, interaction_id: InteractionId) -> dict[str, object]:
    """Return the columns of an interaction's row that follow from its evaluations."""
    latest = connection.execute(_LATEST, {"interaction": interaction_id}).first()
    return {
        "evaluated": int(latest is not None),
        "score": None if latest is None else latest.average,
        "evaluator_id": None if latest is None else latest.evaluator_id,
    }


def load_evaluations(
    connection: Connection, *conditions: ColumnElement[bool]
) -> tuple[Evaluation, ...]:
    """Return evaluations by segment, evaluator and version."""
    statement = (
        select(_E, _I.c.giid, schema.users.c.login)
        .join_from(_E, _I, _I.c.id == _E.c.interaction_id)
        .join(schema.users, schema.users.c.id == _E.c.evaluator_id)
        .where(*conditions)
        .order_by(_E.c.segment_number, schema.users.c.login_fold, _E.c.kind, _E.c.version)
    )
    rows = connection.execute(statement).all()
    scores = _scores(connection, [row.id for row in rows])
    return tuple(_evaluation(row, scores.get(row.id, ())) for row in rows)


def has_agent(connection: Connection, interaction_id: InteractionId, segment_number: int) -> bool:
    """Return whether the interaction has a segment of that number, handled by somebody."""
    table = schema.segments
    found = connection.execute(
        select(table.c.id).where(
            table.c.interaction_id == interaction_id,
            table.c.number == segment_number,
            table.c.agent_id.is_not(None),
        )
    )
    return found.first() is not None


def of_interaction(interaction_id: InteractionId) -> ColumnElement[bool]:
    """Return the condition for the evaluations of one interaction."""
    return _E.c.interaction_id == interaction_id


def _scores(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[CategoryScore, ...]]:
    rows = connection.execute(
        select(_P).where(_P.c.evaluation_id.in_(ids)).order_by(_P.c.evaluation_id, _P.c.ordinal)
    )
    return {
        number: tuple(CategoryScore(row.category, row.score) for row in group)
        for number, group in groupby(rows, key=lambda row: int(row.evaluation_id))
    }


def _evaluation(row: Row[Any], scores: tuple[CategoryScore, ...]) -> Evaluation:
    return Evaluation(
        id=EvaluationId(row.id),
        interaction_id=InteractionId(row.interaction_id),
        giid=Giid(row.giid),
        segment_number=row.segment_number,
        evaluator=row.login,
        version=row.version,
        at_us=WallUs(row.at_us),
        scores=scores,
        note=row.note,
        kind=codes.EVALUATION_KINDS.member(row.kind),
        state=codes.EVALUATION_STATES.member(row.state),
    )
