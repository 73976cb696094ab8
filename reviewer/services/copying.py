"""Restoring a store from a backup: verified, opened, allowed and entered before it is there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from reviewer.errors import ReviewerError
from reviewer.messages import format_size, ntr, tr
from reviewer.models.progress import NoProgress
from reviewer.storage.local import open_store
from reviewer.storage.local.copying import is_encrypted, restore
from reviewer.storage.local.unlocking import open_ring
from reviewer.storage.vault.ring_file import RingFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reviewer.models.copies import Copied
    from reviewer.models.progress import Progress
    from reviewer.storage.local.unlocking import Opener
    from reviewer.storage.store import Session, Store


def restore_store(
    backup: Path,
    target: Path,
    opener: Opener,
    log_in: Callable[[Store], Session],
    *,
    progress: Progress | None = None,
) -> Copied:
    """Make a store of a backup, in a folder that is not there yet, whole or not at all.

    Args:
        backup: The folder that a backup was made in; it stays as it is.
        target: Where the store is to be.
        opener: What opens it if it is encrypted.
        log_in: Returns the session of a user of the backup who may restore it.
        progress: Told how far it is, and stops it.

    Raises:
        FileUnusableError: It is no backup, or something is at `target`.
        StoreDamagedError: A file of it is not what it was.
        RefusedError: The user lacks `admin.settings`. What `log_in` raises.
        CancelledError, StoreLockedError, WrongPassphraseError and other kinds of StoreError.

    Thread: any but the window's.
    """
    # Asked first: copying may take hours.
    way_in = open_ring(backup, str(backup), opener).way_in if is_encrypted(backup) else opener

    def accepted(folder: Path, other_ring: str) -> None:
        with open_store(folder, opener=way_in) as store:
            log_in(store).copies.accept(own_ring=bool(other_ring))

    return restore(backup, target, progress or NoProgress(), accepted)


def is_locked(backup: Path) -> bool:
    """Return whether a backup opens with a passphrase only; looks at names of files alone."""
    return RingFile(backup, str(backup)).is_there


def ring_elsewhere(backup: Path) -> str:
    """Return where the key ring of a backed-up store is kept, "" where that is in the backup.

    What cannot be read is told when it is restored. Reads one small file.
    """
    with suppress(ReviewerError):
        ring = RingFile(backup, str(backup))
        if ring.is_there and ring.path.parent != backup:
            return str(ring.path)
    return ""


def copied_sentences(folder: Path, done: Copied) -> tuple[str, ...]:
    """Return what a copy holds, and what it lacks."""
    files = ntr("{n} file", "{n} files", done.files)
    size = format_size(done.bytes)
    said = [tr("{folder}: {files}, {size}, verified", folder=folder, files=files, size=size)]
    if done.missing:
        said.append(
            ntr(
                "{n} recording was missing from the store already, and is from the backup.",
                "{n} recordings were missing from the store already, and are from the backup.",
                done.missing,
            )
        )
    if done.ring:
        said.append(
            tr(
                "The key ring is not in it: {path}. Without the ring nobody can read the backup.",
                path=done.ring,
            )
        )
    if done.other_ring:
        said.append(
            tr(
                "The key ring was copied into the new store, which goes its own way from here. "
                "{path} is the ring of the store that was backed up: where that is no more, "
                "remove it, for it opens older copies; keep the new one apart with: {command}",
                path=done.other_ring,
                command="reviewer keys ring FILE",
            )
        )
    return tuple(said)
