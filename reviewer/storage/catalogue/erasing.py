"""Deleting content from the tables, a batch of interactions in one transaction.

When the transaction is committed, nothing in the catalogue leads to the content any more; the
objects that are to go are in `pending_unlink` until their keys and bytes are destroyed. Imported
inside `storage` only.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, literal, or_, select

from reviewer.models.erasure import KINDS, Loss, What
from reviewer.models.ids import Giid, InteractionId, ObjectId
from reviewer.models.interaction import Channel
from reviewer.models.recording import SOUND_KINDS, RecordingKind, RecordingState
from reviewer.storage.catalogue import codes, cut_away, heard, landing, schema
from reviewer.storage.catalogue.bulk import among, insert_rows
from reviewer.storage.catalogue.engine import DATABASE
from reviewer.storage.catalogue.facts import TEXT_KIND, TRANSCRIPT_KINDS
from reviewer.storage.catalogue.texts import said_in, texts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row

    from reviewer.models.letters import Letter

_I: Final = schema.interactions
_R: Final = schema.recordings
_M: Final = schema.messages
_T: Final = schema.tombstones
_CHUNK: Final = 500
_RECORDING: Final = tuple(
    _R.c[name]
    for name in (
        "id", "interaction_id", "ordinal", "kind", "object_id", "bytes", "duration_us",
        "media_type", "sha256", "source_name", "state",
    )
)  # fmt: skip
_EMAIL: Final = codes.CHANNELS.code(Channel.EMAIL)
_EMAIL_FILE: Final = codes.RECORDING_KINDS.code(RecordingKind.EMAIL)
_SCREEN: Final = codes.RECORDING_KINDS.code(RecordingKind.SCREEN)
_AVAILABLE: Final = codes.RECORDING_STATES.code(RecordingState.AVAILABLE)
_MISSING: Final = codes.RECORDING_STATES.code(RecordingState.MISSING)
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
_NOTHING: Final = (0, 0, 0)
_WHAT_OF: Final = {kind: what for what, kinds in KINDS.items() for kind in kinds}
_CODE_OF: Final = {kind: codes.RECORDING_KINDS.code(kind) for kind in RecordingKind}
_KIND_OF: Final = {code: kind for kind, code in _CODE_OF.items()}


@dataclass(slots=True)
class Content:
    """What one interaction has of the content asked for.

    Attributes:
        recordings: Rows of its available recordings.
        text: Bytes of its messages, None where there are none.
        letter: The one message of an email that goes; None: all of them.
    """

    interaction_id: InteractionId
    giid: Giid
    channel: int
    recordings: list[Row[Any]] = field(default_factory=list)
    text: int | None = None
    letter: Letter | None = None
    _kinds: dict[RecordingKind, tuple[int, int, int]] | None = None

    def kinds(self) -> Mapping[RecordingKind, tuple[int, int, int]]:
        """Return files, bytes and microseconds of what there is, by kind; ask when all is known."""
        if self._kinds is None:
            self._kinds = self._counted()
        return self._kinds

    @property
    def letter_goes(self) -> bool:
        """Whether the one message that is meant is among it."""
        return self.letter is not None and RecordingKind.EMAIL in self.kinds()

    def _counted(self) -> dict[RecordingKind, tuple[int, int, int]]:
        found: dict[RecordingKind, tuple[int, int, int]] = {}
        for row in self.recordings:
            kind = _KIND_OF[row.kind]
            files, size, length_us = found.get(kind, _NOTHING)
            found[kind] = (files + 1, size + row.bytes, length_us + row.duration_us)
        if self.text is not None:
            kind = TEXT_KIND[codes.CHANNELS.member(self.channel)]
            files, size, length_us = found.get(kind, _NOTHING)
            found[kind] = (files, size + self.text, length_us)
        return found


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


def emails(connection: Connection, ids: Collection[int]) -> int:
    """Return how many messages of emails the interactions still have; a file alone counts."""
    kept = (
        select(func.count())
        .select_from(_M.join(_I, _I.c.id == _M.c.interaction_id))
        .where(among(connection, _I.c.id, ids), _I.c.channel == _EMAIL, _is_kept())
    )
    named = select(_M.c.recording).where(
        _M.c.interaction_id == _R.c.interaction_id, _M.c.recording == _R.c.ordinal
    )
    alone = (
        select(func.count())
        .select_from(_R)
        .where(
            among(connection, _R.c.interaction_id, ids),
            _R.c.kind == _EMAIL_FILE,
            _is_there(),
            ~named.correlate(_R).exists(),
        )
    )
    return sum(int(connection.execute(asked).scalar() or 0) for asked in (kept, alone))


def has_words(content: Content) -> bool:
    """Return whether indexes know words of a content: of its messages, of an email's subject."""
    return content.text is not None or RecordingKind.EMAIL in content.kinds()


def contents(
    connection: Connection,
    ids: Collection[int],
    what: Collection[What],
    letter: Letter | None = None,
) -> dict[int, Content]:
    """Return what interactions have of the content asked for; those with nothing are left out.

    With `letter` they are one email, of which that message alone is meant.
    """
    kinds = frozenset[RecordingKind]().union(*(KINDS[each] for each in what))
    wanted = [codes.RECORDING_KINDS.code(kind) for kind in kinds]
    channels = [
        codes.CHANNELS.code(channel) for channel, kind in TEXT_KIND.items() if kind in kinds
    ]
    found: dict[int, Content] = {}
    recordings = (
        select(_I.c.giid, _I.c.channel, *_RECORDING)
        .join_from(_R, _I, _I.c.id == _R.c.interaction_id)
        .where(
            among(connection, _R.c.interaction_id, ids),
            _R.c.kind.in_(wanted),
            _is_there(),
        )
        .order_by(_R.c.interaction_id, _R.c.ordinal)
    )
    for row in connection.execute(recordings).all():
        if letter is None or row.kind != _EMAIL_FILE or row.ordinal == letter.recording:
            content = found.get(row.interaction_id)
            if content is None:
                content = found[row.interaction_id] = _content_of(row, letter)
            content.recordings.append(row)
    texts = (
        select(
            _M.c.interaction_id,
            _I.c.giid,
            _I.c.channel,
            func.sum(func.length(_M.c.text)).label("size"),
        )
        .join_from(_M, _I, _I.c.id == _M.c.interaction_id)
        .where(among(connection, _M.c.interaction_id, ids), _I.c.channel.in_(channels))
        .where(or_(_I.c.channel != _EMAIL, _is_kept()))
        .group_by(_M.c.interaction_id, _I.c.giid, _I.c.channel)
    )
    if letter is not None:
        texts = texts.where(_M.c.ordinal == (-1 if letter.message is None else letter.message))
    for row in connection.execute(texts) if channels else ():
        content = found.setdefault(row.interaction_id, _content_of(row, letter))
        content.text = int(row.size or 0)
    return dict(sorted(found.items()))


def _content_of(row: Row[Any], letter: Letter | None) -> Content:
    return Content(InteractionId(row.interaction_id), Giid(row.giid), row.channel, letter=letter)


def _is_there() -> ColumnElement[bool]:
    """Return the condition that a recording can be destroyed: what is lost may turn up again."""
    lost = and_(_R.c.state == _MISSING, _R.c.object_id.is_not(None))
    return or_(_R.c.state == _AVAILABLE, lost)


def _is_kept() -> ColumnElement[bool]:
    """Return the condition that a message was not deleted by itself."""
    stone = select(_T.c.id).where(
        _T.c.interaction_id == _M.c.interaction_id, _T.c.message == _M.c.ordinal
    )
    return ~stone.correlate(_M).exists()


def losses(contents_: Iterable[Content]) -> dict[What, Loss]:
    """Return what deleting contents destroys, by what is asked for."""
    # Interactions, files, length, bytes, texts: added up as numbers, for there are very many.
    found: dict[What, list[int]] = defaultdict(lambda: [0] * 5)
    for content in contents_:
        kinds = content.kinds()
        for kind, (files, size, length_us) in kinds.items():
            sums = found[_WHAT_OF[kind]]
            sums[1] += files
            sums[2] += length_us
            sums[3] += size
        for what in {_WHAT_OF[kind] for kind in kinds}:
            found[what][0] += 1
        if content.text is not None:
            found[_WHAT_OF[TEXT_KIND[codes.CHANNELS.member(content.channel)]]][4] += 1
    return {what: Loss(*sums) for what, sums in found.items()}


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
    says = any(has_words(content) for content in gone.values())
    changes = _CHANGES | _CHANGES_OF_TEXTS if says else _CHANGES
    # Whatever else is written in the same transaction is nothing of an interaction's.
    connection.info[DATABASE].announce(connection, changes)
    instants = _instants(gone, made.at_us, apart=apart)
    _entomb(connection, gone, made, instants)
    _drop_words(connection, gone)
    rows = [row for content in gone.values() for row in content.recordings]
    state = codes.RECORDING_STATES.code(made.state)
    connection.execute(
        _R.update()
        .where(among(connection, _R.c.id, [row.id for row in rows]))
        .values(state=state, object_id=None, sha256="", bytes=0)
    )
    _restate(connection, gone, made)
    return _let_go(connection, gone, instants, noted)


def _drop_words(connection: Connection, gone: Mapping[int, Content]) -> None:
    """Empty what was written of contents that go."""
    for content in gone.values():
        if content.letter is not None and content.text is not None:
            _empty(connection, content.interaction_id, content.letter)
    whole = [n for n, c in gone.items() if c.letter is None and c.text is not None]
    _drop_texts(connection, whole)
    first = [
        number
        for number, content in gone.items()
        if RecordingKind.EMAIL in content.kinds()
        and (content.letter is None or content.letter.number == 0)
    ]
    _drop_subjects(connection, first)


def _let_go(
    connection: Connection,
    gone: Mapping[int, Content],
    instants: Mapping[int, int],
    noted: Collection[ObjectId],
) -> list[ObjectId]:
    """Note the objects that nothing refers to any more to go, and return them."""
    rows = [row for content in gone.values() for row in content.recordings]
    objects = {ObjectId(row.object_id) for row in rows if row.object_id is not None}
    objects -= landing.objects_in_use(connection, objects)
    lost = {ObjectId(row.object_id) for row in rows if row.state == _MISSING} & objects
    since = {
        ObjectId(row.object_id): instants[number]
        for number, content in gone.items()
        for row in content.recordings
        if row.object_id is not None
    }
    landing.enter_pending_since(
        connection, {object_id: since[object_id] for object_id in sorted(objects - lost)}
    )
    landing.await_lost(connection, sorted(lost))
    fresh = objects.difference(noted)
    cut_away.note_gone(
        connection, [row for row in rows if row.kind == _SCREEN and row.object_id in fresh]
    )
    return sorted(objects)


def _instants(gone: Mapping[int, Content], at_us: int, *, apart: bool) -> Mapping[int, int]:
    """Return the instant of each interaction; those with an object in common have the same."""
    if not apart:
        return dict.fromkeys(gone, at_us)
    owners: dict[str, int] = {}
    together: set[int] = set()
    for number, content in gone.items():
        for row in content.recordings:
            if row.object_id is not None:
                first = owners.setdefault(row.object_id, number)
                if first != number:
                    together |= {first, number}
    return {
        number: at_us if number in together else at_us - place
        for place, number in enumerate(gone, 1)
    }


def _entomb(
    connection: Connection,
    gone: Mapping[int, Content],
    made: Made,
    instants: Mapping[int, int],
) -> None:
    columns = (
        "interaction_id", "at_us", "kind", "by", "reason", "by_retention", "approved_by",
        "recordings", "bytes", "message", "recording",
    )  # fmt: skip
    state = (made.by, made.reason, int(made.by_retention), made.approved_by)
    rows = (
        (number, instants[number], _CODE_OF[kind], *state, files, size, *_places(content, kind))
        for number, content in gone.items()
        for kind, (files, size, _) in content.kinds().items()
    )
    insert_rows(connection, _T, columns, rows)


def _places(content: Content, kind: RecordingKind) -> tuple[int | None, int | None]:
    """Return the places of the message and of the file that are gone alone."""
    letter = content.letter
    if letter is None or kind is not RecordingKind.EMAIL:
        return None, None
    return letter.message, letter.recording


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


def _restate(connection: Connection, gone: Mapping[int, Content], made: Made) -> None:
    """Write the best state of what is left of the kinds that went: the least code is the best."""
    alike: dict[frozenset[str], list[int]] = defaultdict(list)
    for number, content in gone.items():
        alike[_columns_of(frozenset(content.kinds()))].append(number)
    for columns, ids in alike.items():
        values: dict[str, Any] = {"changed_us": made.at_us}
        values |= {column: _best(connection, _COLUMNS[column]) for column in sorted(columns)}
        if "voice_state" in columns:
            # What was heard goes with what was heard.
            values |= heard.columns(None)
            heard.forget(connection, ids)
        connection.execute(_I.update().where(among(connection, _I.c.id, ids)).values(values))


@cache
def _columns_of(gone: frozenset[RecordingKind]) -> frozenset[str]:
    """Return the columns of states that are of some of the kinds."""
    return frozenset(column for column, kinds in _COLUMNS.items() if not kinds.isdisjoint(gone))


def _best(connection: Connection, kinds: Collection[RecordingKind]) -> ColumnElement[Any]:
    wanted = [codes.RECORDING_KINDS.code(kind) for kind in sorted(kinds)]
    channels = [
        codes.CHANNELS.code(channel) for channel, kind in TEXT_KIND.items() if kind in kinds
    ]
    expired = codes.RECORDING_STATES.code(RecordingState.EXPIRED)
    deleted = codes.RECORDING_STATES.code(RecordingState.DELETED)
    recorded = select(func.min(_R.c.state)).where(
        _R.c.interaction_id == _I.c.id, _R.c.kind.in_(wanted)
    )
    stone = case((_T.c.by_retention == 1, expired), else_=deleted)
    entombed = select(func.min(stone)).where(_T.c.interaction_id == _I.c.id, _T.c.kind.in_(wanted))
    asked = [recorded, entombed]
    if channels:
        said = select(func.min(literal(_AVAILABLE))).where(
            _M.c.interaction_id == _I.c.id,
            _I.c.channel.in_(channels),
            or_(_I.c.channel != _EMAIL, _is_kept()),
        )
        asked.append(said)
    parts = [func.coalesce(part.correlate(_I).scalar_subquery(), _NONE) for part in asked]
    # What SQLite calls so of several values is `least` elsewhere.
    least = func.min if connection.dialect.name == "sqlite" else func.least
    return func.nullif(least(*parts), _NONE)
