"""Reading rows of the results table, a page at a time."""

from __future__ import annotations

from contextlib import closing
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import bindparam, select

from reviewer.models.search import InteractionRow
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.reader import read_json, read_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import BindParameter, Connection

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
        _I.c.tags,
        _I.c.silence_share,
        _I.c.talkover_share,
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

_NAMES: Final = list(_ROWS.selected_columns.keys())
_SEGMENTS: Final = _NAMES.index("segment_count")
_NOTED: Final = _NAMES.index("has_notes")
_EVALUATED: Final = _NAMES.index("evaluated")
_CHANNELS: Final = codes.CHANNELS.to_member
_DIRECTIONS: Final = codes.DIRECTIONS.to_member
_OUTCOMES: Final = codes.OUTCOMES.to_member
_STATES: Final = codes.RECORDING_STATES.to_member
_NO_SCORE: Final = (None, "")


class _Parts:
    """What all segments of some interactions say, and the notes of their agents."""

    def __init__(self, connection: Connection, found: Sequence[tuple[Any, ...]]) -> None:
        self.agents: dict[int, tuple[str, ...]] = {}
        self.services: dict[int, tuple[str, ...]] = {}
        self.dispositions: dict[int, tuple[str, ...]] = {}
        self.notes: dict[int, str] = {}
        several = [row[0] for row in found if row[_SEGMENTS] > 1]
        if several:
            rows = connection.execute(_PARTS, {"numbers": several})
            for number, group in groupby(rows, key=itemgetter(0)):
                columns: Any = zip(*group, strict=True)
                _, agents, services, dispositions = columns
                self.agents[number] = _told(agents)
                self.services[number] = _told(services)
                self.dispositions[number] = _told(dispositions)
        noted = [row[0] for row in found if row[_NOTED]]
        if noted:
            texts = connection.execute(_NOTES, {"numbers": noted})
            for number, told in groupby(texts, key=itemgetter(0)):
                self.notes[number] = "\n".join(text for _, text in told)


def load_rows(
    connection: Connection, ids: Sequence[int], visibility: Visibility
) -> tuple[InteractionRow, ...]:
    """Return the rows of those of `ids` that are there and may be seen, in their order."""
    statement = visibility.limit(_ROWS)
    by_id: dict[int, InteractionRow] = {}
    for first in range(0, len(ids), _CHUNK):
        chunk = list(ids[first : first + _CHUNK])
        with closing(connection.execute(statement, {"numbers": chunk})) as result:
            # From the driver's cursor, as tuples: a page is read while somebody scrolls.
            found = list(cast("Iterable[tuple[Any, ...]]", result.cursor))
        parts = _Parts(connection, found)
        scores = visibility.scores(connection, [row[0] for row in found if row[_EVALUATED]])
        for row in found:
            by_id[row[0]] = _row(row, parts, scores)
    return tuple(by_id[number] for number in ids if number in by_id)


def _told(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _row(
    cells: tuple[Any, ...], parts: _Parts, scores: Mapping[int, tuple[float | None, str]]
) -> InteractionRow:
    # Taken apart by position: names cost three times as much.
    (
        number, giid, channel, direction, outcome, started_us, duration_us,
        from_address, from_name, to_address, connected_to, flagged, scenario,
        service, disposition, agent, _, account, case, voice, transcript, screen, email,
        sentiment, segment_count, subject, problem, custom, tags, silence, talkover, _,
    ) = cells  # fmt: skip
    score, evaluator = scores.get(number, _NO_SCORE)
    return InteractionRow(
        number,
        giid,
        _CHANNELS[channel],
        _DIRECTIONS[direction],
        started_us,
        duration_us,
        from_address,
        from_name,
        to_address,
        connected_to,
        _OUTCOMES[outcome],
        flagged == 1,
        scenario,
        service or "",
        parts.services.get(number) or ((service,) if service else ()),
        disposition or "",
        parts.dispositions.get(number) or ((disposition,) if disposition else ()),
        parts.notes.get(number, ""),
        account,
        case,
        agent or "",
        parts.agents.get(number) or ((agent,) if agent else ()),
        _STATES.get(voice),
        _STATES.get(transcript),
        _STATES.get(screen),
        _STATES.get(email),
        sentiment,
        segment_count,
        subject,
        problem,
        read_pairs(custom),
        score,
        evaluator,
        tuple(read_json(tags)) if tags else (),
        silence,
        talkover,
    )
