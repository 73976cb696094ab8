"""Screen video that several interactions share, when some of them lose it.

A piece of a login session's video is one object to which each interaction that it covers refers.
Deleting one interaction's video cuts its stretch out: a new object takes the place of the old one
for the others, prepared before the transaction and referred to in it.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    ContentDamagedError,
    ContentError,
    ContentMissingError,
    StoreBusyError,
)
from reviewer.models.erasure import Shared, SharedPiece, What, without
from reviewer.models.ids import InteractionId
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.storage.catalogue import (
    codes,
    cut_away,
    erasable,
    erasing,
    erasing_pieces,
    landing,
    records,
    upkeep,
)
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.core import GRACE_US, Core
from reviewer.storage.local.noticing import note_damaged
from reviewer.storage.vault.contract import is_sealed, new_object_id
from reviewer.storage.vault.folder import digest_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.erasure import CutPiece, Loss
    from reviewer.models.ids import ObjectId
    from reviewer.storage.catalogue.erasable import Content, Recorded
    from reviewer.storage.catalogue.erasing import Made
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.facets.erasure import Cutter
    from reviewer.storage.vault.contract import Stored

_SCREEN: Final = codes.RECORDING_KINDS.code(RecordingKind.SCREEN)


class Pieces:
    """Which pieces the interactions that lose content share with others."""

    def __init__(self, connection: Connection, visibility: Visibility) -> None:
        self._connection = connection
        self._visibility = visibility

    def shared(self, found: Mapping[int, Content], erased: Collection[int]) -> list[SharedPiece]:
        """Return the pieces of which `erased` are not the only owners; none of them is held."""
        objects = _objects(found)
        owners = erasing_pieces.owners(self._connection, list(objects))
        held = erasing.held(self._connection, sorted({n for some in owners.values() for n in some}))
        pieces: list[SharedPiece] = []
        for object_id, numbers in owners.items():
            others = sorted(numbers - set(erased))
            if not others:
                continue
            seen = self._visibility.seen(self._connection, others)
            told = [number for number in others if number in seen]
            pieces.append(
                erasing_pieces.piece(
                    self._connection,
                    object_id,
                    objects[object_id],
                    of=sorted(numbers & set(erased)),
                    others=told,
                    hidden=len(others) - len(told),
                    held=sorted(held.intersection(others)),
                )
            )
        return pieces

    def losing(self, found: Mapping[int, Content], shared: Shared) -> int:
        """Return how many others would lose video with these, counted once a piece."""
        pieces = self.shared(found, set(found))
        if shared is Shared.WHOLE:
            return sum(len(piece.others) + piece.hidden_others for piece in pieces)
        owners = erasing_pieces.owners(self._connection, [piece.object_id for piece in pieces])
        return sum(
            self._loses(number, piece)
            for piece in pieces
            for number in owners[piece.object_id] - set(found)
        )

    def _loses(self, number: int, piece: SharedPiece) -> bool:
        """Return whether all that an interaction shows of a piece goes when it is cut.

        Of one that is damaged nobody knows what can be read.
        """
        if piece.is_spoilt:
            return True
        needed = erasing_pieces.needed(self._connection, number, piece.spans)
        return not without(needed, piece.erased)

    def groups(self, found: Mapping[int, Content], erased: Collection[int]) -> list[set[int]]:
        """Return the interactions that share pieces with others, those of one piece together."""
        owners = erasing_pieces.owners(self._connection, list(_objects(found)))
        groups: list[set[int]] = []
        for numbers in owners.values():
            if numbers <= set(erased):
                continue
            group = numbers & set(found)
            for other in [one for one in groups if one & group]:
                groups.remove(other)
                group |= other
            if group:
                groups.append(group)
        return groups


def of_cut(
    losses: Mapping[What, Loss], gone: Mapping[int, Content], pieces: Collection[SharedPiece]
) -> dict[What, Loss]:
    """Return losses of screen video as long as what is cut out of pieces, not as the pieces are.

    Args:
        losses: What of `gone` goes.
        gone: Contents.
        pieces: Those that are cut.
    """
    told = dict(losses)
    cut = {piece.object_id for piece in pieces}
    lengths = [
        row.duration_us
        for content in gone.values()
        for row in content.recordings
        if row.object_id in cut
    ]
    out_us = 0
    for piece in pieces:
        there = [(span.wall_start_us, span.wall_end_us) for span in piece.spans]
        out = without(there, without(there, piece.erased))
        out_us += sum(end - start for start, end in out)
    if lengths:
        loss = told[What.SCREEN]
        length_us = max(0, loss.duration_us - sum(lengths) + out_us)
        told[What.SCREEN] = replace(loss, duration_us=length_us)
    return told


@dataclass(frozen=True, slots=True)
class _Cut:
    """A piece and what takes its place; `stored` None: nothing of it is left.

    Where what is held needs all that was to be cut out, the piece stays as it is: there is none.
    """

    piece: SharedPiece
    owners: frozenset[int]
    left: CutPiece | None
    stored: Stored | None


class Cuts:
    """Cuts the shared pieces of a group of interactions, before and in the transaction.

    Attributes:
        noted: Pieces of which `apply` noted what is left.
    """

    def __init__(
        self, core: Core, visibility: Visibility, shared: Shared, cutter: Cutter | None
    ) -> None:
        self._core = core
        self._visibility = visibility
        self._shared = shared
        self._cutter = cutter
        self._pieces: dict[ObjectId, SharedPiece] = {}
        self._owners: dict[ObjectId, set[int]] = {}
        self._cuts: list[_Cut] = []
        self._planned: list[ObjectId] = []
        self._used: set[ObjectId] = set()
        self.noted: set[ObjectId] = set()

    def prepare(self, ids: Sequence[int], what: Collection[What]) -> None:
        """Write what takes the place of the pieces.

        Raises:
            ContentError: A piece cannot be cut, or another owner of it is under a legal hold.
        """
        with self._core.database.read() as connection:
            found = erasable.contents(connection, ids, what)
            self._look(connection, found)
        for piece in self._pieces.values():
            if self._shared is Shared.WHOLE:
                if piece.held:
                    raise _kept(piece.name)
                continue
            if not piece.erased:
                continue
            if piece.is_spoilt and piece.held:
                # Its file may be put back whole: what one that is held shows of it waits for that.
                raise _kept(piece.name)
            if self._cutter is None:
                raise ContentError(name=piece.name, reason=N_("it cannot be cut here"))
            self._cuts.append(self._cut(piece, self._cutter))

    def _look(self, connection: Connection, found: Mapping[int, Content]) -> None:
        pieces = Pieces(connection, self._visibility).shared(found, set(found))
        self._pieces = {piece.object_id: piece for piece in pieces}
        self._owners = erasing_pieces.owners(connection, list(self._pieces))

    def _cut(self, piece: SharedPiece, cutter: Cutter) -> _Cut:
        """Write what is left of a piece.

        What is found damaged is noted so and left as it is, so that its file can be put back. Of
        what is known to be, what can be read is kept: else nothing of it would ever go.
        """
        owners = frozenset(self._owners[piece.object_id])
        left = self._left(piece, cutter)
        if left is None:
            return _Cut(piece, owners, None, None)
        object_id = new_object_id(sealed=is_sealed(piece.object_id))
        with self._core.database.write() as connection:
            landing.enter_pending(connection, [object_id], now_us() + GRACE_US)
        self._planned.append(object_id)
        with closing(left.open()) as content:
            stored = self._core.vault.put(object_id, content)
        self._core.vault.settle()
        return _Cut(piece, owners, left, stored)

    def _left(self, piece: SharedPiece, cutter: Cutter) -> CutPiece | None:
        try:
            with closing(self._core.vault.open(piece.object_id, piece.name)) as source:
                if not piece.is_spoilt:
                    self._require_whole(piece, source)
                return cutter(piece, source)
        except ContentMissingError:
            # It may turn up, or be put back: until then it goes as a whole alone.
            raise
        except ContentError as error:
            if piece.is_spoilt:
                return None
            if isinstance(error, ContentDamagedError):
                note_damaged(self._core, piece.object_id)
            raise

    def _require_whole(self, piece: SharedPiece, source: ByteSource) -> None:
        """Refuse what lies in the clear and is not what was stored; what is sealed tells itself."""
        if is_sealed(piece.object_id):
            return
        with self._core.database.read() as connection:
            stored = erasing_pieces.digests(connection, piece.object_id)
        if digest_of(source)[0] not in stored:
            raise ContentDamagedError(
                name=piece.name, reason=N_("its bytes are not what was stored")
            )

    def apply(
        self, connection: Connection, found: Mapping[int, Content], made: Made
    ) -> dict[int, Content]:
        """Let the others refer to what is left; return others that lose video wholly.

        Raises:
            StoreBusyError: The owners of a piece, or what of it goes, changed since it was cut.
            ContentError: One that is held would lose some of what it shows.
        """
        erased = set(found)
        if self._shared is Shared.WHOLE:
            return self._whole(connection, found, erased)
        before = (self._pieces, self._owners)
        self._look(connection, found)
        if (self._pieces, self._owners) != before:
            raise StoreBusyError(store=self._core.database.store)
        lost: dict[int, Content] = {}
        for cut in self._cuts:
            piece = cut.piece
            cut_away.note(
                connection, piece.object_id, piece.spans, piece.erased, cut.left, cut.stored
            )
            self.noted.add(piece.object_id)
            others = sorted(cut.owners - erased)
            left = () if cut.left is None else cut.left.spans
            kept = [(span.wall_start_us, span.wall_end_us) for span in left]
            for number in sorted(erasing.held(connection, others)):
                if without(erasing_pieces.needed(connection, number, cut.piece.spans), kept):
                    raise _kept(cut.piece.name)
            for number in others:
                spans = erasing_pieces.within(connection, number, left)
                if spans and cut.left is not None and cut.stored is not None:
                    erasing_pieces.replace_piece(
                        connection, number, cut.piece.object_id, cut.stored, cut.left, spans
                    )
                    # An import that looked at it before looks again.
                    records.touch(connection, InteractionId(number), made.at_us)
                    self._used.add(cut.stored.object_id)
                else:
                    _add(
                        lost,
                        erasable.contents(connection, [number], {What.SCREEN}),
                        cut.piece.object_id,
                    )
            if cut.piece.is_spoilt and cut.stored is not None:
                # What could be read of it is whole.
                whole = RecordingState.AVAILABLE
                upkeep.note_state(connection, cut.stored.object_id, whole, made.at_us)
        return lost

    def _whole(
        self, connection: Connection, found: Mapping[int, Content], erased: set[int]
    ) -> dict[int, Content]:
        lost: dict[int, Content] = {}
        self._look(connection, found)
        for piece in self._pieces.values():
            whole = [(span.wall_start_us, span.wall_end_us) for span in piece.spans]
            cut_away.note(connection, piece.object_id, piece.spans, whole, None, None)
            self.noted.add(piece.object_id)
        for object_id, numbers in erasing_pieces.owners(connection, list(_objects(found))).items():
            others = sorted(numbers - erased)
            if erasing.held(connection, others):
                raise _kept(_objects(found)[object_id].source_name or RecordingKind.SCREEN.value)
            for number in others:
                content = erasable.contents(connection, [number], {What.SCREEN})
                _add(lost, content, object_id)
        return lost

    def replaced(self, connection: Connection, made: Made) -> list[ObjectId]:
        """Return the old objects, which nothing refers to now, noted to go at once."""
        self._core.make_part(connection, self._used)
        old = {cut.piece.object_id for cut in self._cuts}
        old -= landing.objects_in_use(connection, old)
        fresh = sorted(old - landing.pending_among(connection, old))
        landing.enter_pending(connection, fresh, made.at_us)
        return fresh

    def told(self, gone: Mapping[int, Content], losses: dict[What, Loss]) -> dict[What, Loss]:
        """Return losses, of what is cut only that."""
        if self._shared is Shared.WHOLE:
            return losses
        return of_cut(losses, gone, self._pieces.values())

    def discard(self) -> None:
        """Remove what was prepared and not used."""
        self._core.discard(self._planned)


def _objects(found: Mapping[int, Content]) -> dict[ObjectId, Recorded]:
    return {
        row.object_id: row
        for content in found.values()
        for row in content.recordings
        if row.kind == _SCREEN and row.object_id is not None
    }


def _kept(name: str) -> ContentError:
    """Return why a piece stays; that another is held is not for everybody to know."""
    return ContentError(name=name, reason=N_("it has to stay as it is"))


def _add(lost: dict[int, Content], content: Mapping[int, Content], object_id: ObjectId) -> None:
    """Add to what is lost the rows of one object only."""
    for number, has in content.items():
        rows = [row for row in has.recordings if row.object_id == object_id]
        known = lost.setdefault(number, erasable.Content(has.interaction_id, has.giid, has.channel))
        known.recordings += [row for row in rows if row not in known.recordings]
