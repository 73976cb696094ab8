from __future__ import annotations

import queue
import sys
import threading

import pytest

from reviewer.errors import MediaUnreadableError, SoundEngineMissingError
from reviewer.models.course import plan_course
from reviewer.player.engine import Ended, EngineMissing, Failed, Opened, Reported, Sounding
from reviewer.player.mixer import MixDesk, VirtualWav
from reviewer.player.vlc_engine import VlcEngine
from tests.helpers.sound import encode, one_call, speech

S = 1_000_000


class Events(queue.Queue):
    """Collects what an engine says."""

    def next(self, kind: type, ticket: int | None = None):
        """Return the next event of a kind, passing over others."""
        while True:
            event = self.get(timeout=10)
            if isinstance(event, kind) and ticket in (None, event.ticket):
                return event


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def engine(events: Events):
    engine = VlcEngine(events.put, ["--aout=adummy"])
    yield engine
    engine.close()


def stream(seconds: float = 30.0) -> VirtualWav:
    scene = one_call(encode(speech(2.0)), seconds)
    timeline = scene.timeline()
    return VirtualWav(timeline, scene.open, MixDesk(plan_course(timeline)), lambda *_: None)


def test_it_opens_sounds_reports_and_ends(engine: VlcEngine, events: Events) -> None:
    engine.load(7, lambda: stream(30.0), 29 * S)
    assert events.next(Opened).ticket == 7
    engine.play()
    assert events.next(Sounding).ticket == 7
    report = events.next(Reported)
    assert 29 * S <= report.position_us < 30 * S
    assert events.next(Ended).ticket == 7


def test_a_new_load_takes_the_place_of_the_old(engine: VlcEngine, events: Events) -> None:
    closed = []

    class Watched(VirtualWav):
        def close(self) -> None:
            closed.append(self)
            super().close()

    def make() -> VirtualWav:
        made = stream()
        made.__class__ = Watched
        return made

    engine.load(1, make, 0)
    engine.play()
    events.next(Sounding, 1)
    engine.load(2, stream, 5 * S)
    engine.play()
    events.next(Opened, 2)
    assert len(closed) == 1
    assert events.next(Reported, 2).position_us >= 5 * S


def test_after_the_end_it_can_be_played_again(engine: VlcEngine, events: Events) -> None:
    engine.load(1, lambda: stream(2.0), 1_500_000)
    engine.play()
    events.next(Ended)
    engine.seek(0)
    engine.play()
    assert events.next(Reported).position_us < S
    events.next(Ended)


def test_a_pause_before_there_is_sound_does_not_end_it(engine: VlcEngine, events: Events) -> None:
    engine.load(1, stream, 3 * S)
    engine.play()
    engine.pause()
    engine.play()
    assert events.next(Reported).position_us >= 3 * S


def test_of_seeks_in_a_row_only_the_last_is_carried_out(engine: VlcEngine, events: Events) -> None:
    engine.load(1, lambda: stream(3000.0), 0)
    engine.play()
    events.next(Reported)
    for second in range(2000):
        engine.seek(second * S)
    passed = events.next(Reported)
    while passed.position_us < 1999 * S:
        passed = events.next(Reported)
    assert events.qsize() < 50


def test_what_cannot_be_made_is_an_event(engine: VlcEngine, events: Events) -> None:
    def make() -> VirtualWav:
        raise MediaUnreadableError(name="call", reason="it is text")

    engine.load(3, make, 0)
    failed = events.next(Failed)
    assert (failed.ticket, failed.error.code) == (3, "media.unreadable")


@pytest.mark.logs("told of a failure while reading")
def test_a_stream_that_fails_in_libvlcs_hands_ends_and_kills_nothing(
    engine: VlcEngine, events: Events
) -> None:
    class Failing:
        size = 44 + 16000 * 60
        pace = 1.0

        def begin(self) -> None:
            """Nothing changes."""

        def read(self, length: int) -> bytes:
            raise RuntimeError(str(length))

        def seek(self, offset: int) -> None:
            """Anywhere."""

        def close(self) -> None:
            """Nothing is open."""

    engine.load(1, Failing, 0)
    engine.play()
    ended = events.get(timeout=10)
    while not isinstance(ended, (Ended, Failed)):
        ended = events.get(timeout=10)
    engine.load(2, stream, 0)
    engine.play()
    assert events.next(Sounding, 2).ticket == 2


def test_closing_leaves_no_thread_whatever_it_does(events: Events) -> None:
    before = threading.active_count()
    for step in range(6):
        engine = VlcEngine(events.put, ["--aout=adummy"])
        if step > 0:
            engine.warm_up()
        if step > 1:
            engine.load(1, stream, 0)
        if step > 2:
            engine.play()
        if step > 3:
            events.next(Sounding)
        if step > 4:
            engine.pause()
        engine.close()
        engine.close()
        engine.play()
        assert threading.active_count() == before


def test_without_libvlc_it_says_what_to_install(
    events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vlc", None)
    engine = VlcEngine(events.put)
    engine.warm_up()
    missing = events.get(timeout=10)
    assert isinstance(missing, EngineMissing)
    assert isinstance(missing.error, SoundEngineMissingError)
    assert "libvlc5" in str(missing.error)
    engine.load(1, stream, 0)
    engine.play()
    engine.close()
    assert events.empty()


def test_a_libvlc_of_another_age_is_named(events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vlc.libvlc_get_version", lambda: b"2.2.8 Weatherwax")
    engine = VlcEngine(events.put)
    engine.warm_up()
    missing = events.get(timeout=10)
    engine.close()
    assert isinstance(missing, EngineMissing)
    assert "2.2.8 Weatherwax is too old" in str(missing.error)


def test_a_libvlc_that_does_not_start_is_a_missing_one(events: Events) -> None:
    engine = VlcEngine(events.put, ["--no-such-option"])
    engine.warm_up()
    missing = events.get(timeout=10)
    assert isinstance(missing, EngineMissing)
    engine.close()
