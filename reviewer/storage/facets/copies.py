"""The contract of copies of the whole store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from reviewer.models.copies import Copied
    from reviewer.models.progress import Progress


class Copies(Protocol):
    """Backing up, restoring and moving a store in a folder, with all content and keys."""

    def back_up(self, target: Path, *, progress: Progress | None = None) -> Copied:
        """Copy the store into a folder that is not there yet, whole and verified, or not at all.

        Others may work meanwhile; writers wait while the catalogue is copied. What is sealed
        stays sealed; a key ring that is kept elsewhere is not copied.

        Raises:
            RefusedError: Lacks `admin.settings`; UsageError: the store is on a server.
            FileUnusableError: Something is at `target`, or it lies in the store.
            CancelledError, StoreFullError, StoreNotWritableError, StoreDamagedError.
        """
        ...

    def accept(self, *, own_ring: bool = False) -> None:
        """Enter that the store was restored from a backup; nobody is signed in from before.

        Args:
            own_ring: Whether it has a key ring of its own since then: a copy of one that is kept
                elsewhere.

        Raises:
            RefusedError: Lacks `admin.settings`.
        """
        ...

    def move(self, target: Path, *, progress: Progress | None = None) -> None:
        """Move the store to a folder that is not there yet, whole, or not at all.

        Once it is there, every call of this session raises StoreClosedError.

        Raises:
            RefusedError: Lacks `admin.settings`; StoreBusyError: another program has it open.
            UsageError, FileUnusableError and others as `back_up`.
            OriginalLeftError: It is there, and the one before could not be removed.
        """
        ...
