"""Requests for a second person, in the tables. Imported inside `storage` only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from reviewer.models.erasure import Loss, RetentionRule, Shared, What
from reviewer.models.ids import InteractionId, WallUs
from reviewer.models.requests import LAPSE_US, Guarded, Request
from reviewer.storage.catalogue import schema
from reviewer.storage.catalogue.bulk import insert_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Row

_Q: Final = schema.requests
_L: Final = schema.request_items
APPROVED: Final = "approved"
REFUSED: Final = "refused"
_LOSS: Final = ("interactions", "files", "duration_us", "bytes", "texts")


def enter(connection: Connection, asked: Request, ids: Sequence[int]) -> int:
    """Enter a request; return its number."""
    detail = {
        "what": [what.value for what in asked.what],
        "shared": asked.shared.value,
        "losses": {
            what.value: [getattr(loss, name) for name in _LOSS]
            for what, loss in asked.losses.items()
        },
        "others": asked.others,
        "fewer": sorted(asked.fewer),
        "holds": {str(number): digest for number, digest in asked.holds.items()},
        "rules": _told_rules(asked.rules),
        "rules_before": _told_rules(asked.rules_before),
    }
    result = connection.execute(
        _Q.insert().values(
            kind=asked.kind.value,
            by=asked.by,
            at_us=asked.at_us,
            reason=asked.reason,
            detail=json.dumps(detail),
        )
    )
    key = result.inserted_primary_key
    number = int(key[0]) if key is not None else 0
    insert_rows(connection, _L, ("request_id", "interaction_id"), [(number, one) for one in ids])
    return number


def waiting(connection: Connection, login: str, now_us: int) -> tuple[Request, ...]:
    """Return the requests that nobody has decided and that have not lapsed, oldest first.

    Args:
        connection: Reads.
        login: Whose are `mine`.
        now_us: The present instant.
    """
    count = select(func.count()).where(_L.c.request_id == _Q.c.id).correlate(_Q).scalar_subquery()
    statement = select(_Q, count.label("total")).where(
        _Q.c.decision == "", _Q.c.at_us > now_us - LAPSE_US
    )
    return tuple(_request(row, login) for row in connection.execute(statement.order_by(_Q.c.id)))


def items(connection: Connection, number: int) -> tuple[InteractionId, ...]:
    """Return the interactions that a request is about."""
    statement = select(_L.c.interaction_id).where(_L.c.request_id == number)
    found = connection.execute(statement.order_by(_L.c.interaction_id)).scalars()
    return tuple(InteractionId(each) for each in found)


def decide(
    connection: Connection, number: int, decision: str, by: str, at_us: int, reason: str = ""
) -> None:
    """Enter what was decided."""
    connection.execute(
        _Q.update()
        .where(_Q.c.id == number)
        .values(decision=decision, decided_by=by, decided_us=at_us, decided_reason=reason)
    )


def _request(row: Row[Any], login: str) -> Request:
    detail = json.loads(row.detail)
    return Request(
        number=row.id,
        kind=Guarded(row.kind),
        by=row.by,
        at_us=WallUs(row.at_us),
        reason=row.reason,
        what=tuple(What(each) for each in detail["what"]),
        shared=Shared(detail["shared"]),
        losses={What(what): Loss(*loss) for what, loss in detail["losses"].items()},
        others=detail["others"],
        total=row.total,
        fewer=tuple(Guarded(each) for each in detail.get("fewer", ())),
        holds={int(number): digest for number, digest in detail.get("holds", {}).items()},
        rules=_rules(detail.get("rules", ())),
        rules_before=_rules(detail.get("rules_before", ())),
        mine=row.by == login,
    )


def _told_rules(rules: Sequence[RetentionRule]) -> list[list[str | int]]:
    return [[rule.service, rule.what.value, rule.days] for rule in rules]


def _rules(told: Iterable[tuple[str, str, int]]) -> tuple[RetentionRule, ...]:
    return tuple(RetentionRule(service, What(what), days) for service, what, days in told)
