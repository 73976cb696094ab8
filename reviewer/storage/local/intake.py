"""Bringing interactions into a local store."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    ContentError,
    HeldContentError,
    ImportClashError,
    Reason,
    ReviewerError,
    UsageError,
)
from reviewer.models.access import Privilege
from reviewer.models.changes import Changes
from reviewer.models.ids import Giid, InteractionId, ObjectId, normalise_giid
from reviewer.models.letters import linked
from reviewer.models.progress import NoProgress
from reviewer.models.recording import RecordingKind, RecordingState
from reviewer.storage.catalogue import border, cut_away, facts, landing, records, tellings, texts
from reviewer.storage.catalogue.merge import replaced, unidentified
from reviewer.storage.catalogue.names import Names
from reviewer.storage.catalogue.reader import load
from reviewer.storage.catalogue.writer import Writer
from reviewer.storage.local import recutting, replacing
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.core import GRACE_US, Core
from reviewer.storage.local.opening import digested_all, opened, with_digests
from reviewer.storage.local.recognising import (
    candidates,
    chosen,
    joined,
    require_same,
    without_those_of,
)
from reviewer.storage.local.recutting import Recutter
from reviewer.storage.store import Incoming, Landed, Outcome
from reviewer.storage.vault.contract import new_object_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Progress
    from reviewer.models.recording import Recording
    from reviewer.storage.facets.erasure import Cutter
    from reviewer.storage.local.journal import Pen
    from reviewer.storage.local.recutting import Cut

BATCH: Final = 200
"""Interactions in one transaction."""
BATCH_BYTES: Final = 64 << 20
"""Bytes of content after which a batch is cut, so that it ends long before `GRACE_US`."""


@dataclass(slots=True)
class _Item:
    """One interaction on its way in.

    Attributes:
        place: Its place among all that came.
        told: What is told of it, recordings with the object ids meant for their content.
        known: What the catalogue had when it was looked at.
        merged: What is to be entered.
        moved: From former numbers of segments to those of `merged`.
        names: All GIIDs that it may be told under, its own first.
        kept: Names of recordings that are not taken, what is there being longer.
        there: What the catalogue had under any of them; `known` is one of these.
        absorbed: Those that `known` takes in.
        lost: What of the content of `known` would be there no more; see `merge.replaced`.
        beside: Those that stay beside it.
        openers: How to open the content of each object meant to be written.
        written: Objects that were.
        before: Objects of the recordings that were there.
        cut: What had to be cut before it comes in; see `recutting`.
    """

    place: int
    incoming: Incoming
    told: Interaction
    known: landing.Known | None = None
    merged: Interaction | None = None
    moved: Mapping[int, int] = field(default_factory=dict)
    names: tuple[Giid, ...] = ()
    kept: tuple[str, ...] = ()
    there: tuple[landing.Known, ...] = ()
    absorbed: tuple[landing.Known, ...] = ()
    lost: replacing.Lost = field(default_factory=dict)
    beside: tuple[landing.Known, ...] = ()
    openers: dict[ObjectId, Callable[[], ByteSource]] = field(default_factory=dict)
    written: dict[ObjectId, Recording] = field(default_factory=dict)
    before: frozenset[ObjectId] = frozenset()
    cut: Cut = field(default_factory=dict)

    @property
    def giid(self) -> Giid:
        return self.told.giid


class LocalIntake:
    """The `Intake` of one user of a local store."""

    def __init__(self, core: Core, user: User, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._pen = pen

    def put(
        self,
        items: Iterable[Incoming],
        *,
        progress: Progress | None = None,
        dry_run: bool = False,
        cutter: Cutter | None = None,
    ) -> tuple[tuple[Landed, ...], Changes]:
        """Take interactions in; see `Intake.put`."""
        self._user.require(Privilege.IMPORT)
        run = _Run(self._core, self._pen, progress or NoProgress(), cutter, dry_run=dry_run)
        with self._core.intake:
            # What is sealed by now is, whoever chose so since the store was opened.
            self._core.read_settings()
            for incoming in items:
                run.add(incoming)
            run.finish()
        return run.result()


class _Run:
    """One call of `put`: gathers batches and lands each."""

    def __init__(
        self, core: Core, pen: Pen, progress: Progress, cutter: Cutter | None, *, dry_run: bool
    ) -> None:
        self._core = core
        self._recutter = Recutter(cutter)
        self._cuts = cutter is not None
        self._pen = pen
        self._progress = progress
        self._dry_run = dry_run
        self._batch: list[_Item] = []
        self._giids: set[Giid] = set()
        self._landed: dict[int, Landed] = {}
        self._came = 0
        self._changed: set[InteractionId] = set()
        self._recorded: set[InteractionId] = set()

    def add(self, incoming: Incoming) -> None:
        self._progress.raise_if_cancelled()
        place = self._came
        self._came += 1
        try:
            item = _item(place, incoming, self._core.seals)
        except UsageError as error:
            self._reject(place, incoming.interaction.giid, error)
            return
        if len(self._batch) >= BATCH or item.giid in self._giids:
            self.finish()
        self._batch.append(item)
        self._giids.add(item.giid)

    def finish(self) -> None:
        batch, self._batch, self._giids = self._batch, [], set()
        while batch:
            batch = self._land(batch)
        if not self._dry_run:
            self._core.content_note.make_up()

    def result(self) -> tuple[tuple[Landed, ...], Changes]:
        landed = tuple(self._landed[place] for place in range(self._came))
        return landed, Changes(
            interactions=frozenset(self._changed), recordings_of=frozenset(self._recorded)
        )

    def _reject(self, place: int, giid: Giid, error: ReviewerError) -> None:
        self._landed[place] = Landed(giid, Outcome.REJECTED, None, error)

    def _land(self, batch: list[_Item]) -> list[_Item]:
        """Land a batch; return what of it is to be tried again."""
        with self._core.database.read() as connection:
            known = landing.find_known(connection, _all_names(batch))
            batch, later = _recognised(connection, batch, known)
            for item in batch:
                self._prepare(connection, item)
        left = [item for item in batch if item.place not in self._landed]
        if self._dry_run or not left:
            self._note_names(batch)
            return later
        planned = [object_id for item in left for object_id in item.openers]
        if planned:
            with self._core.database.write() as connection:
                landing.enter_pending(connection, planned, now_us() + GRACE_US)
        used: set[ObjectId] = set()
        try:
            ready, rest = self._write_content(left)
            again = self._commit(ready, used)
        finally:
            self._core.discard([object_id for object_id in planned if object_id not in used])
        self._note_names([item for item in batch if item not in left])
        return [
            *(_item(item.place, item.incoming, self._core.seals) for item in (*again, *rest)),
            *later,
        ]

    def _note_names(self, batch: list[_Item]) -> None:
        """Note the further names of what did not change: a store may have had no place for them."""
        known = [(item, item.known) for item in batch if item.known is not None]
        if self._dry_run or not known:
            return
        with self._core.database.read() as connection:
            there = tellings.find(connection, _all_names(item for item, _ in known))
        news = [
            (one.id, [name for name in item.names if name != one.giid and name not in there])
            for item, one in known
        ]
        news = [(number, names) for number, names in news if names]
        if news:
            with self._core.database.write() as connection:
                tellings.enter(connection, news)

    def _prepare(self, connection: Connection, item: _Item) -> None:
        """Find out what is to be done with an item; settle those with which nothing is."""
        self._progress.raise_if_cancelled()
        try:
            if not self._dry_run:
                item.told, item.cut = self._recutter.cut(connection, item.told, item.openers)
            if item.known is None and not self._dry_run:
                item.merged = item.told
                return
            item.told = digested_all(item.told, item.openers)
            item.told = cut_away.without_cut(connection, item.told)
        except ContentError as error:
            self._reject(item.place, item.giid, error)
            return
        if item.known is None:
            self._landed[item.place] = Landed(item.giid, Outcome.ADDED, None)
            return
        outcome = Outcome.UNCHANGED
        if item.absorbed or facts.fingerprint(item.told) != item.known.fingerprint:
            try:
                outcome = _join(connection, item, item.known)
            except ImportClashError as error:
                self._reject(item.place, item.giid, error)
                return
        if outcome is Outcome.UPDATED and replacing.is_held(connection, item.known, item.lost):
            self._reject(item.place, item.giid, HeldContentError(name=item.giid))
            return
        if outcome is Outcome.UNCHANGED or self._dry_run:
            self._landed[item.place] = _told(item, outcome, item.known.id)
        elif item.merged is not None:
            wanted = {recording.object_id for recording in item.merged.recordings}
            item.openers = {key: value for key, value in item.openers.items() if key in wanted}

    def _write_content(self, items: list[_Item]) -> tuple[list[_Item], list[_Item]]:
        """Write the content of items until the batch is full; return those done, and the rest."""
        done: list[_Item] = []
        total = 0
        for number, item in enumerate(items):
            if total > BATCH_BYTES:
                return done, items[number:]
            self._progress.raise_if_cancelled()
            self._progress.report(len(self._landed) + len(done), None, item.giid)
            try:
                total += self._write_item(item)
            except ContentError as error:
                self._reject(item.place, item.giid, error)
            else:
                done.append(item)
        return done, []

    def _write_item(self, item: _Item) -> int:
        if item.merged is None:
            return 0
        recordings: list[Recording] = []
        total = 0
        for recording in item.merged.recordings:
            opener = item.openers.get(recording.object_id) if recording.object_id else None
            if opener is None or recording.object_id is None:
                recordings.append(recording)
                continue
            with closing(opened(opener, recording.source_name)) as source:
                stored = self._core.vault.put(recording.object_id, source)
            kept = replace(recording, bytes=stored.bytes, sha256=stored.sha256)
            item.written[recording.object_id] = kept
            recordings.append(kept)
            total += stored.bytes
        item.merged = replace(item.merged, recordings=tuple(recordings))
        item.told = with_digests(item.told, item.written)
        return total

    def _commit(self, items: list[_Item], used: set[ObjectId]) -> list[_Item]:
        """Enter the facts of a batch; return items that another program changed meanwhile."""
        self._core.vault.settle()
        instant = self._core.clock()
        landed: list[tuple[_Item, Landed]] = []
        again: list[_Item] = []
        keep: set[ObjectId] = set()
        replaced: set[ObjectId] = set()
        weighed: list[tuple[InteractionId, tuple[int, ...]]] = []
        named: list[tuple[InteractionId, Sequence[Giid]]] = []
        with self._core.database.write() as connection:
            if self._core.seals_otherwise(connection):
                # Another program chose so meanwhile: all of it is written once more.
                return items
            known = landing.find_known(connection, _all_names(items))
            writer = Writer(connection, Names(connection), instant)
            screens: dict[tuple[str, int], ObjectId] = {}
            back = recutting.BroughtBack(connection, instant)
            for item in items:
                changed = candidates(item.names, item.incoming, known) != item.there
                held = replacing.is_held(connection, item.known, item.lost)
                stale = self._is_stale(connection, item)
                if item.merged is None or changed or held or stale:
                    again.append(item)
                    continue
                merged = cut_away.as_stored(connection, item.merged, item.written, screens)
                recutting.note(connection, merged, item.written, item.cut, back)
                number = _write(writer, item, merged)
                outcome = Outcome.ADDED if item.known is None else Outcome.UPDATED
                landed.append((item, _told(item, outcome, number)))
                weighed.append((number, _weight(item)))
                names = {*item.names, *(other.giid for other in item.absorbed)}
                named.append((number, sorted(names - {merged.giid})))
                if item.known is not None:
                    tellings.renumber(connection, number, item.moved)
                now = _objects_of(merged)
                keep |= now & item.written.keys()
                replaced |= item.before - now
            writer.flush()
            back.whole(screens)
            replaced |= back.objects
            tellings.weigh(connection, weighed)
            tellings.enter(connection, named)
            self._core.make_part(connection, keep)
            landing.enter_pending(connection, replaced, instant)
            if any(replacing.takes_words(item.lost) for item, _ in landed):
                texts.mark_unpurged(connection)
                self._core.has_words_left = True
            if landed:
                entered = [(result, item.lost, item.absorbed) for item, result in landed]
                self._pen.journal.write(connection, replacing.events(self._pen, entered))
        used |= keep
        if keep:
            # The note of earlier content is true as well.
            with suppress(ReviewerError):
                self._core.content_note.write()
        if replaced:
            self._core.sweep(purges=False)
        self._note(landed)
        self._recorded |= back.interactions
        return again

    def _note(self, landed: Sequence[tuple[_Item, Landed]]) -> None:
        """Keep what became of items, for what is returned in the end."""
        for item, result in landed:
            self._landed[item.place] = result
            if result.interaction_id is not None:
                self._changed.add(result.interaction_id)
                if item.told.recordings:
                    self._recorded.add(result.interaction_id)

    def _is_stale(self, connection: Connection, item: _Item) -> bool:
        """Return whether somebody did meanwhile what entering it as it is would undo.

        They held, scored or commented on what it takes in, or deleted screen video of it.
        """
        if replacing.are_touched(connection, item.known, item.absorbed):
            return True
        if item.merged is None or not self._cuts:
            return False
        return not recutting.is_current(connection, item.merged, item.written, item.cut)


def _item(place: int, incoming: Incoming, seals: Callable[[RecordingKind, str], bool]) -> _Item:
    """Return an item with an object id for every content that came with it.

    Args:
        place: Its place among all that came.
        incoming: What came.
        seals: Whether content of a kind is sealed, of an interaction of a medium.

    Raises:
        UsageError: What came makes no sense.
    """
    told = incoming.interaction
    try:
        giid = normalise_giid(told.giid)
    except ValueError:
        raise UsageError(reason=Reason(N_("{name} is not a GIID"), name=told.giid)) from None
    numbers = [segment.number for segment in told.segments]
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        raise UsageError(reason=N_("the segments are not numbered from 1"))
    recordings: list[Recording] = []
    openers: dict[ObjectId, Callable[[], ByteSource]] = {}
    for position, recording in enumerate(told.recordings):
        opener = incoming.content.get(position)
        made = unidentified(recording)
        if opener is not None and recording.state is RecordingState.AVAILABLE:
            sealed = seals(recording.kind, told.medium)
            made = replace(made, object_id=new_object_id(sealed=sealed))
            openers[made.object_id or ObjectId("")] = opener
        elif recording.state is RecordingState.AVAILABLE and recording.duration_us:
            raise UsageError(
                reason=Reason(N_("the content of {name} is not there"), name=recording.source_name)
            )
        recordings.append(made)
    told = linked(replace(told, giid=giid, id=InteractionId(0), recordings=tuple(recordings)))
    also = dict.fromkeys((giid, *incoming.also))
    return _Item(place, incoming, border.storable(told), openers=openers, names=tuple(also))


def _write(writer: Writer, item: _Item, merged: Interaction) -> InteractionId:
    """Enter an interaction in place of those that it takes in; return its number."""
    digest = facts.fingerprint(item.told)
    for other in item.absorbed:
        writer.remove(other.id)
    incoming = item.incoming
    if item.known is None:
        return writer.add(
            merged, digest, searchable=incoming.texts_searchable, shares=incoming.shares
        )
    return writer.replace(merged, digest, searchable=incoming.texts_searchable)


def _told(item: _Item, outcome: Outcome, number: InteractionId) -> Landed:
    replaces = outcome is Outcome.UPDATED and bool(item.lost)
    return Landed(item.giid, outcome, number, kept=item.kept, replaces=replaces)


def _all_names(items: Iterable[_Item]) -> list[Giid]:
    return [name for item in items for name in item.names]


def _recognised(
    connection: Connection, batch: list[_Item], known: Mapping[Giid, landing.Known]
) -> tuple[list[_Item], list[_Item]]:
    """Give each item what is there of it; return those of different interactions, and the rest."""
    now: list[_Item] = []
    later: list[_Item] = []
    seen: set[InteractionId] = set()
    several: set[InteractionId] = set()
    for item in batch:
        item.there = candidates(item.names, item.incoming, known)
        if len(item.there) > 1:
            several |= {one.id for one in item.there}
    marked, doomed = tellings.touched(connection, several), tellings.doomed(connection, several)
    for item in batch:
        ids = {one.id for one in item.there}
        if ids & seen:
            later.append(item)
            continue
        seen |= ids
        found = chosen(item.there, marked, doomed)
        item.known, item.absorbed, item.beside = found.own, found.absorbed, found.beside
        if item.known is not None:
            item.told = replace(item.told, giid=item.known.giid)
        now.append(item)
    return now, later


def _join(connection: Connection, item: _Item, known: landing.Known) -> Outcome:
    """Join what is there with what is told now; say whether that changes anything."""
    parts = (known, *item.absorbed)
    before = [one for part in parts if (one := load(connection, part.id)) is not None]
    if len(before) != len(parts):
        # Somebody took one away meanwhile: it is looked at again before anything is entered.
        return Outcome.UPDATED
    beside = [one for part in item.beside if (one := load(connection, part.id)) is not None]
    require_same(before[0], item.told)
    told = without_those_of(item.told, beside) if beside else item.told
    item.before = frozenset().union(*(_objects_of(one) for one in before))
    by_hand = records.by_hand(connection, known.id)
    weights = [*(part.weight for part in parts), item.incoming.weight]
    merged = joined(before, told, weights, by_hand)
    item.merged, item.moved, item.kept = merged.interaction, merged.moved, merged.kept
    item.lost = replacing.together(replaced(one, item.merged) for one in before)
    changed = item.absorbed or facts.plain(before[0]) != facts.plain(merged.interaction)
    return Outcome.UPDATED if changed else Outcome.UNCHANGED


def _weight(item: _Item) -> tuple[int, ...]:
    weight = item.incoming.weight
    for known in item.there:
        weight = tellings.heavier(known.weight, weight)
    return weight


def _objects_of(interaction: Interaction) -> frozenset[ObjectId]:
    return frozenset(r.object_id for r in interaction.recordings if r.object_id is not None)
