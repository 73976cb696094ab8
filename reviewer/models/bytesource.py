"""The small contract by which bytes pass between vault, media and player."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from types import TracebackType


@runtime_checkable
class ByteSource(Protocol):
    """Bytes of one object, readable at any position.

    `name` is what an error calls the object. Thread: a source may be read from any one thread
    at a time; open one per reader.
    """

    @property
    def name(self) -> str:
        """What to call the object in an error."""
        ...

    @property
    def size(self) -> int:
        """Number of bytes."""
        ...

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only at the end.

        Raises:
            ContentError: The bytes cannot be read or are not those that were stored.
        """
        ...

    def close(self) -> None:
        """Give back what is held open; may be called twice."""
        ...


class MemorySource:
    """A `ByteSource` over bytes at hand."""

    def __init__(self, data: bytes, name: str = "memory") -> None:
        self._data = data
        self._name = name

    @property
    def name(self) -> str:
        """What to call the object in an error."""
        return self._name

    @property
    def size(self) -> int:
        """Number of bytes."""
        return len(self._data)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        return self._data[offset : offset + length]

    def close(self) -> None:
        """Nothing is held open."""


class SourceOver:
    """A `ByteSource` over another, as it is; who does more with what is read inherits it.

    Args:
        source: The bytes; closed with this.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source

    @property
    def name(self) -> str:
        """What to call the object in an error."""
        return self._source.name

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self._source.size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; see `ByteSource.read_at`."""
        return self._source.read_at(offset, length)

    def close(self) -> None:
        """Give back what is held open; may be called twice."""
        self._source.close()


class FileSource:
    """A `ByteSource` over a file outside of any store, for imports and benchmarks.

    Raises:
        OSError: The file cannot be opened.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        self._file = Path(path).open("rb")  # noqa: SIM115 (closed by close)
        self._name = name or Path(path).name
        self._size = self._file.seek(0, 2)

    @property
    def name(self) -> str:
        """What to call the object in an error."""
        return self._name

    @property
    def size(self) -> int:
        """Number of bytes when it was opened."""
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`."""
        self._file.seek(offset)
        return self._file.read(length)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> FileSource:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
