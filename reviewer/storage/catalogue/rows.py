"""Reading rows of the results table, a page at a time."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from reviewer.models.ids import Giid, InteractionId, WallUs
from reviewer.models.search import InteractionRow
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.reader import read_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import BindParameter, Connection, Row

    from reviewer.storage.catalogue.visibility import Visibility

_CHUNK: Final = 500
_NUMBERS: Final[BindParameter[list[int]]] = bindparam("numbers", expanding=True)
_I: Final = schema.interactions
_S: Final = schema.segments
_N: Final = schema.notes

_ROWS: Final = (
    select(
        _I.c.id,
        _I.c.giid,
        _I.c.channel,
        _I.c.direction,
        _I.c.outcome,
        _I.c.started_us,
        _I.c.duration_us,
        _I.c.from_address,
        _I.c.from_name,
        _I.c.to_address,
        _I.c.connected_to,
        _I.c.flagged,
        _I.c.scenario,
        schema.services.c.name.label("service"),
        schema.dispositions.c.name.label("disposition"),
        schema.agents.c.login.label("agent"),
        _I.c.has_notes,
        _I.c.account_number,
        _I.c.case_number,
        _I.c.voice_state,
        _I.c.transcript_state,
        _I.c.screen_state,
        _I.c.email_state,
        _I.c.sentiment,
        _I.c.segment_count,
        _I.c.subject,
        _I.c.call_problem,
        _I.c.custom,
        _I.c.evaluated,
    )
    .select_from(
        _I.outerjoin(schema.services, schema.services.c.id == _I.c.service_id)
        .outerjoin(schema.dispositions, schema.dispositions.c.id == _I.c.disposition_id)
        .outerjoin(schema.agents, schema.agents.c.id == _I.c.agent_id)
    )
    .where(_I.c.id.in_(_NUMBERS))
)
_PARTS: Final = (
    select(
        _S.c.interaction_id,
        schema.agents.c.login,
        schema.services.c.name.label("service"),
        schema.dispositions.c.name.label("disposition"),
    )
    .select_from(
        _S.outerjoin(schema.agents, schema.agents.c.id == _S.c.agent_id)
        .outerjoin(schema.services, schema.services.c.id == _S.c.service_id)
        .outerjoin(schema.dispositions, schema.dispositions.c.id == _S.c.disposition_id)
    )
    .where(_S.c.interaction_id.in_(_NUMBERS))
    .order_by(_S.c.interaction_id, _S.c.number)
)
_NOTES: Final = (
    select(_N.c.interaction_id, _N.c.text)
    .where(_N.c.interaction_id.in_(_NUMBERS), _N.c.by_reviewer == 0)
    .order_by(_N.c.interaction_id, _N.c.at_us, _N.c.id)
)


class _Parts:
    """What all segments of some interactions say, and the notes of their agents."""

    def __init__(self, connection: Connection, found: Sequence[Row[Any]]) -> None:
        self.agents: dict[int, tuple[str, ...]] = {}
        self.services: dict[int, tuple[str, ...]] = {}
        self.dispositions: dict[int, tuple[str, ...]] = {}
        self.notes: dict[int, str] = {}
        several = [row.id for row in found if row.segment_count > 1]
        if several:
            rows = connection.execute(_PARTS, {"numbers": several})
            for number, group in groupby(rows, key=lambda row: int(row.interaction_id)):
                parts = list(group)
                self.agents[number] = _told(row.login for row in parts)
                self.services[number] = _told(row.service for row in parts)
                self.dispositions[number] = _told(row.disposition for row in parts)
        noted = [row.id for row in found if row.has_notes]
        if noted:
            rows = connection.execute(_NOTES, {"numbers": noted})
            for number, group in groupby(rows, key=lambda row: int(row.interaction_id)):
                self.notes[number] = "\n".join(row.text for row in group)


def load_rows(
    connection: Connection, ids: Sequence[int], visibility: Visibility
) -> tuple[InteractionRow, ...]:
    """Return the rows of those of `ids` that are there and may be seen, in their order."""
    statement = visibility.limit(_ROWS)
    by_id: dict[int, InteractionRow] = {}
    for first in range(0, len(ids), _CHUNK):
        chunk = list(ids[first : first + _CHUNK])
        found = connection.execute(statement, {"numbers": chunk}).all()
        parts = _Parts(connection, found)
        scores = visibility.scores(connection, [row.id for row in found if row.evaluated])
        for row in found:
            by_id[row.id] = _row(row, parts, scores.get(row.id, (None, "")))
    return tuple(by_id[number] for number in ids if number in by_id)


def _told(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _row(row: Row[Any], parts: _Parts, score: tuple[float | None, str]) -> InteractionRow:
    states = codes.RECORDING_STATES.to_member
    number = row.id
    agent, service, disposition = row.agent or "", row.service or "", row.disposition or ""
    return InteractionRow(
        id=InteractionId(number),
        giid=Giid(row.giid),
        channel=codes.CHANNELS.to_member[row.channel],
        direction=codes.DIRECTIONS.to_member[row.direction],
        started_us=WallUs(row.started_us),
        duration_us=row.duration_us,
        from_address=row.from_address,
        from_name=row.from_name,
        to_address=row.to_address,
        connected_to=row.connected_to,
        outcome=codes.OUTCOMES.to_member[row.outcome],
        flagged=bool(row.flagged),
        scenario=row.scenario,
        service=service,
        services=parts.services.get(number) or ((service,) if service else ()),
        disposition=disposition,
        dispositions=parts.dispositions.get(number) or ((disposition,) if disposition else ()),
        notes=parts.notes.get(number, ""),
        account_number=row.account_number,
        case_number=row.case_number,
        agent=agent,
        agents=parts.agents.get(number) or ((agent,) if agent else ()),
        voice=states.get(row.voice_state),
        transcript=states.get(row.transcript_state),
        screen=states.get(row.screen_state),
        email=states.get(row.email_state),
        sentiment=row.sentiment,
        segment_count=row.segment_count,
        subject=row.subject,
        call_problem=row.call_problem,
        custom=read_pairs(row.custom),
        score=score[0],
        evaluator=score[1],
    )
