"""Screen video made for tests: each picture carries its number as a row of bars."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import av
import numpy as np

from reviewer.media.codecs import ENCODERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WIDTH, HEIGHT = 320, 192
_BITS = 16
_BAR = WIDTH // _BITS


def picture(number: int) -> NDArray[np.uint8]:
    """Return the picture of a number, `(height, width, 3)`."""
    made = np.full((HEIGHT, WIDTH, 3), (40, 70, 110), np.uint8)
    made[20:60, number * 7 % (WIDTH - 40) :][:, :40] = (220, 180, 60)
    for bit in range(_BITS):
        made[HEIGHT - 48 : HEIGHT - 8, bit * _BAR : (bit + 1) * _BAR] = 255 * (number >> bit & 1)
    return made


def number_of(pixels: NDArray[np.uint8]) -> int:
    """Return the number that a picture carries, at whatever size it is seen."""
    height, width = pixels.shape[:2]
    row = round((HEIGHT - 28) / HEIGHT * height)
    columns = [round((bit + 0.5) * _BAR / WIDTH * width) for bit in range(_BITS)]
    return sum(int(pixels[row, column, 1] > 128) << bit for bit, column in enumerate(columns))


@lru_cache(maxsize=16)
def make_video(
    times_ms: Sequence[int],
    *,
    keyframe_every: int = 25,
    live: bool = False,
    codec: str = "libvpx",
    container: str = "webm",
    first: int = 0,
) -> bytes:
    """Return a video whose picture `first + i` is shown from `times_ms[i]` on.

    Args:
        times_ms: Ascending, a tuple.
        keyframe_every: Pictures from one that needs no other to the next.
        live: As a recorder writes to a pipe: without duration, sizes and cues.
        codec: libav's name of the encoder.
        container: libav's name of the muxer.
        first: Number of the first picture.
    """
    file = io.BytesIO()
    options = {"live": "1"} if live else {}
    with av.open(file, "w", format=container, options=options) as output:
        stream = output.add_stream(codec, rate=1000)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        stream.bit_rate = 400_000
        stream.codec_context.gop_size = keyframe_every
        stream.codec_context.thread_count = ENCODERS
        if codec.startswith("libvpx"):
            stream.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
        for index, time_ms in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(picture(first + index), format="rgb24")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def steady(seconds: float, per_second: int = 5) -> tuple[int, ...]:
    """Return the times of pictures that come at a fixed rate."""
    return tuple(i * 1000 // per_second for i in range(round(seconds * per_second)))


def unsteady(seconds: float, seed: int = 1) -> tuple[int, ...]:
    """Return times of pictures that come when something changes on the screen."""
    choose = np.random.default_rng(seed)
    times, at = [], 0
    while at < seconds * 1000:
        times.append(at)
        at += int(choose.choice([40, 80, 200, 600, 2500]))
    return tuple(times)
