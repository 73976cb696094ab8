"""Waves of known shape, and pictures of widgets to sample."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QImage

from reviewer.media.peaks import PEAKS_HZ, Peaks
from reviewer.models.ids import TimelineUs
from reviewer.models.timeline import lay_out
from reviewer.ui.review.peak_tracks import PeakTrack
from reviewer.ui.review.scene_build import build_scene
from reviewer.ui.review.timeline_view import TimelineView
from tests.ui.review.builders import S

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from reviewer.models.interaction import Interaction

MOSCOW = ZoneInfo("Europe/Moscow")


class Tracks:
    """Waves of an interaction: every channel equally loud all the time."""

    def __init__(self, interaction: Interaction, loudness: float = 0.8) -> None:
        self._tracks = {}
        for recording in interaction.recordings:
            if recording.is_sound and recording.duration_us:
                bins = recording.duration_us * PEAKS_HZ // 1_000_000
                channels = max(1, len(recording.channel_parties))
                high = np.full((channels, bins), round(loudness * 32767), np.int16)
                track = PeakTrack(bins)
                track.add(0, Peaks(PEAKS_HZ, (-high).astype(np.int16), high))
                self._tracks[recording.id] = track

    def heights(self, wave, left_us, us_per_column, columns):
        track = self._tracks.get(wave.piece.recording.id)
        return None if track is None else track.heights(wave, left_us, us_per_column, columns)

    def stamp(self, wave):
        track = self._tracks.get(wave.piece.recording.id)
        return None if track is None else track.parts


def picture(widget: QWidget, ratio: float = 1.0) -> QImage:
    """Return the widget as it is painted at a ratio of device px."""
    image = QImage(widget.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    widget.render(image, QPoint())
    return image


def color_at(image: QImage, x: float, y: float) -> QColor:
    """Return the colour at a logical point."""
    at = QPointF(x, y) * image.devicePixelRatioF()
    return image.pixelColor(int(at.x()), int(at.y()))


def near(found: QColor, wanted: QColor, tolerance: int = 12) -> bool:
    """Whether two colours are the same to the eye."""
    return all(
        abs(a - b) <= tolerance
        for a, b in (
            (found.red(), wanted.red()),
            (found.green(), wanted.green()),
            (found.blue(), wanted.blue()),
        )
    )


def share_of(
    image: QImage, rect: tuple[float, float, float, float], wanted: QColor, tolerance: int = 12
) -> float:
    """Return the share of a logical rectangle (x, y, width, height) that has a colour."""
    ratio = image.devicePixelRatioF()
    left, top, width, height = (round(value * ratio) for value in rect)
    hits = sum(
        near(image.pixelColor(x, y), wanted, tolerance)
        for y in range(top, top + height)
        for x in range(left, left + width)
    )
    return hits / max(1, width * height)


def make(qtbot: QtBot, interaction: Interaction, **kwargs: float) -> TimelineView:
    """Return the timeline of an interaction, shown, 984 px wide."""
    view = TimelineView(Tracks(interaction, **kwargs))
    view.set_scene(build_scene(interaction, lay_out(interaction)), MOSCOW)
    view.resize(984, view.sizeHint().height())
    qtbot.addWidget(view)
    view.show()
    return view


def middle(view: TimelineView, index: int, seconds: float) -> QPoint:
    """Return the middle of a row at a moment."""
    rect = view.row_rect(index)
    return QPoint(round(view.x_of(TimelineUs(seconds * S))), round(rect.center().y()))
