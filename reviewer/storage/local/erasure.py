"""Deleting content of a local store for good.

Who may, what is asked first and what is told; `erasing_run` is what deletes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.errors import (
    N_,
    NotFoundError,
    UsageError,
)
from reviewer.models.access import Privilege
from reviewer.models.audit import Act
from reviewer.models.changes import Changes
from reviewer.models.erasure import (
    RETENTION_REASON,
    Erased,
    Preview,
    Shared,
    What,
    check_erasing_reason,
)
from reviewer.models.progress import NoProgress
from reviewer.models.requests import Guarded
from reviewer.storage.catalogue import erasable, erasing, erasing_jobs
from reviewer.storage.catalogue.erasing import Made
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.erasing_run import Run
from reviewer.storage.local.letters import require_letter
from reviewer.storage.local.pieces import Pieces, of_cut
from reviewer.storage.local.proof import make_certificate, wrong_with
from reviewer.storage.local.second_person import require_alone

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from reviewer.models.access import User
    from reviewer.models.certificate import Certificate
    from reviewer.models.erasure import Unfinished
    from reviewer.models.letters import Letter
    from reviewer.models.progress import Progress
    from reviewer.storage.catalogue.visibility import Visibility
    from reviewer.storage.facets.erasure import Cutter
    from reviewer.storage.local.core import Core
    from reviewer.storage.local.journal import Pen

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
        run = Run(
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
        return wrong_with(self._core, certificate, self._visibility)

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
        run = Run(
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
