"""Ties the screen's picture to the page: what shows it, where it stands, its keys."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QObject, Signal, Slot

from reviewer.errors import N_
from reviewer.messages import tr
from reviewer.player.qt_video import QtVideo
from reviewer.ui.actions import ActionRegistry, ActionSpec
from reviewer.ui.review.video_panel import VideoPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtGui import QAction, QKeyEvent
    from PySide6.QtWidgets import QWidget

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.recording import Recording
    from reviewer.models.timeline import Timeline
    from reviewer.player.qt_player import QtPlayer

_VIDEO: Final = N_("Screen video")
SPECS: Final = (
    ActionSpec("video.show", N_("Show the video"), _VIDEO, ("V",), "monitor-play", checkable=True),
    ActionSpec(
        "video.window",
        N_("Video in a window of its own, and back"),
        _VIDEO,
        ("Shift+V",),
        "picture-in-picture-2",
    ),
    ActionSpec("video.full_screen", N_("Video on the full screen"), _VIDEO, ("F11",), "maximize"),
    ActionSpec("video.back", N_("One picture back"), _VIDEO, (",",), repeats=True),
    ActionSpec("video.forward", N_("One picture forward"), _VIDEO, (".",), repeats=True),
    ActionSpec(
        "video.closer",
        N_("Closer to the picture"),
        _VIDEO,
        ("Ctrl++", "Ctrl+="),
        "zoom-in",
        repeats=True,
    ),
    ActionSpec(
        "video.farther",
        N_("Farther from the picture"),
        _VIDEO,
        ("Ctrl+-",),
        "zoom-out",
        repeats=True,
    ),
    ActionSpec("video.fit", N_("The whole picture"), _VIDEO, ("Ctrl+0",)),
)
_WHILE_WRITING: Final = ("player.", "video.")
# What brings the picture when it is not shown.
_SHOWING: Final = frozenset({"video.show", "video.window", "video.full_screen"})


class Watching(QObject):
    """The screen video of the page.

    Args:
        player: Whose position it follows.
        page: The page; its keys work in the video's own window too.

    Thread: main.
    """

    # (shown: bool) The picture begins or ceases to take room in the page.
    arranged = Signal(bool)
    # (broken: BrokenRecording) A recording cannot be shown.
    recording_failed = Signal(object)

    def __init__(self, player: QtPlayer, page: QWidget) -> None:
        super().__init__(page)
        self.video = QtVideo(player, self)
        self.panel = VideoPanel(self.video)
        self._actions: dict[str, QAction] = {}
        self._wants_window = False
        self._place: str = ""
        self.video.recording_failed.connect(self.recording_failed)
        self.panel.window_closed.connect(self._on_panel_window_closed)
        self.panel.view.full_screen_wanted.connect(self._switch_full_screen)

    def register(
        self, actions: ActionRegistry, owner: QWidget, *, is_writing: Callable[[], bool]
    ) -> None:
        """Register the actions of the video and bind the panel's buttons.

        Args:
            actions: The registry.
            owner: The page, whose keys work in the video's own window.
            is_writing: Whether something is written on the page: then only playing is meant there.
        """

        def keys(event: QKeyEvent) -> bool:
            return actions.lead(event, owner, _WHILE_WRITING if is_writing() else ())

        self.panel.keys = keys
        view = self.panel.view
        handlers: dict[str, Callable[[], object]] = {
            "video.show": self._switch_shown,
            "video.window": self._switch_window,
            "video.full_screen": self._switch_full_screen,
            "video.back": partial(self.video.step, -1),
            "video.forward": partial(self.video.step, 1),
            "video.closer": view.zoom_in,
            "video.farther": view.zoom_out,
            "video.fit": view.fit,
        }
        for spec in SPECS:
            self._actions[spec.name] = actions.add(spec, owner, handlers[spec.name])
        actions.bind(self.panel.closer, "video.closer", owner)
        actions.bind(self.panel.farther, "video.farther", owner)
        actions.bind(self.panel.detach, "video.window", owner)
        actions.bind(self.panel.enlarge, "video.full_screen", owner)
        self._arrange()

    @property
    def shown(self) -> bool:
        """Whether there is a picture in the page."""
        return self.video.is_on and self.video.is_available and not self.panel.is_apart

    def load(
        self, timeline: Timeline, opener: Callable[[Recording], ByteSource], title: str
    ) -> None:
        """Take up the screens of an interaction; `title` names it."""
        self.video.load(timeline, opener)
        self.panel.set_window_title(tr("Screen: {name}", name=title))
        self._arrange()

    def stop(self) -> None:
        """Let go of what is shown; a window of its own stays for the next interaction."""
        self.video.unload()
        self._arrange()

    def close(self) -> None:
        """Stop for good."""
        self._remember_place()
        self.panel.set_apart(apart=False)
        self.video.close()

    def save(self) -> dict[str, object]:
        """Return what to remember, as JSON values."""
        self._remember_place()
        return {
            "video": self.video.is_on,
            "video_window": self._wants_window,
            "video_place": self._place,
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Take what `save` gave; ignore what does not fit."""
        place = state.get("video_place")
        self._place = place if isinstance(place, str) else ""
        self._wants_window = state.get("video_window") is True
        self.video.set_on(on=state.get("video") is True)
        self._arrange()

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self.panel.retranslate()

    # --- how it is done

    def _switch_shown(self) -> None:
        self.video.set_on(on=not self.video.is_on)
        self._arrange()

    def _switch_window(self) -> None:
        if self.video.is_on and self.panel.is_apart:
            self._wants_window = False
        else:
            self._wants_window = True
            self.video.set_on(on=True)
        self._arrange()

    @Slot()
    def _switch_full_screen(self) -> None:
        if not self.video.is_on:
            self.video.set_on(on=True)
            self._arrange()
        if self.video.is_available:
            self.panel.set_full_screen(full=not self.panel.is_full_screen)
            self._tell()

    @Slot()
    def _on_panel_window_closed(self) -> None:
        self._wants_window = False
        self._arrange()

    def _arrange(self) -> None:
        """Put the picture where it is wanted, if there is any."""
        is_there = self.video.is_on and self.video.is_available
        apart = is_there and (self._wants_window or self.panel.is_full_screen)
        if self.panel.is_apart and not apart:
            self._remember_place()
        if apart and not self.panel.is_apart:
            self.panel.set_apart(apart=True)
            window = self.panel.own_window
            if window is not None and self._place:
                window.restoreGeometry(QByteArray.fromBase64(self._place.encode()))
        elif not apart:
            self.panel.set_apart(apart=False)
        self._tell()

    def _remember_place(self) -> None:
        window = self.panel.own_window
        if window is not None and not window.isFullScreen():
            self._place = bytes(window.saveGeometry().toBase64().data()).decode()

    def _tell(self) -> None:
        has_any = self.video.is_available
        for spec in SPECS:
            action = self._actions.get(spec.name)
            if action is None:
                continue
            ActionRegistry.forbid(action, "" if has_any else tr("No screen was recorded"))
            action.setEnabled(has_any and (self.video.is_on or spec.name in _SHOWING))
            action.setChecked(spec.checkable and self.video.is_on)
        self.arranged.emit(self.shown)
