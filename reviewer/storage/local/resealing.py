"""Writing content anew: sealed where it was in the clear, with fresh keys, or in the clear again.

Each object is written under another name first; then the recordings refer to it, and the old one
is on the list of what is to go. So a kill at any instant leaves every recording with its content.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from reviewer.crypto.stream import BROKEN
from reviewer.errors import ContentDamagedError, ContentError
from reviewer.messages import explain
from reviewer.models.encryption import ALL_SEALED, Reencrypted
from reviewer.models.ids import ObjectId, RecordingId
from reviewer.storage.catalogue import founding, landing, resealing
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.core import GRACE_US, Core
from reviewer.storage.vault.contract import new_object_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from reviewer.models.encryption import SealedKind
    from reviewer.models.progress import Progress
    from reviewer.storage.catalogue.resealing import Candidate
    from reviewer.storage.catalogue.visibility import Visibility

_BATCH: Final = 100
_BATCH_BYTES: Final = 64 << 20
_PAGE: Final = 500


def reseal(
    core: Core,
    progress: Progress,
    *,
    unseal: bool = False,
    afresh: bool = False,
    seen_by: Visibility | None = None,
) -> Reencrypted:
    """Bring content into the state that it is to be in, and keys under the current one.

    Args:
        core: The store, encrypted.
        progress: Told how far it is; what is done when it is stopped stays done.
        unseal: Whether everything is to be in the clear, whatever is ticked.
        afresh: Whether objects under earlier keys are written anew.
        seen_by: Who is told the names of what fails; None: whoever owns the files.

    Raises:
        CancelledError, StoreError.
    """
    run = _Run(core, progress, seen_by)
    keeper = core.keeper
    if keeper is None:
        return run.result()
    if unseal:
        run.all(ALL_SEALED, sealed=True, target=False)
        return run.result()
    with core.database.read() as connection:
        # Another program may have chosen others.
        kinds = founding.read_settings(connection).sealed
    run.all(kinds, sealed=False, target=True)
    keeper.reload()
    if afresh:
        number = keeper.ring.current.number

        def is_old(object_id: ObjectId) -> bool:
            key = keeper.keys.get(object_id)
            return key is not None and key.ring_key < number

        run.all(ALL_SEALED, sealed=True, target=True, only=is_old)
    run.rewrapped, broken = keeper.rewrap(progress)
    known = {name for name, _ in run.failed}
    run.failed += [told for told in unopened(core, broken, seen_by) if told[0] not in known]
    return run.result()


def unopened(
    core: Core, ids: Collection[ObjectId], seen_by: Visibility | None
) -> tuple[tuple[str, str], ...]:
    """Return name and sentence of objects whose key opens nothing."""
    with core.database.read() as connection:
        names = resealing.names_of(connection, ids, seen_by)
    return tuple(
        (name, explain(ContentDamagedError(name=name, reason=BROKEN)))
        for name in sorted(names.values())
    )


class _Run:
    """One call: goes through the recordings and lands batch after batch."""

    def __init__(self, core: Core, progress: Progress, seen_by: Visibility | None) -> None:
        self._core = core
        self._seen_by = seen_by
        self._progress = progress
        self._done = 0
        self._seen: set[ObjectId] = set()
        self.sealed = 0
        self.unsealed = 0
        self.rewrapped = 0
        self.failed: list[tuple[str, str]] = []

    def result(self) -> Reencrypted:
        return Reencrypted(self.sealed, self.unsealed, self.rewrapped, tuple(self.failed))

    def all(
        self,
        kinds: Collection[SealedKind],
        *,
        sealed: bool,
        target: bool,
        only: Callable[[ObjectId], bool] | None = None,
    ) -> None:
        """Write anew all objects that are sealed or not, such that they are after it or not."""
        batch: list[Candidate] = []
        for candidate in self._candidates(kinds, sealed=sealed):
            if candidate.object_id in self._seen or (only and not only(candidate.object_id)):
                continue
            self._seen.add(candidate.object_id)
            batch.append(candidate)
            if len(batch) >= _BATCH:
                self._land(batch, sealed=target)
                batch = []
        self._land(batch, sealed=target)

    def _candidates(self, kinds: Collection[SealedKind], *, sealed: bool) -> Iterator[Candidate]:
        after = RecordingId(0)
        while True:
            with self._core.database.read() as connection:
                found = resealing.candidates(
                    connection, after, _PAGE, kinds, sealed=sealed, seen_by=self._seen_by
                )
            if not found:
                return
            yield from found
            after = found[-1].recording

    def _land(self, batch: list[Candidate], *, sealed: bool) -> None:
        while batch:
            batch = self._some(batch, sealed=sealed)

    def _some(self, batch: list[Candidate], *, sealed: bool) -> list[Candidate]:
        """Write anew the first objects of a batch; return the rest."""
        core = self._core
        fresh = {each.object_id: new_object_id(sealed=sealed) for each in batch}
        with core.database.write() as connection:
            landing.enter_pending(connection, fresh.values(), now_us() + GRACE_US)
        written: list[Candidate] = []
        used: list[ObjectId] = []
        rest: list[Candidate] = []
        size = 0
        try:
            for number, each in enumerate(batch):
                if size > _BATCH_BYTES:
                    rest = batch[number:]
                    break
                self._progress.raise_if_cancelled()
                self._progress.report(self._done + len(written), None, each.name)
                try:
                    size += self._copy(each, fresh[each.object_id])
                except ContentError as error:
                    self.failed.append((each.name, explain(error)))
                else:
                    written.append(each)
            core.vault.settle()
            used = self._refer(written, fresh)
        finally:
            core.discard([each for each in fresh.values() if each not in used])
        core.sweep()
        self._done += len(written)
        if sealed:
            self.sealed += len(used)
        else:
            self.unsealed += len(used)
        return rest

    def _copy(self, each: Candidate, target: ObjectId) -> int:
        """Write an object's content under another name; return its size in bytes.

        Raises:
            ContentError: It cannot be read, or is not what was stored.
        """
        with closing(self._core.vault.open(each.object_id, each.name)) as source:
            stored = self._core.vault.put(target, source)
        if stored.sha256 != each.sha256:
            raise ContentDamagedError(name=each.name, reason=BROKEN)
        return stored.bytes

    def _refer(self, written: list[Candidate], fresh: dict[ObjectId, ObjectId]) -> list[ObjectId]:
        """Let recordings refer to what was written; return what of it is used."""
        instant = now_us()
        used: list[ObjectId] = []
        old: list[ObjectId] = []
        with self._core.database.write() as connection:
            for each in written:
                target = fresh[each.object_id]
                if resealing.replace_object(connection, each.object_id, target, instant):
                    used.append(target)
                    old.append(each.object_id)
            self._core.make_part(connection, used)
            landing.leave_pending(connection, old)
            landing.enter_pending(connection, old, instant)
        return used
