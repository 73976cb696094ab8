"""Going to a time: the small dialog, and how what is typed into it is understood."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from reviewer.messages import tr
from reviewer.models.ids import US_PER_S, TimelineUs, WallUs
from reviewer.ui.theme.theme import theme
from reviewer.ui.theme.tokens import Space
from reviewer.ui.widgets.buttons import Button
from reviewer.ui.widgets.labels import Label
from reviewer.ui.widgets.search_edit import Edit

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from reviewer.models.timeline import Timeline

_WIDTH_PX: Final = 320
# A point divides minutes from seconds where there is no colon: `5.02` is `5:02`.
_TIMES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:(?P<h>\d{1,2}):)?(?P<m>\d{1,3}):(?P<s>\d{2})(?:[.,](?P<f>\d{1,6}))?",
        r"(?:(?P<h>\d{1,2})\.)?(?P<m>\d{1,3})\.(?P<s>\d{2})(?:,(?P<f>\d{1,6}))?",
        r"(?P<s>\d{1,5})(?:,(?P<f>\d{1,6}))?",
        r"(?P<s>\d{1,5})\.(?P<f>\d|\d{3,6})",
    )
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def parse_time(text: str, timeline: Timeline, zone: ZoneInfo) -> TimelineUs | None:
    """Return the position that a typed time means, None if it means none.

    `5:02`, `1:05:02`, `1:30.5` and `302` (seconds) are playback times; `13:55:41` is a time of day
    if it lies within the interaction and is no playback time.
    """
    match = next((m for m in (p.fullmatch(text.strip()) for p in _TIMES) if m is not None), None)
    if match is None:
        return None
    given = match.groupdict()
    hours, minutes, seconds = (int(given.get(key) or 0) for key in "hms")
    fraction_us = int((given["f"] or "").ljust(6, "0"))
    alone = given.get("m") is None
    if not alone and (seconds > 59 or (given["h"] is not None and minutes > 59)):
        return None
    position = (hours * 3600 + minutes * 60 + seconds) * US_PER_S + fraction_us
    if position <= timeline.duration_us:
        return TimelineUs(position)
    if alone:
        return None
    parts = (hours, minutes, seconds) if given["h"] else (minutes, seconds, 0)
    return _of_day(parts, fraction_us, timeline, zone)


def _of_day(
    parts: tuple[int, int, int], fraction_us: int, timeline: Timeline, zone: ZoneInfo
) -> TimelineUs | None:
    """Return the position of a time of day, on the first or the last day of the timeline."""
    if parts[0] > 23 or parts[1] > 59:
        return None
    for instant in (timeline.origin_us, timeline.to_wall(timeline.end_us)):
        day = (_EPOCH + timedelta(microseconds=instant)).astimezone(zone)
        wanted = day.replace(hour=parts[0], minute=parts[1], second=parts[2], microsecond=0)
        wall = WallUs((wanted - _EPOCH) // timedelta(microseconds=1))
        position = timeline.to_position(wall)
        # Seconds of the start are cut on screen: the second shown first lies just before 0.
        if -US_PER_S < position <= timeline.duration_us:
            return timeline.clamp(position + fraction_us)
    return None


class GoToTime(QDialog):
    """Asks for a time; opened without blocking."""

    # (position: TimelineUs) A time within the interaction was entered.
    chosen = Signal(object)

    def __init__(self, timeline: Timeline, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._timeline = timeline
        self._zone = zone
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Go to a time"))
        self.edit = Edit("5:02")
        self.edit.setAccessibleName(tr("Time"))
        self._hint = Label(
            tr("Playback time (5:02) or time of day (13:55:41)"), "small", "muted", wraps=True
        )
        cancel = Button(tr("Cancel"))
        go = Button(tr("Go"), kind="primary")
        go.setDefault(True)
        cancel.clicked.connect(self.reject)
        go.clicked.connect(self._on_go_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        layout.setSpacing(Space.S)
        layout.addWidget(Label(tr("Go to a time"), "title"))
        layout.addWidget(self.edit)
        layout.addWidget(self._hint)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(go)
        layout.addSpacing(Space.S)
        layout.addLayout(buttons)
        self.setFixedWidth(theme().px(_WIDTH_PX))
        self.edit.setFocus()

    @Slot()
    def _on_go_clicked(self) -> None:
        position = parse_time(self.edit.text(), self._timeline, self._zone)
        if position is None:
            self.edit.set_error(tr("There is no such time in this interaction"))
            return
        self.chosen.emit(position)
        self.accept()
