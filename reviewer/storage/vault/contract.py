"""What a vault is: objects under random names, written once, read at any position."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from reviewer.models.ids import ObjectId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.bytesource import ByteSource


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

        Raises:
            ContentError: `source` cannot be read; StoreFullError, StoreNotWritableError.
        """
        ...

    def settle(self) -> None:
        """Make sure that what was put survives a loss of power; call before its facts commit."""
        ...

    def open(self, object_id: ObjectId, name: str) -> ByteSource:
        """Open an object; `name` is what errors call it.

        Raises:
            ContentMissingError: It is not there.
        """
        ...

    def exists(self, object_id: ObjectId) -> bool:
        """Return whether the object is there."""
        ...

    def delete(self, object_id: ObjectId) -> None:
        """Remove an object and what an interrupted write of it left; absent is as good."""
        ...

    def delete_part(self, object_id: ObjectId) -> None:
        """Remove what an interrupted write of an object left; absent is as good."""
        ...

    def list(self) -> Iterator[Kept]:
        """Yield everything there, in no order."""
        ...


def new_object_id() -> ObjectId:
    """Return a name nobody can guess and no other object has: 128 random bits."""
    return ObjectId(secrets.token_hex(16))
