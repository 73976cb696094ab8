"""What of an interaction cannot be read or heard, said in place; the rest of the page works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from reviewer.messages import explain, tr
from reviewer.models.recording import RecordingState
from reviewer.services.wording import name_of_recording_kind

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from reviewer.errors import ReviewerError
    from reviewer.models.recording import Recording
    from reviewer.player.qt_player import QtPlayer
    from reviewer.player.reports import BrokenRecording
    from reviewer.ui.review.layout import ReviewLayout
    from reviewer.ui.review.loading import Opened
    from reviewer.ui.review.peaks_loader import PeaksLoader


class Trouble(QObject):
    """Collects what is broken and says it. Thread: main."""

    # Another recording turned out to be unreadable; see `missing`.
    grew = Signal()

    def __init__(
        self,
        parts: ReviewLayout,
        peaks: PeaksLoader,
        player: QtPlayer,
        page: QWidget,
        *,
        silent: bool,
    ) -> None:
        """Listen to what is reported; `silent` where nothing can be heard on this machine."""
        super().__init__(page)
        self._parts = parts
        self._silent = silent
        self._opened: Opened | None = None
        self._broken: dict[int, tuple[Recording, ReviewerError]] = {}
        peaks.recording_failed.connect(self._on_peaks_recording_failed)
        player.recording_failed.connect(self._on_player_recording_failed)
        player.failed.connect(self._on_player_failed)

    @property
    def missing(self) -> list[Recording]:
        """The recordings that cannot be read."""
        return [recording for recording, _ in self._broken.values()]

    def take_up(self, opened: Opened) -> None:
        """Begin with an interaction of which everything is thought to be well."""
        self._opened = opened
        self._broken.clear()

    def show(self) -> None:
        """Say what there is to say, in the language in force."""
        sentences = [*self._known(), *(explain(error) for _, error in self._broken.values())]
        more = tr("The other parts of this page work.") if sentences else ""
        self._parts.show_trouble("\n".join(sentences), more)
        if self._silent and self._opened is not None and self._opened.has_sound:
            self._parts.attention.show_condition(
                tr("This machine has no sound output: playing makes no sound.")
            )

    def _known(self) -> list[str]:
        """Return what the store knows to be damaged and is played as far as it can be read."""
        recordings = self._opened.interaction.recordings if self._opened is not None else ()
        return [
            tr(
                "The file of the recording {name} is damaged; what can be read of it is played.",
                name=recording.source_name or name_of_recording_kind(recording.kind),
            )
            for recording in recordings
            if recording.state is RecordingState.DAMAGED and recording.id not in self._broken
        ]

    @Slot(object, object)
    def _on_peaks_recording_failed(self, recording: Recording, error: ReviewerError) -> None:
        self._mark(recording, error)

    @Slot(object)
    def _on_player_recording_failed(self, broken: BrokenRecording) -> None:
        self._mark(broken.recording, broken.error)

    @Slot(object)
    def _on_player_failed(self, error: ReviewerError) -> None:
        self._parts.attention.show_condition(explain(error))

    def _mark(self, recording: Recording, error: ReviewerError) -> None:
        opened = self._opened
        if opened is None or recording not in opened.interaction.recordings:
            return
        if recording.id not in self._broken:
            self._broken[recording.id] = (recording, error)
            self.grew.emit()
            self.show()
