"""The status bar: the store, work in the background with its cancel, the centre's time, F1."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from reviewer.messages import format_count, tr
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Motion, Size, Space
from reviewer.ui.widgets.buttons import Button, IconButton
from reviewer.ui.widgets.frames import Panel, VLine
from reviewer.ui.widgets.labels import ElidedLabel, Label
from reviewer.ui.widgets.states import Sign

if TYPE_CHECKING:
    from reviewer.ui.tasks import Extent, Task, TaskRunner

_REFRESH_MS = 200
_BAR = 72
_LINE = 14


class TaskView(QWidget):
    """The oldest background work that takes more than a second."""

    def __init__(self, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._task: Task | None = None
        self._text = ElidedLabel("", "small", "text2")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(_BAR)
        self._cancel = IconButton("x", size=Size.CHIP, icon_size=Size.ICON_SMALL)
        self._cancel.clicked.connect(self._on_cancel_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        for part in (VLine(height=_LINE), self._text, self._bar, self._cancel):
            layout.addWidget(part)
        # Runs only while there is work that may have to be shown.
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        runner.activity_changed.connect(self._on_runner_activity_changed)
        self.hide()

    def retranslate(self) -> None:
        """Set the texts in the language in force."""
        self._cancel.set_name(tr("Cancel"))

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def refresh(self) -> None:
        """Show what runs now."""
        now = time.monotonic()
        seen = [
            task
            for task in self._runner.tasks
            if task.title and now - task.started_s >= Motion.PROGRESS_AFTER / 1000
        ]
        self._task = seen[0] if seen else None
        if self._task is None:
            self.hide()
            return
        extent = self._task.progress.extent
        self._text.setText(wording(self._task.title, extent))
        # A bar paints itself at once, and with it all that waits in the window to be painted.
        self._bar.setUpdatesEnabled(False)
        self._bar.setRange(0, extent.total or 0)
        self._bar.setValue(extent.done)
        self._bar.setUpdatesEnabled(True)
        self.show()

    def _on_runner_activity_changed(self) -> None:
        if any(task.title for task in self._runner.tasks):
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()
        self.refresh()

    def _on_cancel_clicked(self) -> None:
        if self._task is not None:
            self._task.cancel()


def wording(title: str, extent: Extent) -> str:
    """Return `Export: 34 of 100`, or the title alone while nothing is known."""
    if extent.total:
        return tr(
            "{title}: {done} of {total}",
            title=title,
            done=format_count(extent.done),
            total=format_count(extent.total),
        )
    return title


class StatusBar(Panel):
    """28 px at the bottom of the window."""

    # The user wants to see the keys.
    keys_requested = Signal()

    def __init__(self, runner: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__("rail", lines=Qt.Edge.TopEdge, parent=parent)
        self._store = Label("", "small", "text2", weight=500)
        self._state_sign = Sign("circle-check", Size.ICON_CHIP, "success")
        self._state = Label("", "small", "text2")
        self.task_view = TaskView(runner)
        self._zone = Label("", "small", "text2")
        self._keys = Button("", kind="ghost", panel=True, shortcut="")
        self._keys.setProperty("small", True)
        self._keys.clicked.connect(self.keys_requested)
        self._zone_text = ""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.M, 1, Space.XS, 0)
        layout.setSpacing(Space.S)
        layout.addWidget(Sign("database", Size.ICON_CHIP))
        layout.addWidget(self._store)
        layout.addWidget(self._state_sign)
        layout.addWidget(self._state)
        layout.addWidget(self.task_view)
        layout.addStretch(1)
        layout.addWidget(self._zone)
        layout.addWidget(VLine(height=_LINE))
        layout.addWidget(self._keys)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def set_store(self, name: str, zone: str) -> None:
        """Show the store's name and its time zone, such as `MSK (UTC+3)`."""
        self._store.setText(name)
        self._zone_text = zone
        self.retranslate()

    def retranslate(self) -> None:
        """Set all texts in the language in force."""
        self._state.setText(tr("connected"))
        self._zone.setText(tr("Centre time: {zone}", zone=self._zone_text))
        self._keys.setText(tr("F1 keys"))
        self._keys.setToolTip(tr("All keys of this page (F1)"))
        self.task_view.retranslate()

    def _on_theme_changed(self) -> None:
        self.setFixedHeight(theme().px(Size.STATUS_BAR))
