from __future__ import annotations

import resource
from bisect import bisect_right

import numpy as np
import pytest

from reviewer.errors import MediaEmptyError, MediaUnreadableError
from reviewer.media.video import VideoReader
from reviewer.models.bytesource import MemorySource
from tests.helpers.screens import HEIGHT, WIDTH, make_video, number_of, steady, unsteady
from tests.helpers.sound import encode, speech

MS = 1000


def reader_of(data: bytes, name: str = "screen.webm") -> VideoReader:
    return VideoReader(MemorySource(data, name))


def expected(times_ms: tuple[int, ...], position_us: int) -> int:
    return bisect_right(times_ms, position_us // MS) - 1


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("every", [25, 128])
@pytest.mark.parametrize("times", [steady(40), unsteady(90)], ids=["steady", "unsteady"])
def test_the_picture_is_the_last_at_or_before_wherever_one_jumps(
    times: tuple[int, ...], every: int, live: bool
) -> None:
    video = reader_of(make_video(times, keyframe_every=every, live=live))
    choose = np.random.default_rng(7)
    end_us = (times[-1] + 150) * MS
    jumps = list(choose.integers(0, end_us, 40))
    onward = list(range(jumps[-1], min(end_us, jumps[-1] + 4_000_000), 90_000))
    back = list(range(end_us, max(0, end_us - 5_000_000), -170_000))
    edges = [times[i] * MS + by for i in (1, 30, 60) for by in (-1, 0, 1)]
    for position in [0, *jumps, *onward, *back, *edges]:
        picture = video.picture_at(int(position))
        assert picture is not None
        assert number_of(picture.pixels) == expected(times, position)
        assert picture.start_us <= position < picture.end_us
    video.close()


def test_a_picture_tells_size_and_until_when_it_is_shown() -> None:
    video = reader_of(make_video(steady(10)))
    picture = video.picture_at(3_050_000)
    assert picture is not None
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert (picture.start_us, picture.end_us) == (3_000_000, 3_200_000)
    assert picture.pixels.dtype == np.uint8


def test_steps_lead_from_picture_to_picture() -> None:
    times = unsteady(30)
    video = reader_of(make_video(times))
    at, found = 0, [0]
    while (after := video.step(at, 1)) is not None:
        found.append(after // MS)
        at = after
    assert tuple(found) == times
    for time_ms in reversed(times[:-1]):
        at = video.step(at, -1)
        assert at == time_ms * MS
    assert video.step(at, -1) is None
    assert video.step(times[5] * MS + 7, -1) == times[4] * MS


def test_long_after_the_last_picture_there_is_none() -> None:
    video = reader_of(make_video(steady(10)))
    assert video.picture_at(15_000_000) is not None
    assert video.picture_at(25_000_000) is None


def test_times_count_from_the_first_thing_in_the_file() -> None:
    late = reader_of(make_video(tuple(5000 + t for t in steady(5)), container="matroska"))
    for position_us, number in ((0, 0), (450_000, 2)):
        picture = late.picture_at(position_us)
        assert picture is not None
        assert number_of(picture.pixels) == number


def test_h264_with_pictures_out_of_order_is_shown_in_order() -> None:
    times = steady(20, 10)
    video = reader_of(make_video(times, codec="libx264", container="mp4"), "screen.mp4")
    for position in [0, 950_000, 7_320_000, 7_400_000, 3_100_000, 19_900_000]:
        picture = video.picture_at(position)
        assert picture is not None
        assert number_of(picture.pixels) == expected(times, position)


def test_damage_costs_some_pictures_and_nothing_else() -> None:
    times = steady(30)
    data = bytearray(make_video(times))
    hole = len(data) // 2
    data[hole : hole + 4000] = bytes(4000)
    video = reader_of(bytes(data))
    right = 0
    for position in range(0, 29_900_000, 200_000):
        picture = video.picture_at(position)
        right += picture is not None and number_of(picture.pixels) == position // 200_000
    assert right > 70


def test_what_was_cut_short_is_shown_up_to_there() -> None:
    data = make_video(steady(30))
    video = reader_of(data[: len(data) // 2])
    early = video.picture_at(5_000_000)
    assert early is not None
    assert number_of(early.pixels) == 25
    assert video.picture_at(29_000_000) is None


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b"", "screen.webm", MediaEmptyError),
        (encode(speech(0.2)), "call.wav", MediaUnreadableError),
        (b"#EXTM3U\nhttp://127.0.0.1/x.ts\n", "screen.webm", MediaUnreadableError),
        (make_video(steady(2))[:300], "screen.webm", MediaUnreadableError),
        (bytes(range(256)) * 40, "screen.webm", MediaUnreadableError),
    ],
)
def test_what_holds_no_pictures_is_named(data: bytes, name: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=name):
        reader_of(data, name).picture_at(0)


def test_a_picture_that_claims_a_hostile_size_is_refused_before_memory_is_asked_for() -> None:
    plain = make_video(steady(2))
    start = plain.index(b"\x9d\x01\x2a") + 3
    lying = plain[:start] + b"\xff\x3f\xff\x3f" + plain[start + 4 :]
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(MediaUnreadableError):
        reader_of(lying).picture_at(0)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb < 100_000
