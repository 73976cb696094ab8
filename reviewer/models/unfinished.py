"""Exports that were begun and not finished: what they wrote lies outside of the store."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PREFIX: Final = "export at "
"""What the keys begin with under which they are kept; see `Memory`."""


@dataclass(frozen=True, slots=True)
class UnfinishedExport:
    """Where an export writes until it is finished.

    Attributes:
        machine: On which machine.
        folder: Where its files are.
        record: The file that says what it is to do, which goes when it is finished.
    """

    machine: str
    folder: str
    record: str

    @property
    def key(self) -> str:
        """What it is kept under: one of every place."""
        return f"{PREFIX}{self.machine} {self.folder}"

    def plain(self) -> Mapping[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def of_plain(cls, values: object) -> UnfinishedExport | None:
        """Return it from JSON values; None: it is none."""
        if not isinstance(values, dict):
            return None
        found = [values.get(name) for name in ("machine", "folder", "record")]
        texts = [each for each in found if isinstance(each, str)]
        return cls(*texts) if len(texts) == len(found) else None
