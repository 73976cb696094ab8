"""An empty encrypted store, open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.encrypted import make_encrypted
from tests.helpers.stores import ADMIN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reviewer.storage.local import LocalStore
    from reviewer.storage.store import Session


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with make_encrypted(tmp_path / "store") as made:
        yield made


@pytest.fixture
def admin(store: LocalStore) -> Session:
    return store.session(ADMIN)
