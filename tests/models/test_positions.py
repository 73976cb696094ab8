"""Positions as people write them."""

from __future__ import annotations

import pytest

from reviewer.errors import UsageError
from reviewer.models.positions import parse_position


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("0:00", 0),
        ("01:12", 72_000_000),
        ("1:02:03", 3_723_000_000),
        ("00:01.5", 1_500_000),
        ("00:01,025", 1_025_000),
        ("90:00", 5_400_000_000),
        ("12", 12_000_000),
        ("12.25", 12_250_000),
        (" 2:03 ", 123_000_000),
    ],
)
def test_reads_positions(text, microseconds):
    assert parse_position(text) == microseconds


@pytest.mark.parametrize("text", ["", "abc", "1:60", "-1:00", "1:2:3:4", "1:00.1234", "١:٠٠x"])
def test_refuses_what_is_no_position_and_names_it(text):
    with pytest.raises(UsageError) as caught:
        parse_position(text)
    assert text in str(caught.value)
