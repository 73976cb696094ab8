from __future__ import annotations

from reviewer.models.activity import Dull, DullKind
from reviewer.models.timeline import Timeline
from reviewer.player.skipping import Saving, SkipMode, Thrift
from tests.helpers.sound import T0, Scene

S = 1_000_000


def dull(*stretches: tuple[float, float]) -> tuple[Dull, ...]:
    return tuple(Dull(DullKind.SILENCE, round(a * S), round(b * S)) for a, b in stretches)


def test_the_saving_counts_what_is_left_out_or_goes_by_faster() -> None:
    timeline = Timeline(T0, 100 * S, ())
    ranges = dull((10, 30), (60, 80))
    expected = {SkipMode.PLAY: 100, SkipMode.SKIP: 60, SkipMode.FAST: 70}
    for mode, seconds in expected.items():
        saving = Thrift(mode, ranges).saving(timeline)
        assert saving == Saving(seconds * S, 100 * S)
        assert saving.saved_us == (100 - seconds) * S


def test_gaps_are_skipped_by_a_setting_of_their_own() -> None:
    scene = Scene(20.0)
    number = scene.segment(0, 20)
    scene.record(number, "a", b"", (0, 0, 5), (5, 15, 5))
    timeline = scene.timeline()
    assert Thrift().plan(timeline).duration_us == 20 * S
    assert Thrift(skips_gaps=True).plan(timeline).duration_us == 10 * S


def test_a_loop_of_nothing_but_silence_is_played() -> None:
    timeline = Timeline(T0, 100 * S, ())
    thrift = Thrift(SkipMode.SKIP, dull((10, 30)), loop=(15 * S, 20 * S))
    assert thrift.plan(timeline).stretches == (
        (0, 10 * S),
        (15 * S, 20 * S),
        (30 * S, 100 * S),
    )
    wide = Thrift(SkipMode.SKIP, dull((10, 30)), loop=(5 * S, 20 * S))
    assert wide.plan(timeline).stretches == ((0, 10 * S), (30 * S, 100 * S))
