"""Times painting the timeline: 6 rows of a 60-minute call, whole and playhead only.

    python benchmarks/timeline_paint.py [--dpr 1.5]

A whole repaint is what another interaction or zoom asks for; another row chosen paints two rows
anew, as does a wave that fills in.

Limits (design/tokens.md, section 6): a whole repaint under 8 ms, the playhead under 0.5 ms.
Both the time on the clock and the processor time of the thread are printed; on a machine that
does other things as well the second one tells more. Exits 1 when its median is over the limit.
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

    def stamp(self, wave: Wave) -> object:
        return self._tracks[wave.piece.recording.id].parts


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


def timed(act, repeats: int) -> tuple[list[float], list[float]]:
    """Return sorted wall and processor milliseconds of `repeats` calls."""
    wall, cpu = [], []
    for number in range(repeats):
        begin, begin_cpu = time.perf_counter(), time.thread_time()
        act(number)
        wall.append((time.perf_counter() - begin) * 1000)
        cpu.append((time.thread_time() - begin_cpu) * 1000)
    return sorted(wall), sorted(cpu)


def report(label: str, times: tuple[list[float], list[float]], limit_ms: float) -> bool:
    """Print a line; return whether it is over its limit."""
    wall, cpu = times
    over = statistics.median(cpu) > limit_ms
    print(
        f"  {label:<30} wall median {statistics.median(wall):6.2f} p95 "
        f"{wall[int(len(wall) * 0.95)]:6.2f} ms, cpu median {statistics.median(cpu):6.2f} ms "
        f"(limit {limit_ms:g}){'  OVER' if over else ''}"
    )
    return over


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

    def whole(number: int) -> None:
        # Another zoom, if ever so little: nothing that was painted is of use.
        view.zoom(1.001 if number % 2 else 1 / 1.001, 0.0)
        view.render(image, QPoint())

    def chosen(number: int) -> None:
        view.set_chosen(number % ROWS)
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
        failed |= report(f"whole repaint, {label}", timed(whole, 40), WHOLE_MS)
        failed |= report(f"another row chosen, {label}", timed(chosen, 40), WHOLE_MS)
    view.fit()
    view.render(image, QPoint())
    failed |= report("playhead only", timed(playhead, 200), PLAYHEAD_MS)
    view.close()
    theme.close()
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
