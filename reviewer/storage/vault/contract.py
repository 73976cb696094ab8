"""What a vault is: objects under random names, written once, read at any position."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from reviewer.models.ids import ObjectId

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from reviewer.models.bytesource import ByteSource

_SEALED: Final = "s"


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: the digest and the size are those of the content."""

    object_id: ObjectId
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Kept:
    """An object found in the vault.

    Attributes:
        object_id: Its name.
        bytes: Size of the content, as far as the vault can tell without reading it.
        written_us: When it was written, microseconds UTC.
        whole: False for what an interrupted write left behind.
    """

    object_id: ObjectId
    bytes: int
    written_us: int
    whole: bool = True


class Vault(Protocol):
    """Where the recorded bytes are kept. Thread: any; one reader a source."""

    def put(self, object_id: ObjectId, source: ByteSource) -> Stored:
        """Write an object whole or not at all, from one reading of `source`.

        It is sealed if its name says so.

        Raises:
            ContentError: `source` cannot be read; StoreFullError, StoreNotWritableError.
        """
        ...

    def settle(self) -> None:
        """Make sure that what was put survives a loss of power; call before its facts commit.

        In the thread that put it: that one hears what failed, whoever brought it to the disk.

        Raises:
            StoreFullError, StoreNotWritableError and others: not all of it may be there.
        """
        ...

    def open(self, object_id: ObjectId, name: str) -> ByteSource:
        """Open an object; `name` is what errors call it.

        Raises:
            ContentMissingError: It is not there; ContentKeyGoneError: its key is not;
            ContentDamagedError: it is sealed and not what was put.
        """
        ...

    def exists(self, object_id: ObjectId) -> bool:
        """Return whether the object is there. Raises StoreError: that cannot be told."""
        ...

    def is_empty(self) -> bool:
        """Return whether nothing was ever put: or its disk is not there."""
        ...

    def destroy_keys(self, ids: Collection[ObjectId]) -> None:
        """Destroy the keys of sealed objects in one step: nobody can read them after it.

        Their bytes are for `delete` to remove. Absent keys are as good, and objects in the clear
        have none.

        Raises:
            StoreBusyError, StoreFullError, StoreNotWritableError: none was destroyed.
        """
        ...

    def delete(self, object_id: ObjectId) -> None:
        """Remove an object, its key, what an interrupted write of it left; absent is as good."""
        ...

    def delete_all(self, ids: Collection[ObjectId], *, keyless: bool = False) -> set[ObjectId]:
        """Remove objects as `delete` does, their keys in one step.

        Args:
            ids: Which.
            keyless: All of them were put and settled, and `destroy_keys` has had their keys:
                neither those nor what interrupted writes left is looked for.

        Returns:
            Those of which nothing is left; the others are to be tried again.

        Raises:
            StoreError: It cannot be told which have keys; those have lost nothing.
        """
        ...

    def delete_part(self, object_id: ObjectId) -> None:
        """Remove what an interrupted write of an object left; absent is as good."""
        ...

    def list(self) -> Iterator[Kept]:
        """Yield everything there, in no order. Raises StoreError: it cannot be read."""
        ...


def new_object_id(*, sealed: bool = False) -> ObjectId:
    """Return a name nobody can guess and no other object has: 128 random bits, or 124.

    The name of an object that is to be sealed says so, so that nothing in the clear can be put
    in its place: what refers to it is in the catalogue.
    """
    name = secrets.token_hex(16)
    return ObjectId(name[:-1] + _SEALED if sealed else name)


def is_sealed(object_id: ObjectId) -> bool:
    """Return whether the name is that of a sealed object."""
    return object_id.endswith(_SEALED)
