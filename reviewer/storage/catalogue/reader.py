"""Reading one interaction with everything that belongs to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, select

from reviewer.models.ids import (
    Giid,
    InteractionId,
    MediaUs,
    NoteId,
    ObjectId,
    RecordingId,
    SegmentId,
    WallUs,
)
from reviewer.models.interaction import (
    Agent,
    Interaction,
    Message,
    Note,
    ScenarioStep,
    Segment,
    Source,
    Stretch,
    Tombstone,
    Word,
)
from reviewer.models.recording import PartyRole, Recording, Span
from reviewer.storage.catalogue import codes, schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import BindParameter, Connection, Row, Select

_NUMBER: Final[BindParameter[int]] = bindparam("number")
_I: Final = schema.interactions
_S: Final = schema.segments
_A: Final = schema.agents

_MAIN: Final = select(_I).where(_I.c.id == _NUMBER)
_SEGMENTS: Final = (
    select(
        _S,
        _A.c.login,
        _A.c.first_name,
        _A.c.last_name,
        _A.c.extension,
        schema.teams.c.name.label("team"),
        schema.services.c.name.label("service"),
        schema.dispositions.c.name.label("disposition"),
    )
    .select_from(
        _S.outerjoin(_A, _A.c.id == _S.c.agent_id)
        .outerjoin(schema.teams, schema.teams.c.id == _A.c.team_id)
        .outerjoin(schema.services, schema.services.c.id == _S.c.service_id)
        .outerjoin(schema.dispositions, schema.dispositions.c.id == _S.c.disposition_id)
    )
    .where(_S.c.interaction_id == _NUMBER)
    .order_by(_S.c.number)
)


def _children(table: Any, *order: str) -> Select[Any]:
    return (
        select(table)
        .where(table.c.interaction_id == _NUMBER)
        .order_by(*(table.c[name] for name in order))
    )


_STRETCHES: Final = _children(schema.stretches, "segment_number", "ordinal")
_RECORDINGS: Final = _children(schema.recordings, "ordinal")
_SPANS: Final = _children(schema.spans, "recording_ordinal", "ordinal")
_MESSAGES: Final = _children(schema.messages, "ordinal")
_STEPS: Final = _children(schema.steps, "ordinal")
_NOTES: Final = _children(schema.notes, "at_us", "id")
_TOMBSTONES: Final = _children(schema.tombstones, "at_us", "id")


def load(connection: Connection, interaction_id: InteractionId) -> Interaction | None:
    """Return an interaction with everything that belongs to it, None where there is none."""

    def rows(statement: Select[Any]) -> Iterator[Row[Any]]:
        return iter(connection.execute(statement, {"number": interaction_id}))

    main = next(rows(_MAIN), None)
    if main is None:
        return None
    stretches: dict[int, list[Stretch]] = {}
    for row in rows(_STRETCHES):
        stretches.setdefault(row.segment_number, []).append(
            Stretch(
                codes.STRETCH_KINDS.member(row.kind),
                WallUs(row.started_us),
                WallUs(row.ended_us),
                row.detail,
            )
        )
    spans: dict[int, list[Span]] = {}
    for row in rows(_SPANS):
        spans.setdefault(row.recording_ordinal, []).append(_span(row))
    return Interaction(
        giid=Giid(main.giid),
        channel=codes.CHANNELS.member(main.channel),
        direction=codes.DIRECTIONS.member(main.direction),
        started_us=WallUs(main.started_us),
        ended_us=WallUs(main.ended_us),
        segments=tuple(
            _segment(row, tuple(stretches.get(row.number, ()))) for row in rows(_SEGMENTS)
        ),
        from_address=main.from_address,
        to_address=main.to_address,
        connected_to=main.connected_to,
        from_name=main.from_name,
        outcome=codes.OUTCOMES.member(main.outcome),
        medium=main.medium,
        flagged=bool(main.flagged),
        voice_signature=bool(main.voice_signature),
        scenario=main.scenario,
        call_problem=main.call_problem,
        account_number=main.account_number,
        case_number=main.case_number,
        thread_id=main.thread_id,
        subject=main.subject,
        km_articles=tuple(read_json(main.km_articles)),
        sentiment=main.sentiment,
        custom=read_pairs(main.custom),
        tags=tuple(read_json(main.tags)),
        source=Source(main.source_kind, main.source_system, main.source_key),
        recordings=tuple(
            _recording(row, tuple(spans.get(row.ordinal, ()))) for row in rows(_RECORDINGS)
        ),
        messages=tuple(_message(row) for row in rows(_MESSAGES)),
        steps=tuple(_step(row) for row in rows(_STEPS)),
        notes=tuple(_note(row) for row in rows(_NOTES)),
        tombstones=tuple(_tombstone(row) for row in rows(_TOMBSTONES)),
        id=InteractionId(main.id),
    )


def load_recording(
    connection: Connection, interaction_id: InteractionId, recording_id: RecordingId
) -> Recording | None:
    """Return one recording of an interaction, None where it has none of that id."""
    table = schema.recordings
    row = connection.execute(
        select(table).where(table.c.id == recording_id, table.c.interaction_id == interaction_id)
    ).first()
    if row is None:
        return None
    spans = connection.execute(
        _SPANS.where(schema.spans.c.recording_ordinal == row.ordinal), {"number": interaction_id}
    )
    return _recording(row, tuple(_span(span) for span in spans))


def read_json(text: str) -> list[Any]:
    """Return the list in a column that is "" for none."""
    return list(json.loads(text)) if text else []


def read_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs in a column that is "" for none."""
    return tuple(map(tuple, json.loads(text))) if text else ()


def _segment(row: Row[Any], stretches: tuple[Stretch, ...]) -> Segment:
    agent = None
    if row.agent_id is not None:
        agent = Agent(row.login, row.first_name, row.last_name, row.team or "", row.extension)
    return Segment(
        number=row.number,
        kind=codes.SEGMENT_KINDS.member(row.kind),
        started_us=WallUs(row.started_us),
        ended_us=WallUs(row.ended_us),
        agent=agent,
        party=row.party,
        service=row.service or "",
        disposition=row.disposition or "",
        connected_to=row.connected_to,
        stretches=stretches,
        transfer=codes.TRANSFERS.member_or_none(row.transfer),
        transferred_to=row.transferred_to,
        consultation_of=row.consultation_of,
        id=SegmentId(row.id),
    )


def _recording(row: Row[Any], spans: tuple[Span, ...]) -> Recording:
    parties = row.channel_parties.split(",") if row.channel_parties else ()
    return Recording(
        kind=codes.RECORDING_KINDS.member(row.kind),
        segment_number=row.segment_number,
        spans=spans,
        media_type=row.media_type,
        party=codes.ROLES.member(row.party),
        channel_parties=tuple(PartyRole(party) for party in parties),
        object_id=ObjectId(row.object_id) if row.object_id else None,
        bytes=row.bytes,
        sha256=row.sha256,
        state=codes.RECORDING_STATES.member(row.state),
        source_name=row.source_name,
        id=RecordingId(row.id),
    )


def _span(row: Row[Any]) -> Span:
    return Span(MediaUs(row.media_start_us), WallUs(row.wall_start_us), row.duration_us)


def _message(row: Row[Any]) -> Message:
    return Message(
        at_us=WallUs(row.at_us),
        role=codes.ROLES.member(row.role),
        author=row.author,
        text=row.text,
        ended_us=None if row.ended_us is None else WallUs(row.ended_us),
        segment_number=row.segment_number,
        sentiment=row.sentiment,
        words=tuple(map(Word._make, read_json(row.words))),
        recording=row.recording,
    )


def _step(row: Row[Any]) -> ScenarioStep:
    return ScenarioStep(
        order=row.step,
        at_us=WallUs(row.at_us),
        duration_us=row.duration_us,
        scenario=row.scenario,
        block_type=row.block_type,
        block_title=row.block_title,
        block_id=row.block_id,
        exit_taken=row.exit_taken,
    )


def _note(row: Row[Any]) -> Note:
    return Note(
        author=row.author,
        at_us=WallUs(row.at_us),
        text=row.text,
        segment_number=row.segment_number,
        by_reviewer=bool(row.by_reviewer),
        id=NoteId(row.id),
    )


def _tombstone(row: Row[Any]) -> Tombstone:
    return Tombstone(
        kind=codes.RECORDING_KINDS.member(row.kind),
        at_us=WallUs(row.at_us),
        by=row.by,
        reason=row.reason,
        by_retention=bool(row.by_retention),
        recordings=row.recordings,
        bytes=row.bytes,
        message=row.message,
        recording=row.recording,
        approved_by=row.approved_by,
    )
