"""Deletions of many that have not ended, legal holds and retention rules, in the tables.

Imported inside `storage` only.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, or_, select

from reviewer.models.erasure import KINDS, Hold, LiftedHold, RetentionRule, Shared, Unfinished, What
from reviewer.models.ids import Giid, InteractionId, WallUs
from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingState
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.bulk import among, insert_rows
from reviewer.storage.catalogue.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Select

    from reviewer.storage.catalogue.erasing import Made
    from reviewer.storage.catalogue.visibility import Visibility

_I: Final = schema.interactions
_E: Final = schema.erasing
_L: Final = schema.erasing_left
_R: Final = schema.recordings
_H: Final = schema.holds
_LH: Final = schema.lifted_holds
_K: Final = schema.retention_rules
_DAY_US: Final = 86_400_000_000
_STATE: Final = {
    What.VOICE: _I.c.voice_state,
    What.TRANSCRIPT: _I.c.transcript_state,
    What.CHAT: _I.c.transcript_state,
    What.EMAIL: _I.c.email_state,
    What.SCREEN: _I.c.screen_state,
}
_AVAILABLE: Final = codes.RECORDING_STATES.code(RecordingState.AVAILABLE)
_DAMAGED: Final = codes.RECORDING_STATES.code(RecordingState.DAMAGED)
_MISSING: Final = codes.RECORDING_STATES.code(RecordingState.MISSING)
_CHANNELS: Final = {
    What.TRANSCRIPT: Channel.VOICE,
    What.CHAT: Channel.CHAT,
    What.EMAIL: Channel.EMAIL,
}

# --- deletions of many -------------------------------------------------------------------------


def begin(
    connection: Connection,
    made: Made,
    what: Sequence[What],
    shared: Shared,
    ids: Sequence[int],
) -> int:
    """Note what is to be deleted; return the number of the note."""
    result = connection.execute(
        _E.insert().values(
            by=made.by,
            at_us=made.at_us,
            reason=made.reason,
            what=json.dumps(sorted(what)),
            shared=shared.value,
            by_retention=int(made.by_retention),
            total=len(ids),
            approved_by=made.approved_by,
        )
    )
    key = result.inserted_primary_key
    number = int(key[0]) if key is not None else 0
    insert_rows(connection, _L, ("erasing_id", "interaction_id"), ((number, each) for each in ids))
    return number


def done(connection: Connection, number: int, ids: Sequence[int]) -> None:
    """Take interactions off a note."""
    these = among(connection, _L.c.interaction_id, ids)
    connection.execute(_L.delete().where(_L.c.erasing_id == number, these))


def end(connection: Connection, number: int) -> None:
    """Take a note away."""
    connection.execute(_L.delete().where(_L.c.erasing_id == number))
    connection.execute(_E.delete().where(_E.c.id == number))


def left(connection: Connection, number: int) -> list[int]:
    """Return whose content is still to be deleted."""
    statement = select(_L.c.interaction_id).where(_L.c.erasing_id == number)
    return list(connection.execute(statement.order_by(_L.c.interaction_id)).scalars())


def load(connection: Connection) -> tuple[Unfinished, ...]:
    """Return all notes, oldest first."""
    count = select(func.count()).where(_L.c.erasing_id == _E.c.id).correlate(_E).scalar_subquery()
    rows = connection.execute(select(_E, count.label("left")).order_by(_E.c.id))
    return tuple(
        Unfinished(
            row.id,
            row.by,
            WallUs(row.at_us),
            row.reason,
            tuple(What(each) for each in json.loads(row.what)),
            Shared(row.shared),
            bool(row.by_retention),
            row.total,
            row.left,
            row.approved_by,
        )
        for row in rows
    )


# --- legal holds -------------------------------------------------------------------------------


def load_holds(
    connection: Connection, visibility: Visibility, only: int | None = None
) -> tuple[Hold, ...]:
    """Return the holds that may be seen, newest first."""
    statement = select(_H, _I.c.giid).join_from(_H, _I, _I.c.id == _H.c.interaction_id)
    if only is not None:
        statement = statement.where(_H.c.interaction_id == only)
    statement = visibility.limit(statement.order_by(_H.c.at_us.desc(), _H.c.interaction_id))
    return tuple(_hold(row) for row in connection.execute(statement))


def load_lifted(
    connection: Connection, visibility: Visibility, only: int | None = None
) -> tuple[LiftedHold, ...]:
    """Return the holds that were lifted and may be seen, the last lifted first."""
    statement = select(_LH, _I.c.giid).join_from(_LH, _I, _I.c.id == _LH.c.interaction_id)
    if only is not None:
        statement = statement.where(_LH.c.interaction_id == only)
    statement = visibility.limit(statement.order_by(_LH.c.lifted_us.desc(), _LH.c.id.desc()))
    return tuple(
        LiftedHold(
            _hold(row), row.lifted_by, WallUs(row.lifted_us), row.lifted_reason, row.approved_by
        )
        for row in connection.execute(statement)
    )


def _hold(row: Row[Any]) -> Hold:
    return Hold(
        InteractionId(row.interaction_id), Giid(row.giid), row.by, WallUs(row.at_us), row.reason
    )


def hold_digests(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return a digest of who set the hold on each interaction, when and why; none: not held."""
    rows = connection.execute(select(_H).where(among(connection, _H.c.interaction_id, ids)))
    return {
        row.interaction_id: hashlib.sha256(
            json.dumps([row.by, row.at_us, row.reason]).encode()
        ).hexdigest()
        for row in rows
    }


def enter_holds(
    connection: Connection, ids: Iterable[int], by: str, at_us: int, reason: str
) -> None:
    """Enter holds on interactions that have none."""
    rows = [{"interaction_id": each, "by": by, "at_us": at_us, "reason": reason} for each in ids]
    if rows:
        connection.execute(_H.insert(), rows)


def lift_holds(
    connection: Connection,
    ids: Sequence[int],
    by: str,
    at_us: int,
    reason: str,
    approved_by: str = "",
) -> None:
    """Take holds away; that they were, and why they were lifted, stays."""
    these = among(connection, _H.c.interaction_id, ids)
    rows = [
        (row.interaction_id, row.by, row.at_us, row.reason, by, at_us, reason, approved_by)
        for row in connection.execute(select(_H).where(these))
    ]
    columns = (
        "interaction_id", "by", "at_us", "reason", "lifted_by", "lifted_us", "lifted_reason",
        "approved_by",
    )  # fmt: skip
    insert_rows(connection, _LH, columns, rows)
    connection.execute(_H.delete().where(these))


# --- retention ---------------------------------------------------------------------------------


def load_rules(connection: Connection) -> tuple[RetentionRule, ...]:
    """Return the rules, those for all services first."""
    services = schema.services
    rows = connection.execute(
        select(services.c.name, _K.c.what, _K.c.days)
        .select_from(_K.outerjoin(services, services.c.id == _K.c.service_id))
        .order_by(services.c.name, _K.c.id)
    )
    rules = [RetentionRule(row.name or "", What(row.what), row.days) for row in rows]
    order = list(What)
    return tuple(sorted(rules, key=lambda rule: (rule.service, order.index(rule.what))))


def replace_rules(connection: Connection, rules: Sequence[RetentionRule]) -> None:
    """Replace the rules; services that nobody heard of yet are entered."""
    names = Names(connection)
    connection.execute(_K.delete())
    rows = [
        {
            "service_id": names.service(rule.service) if rule.service else None,
            "what": rule.what.value,
            "days": rule.days,
        }
        for rule in rules
    ]
    if rows:
        connection.execute(_K.insert(), rows)


def due(connection: Connection, visibility: Visibility, now_us: int) -> dict[What, list[int]]:
    """Return whose content has reached its end, by kind, oldest first; held ones are left out."""
    rules = connection.execute(select(_K.c.service_id, _K.c.what, _K.c.days)).all()
    found: dict[What, list[int]] = {}
    for what in What:
        of = {row.service_id: row.days for row in rules if row.what == what.value}
        parts: list[ColumnElement[bool]] = []
        own = [service for service in of if service is not None]
        for service, days in of.items():
            if days == 0:
                continue
            old = _I.c.ended_us < now_us - days * _DAY_US
            if service is not None:
                parts.append(and_(old, _I.c.service_id == service))
            elif own:
                other = or_(_I.c.service_id.is_(None), _I.c.service_id.not_in(own))
                parts.append(and_(old, other))
            else:
                parts.append(old)
        if not parts:
            continue
        statement = select(_I.c.id).where(
            or_(*parts),
            or_(_STATE[what] == _AVAILABLE, _I.c.id.in_(_spoilt(what))),
            _I.c.id.not_in(select(_H.c.interaction_id)),
        )
        if what in _CHANNELS:
            channel = codes.CHANNELS.code(_CHANNELS[what])
            statement = statement.where(_I.c.channel == channel)
        limited = visibility.limit(statement).order_by(_I.c.started_us, _I.c.id)
        ids = list(connection.execute(limited).scalars())
        if ids:
            found[what] = ids
    return found


def _spoilt(what: What) -> Select[tuple[int]]:
    """Return the ids of interactions with files that are damaged or lost.

    Beside these others may be gone. Of what is lost there is the key still, and what was computed
    of it, and the file may turn up.
    """
    kinds = [codes.RECORDING_KINDS.code(kind) for kind in sorted(KINDS[what])]
    lost = and_(_R.c.state == _MISSING, _R.c.object_id.is_not(None))
    return select(_R.c.interaction_id).where(
        or_(_R.c.state == _DAMAGED, lost), _R.c.kind.in_(kinds)
    )
