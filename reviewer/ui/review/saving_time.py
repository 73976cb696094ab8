"""Ties what need not be listened to, to the keys, the transport and the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from reviewer.messages import format_duration, tr
from reviewer.player.skipping import Saving, SkipMode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction

    from reviewer.player.qt_player import QtPlayer
    from reviewer.ui.review.layout import ReviewLayout


class SavingTime(QObject):
    """Skips silence, hold music, ringing and IVR, or lets them go by fast; says what it saves.

    Thread: main.
    """

    def __init__(self, player: QtPlayer, parts: ReviewLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._player = player
        self._planner = player.planner
        self._parts = parts
        self._chat = False
        self._actions: Mapping[str, QAction] = {}
        parts.transport.skip.toggled_by_user.connect(self.toggle_skip)
        self._planner.course_changed.connect(self._on_planner_course_changed)
        self._planner.dull_changed.connect(self.show)
        self._planner.skip_mode_changed.connect(self._on_planner_skip_mode_changed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by name."""
        return {"player.skip": self.toggle_skip, "player.fast": self.toggle_fast}

    def take_actions(self, actions: Mapping[str, QAction]) -> None:
        """Get to know the actions, to say on the switch what its key is."""
        self._actions = actions

    def set_chat(self, *, chat: bool) -> None:
        """Word it for a chat, where it is waiting that is left out."""
        self._chat = chat
        self.show()

    @Slot()
    def toggle_skip(self) -> None:
        """Leave dull stretches out, or play them again."""
        self._toggle(SkipMode.SKIP)

    def toggle_fast(self) -> None:
        """Let dull stretches go by fast, or play them again."""
        self._toggle(SkipMode.FAST)

    def _toggle(self, mode: SkipMode) -> None:
        now = self._planner.skip_mode
        self._planner.set_skip_mode(SkipMode.PLAY if now is mode else mode)

    def save(self) -> dict[str, object]:
        """Return what to remember, as JSON values."""
        return {
            "skip": self._planner.skip_mode.value,
            "skip_gaps": self._planner.gaps_skipped,
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Take what `save` gave; ignore what does not fit."""
        if state.get("skip") in set(SkipMode):
            self._planner.set_skip_mode(SkipMode(str(state["skip"])))
        if isinstance(state.get("skip_gaps"), bool):
            self._planner.set_gaps_skipped(on=bool(state["skip_gaps"]))

    @Slot()
    def show(self) -> None:
        """Show mode and saving, in the language in force."""
        mode, saving = self._planner.skip_mode, self._planner.saving
        words = tr("Skip waiting") if self._chat else tr("Skip pauses")
        if mode is SkipMode.FAST:
            words = tr("Pauses fast")
        elif mode is SkipMode.PLAY:
            saving = self._planner.promised
        told = ""
        if saving.saved_us > 0:
            played, whole = format_duration(saving.played_us), format_duration(saving.whole_us)
            told = tr("{played} of {whole}", played=played, whole=whole)
        skip = self._parts.transport.skip
        if self._actions:
            skip.setToolTip(self._actions["player.skip"].toolTip())
        skip.show_mode(words, told, on=mode is not SkipMode.PLAY)
        self._parts.timeline.set_dull(self._planner.dull, skipped=mode is not SkipMode.PLAY)

    @Slot(object)
    def _on_planner_course_changed(self, _saving: Saving) -> None:
        self.show()

    @Slot(object)
    def _on_planner_skip_mode_changed(self, _mode: SkipMode) -> None:
        self.show()
