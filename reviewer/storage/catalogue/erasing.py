"""Deleting content from the tables, a batch of interactions in one transaction.

When the transaction is committed, nothing in the catalogue leads to the content any more; the
objects that are to go are in `pending_unlink` until their keys and bytes are destroyed. Imported
inside `storage` only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select

from reviewer.models.erasure import KINDS, Loss, What
from reviewer.models.ids import Giid, InteractionId, ObjectId
from reviewer.models.recording import SOUND_KINDS, RecordingKind, RecordingState
from reviewer.storage.catalogue import codes, fulltext, landing, schema
from reviewer.storage.catalogue.facts import TEXT_KIND, TRANSCRIPT_KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

_I: Final = schema.interactions
_R: Final = schema.recordings
_M: Final = schema.messages
_T: Final = schema.tombstones
_CHUNK: Final = 500
_AVAILABLE: Final = codes.RECORDING_STATES.code(RecordingState.AVAILABLE)
_COLUMNS: Final[Mapping[str, frozenset[RecordingKind]]] = {
    "voice_state": SOUND_KINDS,
    "transcript_state": frozenset(TRANSCRIPT_KINDS),
    "screen_state": frozenset({RecordingKind.SCREEN}),
    "email_state": frozenset({RecordingKind.EMAIL}),
}
_RANK: Final = {state: rank for rank, state in enumerate(RecordingState)}
_WHAT_OF: Final = {kind: what for what, kinds in KINDS.items() for kind in kinds}


@dataclass(slots=True)
class Content:
    """What one interaction has of the content asked for.

    Attributes:
        recordings: Rows of its available recordings.
        text: Bytes of its messages, None where there are none.
    """

    interaction_id: InteractionId
    giid: Giid
    channel: int
    recordings: list[Row[Any]] = field(default_factory=list)
    text: int | None = None

    @property
    def kinds(self) -> dict[RecordingKind, tuple[int, int]]:
        """Number and size of what there is, by kind."""
        found: dict[RecordingKind, tuple[int, int]] = {}
        for row in self.recordings:
            kind = codes.RECORDING_KINDS.member(row.kind)
            number, size = found.get(kind, (0, 0))
            found[kind] = (number + 1, size + row.bytes)
        if self.text is not None:
            kind = TEXT_KIND[codes.CHANNELS.member(self.channel)]
            number, size = found.get(kind, (0, 0))
            found[kind] = (number, size + self.text)
        return found


@dataclass(frozen=True, slots=True)
class Made:
    """Who deletes, when, why, and whether it is retention that does."""

    by: str
    at_us: int
    reason: str
    by_retention: bool

    @property
    def state(self) -> RecordingState:
        """What becomes of the recordings."""
        return RecordingState.EXPIRED if self.by_retention else RecordingState.DELETED


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids so many at once as one statement is given."""
    for first in range(0, len(ids), _CHUNK):
        yield ids[first : first + _CHUNK]


def held(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Return those of the ids that are under a legal hold."""
    table = schema.holds
    found: set[int] = set()
    for part in chunks(ids):
        statement = select(table.c.interaction_id).where(table.c.interaction_id.in_(part))
        found.update(connection.execute(statement).scalars())
    return found


def giids(connection: Connection, ids: Sequence[int]) -> tuple[Giid, ...]:
    """Return the GIIDs of interactions, in the order of the ids."""
    found: dict[int, Giid] = {}
    for part in chunks(ids):
        for row in connection.execute(select(_I.c.id, _I.c.giid).where(_I.c.id.in_(part))):
            found[row.id] = Giid(row.giid)
    return tuple(found[number] for number in ids if number in found)


def contents(
    connection: Connection, ids: Sequence[int], what: Collection[What]
) -> dict[int, Content]:
    """Return what interactions have of the content asked for; those with nothing are left out."""
    kinds = frozenset[RecordingKind]().union(*(KINDS[each] for each in what))
    wanted = [codes.RECORDING_KINDS.code(kind) for kind in kinds]
    channels = [
        codes.CHANNELS.code(channel) for channel, kind in TEXT_KIND.items() if kind in kinds
    ]
    found: dict[int, Content] = {}
    for part in chunks(ids):
        rows = connection.execute(select(_I.c.id, _I.c.giid, _I.c.channel).where(_I.c.id.in_(part)))
        here = {row.id: Content(InteractionId(row.id), Giid(row.giid), row.channel) for row in rows}
        recordings = select(_R).where(
            _R.c.interaction_id.in_(part), _R.c.kind.in_(wanted), _R.c.state == _AVAILABLE
        )
        for row in connection.execute(recordings):
            here[row.interaction_id].recordings.append(row)
        texts = (
            select(_M.c.interaction_id, func.sum(func.length(_M.c.text)))
            .join_from(_M, _I, _I.c.id == _M.c.interaction_id)
            .where(_M.c.interaction_id.in_(part), _I.c.channel.in_(channels))
            .group_by(_M.c.interaction_id)
        )
        for number, size in connection.execute(texts) if channels else ():
            here[number].text = int(size or 0)
        found |= {
            number: content
            for number, content in here.items()
            if content.recordings or content.text is not None
        }
    return found


def losses(contents_: Iterable[Content]) -> dict[What, Loss]:
    """Return what deleting contents destroys, by what is asked for."""
    found: dict[What, Loss] = {}
    for content in contents_:
        of: dict[What, Loss] = defaultdict(Loss)
        for row in content.recordings:
            what = _WHAT_OF[codes.RECORDING_KINDS.member(row.kind)]
            loss = of[what]
            of[what] = Loss(
                1, loss.files + 1, loss.duration_us + row.duration_us, loss.bytes + row.bytes
            )
        if content.text is not None:
            what = _WHAT_OF[TEXT_KIND[codes.CHANNELS.member(content.channel)]]
            loss = of[what]
            of[what] = Loss(1, loss.files, loss.duration_us, loss.bytes + content.text, 1)
        for what, loss in of.items():
            known = found.get(what, Loss())
            found[what] = Loss(
                known.interactions + 1,
                known.files + loss.files,
                known.duration_us + loss.duration_us,
                known.bytes + loss.bytes,
                known.texts + loss.texts,
            )
    return found


def erase(connection: Connection, gone: Mapping[int, Content], made: Made) -> list[ObjectId]:
    """Delete contents from the tables.

    Args:
        connection: One that writes.
        gone: What goes, by interaction; as `contents` returned it in this transaction.
        made: By whom and why.

    Returns:
        The objects that nothing refers to any more; they are noted to go at once.
    """
    if not gone:
        return []
    _entomb(connection, gone, made)
    texts = [number for number, content in gone.items() if content.text is not None]
    _drop_texts(connection, texts)
    rows = [row for content in gone.values() for row in content.recordings]
    if rows:
        connection.execute(
            _R.update()
            .where(_R.c.id == bindparam("number"))
            .values(
                state=codes.RECORDING_STATES.code(made.state), object_id=None, sha256="", bytes=0
            ),
            [{"number": row.id} for row in rows],
        )
    _restate(connection, gone, made)
    objects = {ObjectId(row.object_id) for row in rows if row.object_id is not None}
    objects -= landing.objects_in_use(connection, objects)
    landing.enter_pending(connection, sorted(objects), made.at_us)
    return sorted(objects)


def _entomb(connection: Connection, gone: Mapping[int, Content], made: Made) -> None:
    connection.execute(
        _T.insert(),
        [
            {
                "interaction_id": number,
                "kind": codes.RECORDING_KINDS.code(kind),
                "at_us": made.at_us,
                "by": made.by,
                "reason": made.reason,
                "by_retention": int(made.by_retention),
                "recordings": files,
                "bytes": size,
            }
            for number, content in gone.items()
            for kind, (files, size) in content.kinds.items()
        ],
    )


def _drop_texts(connection: Connection, ids: Sequence[int]) -> None:
    """Take the messages of interactions out, and what the index of words knows of them."""
    for number in ids:
        fulltext.remove(connection, number)
    for part in chunks(ids):
        connection.execute(_M.delete().where(_M.c.interaction_id.in_(part)))
    emails = codes.RECORDING_KINDS.code(RecordingKind.EMAIL)
    for part in chunks(ids):
        # A subject is a part of the message.
        connection.execute(
            _I.update()
            .where(
                _I.c.id.in_(part),
                _I.c.subject != "",
                _I.c.id.in_(select(_T.c.interaction_id).where(_T.c.kind == emails)),
            )
            .values(subject="", subject_fold="")
        )


def _restate(connection: Connection, gone: Mapping[int, Content], made: Made) -> None:
    """Write the best state of what is left, where something went."""
    ids = list(gone)
    best: dict[int, dict[str, RecordingState]] = {number: {} for number in ids}

    def meet(number: int, kind: RecordingKind, state: RecordingState) -> None:
        for column, kinds in _COLUMNS.items():
            known = best[number].get(column)
            if kind in kinds and (known is None or _RANK[state] < _RANK[known]):
                best[number][column] = state

    for part in chunks(ids):
        states = select(_R.c.interaction_id, _R.c.kind, _R.c.state).distinct()
        for number, kind, state in connection.execute(states.where(_R.c.interaction_id.in_(part))):
            member = codes.RECORDING_STATES.member(state)
            meet(number, codes.RECORDING_KINDS.member(kind), member)
        stones = select(_T.c.interaction_id, _T.c.kind, _T.c.by_retention)
        for number, kind, expired in connection.execute(
            stones.where(_T.c.interaction_id.in_(part))
        ):
            state = RecordingState.EXPIRED if expired else RecordingState.DELETED
            meet(number, codes.RECORDING_KINDS.member(kind), state)
        left = select(_M.c.interaction_id).distinct().where(_M.c.interaction_id.in_(part))
        for number in connection.execute(left).scalars():
            channel = codes.CHANNELS.member(gone[number].channel)
            meet(number, TEXT_KIND[channel], RecordingState.AVAILABLE)
    code = codes.RECORDING_STATES.code_or_none
    connection.execute(
        _I.update()
        .where(_I.c.id == bindparam("number"))
        .values({column: bindparam(column) for column in _COLUMNS} | {"changed_us": made.at_us}),
        [
            {"number": number, **{column: code(best[number].get(column)) for column in _COLUMNS}}
            for number in ids
        ],
    )
