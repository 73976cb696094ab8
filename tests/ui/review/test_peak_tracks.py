from __future__ import annotations

import numpy as np
import pytest

from reviewer.media.peaks import PEAKS_HZ, Peaks
from reviewer.models.timeline import lay_out
from reviewer.ui.review.peak_tracks import PeakInbox, PeakPart, PeakTrack
from reviewer.ui.review.scene_build import build_scene
from tests.ui.review import builders
from tests.ui.review.builders import S


def part(values, channels=1):
    high = np.tile(np.asarray(values, np.int16), (channels, 1))
    return Peaks(PEAKS_HZ, (-high // 2).astype(np.int16), high)


@pytest.fixture
def wave():
    """The first channel of the gapped third part: pieces of 133 s and 236 s."""
    call = builders.call()
    return build_scene(call, lay_out(call)).rows[2].waves[0]


def test_the_height_of_a_column_is_its_loudest_moment(wave):
    values = np.zeros(13_300)
    values[1234] = 16384
    track = PeakTrack()
    track.add(0, part(values))
    for us_per_column in (10_000, 40_000, 370_000, 2_000_000):
        left = wave.piece.start_us
        columns = wave.piece.duration_us // us_per_column
        heights = track.heights(wave, left, us_per_column, columns)
        loud = np.flatnonzero(heights == 0.5)
        assert list(loud) == [1234 * 10_000 // us_per_column]


def test_close_up_a_peak_is_as_wide_as_it_lasts(wave):
    values = np.zeros(13_300)
    values[100] = 32767
    track = PeakTrack()
    track.add(0, part(values))
    heights = track.heights(wave, wave.piece.start_us + 990_000, 2_500, 16)
    assert np.flatnonzero(heights > 0.9).tolist() == [4, 5, 6, 7]


def test_outside_of_the_piece_nothing_is_drawn(wave):
    track = PeakTrack()
    track.add(0, part(np.full(13_300, 1000)))
    heights = track.heights(wave, wave.piece.start_us - 5 * S, S, 145)
    assert np.isnan(heights[:5]).all()
    assert not np.isnan(heights[5:138]).any()
    assert np.isnan(heights[138:]).all()


def test_a_wave_fills_in_and_the_rest_stays_unknown(wave):
    track = PeakTrack(13_300)
    track.add(2000, part(np.full(2000, 8192)))
    heights = track.heights(wave, wave.piece.start_us, S, 60)
    assert np.isnan(heights[:20]).all()
    assert heights[20:40] == pytest.approx(0.25)
    # The column at the edge shares a coarse peak with the part before it.
    assert np.isnan(heights[41:]).all()
    track.add(0, part(np.full(2000, 16384)))
    heights = track.heights(wave, wave.piece.start_us, S, 60)
    assert heights[:20] == pytest.approx(0.5)
    assert track.bins == 4000


def test_parts_beyond_what_was_expected_are_taken(wave):
    track = PeakTrack(100)
    for first in range(0, 13_300, 1900):
        track.add(first, part(np.full(1900, 3277)))
    heights = track.heights(wave, wave.piece.start_us, S, 133)
    assert heights == pytest.approx(0.1, abs=1e-3)


def test_channels_are_apart_and_the_loudest_counts_for_all(wave):
    high = np.array([[16384] * 100, [8192] * 100], np.int16)
    track = PeakTrack()
    track.add(0, Peaks(PEAKS_HZ, -high, high))
    left = wave.piece.start_us
    second = type(wave)(wave.piece, 1, "down", "customer")
    both = type(wave)(wave.piece, None, "both", "agent")
    assert track.heights(wave, left, S, 1)[0] == pytest.approx(0.5)
    assert track.heights(second, left, S, 1)[0] == pytest.approx(0.25)
    assert track.heights(both, left, S, 1)[0] == pytest.approx(0.5)


def test_the_lowest_sample_of_16_bits_is_full_loudness(wave):
    low = np.array([[-32768] * 100], np.int16)
    track = PeakTrack()
    track.add(0, Peaks(PEAKS_HZ, low, np.zeros_like(low)))
    assert track.heights(wave, wave.piece.start_us, S, 1)[0] == 1.0


def test_clicks_do_not_decide_the_loudness(wave):
    values = np.full(20_000, 3277)
    values[77] = 32767
    track = PeakTrack()
    assert track.loudest() == 0.0
    track.add(0, part(values))
    assert track.loudest() == pytest.approx(0.1, abs=0.01)


def test_the_inbox_gives_everything_once(wave):
    inbox = PeakInbox()
    inbox.put(PeakPart(wave.piece.recording.id, 0, part([1, 2])))
    inbox.put(PeakPart(wave.piece.recording.id, 2, part([3])))
    assert [p.first_bin for p in inbox.take()] == [0, 2]
    assert inbox.take() == ()
