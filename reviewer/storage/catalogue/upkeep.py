"""Counting what a catalogue holds, and finding what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from reviewer.errors import N_
from reviewer.models.ids import InteractionId, ObjectId
from reviewer.models.recording import SOUND_KINDS, RecordingKind, RecordingState
from reviewer.storage.catalogue import codes, heard, schema, scores
from reviewer.storage.catalogue.object_names import NAMED, is_told, name_of
from reviewer.storage.catalogue.reader import load
from reviewer.storage.catalogue.text_index import texts_of
from reviewer.storage.catalogue.writer import own_columns
from reviewer.storage.state import Finding, StoreStats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from reviewer.storage.catalogue.engine import Database
    from reviewer.storage.catalogue.visibility import Visibility

_I: Final = schema.interactions
_R: Final = schema.recordings
_S: Final = schema.segments
_SCREEN: Final = RecordingKind.SCREEN
_AVAILABLE: Final = codes.RECORDING_STATES.code(RecordingState.AVAILABLE)
_OF_FILES: Final = [
    codes.RECORDING_STATES.code(state)
    for state in (RecordingState.AVAILABLE, RecordingState.MISSING, RecordingState.DAMAGED)
]
"""States that say what is known of a file; the others say that the content was taken away."""
_LAST_SEGMENT: Final = select(_S.c.agent_id, _S.c.service_id, _S.c.disposition_id).order_by(
    _S.c.number.desc()
)


@dataclass(frozen=True, slots=True)
class KeptObject:
    """An object that a recording refers to; `name` tells a user which it is.

    Attributes:
        state: What is known of its file: the best that any recording says of it.
    """

    object_id: ObjectId
    name: str
    bytes: int
    sha256: str
    state: RecordingState = RecordingState.AVAILABLE

    @property
    def is_lost(self) -> bool:
        """Whether it is known that its file is not there."""
        return self.state is RecordingState.MISSING


def count_all(connection: Connection, catalogue_bytes: int, derived_bytes: int) -> StoreStats:
    """Return sizes and counts of everything in the catalogue."""

    def number(table: Any) -> int:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    channels = connection.execute(select(_I.c.channel, func.count()).group_by(_I.c.channel))
    first, last = connection.execute(
        select(func.min(_I.c.started_us), func.max(_I.c.started_us))
    ).one()
    available = _R.c.state == _AVAILABLE
    recorded = connection.execute(
        select(func.coalesce(func.sum(_R.c.duration_us), 0)).where(available)
    ).scalar_one()
    objects = (
        select(func.max(_R.c.bytes).label("size"))
        .where(_R.c.object_id.is_not(None))
        .group_by(_R.c.object_id)
        .subquery()
    )
    content = connection.execute(select(func.coalesce(func.sum(objects.c.size), 0))).scalar_one()
    return StoreStats(
        interactions=number(_I),
        by_channel={codes.CHANNELS.member(code).value: int(n) for code, n in channels},
        segments=number(_S),
        recordings=number(_R),
        recorded_us=int(recorded),
        content_bytes=int(content),
        derived_bytes=derived_bytes,
        catalogue_bytes=catalogue_bytes,
        evaluations=number(schema.evaluations),
        first_us=first,
        last_us=last,
    )


def kept_objects(connection: Connection, seen_by: Visibility | None = None) -> Iterator[KeptObject]:
    """Yield every object that recordings refer to, once each; named as far as one may see it."""
    rows = connection.execute(
        select(*NAMED, _R.c.bytes, _R.c.sha256, _R.c.state, is_told(seen_by))
        .join_from(_R, _I, _I.c.id == _R.c.interaction_id)
        .where(_R.c.object_id.is_not(None))
        # Lost is what no recording has any more.
        .order_by(_R.c.object_id, _R.c.state, _R.c.id)
    )
    last = None
    for row in rows:
        if row.object_id != last:
            last = row.object_id
            state = codes.RECORDING_STATES.member(row.state)
            yield KeptObject(ObjectId(row.object_id), name_of(row), row.bytes, row.sha256, state)


def note_state(
    connection: Connection, object_id: ObjectId, state: RecordingState, at_us: int
) -> frozenset[InteractionId]:
    """Let recordings say that their file is lost, is damaged, or is there and whole again.

    What they refer to stays noted, and its key stays, so that a file that is put back is known. An
    import that brings the same once more is looked at as if it had never come; sound that is whole
    again waits to be listened to.

    Returns:
        The interactions whose recordings say something else now.
    """
    others = [code for code in _OF_FILES if code != codes.RECORDING_STATES.code(state)]
    these = (_R.c.object_id == object_id) & _R.c.state.in_(others)
    numbers = set(connection.execute(select(_R.c.interaction_id).where(these)).scalars())
    values = {"state": codes.RECORDING_STATES.code(state)}
    connection.execute(_R.update().where(these).values(**values))
    whole = state is RecordingState.AVAILABLE
    for number in numbers:
        row: dict[str, object] = {"changed_us": at_us}
        if not whole:
            row["fingerprint"] = b""
        connection.execute(_I.update().where(_I.c.id == number).values(**row))
        examine_row(connection, number, repair=True)
        interaction = load(connection, InteractionId(number)) if whole else None
        if interaction is not None and heard.is_sounding(interaction):
            heard.await_(connection, [number])
    return frozenset(map(InteractionId, numbers))


def examine_texts(database: Database, *, repair: bool) -> list[Finding]:
    """Compare the indexes of words and their parts with the texts; on repair make them anew."""
    texts = texts_of(database.dialect)
    with database.read() as connection:
        wrong = texts.differing(connection)
    if wrong and repair:
        with database.write() as connection:
            texts.rebuild(connection)
    detail = N_("an index does not agree with its table")
    return [Finding("index", name, detail, repairable=True, repaired=repair) for name in wrong]


def stray_marks(connection: Connection, seen_by: Visibility | None) -> Iterator[Finding]:
    """Yield what users gave to segments that are not there."""
    for table in (schema.evaluations, schema.disposition_changes):
        own = (_S.c.interaction_id == table.c.interaction_id) & (
            _S.c.number == table.c.segment_number
        )
        rows = connection.execute(
            select(_I.c.giid, table.c.segment_number, is_told(seen_by))
            .select_from(table.join(_I, _I.c.id == table.c.interaction_id).outerjoin(_S, own))
            .where(_S.c.id.is_(None))
            .distinct()
        )
        detail = N_("an evaluation or a disposition belongs to a segment that is not there")
        for row in rows:
            name = f"{row.giid}: {row.segment_number}" if row.told else table.name
            yield Finding("stray_mark", name, detail)


def doubled(connection: Connection, seen_by: Visibility | None) -> Iterator[Finding]:
    """Yield recordings that an interaction has more than once, as some imports left them."""
    kinds = [codes.RECORDING_KINDS.code(kind) for kind in sorted({*SOUND_KINDS, _SCREEN})]
    same = (_R.c.interaction_id, _R.c.kind, _R.c.party, _R.c.sha256, _R.c.started_us)
    several = (
        select(_R.c.interaction_id, func.max(_R.c.source_name).label("name"))
        .where(_R.c.object_id.is_not(None), _R.c.bytes > 0, _R.c.kind.in_(kinds))
        .group_by(*same)
        .having(func.count() > 1)
        .subquery()
    )
    rows = connection.execute(
        select(several.c.name, _I.c.giid, is_told(seen_by))
        .join_from(several, _I, _I.c.id == several.c.interaction_id)
        .order_by(_I.c.id)
    )
    for row in rows:
        name = f"{row.name} ({row.giid})" if row.told else _R.name
        yield Finding("doubled_recording", name, N_("the interaction has it more than once"))


def interaction_ids(connection: Connection) -> list[int]:
    """Return the ids of all interactions."""
    return list(connection.execute(select(_I.c.id)).scalars())


def examine_row(
    connection: Connection, number: int, *, repair: bool, seen_by: Visibility | None = None
) -> Finding | None:
    """Compare an interaction's row with what it is derived from."""
    interaction = load(connection, InteractionId(number))
    row = connection.execute(select(_I).where(_I.c.id == number)).mappings().first()
    if interaction is None or row is None:
        return None
    last = connection.execute(_LAST_SEGMENT.where(_S.c.interaction_id == number)).first()
    expected = own_columns(interaction) | scores.score_columns(connection, interaction.id)
    if last is not None:
        expected |= last._asdict()
    wrong = {key: value for key, value in expected.items() if row[key] != value}
    if not wrong:
        return None
    if repair:
        connection.execute(_I.update().where(_I.c.id == number).values(**wrong))
    told = seen_by is None or seen_by.sees(connection, number)
    return Finding(
        "index",
        f"{interaction.giid if told else _I.name}: {', '.join(sorted(wrong))}",
        N_("its row does not agree with its segments"),
        repairable=True,
        repaired=repair,
    )
