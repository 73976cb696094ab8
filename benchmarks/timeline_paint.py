"""Times painting the timeline: 6 rows of a 60-minute call, whole and playhead only.

    python benchmarks/timeline_paint.py [--dpr 1.5]

Limits (design/tokens.md, section 6): a whole repaint under 8 ms, the playhead under 0.5 ms.
Exits 1 when a median is over its limit.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter, QRegion
from PySide6.QtWidgets import QApplication

from reviewer.media.peaks import PEAKS_HZ, Peaks
from reviewer.models.ids import Giid, MediaUs, RecordingId, TimelineUs, WallUs
from reviewer.models.interaction import (
    Agent,
    Channel,
    Direction,
    Interaction,
    Segment,
    SegmentKind,
    Stretch,
    StretchKind,
)
from reviewer.models.recording import PartyRole, Recording, RecordingKind, Span
from reviewer.models.timeline import lay_out
from reviewer.ui.review.peak_tracks import PeakTrack
from reviewer.ui.review.scene_build import build_scene
from reviewer.ui.review.timeline_view import TimelineView
from reviewer.ui.theme.theme import Theme

if TYPE_CHECKING:
    from reviewer.ui.review.scene import Wave

S = 1_000_000
START = 1_696_503_039 * S
ROWS = 6
LENGTH_S = 3600
WHOLE_MS = 8.0
PLAYHEAD_MS = 0.5


class Tracks:
    """Peaks made of noise, one stereo track a recording."""

    def __init__(self, count: int) -> None:
        rng = np.random.default_rng(1)
        self._tracks = {}
        for number in range(1, count + 1):
            high = np.abs(rng.normal(0, 6000, (2, LENGTH_S * PEAKS_HZ))).astype(np.int16)
            track = PeakTrack()
            track.add(0, Peaks(PEAKS_HZ, -high, high))
            self._tracks[number] = track

    def heights(self, wave: Wave, left_us: float, per_us: float, columns: int):
        return self._tracks[wave.piece.recording.id].heights(wave, left_us, per_us, columns)


def interaction() -> Interaction:
    agent = Agent("ivanova", "Irina", "Ivanova")
    segments, recordings = [], []
    for number in range(1, ROWS + 1):
        first, last = WallUs(START), WallUs(START + LENGTH_S * S)
        hold = Stretch(StretchKind.HOLD, WallUs(START + 600 * S), WallUs(START + 900 * S))
        segments.append(
            Segment(number, SegmentKind.HANDLING, first, last, agent, stretches=(hold,))
        )
        recordings.append(
            Recording(
                RecordingKind.VOICE,
                number,
                (Span(MediaUs(0), first, LENGTH_S * S),),
                "audio/wav",
                channel_parties=(PartyRole.AGENT, PartyRole.CUSTOMER),
                id=RecordingId(number),
            )
        )
    return Interaction(
        Giid("7C1F0A52-9E4B-4D1A-B2E6-5D0C3F7A91E8"),
        Channel.VOICE,
        Direction.INBOUND,
        WallUs(START),
        WallUs(START + LENGTH_S * S),
        tuple(segments),
        recordings=tuple(recordings),
    )


def timed(act, repeats: int) -> list[float]:
    found = []
    for number in range(repeats):
        begin = time.perf_counter()
        act(number)
        found.append((time.perf_counter() - begin) * 1000)
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dpr", type=float, default=1.0)
    parser.add_argument("--width", type=int, default=1824, help="of the widget; lanes 1600 px")
    arguments = parser.parse_args()
    app = QApplication([])
    theme = Theme.install(app, scheme="dark")
    found = interaction()
    timeline = lay_out(found)
    view = TimelineView(Tracks(ROWS))
    view.set_scene(build_scene(found, timeline), ZoneInfo("Europe/Moscow"))
    view.resize(arguments.width, view.sizeHint().height())
    image = QImage(view.size() * arguments.dpr, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(arguments.dpr)
    failed = False

    def whole(_number: int) -> None:
        view.invalidate()
        view.render(image, QPoint())

    def playhead(number: int) -> None:
        before = view.x_of(TimelineUs(number * S))
        view.set_position(TimelineUs((number + 1) * S))
        region = QRegion(QRect(round(before) - 4, 0, 8, view.height()))
        region += QRegion(QRect(round(before) - 100, 0, 200, 26))
        painter = QPainter(image)
        view.render(painter, region.boundingRect().topLeft(), region)
        painter.end()

    print(f"{ROWS} rows x {arguments.width - view.head_px} px, 60 min, ratio {arguments.dpr}")
    for label, zoom in (("whole hour", 1.0), ("10 px/s", 23.0), ("100 px/s", 225.0)):
        view.fit()
        view.zoom(zoom, 0.0)
        whole(0)
        times = timed(whole, 40)
        median = statistics.median(times)
        over = median > WHOLE_MS
        failed |= over
        print(
            f"  whole repaint, {label:<10} median {median:5.2f} ms, "
            f"p95 {sorted(times)[-3]:5.2f} ms  (limit {WHOLE_MS:g}){'  OVER' if over else ''}"
        )
    view.fit()
    whole(0)
    times = timed(playhead, 200)
    median = statistics.median(times)
    over = median > PLAYHEAD_MS
    failed |= over
    print(
        f"  playhead only             median {median:5.3f} ms, "
        f"p95 {sorted(times)[-10]:5.3f} ms  (limit {PLAYHEAD_MS:g}){'  OVER' if over else ''}"
    )
    view.close()
    theme.close()
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
