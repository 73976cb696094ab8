"""What can be chosen about playing, under the ellipsis of the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from reviewer.messages import ntr, tr
from reviewer.models.ids import US_PER_S
from reviewer.player.skipping import SkipMode
from reviewer.ui.actions import SHORTCUT
from reviewer.ui.keys import shortcut_text
from reviewer.ui.theme.theme import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reviewer.player.qt_player import QtPlayer
    from reviewer.ui.review.layout import ReviewLayout

_BACK_S: Final = (0, 1, 2, 3, 5)


class PlayingMenu(QObject):
    """Offers what is done about pauses and gaps, and how far playing steps back when it goes on.

    Thread: main.
    """

    def __init__(self, player: QtPlayer, parts: ReviewLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._player = player
        self._parts = parts
        self._back_s = 1
        self._actions: Mapping[str, QAction] = {}
        parts.transport.more.clicked.connect(self.open)

    def take_actions(self, actions: Mapping[str, QAction]) -> None:
        """Get to know the page's actions that are offered too."""
        self._actions = actions

    def save(self) -> dict[str, object]:
        """Return what to remember, as JSON values."""
        return {"resume_back_s": self._back_s}

    def restore(self, state: Mapping[str, object]) -> None:
        """Take what `save` gave; ignore what does not fit."""
        back = state.get("resume_back_s")
        if isinstance(back, int) and back in _BACK_S:
            self._set_back(back)

    @Slot()
    def open(self) -> None:
        """Show the menu above the ellipsis."""
        menu = QMenu(self._parts.transport)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        planner = self._player.planner
        modes = (
            (SkipMode.PLAY, tr("Play pauses"), ""),
            (SkipMode.SKIP, tr("Skip pauses"), "S"),
            (SkipMode.FAST, tr("Pauses fast"), "Shift+S"),
        )
        group = QActionGroup(menu)
        for mode, words, key in modes:
            act = menu.addAction(f"{words}\t{shortcut_text(key)}" if key else words)
            act.setCheckable(True)
            act.setChecked(mode is planner.skip_mode)
            act.setData(mode)
            group.addAction(act)
        menu.addSeparator()
        gaps = menu.addAction(tr("Skip what was not recorded"))
        gaps.setCheckable(True)
        gaps.setChecked(planner.gaps_skipped)
        gaps.setData("gaps")
        menu.addMenu(self._back_menu(menu))
        menu.addSeparator()
        for name in ("player.loop", "review.clear_marks", "review.go_to_time"):
            self._offer(menu, name)
        menu.addSeparator()
        self._offer(menu, "review.next_after_saving")
        menu.triggered.connect(self._on_menu_triggered)
        button = self._parts.transport.more
        corner = button.mapToGlobal(QPoint(button.width() - menu.sizeHint().width(), 0))
        menu.popup(corner - QPoint(0, menu.sizeHint().height()))

    def _back_menu(self, menu: QMenu) -> QMenu:
        back = QMenu(tr("When playing goes on, step back"), menu)
        back.setIcon(theme().icon("rotate-ccw"))
        group = QActionGroup(back)
        for seconds in _BACK_S:
            words = ntr("{n} second", "{n} seconds", seconds) if seconds else tr("Not at all")
            act = back.addAction(words)
            act.setCheckable(True)
            act.setChecked(seconds == self._back_s)
            act.setData(seconds)
            group.addAction(act)
        return back

    def _offer(self, menu: QMenu, name: str) -> None:
        action = self._actions[name]
        key = action.property(SHORTCUT)
        words = f"{action.text()}\t{key}" if key else action.text()
        act = menu.addAction(action.icon(), words)
        act.setEnabled(action.isEnabled())
        act.setCheckable(action.isCheckable())
        act.setChecked(action.isChecked())
        act.setData(name)

    @Slot(QAction)
    def _on_menu_triggered(self, action: QAction) -> None:
        data, planner = action.data(), self._player.planner
        if isinstance(data, SkipMode):
            planner.set_skip_mode(data)
        elif data == "gaps":
            planner.set_gaps_skipped(on=not planner.gaps_skipped)
        elif isinstance(data, int):
            self._set_back(data)
        elif isinstance(data, str):
            self._actions[data].trigger()

    def _set_back(self, seconds: int) -> None:
        self._back_s = seconds
        self._player.set_resume_back(seconds * US_PER_S)
