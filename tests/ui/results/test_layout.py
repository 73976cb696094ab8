from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.models.search import NEWEST_FIRST, SortKey
from reviewer.ui.results.layout import TableLayout, fitted
from reviewer.ui.results.order import resorted, sort_from_json

FIRST = TableLayout.at_first([("icon", True), ("started", True), ("from", True), ("giid", False)])


def keys(layout):
    return [place.key for place in layout.places]


def test_at_first_it_is_the_catalogues():
    assert FIRST.shown == ("icon", "started", "from")


def test_showing_and_hiding_keeps_the_first_column():
    assert FIRST.with_shown("giid", True).shown == ("icon", "started", "from", "giid")
    assert FIRST.with_shown("from", False).shown == ("icon", "started")
    assert FIRST.with_shown("icon", False).shown == FIRST.shown


def test_moving_never_passes_the_first_column():
    assert keys(FIRST.moved("giid", 1)) == ["icon", "giid", "started", "from"]
    assert keys(FIRST.moved("from", 0)) == ["icon", "from", "started", "giid"]
    assert FIRST.moved("icon", 3) == FIRST


def test_what_is_stored_comes_back():
    layout = FIRST.moved("giid", 1).with_shown("giid", True).with_width("from", 200)
    assert FIRST.from_json(layout.as_json()) == layout


def test_columns_that_came_and_went_since_it_was_stored():
    stored = [
        ["icon", True, None],
        ["gone", True, 90],
        ["from", False, 80],
        ["started", True, None],
    ]
    found = FIRST.from_json(stored)
    assert keys(found) == ["icon", "from", "started", "giid"]
    assert found.shown == ("icon", "started")


@pytest.mark.parametrize(
    "nonsense",
    [None, 7, "x", {}, [], [1], [["icon"]], [[1, 2, 3]], [["a", True, None]], [["icon", "y", 3]]],
)
def test_nonsense_gives_the_first_layout(nonsense):
    assert FIRST.from_json(nonsense) == FIRST


def test_widths_that_make_no_sense_are_left_out():
    found = FIRST.from_json([["icon", True, -5], ["started", True, True], ["from", True, 10**9]])
    assert [place.width_px for place in found.places] == [None] * 4


def test_what_is_left_over_goes_to_the_stretching_column():
    assert fitted([(36, 36, True), (100, 50, True)], 200, 1) == (36, 164)
    assert fitted([(36, 36, True), (100, 50, True)], 200, None) == (36, 100)


def test_too_little_room_narrows_in_proportion():
    assert fitted([(36, 36, True), (100, 60, True), (100, 80, True)], 206, 1) == (36, 80, 90)


def test_what_the_user_set_is_not_narrowed():
    assert fitted([(100, 50, False), (100, 50, False)], 120, 0) == (100, 100)


@given(
    st.lists(st.tuples(st.integers(30, 300), st.integers(0, 100), st.booleans()), min_size=1),
    st.integers(100, 2000),
)
def test_fitting_fills_the_room_when_it_can(columns, room):
    wishes = [(width, max(28, width - give), free) for width, give, free in columns]
    widths = fitted(wishes, room, 0)
    least = sum(low if free else width for width, low, free in wishes)
    assert all(
        w >= (low if free else full) for w, (full, low, free) in zip(widths, wishes, strict=True)
    )
    if least <= room:
        assert sum(widths) == room
    else:
        # It scrolls anyway: then nothing is cut for it.
        assert widths == tuple(width for width, _, _ in wishes)


def test_a_click_sorts_and_another_turns_round():
    by_agent = resorted(NEWEST_FIRST, "agent", extend=False)
    assert by_agent == (SortKey("agent"),)
    assert resorted(by_agent, "agent", extend=False) == (SortKey("agent", descending=True),)
    assert resorted(by_agent, "started", extend=False) == NEWEST_FIRST


def test_a_shift_click_makes_the_second_key():
    two = resorted((SortKey("agent"),), "duration", extend=True)
    assert two == (SortKey("agent"), SortKey("duration"))
    assert resorted(two, "duration", extend=True)[1] == SortKey("duration", descending=True)
    assert resorted(two, "agent", extend=True)[0] == SortKey("agent", descending=True)
    assert resorted(two, "service", extend=True) == (SortKey("agent"), SortKey("service"))


def test_a_stored_order_that_makes_no_sense_is_newest_first():
    assert sort_from_json([["agent", True]], {"agent"}) == (SortKey("agent", descending=True),)
    for nonsense in (None, [], 3, [["agent"]], [["gone", True]], ["agent"]):
        assert sort_from_json(nonsense, {"agent"}) == NEWEST_FIRST
