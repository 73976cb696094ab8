"""What exporters are, and the registries of those there are. May be imported by services.

A content exporter turns an interaction into files; a table writer turns rows into one. Both
register by decorator, so that a new one is one module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

from reviewer.errors import N_, Reason, ReviewerError, UsageError
from reviewer.messages import explain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO
    from zoneinfo import ZoneInfo

    from reviewer.models.columns import Column
    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording, RecordingKind
    from reviewer.models.search import InteractionRow
    from reviewer.models.settings import Feature
    from reviewer.storage.store import Session


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that an exporter will make of an interaction, before it has a name.

    Attributes:
        ending: What follows the common part of the name: `_s1.wav`.
        recording: Whose bytes it is, None for what is written from the facts.
        bytes: Its size, as nearly as it is known.
        media_type: What it is.
    """

    ending: str
    recording: Recording | None = None
    bytes: int = 0
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of an export: planned, named, made once.

    Attributes:
        name: Its path in the export, with `/`.
        kind: Key of its exporter.
        giid: Of which interaction.
        recording_id: Of which recording, 0 for what is written from the facts.
        segment: Of which segment, None for the interaction as a whole.
        source: Where the interaction came from: kind, system, its own key, name of the file.
    """

    name: str
    kind: str
    giid: str
    interaction_id: int
    recording_id: int = 0
    segment: int | None = None
    media_type: str = ""
    bytes: int = 0
    source: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """Something that was to be exported and was not.

    Attributes:
        giid: Of which interaction.
        kind: Key of the exporter.
        name: What it is called: the name of the file where one was planned.
        error: Why.
    """

    giid: str
    kind: str
    name: str
    error: ReviewerError

    def sentence(self) -> str:
        """Return the reason in the language in force."""
        return explain(self.error)


class Exporter(Protocol):
    """Makes the files of one kind of content. Stateless."""

    kind: ClassVar[str]
    """Key: the option of the command line, the folder in an export."""
    order: ClassVar[int]
    """Where it stands among the options."""
    limit: ClassVar[int]
    """How many interactions that have such content a manual export takes."""
    recorded: ClassVar[frozenset[RecordingKind]]
    """Kinds of recordings that make an interaction have such content."""
    feature: ClassVar[Feature | None]
    """What must be switched on in the store for it to be offered."""

    def title(self) -> str:
        """Return what the option is called, in the language in force."""
        ...

    def drafts(self, interaction: Interaction) -> Iterable[Draft | ReviewerError]:
        """Return the files to make, and why something that was recorded makes none."""
        ...

    def content(self, session: Session, interaction: Interaction, piece: Piece) -> Iterator[bytes]:
        """Yield the bytes of a file.

        Raises:
            NotFoundError: It may not be seen any more.
            ContentError: It is gone, missing or damaged.
        """
        ...


class TableWriter(Protocol):
    """Writes rows as a file, in constant memory. Stateless."""

    kind: ClassVar[str]
    """Key: the option of the command line, and the extension."""

    def write(
        self,
        file: BinaryIO,
        columns: tuple[Column, ...],
        rows: Iterable[InteractionRow],
        zone: ZoneInfo,
        scratch: Path,
        by: str = "",
    ) -> None:
        """Write a head and all rows; cells are never formulas.

        Args:
            file: Where to, open for writing and seeking.
            columns: In the order shown.
            rows: Asked for once, one by one.
            zone: The centre time zone.
            scratch: A folder for what has to lie about meanwhile; emptied by the caller.
            by: Whoever takes it out, for a line at the end; "": none.
        """
        ...


_EXPORTERS: dict[str, type[Exporter]] = {}
_TABLES: dict[str, type[TableWriter]] = {}

_E = TypeVar("_E", bound="type[Exporter]")
_T = TypeVar("_T", bound="type[TableWriter]")


def exporter(cls: _E) -> _E:
    """Register a content exporter under its `kind`."""
    _EXPORTERS[cls.kind] = cls
    return cls


def table_writer(cls: _T) -> _T:
    """Register a table writer under its `kind`."""
    _TABLES[cls.kind] = cls
    return cls


def kinds() -> tuple[str, ...]:
    """Return the keys of all content exporters, in the order in which they are offered."""
    return tuple(sorted(_EXPORTERS, key=lambda kind: _EXPORTERS[kind].order))


def table_kinds() -> tuple[str, ...]:
    """Return the keys of all table writers."""
    return tuple(_TABLES)


def exporter_of(kind: str) -> Exporter:
    """Return the content exporter of that key.

    Raises:
        UsageError: There is none.
    """
    if kind not in _EXPORTERS:
        raise UsageError(reason=_unknown(kind, kinds()))
    return _EXPORTERS[kind]()


def table_writer_of(kind: str) -> TableWriter:
    """Return the table writer of that key.

    Raises:
        UsageError: There is none.
    """
    if kind not in _TABLES:
        raise UsageError(reason=_unknown(kind, table_kinds()))
    return _TABLES[kind]()


def _unknown(kind: str, known: tuple[str, ...]) -> Reason:
    return Reason(
        N_("“{kind}” cannot be exported; there are: {known}"), kind=kind, known=", ".join(known)
    )
