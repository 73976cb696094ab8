"""Cutting stretches out of screen video: nothing of them is left."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest

from reviewer.errors import ContentDamagedError, MediaUnreadableError
from reviewer.media.codecs import ENCODERS
from reviewer.media.cutting import cut_video
from reviewer.models.bytesource import MemorySource
from tests.helpers.screens import make_video

SECOND = 1_000_000
WIDTH, HEIGHT = 64, 48


def shade(number: int) -> int:
    """Return the grey of picture `number`: far enough apart to survive encoding."""
    return 20 + 10 * number


def video(count: int = 20) -> bytes:
    """Return a WebM of `count` pictures, one a second, each of a grey of its own."""
    target = io.BytesIO()
    with av.open(target, "w", format="webm") as output:
        stream = output.add_stream("libvpx", rate=1)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = 100
        stream.codec_context.thread_count = ENCODERS
        stream.bit_rate = 500_000
        for number in range(count):
            pixels = np.full((HEIGHT, WIDTH, 3), shade(number), np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return target.getvalue()


def shown(data: bytes) -> list[tuple[float, int]]:
    """Return time and number of each picture."""
    with av.open(io.BytesIO(data)) as container:
        return [
            (round(float(frame.time), 2), round((frame.to_ndarray(format="gray").mean() - 20) / 10))
            for frame in container.decode(video=0)
        ]


def cut(*keep: tuple[float, float]) -> bytes:
    stretches = [(int(start * SECOND), int(end * SECOND)) for start, end in keep]
    return cut_video(MemorySource(video(), "piece.webm"), stretches)


def test_only_what_is_kept_is_there_one_after_the_other() -> None:
    found = shown(cut((0, 5), (12, 15.5)))
    assert [number for _, number in found] == [0, 1, 2, 3, 4, 12, 13, 14, 15]
    assert [time for time, _ in found] == [0, 1, 2, 3, 4, 5, 6, 7, 8]


def test_the_picture_still_shown_at_a_border_is_of_what_is_cut() -> None:
    found = shown(cut((7.5, 9.5)))
    assert found == [(0.5, 8), (1.5, 9)]


def test_every_picture_kept_decodes_alone_from_its_border() -> None:
    data = cut((0, 2), (10, 12))
    with av.open(io.BytesIO(data)) as container:
        keys = [
            round(float(frame.time), 2) for frame in container.decode(video=0) if frame.key_frame
        ]
    assert keys == [0, 2]


@pytest.mark.parametrize("keep", [(), ((100, 200),), ((3.2, 3.8),)])
def test_where_no_picture_is_kept_nothing_is_left(keep) -> None:
    assert cut(*keep) == b""


def test_what_is_no_video_is_named() -> None:
    with pytest.raises(MediaUnreadableError):
        cut_video(MemorySource(b"no video at all" * 100, "piece.webm"), [(0, SECOND)])


def test_a_video_cut_short_keeps_what_there_is() -> None:
    data = video()
    left = cut_video(MemorySource(data[: len(data) * 2 // 3], "piece.webm"), [(0, 20 * SECOND)])
    assert [number for _, number in shown(left)][:5] == [0, 1, 2, 3, 4]


def test_what_cannot_be_read_is_named_to_who_asked_and_not_to_standard_error(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """PyAV prints what it drops there, and a desktop may keep that in a log."""
    data = make_video(tuple(range(0, 60_000, 100)))

    class Damaged(MemorySource):
        def read_at(self, offset: int, length: int) -> bytes:
            if offset + length > len(data) // 2:
                raise ContentDamagedError(name=self.name, reason="changed")
            return super().read_at(offset, length)

    with pytest.raises(ContentDamagedError) as told:
        cut_video(Damaged(data, "in-74957776655.webm"), [(0, 50_000_000)])
    assert told.value.fields["name"] == "in-74957776655.webm"
    assert "74957776655" not in capfd.readouterr().err
