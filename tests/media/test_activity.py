from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from reviewer.errors import CancelledError, MediaEmptyError
from reviewer.media.activity import ActivityFinder, find_activity
from reviewer.models.activity import ActivityKind, Run
from reviewer.models.bytesource import MemorySource
from reviewer.models.progress import Cancellation
from tests.helpers import soundscape
from tests.helpers.soundscape import RATE, coded, put_together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.helpers.soundscape import Part

SPEECH, SILENCE, MUSIC, RINGING = ActivityKind
S = 1_000_000


@lru_cache
def scape(language: str, seed: int):
    return put_together(soundscape.prompts(language), seed)


def shares(runs: Sequence[Run], parts: Sequence[Part], rate_hz: int = RATE) -> Counter:
    """Return how many seconds of each kind were taken for which: `(truth, found)`."""
    found: Counter = Counter()
    for part in parts:
        for run in runs:
            begin = max(part.begin / rate_hz, run.start_us / S)
            end = min(part.end / rate_hz, run.end_us / S)
            if begin < end:
                found[part.kind, run.kind] += end - begin
    return found


def share(found: Counter, truth: ActivityKind, *kinds: ActivityKind) -> float:
    whole = sum(seconds for (kind, _), seconds in found.items() if kind is truth)
    return sum(found[truth, kind] for kind in kinds) / whole


@pytest.mark.parametrize("coding", ["GSM610", "ULAW", "PCM_16"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_real_speech_is_kept_and_everything_else_is_skipped(language: str, coding: str) -> None:
    found: Counter = Counter()
    for seed in (1, 2, 3):
        sound, parts = scape(language, seed)
        activity = find_activity(MemorySource(coded(sound, coding), "call.wav"))
        found += shares(activity.channels[0], parts)
    dull = (SILENCE, MUSIC, RINGING)
    assert share(found, SPEECH, SPEECH) >= 0.95
    for kind in dull:
        assert share(found, kind, *dull) >= 0.8, kind
    # And they are called what they are.
    assert share(found, SILENCE, SILENCE) >= 0.8
    assert share(found, MUSIC, MUSIC) >= 0.75
    assert share(found, RINGING, RINGING, SILENCE) >= 0.8


def test_noise_of_the_line_under_speech_costs_no_speech() -> None:
    sound, parts = scape("ru", 5)
    noisy = sound + np.random.default_rng(1).normal(size=len(sound)) * 180
    activity = find_activity(MemorySource(coded(noisy, "PCM_16"), "call.wav"))
    found = shares(activity.channels[0], parts)
    assert share(found, SPEECH, SPEECH) >= 0.95
    assert share(found, SILENCE, SILENCE, MUSIC, RINGING) >= 0.8


@pytest.mark.parametrize("rate_hz", [16000, 44100])
def test_the_rate_makes_no_difference(rate_hz: int) -> None:
    sound, parts = scape("en", 4)
    times = np.arange(round(len(sound) / RATE * rate_hz)) / rate_hz
    wide = np.interp(times, np.arange(len(sound)) / RATE, sound)
    activity = find_activity(MemorySource(coded(wide, "PCM_16", rate_hz), "call.wav"))
    found = shares(activity.channels[0], parts)
    assert share(found, SPEECH, SPEECH) >= 0.95
    for kind in (SILENCE, MUSIC, RINGING):
        assert share(found, kind, SILENCE, MUSIC, RINGING) >= 0.8


def test_each_channel_is_told_by_itself() -> None:
    first, one = scape("ru", 1)
    second, two = scape("en", 2)
    n = min(len(first), len(second))
    both = np.stack((first[:n], second[:n]), axis=1)
    activity = find_activity(MemorySource(coded(both, "PCM_16"), "call.wav"))
    assert len(activity.channels) == 2
    for runs, parts in zip(activity.channels, (one, two), strict=True):
        assert share(shares(runs, parts), SPEECH, SPEECH) >= 0.95


def test_runs_cover_everything_without_holes() -> None:
    sound, _ = scape("ru", 1)
    for cut in (len(sound), 12_345, 700, 79, 0):
        activity = find_activity(MemorySource(coded(sound[:cut], "PCM_16"), "call.wav"))
        runs = activity.channels[0]
        edges = [0, *(run.end_us for run in runs)]
        assert [run.start_us for run in runs] == edges[:-1]
        assert edges[-1] == cut * S // RATE


def test_parts_of_any_size_come_to_the_same() -> None:
    sound, _ = scape("en", 1)
    samples = np.clip(sound, -32768, 32767).astype(np.int16)[None, : 60 * RATE]
    whole = ActivityFinder(RATE, 1)
    whole.add(samples)
    pieces = ActivityFinder(RATE, 1)
    for at in range(0, samples.shape[1], 4000):
        pieces.add(samples[:, at : at + 4000])
    assert pieces.finish() == whole.finish()


def test_tones_that_are_no_network_and_single_beeps_are_not_ringing() -> None:
    t = np.arange(4 * RATE) / RATE
    beep = 8000 * np.sin(2 * np.pi * 1000 * t) * (t < 0.4)
    activity = find_activity(MemorySource(coded(beep, "PCM_16"), "call.wav"))
    assert RINGING not in {run.kind for run in activity.channels[0]}


def test_it_can_be_stopped_and_names_what_is_empty() -> None:
    sound, _ = scape("ru", 1)
    stopped = Cancellation()
    stopped.cancel()

    class Stopped:
        raise_if_cancelled = stopped.raise_if_cancelled

        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            """Nobody looks."""

    with pytest.raises(CancelledError):
        find_activity(MemorySource(coded(sound, "PCM_16"), "call.wav"), progress=Stopped())
    with pytest.raises(MediaEmptyError):
        find_activity(MemorySource(b"", "call.wav"))
