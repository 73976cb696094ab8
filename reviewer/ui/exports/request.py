"""What the dialog of the manual export is asked to export."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array

    from reviewer.models.search import Count, Search


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Results, and what of them is selected.

    Attributes:
        search: What was searched for, in the order shown.
        total: How many match, as far as it is known.
        selected: Ids of the selected rows, in the order shown.
        columns: Keys of the columns shown, left to right.
        only_selected: Whether the selection is to be exported, not all.
    """

    search: Search
    total: Count
    selected: array[int] = field(repr=False)
    columns: tuple[str, ...]
    only_selected: bool = False
