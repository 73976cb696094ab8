from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewer.ui.results.rows import HEAD, RowMap


def flattened(total: int, parts: dict[int, int]) -> list[tuple[int, int]]:
    rows = []
    for position in range(total):
        rows.append((position, HEAD))
        rows.extend((position, part) for part in range(parts.get(position, 0)))
    return rows


@given(st.integers(0, 30), st.dictionaries(st.integers(0, 29), st.integers(0, 5), max_size=8))
def test_rows_are_those_of_the_flattened_list(total, parts):
    parts = {position: n for position, n in parts.items() if position < total}
    rows = RowMap(total)
    for position, n in parts.items():
        rows.open(position, n)
    expected = flattened(total, parts)
    assert rows.rows == len(expected)
    for row, (position, part) in enumerate(expected):
        assert rows.locate(row) == (position, part)
        assert rows.row_of(position, part) == row


def test_closing_gives_the_rows_back():
    rows = RowMap(10)
    rows.open(3, 2)
    rows.open(7, 4)
    assert rows.is_open(3)
    assert rows.parts_of(7) == 4
    rows.close(3)
    assert rows.opened == (7,)
    assert rows.rows == 14
    assert rows.locate(8) == (7, 0)
    rows.close(7)
    assert rows.rows == 10


def test_growing_keeps_what_is_open():
    rows = RowMap(3)
    rows.open(1, 2)
    rows.grow(1_000_000)
    assert rows.rows == 1_000_002
    assert rows.locate(1_000_001) == (999_999, HEAD)
