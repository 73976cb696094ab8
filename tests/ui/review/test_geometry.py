from __future__ import annotations

import itertools
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.models.ids import US_PER_S
from reviewer.ui.review.geometry import (
    LEAD_PX,
    MIN_LABEL_PX,
    MIN_US_PER_PX,
    TRAIL_PX,
    Lanes,
    Viewport,
    clusters,
    row_height,
    tick_step_s,
    ticks,
)
from tests.ui.review.builders import START

MOSCOW = ZoneInfo("Europe/Moscow")
HOUR = 3600 * US_PER_S


def test_a_fitted_view_shows_everything_between_lead_and_trail():
    view = Viewport.fitted(HOUR, 1000)
    assert view.is_fitted
    assert view.x_of(0) == pytest.approx(LEAD_PX)
    assert view.x_of(HOUR) == pytest.approx(1000 - TRAIL_PX)


def test_a_timeline_of_no_length_is_drawn_all_the_same():
    view = Viewport.fitted(0, 500)
    assert view.us_per_px > 0
    assert view.position_at(250) == 0


@given(
    at=st.floats(0, 1000),
    steps=st.lists(st.sampled_from([1.25, 1.5, 1 / 1.25, 1 / 1.5]), max_size=12),
)
def test_zooming_keeps_what_is_under_the_pointer_unless_an_end_is_reached(at, steps):
    view = Viewport.fitted(HOUR, 1000)
    for factor in steps:
        before = view.left_us + at * view.us_per_px
        view = view.zoomed(factor, at)
        lead, trail = -LEAD_PX * view.us_per_px, HOUR + TRAIL_PX * view.us_per_px
        assert view.left_us >= lead - 1
        assert view.right_us <= trail + 1
        stays = view.left_us > lead + 1 and view.right_us < trail - 1
        if stays:
            assert view.left_us + at * view.us_per_px == pytest.approx(before, abs=2)


def test_zoom_ends_at_everything_and_at_400_px_a_second():
    view = Viewport.fitted(HOUR, 1000)
    assert view.zoomed(0.1, 500) == view
    near = view.zoomed(1e9, 500)
    assert near.us_per_px == MIN_US_PER_PX


@given(position=st.integers(0, HOUR))
def test_place_and_position_are_inverse(position):
    view = Viewport.fitted(HOUR, 1000).zoomed(20, 300)
    assert (
        view.position_at(view.x_of(position)) == position
        or abs(view.position_at(view.x_of(position)) - position) <= 1
    )


def test_a_resized_fitted_view_stays_fitted():
    assert Viewport.fitted(HOUR, 1000).resized(600).is_fitted
    zoomed = Viewport.fitted(HOUR, 1000).zoomed(4, 0)
    assert zoomed.resized(600).us_per_px == zoomed.us_per_px


def test_revealing_turns_the_page_only_when_needed():
    view = Viewport.fitted(HOUR, 1000).zoomed(10, 0)
    inside = view.left_us + 10 * view.us_per_px
    assert view.revealing(inside) == view
    turned = view.revealing(HOUR / 2)
    assert turned.x_of(HOUR / 2) == pytest.approx(100)


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("zoom", [1, 3, 10, 60, 400, 2000, 90_000])
def test_labels_never_stand_closer_than_44_px(zoom, scale):
    view = Viewport.fitted(HOUR, 1000).zoomed(zoom, 500)
    labels = [tick for tick in ticks(view, START, MOSCOW, scale) if tick.label]
    assert len(labels) >= 2
    for first, second in itertools.pairwise(labels):
        assert second.x_px - first.x_px >= MIN_LABEL_PX * scale


def test_ticks_stand_on_round_times_of_the_centres_zone():
    view = Viewport.fitted(835 * US_PER_S, 760)
    found = ticks(view, START, MOSCOW)
    first = next(tick for tick in found if tick.label and tick.x_px > 0)
    # The call begins at 13:50:39 in Moscow: 13:51 lies 21 s later.
    assert first.label == "13:51"
    assert first.x_px == pytest.approx(view.x_of(21 * US_PER_S))
    quarters = [tick.x_px for tick in found if first.x_px < tick.x_px]
    assert quarters[0] == pytest.approx(view.x_of(36 * US_PER_S))


def test_a_zone_of_half_hours_has_its_own_round_times():
    view = Viewport.fitted(4 * HOUR, 1000)
    labels = [tick.label for tick in ticks(view, START, ZoneInfo("Asia/Kolkata")) if tick.label]
    assert all(label.endswith(("00", "15", "30", "45")) for label in labels)


def test_close_scales_show_seconds():
    view = Viewport.fitted(HOUR, 1000).zoomed(500, 0)
    label = next(tick.label for tick in ticks(view, START, MOSCOW) if tick.label)
    assert len(label) == len("13:50:40")


def test_steps_go_from_one_second_to_hours():
    assert tick_step_s(MIN_US_PER_PX) == (1, 4)
    assert tick_step_s(HOUR / 50)[0] == 3600


@pytest.mark.parametrize(
    ("rows", "compact", "expected"), [(1, False, 52), (7, True, 36), (8, False, 28), (20, True, 28)]
)
def test_rows_get_lower_when_there_are_many(rows, compact, expected):
    assert row_height(rows, compact=compact) == expected


def test_a_chats_rows_have_their_own_height():
    assert row_height(2, compact=True, chat=True) == 44


def test_rows_scroll_when_they_do_not_fit():
    lanes = Lanes(rows=12, row_px=28, has_screen=True, height_px=200)
    assert lanes.max_scroll_px == 12 * 28 - (200 - 24 - 48)
    shown = lanes.showing(11)
    assert shown.row_top(11) + 28 == pytest.approx(shown.rows_bottom)
    assert shown.showing(0).scroll_px == 0
    assert lanes.row_at(47) is None
    assert lanes.row_at(48) == 0
    assert shown.row_at(shown.rows_bottom - 1) == 11


def test_markers_that_nearly_touch_become_one():
    found = clusters([100.0, 0.0, 111.9, 140.0], lambda x: x)
    assert [cluster.members for cluster in found] == [(1,), (0, 2), (3,)]
    assert found[1].x_px == 100.0


def test_a_count_beside_a_marker_has_room_before_the_next_one():
    places = [0.0, 5.0, 18.0, 60.0, 78.0]
    found = clusters(places, lambda x: x, counted_px=30.0)
    # The two of which one is counted; those without a count stand closer.
    assert [cluster.members for cluster in found] == [(0, 1, 2), (3,), (4,)]
