"""A call of the demo is listened to with its pauses skipped, by the keyboard, as it is heard."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from PySide6.QtCore import Qt

from reviewer.messages import format_duration
from reviewer.models.course import plan_course
from reviewer.player.mixer import MixDesk, VirtualWav
from reviewer.player.skipping import SkipMode
from reviewer.services.demo.generate import generate
from reviewer.services.demo.mark import SHOWCASE_CALL
from tests.e2e.test_main_job import User
from tests.helpers.ear import Ear, place_of
from tests.helpers.stores import ADMIN, make_store

pytestmark = [pytest.mark.e2e, pytest.mark.display, pytest.mark.threads]
S = 1_000_000
RATE = 8000
WINDOW = 160


def whole_sound(session, opened):
    """Return everything that can be heard of the call, as one channel at 8 kHz."""
    timeline = opened.timeline

    def open_one(recording):
        return session.content.open(opened.interaction.id, recording)

    wav = VirtualWav(timeline, open_one, MixDesk(plan_course(timeline, [])), lambda *_: None)
    assert wav.rate_hz == RATE
    sound = wav.mix(0, wav.frames)
    wav.close()
    return np.asarray(sound.astype(float).mean(axis=0), np.int16)


def test_what_is_found_to_be_a_pause_is_skipped_and_speech_is_heard(qtbot, tmp_path):
    (call,) = [
        item for item in generate(date(2026, 3, 2), "en") if item.interaction.giid == SHOWCASE_CALL
    ]
    with make_store(tmp_path) as store:
        store.session(ADMIN).intake.put([call])
    user = User(qtbot, tmp_path)
    page = user.find_and_open("duration>5m")
    planner, player = page.listening.player.planner, page.listening.player
    qtbot.waitUntil(lambda: bool(planner.dull), timeout=60_000)
    reference = whole_sound(user.program._session, page.opened)
    # Long, with speech before it and right after it.
    pause = next(
        dull
        for dull in planner.dull
        if dull.duration_us > 3 * S
        and dull.start_us > 5 * S
        and all(
            np.abs(reference[at * RATE // S :][:RATE]).max() > 2000
            for at in (dull.start_us - S, dull.end_us)
        )
    )

    user.press(Qt.Key.Key_S)
    assert planner.skip_mode is SkipMode.SKIP
    saving = planner.saving
    assert saving.saved_us == sum(dull.duration_us for dull in planner.dull) > 60 * S
    told = [format_duration(length) for length in (saving.played_us, saving.whole_us)]
    assert page.parts.transport.skip.saving == " of ".join(told)
    ear = Ear(player._engine)
    ear.settle()
    shown = []
    player.position_changed.connect(shown.append)
    page.listening.seek(pause.start_us - 2 * S)
    user.press(Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: player.position_us > pause.end_us + S, timeout=20_000)
    user.press(Qt.Key.Key_Space)

    inside = range(pause.start_us + 50_000, pause.end_us - 50_000)
    assert not [position for position in shown if position in inside]
    near = (pause.start_us + pause.end_us) // 2 * RATE // S
    reach = pause.duration_us // 2 * RATE // S + 4 * RATE
    places = []
    assert ear.heard
    for part in ear.heard:
        sample = part.samples[:WINDOW]
        if len(sample) == WINDOW and np.abs(sample).max() > 1000:
            place, alike = place_of(sample, reference, near, reach)
            if alike > 0.9:
                places.append(place * S // RATE)
    assert not [place for place in places if place in inside]
    assert [place for place in places if place < pause.start_us]
    assert [place for place in places if place > pause.end_us - 200_000]
    user.leave()
