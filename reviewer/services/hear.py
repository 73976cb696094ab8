"""Listening to calls that wait for it, so that their shares of silence and talk-over are known.

Needs no Qt. Used by imports; whoever opens a call has it heard by `derive`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import N_, CancelledError, Reason
from reviewer.media.activity import find_activity
from reviewer.media.packing import pack_activity, unpack_activity
from reviewer.storage.facets.hearing import Heard

if TYPE_CHECKING:
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.changes import Changes
    from reviewer.models.progress import Progress
    from reviewer.models.recording import Recording
    from reviewer.storage.store import Session


class Listener:
    """Listens to recordings for a store; a `Hearer`. Thread: any.

    Args:
        progress: Asked whether to stop, every some seconds of sound.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __call__(self, recording: Recording, source: ByteSource, kept: bytes | None) -> Heard:
        """Return what goes on in a recording; see `Hearer`."""
        found = unpack_activity(kept) if kept is not None else None
        if found is not None and kept is not None:
            return Heard(found, kept)
        found = find_activity(source, recording.media_type, progress=_StopOnly(self._progress))
        return Heard(found, pack_activity(found))


class _StopOnly:
    """Lets listening be stopped inside a recording; how far it is, the store tells by calls."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say nothing: a recording is a small part of the whole."""

    def raise_if_cancelled(self) -> None:
        """Stop if listening is to stop."""
        self._progress.raise_if_cancelled()


def hear_waiting(session: Session, progress: Progress, *, old: bool = False) -> tuple[int, Changes]:
    """Listen to the calls that wait for it, the newest first, and enter what was found.

    Args:
        session: Whose right it is.
        progress: Told of calls done; asked whether to stop.
        old: Whether also to those that were there before calls were listened to at all.

    Returns:
        To how many, and those of them that the user may see.

    Raises:
        RefusedError: Lacks `import` and `admin.settings`.
        CancelledError: Stopped; what was heard is entered, the rest goes on waiting.
        StoreBusyError, StoreFullError, StoreNotWritableError.

    Thread: a worker's; long: an hour of calls takes a second or two.
    """
    try:
        return session.hearing.hear(None, Listener(progress), old=old, progress=progress)
    except CancelledError:
        raise CancelledError(
            resume=Reason(N_("The calls that are left are listened to by the next import."))
        ) from None
