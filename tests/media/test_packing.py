"""Peaks and activity as bytes, and back."""

from __future__ import annotations

import numpy as np
import pytest

from reviewer.media import packing
from reviewer.media.packing import pack_activity, pack_peaks, unpack_activity, unpack_peaks
from reviewer.media.peaks import PEAKS_HZ, Peaks
from reviewer.models.activity import Activity, ActivityKind, Run
from reviewer.models.derived import FORM_BYTES

SPEECH, SILENCE, MUSIC, RINGING = ActivityKind
ACTIVITY = Activity(
    (
        (Run(SILENCE, 0, 1_500_000), Run(SPEECH, 1_500_000, 9_000_000)),
        (Run(MUSIC, 0, 7_000_000), Run(RINGING, 7_000_000, 9_000_000)),
    )
)


def peaks(count: int, channels: int = 2) -> Peaks:
    low = np.random.default_rng(1).integers(-32768, 0, (channels, count), np.int16)
    return Peaks(PEAKS_HZ, low, -(low + 1))


@pytest.mark.parametrize("count", [0, 1, 1234])
def test_peaks_come_back(count: int) -> None:
    made = peaks(count)
    found = unpack_peaks(pack_peaks(made))
    assert found is not None
    assert (found.rate_hz, found.channels, len(found)) == (PEAKS_HZ, 2, count)
    assert np.array_equal(found.low, made.low)
    assert np.array_equal(found.high, made.high)


def test_activity_comes_back() -> None:
    assert unpack_activity(pack_activity(ACTIVITY)) == ACTIVITY
    assert unpack_activity(pack_activity(Activity(((),)))) == Activity(((),))


@pytest.mark.parametrize("length", [0, 3, 10, 30, 200])
def test_what_is_cut_or_something_else_does_not_come_back(length: int) -> None:
    for data, unpack in (
        (pack_peaks(peaks(99)), unpack_peaks),
        (pack_activity(ACTIVITY), unpack_activity),
    ):
        assert unpack(data[: min(length, len(data) - 1)]) is None
        assert unpack(b"RIFF" + data[4:]) is None
        assert unpack(data[:30] + bytes(length) + data[30:][::-1]) is None


def test_what_an_earlier_algorithm_made_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    old = pack_peaks(peaks(5)), pack_activity(ACTIVITY)
    monkeypatch.setattr(packing, "PEAKS_VERSION", packing.PEAKS_VERSION + 1)
    monkeypatch.setattr(packing, "ACTIVITY_VERSION", packing.ACTIVITY_VERSION + 1)
    assert unpack_peaks(old[0]) is None
    assert unpack_activity(old[1]) is None
    fresh = pack_peaks(peaks(5)), pack_activity(ACTIVITY)
    # Stores tell by the beginning that the old is to be replaced, and what is alike is not.
    assert all(new[:FORM_BYTES] != one[:FORM_BYTES] for new, one in zip(fresh, old, strict=True))
    alike = pack_peaks(peaks(70, 1)), pack_activity(Activity(((),)))
    assert [new[:FORM_BYTES] for new in fresh] == [one[:FORM_BYTES] for one in alike]
    assert unpack_peaks(pack_peaks(peaks(5))) is not None
