"""Ties the player to the page: position to timeline, clocks and transcript, keys to playing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot

from reviewer.models.ids import US_PER_S, TimelineUs
from reviewer.models.interaction import Channel
from reviewer.player.qt_player import RATES, QtPlayer
from reviewer.player.reports import PlayerState
from reviewer.ui.review import commands
from reviewer.ui.review.go_to_time import GoToTime
from reviewer.ui.review.marking import Marking
from reviewer.ui.review.mixing import Mixing
from reviewer.ui.review.playing_menu import PlayingMenu
from reviewer.ui.review.saving_time import SavingTime

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from PySide6.QtGui import QAction
    from PySide6.QtWidgets import QWidget

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.recording import Recording
    from reviewer.ui.actions import ActionRegistry
    from reviewer.ui.review.layout import ReviewLayout
    from reviewer.ui.review.loading import Opened

_STEP_US: Final = 10 * US_PER_S
_SMALL_STEP_US: Final = US_PER_S
_SLOW_BACK_US: Final = 3 * US_PER_S
# What can be done only where something can be played.
_PLAYING_ACTIONS: Final = (
    *(spec.name for spec in commands.SPECS if spec.name.startswith("player.")),
    "review.previous_line",
    "review.next_line",
    "review.previous_event",
    "review.next_event",
    "review.go_to_time",
)


class Listening(QObject):
    """Plays what the page shows and keeps every clock of it in step.

    Thread: main.
    """

    def __init__(self, player: QtPlayer, parts: ReviewLayout, page: QWidget) -> None:
        super().__init__(page)
        self.player = player
        self._parts = parts
        self._page = page
        self._opened: Opened | None = None
        self._actions: dict[str, QAction] = {}
        self._playable = False
        self.marking = Marking(player, parts, self)
        self.saving = SavingTime(player, parts, self)
        self.mixing = Mixing(player, parts, self)
        self.menu = PlayingMenu(player, parts, self)
        parts.transport.set_rate(player.rate)
        parts.transport.set_volume(player.volume)
        player.position_changed.connect(self._on_player_position_changed)
        player.state_changed.connect(self._on_player_state_changed)
        player.rate_changed.connect(parts.transport.set_rate)
        player.volume_changed.connect(parts.transport.set_volume)
        parts.transport.rate_chosen.connect(self._on_transport_rate_chosen)
        parts.transport.volume_moved.connect(self._on_transport_volume_moved)
        parts.timeline.position_requested.connect(self.seek)
        parts.timeline.scrub_began.connect(self._on_timeline_scrub_began)
        parts.timeline.scrubbed.connect(self._on_timeline_scrubbed)
        parts.timeline.scrub_ended.connect(self._on_timeline_scrub_ended)
        parts.transcript.position_requested.connect(self.seek)
        parts.transcript.current_changed.connect(parts.timeline.set_message)
        parts.evaluation.note.escaped.connect(self.toggle)

    def register(
        self,
        actions: ActionRegistry,
        owner: QWidget,
        others: dict[str, Callable[[], object]],
        score: Callable[[int], object],
    ) -> Generator[None, None, dict[str, QAction]]:
        """Register the page's actions in turns; `others` are those that are not about playing."""
        timeline = self._parts.timeline
        handlers: dict[str, Callable[[], object]] = {
            "player.play_pause": self.toggle,
            "player.pedal": self._press_pedal,
            "player.play_pause_typing": self.toggle,
            "player.slower": self._slower,
            "player.faster": self._faster,
            "player.back_10": self._back_10,
            "player.forward_10": self._forward_10,
            "player.back_typing": self._back_10,
            "player.forward_typing": self._forward_10,
            "player.back_1": self._back_1,
            "player.forward_1": self._forward_1,
            "player.slow_back": self._slow_back,
            "review.previous_line": self._previous_line,
            "review.next_line": self._next_line,
            "review.previous_event": self._previous_event,
            "review.next_event": self._next_event,
            "review.go_to_time": self._go_to_time,
            "timeline.zoom_in": timeline.zoom_in,
            "timeline.zoom_out": timeline.zoom_out,
            "timeline.fit": timeline.fit,
            **self.marking.handlers(),
            **self.saving.handlers(),
            **self.mixing.handlers(),
            **others,
        }
        self._actions = yield from commands.register(
            actions, owner, handlers, {"player.pedal": self._release_pedal}, score
        )
        self.marking.take_actions(self._actions)
        self.mixing.take_actions(self._actions)
        self.menu.take_actions(self._actions)
        self.saving.take_actions(self._actions)
        return self._actions

    # --- what is played

    @property
    def playable(self) -> bool:
        """Whether there is anything to play."""
        return self._playable

    def load(
        self,
        opened: Opened,
        opener: Callable[[Recording], ByteSource],
        *,
        keep_position: bool = False,
        start_us: int = 0,
    ) -> None:
        """Take up an interaction, at `start_us` or with `keep_position` where it stands now."""
        start = self.player.position_us if keep_position else start_us
        self._opened = opened
        written = opened.interaction.channel is not Channel.VOICE and opened.has_texts
        self._set_playable(playable=opened.has_sound or written or bool(opened.timeline.screen))
        self._parts.attention.hide()
        self.marking.take_up(opened)
        self.saving.set_chat(chat=opened.scene.chat)
        if self._playable:
            self.player.load(opened.timeline, opener, start_us=start)
            self.show_position()
            self._parts.timeline.reveal(self.player.position_us)
        else:
            self.player.unload()
            self._parts.transport.show_nothing_to_play(opened.timeline)
        self.mixing.show_possible()

    def renew(self, opened: Opened) -> None:
        """Take up other facts of what is played; playing goes on."""
        self._opened = opened
        self.show_position()

    def stop(self) -> None:
        """Let go of what is played."""
        self._opened = None
        self.marking.take_up(None)
        self.player.unload()

    def _set_playable(self, *, playable: bool) -> None:
        self._playable = playable
        self._parts.timeline.set_playable(playable)
        self._parts.transport.clock.setEnabled(playable)
        for name in _PLAYING_ACTIONS:
            self._actions[name].setEnabled(playable)

    def show_position(self) -> None:
        """Show the position everywhere anew."""
        if self._opened is not None and self._playable:
            self._on_player_position_changed(self.player.position_us)

    def marked_place(self) -> tuple[TimelineUs, TimelineUs | None]:
        """Return the present moment, or the range that is marked."""
        return self.marking.place()

    def retranslate(self) -> None:
        """Word everything again."""
        self.show_position()
        self.saving.show()

    # --- moving

    @Slot(object)
    def seek(self, position_us: TimelineUs) -> None:
        """Go to a position."""
        if self._playable:
            self.player.seek(position_us)
            self._parts.timeline.reveal(position_us)
            self._parts.transcript.attend()

    def play_from(self, position_us: object) -> None:
        """Go to a position and play."""
        if self._playable and isinstance(position_us, int):
            self.seek(TimelineUs(position_us))
            self.player.play()

    @Slot()
    def toggle(self) -> None:
        """Play or pause."""
        if self._playable:
            self.player.toggle()

    def _press_pedal(self) -> None:
        if self._playable:
            self.player.play()

    def _release_pedal(self) -> None:
        self.player.pause()

    def _back_10(self) -> None:
        self._skip(-_STEP_US)

    def _forward_10(self) -> None:
        self._skip(_STEP_US)

    def _back_1(self) -> None:
        self._skip(-_SMALL_STEP_US)

    def _forward_1(self) -> None:
        self._skip(_SMALL_STEP_US)

    def _skip(self, by_us: int) -> None:
        self.player.skip(by_us)
        self._parts.timeline.reveal(self.player.position_us)

    def _slower(self) -> None:
        self._step_rate(-1)

    def _faster(self) -> None:
        self._step_rate(1)

    def _step_rate(self, step: int) -> None:
        self.player.set_rate(next_rate(self.player.rate, step))

    def _slow_back(self) -> None:
        self._skip(-_SLOW_BACK_US)
        self._step_rate(-1)

    def _previous_line(self) -> None:
        self._go_to_line(-1)

    def _next_line(self) -> None:
        self._go_to_line(1)

    def _go_to_line(self, step: int) -> None:
        position = self._parts.transcript.beside(self.player.position_us, step)
        if position is not None:
            self.seek(position)

    def _previous_event(self) -> None:
        self._go_to_event(-1)

    def _next_event(self) -> None:
        self._go_to_event(1)

    def _go_to_event(self, step: int) -> None:
        position = self._parts.transcript.event_beside(self.player.position_us, step)
        if position is not None:
            self.seek(position)
            self._parts.transcript.show_event(position)

    def _go_to_time(self) -> None:
        if self._opened is not None:
            dialog = GoToTime(self._opened.timeline, self._opened.zone, self._page)
            dialog.chosen.connect(self.seek)
            dialog.open()

    # --- remembering

    def save(self) -> dict[str, object]:
        """Return speed, volume and the rest of what is chosen, as JSON values."""
        own: dict[str, object] = {"rate": self.player.rate, "volume": self.player.volume}
        return {**own, **self.saving.save(), **self.menu.save()}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take what `save` gave; ignore what does not fit."""
        rate, volume = state.get("rate"), state.get("volume")
        if isinstance(rate, int | float) and rate in RATES:
            self.player.set_rate(float(rate))
        if isinstance(volume, int):
            self.player.set_volume(volume)
        self.saving.restore(state)
        self.menu.restore(state)

    # --- slots

    @Slot()
    def _on_timeline_scrub_began(self) -> None:
        if self._playable:
            self.player.begin_scrub()

    @Slot(object)
    def _on_timeline_scrubbed(self, position_us: TimelineUs) -> None:
        if self._playable:
            self.player.scrub(position_us)

    @Slot()
    def _on_timeline_scrub_ended(self) -> None:
        self.player.end_scrub()

    @Slot(object)
    def _on_player_position_changed(self, position_us: TimelineUs) -> None:
        opened = self._opened
        if opened is None or not self._playable:
            return
        playing = self.player.state is PlayerState.PLAYING
        self._parts.timeline.set_position(position_us, follow=playing)
        self._parts.transport.show_position(opened.timeline, position_us, opened.zone)
        self._parts.transcript.follow(position_us)

    @Slot(object)
    def _on_player_state_changed(self, state: PlayerState) -> None:
        self._parts.transport.set_playing(state is PlayerState.PLAYING)

    @Slot(object)
    def _on_transport_rate_chosen(self, rate: object) -> None:
        if isinstance(rate, float):
            self.player.set_rate(rate)

    @Slot(object)
    def _on_transport_volume_moved(self, percent: object) -> None:
        if isinstance(percent, int):
            self.player.set_volume(percent)


def next_rate(rate: float, step: int) -> float:
    """Return the speed one step slower (-1) or faster (1), or the same at the ends."""
    if step > 0:
        return min((r for r in RATES if r > rate), default=RATES[-1])
    return max((r for r in RATES if r < rate), default=RATES[0])
