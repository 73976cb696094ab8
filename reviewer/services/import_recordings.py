"""Bringing recordings in: detects the kind of a source, reads it, feeds it to the store.

Used by window, command line and schedules alike. Importers register themselves; the imports
below are that registration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.errors import N_, CancelledError, ImportSourceError, Reason
from reviewer.models.access import Privilege
from reviewer.models.changes import Changes
from reviewer.models.progress import NoProgress
from reviewer.services.import_result import ImportResult
from reviewer.services.importers import base
from reviewer.services.importers.asterisk import importer as _asterisk  # noqa: F401 (registers)
from reviewer.services.importers.base import ImportOptions, Rejected
from reviewer.storage.store import Incoming, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.erasure import CutPiece, SharedPiece
    from reviewer.models.ids import InteractionId
    from reviewer.models.progress import Progress
    from reviewer.storage.store import Landed, Session

_BATCH = 100
"""Interactions handed to the store at once: a commit each, so a stop loses nothing before it."""


def import_recordings(
    session: Session,
    source: Path,
    *,
    kind: str | None = None,
    zone: ZoneInfo | None = None,
    system: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
    told: Callable[[Changes], object] | None = None,
) -> ImportResult:
    """Bring everything of a source into the store, again and again without doubling anything.

    Args:
        session: Whose right it is and where it goes.
        source: A folder or file.
        kind: Key of an importer; None: the one that knows the source best.
        zone: Zone of local times in the source; None: the centre's.
        system: Name of the system it comes from; part of the identity of what it brings.
        dry_run: Only say what would be done.
        progress: Told how far it is; asked whether to stop.
        told: Takes what each batch changed, once it is in the store.

    Returns:
        Counts, and every rejected item with its reason.

    Raises:
        ImportSourceError: The source as a whole cannot be read, or is of no known kind.
        RefusedError: The user lacks `import`.
        CancelledError: Stopped; what was taken in stays, the same import again goes on.
        StoreFullError: No space is left; as above.

    Thread: a worker's; long.
    """
    session.people.me.require(Privilege.IMPORT)
    watch = progress if progress is not None else NoProgress()
    _require_there(source)
    reader = base.importer_of(kind, str(source)) if kind else base.detect(source)
    options = ImportOptions(zone or session.settings.zone, system, watch)
    result = _Result()
    try:
        for batch in _batches(reader.read(source, options), result.rejected):
            landed, changes = session.intake.put(
                batch, progress=_StopOnly(watch), dry_run=dry_run, cutter=_cut
            )
            result.take(batch, landed, changes)
            if told is not None:
                told(changes)
            watch.raise_if_cancelled()
    except CancelledError:
        raise CancelledError(
            resume=Reason(N_("What was taken in stays; the same import again goes on from there."))
        ) from None
    return result.finished(reader.kind)


def _require_there(source: Path) -> None:
    try:
        if not source.exists():
            raise ImportSourceError(
                source=str(source), reason=N_("there is no such file or folder")
            )
    except OSError as error:
        raise ImportSourceError(
            source=str(source), reason=N_("the folder cannot be read")
        ) from error


def _cut(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
    # Imported here: few imports bring video of which something was deleted, and PyAV is heavy.
    from reviewer.services.erase import cut_piece

    return cut_piece(piece, source)


def _batches(
    items: Iterator[Incoming | Rejected], rejected: list[Rejected]
) -> Iterator[list[Incoming]]:
    batch: list[Incoming] = []
    for item in items:
        if isinstance(item, Rejected):
            rejected.append(item)
            continue
        batch.append(item)
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


class _StopOnly:
    """Lets the store be stopped inside a batch; how far it is, the importer tells."""

    def __init__(self, watch: Progress) -> None:
        self._watch = watch

    def report(self, done: int, total: int | None = None, what: str = "") -> None:
        """Say nothing: a batch is a small part of the whole."""

    def raise_if_cancelled(self) -> None:
        """Stop if the import is to stop."""
        self._watch.raise_if_cancelled()


class _Result:
    """Counts on their way."""

    def __init__(self) -> None:
        self.rejected: list[Rejected] = []
        self._counts = dict.fromkeys(Outcome, 0)
        self._replaced = 0
        # Grown in place: joined anew for every batch, a million ids would be copied each time.
        self._interactions: set[InteractionId] = set()
        self._recordings_of: set[InteractionId] = set()

    def take(self, batch: list[Incoming], landed: tuple[Landed, ...], changes: Changes) -> None:
        for incoming, one in zip(batch, landed, strict=True):
            self._counts[one.outcome] += 1
            self._replaced += one.replaces
            self.rejected += [
                Rejected(
                    name,
                    "import.sound_kept",
                    Reason(N_("not taken: the recording that is there is longer or can be played")),
                )
                for name in one.kept
            ]
            if one.error is not None:
                item = incoming.interaction.source.key or one.giid
                reason = Reason(N_("not taken in: {reason}"), reason=one.error)
                self.rejected.append(Rejected(item, one.error.code, reason))
        self._interactions |= changes.interactions
        self._recordings_of |= changes.recordings_of

    def finished(self, kind: str) -> ImportResult:
        return ImportResult(
            kind=kind,
            added=self._counts[Outcome.ADDED],
            updated=self._counts[Outcome.UPDATED],
            unchanged=self._counts[Outcome.UNCHANGED],
            replaced=self._replaced,
            rejected=tuple(one for one in self.rejected if not one.is_warning),
            warned=tuple(one for one in self.rejected if one.is_warning),
            changes=Changes(
                interactions=frozenset(self._interactions),
                recordings_of=frozenset(self._recordings_of),
            ),
        )
