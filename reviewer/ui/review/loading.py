"""What the page reads and writes through the session, in the pools; no Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewer.models.access import Privilege
from reviewer.models.audit import Purpose
from reviewer.models.interaction import SegmentKind
from reviewer.models.recording import PartyRole
from reviewer.models.timeline import lay_out
from reviewer.ui.review.scene_build import build_scene
from reviewer.ui.review.transcript_model import make_lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from reviewer.models.access import User
    from reviewer.models.bytesource import ByteSource
    from reviewer.models.changes import Changes
    from reviewer.models.erasure import Hold
    from reviewer.models.ids import InteractionId, TimelineUs, WallUs
    from reviewer.models.interaction import Interaction, Segment
    from reviewer.models.recording import Recording
    from reviewer.models.remarks import Comment, DispositionChange
    from reviewer.models.scoring import Evaluation
    from reviewer.models.timeline import Timeline
    from reviewer.storage.store import Session
    from reviewer.ui.review.evaluation_panel import Entry
    from reviewer.ui.review.scene import Scene
    from reviewer.ui.review.transcript_model import TranscriptLine
    from reviewer.ui.tasks import TaskProgress


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything that the page shows of one interaction.

    Attributes:
        categories: Names of the categories, in their order.
        evaluations: All versions that the user may see.
        comments: Comments and bookmarks that the user may see.
        left_at_us: What the user heard last, None where nothing is known.
        hold: The legal hold it is under, None for none.
        disposition_changes: The latest first; none where the user may not see them.
    """

    interaction: Interaction
    timeline: Timeline
    scene: Scene
    lines: tuple[TranscriptLine, ...]
    categories: tuple[str, ...]
    evaluations: tuple[Evaluation, ...]
    me: User
    zone: ZoneInfo
    comments: tuple[Comment, ...] = ()
    left_at_us: WallUs | None = None
    hold: Hold | None = None
    disposition_changes: tuple[DispositionChange, ...] = ()

    @property
    def may_evaluate(self) -> bool:
        """Whether the user has the privilege."""
        return self.me.may(Privilege.QM_EVALUATE)

    @property
    def may_look(self) -> bool:
        """Whether the user has a privilege to look at evaluations that others made."""
        return self.me.may(Privilege.QM_VIEW_ALL, Privilege.QM_OWN)

    @property
    def has_sound(self) -> bool:
        """Whether anything can be heard."""
        return bool(self.timeline.sound)

    @property
    def has_texts(self) -> bool:
        """Whether there is a transcript or chat to read."""
        return any(line.party is not PartyRole.SYSTEM for line in self.lines)


def load_review(
    session: Session,
    interaction_id: InteractionId,
    progress: TaskProgress,
    *,
    purpose: Purpose = Purpose.VIEW,
) -> Opened:
    """Read an interaction and lay it out.

    Args:
        session: The user's.
        interaction_id: Which.
        progress: May stop it.
        purpose: What the log is told.

    Raises:
        NotFoundError: Unknown, or not to be seen.

    Thread: a pool's.
    """
    interaction = session.interactions.get_by_id(interaction_id, purpose=purpose)
    progress.raise_if_cancelled()
    timeline = lay_out(interaction)
    zone = session.settings.zone
    return Opened(
        interaction=interaction,
        timeline=timeline,
        scene=build_scene(interaction, timeline),
        lines=make_lines(interaction, timeline, zone),
        categories=tuple(category.name for category in session.evaluations.categories()),
        evaluations=session.evaluations.of(interaction_id),
        me=session.people.me,
        zone=zone,
        comments=session.comments.of(interaction_id),
        left_at_us=session.listening.position(interaction_id),
        hold=session.keeping.hold_of(interaction_id),
        disposition_changes=_disposition_changes(session, interaction_id),
    )


def _disposition_changes(
    session: Session, interaction_id: InteractionId
) -> tuple[DispositionChange, ...]:
    if not session.people.me.may(Privilege.DISPOSITION_CHANGE, Privilege.AUDIT_VIEW):
        return ()
    return session.records.disposition_history(interaction_id)


def load_evaluations(
    session: Session, interaction_id: InteractionId, _progress: TaskProgress
) -> tuple[tuple[str, ...], tuple[Evaluation, ...]]:
    """Read categories and evaluations anew. Thread: a pool's."""
    names = tuple(category.name for category in session.evaluations.categories())
    return names, session.evaluations.of(interaction_id)


def save_evaluation(
    session: Session,
    interaction_id: InteractionId,
    segment_number: int,
    entry: Entry,
    _progress: TaskProgress,
) -> tuple[Evaluation, Changes]:
    """Save a new version of the user's evaluation.

    Raises:
        EvaluationInvalidError: It cannot be saved as it is; RefusedError; NotFoundError.

    Thread: the writer's.
    """
    return session.evaluations.save(interaction_id, segment_number, entry.scores, entry.note)


def opener_of(session: Session, interaction_id: InteractionId) -> Callable[[Recording], ByteSource]:
    """Return what opens a recording of an interaction; may be called from any thread."""

    def open_recording(recording: Recording) -> ByteSource:
        return session.content.open(interaction_id, recording, purpose=Purpose.PREPARE)

    return open_recording


def position_of(opened: Opened, at_us: WallUs | None) -> TimelineUs:
    """Return where to stand for an instant, the nearest position; None: at the beginning."""
    timeline = opened.timeline
    return timeline.clamp(0 if at_us is None else timeline.to_position(at_us))


def segment_at(opened: Opened, position_us: TimelineUs) -> int:
    """Return the number of the segment that lasts at a position, at 0 of the one to begin with."""
    row = opened.timeline.row_at(position_us) if position_us else None
    return (row.segment if row is not None else first_segment(opened.interaction)).number


def first_segment(interaction: Interaction) -> Segment:
    """Return the segment to begin with: the first that an agent handled, else the first."""
    for segment in interaction.segments:
        if segment.agent is not None and segment.kind is SegmentKind.HANDLING:
            return segment
    return interaction.segments[0]
