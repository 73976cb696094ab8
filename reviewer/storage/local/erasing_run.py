"""One deletion of a local store, batch after batch.

A batch is deleted from the catalogue in one transaction, with its tombstones and its entries in
the log; from that commit on nothing leads to the content any more. Then the keys of its objects
are destroyed and their bytes removed, and the next transaction takes them off a list; objects that
this did not reach yet, because the process was killed, are on a list in the catalogue and go when
the store is next opened.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from reviewer.errors import ContentError, ReviewerError, StoreBusyError
from reviewer.messages import explain
from reviewer.models.audit import Act, detail_form
from reviewer.models.changes import Changes
from reviewer.models.erasure import Erased, Shared, What, erased_together
from reviewer.models.ids import InteractionId, WallUs
from reviewer.storage.catalogue import erasable, erasing, erasing_jobs, landing, texts
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.destroying import Destroying
from reviewer.storage.local.letters import require_letter
from reviewer.storage.local.pieces import Cuts, Pieces

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from reviewer.models.audit import Detail
    from reviewer.models.ids import Giid, ObjectId
    from reviewer.models.letters import Letter
    from reviewer.models.progress import Progress
    from reviewer.models.recording import RecordingKind
    from reviewer.storage.catalogue.erasable import Content
    from reviewer.storage.catalogue.erasing import Made
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.facets.erasure import Cutter
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen

BATCH: Final = 10_000
"""Interactions deleted in one transaction, at most."""
_LEAST: Final = 500
_LONGEST_S: Final = 1.0
"""A transaction that took longer is followed by smaller ones: others wait for it to write."""
_SHORT_S: Final = 0.25
"""One that took less is followed by larger ones again: something else had the machine."""


class Run:
    """One deletion, from its first batch to its last."""

    def __init__(
        self,
        core: Core,
        visibility: Visibility,
        pen: Pen,
        what: frozenset[What],
        shared: Shared,
        cutter: Cutter | None,
        job: int,
        letter: Letter | None = None,
    ) -> None:
        self._core = core
        self._visibility = visibility
        self._pen = pen
        self._what = what
        self._shared = shared
        self._cutter = cutter
        self._job = job
        self._letter = letter
        self._changed: set[InteractionId] = set()
        self._destroying = Destroying(core)
        self._texts = False
        self._size = BATCH

    def all(self, ids: Sequence[int], made: Made, progress: Progress) -> tuple[Erased, Changes]:
        """Delete batch after batch; what is done stays done whatever happens to the rest."""
        parts: list[Erased] = []
        first = 0
        try:
            while first < len(ids):
                progress.raise_if_cancelled()
                progress.report(first, len(ids))
                batch = ids[first : first + self._size]
                parts.append(self._batch(batch, made))
                first += len(batch)
        finally:
            self._destroying.end()
            # What cannot be destroyed now stays on lists, is counted below, and is tried again.
            with suppress(ReviewerError):
                self._core.sweep()
        if self._job:
            with self._core.database.write() as connection:
                erasing_jobs.end(connection, self._job)
        progress.report(len(ids), len(ids))
        parts.append(self._lingering())
        return erased_together(parts), Changes(recordings_of=frozenset(self._changed))

    def _lingering(self) -> Erased:
        """Return what of this run could not be destroyed yet."""
        words = self._texts and texts.is_unpurged(self._core.database)
        with self._core.database.read() as connection:
            due = landing.due_pending(connection, now_us())
        return Erased(lingering=len(self._destroying.objects.intersection(due)), words_linger=words)

    def _batch(self, ids: Sequence[int], made: Made) -> Erased:
        if What.SCREEN not in self._what:
            return self._land(ids, made, None)
        with self._core.database.read() as connection:
            # What is held keeps its part of a piece, as others do.
            held = erasing.held(connection, ids)
            free = [number for number in ids if number not in held]
            names = erasing.giids(connection, [number for number in ids if number in held])
            found = erasable.contents(connection, free, {What.SCREEN})
            groups = Pieces(connection, self._visibility).groups(found, set(free))
        apart = {number for group in groups for number in group}
        told = Erased(held=names)
        told |= self._land([number for number in free if number not in apart], made, None)
        for group in groups:
            told |= self._group(sorted(group), made)
        return told

    def _group(self, ids: Sequence[int], made: Made, tries: int = 3) -> Erased:
        """Delete interactions that share screen video; once more where somebody changed that."""
        cuts = Cuts(self._core, self._visibility, self._shared, self._cutter)
        try:
            cuts.prepare(ids, self._what)
            told, objects = self._commit(ids, made, cuts)
        except (ContentError, StoreBusyError) as error:
            if tries > 1 and isinstance(error, StoreBusyError):
                return self._group(ids, made, tries - 1)
            with self._core.database.read() as connection:
                return _failed(connection, ids, error)
        finally:
            cuts.discard()
        self._destroying.destroy(objects)
        return told

    def _land(self, ids: Sequence[int], made: Made, cuts: Cuts | None) -> Erased:
        if not ids:
            return Erased()
        told, objects = self._commit(ids, made, cuts)
        self._destroying.destroy(objects)
        return told

    def _commit(
        self, ids: Sequence[int], made: Made, cuts: Cuts | None
    ) -> tuple[Erased, list[ObjectId]]:
        """Delete from the catalogue; return what was, and the objects to destroy."""
        instant = WallUs(self._core.clock())
        made = replace(made, at_us=instant)
        destroyed = self._destroying.gone()
        with self._core.database.write() as connection:
            begun_s = monotonic()
            held = erasing.held(connection, ids)
            free = [number for number in ids if number not in held]
            require_letter(connection, ids, self._letter)
            found = erasable.contents(connection, free, self._what, self._letter)
            also: Mapping[int, Content] = {}
            late = Erased()
            if cuts is not None:
                also = cuts.apply(connection, found, made)
            else:
                late = self._leave_shared(connection, found)
            gone = {**found, **also}
            noted = set() if cuts is None else cuts.noted
            objects = erasing.erase(connection, gone, made, noted, apart=cuts is None)
            if cuts is not None:
                objects += cuts.replaced(connection, made)
            if any(erasable.has_words(content) for content in gone.values()):
                texts.mark_unpurged(connection)
                self._texts = True
            numbers = self._enter(connection, gone, made)
            if self._job:
                erasing_jobs.done(connection, self._job, ids)
            names = erasing.giids(connection, sorted(held))
            landing.leave_pending(connection, destroyed)
            # What else lost its video may be nothing that this user knows of.
            seen = self._visibility.seen(connection, also) | found.keys()
        self._destroying.left(destroyed)
        self._pace(monotonic() - begun_s)
        losses = erasable.losses(gone.values())
        if cuts is not None:
            losses = cuts.told(gone, losses)
        told = [(c, n) for c, n in zip(gone.values(), numbers, strict=True)
                if c.interaction_id in seen]  # fmt: skip
        self._changed |= {content.interaction_id for content, _ in told}
        return late | Erased(
            {content.giid: number for content, number in told},
            losses,
            names,
            len(free) - len(found) - len(late.failed),
            also=tuple(content.giid for number, content in also.items() if number in seen),
            hidden_also=len(also.keys() - seen),
        ), objects

    def _pace(self, took_s: float) -> None:
        """Choose how many go in the next transaction, by how long the last one took."""
        if took_s > _LONGEST_S:
            self._size = max(self._size // 2, _LEAST)
        elif took_s < _SHORT_S:
            self._size = min(self._size * 2, BATCH)

    def _leave_shared(self, connection: Connection, found: dict[int, Content]) -> Erased:
        """Take out of `found` whose screen video others have come to need meanwhile."""
        if What.SCREEN not in self._what:
            return Erased()
        groups = Pieces(connection, self._visibility).groups(found, set(found))
        late = sorted({number for group in groups for number in group})
        for number in late:
            del found[number]
        return _failed(connection, late, StoreBusyError(store=self._core.database.store))

    def _enter(self, connection: Connection, gone: Mapping[int, Content], made: Made) -> range:
        """Enter in the log what is deleted, an entry for each interaction; return their numbers."""
        act = Act.EXPIRED if made.by_retention else Act.DELETED
        forms: dict[tuple[tuple[int, ...], int | None], str] = {}
        items: list[tuple[InteractionId, Giid, str]] = []
        for content in gone.values():
            counts = content.counts()
            number = None
            if content.letter is not None and content.letter_goes:
                number = content.letter.number + 1
            alike = (tuple(counts), number)
            form = forms.get(alike)
            if form is None:
                detail = _detail(erasable.kinds_of(counts), number, made)
                form = forms[alike] = detail_form(detail, ("bytes", "recordings"))
            recordings = size = 0
            for one, own, _ in counts.values():
                recordings += one
                size += own
            items.append((content.interaction_id, content.giid, form % (size, recordings)))
        series = self._pen.series(act, WallUs(made.at_us), items)
        return self._pen.journal.write_series(connection, series)


def _detail(kinds: Collection[RecordingKind], message: int | None, made: Made) -> Detail:
    """Return what the log says of a deletion beside numbers and bytes."""
    detail: Detail = {
        "kinds": sorted(kind.value for kind in kinds),
        # Whoever keeps the reason can show that it was this one; the log does not hold it.
        "reason_sha256": hashlib.sha256(made.reason.encode()).hexdigest(),
    }
    if made.approved_by:
        detail = {**detail, "asked_by": made.by, "approved_by": made.approved_by}
    return detail if message is None else {**detail, "message": message}


def _failed(connection: Connection, ids: Sequence[int], error: ReviewerError) -> Erased:
    names = erasing.giids(connection, ids)
    return Erased(failed=tuple((giid, explain(error)) for giid in names))
