"""What a user's window keeps in a store between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.stores import ADMIN

if TYPE_CHECKING:
    from reviewer.storage.store import Session, Store
    from tests.conformance.conftest import StoreFactory

VALUE = {"channel": "voice", "criteria": ["Иванова", "+7 495", 1.5, None, True]}


def test_nothing_is_known_at_first(admin: Session) -> None:
    assert admin.memory.recall("search") is None


def test_what_was_kept_comes_back_in_another_run(store: Store, store_factory: StoreFactory) -> None:
    session = store.session(ADMIN)
    session.memory.keep("search", "before")
    session.memory.keep("search", VALUE)
    session.memory.keep("drafts", [1])
    assert session.memory.recall("search") == VALUE
    again = store_factory.reopen(store).session(ADMIN)
    assert again.memory.recall("search") == VALUE
    assert again.memory.recall("drafts") == [1]


def test_each_user_has_a_memory_of_their_own(admin: Session, store: Store) -> None:
    admin.people.add_user("other", "Other", ["trainer"])
    admin.memory.keep("search", VALUE)
    assert store.session("other").memory.recall("search") is None
    store.session("other").memory.keep("search", 2)
    assert store.session(ADMIN).memory.recall("search") == VALUE


def test_two_windows_of_a_user_do_not_lose_each_others(admin: Session, store: Store) -> None:
    other = store.session(ADMIN)
    admin.memory.keep("search", 1)
    other.memory.keep("drafts", 2)
    again = store.session(ADMIN)
    assert (again.memory.recall("search"), again.memory.recall("drafts")) == (1, 2)


@pytest.mark.parametrize("value", [object(), {1, 2}])
def test_what_is_no_json_is_refused_and_changes_nothing(admin: Session, value: object) -> None:
    admin.memory.keep("search", 1)
    with pytest.raises(TypeError):
        admin.memory.keep("search", value)
    assert admin.memory.recall("search") == 1
