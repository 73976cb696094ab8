"""What every facet of a local store works with."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from reviewer.errors import ReviewerError, StoreError
from reviewer.models.encryption import sealed_kind
from reviewer.storage.catalogue import founding, landing, sign_ins, text_index
from reviewer.storage.catalogue.engine import OTHER_KEYS
from reviewer.storage.local.clock import now_us
from reviewer.storage.local.content_note import ContentNote
from reviewer.storage.vault.contract import is_sealed
from reviewer.storage.vault.derived import DerivedVault
from reviewer.storage.vault.ring_file import RingFile

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from sqlalchemy import Connection

    from reviewer.models.ids import ObjectId, UserId
    from reviewer.models.recording import RecordingKind
    from reviewer.models.settings import StoreSettings
    from reviewer.storage.catalogue.engine import Database
    from reviewer.storage.local.journal import Journal
    from reviewer.storage.vault.contract import Vault
    from reviewer.storage.vault.keeper import KeyKeeper

GRACE_US: Final = 3_600_000_000
"""How long something being written is left alone before it counts as left behind."""


@dataclass(slots=True)
class Core:
    """Catalogue, vault and settings of an open store, with what guards them.

    Attributes:
        folder: Where what is neither catalogue nor vault lies.
        store_id: What the store is known by.
        journal: The audit log.
        keeper: Keeps the keys of an encrypted store; None: it is in the clear.
        intake: Held while interactions are brought in; one at a time in a process.
        clock: Says when what users do was done, microseconds UTC: now, but in a demo.
        signed_in: The sign-in of each user who has a session here.
        has_words_left: Whether texts were replaced whose words the indexes are rid of at the end:
            that takes as long as all of them are large.
    """

    database: Database
    vault: Vault
    settings: StoreSettings
    folder: Path
    store_id: str
    journal: Journal
    keeper: KeyKeeper | None = None
    intake: threading.Lock = field(default_factory=threading.Lock)
    clock: Callable[[], int] = now_us
    signed_in: dict[UserId, int] = field(default_factory=dict)
    has_words_left: bool = False

    @property
    def derived(self) -> DerivedVault:
        """What was computed of the vault's objects; it goes with them."""
        return DerivedVault(self.folder, self.database.store, self.keeper)

    @property
    def content_note(self) -> ContentNote:
        """Whether the catalogue is as new as the content."""
        return ContentNote(self.folder, self.database)

    def seals(self, kind: RecordingKind, medium: str) -> bool:
        """Return whether new content of a kind is sealed; `medium`: its interaction's."""
        return self.keeper is not None and sealed_kind(kind, medium) in self.settings.sealed

    def seals_otherwise(self, connection: Connection) -> bool:
        """Take over the settings; return whether other content is to be sealed than was so far."""
        before, self.settings = self.settings, founding.read_settings(connection)
        return self.keeper is not None and before.sealed != self.settings.sealed

    def read_settings(self) -> StoreSettings:
        """Take over the settings as they are now: another program may have changed them."""
        with self.database.read() as connection:
            self.settings = founding.read_settings(connection)
        return self.settings

    def require_same_keys(self) -> None:
        """Refuse to go on with keys, or without, where another program changed that meanwhile.

        A program that has the store open on a server does not keep others from it.

        Raises:
            StoreError: It was encrypted, or put into the clear.
        """
        there = RingFile(self.folder, self.database.store).is_there
        # Also where it was killed while it removed them, and the ring is gone alone.
        same = there and self.keeper.keys.is_there if self.keeper is not None else not there
        if not same:
            raise StoreError(store=self.database.store, reason=OTHER_KEYS)

    def _require_keys_of(self, ids: Iterable[ObjectId]) -> None:
        """Refuse to remove what is sealed where its keys are not at hand."""
        if any(is_sealed(object_id) for object_id in ids):
            self.require_same_keys()

    def make_part(self, connection: Connection, ids: Collection[ObjectId]) -> None:
        """Take objects off the list of what is to go that become part of something.

        In the transaction that refers to them: whoever removes keys does so within one, too.

        Raises:
            StoreBusyError: As `landing.make_part`; StoreError: as `require_same_keys`.
        """
        if ids:
            self.require_same_keys()
        landing.make_part(connection, ids, self.database.store)

    def close(self) -> None:
        """Close catalogue and keys; may be called twice."""
        numbers, self.signed_in = list(self.signed_in.values()), {}
        if numbers:
            # What stays is forgotten when somebody signs in from here again.
            with suppress(ReviewerError), self.database.write() as connection:
                sign_ins.remove(connection, numbers)
        if self.has_words_left:
            self.has_words_left = False
            # What a reader or an error leaves is done when the store is next opened.
            with suppress(ReviewerError):
                text_index.finish_purge(self.database)
        self.database.close()
        if self.keeper is not None:
            self.keeper.close()

    def destroy(self, ids: Collection[ObjectId]) -> set[ObjectId]:
        """Destroy the keys of objects that are part of nothing any more, then remove their bytes.

        They were settled, and are on the list of what is to go, where they stay: what an error
        keeps here goes when the store is next opened. The keys, also those of what was computed of
        them, are destroyed in one step: nobody can read the objects after it. Thread: any.

        Returns:
            Those of which nothing is left: they may leave the list.

        Raises:
            StoreBusyError, StoreFullError, StoreNotWritableError; StoreError, as
            `require_same_keys`: No key was destroyed.
        """
        if not ids:
            return set()
        self._require_keys_of(ids)
        self.vault.destroy_keys([*ids, *self.derived.names_of(ids)])
        return self._removed(ids, keyless=True)

    def discard(self, ids: Collection[ObjectId]) -> None:
        """Remove objects that became part of nothing, as far as the catalogue says so, too.

        A commit that failed may have been one: a server's answer can be lost. What cannot be
        removed now stays on the list and goes when the store is next opened.
        """
        if ids:
            with suppress(ReviewerError):
                with self.database.write() as connection:
                    used = landing.condemn_these(connection, ids)
                self._remove(ids, but=used)

    def sweep(self, *, purges: bool = True) -> None:
        """Remove what was replaced, or what an interrupted write left behind, and is due.

        So do words, if `purges`, and keys that the logs beside the databases hold. What cannot be
        removed now, being read elsewhere, stays on the list; so does all of it where the catalogue
        is an older one than the content, whose list is one of what was due then.

        Raises:
            StoreError: The catalogue cannot be read or written.
        """
        with self.database.read() as connection:
            is_due = bool(landing.due_pending(connection, now_us()))
            lost = landing.awaited(connection)
        turned_up = [object_id for object_id in lost if self.vault.exists(object_id)]
        if (is_due or turned_up) and not self.content_note.is_ahead():
            with self.database.write() as connection:
                landing.make_due(connection, turned_up, now_us())
                due, used = landing.condemn(connection, now_us())
            self._remove(due, but=used)
        if purges:
            text_index.finish_purge(self.database)
        if self.keeper is not None:
            self.keeper.keys.settle()

    def _remove(
        self, ids: Collection[ObjectId], *, but: Collection[ObjectId] = frozenset()
    ) -> None:
        """Remove objects that nothing refers to, and take all off the list that need not go."""
        unused = [object_id for object_id in ids if object_id not in but]
        gone = self._removed(unused)
        with self.database.write() as connection:
            landing.leave_pending(connection, [*gone, *but])

    def _removed(self, ids: Collection[ObjectId], *, keyless: bool = False) -> set[ObjectId]:
        """Remove objects and what was computed of them; return those of which nothing is left.

        `keyless`: As for `Vault.delete_all`.
        """
        gone: set[ObjectId] = set()
        with suppress(ReviewerError):
            self._require_keys_of(ids)
            if not self.vault.is_empty():
                gone = self.vault.delete_all(ids, keyless=keyless)
            elif not keyless:
                # Its disk may not be there: what it holds is destroyed when it is.
                self.vault.destroy_keys(ids)
        try:
            self.derived.forget(ids, keyless=keyless)
            if not keyless:
                # What was being computed when all was killed is on the list under its own name.
                self.derived.remove(ids)
        except ReviewerError:
            # Something that was computed of them is left, and they stay on the list.
            return set()
        return gone
