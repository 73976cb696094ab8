"""What an import comes to. Without the importers, which are many: the window shows it too."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reviewer.messages import format_count, ntr, tr
from reviewer.models.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewer.services.importers.base import Rejected


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did.

    Attributes:
        kind: Which importer read the source.
        added: Interactions that are new.
        updated: Interactions of which more is known now.
        unchanged: Interactions that were there already.
        rejected: What could not be taken as it is, each with its reason.
        warned: What was taken as it is but is not whole: empty or cut sound.
        replaced: How many of those updated lost content to what came.
        changes: What changed in the store, for those who show it.
    """

    kind: str = ""
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    warned: tuple[Rejected, ...] = ()
    changes: Changes = field(default_factory=Changes)
    replaced: int = 0

    @property
    def groups(self) -> tuple[tuple[str, tuple[Rejected, ...]], ...]:
        """What is to be told of single items: headings, translated, and what stands under each."""
        return grouped(self.rejected, self.warned)

    @property
    def total(self) -> int:
        """Interactions that the source holds."""
        return self.added + self.updated + self.unchanged


def counts_sentence(result: ImportResult) -> str:
    """Return what became of all, as sentences."""
    said = tr(
        "Added: {added}. Updated: {updated}. Unchanged: {unchanged}.",
        added=format_count(result.added),
        updated=format_count(result.updated),
        unchanged=format_count(result.unchanged),
    )
    if not result.replaced:
        return said
    lost = ntr(
        "In {n} of them other content took the place of what was there: the audit log names it.",
        "In {n} of them other content took the place of what was there: the audit log names them.",
        result.replaced,
    )
    return f"{said} {lost}"


def grouped(
    rejected: Sequence[Rejected], warned: Sequence[Rejected]
) -> tuple[tuple[str, tuple[Rejected, ...]], ...]:
    """Return items under headings in the language in force, none without items."""
    silent = tuple(one for one in rejected if one.is_kept)
    unusable = tuple(one for one in rejected if not one.is_kept)
    groups = (
        (ntr("{n} item cannot be used", "{n} items cannot be used", len(unusable)), unusable),
        (
            ntr(
                "{n} recording was taken in, but cannot be played",
                "{n} recordings were taken in, but cannot be played",
                len(silent),
            ),
            silent,
        ),
        (
            ntr("{n} recording is not whole", "{n} recordings are not whole", len(warned)),
            tuple(warned),
        ),
    )
    return tuple((heading, items) for heading, items in groups if items)
