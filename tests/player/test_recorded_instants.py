"""What is heard at any instant of the wall clock is what was recorded then, by its samples.

Beside the made calls stands what a real telephone system recorded, where it lies beside the
checkout. What is expected is decoded by another library than the player's.
"""

from __future__ import annotations

import io
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from reviewer.models.course import plan_course
from reviewer.models.recording import RecordingState
from reviewer.models.search import Search
from reviewer.models.timeline import lay_out
from reviewer.player.mixer import MixDesk, VirtualWav
from reviewer.services.demo.generate import generate
from reviewer.services.demo.mark import SHOWCASE_CALL
from reviewer.services.import_recordings import import_recordings
from tests.helpers.ear import place_of
from tests.helpers.sound import Scene, encode, speech
from tests.helpers.stores import ADMIN, make_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from reviewer.models.bytesource import ByteSource
    from reviewer.models.interaction import Interaction
    from reviewer.models.recording import Recording
    from reviewer.storage.store import Session

TELEPHONY = Path(__file__).parents[3] / "shared" / "realdata" / "2_telephony"
S = 1_000_000
RATE = 8000
WINDOW = 400
INSTANTS = 50
# 20 ms is asked for; whole frames are reached.
MOST_FRAMES = 2


def decoded(source: ByteSource) -> NDArray[np.float64]:
    """Return the samples of a recording as one channel."""
    with closing(source):
        data = source.read_at(0, source.size)
    samples, rate = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
    assert rate == RATE
    return np.asarray(samples.astype(float).mean(axis=1), np.float64)


def check(
    interaction: Interaction, opener: Callable[[Recording], ByteSource], seed: int
) -> tuple[int, int]:
    """Compare 50 instants; return how many were heard, and how many were silent."""
    timeline = lay_out(interaction)
    there = [
        recording
        for recording in interaction.recordings
        if recording.is_sound and recording.state is RecordingState.AVAILABLE and recording.spans
    ]
    expected = np.zeros(timeline.duration_us * RATE // S + RATE)
    for recording in there:
        samples = decoded(opener(recording))
        for span in recording.spans:
            at = round((span.wall_start_us - timeline.origin_us) * RATE / S)
            begin = round(span.media_start_us * RATE / S)
            part = samples[begin : begin + round(span.duration_us * RATE / S)]
            expected[at : at + len(part)] += part
    reference = np.clip(expected, -32768, 32767).astype(np.int16)
    failures: list[object] = []
    desk = MixDesk(plan_course(timeline, []))
    wav = VirtualWav(timeline, opener, desk, lambda *what: failures.append(what))
    assert wav.rate_hz == RATE
    heard = silent = 0
    choose = np.random.default_rng(seed)
    for instant in choose.integers(0, max(1, timeline.duration_us - S), INSTANTS):
        frame = int(instant) * RATE // S
        got = wav.mix(frame, WINDOW).astype(float).mean(axis=0).astype(np.int16)
        wanted = reference[frame : frame + WINDOW]
        if np.abs(wanted).max() < 300:
            assert np.abs(got.astype(int) - wanted).max() < 300
            silent += 1
            continue
        place, alike = place_of(got, reference, frame, RATE // 4)
        assert alike > 0.98, (instant, alike)
        # What repeats itself, as a tone does, is alike in several places.
        exact = np.abs(got.astype(int) - wanted).max() <= 40
        assert exact or abs(place - frame) <= MOST_FRAMES, (instant, place - frame)
        heard += 1
    wav.close()
    assert failures == []
    return heard, silent


def opener_of(session: Session, interaction: Interaction) -> Callable[[Recording], ByteSource]:
    return lambda recording: session.content.open(interaction.id, recording)


def test_the_consultation_with_hold_and_gap_of_the_demo(tmp_path: Path) -> None:
    (call,) = [i for i in generate(date(2026, 3, 2), "ru") if i.interaction.giid == SHOWCASE_CALL]
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put([call])
        found = session.interactions.get(SHOWCASE_CALL)
        assert len(found.segments) == 3
        heard, _ = check(found, opener_of(session, found), 1)
    assert heard > INSTANTS // 3


def test_a_queue_a_blind_transfer_and_a_paused_recording() -> None:
    """As a telephone system leaves them: a file a leg, one of them stopped and begun again."""
    scene = Scene(180.0)
    queue, first, second = scene.segment(0, 20), scene.segment(20, 95), scene.segment(95, 180)
    scene.record(queue, "queue.wav", encode(speech(20.0, seed=5), coding="GSM610"), (0, 0, 20))
    paused = encode(speech(55.0, seed=6), coding="GSM610")
    scene.record(first, "first.wav", paused, (0, 20, 30), (30, 70, 25))
    scene.record(second, "second.wav", encode(speech(85.0, seed=7), coding="ULAW"), (0, 95, 85))
    heard, silent = check(scene.interaction(), scene.open, 2)
    assert heard > INSTANTS // 3
    assert silent > 0


def two_sides() -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    files = sorted((TELEPHONY / "sip_call_A").glob("endpoint_dump-*.wav"))
    if not files:
        return speech(12.0, seed=8), speech(12.0, seed=9)
    sides = [soundfile.read(path, dtype="int16", always_2d=True) for path in files]
    # At whatever rate they were dumped, two sides are two channels of one rate.
    one, two = (side[:: max(1, rate // RATE), 0] for side, rate in sides)
    length = min(len(one), len(two))
    return one[:length], two[:length]


def test_two_sides_are_two_channels_at_their_own_instants() -> None:
    left, right = two_sides()
    seconds = len(left) / RATE
    scene = Scene(seconds)
    stereo = encode(np.stack([left, right], axis=1))
    scene.record(scene.segment(0, seconds), "both.wav", stereo, (0, 0, seconds))
    timeline = scene.timeline()
    wav = VirtualWav(timeline, scene.open, MixDesk(plan_course(timeline, [])), lambda *_: None)
    assert (wav.channels, wav.rate_hz) == (2, RATE)
    for frame in np.random.default_rng(3).integers(0, len(left) - WINDOW, INSTANTS):
        got = wav.mix(int(frame), WINDOW)
        assert np.array_equal(got[0], left[frame : frame + WINDOW])
        assert np.array_equal(got[1], right[frame : frame + WINDOW])
    wav.close()


# Without the material there is nothing to collect, and so nothing to skip.
if (TELEPHONY / "asterisk_run_A").is_dir():

    def test_every_call_of_a_real_telephone_system(tmp_path: Path) -> None:
        heard = 0
        with make_store(tmp_path) as store:
            session = store.session(ADMIN)
            import_recordings(session, TELEPHONY / "asterisk_run_A")
            rows = session.interactions.search(Search())
            assert len(rows) == 12
            for seed, row in enumerate(rows):
                found = session.interactions.get_by_id(row.id)
                heard += check(found, opener_of(session, found), seed)[0]
        assert heard > 3 * INSTANTS


@pytest.mark.parametrize("by_ms", [40, -40])
def test_what_is_heard_at_the_wrong_instant_is_noticed(by_ms: int) -> None:
    """The check fails where a recording lies beside its instant."""
    scene = Scene(60.0)
    data = encode(speech(60.0, seed=4))
    scene.record(scene.segment(0, 60), "call.wav", data, (0, 0, 60))
    moved = encode(np.roll(speech(60.0, seed=4), by_ms * RATE // 1000))
    opened: list[str] = []

    def open_one(recording: Recording) -> ByteSource:
        opened.append(recording.source_name)
        scene.data["call.wav"] = data if len(opened) == 1 else moved
        return scene.open(recording)

    with pytest.raises(AssertionError):
        check(scene.interaction(), open_one, 4)
