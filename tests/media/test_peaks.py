from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from reviewer.errors import CancelledError
from reviewer.media.peaks import PEAKS_HZ, Peaks, level_for, read_peaks
from reviewer.models.bytesource import MemorySource
from reviewer.models.progress import Cancellation
from tests.helpers.sound import decode, encode, speech


def expected(samples: np.ndarray, rate_hz: int) -> tuple[list[int], list[int]]:
    edges = [i * rate_hz // PEAKS_HZ for i in range(len(samples) * PEAKS_HZ // rate_hz + 2)]
    parts = [samples[a:b] for a, b in pairwise(edges) if a < len(samples)]
    return [int(p.min()) for p in parts], [int(p.max()) for p in parts]


@pytest.mark.parametrize(
    ("rate_hz", "seconds", "coding"),
    [
        (8000, 45.003, "PCM_16"),
        (8000, 40.96, "GSM610"),
        (11025, 23.7, "PCM_16"),
        (16000, 20.0, "PCM_16"),
        (8000, 0.004, "PCM_16"),
    ],
)
def test_peaks_are_the_extremes_of_each_hundredth(
    rate_hz: int, seconds: float, coding: str
) -> None:
    data = encode(speech(seconds, rate_hz), rate_hz, coding=coding)
    low, high = expected(decode(data), rate_hz)
    peaks = read_peaks(MemorySource(data, "call"))
    assert peaks.low[0].tolist() == low
    assert peaks.high[0].tolist() == high


def test_each_channel_has_its_own() -> None:
    left, right = speech(3.0, seed=1), speech(3.0, seed=2) // 8
    peaks = read_peaks(MemorySource(encode(np.stack([left, right], axis=1)), "call"))
    assert peaks.channels == 2
    assert peaks.high[0].tolist() == expected(left, 8000)[1]
    assert peaks.high[1].tolist() == expected(right, 8000)[1]


def test_parts_arrive_in_order_and_make_up_the_whole() -> None:
    parts: list[tuple[int, Peaks]] = []
    data = encode(speech(65.0), coding="GSM610")
    whole = read_peaks(
        MemorySource(data, "call"), on_part=lambda at, part: parts.append((at, part))
    )
    assert [at for at, _ in parts] == [0, 2000, 4000, 6000]
    np.testing.assert_array_equal(np.concatenate([p.low for _, p in parts], axis=1), whole.low)
    np.testing.assert_array_equal(np.concatenate([p.high for _, p in parts], axis=1), whole.high)


def test_an_empty_recording_has_none() -> None:
    peaks = read_peaks(MemorySource(encode(np.zeros(0, np.int16)), "call"))
    assert (len(peaks), peaks.channels) == (0, 1)


def test_it_can_be_stopped() -> None:
    class Stopping(Cancellation):
        def report(self, done: int, total: int | None = None, what: str = "") -> None:
            assert (done, total) == (2000, 4500)
            self.cancel()

    with pytest.raises(CancelledError):
        read_peaks(MemorySource(encode(speech(45.0)), "call"), progress=Stopping())


def test_coarser_levels_keep_every_extreme() -> None:
    peaks = read_peaks(MemorySource(encode(speech(60.07)), "call"))
    levels = peaks.pyramid()
    assert len(levels[-1]) <= 256
    for finer, coarser in pairwise(levels):
        assert coarser.rate_hz == finer.rate_hz / 2
        assert len(coarser) == (len(finer) + 1) // 2
        for i in range(0, len(finer), 97):
            assert coarser.low[0, i // 2] <= finer.low[0, i]
            assert coarser.high[0, i // 2] >= finer.high[0, i]
    assert max(level.high.max() for level in levels) == peaks.high.max()


def test_the_level_fits_the_zoom() -> None:
    levels = read_peaks(MemorySource(encode(speech(60.0)), "call")).pyramid()
    assert level_for(levels, 400).rate_hz == 100
    assert level_for(levels, 100).rate_hz == 100
    assert level_for(levels, 50).rate_hz == 50
    assert level_for(levels, 30).rate_hz == 50
    assert level_for(levels, 0.01) is levels[-1]
