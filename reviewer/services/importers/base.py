"""What an importer is, and the registry of those there are. May be imported by services."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from reviewer.errors import N_, ImportItemError, ImportSourceError, Reason
from reviewer.messages import explain
from reviewer.models.progress import NoProgress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.models.progress import Progress
    from reviewer.storage.store import Incoming


NOTHING_KNOWN: Final = N_("there is nothing of Asterisk or FreePBX in it, and no recordings")
"""Why a source cannot be imported that no importer knows."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a source is to be read.

    Attributes:
        zone: Zone of local times in the source; epochs win wherever there are any.
        system: Name of the system it comes from, a part of the GIIDs made for it. Two systems
            that number their calls alike need two names.
        progress: Told how far reading is; asked whether to stop.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    system: str = ""
    progress: Progress = field(default_factory=NoProgress)


WARNINGS = frozenset({"import.sound_empty", "import.sound_short"})
"""What is said of recordings that are taken in as they are."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something of a source that could not be taken as it is.

    Attributes:
        item: Its name: a file relative to the source, with `:line` for a row of it.
        code: Stable identifier of what is wrong: `import.row`, `import.sound_damaged` ...
        reason: What is wrong, a translatable clause.
    """

    item: str
    code: str
    reason: Reason

    @property
    def is_warning(self) -> bool:
        """Whether it was taken in as it is, and only something is to be known of it."""
        return self.code in WARNINGS

    @property
    def is_kept(self) -> bool:
        """Whether it was taken in although it is of no use as it is."""
        return self.code == "import.sound_damaged"

    def sentence(self) -> str:
        """Return the reason in the language in force."""
        return explain(ImportItemError(reason=self.reason))


class Importer(Protocol):
    """Reads one kind of source. Stateless: made anew for every import."""

    kind: ClassVar[str]
    """Key on the command line and in `Source.kind`."""

    def detect(self, path: Path) -> float:
        """Return how surely `path` is of this kind, 0 (not at all) to 1; reads little."""
        ...

    def read(self, path: Path, options: ImportOptions) -> Iterator[Incoming | Rejected]:
        """Yield what the source holds, each interaction once, and what cannot be taken.

        Raises:
            ImportSourceError: The source as a whole cannot be read.
            CancelledError: The user asked to stop.
        """
        ...


_KINDS: dict[str, type[Importer]] = {}

_I = TypeVar("_I", bound="type[Importer]")


def importer(cls: _I) -> _I:
    """Register an importer under its `kind`."""
    _KINDS[cls.kind] = cls
    return cls


def kinds() -> tuple[str, ...]:
    """Return the keys of all importers."""
    return tuple(sorted(_KINDS))


def importer_of(kind: str, source: str = "") -> Importer:
    """Return the importer of that key.

    Raises:
        ImportSourceError: There is none; `source` is what to call the source.
    """
    if kind not in _KINDS:
        raise ImportSourceError(
            source=source or kind,
            reason=Reason(
                N_("there is no importer “{kind}”; there is: {kinds}"),
                kind=kind,
                kinds=", ".join(kinds()),
            ),
        )
    return _KINDS[kind]()


def detect(path: Path) -> Importer:
    """Return the importer that knows the source best.

    Raises:
        ImportSourceError: Nothing is there, or no importer knows it.
    """
    if not path.exists():
        raise ImportSourceError(source=str(path), reason=N_("there is no such file or folder"))
    scored = sorted(((cls().detect(path), kind) for kind, cls in _KINDS.items()), reverse=True)
    if not scored or scored[0][0] <= 0:
        raise ImportSourceError(source=str(path), reason=NOTHING_KNOWN)
    return _KINDS[scored[0][1]]()
