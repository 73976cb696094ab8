"""A call with the agent's screen, each picture carrying its number, and what was painted when."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
from typing_extensions import override

from benchmarks.first_sound import START, interaction_of
from reviewer.media.codecs import ENCODERS
from reviewer.models.ids import MediaUs
from reviewer.models.recording import Recording, RecordingKind, Span
from reviewer.player.clock import monotonic_us
from reviewer.ui.review.video_view import VideoView
from tests.helpers.screens import number_of, picture

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from reviewer.models.interaction import Interaction
    from reviewer.player.qt_video import QtVideo

FRAME_US = 200_000
_TIMES_LARGER = 4


def make_screen(seconds: int, *, keyframe_every: int = 25) -> bytes:
    """Return VP8 in WebM, 1280 x 768, 5 pictures a second, as our recorder and others write it."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as output:
        stream = output.add_stream("libvpx", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 1280, 768, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        stream.bit_rate = 512_000
        stream.codec_context.gop_size = keyframe_every
        stream.codec_context.thread_count = ENCODERS
        stream.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
        for number in range(seconds * 1_000_000 // FRAME_US):
            small = picture(number)
            large = np.repeat(np.repeat(small, _TIMES_LARGER, axis=0), _TIMES_LARGER, axis=1)
            frame = av.VideoFrame.from_ndarray(large, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number * FRAME_US // 1000, Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def screen_call(length_us: int) -> Interaction:
    """Return a call whose sound is recording 0 and whose screen, as long, is recording 1."""
    call = interaction_of(length_us)
    screen = Recording(
        kind=RecordingKind.SCREEN,
        segment_number=None,
        spans=(Span(MediaUs(0), START, length_us),),
        media_type="video/webm",
        source_name="screen.webm",
    )
    return replace(call, recordings=(*call.recordings, screen))


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture was on its way to the screen at an instant, when the clock stood somewhere."""

    at_us: int
    number: int
    position_us: int


class WatchedView(VideoView):
    """The picture's widget, which notes what it paints."""

    def __init__(self, video: QtVideo) -> None:
        super().__init__(video)
        self.painted: list[Painted] = []
        self.clock: QtVideo = video

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        shown = self.clock.picture()
        if shown is not None:
            position = self.clock._player.position_us  # noqa: SLF001 (the clock it follows)
            self.painted.append(Painted(monotonic_us(), number_of(shown.pixels), position))
