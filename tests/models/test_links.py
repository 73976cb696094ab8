"""Links as they are written and read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.models.ids import TimelineUs
from reviewer.models.links import Link, is_link, parse_link
from tests.helpers.stores import make_giid

STORE = "0b1f7a52-9e4b-4d1a-b2e6-5d0c3f7a91e8"
GIID = make_giid(1)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        (f"reviewer://{STORE}/{GIID}", None),
        (f"  REVIEWER://{STORE.upper()}/{GIID.lower()}/ ", None),
        (f"reviewer://{STORE}/{GIID}?t=302", 302_000_000),
        (f"reviewer://{STORE}/{GIID}?t=0.25", 250_000),
    ],
)
def test_a_link_is_read(text: str, position: int | None) -> None:
    assert parse_link(text) == Link(STORE, GIID, None if position is None else TimelineUs(position))


def test_a_bare_giid_is_a_link_of_no_store() -> None:
    assert parse_link(f" {GIID.lower()}\n") == Link("", GIID)


@given(st.none() | st.integers(0, 9_999_999_999).map(lambda ms: TimelineUs(ms * 1000)))
def test_what_is_written_is_read_again(position: TimelineUs | None) -> None:
    link = Link(STORE, GIID, position)
    assert parse_link(str(link)) == link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "reviewer:",
        "reviewer://",
        f"reviewer://{GIID}",
        f"http://{STORE}/{GIID}",
        f"reviewer://{STORE}/{GIID}?t=-1",
        f"reviewer://{STORE}/{GIID}?t=1e9",
        f"reviewer://{STORE}/{GIID}?x=1",
        f"reviewer://{STORE}/../{GIID}",
        "'; DROP TABLE interactions",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert parse_link(text) is None


def test_what_means_to_be_a_link_is_told_apart() -> None:
    assert is_link(" Reviewer://nonsense")
    assert not is_link("/home/reviewer")
