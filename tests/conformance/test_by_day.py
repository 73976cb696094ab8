"""How many began on each day, as the search page shows it while criteria are edited."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import CriteriaInvalidError, RestrictedCriterionError
from reviewer.models.criteria.line import parse_line
from reviewer.models.interaction import Channel
from reviewer.models.search import Search, SortKey
from tests.helpers.stores import make_incoming

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store


def at(*clock: int) -> int:
    return int(datetime(2023, *clock, tzinfo=UTC).timestamp()) * 1_000_000


# Midnight in Moscow is 21:00 UTC.
STARTS = [at(9, 1, 12), at(10, 3, 20, 59), at(10, 3, 21, 0), at(10, 4, 12), at(10, 5, 22)]


@pytest.fixture
def filled(admin: Session) -> Session:
    admin.intake.put(
        make_incoming(n, started_us=start, recordings=(), content={}, flagged=n > 1)
        for n, start in enumerate(STARTS)
    )
    return admin


def test_days_are_those_of_the_centre_up_to_the_newest_match(filled: Session) -> None:
    found = filled.interactions.by_day(Search(), days=5)
    assert found is not None
    assert found.last == date(2023, 10, 6)
    assert found.day(0) == date(2023, 10, 2)
    assert found.counts == (0, 1, 2, 0, 1)
    longer = filled.interactions.by_day(Search(), days=40)
    assert longer is not None
    assert sum(longer.counts) == 5


def test_only_what_matches_is_counted_whatever_the_order(filled: Session) -> None:
    search = Search(parse_line("flagged:yes -started:2023-10-06"), sort=(SortKey("duration"),))
    found = filled.interactions.by_day(search, days=3)
    assert found is not None
    assert (found.last, found.counts) == (date(2023, 10, 4), (0, 0, 2))
    assert filled.interactions.by_day(Search(parse_line("flagged:yes segments>5"))) is None
    assert filled.interactions.by_day(Search(channel=Channel.CHAT)) is None


def test_it_is_limited_and_refused_as_a_search_is(filled: Session, store: Store) -> None:
    filled.people.add_user("client", "A client", ["customer"], services=["Nothing"])
    client = store.session("client")
    assert client.interactions.by_day(Search()) is None
    with pytest.raises(RestrictedCriterionError):
        client.interactions.by_day(Search(parse_line("flagged:yes")))
    with pytest.raises(CriteriaInvalidError):
        filled.interactions.by_day(Search(parse_line("started:2024-05-02..2024-05-01")))


def test_days_of_a_clock_that_was_wrong_are_told_as_others(admin: Session) -> None:
    start = int(datetime(1960, 5, 4, 12, tzinfo=UTC).timestamp()) * 1_000_000
    admin.intake.put([make_incoming(1, started_us=start, recordings=(), content={})])
    found = admin.interactions.by_day(Search(), days=5)
    assert found is not None
    assert len(found.counts) == 5
