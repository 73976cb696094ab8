"""What an export is to do and what it has done, written down so that it can go on after a cut."""

from __future__ import annotations

import hashlib
import json
import shutil
from array import array
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from reviewer.errors import (
    N_,
    ContentGoneError,
    ContentMissingError,
    ExportDestinationError,
    MediaEmptyError,
    NotFoundError,
    reason_of,
)
from reviewer.models.columns import column
from reviewer.models.naming import safe_name
from reviewer.services.exporters.base import Failed, Piece
from reviewer.services.exporters.place import WORK, telling
from reviewer.storage.atomic import PART, replacing, settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from reviewer.errors import ReviewerError
    from reviewer.services.exporters.place import Place

FORMAT: Final = 1
PAGE: Final = 1_000
"""Interactions that are asked for at once."""
_IDS: Final = "ids.bin"
_DONE: Final = "done.jsonl"
_CHUNK: Final = 1 << 20
_KNOWN_BEFORE: Final[dict[str, type[ReviewerError]]] = {
    cls.code: cls for cls in (ContentGoneError, ContentMissingError, MediaEmptyError, NotFoundError)
}
"""Errors that planning can find; each takes a name alone."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a plan takes of one kind of content.

    Attributes:
        kind: Key of the exporter.
        chosen: Interactions that are exported.
        limit: How many a manual export takes at most.
        over: Whether more of those that match have such content.
    """

    kind: str
    chosen: int
    limit: int
    over: bool


@dataclass(frozen=True, slots=True)
class Job:
    """An export as it was planned.

    Attributes:
        identity: Tells one export from another: who exports what of which store, and how.
        about: The same for people, and when: goes to the manifest.
        ids: Interactions of the table, in order.
        table: Key of the table's writer; its file is `table_name`.
        columns: Keys of the table's columns.
        pieces: All other files.
        failed: What planning found to be gone.
        unnamed: How many more are gone than `failed` names.
    """

    identity: str
    about: dict[str, Any]
    ids: array[int]
    table: str
    columns: tuple[str, ...]
    pieces: tuple[Piece, ...]
    shares: tuple[Share, ...]
    failed: tuple[Failed, ...] = ()
    unnamed: int = 0

    @property
    def table_name(self) -> str:
        """Name of the table in the export."""
        return f"interactions.{self.table}"


@dataclass(frozen=True, slots=True)
class Done:
    """A file that is there: name, size, digest; what it is of."""

    name: str
    bytes: int
    sha256: str
    facts: dict[str, Any] = field(default_factory=dict)


def ids_digest(ids: array[int]) -> str:
    """Return what tells one list of interactions from another."""
    return hashlib.sha256(ids.tobytes()).hexdigest()


def pages(ids: array[int]) -> Iterator[array[int]]:
    """Yield the ids in pages of `PAGE`."""
    for start in range(0, len(ids), PAGE):
        yield ids[start : start + PAGE]


def digest_of(path: Path) -> tuple[str, int]:
    """Return SHA-256 in hex and size of a file.

    Raises:
        OSError: It cannot be read.
    """
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


# --- the plan ----------------------------------------------------------------------------------


def save_job(place: Place, job: Job) -> None:
    """Write a plan down: from here on the export can be cut at any moment.

    Raises:
        ExportDestinationError: It cannot be written; ExportFullError.
    """
    facts = {
        "format": FORMAT,
        "identity": job.identity,
        "about": job.about,
        "table": job.table,
        "columns": job.columns,
        "pieces": [asdict(piece) for piece in job.pieces],
        "shares": [asdict(share) for share in job.shares],
        "failed": [
            {
                "giid": one.giid,
                "kind": one.kind,
                "name": one.name,
                "code": one.error.code,
                "what": str(one.error.fields.get("name", "")),
            }
            for one in job.failed
        ],
        "unnamed": job.unnamed,
    }
    with telling(place):
        place.work.mkdir(mode=0o700, parents=True, exist_ok=True)
        (place.work / _DONE).unlink(missing_ok=True)
        with replacing(place.work / _IDS) as file:
            file.write(job.ids.tobytes())
        with replacing(place.record) as file:
            file.write(json.dumps(facts, ensure_ascii=False).encode(errors="replace"))
        settle(place.work)


def load_job(place: Place) -> Job | None:
    """Return the plan of an unfinished export; None where there is none.

    Raises:
        ExportDestinationError: It cannot be read, or is not what was written.
    """
    try:
        text = place.record.read_text(encoding="utf-8")
        ids = array("q")
        ids.frombytes((place.work / _IDS).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ExportDestinationError(
            destination=str(place.target), reason=reason_of(error)
        ) from error
    except ValueError:
        raise _damaged(place) from None
    try:
        return _job(json.loads(text), ids)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(place) from None


def _job(facts: dict[str, Any], ids: array[int]) -> Job:
    if facts["format"] != FORMAT:
        raise ValueError(facts["format"])
    pieces = tuple(Piece(**piece) for piece in facts["pieces"])
    for piece in pieces:
        # The folder is open to others: a plan that was changed must not lead out of it.
        if any(part != safe_name(part) for part in piece.name.split("/")):
            raise ValueError(piece.name)
    for key in facts["columns"]:
        column(key)
    failed = tuple(
        Failed(one["giid"], one["kind"], one["name"], _KNOWN_BEFORE[one["code"]](name=one["what"]))
        for one in facts["failed"]
    )
    return Job(
        identity=facts["identity"],
        about=facts["about"],
        ids=ids,
        table=safe_name(facts["table"]),
        columns=tuple(facts["columns"]),
        pieces=pieces,
        shares=tuple(Share(**share) for share in facts["shares"]),
        failed=failed,
        unnamed=facts["unnamed"],
    )


def _damaged(place: Place) -> ExportDestinationError:
    return ExportDestinationError(
        destination=str(place.target),
        reason=N_("the record of an unfinished export there is damaged; remove that export"),
    )


def finish(place: Place) -> None:
    """Take the plan away: the export is finished, and only what was asked for stays.

    The plan goes first from a folder, which is complete then, and last from beside a ZIP: cut
    anywhere, the next run sees a finished export and goes on here.

    Raises:
        OSError: Something cannot be removed.
    """
    if place.is_zip and place.record.exists():
        for entry in [*place.folder.iterdir(), *_entries(place.work)]:
            if entry.name not in (WORK, place.record.name):
                _remove(entry)
    place.record.unlink(missing_ok=True)
    shutil.rmtree(place.work, ignore_errors=not place.work.exists())
    if place.is_zip:
        with suppress(OSError):
            # Not there, or not ours: what somebody put there stays.
            place.folder.rmdir()


def discard(place: Place, job: Job) -> None:
    """Remove an unfinished export: the files of its plan, nothing else.

    Raises:
        OSError: Something cannot be removed.
    """
    names = [piece.name for piece in job.pieces] + [job.table_name]
    folders = set()
    for name in names:
        path = place.path_of(name)
        folders.add(path.parent)
        path.unlink(missing_ok=True)
        path.with_name(path.name + PART).unlink(missing_ok=True)
    for folder in folders - {place.folder}:
        with suppress(OSError):
            # Not empty, so not ours alone, or not there.
            folder.rmdir()
    shutil.rmtree(place.work)
    with suppress(OSError):
        place.folder.rmdir()


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink(missing_ok=True)


# --- what is done ------------------------------------------------------------------------------


class Journal:
    """Files that are there, one line each as it comes to be.

    Args:
        place: Whose.
        job: Names that count.
    """

    def __init__(self, place: Place, job: Job) -> None:
        self._place = place
        self._names = {piece.name for piece in job.pieces} | {job.table_name}
        self._done: dict[str, Done] = {}

    @property
    def done(self) -> dict[str, Done]:
        """What is done, by name."""
        return self._done

    def read(self) -> None:
        """Take over what an earlier run did, after looking at every file of it.

        Raises:
            OSError: The folder cannot be read or written.
        """
        try:
            lines = (self._place.work / _DONE).read_bytes().splitlines()
        except FileNotFoundError:
            return
        for line in lines:
            try:
                entry = Done(**json.loads(line))
                is_there = entry.name in self._names and digest_of(
                    self._place.path_of(entry.name)
                ) == (entry.sha256, entry.bytes)
            except (ValueError, TypeError, FileNotFoundError):
                # The last line may be cut; a file may have been removed: it is made again.
                continue
            if is_there:
                self._done[entry.name] = entry
        self._write()

    def drop(self, names: Iterable[str]) -> None:
        """Remove files that are there, and take them out.

        Raises:
            OSError: One cannot be removed, or that cannot be written.
        """
        for name in names:
            self._place.path_of(name).unlink(missing_ok=True)
            del self._done[name]
        self._write()

    def _write(self) -> None:
        with replacing(self._place.work / _DONE) as file:
            for entry in self._done.values():
                file.write(_line(entry))

    def add(self, entry: Done) -> None:
        """Write down that a file is there.

        Raises:
            OSError: That cannot be written.
        """
        with (self._place.work / _DONE).open("ab") as file:
            file.write(_line(entry))
        self._done[entry.name] = entry


def count_done(place: Place) -> int:
    """Return about how many files an unfinished export has made."""
    try:
        return len((place.work / _DONE).read_bytes().splitlines())
    except OSError:
        return 0


def _line(entry: Done) -> bytes:
    return json.dumps(asdict(entry), ensure_ascii=False).encode(errors="replace") + b"\n"
