from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from reviewer.errors import ContentDamagedError, ContentMissingError
from reviewer.models.bytesource import MemorySource
from reviewer.models.course import plan_course
from reviewer.models.timeline import silent_stretches
from reviewer.player.mixer import HEADER_BYTES, MixDesk, MixSettings, VirtualWav
from tests.helpers.ear import place_of
from tests.helpers.sound import Scene, decode, encode, one_call, speech


def virtual(
    scene: Scene, *, skip: bool = False, desk: MixDesk | None = None, broken=None, opener=None
):
    timeline = scene.timeline()
    course = plan_course(timeline, silent_stretches(timeline) if skip else ())
    collected = broken if broken is not None else []
    desk = desk or MixDesk()
    desk.course = course
    return VirtualWav(
        timeline,
        opener or scene.open,
        desk,
        lambda recording, error: collected.append((recording.source_name, error)),
    )


def whole(wav: VirtualWav) -> bytes:
    wav.seek(0)
    parts = []
    while part := wav.read(10_000):
        parts.append(part)
    return b"".join(parts)


def scene_of_two_rows() -> tuple[Scene, np.ndarray, np.ndarray]:
    first, second = speech(8.0, seed=1), speech(6.0, seed=2)
    scene = Scene(20.0)
    one, two = scene.segment(0, 12), scene.segment(8, 20)
    # Row 1 was paused from 5 to 7; row 2 overlaps its end.
    scene.record(one, "first", encode(first), (0, 0, 5), (5, 7, 3))
    scene.record(two, "second", encode(second), (0, 9, 6))
    return scene, first, second


def expected_mix(first: np.ndarray, second: np.ndarray, gain: float = 1.0) -> np.ndarray:
    mix = np.zeros(20 * 8000)
    mix[: 5 * 8000] += first[: 5 * 8000]
    mix[7 * 8000 : 10 * 8000] += first[5 * 8000 : 8 * 8000]
    mix[9 * 8000 : 15 * 8000] += second * gain
    return np.clip(np.rint(mix), -32768, 32767).astype(np.int16)


def test_it_is_a_wav_with_everything_in_its_place():
    scene, first, second = scene_of_two_rows()
    wav = virtual(scene)
    data = whole(wav)
    assert len(data) == wav.size
    samples, rate = soundfile.read(io.BytesIO(data), dtype="int16")
    assert rate == 8000
    np.testing.assert_array_equal(samples[: 20 * 8000], expected_mix(first, second))
    assert not samples[20 * 8000 :].any()


def test_any_range_of_bytes_equals_that_range_of_the_whole():
    scene, *_ = scene_of_two_rows()
    scene.data["first"] = encode(speech(8.0), coding="GSM610")
    wav = virtual(scene)
    data = whole(wav)
    choose = np.random.default_rng(4)
    for _ in range(60):
        at, length = int(choose.integers(wav.size)), int(choose.integers(1, 9000))
        wav.seek(at)
        got = b""
        while len(got) < length and (part := wav.read(length - len(got))):
            got += part
        assert got == data[at : at + length]
    wav.seek(wav.size)
    assert wav.read(100) == b""


def test_gaps_can_be_left_out():
    scene, first, second = scene_of_two_rows()
    wav = virtual(scene, skip=True)
    full = expected_mix(first, second)
    heard = np.concatenate((full[: 5 * 8000], full[7 * 8000 : 15 * 8000]))
    # The last 5 ms before a joint are blended into what comes after it.
    mixed = wav.mix(0, wav.frames)[0]
    joint = 5 * 8000
    np.testing.assert_array_equal(mixed[: joint - 40], heard[: joint - 40])
    np.testing.assert_array_equal(mixed[joint:], heard[joint:])


@pytest.mark.parametrize(
    ("settings", "first_gain", "second_gain"),
    [
        (MixSettings().with_muted(1, True), 0, 1),
        (MixSettings().with_muted(1, True).with_muted(1, False), 1, 1),
        (MixSettings().with_solo(1, True), 1, 0),
        (MixSettings().with_solo(1, True).with_muted(1, True), 0, 0),
        (MixSettings().with_gain(2, 0.5), 1, 0.5),
        (MixSettings().with_gain(2, 9), 1, 4.0),
    ],
)
def test_rows_are_muted_heard_alone_and_weighed(settings, first_gain, second_gain):
    scene, first, second = scene_of_two_rows()
    desk = MixDesk()
    wav = virtual(scene, desk=desk)
    wav.mix(0, 8000)
    desk.settings = settings
    expected = expected_mix(first * first_gain, second, second_gain)
    np.testing.assert_array_equal(wav.mix(0, wav.frames)[0], expected)


def test_loud_rows_together_are_limited_and_do_not_wrap():
    scene = Scene(1.0)
    for name in ("a", "b"):
        scene.record(scene.segment(0, 1), name, encode(np.full(8000, 30000, np.int16)), (0, 0, 1))
    assert (virtual(scene).mix(0, 8000) == 32767).all()


def test_stereo_stays_stereo_and_mono_is_in_the_middle():
    left, right = speech(2.0, seed=1), speech(2.0, seed=2)
    scene = Scene(4.0)
    number = scene.segment(0, 4)
    scene.record(number, "stereo", encode(np.stack([left, right], axis=1)), (0, 0, 2))
    scene.record(number, "mono", encode(left), (0, 2, 2))
    mixed = virtual(scene).mix(0, 32000)
    np.testing.assert_array_equal(mixed[:, :16000], np.stack([left, right]))
    np.testing.assert_array_equal(mixed[:, 16000:], np.stack([left, left]))


def test_the_highest_rate_is_everyones():
    scene = Scene(4.0)
    number = scene.segment(0, 4)
    wide = speech(2.0, 16000)
    scene.record(number, "wide", encode(wide, 16000), (0, 0, 2))
    scene.record(number, "narrow", encode(speech(2.0), coding="GSM610"), (0, 2, 2))
    wav = virtual(scene)
    assert wav.rate_hz == 16000
    mixed = wav.mix(0, wav.frames)[0]
    np.testing.assert_array_equal(mixed[:32000], wide)
    narrow = decode(scene.data["narrow"])[:16000]
    assert np.abs(mixed[32000::2] - narrow.astype(int)).max() <= 1


def test_a_recording_that_cannot_be_opened_is_named_and_the_rest_is_heard():
    scene, _, second = scene_of_two_rows()
    broken = []

    def opener(recording):
        if recording.source_name == "first":
            raise ContentMissingError(name=recording.source_name)
        return scene.open(recording)

    wav = virtual(scene, broken=broken, opener=opener)
    mixed = wav.mix(0, wav.frames)[0]
    assert [(name, error.code) for name, error in broken] == [("first", "content.missing")]
    np.testing.assert_array_equal(mixed[9 * 8000 : 15 * 8000], second)
    assert not mixed[: 5 * 8000].any()


def test_a_recording_that_is_not_sound_is_named():
    scene, *_ = scene_of_two_rows()
    scene.data["first"] = b"a conversation"
    broken = []
    virtual(scene, broken=broken)
    assert [(name, error.code) for name, error in broken] == [("first", "media.unreadable")]


def test_damage_in_the_middle_is_named_once_and_what_came_before_was_heard():
    scene, first, second = scene_of_two_rows()
    broken = []

    class Damaged(MemorySource):
        is_closed = False

        def read_at(self, offset: int, length: int) -> bytes:
            if offset > 44 + 4 * 16000:
                raise ContentDamagedError(name=self.name, reason="a block was changed")
            return super().read_at(offset, length)

        def close(self) -> None:
            self.is_closed = True

    damaged = Damaged(scene.data["first"], "first")
    wav = virtual(
        scene,
        broken=broken,
        opener=lambda r: damaged if r.source_name == "first" else scene.open(r),
    )
    before = wav.mix(0, 16000)[0]
    wav.mix(4 * 8000, 40_000)
    after = wav.mix(9 * 8000, 6 * 8000)[0]
    np.testing.assert_array_equal(before, first[:16000])
    np.testing.assert_array_equal(after, second)
    assert [(name, error.code) for name, error in broken] == [("first", "content.damaged")]
    assert damaged.is_closed


def test_a_recording_shorter_than_it_was_said_to_be_ends_in_silence():
    scene = one_call(encode(speech(2.0)), 5.0)
    mixed = virtual(scene).mix(0, 5 * 8000)[0]
    np.testing.assert_array_equal(mixed[:16000], speech(2.0))
    assert not mixed[16000:].any()


def test_nothing_recorded_is_silence():
    scene = Scene(3.0)
    scene.segment(0, 3)
    wav = virtual(scene)
    assert (wav.frames, wav.channels) == (24000, 1)
    assert not wav.mix(0, 24000).any()


def test_what_is_too_long_for_a_wav_is_played_at_the_lowest_rate():
    scene = one_call(encode(speech(0.1, 48000).repeat(2).reshape(-1, 2), 48000), 50_000.0)
    wav = virtual(scene)
    assert (wav.rate_hz, wav.channels) == (8000, 1)
    assert wav.size < 2**32


def test_one_read_takes_bounded_memory():
    wav = virtual(one_call(encode(speech(1.0)), 3600.0))
    wav.seek(HEADER_BYTES)
    assert len(wav.read(2**30)) <= 400_000


def test_closing_closes_every_recording():
    scene, *_ = scene_of_two_rows()
    opened = []

    class Watched(MemorySource):
        closed = 0

        def close(self) -> None:
            self.closed += 1

    def opener(recording):
        opened.append(Watched(scene.data[recording.source_name], recording.source_name))
        return opened[-1]

    wav = virtual(scene, opener=opener)
    wav.close()
    wav.close()
    assert [source.closed for source in opened] == [1, 1]


def test_at_another_speed_the_stream_is_as_much_shorter():
    scene, *_ = scene_of_two_rows()
    desk = MixDesk()
    wav = virtual(scene, desk=desk)
    assert (wav.pace, wav.frames) == (1.0, 20 * 8000)
    desk.rate = 2.0
    wav.begin()
    assert (wav.pace, wav.frames) == (2.0, 10 * 8000)
    samples, _ = soundfile.read(io.BytesIO(whole(wav)), dtype="int16")
    assert len(samples) == 11 * 8000
    # Silence from 5 to 7 on the timeline, and after 15.
    assert not samples[int(2.6 * 8000) : int(3.4 * 8000)].any()
    assert samples[int(2.0 * 8000) : int(2.4 * 8000)].any()
    assert not samples[int(7.6 * 8000) :].any()


def test_dull_stretches_that_go_by_faster_are_in_step_with_the_course():
    scene, first, _ = scene_of_two_rows()
    timeline = scene.timeline()
    desk = MixDesk()
    wav = virtual(scene, desk=desk)
    desk.course = plan_course(timeline, fast=[(1_000_000, 3_000_000)], speed=4.0)
    wav.begin()
    samples = wav.mix(0, 3 * 8000)[0]
    np.testing.assert_array_equal(samples[: 8000 - 80], first[: 8000 - 80])
    # From 1.5 s of the stream on, 3 s of the timeline; found again within the reach of stretching.
    place, alike = place_of(samples[13000:14000], first, 25000, 200)
    assert alike > 0.99
    assert abs(place - 25000) <= 57


def test_the_first_reads_after_a_seek_are_short():
    scene, *_ = scene_of_two_rows()
    wav = virtual(scene)
    wav.seek(HEADER_BYTES)
    lengths = [len(wav.read(1 << 20)) // 2 for _ in range(4)]
    assert lengths == [800, 1600, 3200, 6400]
