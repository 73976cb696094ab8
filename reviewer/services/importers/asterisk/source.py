"""Finds what a folder holds, without following anything out of it. Imported by `importer`."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import sqlite3
import stat
import zlib
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.errors import N_, ImportSourceError, Reason
from reviewer.services.importers.asterisk import cdr, cel, file_names, queue_log, voicemail
from reviewer.services.importers.asterisk.text import lines_of, rows_of
from reviewer.services.importers.base import Rejected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from io import BufferedIOBase

    from reviewer.models.progress import Progress

MAX_SOUND_BYTES = 16 * 1024**3
"""A day of four channels at 48 kHz; a larger file is no recording of a call."""
MAX_FILES = 2_000_000
_LOG = re.compile(r"^(?:queue_log.*|.*\.(?:db|sqlite3?)|.*\.csv(?:[.-][\w.-]+)?)$", re.IGNORECASE)
"""Logs by name, rotated ones too: `Master.csv.1`, `queue_log-20261101`."""
_OPENERS: Mapping[str, Callable[[Path], BufferedIOBase]] = {
    ".gz": gzip.GzipFile,
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
}
"""How logs are opened that were packed when they were rotated, by suffix."""
_PACKED = frozenset({".zst", ".zip"})
_DATABASES = frozenset({".db", ".sqlite", ".sqlite3"})
_OWN = re.compile(r"^(?:queue_log|master\.(?:csv|db)|cdr|cel)\b", re.IGNORECASE)
"""Names that Asterisk itself, or its manual, gives to logs."""
UNPACKING = (EOFError, zlib.error, lzma.LZMAError)
"""What a packed log raises that is damaged or cut, besides OSError."""
_SAMPLED_ROWS = 40
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log by what is in it: `cdr`, `cel`, `queue_log`, or `sqlite` with any of them.

    `columns` are known from a header (which then is a row to be passed over) or by content.
    """

    path: Path
    item: str
    kind: str
    columns: tuple[str, ...] = ()
    has_header: bool = False

    @property
    def size_bytes(self) -> int | None:
        """How much is to be read of it; None: it is packed, nothing tells.

        Raises:
            OSError: It cannot be read.
        """
        return None if _is_packed(self.path) else self.path.stat().st_size


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file with sound, by its name alone."""

    path: Path
    item: str
    size_bytes: int
    modified_us: int

    @property
    def name(self) -> str:
        """The file's own name as it can be shown and stored: `path` may hold any bytes."""
        return self.item.rpartition("/")[2]


@dataclass(slots=True)
class Found:
    """What a source holds."""

    logs: list[LogFile] = field(default_factory=list)
    sounds: list[SoundFile] = field(default_factory=list)
    messages: list[SoundFile] = field(default_factory=list)
    notes: list[SoundFile] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there is anything to import."""
        return bool(self.logs or self.sounds or self.messages)

    @property
    def has_own_names(self) -> bool:
        """Whether a file is named as a log of Asterisk is, whatever is in it."""
        items = [log.item for log in self.logs] + [it.item for it in self.rejected]
        return any(_OWN.match(item.rpartition("/")[2]) for item in items)


def survey(root: Path, progress: Progress, *, glance: int | None = None) -> Found:
    """Return what lies under `root`, by content and name; `root` may be a single file.

    Args:
        root: Folder or file.
        progress: Asked whether to stop.
        glance: Look at so many files only, to see what kind of source it is.

    Raises:
        ImportSourceError: The folder cannot be read, or holds more than `MAX_FILES` files.
        CancelledError: The user asked to stop.
    """
    found = Found()
    for count, path in enumerate(_walk(root, found), 1):
        if glance is not None and count > glance:
            break
        if count > MAX_FILES:
            raise ImportSourceError(
                source=str(root), reason=Reason(N_("it holds more than {n} files"), n=MAX_FILES)
            )
        if count % 200 == 0:
            progress.raise_if_cancelled()
        _sort_in(root, path, found)
    return found


def _walk(root: Path, found: Found) -> Iterator[Path]:
    """Yield the files under `root`; folders that cannot be read are noted in `found`."""
    if root.is_file():
        # What was asked for by name may be a link.
        yield root.resolve()
        return

    def fail(error: OSError) -> None:
        if Path(error.filename or "") == root:
            raise ImportSourceError(
                source=str(root), reason=N_("the folder cannot be read")
            ) from error
        item = _named(Path(error.filename).relative_to(root))
        reason = Reason(N_("the folder cannot be read"))
        found.rejected.append(Rejected(item, "import.unreadable", reason))

    for folder, folders, files in os.walk(root, onerror=fail):
        folders.sort()
        for name in sorted(files):
            yield Path(folder, name)
        for name in folders:
            if _is_link(Path(folder, name)):
                # Not walked into; named only if it leads out of the source.
                yield Path(folder, name)


def _is_link(path: Path) -> bool:
    """Whether it is a link; of a path too long to be looked at, walking into it will tell."""
    try:
        return path.is_symlink()
    except OSError:
        return False


def _sort_in(root: Path, path: Path, found: Found) -> None:
    base = root if root.is_dir() else path.parent
    item = _named(path.relative_to(base))
    suffix = path.suffix.lower()
    is_log = _LOG.match(path.name) is not None
    is_note = suffix == ".txt" and voicemail.MESSAGE.match(path.stem) is not None
    is_sound = file_names.is_sound(path.name)
    if path.is_symlink() and not _stays_inside(path, base):
        found.rejected.append(
            Rejected(item, "import.outside", Reason(N_("the link leads out of the source")))
        )
        return
    if is_log and suffix in _PACKED:
        found.rejected.append(_packed(item))
        return
    if not (is_log or is_note or is_sound):
        return
    try:
        info = path.stat()
    except OSError:
        found.rejected.append(_unreadable(item))
        return
    if not stat.S_ISREG(info.st_mode):
        if not stat.S_ISDIR(info.st_mode):
            found.rejected.append(
                Rejected(item, "import.no_file", Reason(N_("it is not an ordinary file")))
            )
        return
    file = SoundFile(path, item, info.st_size, info.st_mtime_ns // 1000)
    if is_note:
        found.notes.append(file)
    elif is_sound:
        _sort_sound(file, found)
    elif info.st_size:
        log = _recognise(path, item)
        if isinstance(log, LogFile):
            found.logs.append(log)
        else:
            found.rejected.append(log)


def _sort_sound(file: SoundFile, found: Found) -> None:
    if file.size_bytes > MAX_SOUND_BYTES:
        found.rejected.append(
            Rejected(file.item, "import.too_large", Reason(N_("the file is too large")))
        )
    elif voicemail.MESSAGE.match(file.path.stem):
        found.messages.append(file)
    elif not ("voicemail" in file.path.parts and voicemail.is_greeting(file.path.stem)):
        found.sounds.append(file)


def _named(relative: Path) -> str:
    """Return a name that can be shown and stored, whatever bytes it has on disk."""
    return os.fsencode(relative.as_posix()).decode("utf-8", "backslashreplace")


def _stays_inside(path: Path, base: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(base.resolve())
    except (OSError, RuntimeError):
        return False


def _unreadable(item: str) -> Rejected:
    return Rejected(item, "import.unreadable", Reason(N_("the file cannot be read")))


def _packed(item: str) -> Rejected:
    packed = Reason(N_("the log is packed; unpack it to have it imported"))
    return Rejected(item, "import.packed", packed)


def _is_packed(path: Path) -> bool:
    return path.suffix.lower() in _OPENERS


def _opened(path: Path) -> BufferedIOBase:
    """Open a log, unpacking it on the way if its name says that it is packed.

    Raises:
        OSError: It cannot be read; reading may also raise `UNPACKING`.
    """
    return _OPENERS.get(path.suffix.lower(), _plain)(path)


def _plain(path: Path) -> BufferedIOBase:
    return path.open("rb")


def _recognise(path: Path, item: str) -> LogFile | Rejected:
    """Return a log with its kind and columns, or why it is none."""
    try:
        with _opened(path) as file:
            head = file.read(4096)
            if head.startswith(_SQLITE):
                return LogFile(path, item, "sqlite") if not _is_packed(path) else _packed(item)
            file.seek(0)
            sample: list[list[str]] = []
            for line, fields in rows_of(lines_of(file)):
                if queue_log.fits(line.text):
                    return LogFile(path, item, "queue_log")
                if fields is not None:
                    sample.append(fields)
                if len(sample) >= _SAMPLED_ROWS or line.number > 10 * _SAMPLED_ROWS:
                    break
    except (OSError, *UNPACKING):
        return _unreadable(item)
    header = sample[0] if sample else []
    for kind, columns in (("cdr", cdr.header_of(header)), ("cel", cel.header_of(header))):
        if columns is not None:
            return LogFile(path, item, kind, columns, has_header=True)
    if any(cel.fits(fields) for fields in sample):
        return LogFile(path, item, "cel", cel.LAYOUT)
    layout = cdr.layout_of(sample)
    if layout is not None:
        return LogFile(path, item, "cdr", layout)
    return _unknown(path, item, head)


def _unknown(path: Path, item: str, head: bytes) -> Rejected:
    """Return why a file named like a log is none that can be read."""
    if path.suffix.lower() in _DATABASES:
        return Rejected(item, "import.no_database", Reason(N_("it is no database, or damaged")))
    if b"\0" in head:
        # A log that was being written when the power went has zeros too, but rows as well.
        return Rejected(item, "import.not_text", Reason(N_("it is not a text file")))
    return Rejected(
        item, "import.unknown_log", Reason(N_("its rows are of no kind that is known here"))
    )


@contextmanager
def readable_lines(log: LogFile) -> Iterator[Iterator[tuple[int, str, list[str] | None, int]]]:
    """Open a text log: line number, text, fields (None: broken) and bytes of each row.

    Raises:
        OSError: It cannot be read; `UNPACKING`: it is packed, and damaged or cut.
    """
    with _opened(log.path) as file:
        if log.kind == "queue_log":
            yield (
                (line.number, line.text, None if line.fault else [], line.size_bytes)
                for line in lines_of(file)
            )
        else:
            yield (
                (line.number, line.text, fields, line.size_bytes)
                for line, fields in rows_of(lines_of(file))
            )


def sqlite_rows(log: LogFile, progress: Progress) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield kind, row number and columns of the tables that are known here.

    Only ordinary tables are read, by name: a view or trigger of a stranger's file runs nothing.

    Raises:
        sqlite3.Error: The file is damaged.
        CancelledError: The user asked to stop.
    """
    address = log.path.resolve().as_uri() + "?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        database.text_factory = _text
        database.execute("PRAGMA trusted_schema = OFF")
        names = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND lower(name) IN (?, ?)",
            ("cdr", "cel"),
        ).fetchall()
        for (name,) in names:
            quoted = str(name).replace('"', '""')
            rows = database.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 (quoted name)
            columns = [str(column[0]) for column in rows.description]
            kind = str(name).lower()
            for number, row in enumerate(rows, 1):
                if number % 1000 == 0:
                    progress.raise_if_cancelled()
                yield kind, number, _by_name(kind, columns, row)


def _by_name(kind: str, columns: list[str], row: tuple[object, ...]) -> dict[str, str]:
    values = ("" if value is None else str(value) for value in row)
    naming = cdr.canonical if kind == "cdr" else cel.canonical
    return dict(zip((naming(column) for column in columns), values, strict=True))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
