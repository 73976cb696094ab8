"""Other interactions of the same customer."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.models.interaction import Channel, Direction
from reviewer.services.related import related, same_customer
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_interaction, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.store import Session

CALL, BACK, WRITTEN, CHAT, OTHER, INTERNAL = range(1, 7)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(make_store(tmp_path)) as store:
        made = store.session(ADMIN)
        made.intake.put(
            [
                make_incoming(CALL, from_address="+7 (916) 204-18-73", account_number="A-1"),
                make_incoming(
                    BACK,
                    direction=Direction.OUTBOUND,
                    from_address="101",
                    to_address="8 916 2041873",
                ),
                make_incoming(
                    WRITTEN,
                    channel=Channel.EMAIL,
                    from_address="Elena@Mail.example",
                    account_number="a-1",
                ),
                make_incoming(CHAT, channel=Channel.CHAT, from_address="elena@mail.example"),
                make_incoming(OTHER, from_address="+7 916 204-18-74"),
                make_incoming(INTERNAL, direction=Direction.INTERNAL, from_address="101"),
            ]
        )
        yield made


def found(session: Session, number: int) -> set[int]:
    rows = related(session, session.interactions.get(make_giid(number)))
    giids = {make_giid(n): n for n in range(1, 7)}
    return {giids[row.giid] for row in rows}


@pytest.mark.parametrize(
    ("number", "others"),
    [
        (CALL, {BACK, WRITTEN}),
        (BACK, {CALL}),
        (WRITTEN, {CALL, CHAT}),
        (CHAT, {WRITTEN}),
        (OTHER, set()),
        (INTERNAL, set()),
    ],
)
def test_the_same_number_address_or_account(
    session: Session, number: int, others: set[int]
) -> None:
    assert found(session, number) == others


def test_the_newest_come_first_and_only_so_many(session: Session) -> None:
    call = session.interactions.get(make_giid(CALL))
    rows = related(session, call)
    assert [row.started_us for row in rows] == sorted((r.started_us for r in rows), reverse=True)
    assert len(related(session, call, limit=1)) == 1


def test_nothing_is_asked_where_nobody_is_known() -> None:
    unknown = make_interaction(1, direction=Direction.INTERNAL, from_address="101")
    assert not same_customer(unknown).members
