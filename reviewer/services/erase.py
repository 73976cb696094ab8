"""Deleting content: which interactions are meant, and how shared screen video is cut.

The store deletes (`session.erasure`); what it does not know is how to decode pictures. Thread: any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.errors import N_, UsageError
from reviewer.media.cutting import MEDIA_TYPE, cut_video
from reviewer.messages import ntr, tr
from reviewer.models.bytesource import MemorySource
from reviewer.models.criteria.tree import Block, Condition, Op
from reviewer.models.erasure import OFFERED, CutPiece, What
from reviewer.models.ids import MediaUs, WallUs
from reviewer.models.recording import RecordingState, Span
from reviewer.models.search import Search, SortKey

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.certificate import Certificate
    from reviewer.models.erasure import Erased, Preview, SharedPiece
    from reviewer.models.ids import Giid, InteractionId
    from reviewer.models.interaction import Channel
    from reviewer.models.letters import Letter
    from reviewer.models.search import InteractionRow
    from reviewer.storage.store import Session

OLDEST_FIRST = (SortKey("started"),)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What deleting would destroy, and what there is to tell of others that it concerns.

    Attributes:
        preview: What would be lost.
        rows: Other interactions whose screen video it concerns, and those that are held.
        held: Reasons of the legal holds on any of them, by GIID.
    """

    preview: Preview
    rows: Mapping[InteractionId, InteractionRow]
    held: Mapping[Giid, str]


def weigh(
    session: Session, ids: Sequence[int], what: Collection[What], letter: Letter | None = None
) -> Consequences:
    """Return what deleting would destroy, and whom else it concerns.

    Raises:
        RefusedError: As `Erasure.preview`.
    """
    preview = session.erasure.preview(ids, what, letter)
    others = {number for piece in preview.shared for number, _ in piece.others}
    rows = {row.id: row for row in session.interactions.rows(sorted(others))}
    concerned = {row.giid for row in rows.values()} | set(preview.held)
    held = {hold.giid: hold.reason for hold in session.keeping.holds() if hold.giid in concerned}
    return Consequences(preview, rows, held)


def cut_piece(piece: SharedPiece, source: ByteSource) -> CutPiece | None:
    """Return what is left of shared screen video without the stretches to delete.

    A `Cutter` of `Erasure.erase`. Of a piece that is spoilt, what can be read.
    """
    spans = left_of(piece.spans, piece.erased)
    keep = [(int(s.media_start_us), int(s.media_start_us) + s.duration_us) for s in spans]
    data = cut_video(source, keep, spoilt=piece.is_spoilt) if keep else b""
    if not data:
        return None
    placed: list[Span] = []
    reached = 0
    for span in spans:
        placed.append(Span(MediaUs(reached), span.wall_start_us, span.duration_us))
        reached += span.duration_us
    return CutPiece(lambda: MemorySource(data, piece.name), MEDIA_TYPE, tuple(placed))


def left_of(spans: Sequence[Span], erased: Sequence[tuple[WallUs, WallUs]]) -> list[Span]:
    """Return spans without stretches [start, end) of the wall clock, in the order of the object."""
    left = list(spans)
    for start, end in erased:
        left = [part for span in left for part in _without(span, start, end)]
    return sorted(left, key=lambda span: span.media_start_us)


def _without(span: Span, start: WallUs, end: WallUs) -> list[Span]:
    parts: list[Span] = []
    if start > span.wall_start_us:
        length = min(start, span.wall_end_us) - span.wall_start_us
        parts.append(Span(span.media_start_us, span.wall_start_us, length))
    if end < span.wall_end_us:
        skipped = max(end - span.wall_start_us, 0)
        parts.append(
            Span(
                MediaUs(span.media_start_us + skipped),
                WallUs(span.wall_start_us + skipped),
                span.duration_us - skipped,
            )
        )
    return [part for part in parts if part.duration_us > 0]


def of_service(
    session: Session, service: str, since: str, before: str, channel: Channel | None = None
) -> Sequence[int]:
    """Return the interactions of a service that started from one date on and before another.

    Args:
        session: Whose view.
        service: Its name.
        since: A date in its kept form, in the centre time zone.
        before: Another.
        channel: Only of this.

    Raises:
        UsageError: `since` is not before `before`.
    """
    if since >= before:
        raise UsageError(reason=N_("the first date is not before the second"))
    criteria = Block(
        members=(
            Condition("service", Op.ANY_OF, (service,)),
            Condition("started", Op.BEFORE, (since,), negated=True),
            Condition("started", Op.BEFORE, (before,)),
        )
    )
    return session.interactions.ids(Search(criteria, channel, OLDEST_FIRST))


def spoilt_sentences(pieces: Sequence[SharedPiece]) -> list[str]:
    """Return what to say of cutting pieces of screen video that are damaged or lost."""
    states = [piece.state for piece in pieces]
    damaged, lost = (states.count(s) for s in (RecordingState.DAMAGED, RecordingState.MISSING))
    said = []
    if damaged:
        said.append(
            ntr(
                "{n} piece is damaged: only what can be read of it stays for the others.",
                "{n} pieces are damaged: only what can be read of them stays for the others.",
                damaged,
            )
        )
    if lost:
        said.append(
            ntr(
                "The file of {n} piece is lost: it cannot be cut, only deleted whole.",
                "The files of {n} pieces are lost: they cannot be cut, only deleted whole.",
                lost,
            )
        )
    return said


def lingering_sentences(told: Erased) -> list[str]:
    """Return what to say where destroyed content could not be removed at once; usually nothing."""
    said = []
    if told.words_linger:
        words = tr(
            "Words of the deleted texts are still in the store's files: another program reads "
            "it. Nothing leads to them; they go at the latest when the store is next opened."
        )
        said.append(words)
    if told.lingering:
        said.append(_lingering_files(told))
    return said


def lingering_sentence(certificate: Certificate) -> str:
    """Return how much a certificate tells apart as not destroyed yet."""
    return ntr(
        "{n} deletion is told apart: not all of its files could be removed yet.",
        "{n} deletions are told apart: not all of their files could be removed yet.",
        len(certificate.lingering),
    )


def _lingering_files(told: Erased) -> str:
    return ntr(
        "{n} file could not be removed at once: another program uses the store. Nothing leads "
        "to it; it goes at the latest when the store is next opened.",
        "{n} files could not be removed at once: another program uses the store. Nothing leads "
        "to them; they go at the latest when the store is next opened.",
        told.lingering,
    )


def offered(channel: Channel, what: Collection[What]) -> tuple[What, ...]:
    """Return those of the kinds of content that a channel has."""
    return tuple(each for each in OFFERED[channel] if each in what)
