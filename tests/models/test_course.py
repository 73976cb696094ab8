from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reviewer.models.course import CourseUs, plan_course
from reviewer.models.ranges import common, complement, merged
from reviewer.models.timeline import Timeline
from tests.helpers.sound import T0

RANGES = st.lists(
    st.tuples(st.integers(-50, 1100), st.integers(0, 400)).map(lambda t: (t[0], t[0] + t[1])),
    max_size=8,
)


def inside(ranges, position: int) -> bool:
    return any(begin <= position < end for begin, end in ranges)


@given(RANGES, RANGES)
def test_ranges_are_sets_of_positions(first, second):
    one, two = merged(first), merged(second)
    for position in range(-60, 1500, 7):
        assert inside(one, position) == inside(first, position)
        assert inside(common(one, two), position) == (
            inside(first, position) and inside(second, position)
        )
        if 0 <= position < 1000:
            assert inside(complement(first, 1000), position) == (not inside(first, position))
    assert all(a[1] < b[0] for a, b in pairwise(one))


@given(RANGES, RANGES, st.sampled_from([2.0, 4.0, 7.5]))
def test_what_goes_by_faster_takes_less_time_and_both_clocks_stay_right(skips, fast, speed):
    timeline = Timeline(T0, 1_000, ())
    course = plan_course(timeline, skips, fast=fast, speed=speed)
    is_all_left = not complement(skips, 1_000)
    for (begin, end), pace in zip(course.stretches, course.speeds, strict=True):
        middle = (begin + end) // 2
        assert is_all_left or not inside(skips, middle)
        assert (pace == speed) == inside(fast, middle)
    positions = [course.to_timeline(CourseUs(i)) for i in range(course.duration_us + 1)]
    assert positions == sorted(positions)
    for position in range(1_000):
        if is_all_left or not inside(skips, position):
            there = course.to_course(position)
            if inside(fast, position):
                # A microsecond of the course is several of the timeline.
                assert abs(course.to_timeline(there) - position) <= speed or there in (
                    course.starts_us
                )
            elif position < course.stretches[-1][1]:
                assert course.to_timeline(there) == position


def test_a_fast_stretch_in_numbers():
    course = plan_course(Timeline(T0, 100, ()), [(80, 90)], fast=[(20, 60)], speed=4.0)
    assert course.stretches == ((0, 20), (20, 60), (60, 80), (90, 100))
    assert course.starts_us == (0, 20, 30, 50)
    assert course.duration_us == 60
    assert course.to_timeline(CourseUs(25)) == 40
    assert course.to_course(40) == 25
    assert [course.speed_at(CourseUs(i)) for i in (0, 20, 29, 30, 59)] == [1, 4, 4, 1, 1]
