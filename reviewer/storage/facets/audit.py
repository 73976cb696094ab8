"""The contract of the audit log: reading it, verifying it, telling what only the user's side knows.

What changes a store, reads content or fails to log in is entered by the store itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.audit import (
        Act,
        Anchor,
        AuditEntry,
        AuditQuery,
        Detail,
        Verification,
    )
    from reviewer.models.ids import InteractionId
    from reviewer.models.progress import Progress


class Audit(Protocol):
    """The audit log."""

    def report(
        self, act: Act, interaction_id: InteractionId | None = None, detail: Detail | None = None
    ) -> None:
        """Enter what only the user's side knows of: an act of `REPORTED`.

        Args:
            act: What was done.
            interaction_id: To what, if to one.
            detail: Codes and counts; never what a customer said, wrote or is called by.

        Raises:
            NotFoundError: Not to be seen; UsageError: the act is the store's own to tell, or the
            detail holds something else.
        """
        ...

    def entries(self, query: AuditQuery, *, limit: int = 100) -> tuple[AuditEntry, ...]:
        """Return the newest entries asked for.

        An entry on an interaction that the user may not see comes without telling which.

        Raises:
            RefusedError: Lacks `audit.view`.
        """
        ...

    def count(self, query: AuditQuery) -> int:
        """Return how many entries are asked for. Raises as `entries`."""
        ...

    def history(self, interaction_id: InteractionId) -> tuple[AuditEntry, ...]:
        """Return all that was done to one interaction, newest first.

        Raises:
            NotFoundError: Not to be seen; RefusedError: lacks `audit.view`.
        """
        ...

    def export(self, *, progress: Progress | None = None) -> Iterator[AuditEntry]:
        """Yield the whole log in its order; that it was exported is its last entry.

        Raises:
            RefusedError: Lacks `audit.view`. CancelledError.
        """
        ...

    def anchor(self) -> Anchor:
        """Return the log's signed end, to be kept elsewhere. Raises as `entries`."""
        ...

    def verify(
        self, against: Anchor | None = None, *, progress: Progress | None = None
    ) -> Verification:
        """Read the whole log and return what is wrong with it.

        Args:
            against: An anchor kept elsewhere: the log must go on from it.
            progress: Told how far it is.

        Raises:
            RefusedError: Lacks `audit.view`. CancelledError.
        """
        ...
