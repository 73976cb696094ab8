"""Planning an export: what is chosen, what is over a limit, what each file is called."""

from __future__ import annotations

import hashlib
import json
from array import array
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from reviewer.errors import (
    N_,
    ExportDestinationError,
    NotFoundError,
    Reason,
    ReviewerError,
    UsageError,
)
from reviewer.models.audit import Purpose
from reviewer.models.columns import SNIPPET, column, columns_for
from reviewer.models.criteria.highlight import wanted_by
from reviewer.models.criteria.printing import print_line
from reviewer.models.criteria.tree import EVERYTHING
from reviewer.models.ids import InteractionId
from reviewer.models.naming import NameBook, NameFacts, fill_template
from reviewer.models.recording import RecordingState
from reviewer.models.search import Search
from reviewer.services.exporters import base
from reviewer.services.exporters import recordings as _recordings
from reviewer.services.exporters import tables as _tables  # noqa: F401 (registers)
from reviewer.services.exporters import texts as _texts  # noqa: F401 (registers)
from reviewer.services.exporters.base import Draft, Exporter, Failed, Piece
from reviewer.services.exporters.job import Job, Share, ids_digest, pages
from reviewer.services.exporters.manifest import is_whole, read_manifest
from reviewer.services.exporters.place import Place, address_of, telling
from reviewer.services.exporters.reasons import require_reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reviewer.models.criteria.tree import Block
    from reviewer.models.interaction import Interaction
    from reviewer.models.progress import Progress
    from reviewer.storage.store import Session

NAME: Final = "$(callDate)_$(callTime)_$(customerPhone)_$(agent)_$(globalInteractionId)"
"""How the files of an interaction are called; the template of placeholders of `naming`."""
_MOST_NAMED: Final = 1_000
"""Interactions whose content is gone that are named one by one; more are only counted."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What of the interactions is exported.

    Attributes:
        contents: Keys of content exporters: `voice`, `cpa`, `text`, `email`; none: the table.
        table: Key of the table's writer: `csv`, `xlsx`.
        columns: Keys of the table's columns in their order; empty: all.
        found_by: For selected interactions, the criteria that they were found by: what the
            column of found texts shows.
    """

    contents: frozenset[str] = frozenset()
    table: str = "csv"
    columns: tuple[str, ...] = ()
    found_by: Block = EVERYTHING


@dataclass(frozen=True, slots=True)
class ExportPlan:
    """What an export will do, before it does anything.

    Attributes:
        place: Where to; `place.folder` is where files lie until it is finished.
        job: What: `job.ids`, `job.shares` (with what is over the limit), `job.pieces`.
        done: How many files an earlier run that was cut has made.
        resumes: Whether there was such a run; its plan is followed.
        finished: Whether the very same export is there already, whole.
        needed_bytes, free_bytes: Room that it takes, about, and that there is.
    """

    place: Place
    job: Job
    done: int = 0
    resumes: bool = False
    finished: bool = False
    needed_bytes: int = 0
    free_bytes: int = 0

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return len(self.job.ids)

    @property
    def files(self) -> int:
        """Files beside the table."""
        return len(self.job.pieces)


def exporters_for(session: Session) -> tuple[Exporter, ...]:
    """Return what can be ticked in this store: what is switched off is absent."""
    features = session.settings.features
    every = (base.exporter_of(kind) for kind in base.kinds())
    return tuple(one for one in every if one.feature is None or one.feature in features)


class Planner:
    """Chooses and names what is exported."""

    def __init__(
        self,
        session: Session,
        what: Search | Sequence[int],
        options: ExportOptions,
        watch: Progress,
        reason: str = "",
    ) -> None:
        self._session = session
        self._reason = reason
        self._what = what
        self._watch = watch
        self._table = base.table_writer_of(options.table).kind
        self._found_by = what.criteria if isinstance(what, Search) else options.found_by
        self._columns = _columns(session, what, options, self._found_by)
        offered = {one.kind: one for one in exporters_for(session)}
        for kind in sorted(options.contents):
            if base.exporter_of(kind).kind not in offered:
                raise UsageError(
                    reason=Reason(N_("“{kind}” is switched off in this store"), kind=kind)
                )
        self._exporters = [one for kind, one in offered.items() if kind in options.contents]
        self._failed: list[Failed] = []
        self._unnamed = 0
        self._about = self._describe()
        told = json.dumps(self._about, ensure_ascii=True, sort_keys=True)
        self.identity = hashlib.sha256(told.encode()).hexdigest()

    def _describe(self) -> dict[str, Any]:
        about: dict[str, Any] = {
            "store": address_of(self._session.store.url),
            "user": self._session.people.me.login,
            "contents": [one.kind for one in self._exporters],
            "table": self._table,
            "columns": list(self._columns),
        }
        if isinstance(self._what, Search):
            search = self._what
            about["query"] = print_line(search.criteria, "en")
            about["channel"] = search.channel.value if search.channel else None
            about["sort"] = [[key.column, key.descending] for key in search.sort]
        else:
            about["selection"] = ids_digest(array("q", self._what))
        if SNIPPET.key in self._columns:
            about["found_by"] = print_line(self._found_by, "en")
        return about

    def finished(self, place: Place, job: Job | None) -> ExportPlan:
        """Return the plan of an export that is there already.

        Raises:
            ExportDestinationError: What is there is something else.
        """
        with telling(place):
            facts = read_manifest(place)
            if (
                facts is not None
                and facts.get("identity") == self.identity
                and (job is None or job.identity == self.identity)
                and is_whole(place, facts)
            ):
                ids = self._ids() if job is None else job.ids
                if facts.get("ids_sha256") == ids_digest(ids):
                    return ExportPlan(
                        place, self._made(facts, ids), len(facts["files"]), finished=True
                    )
        raise ExportDestinationError(
            destination=str(place.target),
            reason=N_("it is there already and holds something else; choose another name")
            if place.is_zip
            else N_("the folder holds other files; choose an empty one"),
        )

    def _made(self, facts: dict[str, Any], ids: array[int]) -> Job:
        return Job(
            self.identity,
            self._about,
            ids,
            self._table,
            self._columns,
            tuple(
                Piece(one["name"], one.get("kind", ""), one["giid"], 0, bytes=one["bytes"])
                for one in facts["files"]
                if "giid" in one
            ),
            (),
            unnamed=len(facts.get("failed", ())) + facts.get("failed_unnamed", 0),
        )

    def job(self) -> Job:
        """Return what is to be done."""
        ids = self._ids()
        chosen = {one.kind: self._choose(one, ids) for one in self._exporters}
        pieces = tuple(self._pieces({kind: set(taken) for kind, (taken, _) in chosen.items()}, ids))
        shares = tuple(
            Share(one.kind, len(chosen[one.kind][0]), one.limit, chosen[one.kind][1])
            for one in self._exporters
        )
        about = self._about | {"at": datetime.now(UTC).isoformat(timespec="seconds")}
        return Job(
            self.identity,
            about,
            ids,
            self._table,
            self._columns,
            pieces,
            shares,
            tuple(self._failed),
            self._unnamed,
        )

    def _ids(self) -> array[int]:
        if isinstance(self._what, Search):
            return self._session.interactions.ids(self._what)
        return array("q", self._what)

    def _choose(self, one: Exporter, ids: array[int]) -> tuple[list[int], bool]:
        """Return the first that have such content, and whether there are more."""
        chosen: list[int] = []
        gone: dict[int, RecordingState] = {}
        over = False
        for page in pages(ids):
            self._watch.raise_if_cancelled()
            self._watch.report(len(chosen), one.limit)
            states = self._session.interactions.content_states(page, one.recorded)
            for number in page:
                state = states.get(number)
                if state is RecordingState.AVAILABLE and len(chosen) == one.limit:
                    over = True
                    break
                if state is RecordingState.AVAILABLE:
                    chosen.append(number)
                elif state is not None:
                    gone[number] = state
            if over:
                break
        self._name_gone(one, gone)
        return chosen, over

    def _name_gone(self, one: Exporter, gone: dict[int, RecordingState]) -> None:
        named = list(gone)[:_MOST_NAMED]
        self._unnamed += len(gone) - len(named)
        for row in self._session.interactions.rows(named):
            error = _recordings.error_of(gone[row.id], row.giid)
            if error is not None:
                self._failed.append(Failed(row.giid, one.kind, row.giid, error))

    def _pieces(self, chosen: dict[str, set[int]], ids: array[int]) -> Iterator[Piece]:
        books = {one.kind: NameBook() for one in self._exporters}
        zone = self._session.settings.zone
        taken = set().union(*chosen.values())
        require_reasons(self._session, array("q", sorted(taken)), self._reason)
        for done, number in enumerate(number for number in ids if number in taken):
            self._watch.raise_if_cancelled()
            self._watch.report(done, len(taken))
            try:
                interaction = self._session.interactions.get_by_id(
                    InteractionId(number), purpose=Purpose.EXPORT
                )
            except NotFoundError as error:
                self._failed.append(Failed(str(number), "", str(number), error))
                continue
            stem = fill_template(NAME, NameFacts(interaction, zone))
            for one in self._exporters:
                if number not in chosen[one.kind]:
                    continue
                for draft in one.drafts(interaction):
                    if isinstance(draft, ReviewerError):
                        told = str(draft.fields.get("name", ""))
                        self._failed.append(Failed(interaction.giid, one.kind, told, draft))
                    else:
                        name = f"{one.kind}/{books[one.kind].take(stem, draft.ending)}"
                        yield piece_of(name, one.kind, interaction, draft)


def piece_of(name: str, kind: str, interaction: Interaction, draft: Draft) -> Piece:
    """Return the piece that a draft of an interaction becomes under a name."""
    recording = draft.recording
    source = interaction.source
    return Piece(
        name=name,
        kind=kind,
        giid=interaction.giid,
        interaction_id=interaction.id,
        recording_id=0 if recording is None else recording.id,
        segment=None if recording is None else recording.segment_number,
        media_type=draft.media_type,
        bytes=draft.bytes,
        source={
            "kind": source.kind,
            "system": source.system,
            "key": source.key,
            "name": "" if recording is None else recording.source_name,
        },
    )


def _columns(
    session: Session, what: Search | Sequence[int], options: ExportOptions, found_by: Block
) -> tuple[str, ...]:
    if not options.columns:
        channel = what.channel if isinstance(what, Search) else None
        custom = session.interactions.custom_fields()
        there = columns_for(
            channel, custom, texts=bool(wanted_by(found_by)), features=session.settings.features
        )
        return tuple(one.key for one in there)
    for key in options.columns:
        try:
            column(key)
        except KeyError:
            known = ", ".join(one.key for one in columns_for())
            raise UsageError(
                reason=Reason(N_("{key} is not a column; there are: {known}"), key=key, known=known)
            ) from None
    return options.columns
