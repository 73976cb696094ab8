"""Making and following links."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reviewer.errors import LinkNotFoundError, NotFoundError, UsageError
from reviewer.messages import explain
from reviewer.models.ids import TimelineUs
from reviewer.models.links import Link
from reviewer.services.links import follow_link, make_link, make_links, whole_giid
from tests.helpers.stores import ADMIN, make_giid, make_incoming, make_segment, make_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.local import LocalStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with closing(make_store(tmp_path)) as made:
        session = made.session(ADMIN)
        hidden = make_segment(agent=None, service="Other")
        session.intake.put([make_incoming(1), make_incoming(2, segments=(hidden,))])
        session.people.add_user("sales", "Sales", ["supervisor"], teams=["Sales"])
        yield made


def test_a_link_leads_to_where_it_was_made(store: LocalStore) -> None:
    session = store.session(ADMIN)
    number = session.interactions.get(make_giid(1)).id
    link = make_link(session, make_giid(1), TimelineUs(5_500_000))
    assert link == f"reviewer://{store.id}/{make_giid(1)}?t=5.5"
    assert follow_link(session, link) == (number, 5_500_000)
    assert follow_link(session, make_giid(1).lower()) == (number, None)
    assert make_links(session, [number, 17]) == (f"reviewer://{store.id}/{make_giid(1)}",)


def test_the_beginning_of_a_giid_is_enough_where_no_other_begins_so(store: LocalStore) -> None:
    session = store.session(ADMIN)
    one, other = (f"ABCD{n}000-384C-5071-A264-3D58E6D89206" for n in (1, 2))
    session.intake.put([make_incoming(3, giid=one), make_incoming(4, giid=other)])
    assert whole_giid(session, "abcd1") == one
    assert whole_giid(session, one[:-1]) == one
    for text in (one, "no giid", "FFFFFFF", "AB", ""):
        assert whole_giid(session, text) == text
    with pytest.raises(UsageError) as raised:
        whole_giid(session, "abcd")
    said = explain(raised.value)
    assert one in said
    assert other in said
    # Who may not see it does not learn that it is there.
    assert whole_giid(store.session("sales"), make_giid(2)[:8]) == make_giid(2)[:8]


def test_whatever_is_wrong_with_a_link_the_sentence_is_one(store: LocalStore) -> None:
    session = store.session("sales")
    unknown, hidden = make_giid(99), make_giid(2)
    foreign = "0b1f7a52-9e4b-4d1a-b2e6-5d0c3f7a91e8"
    said = set()
    for link in (
        Link(store.id, unknown),
        Link(store.id, hidden),
        Link(foreign, make_giid(1)),
        Link(foreign, hidden),
        "reviewer://nonsense",
    ):
        with pytest.raises(NotFoundError) as raised:
            follow_link(session, str(link))
        assert type(raised.value) is LinkNotFoundError
        said.add(explain(raised.value).replace(str(raised.value.fields["name"]), "X"))
    (sentence,) = said
    assert sentence == (
        "There is no such interaction here, or you may not see it: X. Opening a link takes "
        "“Listen to recordings and view chats” or a wider privilege."
    )
    with pytest.raises(NotFoundError):
        make_link(session, hidden)
    number = store.session(ADMIN).interactions.get(hidden).id
    assert make_links(session, [number]) == ()


def test_a_store_that_moved_is_still_the_same(store: LocalStore, tmp_path: Path) -> None:
    from reviewer.storage.local import open_store

    link = make_link(store.session(ADMIN), make_giid(1))
    store.close()
    (tmp_path / "store").rename(tmp_path / "elsewhere")
    with open_store(tmp_path / "elsewhere") as moved:
        assert follow_link(moved.session(ADMIN), link)[1] is None
