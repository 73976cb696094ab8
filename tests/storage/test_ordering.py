from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import UsageError
from reviewer.models.columns import COLUMNS
from reviewer.models.folding import fold, fold_address
from reviewer.models.search import InteractionRow, Search, SortKey
from reviewer.storage.catalogue.ordering import order_by
from tests.helpers.stores import ADMIN, make_incoming, make_segment, make_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reviewer.storage.store import Session

SERVICES = ("ДБО", "автокредит", "", "Карты")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    rng = random.Random(3)  # noqa: S311 (test data)
    items = [
        make_incoming(
            number,
            segments=(make_segment(service=rng.choice(SERVICES)),),
            sentiment=rng.choice((None, -0.5, 0.5)),
            subject=rng.choice(("б", "Ё", "е", "")),
            custom=(("Region", rng.choice("abc")),) if rng.random() < 0.7 else (),
            recordings=(),
        )
        for number in range(1, 25)
    ]
    with make_store(tmp_path) as store:
        session = store.session(ADMIN)
        session.intake.put(items)
        yield session


def _ordered(session: Session, *keys: SortKey) -> list[InteractionRow]:
    ids = session.interactions.ids(Search(sort=keys))
    rows = session.interactions.rows(ids)
    assert len(rows) == 24
    return list(rows)


VALUES: dict[str, Callable[[InteractionRow], object]] = {
    "started": lambda row: row.started_us,
    "from": lambda row: fold_address(row.from_address),
    "service": lambda row: fold(row.service) or None,
    "sentiment": lambda row: row.sentiment,
    "subject": lambda row: fold(row.subject),
    "giid": lambda row: row.giid,
    "custom.region": lambda row: row.custom[0][1] if row.custom else None,
}


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("key", VALUES)
def test_rows_come_in_order_with_what_has_no_value_last(
    session: Session, key: str, descending: bool
) -> None:
    rows = _ordered(session, SortKey(key, descending))
    values = [VALUES[key](row) for row in rows]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=descending)  # type: ignore[type-var]
    for value in set(values):
        same = [row.id for row in rows if VALUES[key](row) == value]
        assert same == sorted(same, reverse=True)


def test_a_second_key_orders_within_the_first(session: Session) -> None:
    rows = _ordered(session, SortKey("service"), SortKey("from", descending=True))
    for service in SERVICES:
        within = [fold_address(row.from_address) for row in rows if row.service == service]
        assert within == sorted(within, reverse=True)


def test_every_column_can_be_ordered_by(session: Session) -> None:
    for column in COLUMNS:
        assert column.sortable
        for descending in (False, True):
            _ordered(session, SortKey(column.key, descending))


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(UsageError, match="nosuch"):
        order_by((SortKey("nosuch"),))
