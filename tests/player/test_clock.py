from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewer.player.clock import ManualClock, VlcClock, WallClock

S = 1_000_000


class Time:
    """Real time that passes when told to."""

    def __init__(self) -> None:
        self.now_us = 5_000_000

    def __call__(self) -> int:
        return self.now_us

    def pass_by(self, us: int) -> None:
        self.now_us += us


def sounding(length_us: int = 100 * S) -> tuple[Time, VlcClock]:
    time = Time()
    clock = VlcClock(length_us, time)
    clock.play()
    clock.sounding(time())
    time.pass_by(clock.DELAY_US)
    return time, clock


def test_a_manual_clock_moves_only_when_told_to():
    clock = ManualClock()
    clock.advance(S)
    assert clock.now_us() == 0
    clock.play()
    clock.set_rate(1.5)
    clock.advance(2 * S)
    assert clock.now_us() == 3 * S
    clock.seek(-5)
    assert clock.now_us() == 0
    clock.pause()
    assert not clock.is_running


def test_a_wall_clock_follows_real_time_at_its_rate():
    time = Time()
    clock = WallClock(10 * S, time)
    time.pass_by(S)
    assert clock.now_us() == 0
    clock.play()
    time.pass_by(S)
    clock.set_rate(2.0)
    time.pass_by(S)
    assert clock.now_us() == 3 * S
    clock.pause()
    time.pass_by(S)
    assert clock.now_us() == 3 * S
    clock.seek(9 * S)
    clock.play()
    time.pass_by(5 * S)
    assert clock.now_us() == 10 * S


def test_a_sound_clock_waits_for_sound():
    time = Time()
    clock = VlcClock(100 * S, time)
    clock.seek(3 * S)
    clock.play()
    time.pass_by(2 * S)
    assert clock.now_us() == 3 * S
    clock.sounding(time())
    time.pass_by(clock.DELAY_US + 40_000)
    assert clock.now_us() == 3 * S + 40_000


def test_it_goes_on_between_two_reports_and_follows_them():
    time, clock = sounding()
    time.pass_by(280_000)
    assert clock.now_us() == 280_000
    clock.report(285_000, time())
    time.pass_by(100_000)
    assert clock.now_us() == 385_000


def test_a_report_behind_holds_it_until_the_sound_has_caught_up():
    time, clock = sounding()
    time.pass_by(600_000)
    assert clock.now_us() == 600_000
    clock.report(500_000, time())
    time.pass_by(60_000)
    assert clock.now_us() == 600_000
    time.pass_by(60_000)
    assert clock.now_us() == 620_000


def test_after_a_seek_it_waits_for_sound_and_ignores_what_was_on_its_way():
    time, clock = sounding()
    time.pass_by(600_000)
    before = time()
    clock.seek(50 * S)
    clock.report(600_000, before)
    clock.sounding(before)
    time.pass_by(5_000)
    clock.report(605_000, time())
    time.pass_by(50_000)
    assert clock.now_us() == 50 * S
    clock.sounding(time())
    time.pass_by(clock.DELAY_US + 300_000)
    assert clock.now_us() == 50 * S + 300_000


def test_of_several_signs_after_seeks_the_last_counts():
    time, clock = sounding()
    time.pass_by(600_000)
    clock.seek(20 * S)
    clock.seek(50 * S)
    time.pass_by(10_000)
    clock.sounding(time())
    time.pass_by(30_000)
    assert clock.now_us() == 50 * S + 20_000
    clock.sounding(time())
    assert clock.now_us() == 50 * S + 20_000
    time.pass_by(clock.DELAY_US + 100_000)
    assert clock.now_us() == 50 * S + 100_000


def test_a_sign_of_sound_long_after_the_last_seek_changes_nothing():
    time, clock = sounding()
    time.pass_by(S)
    clock.sounding(time())
    time.pass_by(S)
    clock.report(2 * S, time())
    assert clock.now_us() == 2 * S


def test_it_does_not_run_away_from_an_output_that_stalled():
    time, clock = sounding()
    time.pass_by(60 * S)
    assert clock.now_us() == clock.PATIENCE_US


def test_speed_changes_from_where_it_is():
    time, clock = sounding()
    time.pass_by(S)
    clock.set_rate(3.0)
    time.pass_by(S)
    assert clock.now_us() == 4 * S


def test_it_goes_on_after_a_pause_when_there_is_sound_again():
    time, clock = sounding()
    time.pass_by(S)
    clock.pause()
    time.pass_by(S)
    clock.play()
    time.pass_by(20_000)
    assert clock.now_us() == S
    clock.sounding(time())
    time.pass_by(clock.DELAY_US + 500_000)
    assert clock.now_us() == S + 500_000


def test_a_paused_clock_stands_whatever_is_reported():
    time, clock = sounding()
    time.pass_by(S)
    clock.pause()
    clock.report(2 * S, time())
    clock.sounding(time())
    time.pass_by(S)
    assert clock.now_us() == S
    assert not clock.is_running


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("pass"), st.integers(0, 400_000)),
        st.tuples(st.just("report"), st.integers(-300_000, 300_000)),
        st.tuples(st.just("rate"), st.sampled_from([0.5, 1.0, 1.25, 1.5, 2.0, 3.0])),
        st.tuples(st.just("pause"), st.just(0)),
        st.tuples(st.just("play"), st.just(0)),
        st.tuples(st.just("sounding"), st.just(0)),
        st.tuples(st.just("seek"), st.integers(-S, 40 * S)),
    ),
    max_size=60,
)


@given(STEPS)
def test_it_never_runs_backwards_except_on_a_seek_and_stays_in_bounds(steps):
    time = Time()
    clock = VlcClock(30 * S, time)
    last = clock.now_us()
    for step, value in steps:
        match step:
            case "pass":
                time.pass_by(value)
            case "report":
                clock.report(max(0, clock.now_us() + value), time())
            case "rate":
                clock.set_rate(value)
            case "pause":
                clock.pause()
            case "play":
                clock.play()
            case "sounding":
                clock.sounding(time())
            case _:
                clock.seek(value)
                last = max(0, min(value, 30 * S))
        now = clock.now_us()
        assert last <= now <= 30 * S
        last = now
