"""The importer of a folder of Asterisk or FreePBX logs and recordings."""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from reviewer.errors import N_, ImportSourceError, Reason
from reviewer.models.progress import NoProgress
from reviewer.services.importers.asterisk import cdr, cel, file_names, queue_log, voicemail
from reviewer.services.importers.asterisk.clock import LocalClock
from reviewer.services.importers.asterisk.conversations import Joiner
from reviewer.services.importers.asterisk.interactions import KIND, interaction_of
from reviewer.services.importers.asterisk.lives import identified
from reviewer.services.importers.asterisk.sounds import Sound
from reviewer.services.importers.asterisk.source import (
    UNPACKING,
    Found,
    LogFile,
    SoundFile,
    readable_lines,
    sqlite_rows,
    survey,
)
from reviewer.services.importers.asterisk.text import decode
from reviewer.services.importers.base import NOTHING_KNOWN, ImportOptions, Rejected, importer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.store import Incoming

_log = logging.getLogger(__name__)

_GLANCED_FILES = 20_000
_NOTE_BYTES = 64 * 1024


@importer
class AsteriskImporter:
    """Reads any subset of call records, channel events, queue log, monitor folder, voicemail."""

    kind: ClassVar[str] = KIND

    def detect(self, path: Path) -> float:
        """Return 1 for logs of Asterisk, less for files that have its names alone."""
        try:
            found = survey(path, NoProgress(), glance=_GLANCED_FILES)
        except ImportSourceError:
            return 0.0
        if any(log.kind != "sqlite" or _tables(log) for log in found.logs):
            return 1.0
        named = [file_names.parse(sound.name) for sound in found.sounds]
        if found.notes or any(name.uniqueid or name.kind for name in named):
            return 0.9
        if found.sounds:
            return 0.2
        # A log that cannot be read is to be named, not passed over.
        return 0.1 if found.has_own_names else 0.0

    def read(self, path: Path, options: ImportOptions) -> Iterator[Incoming | Rejected]:
        """Yield each conversation, and what could not be taken."""
        if not path.exists():
            raise ImportSourceError(source=str(path), reason=N_("there is no such file or folder"))
        found = survey(path, options.progress)
        if not found:
            if found.rejected:
                yield from found.rejected
                return
            raise ImportSourceError(source=str(path), reason=NOTHING_KNOWN)
        reading = _Reading(options)
        for log in found.logs:
            reading.log(log)
        rejected = [*found.rejected, *reading.rejected]
        joiner = reading.joined(found, rejected)
        yield from rejected
        talks = joiner.conversations()
        for number, talk in enumerate(talks):
            options.progress.raise_if_cancelled()
            options.progress.report(number, len(talks), talk.key)
            incoming, faults = interaction_of(talk, options)
            yield from faults
            yield incoming


def _tables(log: LogFile) -> bool:
    try:
        return any(True for _ in sqlite_rows(log, NoProgress()))
    except (sqlite3.Error, UnicodeError):
        return False


class _Readers:
    """What reads the rows of one log: each log was written by one clock."""

    def __init__(self, options: ImportOptions) -> None:
        self.cdr = cdr.CdrReader(options.zone)
        self.cel = cel.CelReader(options.zone)
        self.clock = LocalClock(options.zone)


class _Reading:
    """All rows of all logs of one source."""

    def __init__(self, options: ImportOptions) -> None:
        self._options = options
        self.rejected: list[Rejected] = []
        self._rows: list[cdr.CdrRow] = []
        self._events: list[cel.CelEvent] = []
        self._queue: list[queue_log.QueueEvent] = []

    def log(self, log: LogFile) -> None:
        """Read one log; its broken rows are rejected by name, the rest is taken."""
        try:
            if log.kind == "sqlite":
                self._sqlite(log)
            else:
                self._text(log)
        except (OSError, sqlite3.Error, UnicodeError, *UNPACKING) as error:
            reason = Reason(N_("it is damaged; what could be read of it was taken in"))
            _log.info("reading of a %s log stopped: %s", log.kind, type(error).__name__)
            self.rejected.append(Rejected(log.item, "import.unreadable", reason))

    def _text(self, log: LogFile) -> None:
        readers = _Readers(self._options)
        size = log.size_bytes
        done = 0
        skip_header = log.has_header
        with readable_lines(log) as rows:
            for number, text, fields, size_bytes in rows:
                done += size_bytes
                if number % 500 == 0:
                    self._options.progress.raise_if_cancelled()
                    self._options.progress.report(done, size, log.item)
                item = f"{log.item}:{number}"
                if fields is None:
                    reason = Reason(N_("the row is damaged: an open quote, or no text"))
                    self.rejected.append(Rejected(item, "import.row", reason))
                elif skip_header:
                    skip_header = False
                elif log.kind == "queue_log":
                    self._take_queue(readers, item, text)
                else:
                    self._take(log, readers, item, fields)

    def _take(self, log: LogFile, readers: _Readers, item: str, fields: list[str]) -> None:
        named = _named(log, fields)
        if named is None:
            wrong = Reason(
                N_("the order of the row's columns is not known (columns: {n})"), n=len(fields)
            )
            self.rejected.append(Rejected(item, "import.row", wrong))
        elif log.kind == "cdr":
            self._add(readers.cdr.read(named, item), item)
        else:
            self._add(readers.cel.read(named), item)

    def _take_queue(self, readers: _Readers, item: str, text: str) -> None:
        event = queue_log.read(text, readers.clock)
        if event is not None:
            self._add(event, item)

    def _add(
        self, read: cdr.CdrRow | cel.CelEvent | queue_log.QueueEvent | Reason, item: str
    ) -> None:
        if isinstance(read, cdr.CdrRow):
            self._rows.append(read)
        elif isinstance(read, cel.CelEvent):
            self._events.append(read)
        elif isinstance(read, queue_log.QueueEvent):
            self._queue.append(read)
        else:
            self.rejected.append(Rejected(item, "import.row", read))

    def _sqlite(self, log: LogFile) -> None:
        readers = _Readers(self._options)
        for kind, number, named in sqlite_rows(log, self._options.progress):
            item = f"{log.item}:{kind}:{number}"
            if kind == "cdr":
                self._add(readers.cdr.read(named, item), item)
            else:
                self._add(readers.cel.read(named), item)

    # --- joining -----------------------------------------------------------------------------

    def joined(self, found: Found, rejected: list[Rejected]) -> Joiner:
        """Return everything joined; what does not fit goes to `rejected`."""
        joiner = Joiner()
        events = cel.merge(self._events)
        rows = cdr.merge(identified(self._rows, events))
        queue = sorted(dict.fromkeys(self._queue), key=lambda event: event.at_us)
        joiner.add_events(events)
        joiner.add_rows(rows)
        joiner.add_queue(queue)
        self._sounds(joiner, rows, found, rejected)
        channels = {row.channel: row.uniqueid for row in rows if row.uniqueid}
        channels |= {event.channel: event.uniqueid for event in events}
        self._voicemails(joiner, found, channels, rejected)
        return joiner

    def _sounds(
        self, joiner: Joiner, rows: list[cdr.CdrRow], found: Found, rejected: list[Rejected]
    ) -> None:
        namers: dict[str, cdr.CdrRow] = {}
        for row in rows:
            if row.recordingfile:
                namers.setdefault(_base(row.recordingfile), row)
        known = {row.uniqueid for row in rows}
        known |= {event.uniqueid for event in self._events}
        present: set[str] = set()
        for file in found.sounds:
            name = file_names.parse(file.name)
            present.add(file.name)
            namer = namers.get(file.name) or namers.get(
                f"{name.stem}.{file.name.rpartition('.')[2]}"
            )
            if namer is not None and not name.uniqueid:
                name = replace(name, uniqueid=namer.uniqueid)
            elif name.long_id and name.long_id in known:
                name = replace(name, uniqueid=name.long_id)
            joiner.add_sound(Sound(file, name, file.item), namer)
        for base, row in namers.items():
            if _leads_out(row.recordingfile):
                reason = Reason(
                    N_("the name of the recording “{name}” leads out of the source"),
                    name=row.recordingfile,
                )
                rejected.append(Rejected(row.item, "import.outside", reason))
            elif base not in present and not _converted(base, present):
                name = file_names.parse(base)
                joiner.add_sound(Sound(None, name, base), row)

    def _voicemails(
        self,
        joiner: Joiner,
        found: Found,
        channels: dict[str, str],
        rejected: list[Rejected],
    ) -> None:
        by_stem: dict[Path, list[SoundFile]] = {}
        for file in found.messages:
            by_stem.setdefault(file.path.with_suffix(""), []).append(file)
        for note in found.notes:
            self._options.progress.raise_if_cancelled()
            sounds = by_stem.pop(note.path.with_suffix(""), [])
            read = _note(note)
            if isinstance(read, Reason):
                rejected.append(Rejected(note.item, "import.row", read))
                by_stem[note.path.with_suffix("")] = sounds
                continue
            best = min(sounds, key=_quality, default=None)
            sound = Sound(best, file_names.parse(best.name), best.item) if best else None
            joiner.add_voicemail(read, sound, channels)
        for sounds in by_stem.values():
            # Messages without a note: nothing tells whose they are, but they are sound.
            for file in sorted(sounds, key=_quality)[:1]:
                name = file_names.parse(file.name)
                stem = file.item.rpartition(".")[0]
                joiner.add_sound(Sound(file, replace(name, stem=stem), file.item), None)


def _named(log: LogFile, fields: list[str]) -> dict[str, str] | None:
    """Return the fields by name; a row in another known order than its log is still read."""
    if log.kind == "cel":
        if not log.has_header and not cel.fits(fields):
            return None
        return dict(zip(log.columns, fields, strict=False))
    if log.has_header:
        if len(fields) < len(log.columns) - 1:
            return None
        return dict(zip(log.columns, fields, strict=False))
    if len(fields) == len(log.columns):
        return dict(zip(log.columns, fields, strict=True))
    other = cdr.layout_of([fields])
    return dict(zip(other, fields, strict=True)) if other else None


def _note(note: SoundFile) -> voicemail.VoicemailNote | Reason:
    try:
        if note.size_bytes > _NOTE_BYTES:
            return Reason(N_("the file is too large"))
        return voicemail.read(decode(note.path.read_bytes()), note.item)
    except OSError:
        return Reason(N_("the file cannot be read"))


def _quality(file: SoundFile) -> tuple[int, int]:
    """Sort the formats of one message: what holds sound first, then what lost least."""
    suffix = file.path.suffix[1:]
    known = voicemail.BEST_FIRST
    rank = known.index(suffix) if suffix in known else len(known)
    return (0 if file.size_bytes else 1, rank)


def _base(recordingfile: str) -> str:
    return recordingfile.replace("\\", "/").rpartition("/")[2]


def _leads_out(recordingfile: str) -> bool:
    """Whether the name climbs: an absolute path of the telephone system does not."""
    return ".." in recordingfile.replace("\\", "/").split("/") or "\0" in recordingfile


def _converted(base: str, present: set[str]) -> bool:
    """Whether the same recording is there in another format, as nightly conversions leave it."""
    stem = base.rpartition(".")[0]
    return any(f"{stem}.{suffix}" in present for suffix in ("wav", "WAV", "mp3", "gsm", "ogg"))
