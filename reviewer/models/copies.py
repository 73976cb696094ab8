"""What is told of a store that was copied whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SUMS: Final = "SHA256SUMS"
"""The file of a backup by which it is verified; `sha256sum -c` reads it, too."""
ABOUT: Final = "backup.json"
"""The file that a backup has and a store has not."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Content that an older catalogue, put back from a copy, does not know of.

    Attributes:
        objects, bytes: All of it that was written an hour ago or earlier.
    """

    objects: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied.

    Attributes:
        files, bytes: All there is in the copy.
        missing: Recordings' objects whose files were not in the store, and are not known as lost.
        ring: Where the key ring is if it is not in the copy; "": it is, or there is none.
        other_ring: Where the ring is that a restored store has a copy of; "": none elsewhere.
    """

    files: int
    bytes: int
    missing: int = 0
    ring: str = ""
    other_ring: str = ""
