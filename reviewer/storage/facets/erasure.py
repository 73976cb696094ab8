"""The contract of deleting content for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import TypeAlias

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.certificate import Certificate
    from reviewer.models.changes import Changes
    from reviewer.models.erasure import (
        CutPiece,
        Erased,
        Preview,
        Shared,
        SharedPiece,
        Unfinished,
        What,
    )
    from reviewer.models.letters import Letter
    from reviewer.models.progress import Progress

    Cutter: TypeAlias = Callable[[SharedPiece, ByteSource], CutPiece | None]
    """Returns what is left of a piece of screen video without what is to be deleted, None for
    nothing; raises ContentError where it cannot be cut."""


class Erasure(Protocol):
    """Deleting content for good. What may not be seen is left out as if it were not there."""

    def preview(
        self, ids: Sequence[int], what: Collection[What], letter: Letter | None = None
    ) -> Preview:
        """Return what deleting would destroy. Raises RefusedError, NotFoundError as `erase`."""
        ...

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
        """Delete content for good, each interaction wholly or not at all.

        Held ones and those with nothing left are passed over and named. Many at once go on
        where they were interrupted: see `unfinished`. When it returns, the content's keys and
        bytes are destroyed, and indexes no longer hold its words; what another program kept from
        being destroyed just then is counted (`Erased.lingering`) and goes by itself.

        A hold is stronger: what one that is held shows of screen video stays in the piece.

        Args:
            ids: Of which interactions; each once.
            what: Which content.
            reason: Why; it stays in the tombstones.
            shared: What becomes of screen video that others need as well.
            cutter: Cuts it; without one such interactions are left out and named.
            progress: Told how many are done.
            letter: Of one email, the message of its chain that is meant by `What.EMAIL`: its row
                stays, empty, and so does the subject unless it is the first. None: all of them.

        Raises:
            RefusedError: Lacks `records.erase`, or `records.erase_email_bulk` where several
                messages of emails are among them. ReasonMissingError. NotFoundError: The email
                has no such message (any more). UsageError: One message of several interactions
                is meant, or one whose file is not known. CancelledError: what was done stays done.
        """
        ...

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Return deletions of many that were interrupted and that the user may go on with.

        Those by retention take `records.retention`, the others `records.erase`; of each the user
        may see all.

        Raises:
            RefusedError: Lacks both.
        """
        ...

    def resume(
        self,
        unfinished: Unfinished,
        *,
        cutter: Cutter | None = None,
        progress: Progress | None = None,
    ) -> tuple[Erased, Changes]:
        """Go on with one of them. Raises as `erase`, and NotFoundError: it is none of them."""
        ...

    def abandon(self, unfinished: Unfinished) -> None:
        """Give one of them up: what was done stays done; it is in the log. Raises as `resume`."""
        ...

    def expire(
        self, *, cutter: Cutter | None = None, progress: Progress | None = None
    ) -> tuple[Erased, Changes]:
        """Expire what is due, by the path of `erase`.

        Raises:
            RefusedError: Lacks `records.retention`. CancelledError: what was done stays done.
        """
        ...

    def certificate(self, ids: Sequence[int]) -> Certificate:
        """Return what was destroyed of interactions, by whom, when, why, signed by the store.

        Raises:
            RefusedError: Lacks both `records.erase` and `audit.view`.
        """
        ...

    def verify_certificate(self, certificate: Certificate) -> tuple[str, ...]:
        """Return what is wrong with a certificate, as sentences; nothing: it holds.

        Raises:
            RefusedError: Lacks both `records.erase` and `audit.view`.
        """
        ...
