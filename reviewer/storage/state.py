"""How a store is: how much is in it, and what it suffers from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class StoreStats:
    """Sizes and counts of a store, of everything in it."""

    interactions: int
    by_channel: Mapping[str, int]
    segments: int
    recordings: int
    recorded_us: int
    content_bytes: int
    derived_bytes: int
    catalogue_bytes: int
    evaluations: int
    first_us: int | None
    last_us: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a store suffers from.

    Attributes:
        code: `missing_object`, `lost_object`, `found_object`, `orphan_object`,
            `undestroyed_object`, `damaged_object`, `orphan_derived`, `damaged_derived`,
            `catalogue`, `older_catalogue`, `index`, `keys`, `orphan_key`, `stray_mark`,
            `doubled_recording`, `second_store`, `unfinished_export`.
        name: The object or table concerned.
        detail: A sentence's clause as message id.
        repairable: Whether `--repair` mends it without losing anything.
        repaired: Whether it was.
    """

    code: str
    name: str
    detail: str
    repairable: bool = False
    repaired: bool = False
