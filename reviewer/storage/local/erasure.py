"""Deleting content of a local store for good.

A batch is deleted from the catalogue in one transaction, with its tombstones and its entries in
the log; from that commit on nothing leads to the content. Then the keys of its objects are
destroyed and their bytes removed; objects that this did not reach yet, because the process was
killed, are on a list in the catalogue and go when the store is next opened.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    ContentError,
    NotFoundError,
    ReviewerError,
    StoreBusyError,
    UsageError,
)
from reviewer.messages import explain
from reviewer.models.access import Privilege
from reviewer.models.audit import Act, detail_form
from reviewer.models.changes import Changes
from reviewer.models.erasure import (
    RETENTION_REASON,
    Erased,
    Preview,
    Shared,
    What,
    check_erasing_reason,
    erased_together,
)
from reviewer.models.ids import InteractionId, WallUs
from reviewer.models.progress import NoProgress
from reviewer.models.requests import Guarded
from reviewer.storage.catalogue import erasable, erasing, erasing_jobs, landing, texts
from reviewer.storage.catalogue.erasing import Made
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.letters import require_letter
from reviewer.storage.local.pieces import Cuts, Pieces, of_cut
from reviewer.storage.local.proof import make_certificate, wrong_with
from reviewer.storage.local.second_person import require_alone

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.audit import Detail
    from reviewer.models.certificate import Certificate
    from reviewer.models.erasure import Unfinished
    from reviewer.models.ids import Giid, ObjectId
    from reviewer.models.letters import Letter
    from reviewer.models.progress import Progress
    from reviewer.models.recording import RecordingKind
    from reviewer.storage.catalogue.erasable import Content
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.facets.erasure import Cutter
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen

BATCH: Final = 10_000
"""Interactions deleted in one transaction, at most."""
_LEAST: Final = 500
_LONGEST_S: Final = 1.0
"""A transaction that took longer is followed by smaller ones: others wait for it to write."""
_JOB: Final = 2
"""From so many interactions on, what is left is kept, so that an interruption can go on."""


class LocalErasure:
    """The `Erasure` of one user of a local store."""

    def __init__(self, core: Core, user: User, visibility: Visibility, pen: Pen) -> None:
        self._core = core
        self._user = user
        self._visibility = visibility
        self._pen = pen

    def preview(
        self, ids: Sequence[int], what: Collection[What], letter: Letter | None = None
    ) -> Preview:
        """Return what deleting would destroy; see `Erasure.preview`."""
        self.require(ids, what, letter)
        with self._core.database.read() as connection:
            seen = sorted(self._visibility.seen(connection, ids))
            held = erasing.held(connection, seen)
            free = [number for number in seen if number not in held]
            require_letter(connection, seen, letter)
            found = erasable.contents(connection, free, what, letter)
            shared = Pieces(connection, self._visibility).shared(found, set(found))
            names = erasing.giids(connection, sorted(held))
        self._pen.record(Act.ASKED_WHAT_IF, detail={"interactions": len(found)})
        losses = of_cut(erasable.losses(found.values()), found, shared)
        return Preview(losses, len(found), names, len(free) - len(found), tuple(shared))

    def erase(
        self,
        ids: Sequence[int],
        what: Collection[What],
        reason: str,
        *,
        shared: Shared,
        cutter: Cutter | None = None,
        progress: Progress | None = None,
        letter: Letter | None = None,
    ) -> tuple[Erased, Changes]:
        """Delete content for good; see `Erasure.erase`."""
        self.require(ids, what, letter)
        made = Made(
            self._user.login, self._core.clock(), check_erasing_reason(reason), by_retention=False
        )
        return self._begin(ids, what, made, shared, cutter, progress, letter)

    def expire(
        self, *, cutter: Cutter | None = None, progress: Progress | None = None
    ) -> tuple[Erased, Changes]:
        """Expire what is due; see `Erasure.expire`."""
        self._user.require(Privilege.RECORDS_RETENTION)
        with self._core.database.read() as connection:
            due = erasing_jobs.due(connection, self._visibility, now_us())
        told, changes = Erased(), Changes()
        for what, ids in due.items():
            made = Made(self._user.login, now_us(), RETENTION_REASON, by_retention=True)
            one, changed = self._begin(ids, {what}, made, Shared.CUT, cutter, progress)
            told, changes = told | one, changes | changed
        self._pen.record(Act.RETENTION_RUN, detail={"interactions": len(told.interactions)})
        return told, changes

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Return what was interrupted; see `Erasure.unfinished`."""
        self._may_resume()
        with self._core.database.read() as connection:
            known = self._interrupted(connection).values()
        return tuple(job for job, _ in known if self._user.may(_needed(job.by_retention)))

    def resume(
        self,
        unfinished: Unfinished,
        *,
        cutter: Cutter | None = None,
        progress: Progress | None = None,
    ) -> tuple[Erased, Changes]:
        """Go on with what was interrupted; see `Erasure.resume`."""
        with self._core.database.read() as connection:
            unfinished, ids = self._known(connection, unfinished)
            if not unfinished.by_retention and not unfinished.approved_by:
                require_alone(connection, Guarded.BULK_DELETION)
        if not unfinished.by_retention:
            self.require(ids, unfinished.what)
        run = _Run(
            self._core,
            self._visibility,
            self._pen,
            frozenset(unfinished.what),
            unfinished.shared,
            cutter,
            unfinished.number,
        )
        by, agreed = self._user.login, unfinished.approved_by
        if agreed:
            # The tombstones name who asked and who agreed, whoever lets it go on.
            by = unfinished.by
        made = Made(by, 0, unfinished.reason, unfinished.by_retention, agreed)
        return run.all(ids, made, progress or NoProgress())

    def run_job(
        self, number: int, *, cutter: Cutter | None, progress: Progress | None
    ) -> tuple[Erased, Changes]:
        """Do what a request let begin, by the number of its note."""
        with self._core.database.read() as connection:
            job = next(one for one in erasing_jobs.load(connection) if one.number == number)
        return self.resume(job, cutter=cutter, progress=progress)

    def abandon(self, unfinished: Unfinished) -> None:
        """Give up what was interrupted; see `Erasure.abandon`."""
        with self._core.database.write() as connection:
            unfinished, ids = self._known(connection, unfinished)
            erasing_jobs.end(connection, unfinished.number)
            self._pen.write(
                connection,
                Act.ERASING_ABANDONED,
                detail={"began": unfinished.by, "left": len(ids), "of": unfinished.total},
            )

    def _known(self, connection: Connection, told: Unfinished) -> tuple[Unfinished, list[int]]:
        """Return a deletion as the store knows it, and what is left of it.

        Raises:
            RefusedError: The user may not delete so. NotFoundError: It is none, or not all of it
                may be seen.
        """
        self._may_resume()
        known = self._interrupted(connection).get(told.number)
        if known is None:
            raise NotFoundError(name=str(told.number))
        job, _ = known
        self._user.require(_needed(job.by_retention))
        return known

    def _may_resume(self) -> None:
        if not self._user.may(Privilege.RECORDS_RETENTION):
            self._user.require(Privilege.RECORDS_ERASE)

    def _interrupted(self, connection: Connection) -> dict[int, tuple[Unfinished, list[int]]]:
        """Return what was interrupted, with what is left of it, where all of that may be seen."""
        found = {}
        for job in erasing_jobs.load(connection):
            ids = erasing_jobs.left(connection, job.number)
            if len(self._visibility.seen(connection, ids)) == len(ids):
                found[job.number] = (job, ids)
        return found

    def certificate(self, ids: Sequence[int]) -> Certificate:
        """Return a certificate of what was destroyed; see `Erasure.certificate`."""
        self._may_prove()
        with self._core.database.read() as connection:
            seen = sorted(self._visibility.seen(connection, ids))
        return make_certificate(self._core, self._user, seen)

    def verify_certificate(self, certificate: Certificate) -> tuple[str, ...]:
        """Return what is wrong with a certificate; see `Erasure.verify_certificate`."""
        self._may_prove()
        return wrong_with(self._core, certificate)

    def _may_prove(self) -> None:
        if not self._user.may(Privilege.AUDIT_VIEW):
            self._user.require(Privilege.RECORDS_ERASE)

    def _begin(
        self,
        ids: Sequence[int],
        what: Collection[What],
        made: Made,
        shared: Shared,
        cutter: Cutter | None,
        progress: Progress | None,
        letter: Letter | None = None,
    ) -> tuple[Erased, Changes]:
        with self._core.database.read() as connection:
            seen = sorted(self._visibility.seen(connection, ids))
            require_letter(connection, seen, letter)
            if not made.by_retention and self._takes_others(connection, seen, what, shared):
                require_alone(connection, Guarded.BULK_DELETION)
        job = 0
        # What retention left undone is due again at its next run, without being kept.
        if len(seen) >= _JOB and not made.by_retention:
            with self._core.database.write() as connection:
                require_alone(connection, Guarded.BULK_DELETION)
                job = erasing_jobs.begin(connection, made, tuple(what), shared, seen)
        run = _Run(
            self._core, self._visibility, self._pen, frozenset(what), shared, cutter, job, letter
        )
        return run.all(seen, made, progress or NoProgress())

    def _takes_others(
        self, connection: Connection, seen: Sequence[int], what: Collection[What], shared: Shared
    ) -> bool:
        """Return whether deleting one interaction would take something of others."""
        if len(seen) >= _JOB or What.SCREEN not in what:
            return False
        found = erasable.contents(connection, seen, {What.SCREEN})
        return Pieces(connection, self._visibility).losing(found, shared) > 0

    def require(
        self, ids: Sequence[int], what: Collection[What], letter: Letter | None = None
    ) -> None:
        """Refuse a user who may not delete this. Raises RefusedError; UsageError: see `erase`."""
        self._user.require(Privilege.RECORDS_ERASE)
        if letter is not None and len(ids) > 1:
            raise UsageError(reason=N_("one message is of one email"))
        if letter is None and What.EMAIL in what:
            with self._core.database.read() as connection:
                self.require_in(connection, ids, what)

    def require_in(
        self, connection: Connection, ids: Sequence[int], what: Collection[What]
    ) -> None:
        """Refuse it within a transaction. Raises RefusedError."""
        self._user.require(Privilege.RECORDS_ERASE)
        if What.EMAIL not in what or self._user.may(Privilege.RECORDS_ERASE_EMAIL_BULK):
            return
        if erasable.emails(connection, self._visibility.seen(connection, ids)) > 1:
            self._user.require(Privilege.RECORDS_ERASE_EMAIL_BULK)


def _needed(by_retention: bool) -> Privilege:
    """Return the privilege that a deletion takes."""
    return Privilege.RECORDS_RETENTION if by_retention else Privilege.RECORDS_ERASE


class _Run:
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
        self._objects: set[ObjectId] = set()
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
        return Erased(lingering=len(self._objects.intersection(due)), words_linger=words)

    def _batch(self, ids: Sequence[int], made: Made) -> Erased:
        groups: list[set[int]] = []
        with self._core.database.read() as connection:
            # What is held keeps its part of a piece, as others do.
            held = erasing.held(connection, ids)
            free = [number for number in ids if number not in held]
            names = erasing.giids(connection, [number for number in ids if number in held])
            if What.SCREEN in self._what:
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
        self._destroy(objects)
        return told

    def _land(self, ids: Sequence[int], made: Made, cuts: Cuts | None) -> Erased:
        if not ids:
            return Erased()
        told, objects = self._commit(ids, made, cuts)
        self._destroy(objects)
        return told

    def _destroy(self, objects: Sequence[ObjectId]) -> None:
        """Destroy what the catalogue has let go; it is deleted whether that can be done now."""
        self._objects.update(objects)
        # They are on the list of what is to go: the end of the run tries once more, and tells.
        with suppress(ReviewerError):
            self._core.destroy(objects)

    def _commit(
        self, ids: Sequence[int], made: Made, cuts: Cuts | None
    ) -> tuple[Erased, list[ObjectId]]:
        """Delete from the catalogue; return what was, and the objects to destroy."""
        instant = WallUs(self._core.clock())
        made = replace(made, at_us=instant)
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
            # What else lost its video may be nothing that this user knows of.
            seen = self._visibility.seen(connection, also) | found.keys()
        if monotonic() - begun_s > _LONGEST_S:
            self._size = max(self._size // 2, _LEAST)
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
