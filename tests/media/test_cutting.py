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
from tests.helpers.screens import make_video, number_of, steady

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


def test_of_a_spoilt_video_what_can_be_read_is_kept_and_nothing_of_what_is_cut() -> None:
    """Ten pictures a second, a key picture every 25: 30 s, of which the second ten are cut out."""
    data = make_video(steady(30, 10), keyframe_every=25)
    gap = len(data) // 6

    class Damaged(MemorySource):
        def read_at(self, offset: int, length: int) -> bytes:
            if offset < gap + 4_096 and offset + length > gap:
                raise ContentDamagedError(name=self.name, reason="changed")
            return super().read_at(offset, length)

    keep = [(0, 10 * SECOND), (20 * SECOND, 30 * SECOND)]
    left = cut_video(Damaged(data, "piece.webm"), keep, spoilt=True)
    with av.open(io.BytesIO(left)) as container:
        found = [
            (round(float(frame.time) * 10), number_of(frame.to_ndarray(format="rgb24")))
            for frame in container.decode(video=0)
        ]
    # Each is what it was, where it was: nothing is shown that is made of what is not there.
    assert all(number == (time if time < 100 else time + 100) for time, number in found)
    kept = {number for _, number in found}
    assert kept > {*range(25), *range(200, 300)}
    lost = set(range(100)) - kept
    assert lost
    assert (max(lost) + 1) % 25 == 0


def test_of_a_spoilt_video_a_stretch_begins_with_a_picture_that_needs_no_other() -> None:
    data = make_video(steady(10, 10), keyframe_every=25)
    keep = [(4 * SECOND, 10 * SECOND)]
    for spoilt, first in ((False, 40), (True, 50)):
        left = cut_video(MemorySource(data, "piece.webm"), keep, spoilt=spoilt)
        with av.open(io.BytesIO(left)) as container:
            frame = next(container.decode(video=0))
        assert number_of(frame.to_ndarray(format="rgb24")) == first


def test_of_a_spoilt_video_of_which_nothing_can_be_read_nothing_is_kept() -> None:
    class Damaged(MemorySource):
        def read_at(self, offset: int, length: int) -> bytes:
            raise ContentDamagedError(name=self.name, reason="changed")

    with pytest.raises(MediaUnreadableError):
        cut_video(Damaged(video(), "piece.webm"), [(0, SECOND)], spoilt=True)
