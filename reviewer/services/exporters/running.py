"""Doing an export: the table, the files, the manifest, the ZIP; what is done is written down."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from reviewer.errors import ContentError, ContentGoneError, NotFoundError
from reviewer.models.audit import Purpose
from reviewer.models.columns import column, without
from reviewer.models.criteria.line import parse_line
from reviewer.models.ids import InteractionId
from reviewer.models.recording import RecordingState
from reviewer.services.exporters import base
from reviewer.services.exporters.base import Failed, Piece
from reviewer.services.exporters.job import (
    PAGE,
    Done,
    Job,
    Journal,
    Share,
    digest_of,
    ids_digest,
    pages,
)
from reviewer.services.exporters.manifest import MANIFEST, SUMS, write_manifest
from reviewer.services.exporters.packing import pack
from reviewer.services.exporters.place import Place, clear_parts
from reviewer.services.watermarking import session_watermark
from reviewer.storage.atomic import replacing, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reviewer.models.columns import Column
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Progress
    from reviewer.models.search import InteractionRow
    from reviewer.storage.store import Session


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What an export did.

    Attributes:
        destination: The folder or ZIP.
        rows: Rows of the table.
        files: Files beside the table that are there.
        bytes: Size of all files, the manifest's apart.
        failed: What is not there, and why.
        unnamed: How many more are not.
        already: Whether it was finished by an earlier run.
    """

    destination: str
    rows: int
    files: int
    bytes: int
    shares: tuple[Share, ...] = ()
    failed: tuple[Failed, ...] = ()
    unnamed: int = 0
    already: bool = False

    @property
    def failed_count(self) -> int:
        """How much is not there."""
        return len(self.failed) + self.unnamed


@dataclass(slots=True)
class Run:
    """One run of an export, under its lock."""

    session: Session
    place: Place
    watch: Progress
    failed: list[Failed] = field(default_factory=list)
    _steps: int = 0
    _total: int = 0

    def go(self, job: Job) -> ExportResult:
        """Do what is not done yet, then the manifest, then the ZIP."""
        names = [job.table_name, *(piece.name for piece in job.pieces)]
        clear_parts(self.place, [*names, MANIFEST, SUMS])
        journal = Journal(self.place, job)
        journal.read()
        self.failed = list(job.failed)
        self._total = len(job.pieces) + len(job.ids) // PAGE + 1
        self._drop_gone(job, journal)
        self._contents(job, journal)
        # Others delete meanwhile: what was written of it must not leave the store.
        for piece in self._drop_gone(job, journal):
            gone = ContentGoneError(name=piece.name)
            self.failed.append(Failed(piece.giid, piece.kind, piece.name, gone))
        # Always anew, and last: what was written before may hold words that were deleted since.
        journal.add(self._table(job))
        done = [journal.done[name] for name in names if name in journal.done]
        self.watch.raise_if_cancelled()
        ids_sha256 = ids_digest(job.ids)
        everything = write_manifest(self.place, job, done, self.failed, ids_sha256)
        for folder in {self.place.path_of(name).parent for name in everything}:
            settle(folder)
        if self.place.is_zip:
            at = datetime.fromisoformat(job.about["at"])
            pack(self.place, everything, at, self.watch)
        return ExportResult(
            destination=str(self.place.target),
            rows=len(job.ids),
            files=len(done) - 1,
            bytes=sum(one.bytes for one in done),
            shares=job.shares,
            failed=tuple(self.failed),
            unnamed=job.unnamed,
        )

    def _drop_gone(self, job: Job, journal: Journal) -> list[Piece]:
        """Remove and return what was made of content that is deleted or hidden by now.

        Of what was lost or damaged meanwhile it is what was stored, and stays.
        """
        made: dict[str, list[Piece]] = {}
        for piece in job.pieces:
            if piece.name in journal.done:
                made.setdefault(piece.kind, []).append(piece)
        gone = [piece for kind, pieces in made.items() for piece in self._gone(kind, pieces)]
        journal.drop(piece.name for piece in gone)
        return gone

    def _gone(self, kind: str, pieces: list[Piece]) -> list[Piece]:
        ids = sorted({piece.interaction_id for piece in pieces})
        found = self.session.interactions
        states = found.content_states(ids, base.exporter_of(kind).recorded)
        # An email goes a message at a time: what is left of it says nothing of the others.
        kept = found.recordings_kept(ids)
        return [
            piece
            for piece in pieces
            if (
                piece.recording_id not in kept
                if piece.recording_id
                else states.get(piece.interaction_id) is not RecordingState.AVAILABLE
            )
        ]

    def _table(self, job: Job) -> Done:
        path = self.place.path_of(job.table_name)
        columns: tuple[Column, ...] = tuple(column(key) for key in job.columns)
        with replacing(path) as file:
            zone, by = self.session.settings.zone, session_watermark(self.session)
            base.table_writer_of(job.table).write(
                file, columns, self._rows(job), zone, self.place.work, by
            )
        digest, size = digest_of(path)
        return Done(job.table_name, size, digest, {"kind": job.table})

    def _rows(self, job: Job) -> Iterator[InteractionRow]:
        found_by = job.about.get("found_by")
        criteria = parse_line(found_by) if isinstance(found_by, str) else None
        features = self.session.settings.features
        for page in pages(job.ids):
            self._step(job.table_name)
            rows = (without(row, features) for row in self.session.interactions.rows(page))
            if criteria is None:
                yield from rows
                continue
            said = self.session.interactions.snippets(page, criteria)
            yield from (replace(row, snippet=said.get(row.id)) for row in rows)

    def _contents(self, job: Job, journal: Journal) -> None:
        known: Interaction | None = None
        for piece in job.pieces:
            self._step(piece.name)
            if piece.name in journal.done:
                continue
            try:
                if known is None or known.id != piece.interaction_id:
                    known = None
                    known = self.session.interactions.get_by_id(
                        InteractionId(piece.interaction_id), purpose=Purpose.EXPORT
                    )
                journal.add(self._content(known, piece))
            except (NotFoundError, ContentError) as error:
                self.failed.append(Failed(piece.giid, piece.kind, piece.name, error))

    def _content(self, interaction: Interaction, piece: Piece) -> Done:
        path = self.place.path_of(piece.name)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        digest = hashlib.sha256()
        size = 0
        with replacing(path) as file:
            exporter = base.exporter_of(piece.kind)
            for chunk in exporter.content(self.session, interaction, piece):
                self.watch.raise_if_cancelled()
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
        facts = {
            "giid": piece.giid,
            "kind": piece.kind,
            "segment": piece.segment,
            "media_type": piece.media_type,
            "source": piece.source,
        }
        return Done(piece.name, size, digest.hexdigest(), facts)

    def _step(self, what: str) -> None:
        self.watch.raise_if_cancelled()
        self.watch.report(self._steps, self._total, what)
        self._steps += 1
