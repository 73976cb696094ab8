"""Keys in memory: never shown, never copied by accident, overwritten when done with."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from types import TracebackType

KEY_BYTES: Final = 32
"""Size of every symmetric key of the program: AES-256 and what is derived for it."""


class Secret:
    """Bytes that nobody but their user should see. Thread: any, wiped by whoever made it last.

    Overwriting reaches this object only: copies that a cipher or the interpreter made are out of
    reach, see `docs/security.md`.
    """

    __slots__ = ("_data",)

    def __init__(self, data: bytes | bytearray | memoryview) -> None:
        self._data = bytearray(data)

    @classmethod
    def random(cls, length: int = KEY_BYTES) -> Secret:
        """Return fresh bytes of the system's random generator."""
        return cls(secrets.token_bytes(length))

    @property
    def data(self) -> bytearray:
        """The bytes themselves: hand them to a cipher, keep no copy."""
        return self._data

    def wipe(self) -> None:
        """Overwrite the bytes; may be called twice."""
        self._data[:] = bytes(len(self._data))

    def __len__(self) -> int:
        return len(self._data)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return secrets.compare_digest(self._data, other._data)

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __repr__(self) -> str:
        return "Secret(...)"

    def __reduce__(self) -> NoReturn:
        message = "a secret is not written anywhere"
        raise TypeError(message)

    def __enter__(self) -> Secret:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()

    def __del__(self) -> None:
        self.wipe()
