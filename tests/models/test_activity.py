from __future__ import annotations

from dataclasses import replace

from reviewer.models.activity import Activity, ActivityKind, DullKind, Run, dull_stretches
from reviewer.models.ids import RecordingId, WallUs
from reviewer.models.interaction import Stretch, StretchKind
from reviewer.models.timeline import lay_out
from tests.helpers.sound import T0, Scene

S = 1_000_000
SPEECH, SILENCE, MUSIC, RINGING = ActivityKind


def channel(*runs: tuple[ActivityKind, float]) -> tuple[Run, ...]:
    """Return runs of so many seconds each, one after the other."""
    made, at = [], 0
    for kind, seconds in runs:
        made.append(Run(kind, at, at + round(seconds * S)))
        at = made[-1].end_us
    return tuple(made)


def seconds(stretches) -> list[tuple[str, float, float]]:
    return [(s.kind.value, round(s.start_us / S, 1), round(s.end_us / S, 1)) for s in stretches]


def scene_of(*recordings: tuple[str, float, float]):
    """Return a timeline with a row for each (name, begin, end) and ids by name."""
    scene = Scene(max(end for _, _, end in recordings))
    for name, begin, end in recordings:
        scene.record(scene.segment(begin, end), name, b"", (0, begin, end - begin))
    call = scene.interaction()
    numbered = tuple(replace(r, id=RecordingId(i + 1)) for i, r in enumerate(call.recordings))
    return replace(call, recordings=numbered)


def test_silence_music_and_ringing_are_dull_with_a_margin_left():
    call = scene_of(("a", 0, 30))
    runs = channel((RINGING, 5), (SPEECH, 5), (SILENCE, 4), (SPEECH, 6), (MUSIC, 10))
    found = dull_stretches(lay_out(call), {RecordingId(1): Activity((runs,))})
    assert seconds(found) == [("ringing", 0.0, 4.9), ("silence", 10.1, 13.9), ("music", 20.1, 30.0)]


def test_short_silences_and_unknown_recordings_are_listened_to():
    call = scene_of(("a", 0, 20))
    runs = channel((SPEECH, 5), (SILENCE, 0.8), (SPEECH, 14.2))
    assert dull_stretches(lay_out(call), {RecordingId(1): Activity((runs,))}) == ()
    assert dull_stretches(lay_out(call), {}) == ()


def test_one_channel_that_speaks_keeps_the_other_heard():
    call = scene_of(("a", 0, 20))
    agent = channel((SPEECH, 10), (SILENCE, 10))
    customer = channel((SILENCE, 5), (SPEECH, 8), (SILENCE, 7))
    both = Activity((agent, customer))
    found = dull_stretches(lay_out(call), {RecordingId(1): both})
    assert seconds(found) == [("silence", 13.1, 20.0)]


def test_music_to_one_side_and_silence_on_the_other_is_music():
    call = scene_of(("a", 0, 20))
    both = Activity((channel((SPEECH, 5), (MUSIC, 15)), channel((SPEECH, 5), (SILENCE, 15))))
    found = dull_stretches(lay_out(call), {RecordingId(1): both})
    assert seconds(found) == [("music", 5.1, 20.0)]


def test_hold_music_under_a_consultation_is_not_skipped():
    call = scene_of(("customer", 0, 30), ("consultation", 10, 20))
    activity = {
        RecordingId(1): Activity((channel((SPEECH, 5), (MUSIC, 20), (SPEECH, 5)),)),
        RecordingId(2): Activity((channel((SPEECH, 10)),)),
    }
    found = dull_stretches(lay_out(call), activity)
    assert seconds(found) == [("music", 5.1, 9.9), ("music", 20.1, 24.9)]


def test_what_the_source_calls_ivr_is_dull_even_if_it_speaks():
    call = scene_of(("a", 0, 30))
    menu = Stretch(StretchKind.IVR, T0, WallUs(T0 + 8 * S))
    call = replace(call, segments=(replace(call.segments[0], stretches=(menu,)),))
    runs = channel((SPEECH, 30))
    found = dull_stretches(lay_out(call), {RecordingId(1): Activity((runs,))})
    assert [(s.kind, s.end_us) for s in found] == [(DullKind.IVR, round(7.88 * S))]


def test_what_was_not_recorded_is_a_gap_and_not_dull():
    scene = Scene(30.0)
    number = scene.segment(0, 30)
    scene.record(number, "a", b"", (0, 0, 5), (5, 25, 5))
    call = scene.interaction()
    call = replace(call, recordings=(replace(call.recordings[0], id=RecordingId(1)),))
    known = {RecordingId(1): Activity((channel((SPEECH, 10)),))}
    assert dull_stretches(lay_out(call), known) == ()
