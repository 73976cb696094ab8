"""Deleting content from the tables, a batch of interactions in one transaction.

When the transaction is committed, nothing in the catalogue leads to the content any more; the
objects that are to go are in `pending_unlink` until their keys and bytes are destroyed. Imported
inside `storage` only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import case, func, literal, or_, select

from reviewer.models.ids import Giid
from reviewer.models.interaction import Channel
from reviewer.models.recording import SOUND_KINDS, RecordingKind, RecordingState
from reviewer.storage.catalogue import codes, cut_away, heard, landing, schema
from reviewer.storage.catalogue.bulk import among, insert_rows
from reviewer.storage.catalogue.engine import DATABASE
from reviewer.storage.catalogue.erasable import (
    EMAIL_FILE,
    MISSING,
    Content,
    Recorded,
    has_words,
    is_kept,
    kinds_of,
)
from reviewer.storage.catalogue.facts import TEXT_KIND, TRANSCRIPT_KINDS
from reviewer.storage.catalogue.text_index import texts_of
from reviewer.storage.catalogue.texts import said_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection

    from reviewer.models.ids import InteractionId, ObjectId
    from reviewer.models.letters import Letter

_I: Final = schema.interactions
_R: Final = schema.recordings
_M: Final = schema.messages
_T: Final = schema.tombstones
_CHUNK: Final = 500
_EMAIL: Final = codes.CHANNELS.code(Channel.EMAIL)
_SCREEN: Final = codes.RECORDING_KINDS.code(RecordingKind.SCREEN)
_AVAILABLE: Final = codes.RECORDING_STATES.code(RecordingState.AVAILABLE)
_COLUMNS: Final[Mapping[str, frozenset[RecordingKind]]] = {
    "voice_state": SOUND_KINDS,
    "transcript_state": frozenset(TRANSCRIPT_KINDS),
    "screen_state": frozenset({RecordingKind.SCREEN}),
    "email_state": frozenset({RecordingKind.EMAIL}),
}
_CHANGES: Final = frozenset({"recordings", "tombstones", "changed_us", *_COLUMNS, *heard.COLUMNS})
_CHANGES_OF_TEXTS: Final = frozenset({"messages", "subject", "subject_fold"})
"""What is written of interactions, and with it where texts go."""
_NONE: Final = 99
"""More than any code."""
_NOWHERE: Final = (None, None)


@dataclass(frozen=True, slots=True)
class Made:
    """Who deletes, when, why, and whether it is retention that does."""

    by: str
    at_us: int
    reason: str
    by_retention: bool
    approved_by: str = ""

    @property
    def state(self) -> RecordingState:
        """What becomes of the recordings."""
        return RecordingState.EXPIRED if self.by_retention else RecordingState.DELETED


def chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids so many at once as one statement is given."""
    for first in range(0, len(ids), _CHUNK):
        yield ids[first : first + _CHUNK]


def held(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return those of the ids that are under a legal hold."""
    column = schema.holds.c.interaction_id
    statement = select(column).where(among(connection, column, ids))
    return set(connection.execute(statement).scalars())


def giids(connection: Connection, ids: Sequence[int]) -> tuple[Giid, ...]:
    """Return the GIIDs of interactions, in the order of the ids."""
    if not ids:
        return ()
    statement = select(_I.c.id, _I.c.giid).where(among(connection, _I.c.id, ids))
    found = {number: Giid(giid) for number, giid in connection.execute(statement)}
    return tuple(found[number] for number in ids if number in found)


def erase(
    connection: Connection,
    gone: Mapping[int, Content],
    made: Made,
    noted: Collection[ObjectId] = (),
    *,
    apart: bool = False,
) -> list[ObjectId]:
    """Delete contents from the tables.

    Args:
        connection: One that writes.
        gone: What goes, by interaction; as `contents` returned it in this transaction.
        made: By whom and why.
        noted: Shared screen video of which is noted already what is left.
        apart: Whether each interaction has an instant of its own, some microseconds before
            `made.at_us`, by which it can be told whose objects are not destroyed yet.

    Returns:
        The objects that nothing refers to any more; they are noted to go at once, those that
        are lost when they turn up.
    """
    if not gone:
        return []
    talking = [content for content in gone.values() if has_words(content)]
    changes = _CHANGES | _CHANGES_OF_TEXTS if talking else _CHANGES
    # Whatever else is written in the same transaction is nothing of an interaction's.
    connection.info[DATABASE].announce(connection, changes)
    rows = [row for content in gone.values() for row in content.recordings]
    owners = {row.object_id: row.interaction_id for row in rows if row.object_id is not None}
    instants = _instants(gone, rows, owners, made.at_us) if apart else {}
    are_first = _have_no_tombstone(connection, gone)
    _entomb(connection, gone, made, instants)
    _drop_words(connection, talking)
    state = codes.RECORDING_STATES.code(made.state)
    connection.execute(
        _R.update()
        .where(among(connection, _R.c.id, [row.id for row in rows]))
        .values(state=state, object_id=None, sha256="", bytes=0)
    )
    _restate(connection, gone, made, are_first=are_first)
    since = {object_id: instants.get(number, made.at_us) for object_id, number in owners.items()}
    return _let_go(connection, rows, since, noted)


def _let_go(
    connection: Connection,
    rows: Sequence[Recorded],
    since: Mapping[ObjectId, int],
    noted: Collection[ObjectId],
) -> list[ObjectId]:
    """Note the objects that nothing refers to any more to go, and return them.

    Args:
        connection: One that writes.
        rows: Recordings as they were.
        since: Their objects, and the instant from which each is to go.
        noted: See `erase`.
    """
    objects = set(since)
    objects -= landing.objects_in_use(connection, objects)
    lost = {row.object_id for row in rows if row.state == MISSING and row.object_id in objects}
    ordered = sorted(objects)
    landing.enter_pending_since(
        connection, {object_id: since[object_id] for object_id in ordered if object_id not in lost}
    )
    landing.await_lost(connection, [object_id for object_id in ordered if object_id in lost])
    fresh = objects.difference(noted)
    cut_away.note_gone(
        connection, [row for row in rows if row.kind == _SCREEN and row.object_id in fresh]
    )
    return ordered


def _instants(
    gone: Iterable[int], rows: Iterable[Recorded], owners: Mapping[ObjectId, int], at_us: int
) -> Mapping[int, int]:
    """Return instants before `at_us`, one for each interaction but those that share an object."""
    shared = {
        number
        for row in rows
        if row.object_id is not None and owners[row.object_id] != row.interaction_id
        for number in (owners[row.object_id], row.interaction_id)
    }
    own = dict(zip(gone, count(at_us - 1, -1)))
    for number in shared:
        del own[number]
    return own


def _entomb(
    connection: Connection, gone: Mapping[int, Content], made: Made, instants: Mapping[int, int]
) -> None:
    """Write tombstones; `instants`: of those that are not of the instant of all others."""
    alike = {
        "by": made.by,
        "reason": made.reason,
        "by_retention": int(made.by_retention),
        "approved_by": made.approved_by,
    }
    same = ("kind", "recordings", "message", "recording")
    groups: defaultdict[tuple[int | None, ...], list[tuple[int, int, int]]] = defaultdict(list)
    for number, content in gone.items():
        at_us = instants.get(number, made.at_us)
        for kind, (files, size, _) in content.counts().items():
            group = (kind, files, *_places(content.letter, kind))
            groups[group].append((number, at_us, size))
    for values, rows in groups.items():
        shared = alike | dict(zip(same, values, strict=True))
        insert_rows(connection, _T, ("interaction_id", "at_us", "bytes"), rows, shared)


def _places(letter: Letter | None, kind: int) -> tuple[int | None, int | None]:
    """Return the places of the message and of the file that are gone alone."""
    if letter is None or kind != EMAIL_FILE:
        return _NOWHERE
    return letter.message, letter.recording


def _drop_words(connection: Connection, talking: Sequence[Content]) -> None:
    """Take messages and subjects out, and what the index of words knows of them."""
    for content in talking:
        if content.letter is not None and content.text is not None:
            _empty(connection, content.interaction_id, content.letter)
    whole = [c.interaction_id for c in talking if c.letter is None and c.text is not None]
    _drop_texts(connection, whole)
    first = [
        content.interaction_id
        for content in talking
        if EMAIL_FILE in content.counts() and (content.letter is None or content.letter.number == 0)
    ]
    _drop_subjects(connection, first)


def _empty(connection: Connection, number: InteractionId, letter: Letter) -> None:
    """Take the text out of one message, whose row stays, and out of the index of words."""
    index = texts_of(connection.dialect.name)
    index.remove(connection, [number])
    connection.execute(
        _M.update()
        .where(_M.c.interaction_id == number, _M.c.ordinal == letter.message)
        .values(text="", words="", sentiment=None)
    )
    index.add(connection, said_in(connection, [number]))


def _drop_texts(connection: Connection, ids: Sequence[int]) -> None:
    """Take the messages of interactions out, and what the index of words knows of them."""
    if not ids:
        return
    index = texts_of(connection.dialect.name)
    index.remove(connection, ids)
    connection.execute(_M.delete().where(among(connection, _M.c.interaction_id, ids)))


def _drop_subjects(connection: Connection, ids: Sequence[int]) -> None:
    """Take the subjects of emails out: one is a part of the message."""
    if ids:
        connection.execute(
            _I.update()
            .where(among(connection, _I.c.id, ids), _I.c.subject != "")
            .values(subject="", subject_fold="")
        )


def _have_no_tombstone(connection: Connection, ids: Collection[int]) -> bool:
    """Return whether nothing was deleted of interactions yet, nor of others between them."""
    between = _T.c.interaction_id.between(min(ids), max(ids))
    return connection.execute(select(_T.c.id).where(between).limit(1)).first() is None


def _restate(
    connection: Connection, gone: Mapping[int, Content], made: Made, *, are_first: bool
) -> None:
    """Write the best state of what is left of the kinds that went: the least code is the best.

    `are_first`: The tombstones of this deletion are the only ones.
    """
    entombed = literal(codes.RECORDING_STATES.code(made.state)) if are_first else None
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for number, content in gone.items():
        alike[tuple(content.counts())].append(number)
    together: dict[frozenset[str], list[int]] = defaultdict(list)
    for kinds, ids in alike.items():
        together[_columns_of(kinds_of(kinds))] += ids
    for columns, ids in together.items():
        values: dict[str, Any] = {"changed_us": made.at_us}
        values |= {
            column: _best(connection, _COLUMNS[column], entombed) for column in sorted(columns)
        }
        if "voice_state" in columns:
            # What was heard goes with what was heard.
            values |= heard.columns(None)
            heard.forget(connection, ids)
        connection.execute(_I.update().where(among(connection, _I.c.id, ids)).values(values))


def _columns_of(gone: frozenset[RecordingKind]) -> frozenset[str]:
    """Return the columns of states that are of some of the kinds."""
    return frozenset(column for column, kinds in _COLUMNS.items() if not kinds.isdisjoint(gone))


def _best(
    connection: Connection, kinds: Collection[RecordingKind], known: ColumnElement[int] | None
) -> ColumnElement[Any]:
    """Return the best state of kinds; `known`: what their tombstones say, None: look there."""
    wanted = [codes.RECORDING_KINDS.code(kind) for kind in sorted(kinds)]
    channels = [
        codes.CHANNELS.code(channel) for channel, kind in TEXT_KIND.items() if kind in kinds
    ]
    recorded = select(func.min(_R.c.state)).where(
        _R.c.interaction_id == _I.c.id, _R.c.kind.in_(wanted)
    )
    asked: list[Any] = [recorded.correlate(_I).scalar_subquery()]
    asked.append(_entombed(wanted) if known is None else known)
    if channels:
        said = select(func.min(literal(_AVAILABLE))).where(
            _M.c.interaction_id == _I.c.id,
            _I.c.channel.in_(channels),
            or_(_I.c.channel != _EMAIL, is_kept()),
        )
        asked.append(said.correlate(_I).scalar_subquery())
    parts = [func.coalesce(part, _NONE) for part in asked]
    # What SQLite calls so of several values is `least` elsewhere.
    least = func.min if connection.dialect.name == "sqlite" else func.least
    return func.nullif(least(*parts), _NONE)


def _entombed(kinds: Collection[int]) -> ColumnElement[Any]:
    """Return the best state that tombstones of kinds say of an interaction."""
    expired = codes.RECORDING_STATES.code(RecordingState.EXPIRED)
    deleted = codes.RECORDING_STATES.code(RecordingState.DELETED)
    stone = case((_T.c.by_retention == 1, expired), else_=deleted)
    found = select(func.min(stone)).where(_T.c.interaction_id == _I.c.id, _T.c.kind.in_(kinds))
    return found.correlate(_I).scalar_subquery()
