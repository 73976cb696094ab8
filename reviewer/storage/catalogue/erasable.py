"""What there is to delete of interactions: their recordings and texts, counted by kind.

Imported inside `storage` only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from operator import add
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import and_, case, func, or_, select

from reviewer.models.erasure import KINDS, Loss, What
from reviewer.models.interaction import Channel
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.storage.catalogue import codes, schema
from reviewer.storage.catalogue.bulk import among
from reviewer.storage.catalogue.facts import TEXT_KIND

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import ColumnElement, Connection

    from reviewer.models.ids import Giid, InteractionId, ObjectId
    from reviewer.models.letters import Letter

_I: Final = schema.interactions
_R: Final = schema.recordings
_M: Final = schema.messages
_T: Final = schema.tombstones
_EMAIL: Final = codes.CHANNELS.code(Channel.EMAIL)
_SCREEN: Final = codes.RECORDING_KINDS.code(RecordingKind.SCREEN)
_TEXTS: Final = frozenset({"media_type", "sha256", "source_name"})
EMAIL_FILE: Final = codes.RECORDING_KINDS.code(RecordingKind.EMAIL)
_AVAILABLE: Final = codes.RECORDING_STATES.code(RecordingState.AVAILABLE)
_DAMAGED: Final = codes.RECORDING_STATES.code(RecordingState.DAMAGED)
MISSING: Final = codes.RECORDING_STATES.code(RecordingState.MISSING)
_NOTHING: Final = (0, 0, 0)
_WHAT_OF: Final = {
    codes.RECORDING_KINDS.code(kind): what for what, kinds in KINDS.items() for kind in kinds
}
_TEXT_OF: Final = {
    codes.CHANNELS.code(channel): codes.RECORDING_KINDS.code(kind)
    for channel, kind in TEXT_KIND.items()
}
"""The kind that the texts of a channel are of, both as codes."""


class Recorded(NamedTuple):
    """A row of `recordings` that can be destroyed, after two columns of its interaction's.

    A tuple of our own: there are very many, and a row's attributes take ten times as long. Texts
    are those of screen video, "" for all else.
    """

    giid: Giid
    channel: int
    id: int
    interaction_id: InteractionId
    ordinal: int
    kind: int
    object_id: ObjectId | None
    bytes: int
    duration_us: int
    media_type: str
    sha256: str
    source_name: str
    state: int


def _recorded(name: str) -> ColumnElement[Any]:
    """Return what of recordings is read under a name: texts that nobody needs are left out."""
    column = _R.c[name]
    return case((_R.c.kind == _SCREEN, column), else_="").label(name) if name in _TEXTS else column


_RECORDED: Final = (_I.c.giid, _I.c.channel, *map(_recorded, Recorded._fields[2:]))


@dataclass(slots=True)
class Content:
    """What one interaction has of the content asked for.

    Attributes:
        recordings: Its available recordings.
        text: Bytes of its messages, None where there are none.
        letter: The one message of an email that goes; None: all of them.
    """

    interaction_id: InteractionId
    giid: Giid
    channel: int
    recordings: list[Recorded] = field(default_factory=list)
    text: int | None = None
    letter: Letter | None = None
    _counts: dict[int, tuple[int, int, int]] | None = None

    def counts(self) -> Mapping[int, tuple[int, int, int]]:
        """Return files, bytes and microseconds of what there is; ask when all is known.

        By the code of the kind: there are very many, and members of an enum are slow keys.
        """
        if self._counts is None:
            self._counts = self._counted()
        return self._counts

    @property
    def letter_goes(self) -> bool:
        """Whether the one message that is meant is among it."""
        return self.letter is not None and EMAIL_FILE in self.counts()

    def _counted(self) -> dict[int, tuple[int, int, int]]:
        found: dict[int, tuple[int, int, int]] = {}
        for row in self.recordings:
            files, size, length_us = found.get(row.kind, _NOTHING)
            found[row.kind] = (files + 1, size + row.bytes, length_us + row.duration_us)
        if self.text is not None:
            kind = _TEXT_OF[self.channel]
            files, size, length_us = found.get(kind, _NOTHING)
            found[kind] = (files, size + self.text, length_us)
        return found


def has_words(content: Content) -> bool:
    """Return whether indexes know words of a content: of its messages, of an email's subject."""
    return content.text is not None or EMAIL_FILE in content.counts()


def kinds_of(counted: Iterable[int]) -> frozenset[RecordingKind]:
    """Return the kinds that `Content.counts` has, of their codes."""
    return frozenset(map(codes.RECORDING_KINDS.member, counted))


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
        select(*_RECORDED)
        .join_from(_R, _I, _I.c.id == _R.c.interaction_id)
        .where(
            among(connection, _R.c.interaction_id, ids),
            _R.c.kind.in_(wanted),
            _is_there(),
        )
        .order_by(_R.c.interaction_id, _R.c.ordinal)
    )
    for row in map(Recorded._make, connection.execute(recordings).all()):
        number = row.interaction_id
        if letter is None or row.kind != EMAIL_FILE or row.ordinal == letter.recording:
            if number not in found:
                found[number] = Content(number, row.giid, row.channel, letter=letter)
            found[number].recordings.append(row)
    texts = (
        select(
            _M.c.interaction_id,
            _I.c.giid,
            _I.c.channel,
            func.sum(func.length(_M.c.text)).label("size"),
        )
        .join_from(_M, _I, _I.c.id == _M.c.interaction_id)
        .where(among(connection, _M.c.interaction_id, ids), _I.c.channel.in_(channels))
        .where(or_(_I.c.channel != _EMAIL, is_kept()))
        .group_by(_M.c.interaction_id, _I.c.giid, _I.c.channel)
    )
    if letter is not None:
        texts = texts.where(_M.c.ordinal == (-1 if letter.message is None else letter.message))
    for number, giid, channel, size in connection.execute(texts) if channels else ():
        if number not in found:
            found[number] = Content(number, giid, channel, letter=letter)
        found[number].text = int(size or 0)
    return dict(sorted(found.items()))


def _is_there() -> ColumnElement[bool]:
    """Return the condition that a recording can be destroyed: what is lost may turn up again."""
    lost = and_(_R.c.state == MISSING, _R.c.object_id.is_not(None))
    return or_(_R.c.state.in_((_AVAILABLE, _DAMAGED)), lost)


def is_kept() -> ColumnElement[bool]:
    """Return the condition that a message was not deleted by itself."""
    stone = select(_T.c.id).where(
        _T.c.interaction_id == _M.c.interaction_id, _T.c.message == _M.c.ordinal
    )
    return ~stone.correlate(_M).exists()


def emails(connection: Connection, ids: Collection[int]) -> int:
    """Return how many messages of emails the interactions still have; a file alone counts."""
    kept = (
        select(func.count())
        .select_from(_M.join(_I, _I.c.id == _M.c.interaction_id))
        .where(among(connection, _I.c.id, ids), _I.c.channel == _EMAIL, is_kept())
    )
    named = select(_M.c.recording).where(
        _M.c.interaction_id == _R.c.interaction_id, _M.c.recording == _R.c.ordinal
    )
    alone = (
        select(func.count())
        .select_from(_R)
        .where(
            among(connection, _R.c.interaction_id, ids),
            _R.c.kind == EMAIL_FILE,
            _is_there(),
            ~named.correlate(_R).exists(),
        )
    )
    return sum(int(connection.execute(asked).scalar() or 0) for asked in (kept, alone))


def losses(contents_: Iterable[Content]) -> dict[What, Loss]:
    """Return what deleting contents destroys, by what is asked for."""
    # Files, length, bytes of each kind, texts of each channel and how many have the same kinds:
    # added up as numbers, for there are very many.
    sums: dict[int, list[int]] = defaultdict(lambda: [0] * 3)
    texts: Counter[int] = Counter()
    alike: Counter[tuple[int, ...]] = Counter()
    for content in contents_:
        counts = content.counts()
        for kind, (files, size, length_us) in counts.items():
            of_kind = sums[kind]
            of_kind[0] += files
            of_kind[1] += length_us
            of_kind[2] += size
        alike[tuple(counts)] += 1
        if content.text is not None:
            texts[_TEXT_OF[content.channel]] += 1
    found: dict[What, list[int]] = defaultdict(lambda: [0] * 5)
    for kind, own in sums.items():
        of_what = found[_WHAT_OF[kind]]
        of_what[1:] = map(add, of_what[1:], (*own, texts[kind]))
    for kinds, number in alike.items():
        for what in {_WHAT_OF[kind] for kind in kinds}:
            found[what][0] += number
    return {what: Loss(*told) for what, told in found.items()}
