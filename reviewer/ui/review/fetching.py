"""Reads what the page shows, and beforehand what it will probably show next.

Once an interaction is shown whole, its neighbour in the results is read: its facts are kept at
hand, its waveform and pauses are computed and kept in the store, and the sound it begins with is
brought near. Then waveform and pauses of those after it. All of that gives way to everything else
and is given up when something else is opened.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from reviewer.errors import ContentError, NotFoundError
from reviewer.models.audit import Purpose
from reviewer.services.derive import Derivations
from reviewer.ui.review.loading import load_review, opener_of, position_of
from reviewer.ui.review.resuming import place_to_resume

if TYPE_CHECKING:
    from collections.abc import Callable

    from reviewer.errors import ReviewerError
    from reviewer.models.activity import Dull
    from reviewer.models.changes import Changes
    from reviewer.models.ids import InteractionId
    from reviewer.storage.store import Session
    from reviewer.ui.page import Shell
    from reviewer.ui.review.loading import Opened
    from reviewer.ui.review.request import ReviewRequest
    from reviewer.ui.tasks import Task, TaskProgress

T = TypeVar("T")
# Of each recording that sounds at the beginning: a minute of what telephones record.
_NEAR_BYTES: Final = 1 << 20
# How many of the next ones get their waveforms; only the first of them is kept at hand.
_COMPUTED: Final = 3


@dataclass(frozen=True, slots=True)
class Fetched:
    """An interaction that was read.

    Attributes:
        pauses: What need not be listened to; None: not known yet.
    """

    opened: Opened
    pauses: tuple[Dull, ...] | None = None


class Fetching(QObject):
    """Reads interactions for the page. Thread: main; everything is read in the pools."""

    # (fetched: Fetched) What was asked for is there.
    fetched = Signal(object)
    # (error: ReviewerError) It cannot be shown, or not any more.
    failed = Signal(object)
    # (pauses: tuple[Dull, ...]) What need not be listened to of what `follow_up` was given.
    pauses_found = Signal(object)

    def __init__(self, shell: Shell, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = shell.runner
        self._session = session
        self._request: ReviewRequest | None = None
        self._ready: Fetched | None = None
        self._step = 1
        self._ahead: list[Task] = []
        shell.bus.changes_applied.connect(self._on_bus_changes_applied)

    @property
    def ready(self) -> InteractionId | None:
        """What is at hand."""
        return self._ready.opened.interaction.id if self._ready is not None else None

    def read(self, request: ReviewRequest) -> None:
        """Read an interaction; what is at hand is given once the store says it still holds."""
        self.stop()
        self._step = _direction(self._request, request)
        self._request = request
        interaction_id = request.interaction_id
        ready, self._ready = self._ready, None
        if ready is None or ready.opened.interaction.id != interaction_id:
            self._load(interaction_id, None)
            return
        # The privilege may be gone, or the content: what is at hand is asked for like the rest.
        self._runner.read(
            partial(_still_there, self._session, ready.opened),
            then=partial(self._on_still_there, ready),
            failed=self._on_failed,
            parent=self,
            generation="open",
        )

    def _on_still_there(self, ready: Fetched, is_same: bool) -> None:
        if is_same:
            self.fetched.emit(ready)
        self._load(ready.opened.interaction.id, ready.opened if is_same else None)

    def _load(self, interaction_id: InteractionId, shown: Opened | None) -> None:
        self._runner.read(
            partial(load_review, self._session, interaction_id),
            then=partial(self._on_read, shown),
            failed=self._on_failed,
            parent=self,
            generation="open",
        )

    def _on_read(self, shown: Opened | None, opened: Opened) -> None:
        # What others changed since it was read beforehand.
        if shown is None or _facts(shown) != _facts(opened):
            self.fetched.emit(Fetched(opened))

    def _on_failed(self, error: ReviewerError) -> None:
        self.failed.emit(error)

    # --- what can wait

    def follow_up(self, opened: Opened) -> None:
        """Find out what goes on in what is shown, and read what will probably be shown next."""
        self.stop()
        self._start(partial(_pauses, self._session, opened), self._on_pauses)
        self._start(partial(_hear, self._session, opened))
        request = self._request
        nearest = request.neighbour(self._step) if request is not None else None
        if request is None or nearest is None:
            return
        self._start(partial(_read_whole, self._session, nearest.interaction_id), self._on_whole)
        for place in range(2, _COMPUTED + 1):
            further = request.neighbour(self._step * place)
            if further is not None:
                self._start(partial(_compute, self._session, further.interaction_id))

    def stop(self) -> None:
        """Give up what can wait and is under way."""
        for task in self._ahead:
            task.cancel()
        self._ahead.clear()

    def drop(self) -> None:
        """Let go of everything."""
        self.stop()
        self._ready = None

    def _start(
        self, work: Callable[[TaskProgress], T], then: Callable[[T], object] | None = None
    ) -> None:
        task = self._runner.read(
            work, then=then, failed=self._on_ahead_failed, parent=self, spare=True
        )
        self._ahead.append(task)

    def _on_pauses(self, pauses: tuple[Dull, ...]) -> None:
        self.pauses_found.emit(pauses)

    def _on_whole(self, fetched: Fetched) -> None:
        self._ready = fetched

    def _on_ahead_failed(self, _error: ReviewerError) -> None:
        """Say nothing: it is told when it is opened."""

    @Slot(object, object)
    def _on_bus_changes_applied(self, changes: Changes, _initiator: QObject | None) -> None:
        ready = self.ready
        if ready is None:
            return
        touched = (
            changes.interactions
            | changes.recordings_of
            | changes.evaluations_of
            | changes.comments_of
        )
        if ready in touched or changes.categories or changes.settings or changes.users:
            self._ready = None


def _direction(before: ReviewRequest | None, request: ReviewRequest) -> int:
    """Return in which direction of the results the user goes, 1 or -1."""
    if before is not None:
        back = request.neighbour(1)
        if back is not None and back.interaction_id == before.interaction_id:
            return -1
    return 1


def _facts(opened: Opened) -> tuple[object, ...]:
    """Return what the page shows and others may change."""
    return (
        opened.interaction,
        opened.categories,
        opened.evaluations,
        opened.comments,
        opened.me,
        opened.left_at_us,
        opened.hold,
        opened.disposition_changes,
    )


def _still_there(session: Session, opened: Opened, _progress: TaskProgress) -> bool:
    """Return whether an interaction may still be opened, and is as it was read beforehand."""
    interaction = session.interactions.get_by_id(opened.interaction.id)
    return interaction == opened.interaction and session.people.me == opened.me


def _pauses(session: Session, opened: Opened, progress: TaskProgress) -> tuple[Dull, ...]:
    deriving = Derivations(session, opened.interaction.id)
    return deriving.pauses(opened.interaction, opened.timeline, progress=progress)


def _hear(session: Session, opened: Opened, progress: TaskProgress) -> None:
    deriving = Derivations(session, opened.interaction.id)
    deriving.hear(opened.interaction, opened.timeline, progress=progress)


def _read_whole(session: Session, interaction_id: InteractionId, progress: TaskProgress) -> Fetched:
    """Read an interaction that may be opened next, and all that is computed of it."""
    opened = load_review(session, interaction_id, progress, purpose=Purpose.PREPARE)
    _bring_near(session, opened, progress)
    pauses = _derive(session, opened, progress)
    return Fetched(opened, pauses)


def _compute(session: Session, interaction_id: InteractionId, progress: TaskProgress) -> None:
    """Have the store keep waveform and pauses of an interaction."""
    opened = load_review(session, interaction_id, progress, purpose=Purpose.PREPARE)
    _derive(session, opened, progress)


def _derive(session: Session, opened: Opened, progress: TaskProgress) -> tuple[Dull, ...]:
    deriving = Derivations(session, opened.interaction.id)
    for row in opened.scene.rows:
        for recording in dict.fromkeys(wave.piece.recording for wave in row.waves):
            try:
                deriving.peaks(recording, progress=progress)
            except ContentError:
                # Told when it is shown.
                continue
    pauses = deriving.pauses(opened.interaction, opened.timeline, progress=progress)
    deriving.hear(opened.interaction, opened.timeline, progress=progress)
    return pauses


def _bring_near(session: Session, opened: Opened, progress: TaskProgress) -> None:
    """Read the bytes that sound first, so that the system has them at hand."""
    opener = opener_of(session, opened.interaction.id)
    start = position_of(opened, place_to_resume(opened))
    for piece in opened.timeline.sound:
        progress.raise_if_cancelled()
        recording = piece.recording
        if not piece.start_us <= start < piece.end_us or recording.duration_us <= 0:
            continue
        try:
            with closing(opener(recording)) as source:
                share = (start - piece.start_us + piece.media_start_us) / recording.duration_us
                source.read_at(0, 4096)
                source.read_at(int(source.size * share), _NEAR_BYTES)
        except (ContentError, NotFoundError):
            continue
