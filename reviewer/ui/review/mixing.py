"""Ties the rows' mute, solo and volume to the keys, the timeline's heads and the player."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from reviewer.messages import tr
from reviewer.ui.actions import ActionRegistry
from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reviewer.player.mixer import MixSettings
    from reviewer.player.qt_player import QtPlayer
    from reviewer.ui.review.layout import ReviewLayout

_STEP: Final = 0.25
_LOUDNESS: Final = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)


class Mixing(QObject):
    """Mutes rows, lets one be heard alone, makes one louder. Thread: main."""

    def __init__(self, player: QtPlayer, parts: ReviewLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._player = player
        self._parts = parts
        self._actions: Mapping[str, QAction] = {}
        self._menu_row = 0
        parts.timeline.mute_asked.connect(self._on_timeline_mute_asked)
        parts.timeline.head_menu_asked.connect(self._on_timeline_head_menu_asked)
        player.mix_changed.connect(parts.timeline.set_mix)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions do, by name."""
        return {
            "timeline.mute_row": self._mute_chosen,
            "timeline.solo_row": self._solo_chosen,
            "timeline.louder_row": self._louder,
            "timeline.softer_row": self._softer,
        }

    def take_actions(self, actions: Mapping[str, QAction]) -> None:
        """Get to know the actions, to say which are possible."""
        self._actions = actions

    def show_possible(self) -> None:
        """Say whether there are rows of sound to mix."""
        scene = self._parts.timeline.scene
        there = not scene.chat and any(row.waves for row in scene.rows)
        none = tr("There is no sound here")
        for name in self.handlers():
            ActionRegistry.forbid(self._actions[name], "" if there else none)
        self._parts.timeline.set_mix(self._player.mix)

    @property
    def _chosen(self) -> int:
        timeline = self._parts.timeline
        rows = timeline.scene.rows
        return rows[timeline.chosen].number if rows else 0

    def _mute_chosen(self) -> None:
        self._mute(self._chosen)

    def _mute(self, number: int) -> None:
        self._player.mute_row(number, on=number not in self._player.mix.muted)

    def _solo_chosen(self) -> None:
        self._solo(self._chosen)

    def _solo(self, number: int) -> None:
        """Hear a row alone, or all again; another one heard alone gives way."""
        mix = self._player.mix
        for other in mix.solo - {number}:
            self._player.solo_row(other, on=False)
        self._player.solo_row(number, on=number not in mix.solo)

    def _louder(self) -> None:
        self._change_gain(_STEP)

    def _softer(self) -> None:
        self._change_gain(-_STEP)

    def _change_gain(self, step: float) -> None:
        number = self._chosen
        gain = gain_of(self._player.mix, number)
        self._player.set_row_gain(number, gain + step)

    @Slot(int)
    def _on_timeline_mute_asked(self, index: int) -> None:
        self._mute(self._parts.timeline.scene.rows[index].number)

    @Slot(int, object)
    def _on_timeline_head_menu_asked(self, index: int, at: QPoint) -> None:
        scene = self._parts.timeline.scene
        if scene.chat or not scene.rows[index].number:
            return
        self._menu_row = number = scene.rows[index].number
        mix = self._player.mix
        menu = QMenu(self._parts.timeline)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, words, shortcut, on in (
            ("mute", tr("Mute this segment"), "X", number in mix.muted),
            ("solo", tr("Hear only this segment"), "Shift+X", number in mix.solo),
        ):
            act = menu.addAction(f"{words}\t{shortcut_text(shortcut)}")
            act.setCheckable(True)
            act.setChecked(on)
            act.setData(key)
        loud = menu.addMenu(theme().icon("volume-2"), tr("Loudness of this segment"))
        group, gain = QActionGroup(loud), gain_of(mix, number)
        for value in _LOUDNESS:
            act = loud.addAction(f"{round(value * 100)} %")
            act.setCheckable(True)
            act.setChecked(abs(value - gain) < _STEP / 2)
            act.setData(value)
            group.addAction(act)
        menu.triggered.connect(self._on_menu_triggered)
        menu.popup(at)

    @Slot(QAction)
    def _on_menu_triggered(self, action: QAction) -> None:
        data = action.data()
        if data == "mute":
            self._mute(self._menu_row)
        elif data == "solo":
            self._solo(self._menu_row)
        elif isinstance(data, float):
            self._player.set_row_gain(self._menu_row, data)


def gain_of(mix: MixSettings, number: int) -> float:
    """Return how loud a row is, 1.0 as recorded."""
    return dict(mix.gains).get(number, 1.0)
