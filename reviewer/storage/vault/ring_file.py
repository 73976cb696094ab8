"""Where a store's key ring is: a file in the store's folder, or elsewhere with a sign to it.

Kept elsewhere (on another disk, in a folder that no backup takes), the ring is in no copy of the
store's folder, and such a copy is nothing without it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reviewer.crypto.ring import MOST_BYTES
from reviewer.errors import (
    N_,
    FileUnusableError,
    KeyRingDamagedError,
    KeyRingMissingError,
    ReviewerError,
    StoreError,
)
from reviewer.storage.atomic import make_folder, replacing, settle
from reviewer.storage.faults import fault_of_place, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NAME: Final = "keyring.json"
_ELSEWHERE: Final = "reviewer_ring_at"


class RingFile:
    """The file that holds the ring of the store in a folder. Thread: one at a time.

    Args:
        folder: The store's.
        store: What errors call the store.
    """

    def __init__(self, folder: Path, store: str) -> None:
        self._sign = folder / NAME
        self._store = store

    @property
    def is_there(self) -> bool:
        """Whether the folder has a ring, or a sign to one: the store is encrypted."""
        return self._sign.is_file()

    @property
    def path(self) -> Path:
        """Where the ring itself is.

        Raises:
            KeyRingDamagedError: The sign to it cannot be read.
        """
        return self._followed(_read(self._sign, self._store))

    def read(self) -> bytes:
        """Return the ring's document.

        Raises:
            KeyRingMissingError: It is not there; KeyRingDamagedError: it is no ring.
        """
        first = _read(self._sign, self._store)
        path = self._followed(first)
        return first if path == self._sign else _read(path, self._store)

    def begin(self, document: bytes) -> None:
        """Write a new ring into the store's folder, whatever was there. Raises as `write`."""
        self._put(self._sign, document)

    def write(self, document: bytes) -> None:
        """Replace the ring, durably; the one before stays until the new one is whole.

        Raises:
            StoreNotWritableError, StoreFullError: the ring is as it was.
        """
        self._put(self.path, document)

    def is_at(self, folder: str) -> bool:
        """Return whether a folder, by whatever path, is that of this store."""
        try:
            return self._sign.parent.samefile(folder)
        except OSError:
            return False

    def shared_with(self, home: str) -> Path | None:
        """Return the folder of another store that has a sign to the same ring, and noted so.

        Args:
            home: The folder that the ring has noted; "" for none.

        Returns:
            None: There is none any more: the store was moved from there, or it is this one.
        """
        ring = self.path
        if not home or ring == self._sign or self.is_at(home):
            return None
        other = Path(home)
        try:
            theirs = RingFile(other, self._store).path
        except (KeyRingMissingError, KeyRingDamagedError):
            return None
        except ReviewerError:
            # It is there and cannot be read now: perhaps it still is what it was.
            return other
        return other if theirs == ring else None

    def move(self, target: Path, document: bytes, *, keep: bool = False) -> Callable[[bytes], None]:
        """Keep the ring at `target` from now on; where that is the store's folder, in it.

        Args:
            target: Where.
            document: The ring as it is to be there.
            keep: Whether that of before stays: it is another store's.

        Returns:
            What puts everything back where it was, given the ring as it is to be there; one that is
            kept stays as it is.

        Raises:
            KeyRingMissingError: There is none; FileUnusableError: something is at `target`, or
            nothing can be written there; StoreNotWritableError and its kin. It is where it was.
        """
        old, before, sign = self.read(), self.path, _read(self._sign, self._store)
        after = self._sign if target.parent == self._sign.parent else target
        if after == before:
            return lambda _: None

        def put_back(ring: bytes) -> None:
            if before != self._sign and not keep:
                self._put(before, ring)
            self._put(self._sign, ring if before == self._sign else sign)
            if after != self._sign:
                with telling(self._store):
                    _unlink(after)

        if after != self._sign and after.exists():
            raise FileUnusableError(name=str(after), reason=N_("something is there already"))
        try:
            self._put_new(after, document)
            if after != self._sign:
                self._put(self._sign, json.dumps({_ELSEWHERE: str(after)}).encode())
            if before != self._sign and not keep:
                with telling(self._store):
                    _unlink(before)
        except BaseException:
            # Two rings would open the store, of which one would never be changed again.
            with suppress(ReviewerError):
                put_back(old)
            raise
        return put_back

    def take_in(self) -> str:
        """Let the store's folder have a ring of its own, if its sign leads elsewhere; that stays.

        Returns:
            Where the ring is that was copied, "" where it was in the folder already.

        Raises:
            KeyRingMissingError: It is not there. As `write`.
        """
        before = self.path
        if before == self._sign:
            return ""
        self._put(self._sign, self.read())
        return str(before)

    def remove(self, *, keep: bool = False) -> None:
        """Remove the ring: nothing that is sealed by it can be read any more.

        Args:
            keep: Whether only the sign to it goes: it is another store's.
        """
        with telling(self._store):
            path = self.path
            # First what says that there is one: a store would look for a ring that is not there.
            self._sign.unlink(missing_ok=True)
            settle(self._sign.parent)
            if not keep:
                _unlink(path)

    def _put_new(self, path: Path, document: bytes) -> None:
        """Write the ring where it was not; what is wrong with that place is told of it."""
        try:
            self._put(path, document)
        except StoreError as error:
            fault = error.__cause__
            if path == self._sign or not isinstance(fault, OSError):
                raise
            raise fault_of_place(fault, path, self._store) from error

    def _put(self, path: Path, document: bytes) -> None:
        if len(document) > MOST_BYTES:
            raise StoreError(store=self._store, reason=N_("its key ring would be too large"))
        with telling(self._store):
            make_folder(path.parent, 0o777)
            with replacing(path) as file:
                file.write(document)
            settle(path.parent)

    def _followed(self, document: bytes) -> Path:
        try:
            values = json.loads(document)
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            raise KeyRingDamagedError(store=self._store, reason=N_("it was changed or cut"))
        return self._target(values)

    def _target(self, values: Mapping[str, object]) -> Path:
        elsewhere = values.get(_ELSEWHERE)
        return Path(elsewhere) if isinstance(elsewhere, str) else self._sign


def _unlink(path: Path) -> None:
    """Remove a ring so that it does not come back by a power cut."""
    path.unlink(missing_ok=True)
    if path.parent.exists():
        settle(path.parent)


def _read(path: Path, store: str) -> bytes:
    with telling(store):
        try:
            with path.open("rb") as file:
                document = file.read(MOST_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise KeyRingMissingError(store=store, ring=str(path)) from None
    if len(document) > MOST_BYTES:
        raise KeyRingDamagedError(store=store, reason=N_("it was changed or cut"))
    return document
