from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.models.course import CourseUs, plan_course
from reviewer.models.recording import PartyRole, RecordingKind
from reviewer.models.timeline import Timeline, lay_out, silent_stretches
from tests.helpers.sound import T0, Scene

S = 1_000_000


def call() -> Scene:
    """Two segments; the first was recorded in two pieces of one file, with a pause."""
    scene = Scene(100.0)
    first = scene.segment(0, 60)
    second = scene.segment(60, 95)
    scene.record(first, "a", b"", (0, 5, 20), (20, 30, 25))
    scene.record(second, "b", b"", (0, 60, 30))
    return scene


def spans(pieces):
    return [(p.start_us // S, p.end_us // S, p.media_start_us // S) for p in pieces]


def test_pieces_lie_where_they_were_captured():
    timeline = call().timeline()
    assert (timeline.origin_us, timeline.duration_us) == (T0, 100 * S)
    assert spans(timeline.rows[0].sound) == [(5, 25, 0), (30, 55, 20)]
    assert spans(timeline.rows[1].sound) == [(60, 90, 0)]
    assert [(g.start_us // S, g.duration_us // S) for g in timeline.rows[0].gaps] == [(25, 5)]
    assert timeline.rows[0].sound[1].media_at(40 * S) == 30 * S


def test_a_position_and_its_instant_say_the_same():
    timeline = call().timeline()
    assert timeline.to_wall(7 * S) == T0 + 7 * S
    assert timeline.to_position(T0 + 7 * S) == 7 * S
    assert timeline.clamp(-1) == 0
    assert timeline.clamp(10**12) == 100 * S


def test_what_is_heard_at_a_position():
    timeline = call().timeline()
    assert [p.recording.source_name for p in timeline.sound_at(30 * S)] == ["a"]
    assert timeline.sound_at(27 * S) == ()
    assert timeline.row_at(59 * S).segment.number == 1
    assert timeline.row_at(60 * S).segment.number == 2
    assert timeline.row_at(99 * S) is None


def test_sound_beyond_the_interaction_widens_the_timeline():
    scene = Scene(10.0)
    number = scene.segment(0, 10)
    scene.record(number, "early", b"", (0, -3, 20))
    timeline = scene.timeline()
    assert (timeline.origin_us, timeline.duration_us) == (T0 - 3 * S, 20 * S)


def test_channels_of_their_own_are_drawn_but_not_heard_twice():
    scene = Scene(20.0)
    number = scene.segment(0, 20)
    scene.record(number, "mixed", b"", (0, 0, 20))
    for name, party in (("agent", PartyRole.AGENT), ("customer", PartyRole.CUSTOMER)):
        scene.record(number, name, b"", (0, 0, 20), kind=RecordingKind.VOICE_CHANNEL, party=party)
    row = scene.timeline().rows[0]
    assert [p.recording.source_name for p in row.sound] == ["mixed"]
    assert [p.recording.source_name for p in row.waves] == ["agent", "customer"]


def test_silence_is_what_nothing_was_recorded_of():
    expected = [(0, 5), (25, 30), (55, 60), (90, 100)]
    assert [(a // S, b // S) for a, b in silent_stretches(call().timeline())] == expected


def test_a_course_without_skips_is_the_timeline():
    course = plan_course(call().timeline())
    assert course.duration_us == 100 * S
    assert course.to_course(37 * S) == 37 * S
    assert course.to_timeline(CourseUs(37 * S)) == 37 * S


def test_a_course_leaves_out_what_is_skipped_and_both_clocks_stay_right():
    timeline = call().timeline()
    course = plan_course(timeline, silent_stretches(timeline))
    assert course.duration_us == 75 * S
    assert course.to_timeline(CourseUs(0)) == 5 * S
    assert course.to_timeline(CourseUs(20 * S)) == 30 * S
    assert course.to_course(27 * S) == 20 * S
    assert course.to_course(30 * S) == 20 * S
    assert course.to_course(100 * S) == 75 * S
    assert course.to_timeline(CourseUs(75 * S)) == 90 * S


def test_when_nothing_would_be_left_nothing_is_left_out():
    scene = Scene(10.0)
    scene.segment(0, 10)
    timeline = scene.timeline()
    course = plan_course(timeline, silent_stretches(timeline))
    assert course.stretches == ((0, 10 * S),)


def test_an_interaction_without_length_has_a_course_without_length():
    course = plan_course(Timeline(T0, 0, ()))
    assert course.duration_us == 0
    assert course.to_timeline(CourseUs(5)) == 0
    assert course.to_course(5) == 0


SKIPS = st.lists(
    st.tuples(st.integers(-50, 1100), st.integers(0, 400)).map(lambda t: (t[0], t[0] + t[1])),
    max_size=8,
)


@given(SKIPS, st.integers(0, 1000))
def test_course_and_timeline_are_each_others_inverse(skips, position):
    course = plan_course(Timeline(T0, 1000, ()), skips)
    is_skipped = any(a <= position < b for a, b in skips)
    is_all = course.stretches == ((0, 1000),)
    back = course.to_timeline(course.to_course(position))
    if is_all or not is_skipped:
        assert back == position or course.to_course(position) in course.starts_us
        assert is_all or position == 1000 or back == position
    else:
        assert not any(a <= back < b for a, b in skips) or back == course.stretches[-1][1]


@given(SKIPS)
def test_a_course_moves_on_only(skips):
    course = plan_course(Timeline(T0, 1000, ()), skips)
    assert course.duration_us == sum(b - a for a, b in course.stretches)
    positions = [course.to_timeline(CourseUs(i)) for i in range(course.duration_us + 1)]
    assert positions == sorted(positions)
    for i, position in enumerate(positions[:-1]):
        assert course.to_course(position) == i


@pytest.mark.parametrize("position", [0, 999, 1000])
def test_positions_outside_any_stretch_are_the_nearest(position):
    course = plan_course(Timeline(T0, 1000, ()), [(0, 100), (900, 1000)])
    assert 100 <= course.to_timeline(course.to_course(position)) <= 900


def test_sound_of_no_segment_in_particular_lies_in_the_one_it_began_in():
    scene = Scene(100.0)
    scene.segment(0, 60)
    scene.segment(60, 95)
    scene.record(1, "a", b"", (0, 61, 20))
    scene.record(1, "b", b"", (0, -2, 20))
    call = scene.interaction()
    loose = tuple(replace(r, segment_number=None) for r in call.recordings)
    timeline = lay_out(replace(call, recordings=loose))
    assert [[p.recording.source_name for p in row.sound] for row in timeline.rows] == [["b"], ["a"]]


def test_nothing_is_silent_where_sound_covers_all():
    scene = Scene(10.0)
    number = scene.segment(0, 10)
    scene.record(number, "a", b"", (0, 0, 6))
    scene.record(number, "b", b"", (0, 4, 6))
    assert silent_stretches(scene.timeline()) == ()
