"""What sounds is what was recorded at the instant shown: the whole chain on the real libVLC."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from reviewer.models.activity import Dull, DullKind
from reviewer.player.clock import monotonic_us
from reviewer.player.qt_player import QtPlayer
from reviewer.player.reports import PlayerState
from reviewer.player.skipping import SkipMode
from reviewer.player.vlc_engine import VlcEngine
from tests.helpers.ear import Ear, Heard, place_of
from tests.helpers.sound import Scene, decode, encode, speech

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from pytestqt.qtbot import QtBot

S = 1_000_000
RATE = 8000
WINDOW = 160
SETTLED_US = 500_000
ASIDE_US = 5_000


class Listener:
    """A player, an ear on its engine, and what the player showed when."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.engines: list[VlcEngine] = []
        self.player = QtPlayer(self._make)
        self.ear = Ear(self.engines[0])
        self.shown: list[tuple[int, int]] = []
        self.player.position_changed.connect(self._on_position)

    def _make(self, emit) -> VlcEngine:
        self.engines.append(VlcEngine(emit))
        return self.engines[0]

    def _on_position(self, position_us: int) -> None:
        now_us, again_us = monotonic_us(), self.player.position_us
        # Was this thread set aside since the player looked at its clock, nobody knows for how long.
        if abs(again_us - position_us) < ASIDE_US:
            self.shown.append((now_us, position_us))

    def forget(self) -> None:
        self.shown.clear()
        self.ear.heard.clear()

    def listen(self, buffers: int) -> list[Heard]:
        """Wait until so many buffers that are due have been shown as well; return them."""
        self.qtbot.waitUntil(lambda: len(self.due()) >= buffers, timeout=8000)
        return self.due()

    def due(self) -> list[Heard]:
        """What was heard between the first and the last position shown, and is not silence."""
        if len(self.shown) < 3:
            return []
        first, last = self.shown[1][0], self.shown[-1][0]
        return [
            heard
            for heard in list(self.ear.heard)
            if first <= heard.due_us <= last - WINDOW * S // RATE
            and len(heard.samples) >= WINDOW
            and np.abs(heard.samples[:WINDOW]).max() > 200
        ]

    def shown_at(self, instant_us: int) -> float:
        """Return the position shown at an instant, between two ticks by proportion."""
        times, positions = zip(*self.shown, strict=True)
        return float(np.interp(instant_us, times, positions))


@pytest.fixture
def listener(qtbot: QtBot) -> Iterator[Listener]:
    listener = Listener(qtbot)
    yield listener
    listener.player.close()


def scene_with_everything() -> tuple[Scene, NDArray[np.int16]]:
    """Three segments: GSM with a pause in it, mu-law, raw GSM; a gap, a border, an overlap."""
    scene = Scene(120.0)
    one, two, three = scene.segment(0, 50), scene.segment(50, 80), scene.segment(75, 120)
    files = {
        "gsm": encode(speech(40.0, seed=1), coding="GSM610"),
        "law": encode(speech(30.0, seed=2), coding="ULAW"),
        "raw": encode(speech(40.0, seed=3), container="RAW", coding="GSM610"),
    }
    scene.record(one, "gsm", files["gsm"], (0, 0, 15), (15, 25, 25))
    scene.record(two, "law", files["law"], (0, 50, 30))
    scene.record(three, "raw", files["raw"], (0, 80, 40), media_type="audio/x-gsm")
    reference = np.zeros(121 * RATE, np.int16)
    gsm = decode(files["gsm"])
    reference[: 15 * RATE] = gsm[: 15 * RATE]
    reference[25 * RATE : 50 * RATE] = gsm[15 * RATE : 40 * RATE]
    reference[50 * RATE : 80 * RATE] = decode(files["law"])
    reference[80 * RATE : 120 * RATE] = decode(files["raw"], raw_coding="GSM610")
    return scene, reference


def errors_ms(
    listener: Listener, heard: list[Heard], reference: NDArray[np.int16], *, known: float = 1.0
) -> list[float]:
    """Return by how much what sounded was later than what was shown, in recorded time.

    Compared are the middles of windows of 20 ms, so that speed makes no difference of its own.
    At least the part `known` of them must be found in what was recorded nearby: where time is
    stretched, many windows are blends of two.
    """
    errors = []
    half_us = round(WINDOW / 2 / RATE * S)
    for part in heard:
        shown = listener.shown_at(part.due_us + half_us) / S * RATE - WINDOW / 2
        place, alike = place_of(part.samples[:WINDOW], reference, round(shown), RATE // 4)
        if alike > 0.8:
            errors.append((shown - place) / RATE * 1000)
    assert len(errors) >= len(heard) * known, "what sounded was not recorded anywhere near"
    return errors


def assert_together(listener: Listener, reference: NDArray[np.int16]) -> None:
    """What sounds since the start keeps to what is shown.

    A machine that is busy elsewhere may take note of the sound's beginning late; the next report,
    after 300 ms at most, puts that right. It may also set this thread aside between its look at
    the clock and the note of when that was: one such is borne.
    """
    heard = listener.due()
    errors = np.abs(errors_ms(listener, heard, reference))
    begun_us = listener.ear.heard[0].due_us
    settled = [part.due_us - begun_us > SETTLED_US for part in heard]
    assert sum(settled) >= 3
    assert np.sort(errors[settled])[-2] < 20
    assert np.median(errors) < 5
    assert errors.max() < 150


def test_at_fifty_instants_what_sounds_is_what_was_recorded_then(listener: Listener) -> None:
    scene, reference = scene_with_everything()
    listener.player.load(scene.timeline(), scene.open, play=True)
    listener.qtbot.waitUntil(lambda: len(listener.ear.heard) > 2)
    choose = np.random.default_rng(50)
    worst = []
    recorded = [(0, 14.5), (25, 49.5), (50, 79.5), (80, 119)]
    for i in range(50):
        low, high = recorded[i % 4]
        target = int(choose.uniform(low, high) * S)
        listener.player.seek(target)
        listener.forget()
        listener.player.position_changed.emit(listener.player.position_us)
        worst.append(max(map(abs, errors_ms(listener, listener.listen(2), reference))))
    # A machine that is busy elsewhere may take note of the sound's beginning late, now and then;
    # the next report puts that right.
    assert np.median(worst) < 5
    assert sorted(worst)[46] < 20
    assert max(worst) < 150


@pytest.mark.parametrize("rate", [0.5, 1.0, 1.25, 1.5, 2.0, 3.0])
def test_at_every_speed_sound_and_position_go_together(listener: Listener, rate: float) -> None:
    scene, reference = scene_with_everything()
    listener.player.set_rate(rate)
    listener.player.load(scene.timeline(), scene.open, start_us=30 * S, play=True)
    listener.qtbot.waitUntil(lambda: len(listener.ear.heard) > 20)
    listener.forget()
    known = 1.0 if rate == 1.0 else 0.3
    errors = errors_ms(listener, listener.listen(14), reference, known=known)
    assert np.abs(errors).max() < 20
    times, positions = zip(*listener.shown, strict=True)
    assert np.polyfit(times, positions, 1)[0] == pytest.approx(rate, rel=0.02)


def test_a_seek_at_once_after_another_speed_is_not_lost(listener: Listener) -> None:
    scene, reference = scene_with_everything()
    player = listener.player
    player.load(scene.timeline(), scene.open, play=True)
    choose = np.random.default_rng(20)
    for number in range(24):
        player.set_rate((1.0, 2.0)[number % 2])
        target = int(choose.uniform(50, 115) * S)
        player.seek(target)
        listener.forget()
        # The shown position stands still where the sound is somewhere else.
        listener.qtbot.waitUntil(lambda at=target: player.position_us > at + 0.9 * S, timeout=8000)
    listener.forget()
    assert np.median(np.abs(errors_ms(listener, listener.listen(4), reference, known=0.3))) < 20


@pytest.mark.parametrize("begin", [13.9, 23.9, 48.9, 78.9])
def test_sound_and_position_stay_together_over_borders_and_gaps(
    listener: Listener, begin: float
) -> None:
    scene, reference = scene_with_everything()
    listener.player.load(scene.timeline(), scene.open, start_us=round(begin * S), play=True)
    listener.qtbot.waitUntil(lambda: listener.player.position_us > (begin + 1.7) * S)
    # A window that ends in the gap resembles nothing enough.
    assert max(map(abs, errors_ms(listener, listener.due(), reference, known=0.8))) < 20


def test_a_skipped_gap_takes_no_time_and_the_wall_clock_is_right_after_it(
    listener: Listener,
) -> None:
    scene, reference = scene_with_everything()
    listener.player.planner.set_gaps_skipped(on=True)
    listener.player.load(scene.timeline(), scene.open, start_us=round(14.5 * S), play=True)
    listener.qtbot.waitUntil(lambda: listener.player.position_us > 25.6 * S)
    positions = [position for _, position in listener.shown]
    assert not any(15.05 * S < position < 25 * S for position in positions)
    after = [part for part in listener.due() if listener.shown_at(part.due_us) > 25.1 * S]
    assert max(map(abs, errors_ms(listener, after, reference))) < 20


@pytest.mark.parametrize("rate", [0.5, 3.0])
def test_speed_does_not_change_the_pitch(listener: Listener, rate: float) -> None:
    tone = (9000 * np.sin(2 * np.pi * 440 * np.arange(60 * RATE) / RATE)).astype(np.int16)
    scene = Scene(60.0)
    scene.record(scene.segment(0, 60), "tone", encode(tone, coding="GSM610"), (0, 0, 60))
    listener.player.set_rate(rate)
    listener.player.load(scene.timeline(), scene.open, play=True)
    listener.qtbot.waitUntil(lambda: sum(len(h.samples) for h in listener.ear.heard) > 12000)
    heard = np.concatenate([part.samples for part in listener.ear.heard])[4000:12000]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert spectrum.argmax() * RATE / len(heard) == pytest.approx(440, abs=4)


def test_muting_a_row_is_heard_at_once_and_undone_at_once(listener: Listener) -> None:
    scene, reference = scene_with_everything()
    listener.player.load(scene.timeline(), scene.open, start_us=30 * S, play=True)
    listener.qtbot.waitUntil(lambda: len(listener.ear.heard) > 20)
    for on in (True, False, True, False):
        listener.forget()
        asked_us = monotonic_us()
        listener.player.mute_row(1, on=on)

        def is_so(on: bool = on) -> bool:
            last = listener.ear.heard[-3:]
            return len(last) == 3 and all((abs(h.samples).max() < 5) == on for h in last)

        listener.qtbot.waitUntil(is_so)
        flipped = next(h.due_us for h in listener.ear.heard if (abs(h.samples).max() < 5) == on)
        assert flipped - asked_us < 300_000
    listener.forget()
    errors = errors_ms(listener, listener.listen(8), reference)
    assert max(map(abs, errors)) < 20


def test_after_a_pause_it_goes_on_where_it_was(listener: Listener) -> None:
    scene, reference = scene_with_everything()
    player = listener.player
    player.set_resume_back(0)
    player.load(scene.timeline(), scene.open, start_us=30 * S, play=True)
    listener.qtbot.waitUntil(lambda: player.position_us > 30.4 * S)
    player.pause()
    stood = player.position_us
    listener.ear.settle()
    listener.forget()
    player.play()
    assert player.state is PlayerState.PLAYING
    listener.qtbot.waitUntil(lambda: player.position_us > stood + 1.2 * S)
    assert_together(listener, reference)


def test_a_seek_while_paused_is_silent_and_counts_when_it_plays(listener: Listener) -> None:
    scene, reference = scene_with_everything()
    player = listener.player
    player.load(scene.timeline(), scene.open, start_us=30 * S, play=True)
    listener.qtbot.waitUntil(lambda: player.position_us > 30.4 * S)
    player.pause()
    player.seek(90 * S)
    assert player.position_us == 90 * S
    listener.ear.settle()
    listener.forget()
    player.play()
    listener.qtbot.waitUntil(lambda: player.position_us > 91.2 * S)
    assert listener.shown[0][1] >= 90 * S
    assert_together(listener, reference)


def test_the_volume_is_heard_and_survives_the_next_interaction(listener: Listener) -> None:
    tone = (9000 * np.sin(2 * np.pi * 440 * np.arange(60 * RATE) / RATE)).astype(np.int16)
    scene = Scene(60.0)
    scene.record(scene.segment(0, 60), "tone", encode(tone), (0, 0, 60))
    player, heard = listener.player, listener.ear.heard

    def is_heard(low: int, high: int) -> bool:
        last = [np.abs(part.samples).max(initial=0) for part in heard[-3:]]
        return len(last) == 3 and all(low < loudness < high for loudness in last)

    for volume, low, high in ((100, 8500, 9500), (50, 800, 1500), (50, 800, 1500)):
        player.set_volume(volume)
        player.load(scene.timeline(), scene.open, play=True)
        listener.forget()
        listener.qtbot.waitUntil(lambda low=low, high=high: is_heard(low, high))
        player.unload()
        listener.ear.settle()
    assert player.volume == 50


@pytest.mark.parametrize("playing", [True, False])
def test_a_dragged_playhead_is_heard_where_it_is(listener: Listener, playing: bool) -> None:
    scene, reference = scene_with_everything()
    player = listener.player
    player.load(scene.timeline(), scene.open, start_us=30 * S, play=True)
    listener.qtbot.waitUntil(lambda: len(listener.ear.heard) > 10)
    if not playing:
        player.pause()
    player.begin_scrub()
    for second in (33.0, 86.0, 55.5, 28.0):
        # What was sounding is still on its way until the engine has stopped.
        listener.ear.settle()
        listener.ear.heard.clear()
        player.scrub(round(second * S))

        def places(second: float = second) -> list[float]:
            """Return where what is heard from there lies, seconds; what was on its way is not."""
            found = []
            for part in list(listener.ear.heard):
                near = round(second * RATE)
                place, alike = place_of(part.samples[:WINDOW], reference, near, RATE)
                if len(part.samples) >= WINDOW and alike > 0.9:
                    found.append(place / RATE)
            return found

        listener.qtbot.waitUntil(lambda: len(places()) > 1, timeout=8000)
        assert abs(places()[0] - second) < 0.02
        listener.qtbot.waitUntil(lambda: not player._scrubber._hush.isActive())
    player.end_scrub()
    assert player.state is (PlayerState.PLAYING if playing else PlayerState.PAUSED)


def test_what_is_skipped_is_not_heard(listener: Listener) -> None:
    scene, reference = scene_with_everything()
    player = listener.player
    player.planner.set_skip_mode(SkipMode.SKIP)
    player.load(scene.timeline(), scene.open, start_us=round(30 * S), play=True)
    player.planner.set_dull([Dull(DullKind.MUSIC, 31 * S, 48 * S)])
    listener.qtbot.waitUntil(lambda: player.position_us > 48.7 * S)
    positions = [position for _, position in listener.shown]
    assert not any(31.01 * S < position < 48 * S for position in positions)
    after = [part for part in listener.due() if listener.shown_at(part.due_us) > 48.1 * S]
    assert max(map(abs, errors_ms(listener, after, reference))) < 20
